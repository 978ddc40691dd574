//! A history and its views as somebody keeps them, which is what an attacker gets to change.
//! Making one is in `desk.rs`.

use std::collections::BTreeMap;
use std::convert::Infallible;

use tsuho_audit::{
    CaseRow, ChunkRow, ClockRow, DefinitionRow, File, IncidentRow, LedgerRow, RequestRow, Row,
    Rows, SchemaObject, SnapshotRow, Source, StoredCalendar, StoredRecord, StoredWorkflow,
    StrayRow, StreamRow, Unreadable,
};
use tsuho_ledger::{Digest, Header};

/// Everything that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) records: Vec<StoredRecord>,
    pub(crate) workflows: BTreeMap<Digest, StoredWorkflow>,
    pub(crate) calendars: BTreeMap<Digest, StoredCalendar>,
    pub(crate) files: BTreeMap<Digest, Vec<u8>>,
    pub(crate) ledger: LedgerRow,
    pub(crate) streams: Vec<StreamRow>,
    pub(crate) cases: Vec<CaseRow>,
    pub(crate) incidents: Vec<IncidentRow>,
    pub(crate) clocks: Vec<ClockRow>,
    pub(crate) requests: Vec<RequestRow>,
    /// What a database has beside: rows that belong to nothing, a schema, what it says of itself.
    pub(crate) beside: Beside,
}

/// What only a database has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside {
    /// Chunks of files that are kept otherwise than in one piece.
    pub(crate) chunks: Vec<ChunkRow>,
    pub(crate) strays: Vec<StrayRow>,
    pub(crate) schema: Vec<SchemaObject>,
    pub(crate) damage: Vec<String>,
    pub(crate) snapshots: Vec<SnapshotRow>,
    /// Cells that cannot be read, in the row of that key.
    pub(crate) unreadable: Vec<Unreadable>,
}

fn rows<T: Clone>(rows: &[T]) -> Rows<'_, T, Infallible> {
    Box::new(rows.iter().cloned().map(|row| Ok(Ok(row))))
}

impl Kept {
    /// Gives the rows of a table, or the cells of them that cannot be read.
    fn table<'a, T: Clone>(
        &'a self,
        table: &'a str,
        rows: &'a [T],
        key: impl Fn(&T) -> String + 'a,
    ) -> Rows<'a, T, Infallible> {
        let is_of = move |cell: &&Unreadable| cell.field.split('.').next() == Some(table);
        let broken: Vec<&Unreadable> = self.beside.unreadable.iter().filter(is_of).collect();
        Box::new(rows.iter().map(move |row| {
            let broken = broken.iter().find(|cell| cell.row == key(row));
            Ok(broken.map_or_else(|| Ok(row.clone()), |cell| Err((*cell).clone())))
        }))
    }
}

impl Source for Kept {
    type Error = Infallible;

    fn records(&self) -> Rows<'_, StoredRecord, Infallible> {
        let mut records: Vec<_> = self.records.iter().collect();
        records.sort_by_key(|one| one.position);
        Box::new(records.into_iter().cloned().map(|record| Ok(Ok(record))))
    }

    fn headers(
        &self,
        stream: &str,
        (first, last): (u64, u64),
        most: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, Infallible> {
        let of_stream = self.records.iter().filter(|one| one.stream == stream);
        let mut headers: Vec<_> = of_stream
            .filter(|one| (first..=last).contains(&one.seq))
            .map(|one| (one.seq, one.header.clone()))
            .collect();
        headers.sort();
        headers.truncate(most);
        Ok(headers)
    }

    fn workflow(&self, digest: &Digest) -> Result<Option<Row<StoredWorkflow>>, Infallible> {
        Ok(self.workflows.get(digest).cloned().map(Ok))
    }

    fn calendar(&self, digest: &Digest) -> Result<Option<Row<StoredCalendar>>, Infallible> {
        Ok(self.calendars.get(digest).cloned().map(Ok))
    }

    fn file(&self, digest: &Digest) -> Result<File, Infallible> {
        let bytes = self.files.get(digest).cloned();
        Ok(bytes.map_or(File::Missing, File::Bytes))
    }

    fn ledger(&self) -> Option<Rows<'_, LedgerRow, Infallible>> {
        Some(self.table("ledger", std::slice::from_ref(&self.ledger), |_| "0".into()))
    }

    fn streams(&self) -> Option<Rows<'_, StreamRow, Infallible>> {
        Some(self.table("streams", &self.streams, |row| row.stream.clone()))
    }

    fn cases(&self) -> Option<Rows<'_, CaseRow, Infallible>> {
        Some(self.table("cases", &self.cases, |row| row.case_id.clone()))
    }

    fn incidents(&self) -> Option<Rows<'_, IncidentRow, Infallible>> {
        Some(self.table("incidents", &self.incidents, |row| row.incident_id.clone()))
    }

    fn clocks(&self) -> Option<Rows<'_, ClockRow, Infallible>> {
        let key = |row: &ClockRow| format!("{}/{}", row.case_id, row.duty);
        Some(self.table("clocks", &self.clocks, key))
    }

    fn snapshots(&self) -> Option<Rows<'_, SnapshotRow, Infallible>> {
        let key = |row: &SnapshotRow| row.stream.clone();
        Some(self.table("snapshots", &self.beside.snapshots, key))
    }

    fn requests(&self) -> Option<Rows<'_, RequestRow, Infallible>> {
        let key = |row: &RequestRow| format!("{}/{}", row.person, row.key);
        Some(self.table("requests", &self.requests, key))
    }

    fn definitions(&self) -> Option<Rows<'_, DefinitionRow, Infallible>> {
        let row = |table, digest: &Digest, name: &str| DefinitionRow {
            table,
            digest: *digest,
            key: name.to_owned(),
        };
        let workflows = self.workflows.iter();
        let mut all: Vec<_> = workflows
            .map(|(digest, stored)| row("workflows", digest, &stored.name))
            .collect();
        let calendars = self.calendars.iter();
        all.extend(calendars.map(|(digest, stored)| row("calendars", digest, &stored.name)));
        Some(Box::new(all.into_iter().map(|row| Ok(Ok(row)))))
    }

    fn chunks(&self) -> Option<Rows<'_, ChunkRow, Infallible>> {
        let whole = self.files.iter().map(|(digest, bytes)| ChunkRow {
            digest: *digest,
            chunk: 0,
            size: bytes.len() as u64,
            length: bytes.len() as u64,
        });
        let more = self.beside.chunks.iter().copied();
        Some(Box::new(whole.chain(more).map(|row| Ok(Ok(row)))))
    }

    fn strays(&self) -> Option<Rows<'_, StrayRow, Infallible>> {
        Some(rows(&self.beside.strays))
    }

    fn schema(&self) -> Option<Rows<'_, SchemaObject, Infallible>> {
        Some(rows(&self.beside.schema))
    }

    fn damage(&self) -> Option<Rows<'_, String, Infallible>> {
        Some(rows(&self.beside.damage))
    }
}

/// Reads the header of a record.
pub(crate) fn header(stored: &StoredRecord) -> Header {
    Header::from_bytes(&stored.header).expect("a header")
}
