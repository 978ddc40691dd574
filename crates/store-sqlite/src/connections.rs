//! Connections that stay open and are handed out one by one.
//!
//! sqlx's own pool asks SQLite's thread whether a connection still lives whenever one is given back, which costs as much as
//! reading a row. So its connections are taken once and kept here; opening and closing them is left to it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, SqliteConnection};
use tokio::sync::{Semaphore, SemaphorePermit};
use tsuho_store::Error;

use crate::failure::Context;

/// How long a task waits for a connection of ours that another task is using. Longer than any batch takes; a task that
/// waits so long is better told than kept.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The connections of one kind, opened when they are first needed.
pub(crate) struct Connections {
    pool: SqlitePool,
    free: Semaphore,
    /// Those that nobody uses; absent once they are closed, so that none comes back behind the one that closes them.
    idle: Mutex<Option<Vec<PoolConnection<Sqlite>>>>,
}

/// A connection that nobody else uses until it is dropped.
pub(crate) struct Taken<'a> {
    of: &'a Connections,
    /// Absent once it is closed.
    connection: Option<PoolConnection<Sqlite>>,
    /// Given back after the connection.
    _permit: SemaphorePermit<'a>,
}

impl Connections {
    /// Keeps the connections of a pool, of which nobody else takes any.
    pub(crate) fn of(pool: SqlitePool) -> Self {
        let most = pool.options().get_max_connections();
        Self {
            pool,
            free: Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX)),
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    /// Waits for a connection: the one that was used last, because it remembers most pages.
    pub(crate) async fn take(&self, context: Context<'_>) -> Result<Taken<'_>, Error> {
        let permit = match self.free.try_acquire() {
            Ok(permit) => permit,
            Err(_) => self.wait(context).await?,
        };
        let idle = self.idle().as_mut().and_then(Vec::pop);
        let connection = if let Some(connection) = idle {
            connection
        } else {
            let opened = self.pool.acquire().await;
            opened.map_err(|error| context.failure(error))?
        };
        Ok(Taken {
            of: self,
            connection: Some(connection),
            _permit: permit,
        })
    }

    async fn wait(&self, context: Context<'_>) -> Result<SemaphorePermit<'_>, Error> {
        let waited = tokio::time::timeout(PATIENCE, self.free.acquire()).await;
        let permit = waited.map_err(|_| Error::Locked {
            waited_ms: u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX),
        })?;
        permit.map_err(|_| context.failure(sqlx::Error::PoolClosed))
    }

    /// Closes all connections; none can be taken any more.
    pub(crate) async fn close(&self) {
        self.free.close();
        let idle = self.idle().take();
        for connection in idle.into_iter().flatten() {
            // What it could not bring over stays in the log, where the next process finds it.
            drop(connection.close().await);
        }
        self.pool.close().await;
    }

    /// Leaves all connections open until the process ends, whatever becomes of their owner.
    pub(crate) fn leave(&self) {
        self.free.close();
        std::mem::forget(self.pool.clone());
        std::mem::forget(self.idle().take());
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<PoolConnection<Sqlite>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}

impl Taken<'_> {
    /// Closes the connection, and with it whatever transaction it had begun.
    pub(crate) fn discard(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}

impl Deref for Taken<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        let connection = self.connection.as_deref();
        connection.expect("whoever discards a connection does not use it")
    }
}

impl DerefMut for Taken<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        let connection = self.connection.as_deref_mut();
        connection.expect("whoever discards a connection does not use it")
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // What was asked and not waited for is done before whatever is asked next.
        if let Some(connection) = self.connection.take()
            && let Some(idle) = &mut *self.of.idle()
        {
            idle.push(connection);
        }
    }
}
