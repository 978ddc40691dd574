//! Judges by the first bytes of a file whether it is a database of ours, and of a version that this program knows.
//!
//! Reading the bytes is left to `crates/store-sqlite/src/open.rs`.

use std::ops::Range;

use tsuho_store::Error;

use crate::failure::Context;
use crate::open::SCHEMA_VERSION;

/// What SQLite's header carries in our databases: `tsuh` in ASCII.
pub const APPLICATION_ID: u32 = 0x7473_7568;

/// Bytes of the header (<https://www.sqlite.org/fileformat2.html#the_database_header>).
pub(crate) const LENGTH: usize = 100;

/// How a file says that it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JournalMode {
    /// By a log that is written ahead of it.
    Wal,
    /// In another way, which is not ours.
    Other,
}

/// Says how a database of ours says that it is written, or why it is none.
pub(crate) fn judge(context: Context<'_>, header: &[u8]) -> Result<JournalMode, Error> {
    const MAGIC: &[u8; 16] = b"SQLite format 3\0";
    const WRITTEN_AND_READ_AT: Range<usize> = 18..20;
    const USER_VERSION_AT: usize = 60;
    const APPLICATION_ID_AT: usize = 68;

    if header.is_empty() {
        return Err(not_ours(context, "an empty file"));
    }
    if header.len() < LENGTH || !header.starts_with(MAGIC) {
        return Err(not_ours(context, "not a SQLite file"));
    }
    let number = |at: usize| {
        header[at..at + 4]
            .iter()
            .fold(0, |number: u32, byte| (number << 8) | u32::from(*byte))
    };
    let id = number(APPLICATION_ID_AT);
    if id != APPLICATION_ID {
        let found = format!("a SQLite file with application id {id:#010x}");
        return Err(not_ours(context, &found));
    }
    let found = i64::from(number(USER_VERSION_AT));
    if found > SCHEMA_VERSION {
        return Err(Error::Newer {
            found,
            known: SCHEMA_VERSION,
        });
    }
    Ok(match header[WRITTEN_AND_READ_AT] {
        [2, 2] => JournalMode::Wal,
        _ => JournalMode::Other,
    })
}

/// Says what a file is instead of a database of ours.
pub(crate) fn not_ours(context: Context<'_>, found: &str) -> Error {
    Error::NotOurs {
        path: context.path.to_owned(),
        found: found.to_owned(),
    }
}
