//! Reads the log beside a database past SQLite, which keeps to itself what it can no longer read there.
//! What the bytes mean is known by the store.
//!
//! Only before the database is opened: closing a file gives up every lock that this process has on it.

use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind};
use std::path::Path;

use tsuho_store::{Aspect, Condition, Error};
use tsuho_store_sqlite::log::{self, Log};

use crate::failure::{Failure, Result};
use crate::open;
use crate::unfinished::beside;

/// How often a log is read that seems broken. Whoever writes it may be in the middle of a page; that page is whole in the
/// next reading, and a broken one is broken at the same place.
const MOST_READINGS: u32 = 5;

/// Reads how far a database's log goes.
pub(crate) fn examine(database: &Path) -> Result<Log> {
    let read = || once(database).map_err(|error| unreadable(error, database));
    let mut found = read()?;
    for _ in 1..MOST_READINGS {
        if !found.is_broken() {
            return Ok(found);
        }
        let again = read()?;
        if again.readable == found.readable {
            return Ok(again);
        }
        found = again;
    }
    Ok(found)
}

/// Refuses to copy a database of whose log something cannot be read: the copy would lack it without a word.
pub(crate) fn refuse_broken(database: &Path) -> Result<()> {
    refuse(database, Log::is_broken)
}

/// Refuses a database of whose log something is lost that was acknowledged: whoever goes on with it would bury that. What a
/// power cut left of a commit that nobody was told of is no reason to keep anybody from working.
pub(crate) fn refuse_lost(database: &Path) -> Result<()> {
    refuse(database, |log| log.is_lost)
}

fn refuse(database: &Path, is_unfit: fn(Log) -> bool) -> Result<()> {
    let log = examine(database)?;
    if !is_unfit(log) {
        return Ok(());
    }
    let what = format!(
        "{} pages were written to its log and {} can be read",
        log.written, log.readable
    );
    let error = Error::Damaged {
        source: what.into(),
    };
    Err(open::failure(error, database))
}

/// Returns a log as something to be held against what it should be.
pub(crate) fn condition(log: Log) -> Condition {
    Condition {
        aspect: Aspect::Log,
        name: "-wal".to_owned(),
        expected: log.written.to_string(),
        found: Some(log.readable.to_string()),
    }
}

fn once(database: &Path) -> io::Result<Log> {
    // The index first: what it knows as committed has been written by then.
    let index = if_any(fs::read(beside(database, "-shm")))?;
    match if_any(File::open(beside(database, "-wal")))? {
        Some(file) => log::examine(BufReader::new(file), index.as_deref()),
        None => log::examine(io::empty(), index.as_deref()),
    }
}

fn if_any<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn unreadable(error: io::Error, database: &Path) -> Failure {
    let error = Error::Unavailable {
        source: Box::new(error),
    };
    open::failure(error, database)
}
