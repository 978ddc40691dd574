//! The open database: one connection that writes, a few that read, and the memory of a failed write.
//!
//! Each promise is carried out in a file of its own; this one only hands it on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
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
use crate::failure::{Context, is_final};
use crate::lock::Tenancy;
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
    /// Why nothing is written any more, once a write has failed.
    stopped: Mutex<Option<Arc<Error>>>,
}

/// What writes.
#[derive(Debug)]
pub(crate) struct Writer {
    connections: Connections,
    keeper: Keeper,
}

impl Writer {
    /// Takes the connection that writes batches, and the one that brings their log over.
    pub(crate) fn new(batches: SqlitePool, log: SqlitePool) -> Self {
        Self {
            connections: Connections::of(batches),
            keeper: Keeper::new(Connections::of(log)),
        }
    }
}

impl SqliteStore {
    pub(crate) fn new(
        path: PathBuf,
        wait: Duration,
        writer: Option<Writer>,
        readers: SqlitePool,
    ) -> Self {
        Self {
            path,
            wait,
            writer,
            readers: Connections::of(readers),
            tenancy: Tenancy::new(),
            stopped: Mutex::new(None),
        }
    }

    /// Returns where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes all connections. The last one to close a database writes its log into the one file.
    pub async fn close(&self) {
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

    /// Returns the connection that writes, unless nothing may be written.
    pub(crate) fn writer(&self) -> Result<&Connections, Error> {
        Ok(&self.writing()?.connections)
    }

    fn writing(&self) -> Result<&Writer, Error> {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cause) = &*stopped {
            return Err(Error::Stopped {
                cause: cause.clone(),
            });
        }
        self.writer.as_ref().ok_or_else(|| Error::ReadOnly {
            path: self.path.clone(),
            reason: "it was opened for reading only",
        })
    }

    /// Hands on the result of a write; after a failure that leaves open what is on the disk, no other may follow.
    fn written<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result
            && is_final(error)
        {
            let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
            stopped.get_or_insert_with(|| Arc::new(error.retold()));
        }
        result
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, batch: &Batch) -> Result<Vec<Outcome>, Error> {
        let Writer {
            connections,
            keeper,
        } = self.writing()?;
        let commands = batch.commands().len();
        let begun = keeper.begin(connections, self.context(), commands);
        self.written(begun.await)?;
        let begun = self.tenancy.begin().await;
        let committed = commit::commit(connections, self.context(), batch).await;
        self.tenancy.end(begun);
        self.written(committed)
    }

    async fn put_blob(&self, bytes: &[u8]) -> Result<Digest, Error> {
        let writer = self.writer()?;
        self.written(blob::put(writer, self.context(), bytes).await)
    }

    async fn advance_virtual_now(&self, to: Moment) -> Result<(), Error> {
        let writer = self.writer()?;
        self.written(commit::advance_virtual_now(writer, self.context(), to).await)
    }

    async fn take_lease(&self, claim: &Claim) -> Result<Claimed, Error> {
        let writer = self.writer()?;
        self.written(lease::take((writer, &self.readers), self.context(), claim).await)
    }

    async fn renew_lease(&self, tenure: &Tenure, lasting: Duration) -> Result<Renewal, Error> {
        let writer = self.writer()?;
        self.written(lease::renew(writer, self.context(), tenure, lasting).await)
    }

    async fn release_lease(&self, tenure: &Tenure) -> Result<(), Error> {
        let writer = self.writer()?;
        self.written(lease::release(writer, self.context(), tenure).await)
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
