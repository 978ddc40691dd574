//! Promises about writers that know nothing of each other.
//!
//! The two stores share no memory, as if they were two processes.

use futures_util::future::try_join;
use tsuho_ledger::Digest;

use crate::conformance::sample::{append, command, commit, stream};
use crate::conformance::{Backend, Breach, same};
use crate::{Expected, Kind, Limit, Outcome, Position, Store, StreamName};

/// Commands that each writer gets through. Every one of them can meet the other writer's.
const ROUNDS: u64 = 100;

pub(super) async fn of_two_writers_exactly_one_wins_each_place(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let second = installation.second().await;
    let stream = stream("case/contested");
    let (one, two) = try_join(
        write(installation.store(), &stream, "one"),
        write(second.as_ref(), &stream, "two"),
    )
    .await?;

    same!((one.len(), two.len()), (100, 100), "commands acknowledged");
    let mut acknowledged: Vec<_> = one.into_iter().chain(two).collect();
    acknowledged.sort_unstable_by_key(|(position, _)| *position);
    let stored = chain(installation.store(), &stream).await?;
    same!(
        stored,
        acknowledged,
        "records stored and records acknowledged"
    );
    let places: Vec<_> = stored.iter().map(|(position, _)| position.0).collect();
    same!(places, (0..2 * ROUNDS).collect::<Vec<_>>(), "positions");
    Ok(())
}

/// Appends `ROUNDS` records one by one, deciding again whenever the other writer was first. Nobody can lose more often
/// than the other wins.
async fn write(
    store: &dyn Store,
    stream: &StreamName,
    note: &str,
) -> Result<Vec<(Position, Digest)>, Breach> {
    let mut won = Vec::new();
    for _ in 0..2 * ROUNDS {
        if won.len() as u64 == ROUNDS {
            break;
        }
        let head = store.head(stream).await?;
        let expected = head.map_or(Expected::New, |head| Expected::At {
            version: head.version,
            digest: head.digest,
        });
        let append = append(stream, expected, 1, note);
        let digest = append.head().digest;
        if let Outcome::Committed { positions } = commit(store, command(vec![append])).await? {
            won.extend(positions.into_iter().map(|position| (position, digest)));
        }
    }
    Ok(won)
}

/// Reads the stream, which has to be one chain.
async fn chain(store: &dyn Store, stream: &StreamName) -> Result<Vec<(Position, Digest)>, Breach> {
    let mut prev = Digest::ZERO;
    let mut found = Vec::new();
    for (seq, stored) in (0..).zip(store.stream_records(stream, 0, Limit::MAX).await?) {
        let placed = stored.open()?;
        let header = placed.record.header();
        same!((header.seq, header.prev), (seq, prev), "link of the chain");
        prev = placed.record.hash();
        found.push((placed.position, prev));
    }
    Ok(found)
}
