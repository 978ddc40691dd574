//! Turns what SQLite and sqlx say into what a caller can act on.
//!
//! Decides nothing about retrying; unreadable values of rows are found in `crates/store-sqlite/src/row.rs`.

use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::error::DatabaseError;
use tsuho_store::Error;

/// The primary result codes of SQLite that callers tell apart (<https://www.sqlite.org/rescode.html>).
mod code {
    pub(super) const ERROR: i32 = 1;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const READONLY: i32 = 8;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const CONSTRAINT: i32 = 19;
    pub(super) const NOTADB: i32 = 26;
}

/// What a failure has to be told to name its cause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'path> {
    /// The database.
    pub(crate) path: &'path Path,
    /// How long a connection waits for a lock.
    pub(crate) wait_ms: u64,
}

impl<'path> Context<'path> {
    /// Takes a database and the patience for its locks.
    pub(crate) fn new(path: &'path Path, wait: Duration) -> Self {
        Self {
            path,
            wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
        }
    }
    /// Returns the failure of a statement or of a connection.
    pub(crate) fn failure(self, error: sqlx::Error) -> Error {
        match error {
            sqlx::Error::Database(ref database) => {
                let extended: Option<i32> = database.code().and_then(|code| code.parse().ok());
                // The lower eight bits are the primary code.
                match extended.map(|code| code & 0xff) {
                    Some(code::BUSY | code::LOCKED) => Error::Locked {
                        waited_ms: self.wait_ms,
                    },
                    Some(code::READONLY) => Error::ReadOnly {
                        path: self.path.to_owned(),
                        reason: "the operating system permits no writing there",
                    },
                    // The file itself was read before SQLite saw it, so that it is about the log.
                    Some(code::CANTOPEN) => Error::ReadOnly {
                        path: self.path.to_owned(),
                        reason: "its log cannot be opened beside it",
                    },
                    Some(code::FULL) => Error::Full {
                        source: Box::new(error),
                    },
                    Some(code::CORRUPT | code::NOTADB) => Error::Damaged {
                        source: Box::new(error),
                    },
                    Some(code::CONSTRAINT) => Error::Refused {
                        source: Box::new(error),
                    },
                    Some(_) | None => Error::Unavailable {
                        source: Box::new(error),
                    },
                }
            }
            sqlx::Error::Io(error) => self.io(error),
            other => Error::Unavailable {
                source: Box::new(other),
            },
        }
    }

    /// Returns the failure of an operation on the file itself.
    pub(crate) fn io(self, error: io::Error) -> Error {
        let path = self.path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Error::Missing { path },
            io::ErrorKind::AlreadyExists => Error::Exists { path },
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Error::ReadOnly {
                    path,
                    reason: "the operating system permits no writing there",
                }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full {
                source: Box::new(error),
            },
            _ => Error::Unavailable {
                source: Box::new(error),
            },
        }
    }

    /// Returns the failure of a migration.
    pub(crate) fn migration(self, error: sqlx::migrate::MigrateError) -> Error {
        match error {
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => self.failure(error),
            other => Error::Unavailable {
                source: Box::new(other),
            },
        }
    }
}

/// Whether a query failed because the schema is another than the one that it was written for: a table or a column is not
/// there, or is no longer what it was.
pub(crate) fn is_of_another_schema(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code == code::ERROR.to_string())
}

/// Whether a failure leaves it open what is on the disk, so that nothing may be written after it.
pub(crate) fn is_final(error: &Error) -> bool {
    match error {
        Error::Full { .. }
        | Error::Damaged { .. }
        | Error::Corrupt { .. }
        | Error::Unavailable { .. }
        | Error::ReadOnly { .. }
        | Error::Displaced { .. } => true,
        // Locked: the transaction never began. Refused: it was rolled back for what the caller brought. The others
        // are answers that are given without writing.
        Error::Locked { .. }
        | Error::Refused { .. }
        | Error::Missing { .. }
        | Error::Exists { .. }
        | Error::NotOurs { .. }
        | Error::Newer { .. }
        | Error::Older { .. }
        | Error::Contradictory { .. }
        | Error::Altered { .. }
        | Error::Stopped { .. }
        | Error::TooLarge { .. }
        | Error::NotADrill
        | Error::TimeRunsBack { .. } => false,
    }
}
