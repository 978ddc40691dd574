//! Promises about requests that are sent again.
//!
//! Rebuilding the answer is the caller's business.

use crate::conformance::sample::{append, behind, command, lose, request, stream, win};
use crate::conformance::{Backend, Breach, same};
use crate::{
    Answer, Batch, Command, Conflict, Expected, Kind, Outcome, Position, Request, RequestKey,
};

/// Returns what a request row says of a request for records 0 and 1 of `case/one`.
fn answer(request: &Request) -> Answer {
    Answer {
        digest: request.digest,
        command: request.command.clone(),
        stream: stream("case/one"),
        first_seq: 0,
        last_seq: 1,
    }
}

pub(super) async fn a_repeated_request_is_told_where_its_events_are(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let request = request("key 「一」", "body");
    let first = append(&stream("case/one"), Expected::New, 2, "first");
    let again = append(&stream("case/one"), behind(&first), 1, "again");
    // The first append is where the answer is; the other stream only got a copy.
    let copy = append(&stream("case/copy"), Expected::New, 1, "copy");
    win(
        store,
        Command {
            request: Some(request.clone()),
            ..command(vec![first, copy])
        },
    )
    .await?;
    let key = RequestKey::of(&request);
    same!(
        store.request(&key).await?,
        Some(answer(&request)),
        "request row"
    );

    let conflict = lose(
        store,
        Command {
            request: Some(request.clone()),
            ..command(vec![again])
        },
    )
    .await?;
    same!(conflict, Conflict::Repeated(answer(&request)), "conflict");
    // Decided on an outdated head too: that it is repeated says more than that it lost a race.
    let stale = append(&stream("case/one"), Expected::New, 1, "stale");
    let conflict = lose(
        store,
        Command {
            request: Some(request.clone()),
            ..command(vec![stale])
        },
    )
    .await?;
    same!(
        conflict,
        Conflict::Repeated(answer(&request)),
        "conflict of an outdated repetition"
    );
    same!(
        store.ledger().await?.size,
        Position(3),
        "size of the ledger"
    );
    Ok(())
}

pub(super) async fn a_key_reused_for_another_request_is_a_conflict(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let first = request("key", "first");
    let appended = append(&stream("case/one"), Expected::New, 2, "first");
    let next = append(&stream("case/one"), behind(&appended), 1, "next");
    win(
        store,
        Command {
            request: Some(first.clone()),
            ..command(vec![appended])
        },
    )
    .await?;

    let other = request("key", "other");
    let reused = Command {
        request: Some(other.clone()),
        ..command(vec![next.clone()])
    };
    same!(
        lose(store, reused).await?,
        Conflict::KeyReused(answer(&first)),
        "conflict"
    );
    // A key belongs to its person.
    let somebody = Request {
        person: "person_2".to_owned(),
        ..other
    };
    win(
        store,
        Command {
            request: Some(somebody),
            ..command(vec![next])
        },
    )
    .await?;
    Ok(())
}

pub(super) async fn a_key_is_used_up_within_its_own_batch(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let request = request("key", "body");
    let first = append(&stream("case/one"), Expected::New, 2, "first");
    let second = append(&stream("case/two"), Expected::New, 1, "second");
    let commands = [first, second].into_iter().map(|append| Command {
        request: Some(request.clone()),
        ..command(vec![append])
    });
    let outcomes = store.commit(&Batch::new(commands.collect())?).await?;
    let expected = [
        Outcome::Committed {
            positions: vec![Position(0), Position(1)],
        },
        Outcome::Lost(Conflict::Repeated(answer(&request))),
    ];
    same!(outcomes, expected, "outcomes");
    same!(
        store.head(&stream("case/two")).await?,
        None,
        "head of the other stream"
    );
    Ok(())
}

pub(super) async fn a_lost_command_does_not_use_up_its_key(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let stream = stream("case/one");
    let first = append(&stream, Expected::New, 1, "first");
    let next = append(&stream, behind(&first), 1, "next");
    win(store, command(vec![first])).await?;
    let request = request("key", "body");
    let stale = append(&stream, Expected::New, 1, "stale");
    lose(
        store,
        Command {
            request: Some(request.clone()),
            ..command(vec![stale])
        },
    )
    .await?;
    win(
        store,
        Command {
            request: Some(request.clone()),
            ..command(vec![next])
        },
    )
    .await?;
    let found = store.request(&RequestKey::of(&request)).await?;
    same!(
        found.map(|answer| (answer.first_seq, answer.last_seq)),
        Some((1, 1)),
        "request row"
    );
    Ok(())
}
