//! Promises about what one command writes, and that a lost one writes nothing.
//!
//! Several commands are in `crates/store/src/conformance/batching.rs`, races between writers in
//! `crates/store/src/conformance/racing.rs`.

use tsuho_ledger::Digest;

use crate::conformance::sample::{
    append, behind, case, clock, command, lose, moment, request, stream, win,
};
use crate::conformance::{Backend, Breach, same};
use crate::{
    CaseFilter, CaseKey, ClockFilter, Command, Conflict, Expected, Kind, Limit, Position,
    RequestKey, StreamHead, StreamName,
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
        case_numbers: vec![1],
        request: Some(request("key", "lost")),
        cases: vec![case(1, "open")],
        clocks: vec![clock(1, "duty", Some(5))],
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

pub(super) async fn a_command_decided_on_another_head_of_a_stream_that_it_read_loses(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let (read, written) = (stream("operator"), stream("case/one"));
    let told = append(&read, Expected::New, 1, "told");
    let told_again = append(&read, behind(&told), 1, "told again");
    let (seen, head) = (behind(&told), told_again.head().digest);
    win(store, command(vec![told])).await?;
    win(store, command(vec![told_again.clone()])).await?;
    let first = append(&written, Expected::New, 1, "first");
    for outdated in [Expected::New, seen] {
        let lost = Command {
            read: vec![(read.clone(), outdated)],
            ..command(vec![first.clone()])
        };
        let expected = Conflict::StreamMoved {
            stream: read.clone(),
            version: 2,
            digest: Some(head),
        };
        same!(lose(store, lost).await?, expected, "conflict");
    }
    let won = Command {
        read: vec![(read.clone(), behind(&told_again))],
        ..command(vec![first])
    };
    win(store, won).await?;
    Ok(())
}
