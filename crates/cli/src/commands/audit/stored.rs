//! Gives an auditor what a database holds, row by row and unchecked, from a thread of its own.
//! Judging it is left to `tsuho-audit`; the rows of requests can only be asked for by their key, and are not given.

use std::sync::Arc;

use tokio::runtime::Handle;
use tsuho_audit::{
    Absence, Absent, CaseRow, ClockRow, File, LedgerRow, RequestRow, Rows, Source, StoredCalendar,
    StoredRecord, StoredWorkflow, StreamRow,
};
use tsuho_core::people::InstallationKind;
use tsuho_ledger::Digest;
use tsuho_store::{
    CaseFilter, ClockFilter, DefinitionRef, Error, Kind, LedgerState, Limit, Position, Store,
    StreamName,
};
use tsuho_store_sqlite::SqliteStore;

/// A database as an auditor reads it. Its methods wait for the database, and so run on a thread where that is allowed.
pub(super) struct Stored {
    handle: Handle,
    store: Arc<SqliteStore>,
    /// The ledger's row as it was when reading began; records behind it belong to a later moment.
    ledger: LedgerState,
}

impl Stored {
    /// Begins to read.
    pub(super) fn new(handle: Handle, store: Arc<SqliteStore>, ledger: LedgerState) -> Self {
        Self {
            handle,
            store,
            ledger,
        }
    }
}

/// Gives rows page by page; `next` says where the page behind a row begins.
fn pages<'a, K: 'a, T: 'a, R: 'a>(
    first: K,
    read: impl Fn(&K) -> Result<Vec<R>, Error> + 'a,
    next: impl Fn(&R) -> K + 'a,
    take: impl Fn(R) -> T + 'a,
) -> Rows<'a, T, Error> {
    let mut place = Some(first);
    let pages = std::iter::from_fn(move || {
        let rows = match read(place.as_ref()?) {
            Ok(rows) => rows,
            Err(error) => {
                place = None;
                return Some(vec![Err(error)]);
            }
        };
        place = rows.last().filter(|_| is_full(&rows)).map(&next);
        (!rows.is_empty()).then(|| rows.into_iter().map(|row| Ok(take(row))).collect())
    });
    Box::new(pages.flatten())
}

/// Tells whether there may be a page behind this one.
fn is_full<R>(rows: &[R]) -> bool {
    u32::try_from(rows.len()).is_ok_and(|length| length == Limit::MAX.get())
}

impl Source for Stored {
    type Error = Error;

    fn records(&self) -> Rows<'_, StoredRecord, Error> {
        let size = self.ledger.size;
        let rows = pages(
            Position(0),
            |from| {
                let read = self.store.ledger_records(*from, Limit::MAX);
                self.handle.block_on(read)
            },
            |row| Position(row.position.0 + 1),
            record,
        );
        Box::new(
            rows.take_while(move |row| {
                row.as_ref().map_or(true, |record| record.position < size.0)
            }),
        )
    }

    fn record(&self, stream: &str, seq: u64) -> Result<Option<StoredRecord>, Error> {
        let Ok(stream) = stream.parse::<StreamName>() else {
            return Ok(None);
        };
        let read = self.store.stream_records(&stream, seq, Limit::new(1));
        let found = self.handle.block_on(read)?.into_iter().next();
        Ok(found.filter(|row| row.seq == seq).map(record))
    }

    fn workflow(&self, digest: &Digest) -> Result<Option<StoredWorkflow>, Error> {
        let which = DefinitionRef::Digest(*digest);
        let found = self.handle.block_on(self.store.workflow(&which))?;
        Ok(found.map(|row| StoredWorkflow {
            name: row.name,
            version: row.version,
            source: row.source,
            canonical: row.canonical,
        }))
    }

    fn calendar(&self, digest: &Digest) -> Result<Option<StoredCalendar>, Error> {
        let which = DefinitionRef::Digest(*digest);
        let found = self.handle.block_on(self.store.calendar(&which))?;
        Ok(found.map(|row| StoredCalendar {
            name: row.name,
            version: row.version,
            source: row.source,
        }))
    }

    fn file(&self, digest: &Digest) -> Result<File, Error> {
        match self.handle.block_on(self.store.blob(digest)) {
            Ok(Some(bytes)) => Ok(File::Bytes(bytes)),
            Ok(None) => Ok(File::Missing),
            Err(Error::Corrupt { .. }) => Ok(File::Broken),
            Err(error) => Err(error),
        }
    }

    fn ledger(&self) -> Result<Option<LedgerRow>, Error> {
        Ok(Some(LedgerRow {
            size: self.ledger.size.0,
            next_case_number: self.ledger.next_case_number,
            kind: match self.ledger.kind {
                Kind::Real => InstallationKind::Real,
                Kind::Drill => InstallationKind::Drill,
            },
        }))
    }

    fn streams(&self) -> Option<Rows<'_, StreamRow, Error>> {
        Some(pages(
            None,
            |after: &Option<StreamName>| {
                let read = self.store.streams(after.as_ref(), Limit::MAX);
                self.handle.block_on(read)
            },
            |(name, _)| Some(name.clone()),
            |(name, head)| StreamRow {
                stream: name.to_string(),
                version: head.version,
                head: head.digest,
                revision: head.revision,
                wake_at: head.wake_at,
            },
        ))
    }

    fn cases(&self) -> Option<Rows<'_, CaseRow, Error>> {
        Some(pages(
            None,
            |after| {
                let every = CaseFilter::default();
                let read = self.store.cases(&every, *after, Limit::MAX);
                self.handle.block_on(read)
            },
            |row| Some(row.number),
            |row| CaseRow {
                case_id: row.case_id,
                number: row.number,
                workflow: row.workflow,
                workflow_version: row.workflow_version,
                workflow_digest: row.workflow_digest,
                state: row.state,
                phase: row.phase,
                title: row.title,
                opened_at: row.opened_at,
                closed_at: row.closed_at,
                revision: row.revision,
            },
        ))
    }

    fn clocks(&self) -> Option<Rows<'_, ClockRow, Error>> {
        Some(pages(
            None,
            |after| {
                let every = ClockFilter::default();
                let read = self.store.clocks(&every, Option::as_ref(after), Limit::MAX);
                self.handle.block_on(read)
            },
            |row| Some(row.place()),
            |row| ClockRow {
                case_id: row.case_id,
                duty: row.duty,
                obligation: row.obligation,
                recipient: row.recipient,
                due_at: row.due_at,
                status: row.status,
                provisional: row.provisional,
            },
        ))
    }

    fn requests(&self) -> Option<Rows<'_, RequestRow, Error>> {
        None
    }
}

/// Hands a record on as it is stored.
fn record(row: tsuho_store::StoredRecord) -> StoredRecord {
    let erased = row.erased.iter().map(|erasure| Absence {
        class: erasure.class,
        why: Absent::Erased {
            by: erasure.erased_by.0,
        },
    });
    StoredRecord {
        position: row.position.0,
        stream: row.stream.to_string(),
        seq: row.seq,
        header: row.header,
        hash: row.hash,
        absent: erased.collect(),
        parts: row.parts,
    }
}
