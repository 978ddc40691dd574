//! The tables that an inspection reads from the first row to the last: their queries, and what becomes of a row.
//!
//! Leaves paging to `crates/store-sqlite/src/inspect.rs`.

use sqlx::sqlite::SqliteRow;
use tsuho_store::{
    Answer, BlobChunk, CaseRow, ClockRow, DefinitionRow, Error, IncidentRow, InspectedRecord,
    LedgerState, Position, Readable, RequestKey, Snapshot, StreamHead, StreamName,
};

use crate::{cell, row};

/// A table whose rows can be read one after the other, whatever they hold.
#[derive(Debug)]
pub struct Table<T> {
    pub(crate) name: &'static str,
    pub(crate) query: &'static str,
    /// The columns that name a row to whoever looks for it.
    key: &'static [&'static str],
    row: fn(&SqliteRow) -> Result<T, Error>,
}

impl<T> Table<T> {
    /// Reads a row.
    pub(crate) fn read(&self, row: &SqliteRow) -> Readable<T> {
        cell::read(row, self.key, self.row)
    }
}

/// The records, without their parts, each with the number of its stream.
pub(crate) const EVENTS: Table<(Option<i64>, InspectedRecord)> = Table {
    name: "events",
    query: include_str!("../queries/inspect_events.sql"),
    key: &["row_number"],
    row: |row| Ok(row::inspected(row)),
};

/// The ledger's own row; more than one is possible in a file that was changed.
pub const LEDGER: Table<LedgerState> = Table {
    name: "ledger",
    query: include_str!("../queries/inspect_ledger.sql"),
    key: &["id"],
    row: row::any_ledger,
};

/// Where each stream begins and stands.
pub const STREAMS: Table<(Position, StreamName, StreamHead)> = Table {
    name: "streams",
    query: include_str!("../queries/inspect_streams.sql"),
    key: &["stream"],
    row: row::placed_stream,
};

/// The cases.
pub const CASES: Table<CaseRow> = Table {
    name: "cases",
    query: include_str!("../queries/inspect_cases.sql"),
    key: &["case_id"],
    row: row::case,
};

/// The incidents.
pub const INCIDENTS: Table<IncidentRow> = Table {
    name: "incidents",
    query: include_str!("../queries/inspect_incidents.sql"),
    key: &["incident_id"],
    row: row::incident,
};

/// The clocks of all cases.
pub const CLOCKS: Table<ClockRow> = Table {
    name: "clocks",
    query: include_str!("../queries/inspect_clocks.sql"),
    key: &["case_number", "duty"],
    row: row::clock,
};

/// The snapshots, with their bytes: a page of them is to hold few.
pub const SNAPSHOTS: Table<Snapshot> = Table {
    name: "snapshots",
    query: include_str!("../queries/inspect_snapshots.sql"),
    key: &["stream"],
    row: row::snapshot,
};

/// The requests that were answered.
pub const REQUESTS: Table<(RequestKey, Answer)> = Table {
    name: "requests",
    query: include_str!("../queries/inspect_requests.sql"),
    key: &["person", "key"],
    row: row::request,
};

/// The files, chunk by chunk and without their bytes.
pub const BLOBS: Table<BlobChunk> = Table {
    name: "blobs",
    query: include_str!("../queries/inspect_blobs.sql"),
    key: &["digest", "chunk"],
    row: row::chunk,
};

/// The published workflows, without their texts.
pub const WORKFLOWS: Table<DefinitionRow> = Table {
    name: "workflows",
    query: include_str!("../queries/inspect_workflows.sql"),
    key: &["name", "version"],
    row: row::workflow_row,
};

/// The published calendars, without their texts.
pub const CALENDARS: Table<DefinitionRow> = Table {
    name: "calendars",
    query: include_str!("../queries/inspect_calendars.sql"),
    key: &["name", "version"],
    row: row::calendar_row,
};
