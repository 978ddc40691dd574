//! Brings the log over to the database's file when it has grown. SQLite would do so by itself within a commit, and keep to
//! itself that the disk failed meanwhile.
//!
//! Most of it is brought over on a connection of its own while batches go on being written. What they add meanwhile is left
//! for a moment between two batches, because only a log of which nothing is missing in the file is begun anew. Where other
//! processes write too, that moment never comes by itself, and the log is begun anew under the write lock.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::Row as _;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tsuho_store::Error;

use crate::connections::Connections;
use crate::failure::Context;
use crate::stopped::Stopped;

/// Pages that the log may grow to before it is brought over: 32 MiB. A page that many commands touch is then written to the
/// file once for all of them.
const PAGES: i64 = 8192;

/// Pages that may be left for between two batches: two MiB, some milliseconds.
const REST: i64 = 512;

/// How often a log is brought over beside those who write, until what they add meanwhile is little.
const ROUNDS: usize = 4;

/// Records between two looks at the log: it grows by about a page with each.
const EVERY: usize = 256;

/// How often the write lock is asked for to begin the log anew, some milliseconds each time. Somebody who reads for long keeps
/// the log as it is, and must not keep those who write.
const TRIES: usize = 50;

/// How many pages the log has, and how many of them are in the file.
const LOOK: &str = include_str!("../queries/look_at_log.sql");

/// Brings over what can be.
const BRING_OVER: &str = include_str!("../queries/bring_over_log.sql");

/// Brings over everything, and has whoever writes next begin the log anew.
const BEGIN_ANEW: &str = include_str!("../queries/begin_log_anew.sql");

/// Keeps the log of an open database short.
#[derive(Debug)]
pub(crate) struct Keeper {
    records: AtomicUsize,
    connections: Arc<Connections>,
    stopped: Arc<Stopped>,
    work: Mutex<Work>,
}

/// What is being done about the log.
#[derive(Debug, Default)]
struct Work {
    /// Who brings it over beside those who write.
    beside: Option<JoinHandle<()>>,
    /// How long it was when it could not be begun anew.
    kept_at: i64,
}

/// What a look at the log found.
#[derive(Debug, Clone, Copy)]
struct Log {
    is_busy: bool,
    pages: i64,
    in_file: i64,
}

impl Log {
    const fn missing(self) -> i64 {
        self.pages - self.in_file
    }
}

impl Keeper {
    /// Takes the connection on which the log is brought over beside those who write, and whom to tell if that fails.
    pub(crate) fn new(connections: Connections, stopped: Arc<Stopped>) -> Self {
        Self {
            records: AtomicUsize::new(0),
            connections: Arc::new(connections),
            stopped,
            work: Mutex::default(),
        }
    }

    /// Has the log brought over if it has grown. It is looked at before the first of the records that this process writes, and
    /// every few of them.
    pub(crate) async fn begin(
        &self,
        writer: &Connections,
        context: Context<'_>,
        records: usize,
    ) -> Result<(), Error> {
        let mut work = self.work.lock().await;
        if work.beside.as_ref().is_some_and(JoinHandle::is_finished) {
            self.end(&mut work, writer, context).await?;
        }
        if !self.is_time_to_look(records) {
            return Ok(());
        }
        let log = ask(writer, context, LOOK).await?;
        work.kept_at = work.kept_at.min(log.pages);
        let is_long = log.pages >= work.kept_at + 2 * PAGES;
        if work.beside.is_some() {
            // For a disk that is slower than those who write, they wait.
            if log.missing() >= 2 * PAGES {
                self.end(&mut work, writer, context).await?;
            }
        } else if log.missing() >= PAGES || is_long {
            work.beside = Some(self.begin_beside(context));
        }
        Ok(())
    }

    /// Leaves its connection open until the process ends.
    pub(crate) fn leave(&self) {
        self.connections.leave();
    }

    fn is_time_to_look(&self, records: usize) -> bool {
        let before = self.records.fetch_add(records, Ordering::Relaxed);
        before == 0 || before / EVERY != (before + records) / EVERY
    }

    /// Begins to bring the log over beside those who write. If that fails, nothing more is written.
    fn begin_beside(&self, context: Context<'_>) -> JoinHandle<()> {
        let (connections, stopped) = (self.connections.clone(), self.stopped.clone());
        let (path, wait_ms) = (context.path.to_owned(), context.wait_ms);
        tokio::spawn(async move {
            let done = bring_over(&connections, &path, wait_ms).await;
            // Whoever writes next is told, or whoever closes the database.
            drop(stopped.written(done));
        })
    }

    /// Waits for whoever brings the log over, and brings over what was added meanwhile.
    async fn end(
        &self,
        work: &mut Work,
        writer: &Connections,
        context: Context<'_>,
    ) -> Result<(), Error> {
        wait_for(&mut work.beside).await;
        self.stopped.refuse()?;
        let log = ask(writer, context, BRING_OVER).await?;
        if log.pages < work.kept_at + 2 * PAGES {
            return Ok(());
        }
        for _ in 0..TRIES {
            if !ask(writer, context, BEGIN_ANEW).await?.is_busy {
                return Ok(());
            }
        }
        work.kept_at = log.pages;
        Ok(())
    }

    /// Waits for whoever still brings the log over.
    pub(crate) async fn finish(&self) {
        wait_for(&mut self.work.lock().await.beside).await;
    }

    /// Waits for whoever still brings the log over, and closes the connection.
    pub(crate) async fn close(&self) {
        self.finish().await;
        self.connections.close().await;
    }
}

async fn wait_for(beside: &mut Option<JoinHandle<()>>) {
    if let Some(task) = beside {
        let done = task.await;
        *beside = None;
        done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    }
}

/// Brings the log over until little is left.
async fn bring_over(connections: &Connections, path: &Path, wait_ms: u64) -> Result<(), Error> {
    let context = Context { path, wait_ms };
    for _ in 0..ROUNDS {
        ask(connections, context, BRING_OVER).await?;
        if ask(connections, context, LOOK).await?.missing() < REST {
            break;
        }
    }
    Ok(())
}

/// Asks what became of the log, once the query has done what it does.
async fn ask(
    connections: &Connections,
    context: Context<'_>,
    query: &'static str,
) -> Result<Log, Error> {
    let failed = |error| context.failure(error);
    let mut connection = connections.take(context).await?;
    let row = sqlx::query(query).fetch_one(&mut *connection).await;
    let row = row.map_err(failed)?;
    let is_busy: i64 = row.try_get("busy").map_err(failed)?;
    Ok(Log {
        is_busy: is_busy != 0,
        pages: row.try_get("log").map_err(failed)?,
        in_file: row.try_get("checkpointed").map_err(failed)?,
    })
}

#[cfg(test)]
mod tests;
