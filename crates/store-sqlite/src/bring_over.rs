//! Brings the log over to the database's file when it has grown. SQLite would do so by itself within a commit, and keep to
//! itself that the disk failed meanwhile.
//!
//! Most of it is brought over on a connection of its own while batches go on being written. What they add meanwhile is left
//! for a moment between two batches, because only a log of which nothing is missing in the file is begun anew.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::Row as _;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tsuho_store::Error;

use crate::connections::Connections;
use crate::failure::Context;

/// Pages that the log may grow to before it is brought over: 32 MiB. A page that many commands touch is then written to the
/// file once for all of them.
const PAGES: i64 = 8192;

/// Pages that may be left for between two batches: two MiB, some milliseconds.
const REST: i64 = 512;

/// How often a log is brought over beside those who write, until what they add meanwhile is little.
const ROUNDS: usize = 4;

/// Commands between two looks at the log: it grows by some pages with each.
const EVERY: usize = 64;

/// How many pages wait in the log.
const LOOK: &str = include_str!("../queries/look_at_log.sql");

/// Brings over what can be.
const BRING_OVER: &str = include_str!("../queries/bring_over_log.sql");

/// Keeps the log of an open database short.
#[derive(Debug)]
pub(crate) struct Keeper {
    commands: AtomicUsize,
    connections: Arc<Connections>,
    /// Who brings the log over beside those who write.
    beside: Mutex<Option<JoinHandle<Result<(), Error>>>>,
}

impl Keeper {
    /// Takes the connection on which the log is brought over beside those who write.
    pub(crate) fn new(connections: Connections) -> Self {
        Self {
            commands: AtomicUsize::new(0),
            connections: Arc::new(connections),
            beside: Mutex::default(),
        }
    }

    /// Looks at the log before the first of a process's commands and every few of them, and has it brought over if it has
    /// grown.
    pub(crate) async fn begin(
        &self,
        writer: &Connections,
        context: Context<'_>,
        commands: usize,
    ) -> Result<(), Error> {
        let mut beside = self.beside.lock().await;
        if beside.as_ref().is_some_and(JoinHandle::is_finished) {
            end(&mut beside, writer, context).await?;
        }
        let before = self.commands.fetch_add(commands, Ordering::Relaxed);
        let is_first = before == 0;
        if !is_first && before / EVERY == (before + commands) / EVERY {
            return Ok(());
        }
        let waiting = waiting(writer, context, LOOK).await?;
        match &mut *beside {
            // Of a disk that is slower than those who write, they wait.
            Some(_) if waiting >= 2 * PAGES => end(&mut beside, writer, context).await?,
            None if waiting >= PAGES => {
                let connections = self.connections.clone();
                let (path, wait_ms) = (context.path.to_owned(), context.wait_ms);
                *beside = Some(tokio::spawn(async move {
                    bring_over(&connections, &path, wait_ms).await
                }));
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// Waits for whoever still brings the log over, and closes the connection.
    pub(crate) async fn close(&self) {
        if let Some(task) = self.beside.lock().await.take() {
            // What is not in the file is in the log, where the next process finds it.
            drop(task.await);
        }
        self.connections.close().await;
    }
}

/// Waits for whoever brings the log over, and brings over what was added meanwhile.
async fn end(
    beside: &mut Option<JoinHandle<Result<(), Error>>>,
    writer: &Connections,
    context: Context<'_>,
) -> Result<(), Error> {
    if let Some(task) = beside {
        let done = task.await;
        *beside = None;
        done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
        waiting(writer, context, BRING_OVER).await?;
    }
    Ok(())
}

/// Brings the log over until little is left.
async fn bring_over(connections: &Connections, path: &Path, wait_ms: u64) -> Result<(), Error> {
    let context = Context { path, wait_ms };
    for _ in 0..ROUNDS {
        waiting(connections, context, BRING_OVER).await?;
        if waiting(connections, context, LOOK).await? < REST {
            break;
        }
    }
    Ok(())
}

/// Returns how many pages of the log are not in the file, once the query has done what it does.
async fn waiting(
    connections: &Connections,
    context: Context<'_>,
    query: &'static str,
) -> Result<i64, Error> {
    let failed = |error| context.failure(error);
    let mut connection = connections.take(context).await?;
    let row = sqlx::query(query).fetch_one(&mut *connection).await;
    let row = row.map_err(failed)?;
    let log: i64 = row.try_get("log").map_err(failed)?;
    let in_file: i64 = row.try_get("checkpointed").map_err(failed)?;
    Ok(log - in_file)
}
