//! Takes the write lock of the database, which every process takes that writes, and leaves it to the others now and then.
//!
//! SQLite hands the lock to nobody: whoever asks while it is free has it. A process that commits batch after batch leaves
//! it free for a part of a millisecond each time, and SQLite itself asks ever less often, ten times a second at last: a
//! person's one command would wait in vain beside it. So it is asked every millisecond, and whoever had it for long
//! without a break waits for longer than that before the next batch.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use tokio::time::Instant;
use tsuho_store::Error;

use crate::failure::Context;

/// How long a process may keep the lock to itself. With the break, a fortieth of what it could write is left to others.
const LONG: Duration = Duration::from_millis(100);

/// How long it then leaves the lock alone: whoever waits asks twice meanwhile.
const BREAK: Duration = Duration::from_millis(2);

/// Begins a transaction with the write lock. One that reads first and writes later would fail at once, without waiting,
/// as soon as somebody else commits in between.
pub(crate) async fn lock(
    writer: &SqlitePool,
    context: Context<'_>,
) -> Result<Transaction<'static, Sqlite>, Error> {
    let begun = Instant::now();
    loop {
        let transaction = writer.begin_with("begin immediate").await;
        match transaction.map_err(|error| context.failure(error)) {
            Err(Error::Locked { waited_ms }) if begun.elapsed().as_millis() < waited_ms.into() => {}
            done => return done,
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
