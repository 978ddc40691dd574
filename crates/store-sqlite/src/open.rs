//! Creates and opens databases, and refuses every file that is not fit to be one.
//!
//! Leaves what happens on an open database to `crates/store-sqlite/src/sqlite_store.rs`.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteExecutor, SqlitePool, SqliteRow};
use tsuho_ledger::Moment;
use tsuho_store::{Error, Kind};

use crate::SqliteStore;
use crate::connecting::{batches, durable, migrating, pool, read_only, writing};
use crate::failure::Context;
use crate::header::{self, JournalMode};
use crate::place::{Place, beside};
use crate::row::{self, Cells};
use crate::schema;
use crate::sqlite_store::Pools;
use crate::upgrade::upgrade;

/// The schema that this program writes: the number of the last file in `migrations/`.
pub const SCHEMA_VERSION: i64 = 7;

/// How long a connection waits for somebody else's lock. A batch holds it for milliseconds; five seconds are a disk
/// in trouble, and a person is still waiting.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections that read. Readers never wait for each other or for the writer; more than this only share the cores.
const READERS: u32 = 4;

pub(crate) static MIGRATOR: Migrator = sqlx::migrate!();

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To read and to write. An older schema is migrated.
    ReadWrite,
    /// To read alone. Nothing is created, changed or migrated.
    ReadOnly,
}

/// Makes a database, empty and of one kind for ever, of an empty file or where none is. A drill's virtual present begins at
/// `now`.
///
/// Whoever is killed meanwhile leaves a file that is no database yet: under which name it lies until it is one, and when it
/// is flushed, is the caller's business.
///
/// # Errors
///
/// [`Error::Exists`] if anything else is at the path, [`Error::Missing`] if its folder is not there,
/// [`Error::ReadOnly`] and [`Error::Full`] if nothing can be written. What was begun is left in the file.
pub async fn create(path: &Path, kind: Kind, now: Moment) -> Result<SqliteStore, Error> {
    let context = Context::new(path, BUSY_TIMEOUT);
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.len() == 0 => {}
        // To open it would give up the locks that this process may have on it.
        Ok(_) => return Err(context.io(ErrorKind::AlreadyExists.into())),
        Err(_) if is_write_protected(&folder_of(path)) => {
            return Err(Error::ReadOnly {
                path: path.to_owned(),
                reason: "its folder is write-protected",
            });
        }
        Err(_) => {
            let made = OpenOptions::new().write(true).create_new(true).open(path);
            drop(made.map_err(|error| context.io(error))?);
        }
    }
    fill(context, kind, now).await?;
    open(path, Mode::ReadWrite).await
}

/// Opens the database at `path`. Its pages are not all checked: that takes as long as reading the file, and a server
/// with a million cases starts in two seconds. A file that was cut short, and a ledger that disagrees with its events,
/// are found.
///
/// # Errors
///
/// One variant of [`Error`] for each way in which a file can be unfit.
pub async fn open(path: &Path, mode: Mode) -> Result<SqliteStore, Error> {
    open_waiting(path, mode, BUSY_TIMEOUT).await
}

/// Opens the database with its own patience, so that a test need not wait five seconds.
pub(crate) async fn open_waiting(
    path: &Path,
    mode: Mode,
    wait: Duration,
) -> Result<SqliteStore, Error> {
    let context = Context::new(path, wait);
    refuse_strangers(context)?;
    if mode == Mode::ReadWrite
        && let Some(reason) = protection(path)
    {
        return Err(Error::ReadOnly {
            path: path.to_owned(),
            reason,
        });
    }
    let mut readers = pool(READERS, reading(path, wait));
    let found = schema_version(&readers, context).await?;
    if found > SCHEMA_VERSION {
        return Err(Error::Newer {
            found,
            known: SCHEMA_VERSION,
        });
    }
    let writers = match mode {
        Mode::ReadOnly if found < SCHEMA_VERSION => {
            return Err(Error::Older {
                found,
                known: SCHEMA_VERSION,
            });
        }
        Mode::ReadOnly => None,
        Mode::ReadWrite => {
            flush_log(context)?;
            if found < SCHEMA_VERSION {
                // Of a file that stays as it was, the last connection to close is to be one that may clear its log away.
                readers.close().await;
                let migrating = pool(1, migrating(path, wait));
                let upgraded = upgrade(&migrating, context).await;
                migrating.close().await;
                upgraded?;
                readers = pool(READERS, reading(path, wait));
            }
            let writer = batches(path, wait);
            // What keeps it from writing should be known from the beginning.
            let known = schema_version(&writer, context).await?;
            // A later version may have been here since it was asked first.
            if known > SCHEMA_VERSION {
                return Err(Error::Newer {
                    found: known,
                    known: SCHEMA_VERSION,
                });
            }
            // From here on a connection has the log open, so that nobody clears it away.
            let place = Place::of(context)?;
            Some((writer, pool(1, writing(path, wait)), place))
        }
    };
    refuse_disagreement(&readers, context).await?;
    let pools = Pools { writers, readers };
    Ok(SqliteStore::new(path.to_owned(), wait, pools))
}

/// Opens one connection that reads a database of ours, whatever its tables hold.
pub(crate) async fn for_inspection(path: &Path) -> Result<(SqlitePool, Duration), Error> {
    let (wait, context) = (BUSY_TIMEOUT, Context::new(path, BUSY_TIMEOUT));
    refuse_strangers(context)?;
    let reader = pool(1, reading(path, wait));
    let found = schema_version(&reader, context).await?;
    let known = SCHEMA_VERSION;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    if found < known {
        let connection = reader.acquire().await;
        let mut connection = connection.map_err(|error| context.failure(error))?;
        // A version that disagrees with the migrations that were applied was set by somebody else.
        if !schema::is_migrated(&mut connection, known).await {
            return Err(Error::Older { found, known });
        }
    }
    Ok((reader, wait))
}

/// Opens one connection that reads a database of this version or an earlier one, and migrates nothing.
pub(crate) fn for_copying(path: &Path) -> Result<(SqlitePool, Context<'_>), Error> {
    let context = Context::new(path, BUSY_TIMEOUT);
    refuse_strangers(context)?;
    Ok((pool(1, reading(path, BUSY_TIMEOUT)), context))
}

/// Opens one connection that gives a fresh copy the settings of a database that is written to.
pub(crate) fn for_settling(path: &Path) -> (SqlitePool, Context<'_>) {
    let context = Context::new(path, BUSY_TIMEOUT);
    (pool(1, writing(path, BUSY_TIMEOUT)), context)
}

/// Reads back the settings of a connection that would write if it could, and how the file says that it is written: a
/// connection that takes it for unchangeable says otherwise.
pub(crate) async fn rehearse(path: &Path) -> Result<(SqliteRow, JournalMode), Error> {
    let context = Context::new(path, BUSY_TIMEOUT);
    let journal = refuse_strangers(context)?;
    let reader = pool(1, durable(reading(path, BUSY_TIMEOUT)));
    let settings = sqlx::query(include_str!("../queries/inspect_settings.sql"))
        .fetch_one(&reader)
        .await
        .map_err(|error| context.failure(error));
    reader.close().await;
    settings.map(|settings| (settings, journal))
}

/// Makes the empty file at the path a database with one row in `ledger`.
async fn fill(context: Context<'_>, kind: Kind, now: Moment) -> Result<(), Error> {
    let writer = pool(1, migrating(context.path, BUSY_TIMEOUT));
    let made = async {
        MIGRATOR
            .run(&writer)
            .await
            .map_err(|error| context.migration(error))?;
        let virtual_now = match kind {
            Kind::Real => None,
            Kind::Drill => Some(now.micros()),
        };
        sqlx::query(include_str!("../queries/insert_ledger.sql"))
            .bind(kind.as_str())
            .bind(virtual_now)
            .bind(now.micros())
            .execute(&writer)
            .await
            .map_err(|error| context.failure(error))?;
        Ok(())
    }
    .await;
    // The last connection to close writes everything into the one file.
    writer.close().await;
    made
}

/// Refuses what is no SQLite file, another program's, or a later version's, by the header's bytes alone: to open it
/// could change it.
fn refuse_strangers(context: Context<'_>) -> Result<JournalMode, Error> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Error::Missing {
            path: context.path.to_owned(),
        },
        _ => Error::Unavailable {
            source: Box::new(error),
        },
    };
    let metadata = fs::metadata(context.path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(header::not_ours(context, "not a file"));
    }
    let mut bytes = Vec::with_capacity(header::LENGTH);
    File::open(context.path)
        .and_then(|file| file.take(header::LENGTH as u64).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    header::judge(context, &bytes)
}

/// Returns why the database cannot be written, if it cannot. Permissions are asked too, because the superuser may write
/// everywhere and a protected file is still not meant to be written.
fn protection(path: &Path) -> Option<&'static str> {
    let is_unwritable = |error: std::io::Error| {
        matches!(
            error.kind(),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
        )
    };
    let opened = OpenOptions::new().write(true).open(path);
    if is_write_protected(path) || opened.is_err_and(is_unwritable) {
        Some("the file is write-protected")
    } else if is_write_protected(&folder_of(path)) {
        Some("its folder is write-protected")
    } else {
        None
    }
}

/// Flushes what a killed process left in the log: whoever opens it reads a commit that was written and not flushed, and would
/// acknowledge as done before what a power cut could still take away.
pub(crate) fn flush_log(context: Context<'_>) -> Result<(), Error> {
    match File::open(beside(context.path, "-wal")).and_then(|log| log.sync_all()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(context.io(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Refuses a ledger whose size is not the number of its events: rows were lost, or added past the program.
async fn refuse_disagreement(readers: &SqlitePool, context: Context<'_>) -> Result<(), Error> {
    let failed = |error| context.failure(error);
    let mut reader = readers.acquire().await.map_err(failed)?;
    let ledger = crate::read::ledger(&mut reader, context).await?;
    let row = sqlx::query(include_str!("../queries/select_last_position.sql"))
        .fetch_one(&mut *reader)
        .await
        .map_err(failed)?;
    // Somebody may have committed between the two reads, but never fewer events than the ledger counted.
    if row::next_position(&row)? < ledger.size {
        return Err(Error::corrupt("ledger", "size", &0));
    }
    Ok(())
}

/// Returns the version that a file gives itself.
pub(crate) async fn schema_version(
    reader: impl SqliteExecutor<'_>,
    context: Context<'_>,
) -> Result<i64, Error> {
    let row = sqlx::query(include_str!("../queries/select_schema_version.sql"))
        .fetch_one(reader)
        .await
        .map_err(|error| context.failure(error))?;
    Cells::new("pragma_user_version", &row, &"0").integer("user_version")
}

/// Returns how the reading connections are opened.
fn reading(path: &Path, wait: Duration) -> SqliteConnectOptions {
    let log = fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len());
    // Reading a log takes a file beside it, which cannot be made where nothing can be written. Without a log and
    // without a right to write one, the file is all there is, and nobody changes it while it is read.
    let alone = protection(path).is_some() && log == 0;
    read_only(path, wait).immutable(alone)
}

fn is_write_protected(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests;
