//! Promises about rows that are read one by one: cases, clocks, definitions, and the present of a drill.
//!
//! Listings are in `crates/store/src/conformance/paging.rs`.

use tsuho_ledger::{Digest, Moment};

use crate::conformance::sample::{append, behind, case, clock, command, lose, moment, stream, win};
use crate::conformance::{Backend, Breach, same};
use crate::{
    Append, Calendar, CaseKey, CaseRow, ClockFilter, Command, Conflict, DefinitionRef, Error,
    Expected, Kind, Limit, StreamName, Workflow,
};

pub(super) async fn a_case_is_found_by_id_and_number_as_it_was_last_written(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let first = append(&stream("case/one"), Expected::New, 1, "first");
    let second = append(&stream("case/one"), behind(&first), 1, "second");
    let opened = case(1, "open");
    let open = Command {
        case_numbers: vec![1],
        cases: vec![opened.clone()],
        ..command(vec![first])
    };
    win(store, open).await?;
    same!(
        store.case(&CaseKey::Number(1)).await?,
        Some(opened.clone()),
        "case by number"
    );
    let closed = CaseRow {
        state: "closed".to_owned(),
        closed_at: Some(moment(7)),
        ..opened
    };
    win(
        store,
        Command {
            cases: vec![closed.clone()],
            ..command(vec![second])
        },
    )
    .await?;
    same!(
        store.case(&CaseKey::Id("case_1".to_owned())).await?,
        Some(closed.clone()),
        "case by id"
    );
    same!(
        store.case(&CaseKey::Number(1)).await?,
        Some(closed),
        "case by number, closed"
    );
    same!(
        store.case(&CaseKey::Number(u64::MAX)).await?,
        None,
        "case with an impossible number"
    );
    same!(
        store.case(&CaseKey::Id("case_2".to_owned())).await?,
        None,
        "case that is not there"
    );
    Ok(())
}

pub(super) async fn a_clock_is_written_over_and_leaves_the_others_as_they_are(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let bystander = Command {
        cases: vec![case(2, "open")],
        clocks: vec![clock(2, "a", Some(1)), clock(2, "b", Some(1))],
        ..command(vec![append(&stream("case/two"), Expected::New, 1, "x")])
    };
    win(store, bystander).await?;
    let mut head = Expected::New;
    let none: Vec<(&str, i64)> = Vec::new();
    for (written, due) in [
        (vec![("a", 2), ("b", 3)], vec![1, 1, 2, 3]),
        (vec![("b", 4)], vec![1, 1, 2, 4]),
        // A command that says nothing of clocks leaves them.
        (none, vec![1, 1, 2, 4]),
        (vec![("c", 5), ("a", 6)], vec![1, 1, 4, 5, 6]),
    ] {
        let append = append(&stream("case/one"), head, 1, "x");
        head = behind(&append);
        let written = written.iter();
        let write = Command {
            cases: vec![case(1, "open")],
            clocks: written
                .map(|(duty, due)| clock(1, duty, Some(*due)))
                .collect(),
            ..command(vec![append])
        };
        win(store, write).await?;
        let found = store
            .clocks(&ClockFilter::default(), None, Limit::MAX)
            .await?;
        let found = found.iter().filter_map(|row| row.due_at);
        let found: Vec<i64> = found.map(Moment::micros).collect();
        same!(found, due, "when the clocks are due");
    }
    Ok(())
}

pub(super) async fn a_published_workflow_never_gets_another_digest(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let workflow = |text: &str| Workflow {
        digest: Digest::of(text.as_bytes()),
        name: "leak".to_owned(),
        version: "1".to_owned(),
        source: format!("# 漏えい\n{text}"),
        canonical: text.as_bytes().to_vec(),
    };
    let first = append(&StreamName::system(), Expected::New, 1, "published");
    let second = append(&StreamName::system(), behind(&first), 1, "published");
    let publish = |workflow: Workflow, append: &Append| Command {
        workflows: vec![workflow],
        ..command(vec![append.clone()])
    };
    win(store, publish(workflow("text"), &first)).await?;
    // The same text under another name would be two names for one digest.
    let renamed = Workflow {
        name: "renamed".to_owned(),
        ..workflow("text")
    };
    for again in [workflow("text"), workflow("other"), renamed] {
        let Workflow {
            name,
            version,
            digest,
            ..
        } = workflow("text");
        let expected = Conflict::WorkflowExists {
            name,
            version,
            digest,
        };
        same!(
            lose(store, publish(again, &second)).await?,
            expected,
            "conflict"
        );
    }
    for which in [
        DefinitionRef::Digest(workflow("text").digest),
        DefinitionRef::Version(workflow("text").key()),
    ] {
        same!(
            store.workflow(&which).await?,
            Some(workflow("text")),
            format!("{which:?}")
        );
    }
    let nothing = DefinitionRef::Digest(Digest::of(b"none"));
    same!(
        store.workflow(&nothing).await?,
        None,
        "a workflow that is not there"
    );
    Ok(())
}

pub(super) async fn a_published_calendar_never_gets_another_digest(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let calendar = |text: &str| Calendar {
        digest: Digest::of(text.as_bytes()),
        name: "jp".to_owned(),
        version: "2026".to_owned(),
        source: text.to_owned(),
    };
    let first = append(&StreamName::system(), Expected::New, 1, "published");
    let second = append(&StreamName::system(), behind(&first), 1, "published");
    let publish = |calendar: Calendar, append: &Append| Command {
        calendars: vec![calendar],
        ..command(vec![append.clone()])
    };
    win(store, publish(calendar("dates"), &first)).await?;
    let renewed = Calendar {
        version: "2027".to_owned(),
        ..calendar("dates")
    };
    for again in [calendar("dates"), calendar("other"), renewed] {
        let Calendar {
            name,
            version,
            digest,
            ..
        } = calendar("dates");
        let expected = Conflict::CalendarExists {
            name,
            version,
            digest,
        };
        same!(
            lose(store, publish(again, &second)).await?,
            expected,
            "conflict"
        );
    }
    for which in [
        DefinitionRef::Digest(calendar("dates").digest),
        DefinitionRef::Version(calendar("dates").key()),
    ] {
        same!(
            store.calendar(&which).await?,
            Some(calendar("dates")),
            format!("{which:?}")
        );
    }
    same!(
        store.calendars(None, Limit::MAX).await?,
        [calendar("dates")],
        "calendars"
    );
    let last = calendar("dates").key();
    same!(
        store.calendars(Some(&last), Limit::MAX).await?,
        [],
        "calendars behind the last"
    );
    Ok(())
}

pub(super) async fn only_a_drill_has_a_virtual_present_and_it_never_runs_back(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let real = backend.create(Kind::Real).await;
    let ledger = real.store().ledger().await?;
    same!(
        (ledger.kind, ledger.virtual_now),
        (Kind::Real, None),
        "a real ledger"
    );
    let refused = real
        .store()
        .advance_virtual_now(moment(i64::MAX / 64))
        .await;
    same!(
        matches!(refused, Err(Error::NotADrill)),
        true,
        "a real database refuses a present"
    );

    let drill = backend.create(Kind::Drill).await;
    let store = drill.store();
    let ledger = store.ledger().await?;
    same!(
        (ledger.kind, ledger.virtual_now),
        (Kind::Drill, Some(ledger.created_at)),
        "a drill's ledger"
    );
    let later = moment(ledger.created_at.micros() + 5);
    store.advance_virtual_now(later).await?;
    store.advance_virtual_now(later).await?;
    let back = store.advance_virtual_now(ledger.created_at).await;
    same!(
        matches!(back, Err(Error::TimeRunsBack { .. })),
        true,
        "a drill refuses to run back"
    );
    same!(
        store.ledger().await?.virtual_now,
        Some(later),
        "virtual present"
    );
    Ok(())
}
