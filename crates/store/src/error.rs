//! What can fail in storage, told apart by what the caller can do about it.
//!
//! A lost race is no failure and absence is no failure: see `crates/store/src/outcome.rs` and `Option`.

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

use tsuho_ledger::Moment;

use crate::{SchemaObject, StrayRow};

/// The failure below, kept for the printed chain of causes.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// A failure of storage.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no database at the path; only `init` and `demo` create one.
    #[error("no database at `{path}`")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Something is already at the path of a database that was to be created.
    #[error("`{path}` exists already")]
    Exists {
        /// What exists.
        path: PathBuf,
    },
    /// The file is not a database of tsuho; nothing was changed in it.
    #[error("`{path}` is not a tsuho database: {found}")]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        found: String,
    },
    /// A later version of tsuho wrote the database: use that version or a later one.
    #[error(
        "the database has schema version {found}, and this program knows versions up to {known}"
    )]
    Newer {
        /// The database's version.
        found: i64,
        /// The highest version that this program reads.
        known: i64,
    },
    /// The database must be migrated first, which reading alone does not do: open it once for writing.
    #[error("the database has schema version {found}, and reading needs version {known}")]
    Older {
        /// The database's version.
        found: i64,
        /// The version that this program reads.
        known: i64,
    },
    /// Rows of a database of an earlier version contradict each other, so that it was not migrated and is as it was: verify it
    /// with the version that wrote it.
    #[error(
        "rows of the database contradict each other, so that it stays at schema version {found}"
    )]
    Contradictory {
        /// The database's version.
        found: i64,
        /// The version that this program writes.
        known: i64,
        /// Those whose counterpart is not there, as far as they are known.
        rows: Vec<StrayRow>,
        /// What the backend said.
        #[source]
        source: Source,
    },
    /// The schema of a database of an earlier version is not the one that its version makes, so that it was not migrated and
    /// is as it was: who changed it is to be found out first.
    #[error("the schema of the database is not the one that version {found} makes")]
    Altered {
        /// The database's version.
        found: i64,
        /// The version that this program writes.
        known: i64,
        /// What differs.
        objects: Vec<SchemaObject>,
    },
    /// Somebody else held the database for longer than we wait: try again.
    #[error("the database stayed locked by another process for {waited_ms} ms")]
    Locked {
        /// How long we waited.
        waited_ms: u64,
    },
    /// The file, its folder or the way it was opened permits no writing.
    #[error("the database at `{path}` cannot be written: {reason}")]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What forbids it.
        reason: &'static str,
    },
    /// Under a name of the database no longer lies the file that was opened: somebody moved, removed or replaced it while it was
    /// written to, and what would be written now, nobody would find.
    #[error("`{path}` is no longer the file that was opened: {reason}")]
    Displaced {
        /// The file: the database, or one that lies beside it.
        path: PathBuf,
        /// What lies there.
        reason: &'static str,
    },
    /// There is no room left for the database: free some and start again.
    #[error("no room is left for the database")]
    Full {
        /// What the backend said.
        #[source]
        source: Source,
    },
    /// The database file itself is broken, such as cut short: restore a backup.
    #[error("the database file is damaged")]
    Damaged {
        /// What the backend said.
        #[source]
        source: Source,
    },
    /// A row holds what no version of tsuho writes there: page someone.
    #[error("unreadable value in column `{column}` of table `{table}`, row `{row}`")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key, as text.
        row: String,
        /// Why the value could not be read, where more is known.
        #[source]
        source: Option<Source>,
    },
    /// The rows that a command brought contradict each other or what is there, such as a clock of a case that has no
    /// row: a defect of the caller. Nothing was written.
    #[error("the database refused a row")]
    Refused {
        /// What the backend said.
        #[source]
        source: Source,
    },
    /// An earlier write failed, so that nothing more is written until the store is opened again.
    #[error("the store stopped accepting writes after an earlier failure: {cause}")]
    Stopped {
        /// The earlier failure, as [`Error::retold`] has it.
        cause: Arc<Self>,
    },
    /// A file is larger than the store takes.
    #[error("{size} bytes are more than the {limit} that one file may have")]
    TooLarge {
        /// The file's size.
        size: u64,
        /// The largest size that is taken.
        limit: u64,
    },
    /// The present of a real database is nobody's to set.
    #[error("only a drill has a virtual present")]
    NotADrill,
    /// A drill's time never runs back.
    #[error("a drill's time never runs back: it is {present} and {asked} was asked for")]
    TimeRunsBack {
        /// The drill's virtual present.
        present: Moment,
        /// The earlier instant that was asked for.
        asked: Moment,
    },
    /// The backend could not be reached or failed in another way: back off.
    #[error("the database is unavailable")]
    Unavailable {
        /// What the backend said.
        #[source]
        source: Source,
    },
}

impl Error {
    /// Makes a [`Error::Corrupt`] whose value says nothing more about itself.
    #[must_use]
    pub fn corrupt(table: &'static str, column: &'static str, row: &dyn Display) -> Self {
        Self::Corrupt {
            table,
            column,
            row: row.to_string(),
            source: None,
        }
    }

    /// Returns the failure once more, for all who hear of it after the first: the backend's own words as a text.
    #[must_use]
    pub fn retold(&self) -> Self {
        let text = |source: &Source| Source::from(source.to_string());
        match self {
            Self::Full { source } => Self::Full {
                source: text(source),
            },
            Self::Damaged { source } => Self::Damaged {
                source: text(source),
            },
            Self::Corrupt {
                table,
                column,
                row,
                source,
            } => Self::Corrupt {
                table,
                column,
                row: row.clone(),
                source: source.as_ref().map(text),
            },
            Self::ReadOnly { path, reason } => Self::ReadOnly {
                path: path.clone(),
                reason,
            },
            Self::Displaced { path, reason } => Self::Displaced {
                path: path.clone(),
                reason,
            },
            Self::Unavailable { source } => Self::Unavailable {
                source: text(source),
            },
            other => Self::Unavailable {
                source: other.to_string().into(),
            },
        }
    }
}
