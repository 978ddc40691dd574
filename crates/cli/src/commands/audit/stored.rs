//! Gives an auditor what a database holds, row by row and unchecked, from a thread of its own.
//! Judging it is left to `tsuho-audit`; what a row holds is read by the store.

use std::cell::RefCell;

use tokio::runtime::Handle;
use tsuho_audit::{
    Absence, Absent, CaseRow, ChunkRow, ClockRow, DefinitionRow, File, IncidentRow, LedgerRow,
    RequestRow, Row, Rows, SchemaObject, SnapshotRow, Source, StoredCalendar, StoredRecord,
    StoredWorkflow, StrayRow, StreamRow, Unreadable,
};
use tsuho_core::people::InstallationKind;
use tsuho_ledger::Digest;
use tsuho_store::{Aspect, Condition, Error, InspectedRecord, Kind, Limit, Readable, StreamName};
use tsuho_store_sqlite::Inspection;
use tsuho_store_sqlite::table::{self, Table};

/// Snapshots that are read at once: one of a large case has tens of megabytes.
const MOST_SNAPSHOTS: u32 = 4;

/// A database as an auditor reads it. Its methods wait for the database, and so run on a thread where that is allowed.
pub(crate) struct Stored {
    handle: Handle,
    inspection: RefCell<Inspection>,
    /// What was held against what it should be before.
    conditions: Vec<Condition>,
}

impl Stored {
    /// Begins to read.
    pub(super) fn new(handle: Handle, inspection: Inspection, conditions: Vec<Condition>) -> Self {
        Self {
            handle,
            inspection: RefCell::new(inspection),
            conditions,
        }
    }

    /// Ends reading.
    pub(super) fn close(self) {
        self.handle.block_on(self.inspection.into_inner().close());
    }

    /// Waits for what an inspection reads.
    fn read<T>(
        &self,
        work: impl AsyncFnOnce(&mut Inspection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut inspection = self.inspection.borrow_mut();
        self.handle.block_on(work(&mut inspection))
    }

    /// Gives the rows of a table page by page.
    fn table<'a, R: 'a, T: 'a>(
        &'a self,
        table: &'static Table<R>,
        take: impl Fn(i64, R) -> T + 'a,
    ) -> Rows<'a, T, Error> {
        let rows = pages(
            move |from| self.read(async |read| read.rows(table, from, Limit::MAX).await),
            |(number, _)| *number,
        );
        Box::new(rows.map(move |row| {
            row.map(|(number, row)| row.map(|row| take(number, row)).map_err(unreadable))
        }))
    }

    /// Gives what is read at once.
    fn whole<'a, R: 'a, T: 'a>(
        &self,
        work: impl AsyncFnOnce(&mut Inspection) -> Result<Vec<R>, Error>,
        take: impl Fn(R) -> T + 'a,
    ) -> Rows<'a, T, Error> {
        match self.read(work) {
            Ok(rows) => Box::new(rows.into_iter().map(move |row| Ok(Ok(take(row))))),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }
}

/// Gives rows page by page, in the order of their numbers.
fn pages<'a, R: 'a>(
    read: impl Fn(i64) -> Result<Vec<R>, Error> + 'a,
    number: impl Fn(&R) -> i64 + 'a,
) -> impl Iterator<Item = Result<R, Error>> + 'a {
    let mut from = Some(i64::MIN);
    let pages = std::iter::from_fn(move || {
        let rows = match read(from?) {
            Ok(rows) => rows,
            Err(error) => {
                from = None;
                return Some(vec![Err(error)]);
            }
        };
        from = rows.last().and_then(|row| number(row).checked_add(1));
        (!rows.is_empty()).then(|| rows.into_iter().map(Ok).collect())
    });
    pages.flatten()
}

impl Source for Stored {
    type Error = Error;

    fn records(&self) -> Rows<'_, StoredRecord, Error> {
        let rows = pages(
            |from| self.read(async |read| read.records(from, Limit::MAX).await),
            |record| record.number,
        );
        Box::new(rows.map(|row| row.map(record)))
    }

    fn headers(
        &self,
        stream: &str,
        stretch: (u64, u64),
        most: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, Error> {
        let Ok(stream) = stream.parse::<StreamName>() else {
            return Ok(Vec::new());
        };
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        self.read(async |read| read.headers(&stream, stretch, most).await)
    }

    fn workflow(&self, digest: &Digest) -> Result<Option<Row<StoredWorkflow>>, Error> {
        let found = self.read(async |read| read.workflow(digest).await)?;
        let take = |row: tsuho_store::Workflow| StoredWorkflow {
            name: row.name,
            version: row.version,
            source: row.source,
            canonical: row.canonical,
        };
        Ok(found.map(|row| row.map(take).map_err(unreadable)))
    }

    fn calendar(&self, digest: &Digest) -> Result<Option<Row<StoredCalendar>>, Error> {
        let found = self.read(async |read| read.calendar(digest).await)?;
        let take = |row: tsuho_store::Calendar| StoredCalendar {
            name: row.name,
            version: row.version,
            source: row.source,
        };
        Ok(found.map(|row| row.map(take).map_err(unreadable)))
    }

    fn file(&self, digest: &Digest) -> Result<File, Error> {
        match self.read(async |read| read.blob(digest).await) {
            Ok(Some(bytes)) => Ok(File::Bytes(bytes)),
            Ok(None) => Ok(File::Missing),
            Err(Error::Corrupt { .. }) => Ok(File::Broken),
            Err(error) => Err(error),
        }
    }

    fn ledger(&self) -> Option<Rows<'_, LedgerRow, Error>> {
        Some(self.table(&table::LEDGER, |_, row| LedgerRow {
            size: row.size.0,
            next_case_number: row.next_case_number,
            next_incident_number: row.next_incident_number,
            kind: match row.kind {
                Kind::Real => InstallationKind::Real,
                Kind::Drill => InstallationKind::Drill,
            },
            virtual_now: row.virtual_now,
            created_at: row.created_at,
        }))
    }

    fn streams(&self) -> Option<Rows<'_, StreamRow, Error>> {
        Some(
            self.table(&table::STREAMS, |_, (first, name, head)| StreamRow {
                stream: name.to_string(),
                first_position: first.0,
                version: head.version,
                head: head.digest,
                revision: head.revision,
                wake_at: head.wake_at,
            }),
        )
    }

    fn cases(&self) -> Option<Rows<'_, CaseRow, Error>> {
        Some(self.table(&table::CASES, |_, row| case_row(row)))
    }

    fn incidents(&self) -> Option<Rows<'_, IncidentRow, Error>> {
        Some(self.table(&table::INCIDENTS, |_, row| incident_row(row)))
    }

    fn clocks(&self) -> Option<Rows<'_, ClockRow, Error>> {
        Some(self.table(&table::CLOCKS, |_, row| ClockRow {
            case_id: row.case_id,
            duty: row.duty,
            obligation: row.obligation,
            recipient: row.recipient,
            due_at: row.due_at,
            status: row.status,
            provisional: row.provisional,
        }))
    }

    fn snapshots(&self) -> Option<Rows<'_, SnapshotRow, Error>> {
        let most = Limit::new(MOST_SNAPSHOTS);
        let rows = pages(
            move |from| self.read(async |read| read.rows(&table::SNAPSHOTS, from, most).await),
            |(number, _)| *number,
        );
        let take = |row: tsuho_store::Snapshot| SnapshotRow {
            stream: row.stream.to_string(),
            version: row.version,
            head: row.head,
            format: row.format,
            digest: row.digest,
            bytes: row.bytes,
        };
        Some(Box::new(rows.map(move |row| {
            row.map(|(_, row)| row.map(take).map_err(unreadable))
        })))
    }

    fn requests(&self) -> Option<Rows<'_, RequestRow, Error>> {
        Some(
            self.table(&table::REQUESTS, |number, (key, answer)| RequestRow {
                number,
                person: key.person,
                key: key.key,
                command: answer.command,
                stream: answer.stream.to_string(),
                first_seq: answer.first_seq,
                last_seq: answer.last_seq,
            }),
        )
    }

    fn definitions(&self) -> Option<Rows<'_, DefinitionRow, Error>> {
        let of = |table| {
            move |_, row: tsuho_store::DefinitionRow| DefinitionRow {
                table,
                digest: row.digest,
                key: format!("{}/{}", row.key.name, row.key.version),
            }
        };
        let workflows = self.table(&table::WORKFLOWS, of("workflows"));
        let calendars = self.table(&table::CALENDARS, of("calendars"));
        Some(Box::new(workflows.chain(calendars)))
    }

    fn chunks(&self) -> Option<Rows<'_, ChunkRow, Error>> {
        Some(self.table(&table::BLOBS, |_, row| ChunkRow {
            digest: row.digest,
            chunk: row.chunk,
            size: row.size,
            length: row.length,
        }))
    }

    fn strays(&self) -> Option<Rows<'_, StrayRow, Error>> {
        let take = |row: tsuho_store::StrayRow| StrayRow {
            table: row.table,
            row: row.row,
        };
        Some(self.whole(async |read| read.strays().await, take))
    }

    fn schema(&self) -> Option<Rows<'_, SchemaObject, Error>> {
        let take = |object: tsuho_store::SchemaObject| SchemaObject {
            kind: object.kind,
            name: object.name,
            expected: object.expected,
            found: object.found,
        };
        Some(self.whole(async |read| read.schema().await, take))
    }

    fn damage(&self) -> Option<Rows<'_, String, Error>> {
        Some(self.whole(async |read| read.damage().await, |said| said))
    }

    fn damage_at_a_glance(&self) -> Option<Rows<'_, String, Error>> {
        Some(self.whole(async |read| read.damage_at_a_glance().await, |said| said))
    }

    fn conditions(&self) -> Option<Rows<'_, tsuho_audit::Condition, Error>> {
        let conditions = self.conditions.iter().cloned();
        Some(Box::new(conditions.map(|one| Ok(Ok(condition(one))))))
    }
}

/// Hands on what was held against what it should be.
fn condition(one: Condition) -> tsuho_audit::Condition {
    tsuho_audit::Condition {
        aspect: match one.aspect {
            Aspect::Reference => tsuho_audit::Aspect::Reference,
            Aspect::Setting => tsuho_audit::Aspect::Setting,
            Aspect::Log => tsuho_audit::Aspect::Log,
            Aspect::Ledger => tsuho_audit::Aspect::Ledger,
            Aspect::Rows => tsuho_audit::Aspect::Rows,
        },
        name: one.name,
        expected: one.expected,
        found: one.found,
    }
}

/// Hands the row of a case on.
pub(super) fn case_row(row: tsuho_store::CaseRow) -> CaseRow {
    CaseRow {
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
        incident_id: row.incident_id,
        pending: row.pending,
    }
}

/// Hands the row of an incident on.
pub(super) fn incident_row(row: tsuho_store::IncidentRow) -> IncidentRow {
    IncidentRow {
        incident_id: row.incident_id,
        number: row.number,
        opened_at: row.opened_at,
        cases: row.cases,
    }
}

/// Hands on which cell cannot be read.
fn unreadable(cell: tsuho_store::Unreadable) -> Unreadable {
    Unreadable {
        field: format!("{}.{}", cell.table, cell.column),
        row: cell.row,
        found: cell.found,
    }
}

/// Hands a record on as it is stored, with the cells that cannot be read; without a position it has no place at all.
fn record(row: InspectedRecord) -> Row<StoredRecord> {
    let position = row.position.map_err(unreadable)?.0;
    let mut cells = Vec::new();
    let stream = or(&mut cells, row.stream.map(|stream| stream.to_string()));
    let seq = or(&mut cells, row.seq);
    let header = or(&mut cells, row.header);
    let hash = row.hash.unwrap_or_else(|cell| {
        cells.push(unreadable(cell));
        Digest::ZERO
    });
    let mut parts = Vec::new();
    for part in row.parts {
        let class = part.class.as_ref().ok().copied();
        match part.read() {
            Ok(part) => parts.push(part),
            // A part is known by its class, whichever of its cells it is.
            Err(cell) => cells.push(Unreadable {
                field: class.map_or_else(
                    || "parts.class".to_owned(),
                    |class| format!("parts.{class}"),
                ),
                ..unreadable(cell)
            }),
        }
    }
    let mut absent = Vec::new();
    for erasure in row.erased {
        match erasure {
            Ok(erasure) => absent.push(Absence {
                class: erasure.class,
                why: Absent::Erased {
                    by: erasure.erased_by.0,
                },
            }),
            Err(cell) => cells.push(unreadable(cell)),
        }
    }
    Ok(StoredRecord {
        position,
        stream,
        seq,
        header,
        hash,
        parts,
        absent,
        unreadable: cells,
    })
}

/// Returns a cell's value, or notes that it has none.
fn or<T: Default>(cells: &mut Vec<Unreadable>, cell: Readable<T>) -> T {
    cell.unwrap_or_else(|cell| {
        cells.push(unreadable(cell));
        T::default()
    })
}
