//! Takes the write lock of the database, which every process takes that writes, and leaves it to the others now and then.
//!
//! SQLite hands the lock to nobody: whoever asks while it is free has it. A process that commits batch after batch leaves
//! it free for a part of a millisecond each time, and SQLite itself asks ever less often, ten times a second at last: a
//! person's one command would wait in vain beside it. So it is asked every millisecond, and whoever had it for long
//! without a break waits for longer than that before the next batch.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Sqlite, SqliteConnection};
use tokio::time::Instant;
use tsuho_store::Error;

use crate::connections::{Connections, Taken};
use crate::failure::Context;

/// How long a process may keep the lock to itself. With the break, a fortieth of what it could write is left to others.
const LONG: Duration = Duration::from_millis(100);

/// How long it then leaves the lock alone: whoever waits asks twice meanwhile.
const BREAK: Duration = Duration::from_millis(2);

/// A connection that has the write lock, in a transaction. Dropped before it was committed, it is closed, and nothing of what
/// was written on it remains.
pub(crate) struct Locked<'a> {
    connection: Taken<'a>,
    is_open: bool,
}

/// Begins a transaction with the write lock. One that reads first and writes later would fail at once, without waiting,
/// as soon as somebody else commits in between.
pub(crate) async fn lock<'a>(
    writer: &'a Connections,
    context: Context<'_>,
) -> Result<Locked<'a>, Error> {
    let begun = begin(writer, context, || sqlx::query("begin immediate")).await;
    begun.map(|(locked, _)| locked)
}

/// Begins such a transaction by a call that may go on to read a row, so that both are one message to SQLite's thread.
pub(crate) async fn begin<'a>(
    writer: &'a Connections,
    context: Context<'_>,
    call: impl Fn() -> Query<'static, Sqlite, SqliteArguments>,
) -> Result<(Locked<'a>, Option<SqliteRow>), Error> {
    let asked = Instant::now();
    let mut locked = Locked {
        connection: writer.take(context).await?,
        // Whoever stops waiting does not know.
        is_open: true,
    };
    loop {
        let read = call().fetch_optional(&mut *locked).await;
        match read.map_err(|error| context.failure(error)) {
            Err(error) if is_worth_asking_again(&error, asked) => {}
            Err(error) => return Err(error),
            Ok(row) => return Ok((locked, row)),
        }
    }
}

/// Tells whether the lock is only held by somebody else, and not for as long yet as anybody waits.
pub(crate) fn is_worth_asking_again(error: &Error, asked: Instant) -> bool {
    let Error::Locked { waited_ms } = error else {
        return false;
    };
    asked.elapsed().as_millis() < u128::from(*waited_ms)
}

impl Locked<'_> {
    /// Commits what was written.
    pub(crate) async fn commit(self, context: Context<'_>) -> Result<(), Error> {
        self.end(context, "commit").await
    }

    /// Gives the lock back; nothing was written.
    pub(crate) async fn give_back(self, context: Context<'_>) -> Result<(), Error> {
        self.end(context, "rollback").await
    }

    async fn end(mut self, context: Context<'_>, how: &'static str) -> Result<(), Error> {
        let ended = sqlx::query(how).execute(&mut *self).await;
        ended.map_err(|error| context.failure(error))?;
        self.is_open = false;
        Ok(())
    }

    /// Notes that a call committed by itself, as its last statement.
    pub(crate) fn committed(mut self) {
        self.is_open = false;
    }
}

impl Deref for Locked<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.connection.discard();
        }
    }
}

/// How long this process has had the lock without a break.
#[derive(Debug)]
pub(crate) struct Tenancy(Mutex<Had>);

#[derive(Debug)]
struct Had {
    long: Duration,
    until: Instant,
}

impl Tenancy {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Had {
            long: Duration::ZERO,
            until: Instant::now(),
        }))
    }

    /// Waits, if the lock should be left to others for a moment; returns the moment at which waiting for it begins.
    pub(crate) async fn begin(&self) -> Instant {
        if self.is_too_long() {
            tokio::time::sleep(BREAK).await;
            // What waited elsewhere in the process is no reason to wait again.
            self.had().long = Duration::ZERO;
        }
        Instant::now()
    }

    /// Notes that the lock was given back.
    pub(crate) fn end(&self, begun: Instant) {
        let mut had = self.had();
        had.until = Instant::now();
        had.long += begun.elapsed();
    }

    fn is_too_long(&self) -> bool {
        let mut had = self.had();
        if had.until.elapsed() >= BREAK {
            had.long = Duration::ZERO;
        }
        had.long >= LONG
    }

    fn had(&self) -> std::sync::MutexGuard<'_, Had> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
