//! The open database: one connection that writes, a few that read, and the memory of a failed write.
//!
//! Each promise is carried out in a file of its own; this one only hands it on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::SqlitePool;
use tsuho_ledger::{Digest, Moment};
use tsuho_store::{
    Answer, Batch, Calendar, CaseFilter, CaseKey, CaseRow, Claim, Claimed, ClockFilter, ClockPlace,
    ClockRow, DefinitionKey, DefinitionRef, Error, IncidentKey, IncidentRow, LedgerState, Limit,
    Outcome, Position, Renewal, RequestKey, Snapshot, Store, StoredRecord, StreamHead, StreamName,
    Tenure, Workflow,
};

use crate::bring_over::Keeper;
use crate::connections::{Connections, Taken};
use crate::failure::Context;
use crate::lock::Tenancy;
use crate::place::Place;
use crate::stopped::Stopped;
use crate::{blob, commit, lease, open, read, read_clocks, read_definitions, snapshot};

/// An open database.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    wait: Duration,
    /// Absent where the database was opened for reading alone.
    writer: Option<Writer>,
    readers: Connections,
    tenancy: Tenancy,
    stopped: Arc<Stopped>,
}

/// What writes.
#[derive(Debug)]
struct Writer {
    place: Place,
    connections: Connections,
    keeper: Keeper,
}

/// The connections of a database.
pub(crate) struct Pools {
    /// The one that writes batches, the one that brings their log over, and where; absent where it is only read.
    pub(crate) writers: Option<(SqlitePool, SqlitePool, Place)>,
    pub(crate) readers: SqlitePool,
}

impl SqliteStore {
    pub(crate) fn new(path: PathBuf, wait: Duration, pools: Pools) -> Self {
        let Pools { writers, readers } = pools;
        let stopped = Arc::new(Stopped::default());
        let writer = writers.map(|(batches, log, place)| Writer {
            place,
            connections: Connections::of(batches),
            keeper: Keeper::new(Connections::of(log), stopped.clone()),
        });
        Self {
            path,
            wait,
            writer,
            readers: Connections::of(readers),
            tenancy: Tenancy::new(),
            stopped,
        }
    }

    /// Returns where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes all connections. The last one to close a database writes its log into the one file.
    ///
    /// Where somebody else may have used other files under its names, what SQLite brings over and clears away by name could
    /// be over theirs: then the connections stay as they are until the process ends.
    pub async fn close(&self) {
        if let Some(writer) = &self.writer
            && !writer.place.is_shared_by_all()
        {
            self.readers.leave();
            writer.keeper.leave();
            writer.connections.leave();
            return;
        }
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.keeper.close().await;
            writer.connections.close().await;
        }
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context::new(&self.path, self.wait)
    }

    async fn reader(&self) -> Result<Taken<'_>, Error> {
        self.readers.take(self.context()).await
    }

    /// Returns what writes, unless nothing may be written.
    fn open_for_writing(&self) -> Result<&Writer, Error> {
        self.stopped.refuse()?;
        let writer = self.writer.as_ref().ok_or_else(|| Error::ReadOnly {
            path: self.path.clone(),
            reason: "it was opened for reading only",
        })?;
        self.stopped.written(writer.place.check())?;
        Ok(writer)
    }

    /// Hands on the result of a write: what was written is acknowledged only if it lies where it is looked for.
    fn written<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        let placed = result.and_then(|done| match &self.writer {
            Some(writer) => writer.place.check().map(|()| done),
            None => Ok(done),
        });
        self.stopped.written(placed)
    }

    /// Returns the connection that writes, once the log has room for so many records more.
    async fn writing(&self, records: usize) -> Result<&Connections, Error> {
        let Writer {
            connections,
            keeper,
            place: _,
        } = self.open_for_writing()?;
        let begun = keeper.begin(connections, self.context(), records);
        self.stopped.written(begun.await)?;
        Ok(connections)
    }

    /// Waits until what is written beside the batches is done.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`] if it failed, or anything before it: whoever asked last has not heard of it.
    pub async fn finish(&self) -> Result<(), Error> {
        if let Some(writer) = &self.writer {
            writer.keeper.finish().await;
        }
        self.stopped.refuse()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, batch: &Batch) -> Result<Vec<Outcome>, Error> {
        let appends = batch.commands().iter().flat_map(|one| &one.appends);
        let records = appends.map(|append| append.records().len()).sum();
        let writer = self.writing(records).await?;
        let begun = self.tenancy.begin().await;
        let committed = commit::commit(writer, self.context(), batch).await;
        self.tenancy.end(begun);
        self.written(committed)
    }

    async fn put_blob(&self, bytes: &[u8]) -> Result<Digest, Error> {
        // As many as records of a page each would be.
        let writer = self.writing(bytes.len() / 4096 + 1).await?;
        let put = blob::put(writer, self.context(), bytes).await;
        self.written(put)
    }

    async fn advance_virtual_now(&self, to: Moment) -> Result<(), Error> {
        let writer = self.writing(1).await?;
        let advanced = commit::advance_virtual_now(writer, self.context(), to).await;
        self.written(advanced)
    }

    async fn take_lease(&self, claim: &Claim) -> Result<Claimed, Error> {
        let writer = self.writing(1).await?;
        let taken = lease::take((writer, &self.readers), self.context(), claim).await;
        self.written(taken)
    }

    async fn renew_lease(&self, tenure: &Tenure, lasting: Duration) -> Result<Renewal, Error> {
        let writer = self.writing(1).await?;
        let renewed = lease::renew(writer, self.context(), tenure, lasting).await;
        self.written(renewed)
    }

    async fn release_lease(&self, tenure: &Tenure) -> Result<(), Error> {
        let writer = self.writing(1).await?;
        let released = lease::release(writer, self.context(), tenure).await;
        self.written(released)
    }

    async fn ledger(&self) -> Result<LedgerState, Error> {
        read::ledger(&mut *self.reader().await?, self.context()).await
    }

    async fn head(&self, stream: &StreamName) -> Result<Option<StreamHead>, Error> {
        read::head(&mut *self.reader().await?, self.context(), stream).await
    }

    async fn streams(
        &self,
        after: Option<&StreamName>,
        limit: Limit,
    ) -> Result<Vec<(StreamName, StreamHead)>, Error> {
        read::streams(&mut *self.reader().await?, self.context(), after, limit).await
    }

    async fn due_streams(
        &self,
        at: Moment,
        after: Option<&(Moment, StreamName)>,
        limit: Limit,
    ) -> Result<Vec<(Moment, StreamName)>, Error> {
        read::due_streams(
            &mut *self.reader().await?,
            self.context(),
            (at, after),
            limit,
        )
        .await
    }

    async fn stream_records(
        &self,
        stream: &StreamName,
        from: u64,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error> {
        read::stream_records(
            &mut *self.reader().await?,
            self.context(),
            (stream, from),
            limit,
        )
        .await
    }

    async fn first_records(
        &self,
        streams: &BTreeSet<StreamName>,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error> {
        read::first_records(&mut *self.reader().await?, self.context(), streams, limit).await
    }

    async fn case_ids(&self, numbers: &[u64]) -> Result<Vec<String>, Error> {
        read::case_ids(&mut *self.reader().await?, self.context(), numbers).await
    }

    async fn snapshot(&self, stream: &StreamName) -> Result<Option<Snapshot>, Error> {
        snapshot::last(&mut *self.reader().await?, self.context(), stream).await
    }

    async fn ledger_records(
        &self,
        from: Position,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error> {
        read::ledger_records(&mut *self.reader().await?, self.context(), from, limit).await
    }

    async fn case(&self, key: &CaseKey) -> Result<Option<CaseRow>, Error> {
        read::case(&mut *self.reader().await?, self.context(), key).await
    }

    async fn cases(
        &self,
        filter: &CaseFilter,
        after: Option<u64>,
        limit: Limit,
    ) -> Result<Vec<CaseRow>, Error> {
        read::cases(
            &mut *self.reader().await?,
            self.context(),
            (filter, after),
            limit,
        )
        .await
    }

    async fn incident(&self, key: &IncidentKey) -> Result<Option<IncidentRow>, Error> {
        read::incident(&mut *self.reader().await?, self.context(), key).await
    }

    async fn incidents(&self, after: Option<u64>, limit: Limit) -> Result<Vec<IncidentRow>, Error> {
        read::incidents(&mut *self.reader().await?, self.context(), after, limit).await
    }

    async fn clocks(
        &self,
        filter: &ClockFilter,
        after: Option<&ClockPlace>,
        limit: Limit,
    ) -> Result<Vec<ClockRow>, Error> {
        read_clocks::clocks(
            &mut *self.reader().await?,
            self.context(),
            (filter, after),
            limit,
        )
        .await
    }

    async fn request(&self, key: &RequestKey) -> Result<Option<Answer>, Error> {
        let found = read::request(&mut *self.reader().await?, self.context(), key).await?;
        if found.is_some() && self.writer.is_some() {
            // It will be acknowledged as done before, by whoever may have been killed between the last write and the flush.
            open::flush_log(self.context())?;
        }
        Ok(found)
    }

    async fn blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Error> {
        blob::get(&mut *self.reader().await?, self.context(), digest).await
    }

    async fn workflow(&self, which: &DefinitionRef) -> Result<Option<Workflow>, Error> {
        read_definitions::workflow(&mut *self.reader().await?, self.context(), which).await
    }

    async fn workflows(
        &self,
        after: Option<&DefinitionKey>,
        limit: Limit,
    ) -> Result<Vec<Workflow>, Error> {
        read_definitions::workflows(&mut *self.reader().await?, self.context(), after, limit).await
    }

    async fn calendar(&self, which: &DefinitionRef) -> Result<Option<Calendar>, Error> {
        read_definitions::calendar(&mut *self.reader().await?, self.context(), which).await
    }

    async fn calendars(
        &self,
        after: Option<&DefinitionKey>,
        limit: Limit,
    ) -> Result<Vec<Calendar>, Error> {
        read_definitions::calendars(&mut *self.reader().await?, self.context(), after, limit).await
    }
}

#[cfg(test)]
mod tests;
