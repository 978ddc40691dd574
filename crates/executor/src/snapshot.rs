//! Keeps folded cases in the store too, so that opening one need not begin with its first record.
//!
//! What a snapshot is, is said in `crates/core/src/case/snapshot.rs`. It comes with the command after which it is made, in
//! the same transaction, so that it is only ever of records that are there; and whatever is wrong with one that is read
//! makes it be left alone.

use tsuho_core::case::{Case, snapshot};
use tsuho_core::ids::CaseId;
use tsuho_ledger::Chain;
use tsuho_store::{Limit, Snapshot, Store, StoredRecord, StreamName};

use crate::cases::{Loaded, Row};

/// How many events lie behind the last snapshot before the next is made.
pub(crate) const SNAPSHOT_EVENTS: u32 = 64;

/// How many bytes of snapshots are written for each event at most. So a large case is written down more rarely, and what
/// opening it has to fold beside grows with it: at a hundredth of the time that reading its snapshot takes.
const BYTES_PER_EVENT: u64 = 16 * 1024;

/// The largest snapshot, in bytes: far below the gigabyte that a cell of SQLite takes, and beyond what a machine has room
/// for several times over. A case that is larger is folded from the last one that was not.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// Where the last snapshot of a case lies, and how much it weighs; nowhere if there is none that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Last {
    /// How many records it folds.
    pub(crate) version: u64,
    /// How many bytes it has.
    pub(crate) bytes: u64,
}

impl Last {
    /// Tells whether the next one is made at a version.
    fn is_behind(self, version: u64, events: u32) -> bool {
        let since = version.saturating_sub(self.version);
        since >= u64::from(events) && since.saturating_mul(BYTES_PER_EVENT) >= self.bytes
    }
}

/// Makes the snapshot of a case that stands at the end of a chain, if it is time; returns which is then the last.
pub(crate) fn next(
    last: Last,
    case: &Case,
    chain: &Chain,
    events: u32,
) -> (Option<Snapshot>, Last) {
    let version = chain.length();
    if !last.is_behind(version, events) {
        return (None, last);
    }
    let bytes = snapshot::write(case);
    let made = Last {
        version,
        bytes: bytes.len() as u64,
    };
    // One that is too large is tried again only once as much was written as if it had been made.
    let snapshot = (bytes.len() <= MOST_BYTES).then(|| of(chain, bytes));
    (snapshot, made)
}

/// Binds bytes to the end of a chain.
fn of(chain: &Chain, bytes: Vec<u8>) -> Snapshot {
    let stream = StreamName::new(chain.stream().clone());
    let (version, head) = (chain.length(), chain.head());
    let place = snapshot::Place {
        stream: stream.as_str(),
        version,
        head,
    };
    Snapshot {
        version,
        head,
        format: snapshot::FORMAT.to_owned(),
        digest: snapshot::digest(snapshot::FORMAT, place, &bytes),
        bytes,
        stream,
    }
}

/// What was read of a case's records beyond where folding begins.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) records: Vec<StoredRecord>,
    /// Whether there are no more.
    pub(crate) is_last: bool,
}

impl Page {
    fn new(records: Vec<StoredRecord>, limit: Limit) -> Self {
        let is_last = records.len() < limit.get() as usize;
        Self { records, is_last }
    }
}

/// Finds where to begin with a case that is not kept: at its snapshot, or with nothing at its first records. One of few
/// events is read at once, without asking for a snapshot.
pub(crate) async fn begin(
    store: &dyn Store,
    stream: &StreamName,
    id: CaseId,
    events: u32,
) -> Result<(Option<Loaded>, Page), tsuho_store::Error> {
    let limit = Limit::new(events);
    let first = Page::new(store.stream_records(stream, 0, limit).await?, limit);
    if first.is_last {
        return Ok((None, first));
    }
    match kept(store, stream, id).await {
        Ok(Some((loaded, behind))) => Ok((Some(loaded), behind)),
        Ok(None) => Ok((None, first)),
        // It is disposable, and the next command that is due to write one replaces it: nobody need hear of each.
        Err(Unusable::Format(format)) => {
            tracing::debug!(stream = %stream, format, "a snapshot of another format is passed over, and the whole history is read");
            Ok((None, first))
        }
        // What also hinders reading the records is said when they are read.
        Err(why) => {
            tracing::warn!(stream = %stream, why = %why, "a snapshot is left alone, and the whole history is read");
            Ok((None, first))
        }
    }
}

/// Why a snapshot is left alone.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("it cannot be read")]
    Unread(#[source] tsuho_store::Error),
    #[error("it is of the format `{0}`")]
    Format(String),
    #[error("its digest is not that of its bytes and its place")]
    Digest,
    #[error("its bytes are no case")]
    Bytes,
    #[error("it is of another case or version")]
    Case,
    #[error("its last record is another, or is not there")]
    Head,
}

/// Reads the snapshot of a case, and the records from its last on.
async fn kept(
    store: &dyn Store,
    stream: &StreamName,
    id: CaseId,
) -> Result<Option<(Loaded, Page)>, Unusable> {
    let found = store.snapshot(stream).await.map_err(Unusable::Unread)?;
    let Some(found) = found else {
        return Ok(None);
    };
    let case = read(&found, stream, id)?;
    let from = found.version.checked_sub(1).ok_or(Unusable::Case)?;
    let records = store.stream_records(stream, from, Limit::MAX).await;
    let mut page = Page::new(records.map_err(Unusable::Unread)?, Limit::MAX);
    if page.records.is_empty() {
        return Err(Unusable::Head);
    }
    let last = page.records.remove(0);
    let last = last.open().map_err(Unusable::Unread)?.record;
    if last.hash() != found.head || last.header().seq != from {
        return Err(Unusable::Head);
    }
    let loaded = Loaded {
        case: case.into(),
        chain: Chain::behind(&last),
        last: Last {
            version: found.version,
            bytes: found.bytes.len() as u64,
        },
        row: Row::default(),
        known: None,
    };
    Ok(Some((loaded, page)))
}

/// Reads the case out of a snapshot, if that is what it says it is.
fn read(found: &Snapshot, stream: &StreamName, id: CaseId) -> Result<Case, Unusable> {
    let place = snapshot::Place {
        stream: stream.as_str(),
        version: found.version,
        head: found.head,
    };
    if snapshot::digest(&found.format, place, &found.bytes) != found.digest {
        return Err(Unusable::Digest);
    }
    // Asked behind the digest, which binds every format: one that was damaged is not taken for another.
    if found.format != snapshot::FORMAT {
        return Err(Unusable::Format(found.format.clone()));
    }
    let case = snapshot::read(&found.bytes).ok_or(Unusable::Bytes)?;
    if case.id == id && case.version == found.version {
        Ok(case)
    } else {
        Err(Unusable::Case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the bytes that are written while a case grows by one event at a time.
    fn written(events: u64, bytes_of: impl Fn(u64) -> u64) -> (u64, u64) {
        let (mut last, mut written, mut furthest) = (Last::default(), 0, 0);
        for version in 1..=events {
            if last.is_behind(version, SNAPSHOT_EVENTS) {
                let bytes = bytes_of(version);
                written += bytes;
                last = Last { version, bytes };
            }
            furthest = furthest.max(version - last.version);
        }
        (written, furthest)
    }

    #[test]
    fn a_small_case_is_written_every_64_events_and_a_large_one_more_rarely() {
        let events = 200_000;
        // A series: 340 bytes for each event.
        let (bytes, furthest) = written(events, |version| version * 340);
        assert!(bytes <= events * BYTES_PER_EVENT, "{bytes}");
        println!(
            "FIGURE snapshots of a growing series: {} bytes written for each of {events} events, at most {furthest} events behind the last",
            bytes / events
        );
        assert!(furthest < 5_000, "{furthest}");
        // Notes: the case stays as small as it was.
        let (bytes, furthest) = written(events, |_| 700);
        assert_eq!(furthest, u64::from(SNAPSHOT_EVENTS) - 1);
        assert!(bytes / events < 12, "{bytes}");
    }
}
