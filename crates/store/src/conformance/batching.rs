//! Promises about several commands, and about what is numbered across them.
//!
//! One command alone is in `crates/store/src/conformance/appending.rs`.

use crate::conformance::sample::{append, behind, case, command, lose, stream, win};
use crate::conformance::{Backend, Breach, same};
use crate::{Batch, CaseFilter, Command, Conflict, Expected, Kind, Limit, Outcome, Position};

pub(super) async fn commands_of_a_batch_build_on_each_other(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let stream = stream("case/one");
    let first = append(&stream, Expected::New, 1, "first");
    let second = append(&stream, behind(&first), 2, "second");
    let digest = second.head().digest;
    let batch = Batch::new(vec![command(vec![first]), command(vec![second])])?;
    let outcomes = store.commit(&batch).await?;
    let expected = [
        Outcome::Committed {
            positions: vec![Position(0)],
        },
        Outcome::Committed {
            positions: vec![Position(1), Position(2)],
        },
    ];
    same!(outcomes, expected, "outcomes");
    let found = store
        .head(&stream)
        .await?
        .map(|head| (head.version, head.digest));
    same!(found, Some((3, digest)), "head");
    Ok(())
}

pub(super) async fn what_follows_a_lost_command_on_its_stream_is_lost_with_it(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let (one, two) = (stream("case/one"), stream("case/two"));
    win(
        store,
        command(vec![append(&one, Expected::New, 1, "first")]),
    )
    .await?;

    let lost = append(&one, Expected::New, 1, "lost");
    let follower = append(&one, behind(&lost), 1, "follower");
    let bystander = append(&two, Expected::New, 1, "bystander");
    let commands = [lost, follower, bystander]
        .into_iter()
        .map(|append| command(vec![append]));
    let outcomes = store.commit(&Batch::new(commands.collect())?).await?;
    let won: Vec<bool> = outcomes
        .iter()
        .map(|outcome| matches!(outcome, Outcome::Committed { .. }))
        .collect();
    same!(won, [false, false, true], "which commands won");
    same!(
        store.stream_records(&one, 0, Limit::MAX).await?.len(),
        1,
        "records of the stream"
    );
    same!(
        store.stream_records(&two, 0, Limit::MAX).await?.len(),
        1,
        "records of the bystander"
    );
    Ok(())
}

pub(super) async fn positions_are_gapless_and_in_commit_order(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let mut expected = Vec::new();
    for round in 0..5 {
        let one = stream(&format!("case/{round}"));
        let two = stream(&format!("incident/{round}"));
        let appends = vec![
            append(&one, Expected::New, 2, "x"),
            append(&two, Expected::New, 1, "x"),
        ];
        let positions = win(store, command(appends)).await?;
        same!(
            positions,
            (round * 3..round * 3 + 3).map(Position).collect::<Vec<_>>(),
            "positions"
        );
        lose(store, command(vec![append(&one, Expected::New, 4, "lost")])).await?;
        expected.extend([(one.clone(), 0), (one, 1), (two, 0)]);
    }
    let stored = store.ledger_records(Position(0), Limit::MAX).await?;
    let places: Vec<_> = stored.iter().map(|record| record.position.0).collect();
    same!(
        places,
        (0..15).collect::<Vec<u64>>(),
        "positions in the ledger"
    );
    let order: Vec<_> = stored
        .into_iter()
        .map(|record| (record.stream, record.seq))
        .collect();
    same!(order, expected, "order of the ledger");
    Ok(())
}

pub(super) async fn case_numbers_are_gapless(backend: &dyn Backend) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let open = |name: &str, number: u64| Command {
        case_numbers: vec![number],
        cases: vec![case(number, "open")],
        ..command(vec![append(&stream(name), Expected::New, 1, "opened")])
    };
    same!(store.ledger().await?.next_case_number, 1, "first number");
    win(store, open("case/one", 1)).await?;
    let conflict = lose(store, open("case/two", 1)).await?;
    same!(
        conflict,
        Conflict::CaseNumberTaken { next: 2 },
        "conflict of a number that is taken"
    );
    let conflict = lose(store, open("case/two", 3)).await?;
    same!(
        conflict,
        Conflict::CaseNumberTaken { next: 2 },
        "conflict of a number that leaves a gap"
    );
    win(store, open("case/two", 2)).await?;
    let outcomes = store
        .commit(&Batch::new(vec![
            open("case/three", 3),
            open("case/four", 4),
        ])?)
        .await?;
    let won = outcomes
        .iter()
        .all(|outcome| matches!(outcome, Outcome::Committed { .. }));
    same!(won, true, "two cases opened in one batch");
    let cases = store
        .cases(&CaseFilter::default(), None, Limit::MAX)
        .await?;
    same!(
        cases.iter().map(|case| case.number).collect::<Vec<_>>(),
        [1, 2, 3, 4],
        "numbers"
    );
    Ok(())
}

pub(super) async fn many_records_are_written_as_one(backend: &dyn Backend) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let stream = stream("case/long");
    // More than one statement takes.
    let long = append(&stream, Expected::New, 2500, "long");
    let digest = long.head().digest;
    let positions = win(store, command(vec![long])).await?;
    same!(positions.len(), 2500, "positions");
    let last = store.stream_records(&stream, 2499, Limit::MAX).await?;
    same!(
        last.iter().map(|record| record.hash).collect::<Vec<_>>(),
        [digest],
        "last record"
    );
    let found = store
        .head(&stream)
        .await?
        .map(|head| (head.version, head.digest));
    same!(found, Some((2500, digest)), "head");
    Ok(())
}
