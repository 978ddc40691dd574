//! A history and its views as somebody keeps them, which is what an attacker gets to change.
//! Making one is in `desk.rs`.

use std::collections::BTreeMap;
use std::convert::Infallible;

use tsuho_audit::{
    CaseRow, ClockRow, File, LedgerRow, RequestRow, Rows, Source, StoredCalendar, StoredRecord,
    StoredWorkflow, StreamRow,
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
    pub(crate) clocks: Vec<ClockRow>,
    pub(crate) requests: Vec<RequestRow>,
}

fn rows<T: Clone>(rows: &[T]) -> Rows<'_, T, Infallible> {
    Box::new(rows.iter().cloned().map(Ok))
}

impl Source for Kept {
    type Error = Infallible;

    fn records(&self) -> Rows<'_, StoredRecord, Infallible> {
        let mut records: Vec<_> = self.records.iter().collect();
        records.sort_by_key(|one| one.position);
        Box::new(records.into_iter().cloned().map(Ok))
    }

    fn record(&self, stream: &str, seq: u64) -> Result<Option<StoredRecord>, Infallible> {
        let mut records = self.records.iter();
        Ok(records
            .find(|one| one.stream == stream && one.seq == seq)
            .cloned())
    }

    fn workflow(&self, digest: &Digest) -> Result<Option<StoredWorkflow>, Infallible> {
        Ok(self.workflows.get(digest).cloned())
    }

    fn calendar(&self, digest: &Digest) -> Result<Option<StoredCalendar>, Infallible> {
        Ok(self.calendars.get(digest).cloned())
    }

    fn file(&self, digest: &Digest) -> Result<File, Infallible> {
        let bytes = self.files.get(digest).cloned();
        Ok(bytes.map_or(File::Missing, File::Bytes))
    }

    fn ledger(&self) -> Result<Option<LedgerRow>, Infallible> {
        Ok(Some(self.ledger))
    }

    fn streams(&self) -> Option<Rows<'_, StreamRow, Infallible>> {
        Some(rows(&self.streams))
    }

    fn cases(&self) -> Option<Rows<'_, CaseRow, Infallible>> {
        Some(rows(&self.cases))
    }

    fn clocks(&self) -> Option<Rows<'_, ClockRow, Infallible>> {
        Some(rows(&self.clocks))
    }

    fn requests(&self) -> Option<Rows<'_, RequestRow, Infallible>> {
        Some(rows(&self.requests))
    }
}

/// Reads the header of a record.
pub(crate) fn header(stored: &StoredRecord) -> Header {
    Header::from_bytes(&stored.header).expect("a header")
}
