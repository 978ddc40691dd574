//! A store in whose way somebody stands: who is faster, a disk that fails, a process that dies, rows that were changed.
//! Everything else is the store behind it.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tsuho_ledger::{Digest, Moment, Record};
use tsuho_store::{
    Answer, Append, Batch, Calendar, CaseFilter, CaseKey, CaseRow, Claim, Claimed, ClockFilter,
    ClockPlace, ClockRow, DefinitionKey, DefinitionRef, Error, Expected, IncidentKey, IncidentRow,
    LedgerState, Limit, Outcome, Position, Renewal, RequestKey, Snapshot, Store, StoredRecord,
    StreamHead, StreamName, Tenure, Workflow,
};

/// What happens at a commit.
pub(crate) enum Meddling {
    /// Somebody else goes first.
    First(Pin<Box<dyn Future<Output = ()> + Send>>),
    /// The disk fails, and nothing is written.
    Fail,
    /// Another process holds the lock for longer than the store waits, and nothing is written.
    StayLocked(Duration),
    /// The database refuses a row of the batch, and nothing is written.
    Refuse,
    /// It is written, and the answer is lost.
    LoseAnswer,
    /// The process stops before anything is written, and says so.
    HangBefore(Arc<Notify>),
    /// The process stops after everything was written, and says so.
    HangAfter(Arc<Notify>),
}

/// Rows as somebody changed them.
type Changed<T> = Mutex<Option<fn(T) -> T>>;

/// What is told instead of the snapshot that is kept.
pub(crate) type Told = Box<dyn Fn(Option<Snapshot>) -> Result<Option<Snapshot>, Error> + Send>;

/// The store.
pub(crate) struct Meddled {
    inner: Arc<dyn Store>,
    commits: Mutex<VecDeque<Meddling>>,
    /// How many commands each batch had that was to be committed.
    pub(crate) batches: Mutex<Vec<usize>>,
    pub(crate) workflows: Changed<Workflow>,
    pub(crate) records: Changed<Vec<StoredRecord>>,
    pub(crate) snapshots: Mutex<Option<Told>>,
    /// Whether every command is appended to whatever heads there are.
    pub(crate) is_blind: AtomicBool,
    /// Streams that are listed as the longest due, and are not there.
    pub(crate) phantoms: Mutex<Vec<StreamName>>,
}

impl Meddled {
    /// Stands in the way of a store, at its next commits.
    pub(crate) fn new(
        inner: Arc<dyn Store>,
        commits: impl IntoIterator<Item = Meddling>,
    ) -> Arc<Self> {
        let commits = Mutex::new(commits.into_iter().collect());
        Arc::new(Self {
            inner,
            commits,
            batches: Mutex::default(),
            workflows: Mutex::new(None),
            records: Mutex::new(None),
            snapshots: Mutex::new(None),
            is_blind: AtomicBool::new(false),
            phantoms: Mutex::default(),
        })
    }

    /// Stands in the way of one more commit.
    pub(crate) fn then(&self, meddling: Meddling) {
        self.commits
            .lock()
            .expect("no test panics here")
            .push_back(meddling);
    }
}

impl fmt::Debug for Meddled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meddled({:?})", self.inner)
    }
}

fn broken() -> Error {
    Error::Unavailable {
        source: "the disk is on fire".into(),
    }
}

/// Returns a batch whose appends stand at the end of their streams, wherever that is.
async fn moved(store: &dyn Store, batch: &Batch) -> Result<Batch, Error> {
    let mut commands = batch.commands().to_vec();
    for command in &mut commands {
        command.read.clear();
        for append in &mut command.appends {
            let head = store.head(append.stream()).await?;
            let expected = head.map_or(Expected::New, |head| Expected::At {
                version: head.version,
                digest: head.digest,
            });
            let mut prev = expected.digest().copied().unwrap_or(Digest::ZERO);
            let records = (expected.version()..).zip(append.records());
            let records = records.map(|(seq, record)| {
                let mut header = record.header().clone();
                (header.seq, header.prev) = (seq, prev);
                let record = Record::seal(header, record.parts().to_vec()).expect("sealed before");
                prev = record.hash();
                record
            });
            let mut moved = Append::new(append.stream().clone(), expected, records.collect())
                .expect("chained again");
            (moved.revisions, moved.wake_at) = (append.revisions, append.wake_at);
            *append = moved;
        }
    }
    Ok(Batch::new(commands).expect("as many as before"))
}

#[async_trait]
impl Store for Meddled {
    async fn commit(&self, batch: &Batch) -> Result<Vec<Outcome>, Error> {
        self.batches
            .lock()
            .expect("no test panics here")
            .push(batch.commands().len());
        let meddling = self
            .commits
            .lock()
            .expect("no test panics here")
            .pop_front();
        match meddling {
            None if self.is_blind.load(Ordering::Relaxed) => {
                let moved = moved(&*self.inner, batch).await?;
                self.inner.commit(&moved).await
            }
            None => self.inner.commit(batch).await,
            Some(Meddling::First(other)) => {
                other.await;
                self.inner.commit(batch).await
            }
            Some(Meddling::Fail) => Err(broken()),
            Some(Meddling::StayLocked(waited)) => {
                tokio::time::sleep(waited).await;
                let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
                Err(Error::Locked { waited_ms })
            }
            Some(Meddling::Refuse) => Err(Error::Refused {
                source: "a row contradicts another".into(),
            }),
            Some(Meddling::LoseAnswer) => {
                self.inner.commit(batch).await?;
                Err(broken())
            }
            Some(Meddling::HangBefore(reached)) => {
                reached.notify_one();
                std::future::pending().await
            }
            Some(Meddling::HangAfter(reached)) => {
                self.inner.commit(batch).await?;
                reached.notify_one();
                std::future::pending().await
            }
        }
    }

    async fn stream_records(
        &self,
        stream: &StreamName,
        from: u64,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error> {
        let records = self.inner.stream_records(stream, from, limit).await?;
        let change = *self.records.lock().expect("no test panics here");
        Ok(match change {
            Some(change) if stream.as_str().starts_with("case/") => change(records),
            _ => records,
        })
    }

    async fn workflow(&self, which: &DefinitionRef) -> Result<Option<Workflow>, Error> {
        let workflow = self.inner.workflow(which).await?;
        let change = *self.workflows.lock().expect("no test panics here");
        Ok(workflow.map(|workflow| change.map_or(workflow.clone(), |change| change(workflow))))
    }

    async fn put_blob(&self, bytes: &[u8]) -> Result<Digest, Error> {
        self.inner.put_blob(bytes).await
    }

    async fn advance_virtual_now(&self, to: Moment) -> Result<(), Error> {
        self.inner.advance_virtual_now(to).await
    }

    async fn take_lease(&self, claim: &Claim) -> Result<Claimed, Error> {
        self.inner.take_lease(claim).await
    }

    async fn renew_lease(&self, tenure: &Tenure, lasting: Duration) -> Result<Renewal, Error> {
        self.inner.renew_lease(tenure, lasting).await
    }

    async fn release_lease(&self, tenure: &Tenure) -> Result<(), Error> {
        self.inner.release_lease(tenure).await
    }

    async fn ledger(&self) -> Result<LedgerState, Error> {
        self.inner.ledger().await
    }

    async fn head(&self, stream: &StreamName) -> Result<Option<StreamHead>, Error> {
        self.inner.head(stream).await
    }

    async fn streams(
        &self,
        after: Option<&StreamName>,
        limit: Limit,
    ) -> Result<Vec<(StreamName, StreamHead)>, Error> {
        self.inner.streams(after, limit).await
    }

    async fn due_streams(
        &self,
        at: Moment,
        after: Option<&(Moment, StreamName)>,
        limit: Limit,
    ) -> Result<Vec<(Moment, StreamName)>, Error> {
        let phantoms = self.phantoms.lock().expect("no test panics here").clone();
        let first = Moment::from_micros(0).expect("1970 is in range");
        let listed = phantoms.into_iter().map(|stream| (first, stream));
        let mut page: Vec<_> = listed
            .filter(|due| after.is_none_or(|after| due > after))
            .take(limit.get() as usize)
            .collect();
        let (room, after) = (limit.get() as usize - page.len(), page.last().or(after));
        if room > 0 {
            let limit = Limit::new(u32::try_from(room).expect("a page is small"));
            let due = self.inner.due_streams(at, after, limit).await?;
            page.extend(due);
        }
        Ok(page)
    }

    async fn snapshot(&self, stream: &StreamName) -> Result<Option<Snapshot>, Error> {
        let found = self.inner.snapshot(stream).await?;
        match &*self.snapshots.lock().expect("no test panics here") {
            Some(told) => told(found),
            None => Ok(found),
        }
    }

    async fn ledger_records(
        &self,
        from: Position,
        limit: Limit,
    ) -> Result<Vec<StoredRecord>, Error> {
        self.inner.ledger_records(from, limit).await
    }

    async fn case(&self, key: &CaseKey) -> Result<Option<CaseRow>, Error> {
        self.inner.case(key).await
    }

    async fn cases(
        &self,
        filter: &CaseFilter,
        after: Option<u64>,
        limit: Limit,
    ) -> Result<Vec<CaseRow>, Error> {
        self.inner.cases(filter, after, limit).await
    }

    async fn incident(&self, key: &IncidentKey) -> Result<Option<IncidentRow>, Error> {
        self.inner.incident(key).await
    }

    async fn incidents(&self, after: Option<u64>, limit: Limit) -> Result<Vec<IncidentRow>, Error> {
        self.inner.incidents(after, limit).await
    }

    async fn clocks(
        &self,
        filter: &ClockFilter,
        after: Option<&ClockPlace>,
        limit: Limit,
    ) -> Result<Vec<ClockRow>, Error> {
        self.inner.clocks(filter, after, limit).await
    }

    async fn request(&self, key: &RequestKey) -> Result<Option<Answer>, Error> {
        self.inner.request(key).await
    }

    async fn blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Error> {
        self.inner.blob(digest).await
    }

    async fn workflows(
        &self,
        after: Option<&DefinitionKey>,
        limit: Limit,
    ) -> Result<Vec<Workflow>, Error> {
        self.inner.workflows(after, limit).await
    }

    async fn calendar(&self, which: &DefinitionRef) -> Result<Option<Calendar>, Error> {
        self.inner.calendar(which).await
    }

    async fn calendars(
        &self,
        after: Option<&DefinitionKey>,
        limit: Limit,
    ) -> Result<Vec<Calendar>, Error> {
        self.inner.calendars(after, limit).await
    }
}
