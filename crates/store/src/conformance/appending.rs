//! Promises about what a commit writes, and what it drops.
//!
//! Races between writers are in `crates/store/src/conformance/racing.rs`, requests in
//! `crates/store/src/conformance/requests.rs`.

use tsuho_ledger::Digest;

use crate::conformance::sample::{
    append, behind, case, clock, command, lose, moment, request, stream, win,
};
use crate::conformance::{Backend, Breach, same};
use crate::{
    Batch, CaseClocks, CaseFilter, CaseKey, ClockFilter, Command, Conflict, Expected, Kind, Limit,
    Outcome, Position, RequestKey, StreamHead, StreamName,
};

pub(super) async fn a_committed_command_is_read_back_byte_for_byte(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let stream = stream("case/one");
    let mut first = append(&stream, Expected::New, 3, "first");
    first.revisions = 1;
    first.wake_at = Some(moment(17));
    let sealed = first.records().to_vec();
    let digest = first.head().digest;
    win(store, command(vec![first])).await?;

    let stored = store.stream_records(&stream, 0, Limit::MAX).await?;
    same!(stored.len(), 3, "records of the stream");
    for (record, stored) in sealed.iter().zip(stored) {
        same!(stored.header, record.header_bytes(), "header bytes");
        same!(stored.parts, record.parts(), "parts");
        same!(stored.erased, [], "erasures");
        same!(stored.open()?.record, *record, "record");
    }
    let expected = StreamHead {
        version: 3,
        digest,
        revision: 1,
        wake_at: Some(moment(17)),
    };
    same!(store.head(&stream).await?, Some(expected), "head");

    let mut second = append(&stream, Expected::At { version: 3, digest }, 1, "second");
    second.revisions = 2;
    let digest = second.head().digest;
    win(store, command(vec![second])).await?;
    let expected = StreamHead {
        version: 4,
        digest,
        revision: 3,
        wake_at: None,
    };
    same!(
        store.head(&stream).await?,
        Some(expected),
        "head after the second command"
    );
    same!(
        store.ledger().await?.size,
        Position(4),
        "size of the ledger"
    );
    Ok(())
}

pub(super) async fn a_command_decided_on_another_version_loses(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let stream = stream("case/one");
    let first = append(&stream, Expected::New, 2, "first");
    let digest = first.head().digest;
    win(store, command(vec![first])).await?;

    let conflict = lose(
        store,
        command(vec![append(&stream, Expected::New, 1, "late")]),
    )
    .await?;
    let moved = Conflict::StreamMoved {
        stream: stream.clone(),
        version: 2,
        digest: Some(digest),
    };
    same!(conflict, moved, "conflict of a command that saw no record");

    let early = Expected::At { version: 5, digest };
    let conflict = lose(store, command(vec![append(&stream, early, 1, "early")])).await?;
    same!(
        conflict,
        moved,
        "conflict of a command that saw too many records"
    );

    let unknown = self::stream("case/unknown");
    let seen = Expected::At { version: 1, digest };
    let conflict = lose(store, command(vec![append(&unknown, seen, 1, "x")])).await?;
    let moved = Conflict::StreamMoved {
        stream: unknown,
        version: 0,
        digest: None,
    };
    same!(conflict, moved, "conflict on a stream that has no record");
    same!(
        store.ledger().await?.size,
        Position(2),
        "size of the ledger"
    );
    Ok(())
}

pub(super) async fn a_command_decided_on_another_digest_loses(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let stream = stream("case/one");
    let first = append(&stream, Expected::New, 1, "first");
    let digest = first.head().digest;
    win(store, command(vec![first])).await?;
    let fork = append(
        &stream,
        Expected::At {
            version: 1,
            digest: Digest::of(b"fork"),
        },
        1,
        "fork",
    );
    let conflict = lose(store, command(vec![fork])).await?;
    same!(
        conflict,
        Conflict::StreamMoved {
            stream,
            version: 1,
            digest: Some(digest)
        },
        "conflict"
    );
    same!(
        store.ledger().await?.size,
        Position(1),
        "size of the ledger"
    );
    Ok(())
}

pub(super) async fn a_lost_command_leaves_nothing_on_any_stream(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let (one, two) = (stream("case/one"), stream("case/two"));
    win(
        store,
        command(vec![append(&two, Expected::New, 1, "first")]),
    )
    .await?;

    let lost = Command {
        appends: vec![
            append(&one, Expected::New, 2, "lost"),
            append(&two, Expected::New, 1, "lost"),
        ],
        case_number: Some(1),
        request: Some(request("key", "lost")),
        cases: vec![case(1, "open")],
        clocks: vec![CaseClocks {
            case_id: "case_1".to_owned(),
            rows: vec![clock(1, "duty", Some(5))],
        }],
        ..Command::default()
    };
    lose(store, lost).await?;

    same!(
        store.head(&one).await?,
        None,
        "head of the stream that was right"
    );
    same!(
        store.stream_records(&one, 0, Limit::MAX).await?.len(),
        0,
        "records of it"
    );
    same!(
        store.stream_records(&two, 0, Limit::MAX).await?.len(),
        1,
        "records of the other"
    );
    same!(store.case(&CaseKey::Number(1)).await?, None, "case");
    same!(
        store
            .cases(&CaseFilter::default(), None, Limit::MAX)
            .await?
            .len(),
        0,
        "cases"
    );
    same!(
        store
            .clocks(&ClockFilter::default(), None, Limit::MAX)
            .await?
            .len(),
        0,
        "clocks"
    );
    let key = RequestKey {
        person: "person_1".to_owned(),
        key: "key".to_owned(),
    };
    same!(store.request(&key).await?, None, "request");
    let ledger = store.ledger().await?;
    same!(
        (ledger.size, ledger.next_case_number),
        (Position(1), 1),
        "ledger"
    );
    Ok(())
}

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
    let outcomes = store.commit(batch).await?;
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
    let outcomes = store.commit(Batch::new(commands.collect())?).await?;
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

pub(super) async fn a_command_decided_on_another_system_head_loses(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let created = append(&StreamName::system(), Expected::New, 1, "created");
    let granted = append(&StreamName::system(), behind(&created), 1, "granted");
    let (seen, head) = (created.head().digest, granted.head().digest);
    win(store, command(vec![created])).await?;
    let stream = stream("case/one");
    let first = append(&stream, Expected::New, 1, "first");
    let second = append(&stream, behind(&first), 1, "second");
    win(
        store,
        Command {
            system: Some(seen),
            ..command(vec![first])
        },
    )
    .await?;
    win(store, command(vec![granted])).await?;

    let conflict = lose(
        store,
        Command {
            system: Some(seen),
            ..command(vec![second.clone()])
        },
    )
    .await?;
    same!(
        conflict,
        Conflict::SystemMoved { digest: Some(head) },
        "conflict"
    );
    win(
        store,
        Command {
            system: Some(head),
            ..command(vec![second])
        },
    )
    .await?;
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
        case_number: Some(number),
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
        .commit(Batch::new(vec![
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
