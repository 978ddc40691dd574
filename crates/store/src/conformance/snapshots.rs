//! Promises about snapshots: the last one that was committed is read back as it was, and no other.

use tsuho_ledger::Digest;

use crate::conformance::sample::{append, behind, command, lose, stream, win};
use crate::conformance::{Backend, Breach, same};
use crate::{Append, Command, Expected, Kind, Snapshot};

/// Makes a snapshot of a stream as an append leaves it; the longer ones are larger than a page of any backend.
fn snapshot(append: &Append, bytes: usize) -> Snapshot {
    let head = append.head();
    Snapshot {
        stream: append.stream().clone(),
        version: head.version,
        head: head.digest,
        format: format!("format/{}", head.version),
        digest: Digest::of(&head.version.to_be_bytes()),
        bytes: (0..bytes).map(|byte| byte.to_be_bytes()[7]).collect(),
    }
}

fn bringing(append: &Append, snapshot: &Snapshot) -> Command {
    Command {
        snapshots: vec![snapshot.clone()],
        ..command(vec![append.clone()])
    }
}

pub(super) async fn a_snapshot_takes_the_place_of_the_one_before(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let first = append(&stream("case/one"), Expected::New, 2, "first");
    let second = append(&stream("case/one"), behind(&first), 1, "second");
    let third = append(&stream("case/one"), behind(&second), 1, "third");
    let other = append(&stream("case/two"), Expected::New, 1, "other");
    let (small, large) = (snapshot(&first, 10), snapshot(&second, 300_000));
    let of_other = snapshot(&other, 0);
    same!(
        store.snapshot(&stream("case/one")).await?,
        None,
        "snapshot of a stream that is not there"
    );
    win(store, bringing(&first, &small)).await?;
    win(store, bringing(&other, &of_other)).await?;
    let found = store.snapshot(&stream("case/one")).await?;
    same!(found, Some(small), "the first snapshot");
    win(store, bringing(&second, &large)).await?;
    win(store, command(vec![third])).await?;
    let found = installation
        .second()
        .await
        .snapshot(&stream("case/one"))
        .await?;
    same!(found, Some(large), "the second snapshot");
    let found = store.snapshot(&stream("case/two")).await?;
    same!(found, Some(of_other), "the other stream's snapshot");
    Ok(())
}

pub(super) async fn a_lost_command_leaves_the_snapshot_as_it_was(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let first = append(&stream("case/one"), Expected::New, 1, "first");
    let late = append(&stream("case/one"), Expected::New, 2, "late");
    let kept = snapshot(&first, 10);
    win(store, bringing(&first, &kept)).await?;
    lose(store, bringing(&late, &snapshot(&late, 20))).await?;
    let found = store.snapshot(&stream("case/one")).await?;
    same!(found, Some(kept), "the snapshot after a lost command");
    Ok(())
}
