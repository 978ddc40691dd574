//! How connections are opened: with what settings, how many, and what they do as soon as they are open.
//! Which of them a database needs, and in which order, is for `crates/store-sqlite/src/open.rs`.

use std::path::Path;
use std::time::Duration;

use log::LevelFilter;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteExecutor, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

use crate::connections::PATIENCE;

/// A statement that takes longer is marked as slow in the log, where statements are logged.
const SLOW: Duration = Duration::from_secs(1);

/// How much of the database the writing connection keeps, in KiB. A batch of commands for cases at random touches some
/// hundreds of pages; with SQLite's own two MiB they were read again each time.
const WRITER_CACHE: &str = "-16384";

/// The write-ahead log is cut back to this once a long catch-up has swollen it.
const JOURNAL_BYTES: &str = "67108864";

/// Returns how the writing connection is opened.
pub(crate) fn writing(path: &Path, wait: Duration) -> SqliteConnectOptions {
    durable(connecting(path, wait))
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("journal_size_limit", JOURNAL_BYTES)
        // `bring_over` does it, and says so if it fails.
        .pragma("wal_autocheckpoint", "0")
        .pragma("cache_size", WRITER_CACHE)
        // What a statement would undo if it failed is no evidence, and needs no file.
        .pragma("temp_store", "memory")
}

/// Returns how a connection is opened that brings a file to the schema that this program writes: with foreign keys, a table to
/// which others refer could not be made anew.
pub(crate) fn migrating(path: &Path, wait: Duration) -> SqliteConnectOptions {
    writing(path, wait).foreign_keys(false)
}

/// Gives a connection the settings with which we write, but for what the file itself keeps.
pub(crate) fn durable(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        // This is evidence: an acknowledged event survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // An erased part is overwritten, not merely unlinked.
        .pragma("secure_delete", "on")
}

/// Returns how a connection is opened that reads alone.
pub(crate) fn read_only(path: &Path, wait: Duration) -> SqliteConnectOptions {
    connecting(path, wait).read_only(true)
}

fn connecting(path: &Path, wait: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(wait)
        // A file from elsewhere must not run functions of its own choice.
        .pragma("trusted_schema", "off")
        // Whoever waits for a slow disk, or has a whole file copied, reads no SQL: it is there for whoever looks for a fault.
        .log_slow_statements(LevelFilter::Debug, SLOW)
}

/// Returns a pool that connects when it is first used and keeps its connections.
pub(crate) fn pool(connections: u32, options: SqliteConnectOptions) -> SqlitePool {
    kept(connections).connect_lazy_with(options)
}

/// Returns the pool of the one connection that writes batches.
pub(crate) fn batches(path: &Path, wait: Duration) -> SqlitePool {
    kept(1)
        .after_connect(|connection, _| Box::pin(ask_often(connection)))
        .connect_lazy_with(writing(path, wait))
}

/// Has a connection ask for the write lock as often as `lock` needs it.
pub(crate) async fn ask_often(connection: impl SqliteExecutor<'_>) -> Result<(), sqlx::Error> {
    let asked = sqlx::query(include_str!("../queries/set_busy_timeout.sql"));
    asked.execute(connection).await.map(drop)
}

fn kept(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up.
        .test_before_acquire(false)
}
