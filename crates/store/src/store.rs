//! The one trait that a backend implements.
//!
//! Says what is promised; how the promises are checked is in `crates/store/src/conformance.rs`.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use tsuho_ledger::{Digest, Moment};

use crate::{
    Answer, Batch, Calendar, CaseFilter, CaseKey, CaseRow, Claim, Claimed, ClockFilter, ClockPlace,
    ClockRow, DefinitionKey, DefinitionRef, Error, IncidentKey, IncidentRow, LedgerState, Limit,
    Outcome, Position, Renewal, RequestKey, Snapshot, StoredRecord, StreamHead, StreamName, Tenure,
    Workflow,
};

/// Largest file that is taken, in bytes.
pub const MAX_BLOB_BYTES: u64 = 100 * 1024 * 1024;

/// Bytes of a file that are written at once, so that other writers need not wait for the whole of it.
pub const BLOB_CHUNK_BYTES: usize = 1024 * 1024;

/// One installation's ledger, views, files and definitions.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Writes a batch under the one write lock and returns what became of each command, in order.
    ///
    /// A command that lost leaves nothing. Returns only once everything that is reported as committed is durable.
    /// After a failure while writing, nothing more is written until the store is opened again; the request rows then
    /// say which commands were committed.
    async fn commit(&self, batch: &Batch) -> Result<Vec<Outcome>, Error>;

    /// Stores a file under its SHA-256 and returns it. Storing it again changes nothing.
    async fn put_blob(&self, bytes: &[u8]) -> Result<Digest, Error>;

    /// Moves a drill's virtual present forward.
    async fn advance_virtual_now(&self, to: Moment) -> Result<(), Error>;

    /// Takes a lease, unless somebody else holds it. Each time it is taken its epoch is one higher.
    ///
    /// Leases are compared by the database's clock alone, in a drill too, and are no part of the history. One that would
    /// last longer than is asked for was taken before that clock was set back, and is nobody's.
    async fn take_lease(&self, claim: &Claim) -> Result<Claimed, Error>;

    /// Lets a lease last from here on. It is lost once somebody else has taken it, and never regained under its epoch.
    async fn renew_lease(&self, tenure: &Tenure, lasting: Duration) -> Result<Renewal, Error>;

    /// Gives a lease back, so that nobody has to wait for its end. One that was lost changes nothing.
    async fn release_lease(&self, tenure: &Tenure) -> Result<(), Error>;

    /// Returns the ledger's row.
    async fn ledger(&self) -> Result<LedgerState, Error>;

    /// Returns where a stream stands, if it has a record.
    async fn head(&self, stream: &StreamName) -> Result<Option<StreamHead>, Error>;

    /// Returns streams with their heads in the order of their names, beginning behind `after`.
    async fn streams(
        &self,
        after: Option<&StreamName>,
        limit: Limit,
    ) -> Result<Vec<(StreamName, StreamHead)>, Error>;

    /// Returns streams whose wake-up is at or before `at`, the earliest first, beginning behind `after`.
    async fn due_streams(
        &self,
        at: Moment,
        after: Option<&(Moment, StreamName)>,
        limit: Limit,
    ) -> Result<Vec<(Moment, StreamName)>, Error>;

    /// Returns records of a stream in order, beginning with `from`.
    async fn stream_records(
        &self,
        stream: &StreamName,
        from: u64,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error>;

    /// Returns the first records of many streams, of each as many as [`Store::stream_records`] would from 0 on, stream by
    /// stream in the order of their names.
    async fn first_records(
        &self,
        streams: &BTreeSet<StreamName>,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error> {
        let mut records = Vec::new();
        for stream in streams {
            records.extend(self.stream_records(stream, 0, limit).await?);
        }
        Ok(records)
    }

    /// Returns the ids of the cases of these numbers, in no order; of a number that no case has, nothing.
    async fn case_ids(&self, numbers: &[u64]) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        for number in numbers {
            let case = self.case(&CaseKey::Number(*number)).await?;
            ids.extend(case.map(|case| case.case_id));
        }
        Ok(ids)
    }

    /// Returns the last snapshot of a stream, if one is kept. It is what some command brought along, unless somebody
    /// changed it; nothing is checked here.
    async fn snapshot(&self, stream: &StreamName) -> Result<Option<Snapshot>, Error>;

    /// Returns records of the whole ledger in order, beginning with `from`.
    async fn ledger_records(
        &self,
        from: Position,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error>;

    /// Returns one case's row.
    async fn case(&self, key: &CaseKey) -> Result<Option<CaseRow>, Error>;

    /// Returns cases by number, beginning behind the number `after`.
    async fn cases(
        &self,
        filter: &CaseFilter,
        after: Option<u64>,
        limit: Limit,
    ) -> Result<Vec<CaseRow>, Error>;

    /// Returns one incident's row.
    async fn incident(&self, key: &IncidentKey) -> Result<Option<IncidentRow>, Error>;

    /// Returns incidents by number, beginning behind the number `after`.
    async fn incidents(&self, after: Option<u64>, limit: Limit) -> Result<Vec<IncidentRow>, Error>;

    /// Returns clocks that run by due instant, those without one last, and behind them those that have ended, by the number
    /// of their case and by duty; beginning behind `after`.
    async fn clocks(
        &self,
        filter: &ClockFilter,
        after: Option<&ClockPlace>,
        limit: Limit,
    ) -> Result<Vec<ClockRow>, Error>;

    /// Returns what a person's key was used for, if it was.
    async fn request(&self, key: &RequestKey) -> Result<Option<Answer>, Error>;

    /// Returns a file, measured again: bytes that no longer have their digest are [`Error::Corrupt`].
    async fn blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Error>;

    /// Returns a workflow by its digest, or by its name and version.
    async fn workflow(&self, which: &DefinitionRef) -> Result<Option<Workflow>, Error>;

    /// Returns workflows by name and version as text, beginning behind `after`.
    async fn workflows(
        &self,
        after: Option<&DefinitionKey>,
        limit: Limit,
    ) -> Result<Vec<Workflow>, Error>;

    /// Returns a calendar by its digest, or by its name and version.
    async fn calendar(&self, which: &DefinitionRef) -> Result<Option<Calendar>, Error>;

    /// Returns calendars by name and version as text, beginning behind `after`.
    async fn calendars(
        &self,
        after: Option<&DefinitionKey>,
        limit: Limit,
    ) -> Result<Vec<Calendar>, Error>;
}
