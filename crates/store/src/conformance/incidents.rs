//! Promises about incidents: their numbers, their rows, and commands on the streams of several cases.
//!
//! What an incident is stays the caller's business.

use crate::conformance::sample::{append, case, command, incident, lose, request, stream, win};
use crate::conformance::{Backend, Breach, same};
use crate::{
    Append, CaseKey, Command, Conflict, Expected, IncidentKey, IncidentRow, Kind, Limit, RequestKey,
};

/// Pages that a listing takes at most before it is broken off.
const PAGES: usize = 16;

fn opened(number: u64) -> Append {
    append(
        &stream(&format!("incident/{number}")),
        Expected::New,
        2,
        "opened",
    )
}

pub(super) async fn incident_numbers_are_gapless(backend: &dyn Backend) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let open = |stream: u64, number: u64| Command {
        incident_number: Some(number),
        incidents: vec![incident(number)],
        ..command(vec![opened(stream)])
    };
    same!(
        store.ledger().await?.next_incident_number,
        1,
        "first number"
    );
    win(store, open(1, 1)).await?;
    for number in [1, 3] {
        let conflict = lose(store, open(2, number)).await?;
        let next = 2;
        same!(
            conflict,
            Conflict::IncidentNumberTaken { next },
            "conflict of a number"
        );
    }
    win(store, open(2, 2)).await?;
    let ledger = store.ledger().await?;
    let next = (ledger.next_incident_number, ledger.next_case_number);
    same!(next, (3, 1), "next numbers");
    Ok(())
}

pub(super) async fn cases_opened_together_take_the_next_numbers(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let open = |numbers: &[u64]| {
        let opened =
            |number: &u64| append(&stream(&format!("case/{number}")), Expected::New, 1, "x");
        Command {
            case_numbers: numbers.to_vec(),
            cases: numbers.iter().map(|number| case(*number, "open")).collect(),
            ..command(numbers.iter().map(opened).collect())
        }
    };
    for numbers in [&[2, 3][..], &[1, 3], &[1, 1]] {
        let numbers_only = Command {
            case_numbers: numbers.to_vec(),
            ..command(vec![opened(9)])
        };
        let conflict = lose(store, numbers_only).await?;
        same!(
            conflict,
            Conflict::CaseNumberTaken { next: 1 },
            format!("conflict of {numbers:?}")
        );
    }
    win(store, open(&[1, 2])).await?;
    win(store, open(&[3])).await?;
    same!(store.ledger().await?.next_case_number, 4, "next number");
    Ok(())
}

pub(super) async fn an_incident_is_found_by_id_and_number_as_it_was_last_written(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    for number in 1..=5 {
        let mut member = case(number, "open");
        member.incident_id = Some(format!("incident_{number}"));
        let open = Command {
            incident_number: Some(number),
            incidents: vec![incident(number)],
            cases: vec![member],
            ..command(vec![opened(number)])
        };
        win(store, open).await?;
    }
    let grown = IncidentRow {
        cases: 3,
        ..incident(2)
    };
    let grow = Command {
        incidents: vec![grown.clone()],
        ..command(vec![append(&stream("case/x"), Expected::New, 1, "x")])
    };
    win(store, grow).await?;
    let id = IncidentKey::Id("incident_2".to_owned());
    same!(
        store.incident(&id).await?,
        Some(grown.clone()),
        "incident by id"
    );
    let number = IncidentKey::Number(2);
    same!(
        store.incident(&number).await?,
        Some(grown),
        "incident by number"
    );
    let none = IncidentKey::Number(u64::MAX);
    same!(
        store.incident(&none).await?,
        None,
        "incident with an impossible number"
    );
    let member = store.case(&CaseKey::Number(4)).await?;
    let of = member.and_then(|row| row.incident_id);
    same!(of.as_deref(), Some("incident_4"), "incident of a case");
    let mut numbers: Vec<u64> = Vec::new();
    for _ in 0..PAGES {
        let page = store
            .incidents(numbers.last().copied(), Limit::new(2))
            .await?;
        if page.is_empty() {
            break;
        }
        numbers.extend(page.iter().map(|row| row.number));
    }
    same!(numbers, [1, 2, 3, 4, 5], "incidents, page by page");
    Ok(())
}

pub(super) async fn a_request_row_points_at_the_append_that_answers_it(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let asked = Command {
        answered_by: 1,
        request: Some(request("key", "body")),
        ..command(vec![
            opened(1),
            append(&stream("case/one"), Expected::New, 3, "x"),
        ])
    };
    win(store, asked).await?;
    let key = RequestKey {
        person: "person_1".to_owned(),
        key: "key".to_owned(),
    };
    let answer = store.request(&key).await?;
    let place = answer.map(|answer| (answer.stream, answer.first_seq, answer.last_seq));
    same!(
        place,
        Some((stream("case/one"), 0, 2)),
        "where its events are"
    );
    Ok(())
}
