//! Holds what needs no reading of records against what it should be: references, settings, numbers of rows.
//!
//! Judging what does not hold is left to `tsuho-audit`; the log is examined by `crates/store-sqlite/src/log.rs`.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use tsuho_store::{Aspect, Condition, Error};

use crate::failure::{Context, is_of_another_schema};
use crate::header::JournalMode;
use crate::{cell, open};

/// Most broken references that are named: who has seen a thousand knows.
pub(crate) const MOST_REFERENCES: u32 = 1000;

/// The settings with which the program writes, as SQLite numbers them: a log written ahead, every commit flushed, erased
/// bytes overwritten, references held, no functions called that a file chose.
const SETTINGS: [(&str, &str); 7] = [
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("secure_delete", "1"),
    ("foreign_keys", "1"),
    ("trusted_schema", "0"),
    ("encoding", "UTF-8"),
    ("auto_vacuum", "0"),
];

/// What counting the rows reads.
const COUNTED: [&str; 7] = [
    "ledger",
    "events",
    "parts",
    "erasures",
    "streams",
    "cases",
    "incidents",
];

/// Returns references that are broken and how many rows there should be and are.
pub(crate) async fn all(
    connection: &mut SqliteConnection,
    context: Context<'_>,
    tables: &BTreeSet<String>,
) -> Result<Vec<Condition>, Error> {
    let rows = sqlx::query(include_str!("../queries/inspect_references.sql"))
        .bind(MOST_REFERENCES)
        .fetch_all(&mut *connection)
        .await;
    let mut conditions: Vec<Condition> = known(rows, context)?.iter().map(reference).collect();
    // What else is there under one of their names, such as a view, could take for ever to read; the schema says so.
    if COUNTED.iter().all(|table| tables.contains(*table)) {
        let rows = sqlx::query(include_str!("../queries/inspect_row_counts.sql"))
            .fetch_all(&mut *connection)
            .await;
        conditions.extend(known(rows, context)?.iter().map(|row| Condition {
            aspect: match cell::plain(row, "aspect").as_str() {
                "ledger" => Aspect::Ledger,
                _ => Aspect::Rows,
            },
            name: cell::plain(row, "name"),
            expected: cell::plain(row, "expected"),
            found: Some(cell::plain(row, "found")),
        }));
    }
    Ok(conditions)
}

fn reference(row: &SqliteRow) -> Condition {
    Condition {
        aspect: Aspect::Reference,
        name: format!(
            "{} {}",
            cell::plain(row, "table"),
            cell::number(row, "row_number")
        ),
        expected: cell::plain(row, "parent"),
        found: None,
    }
}

/// Returns the rows that a query gave: none if the schema lacks what it asks for.
fn known(
    rows: Result<Vec<SqliteRow>, sqlx::Error>,
    context: Context<'_>,
) -> Result<Vec<SqliteRow>, Error> {
    match rows {
        Err(error) if is_of_another_schema(&error) => Ok(Vec::new()),
        rows => rows.map_err(|error| context.failure(error)),
    }
}

/// Returns the settings with which the program would write to a database, as SQLite itself gives them back. Nothing is
/// written: the connection reads, with all settings of one that writes but the file's own.
///
/// # Errors
///
/// As [`crate::Inspection::open`].
pub async fn settings(path: &Path) -> Result<Vec<Condition>, Error> {
    let (row, journal) = open::rehearse(path).await?;
    let found = |name: &str| match (name, journal) {
        // The file's own word counts: a write-protected one is read as if it had no log.
        ("journal_mode", JournalMode::Wal) => "wal".to_owned(),
        (name, JournalMode::Wal | JournalMode::Other) => cell::plain(&row, name),
    };
    Ok(SETTINGS
        .iter()
        .map(|(name, expected)| Condition {
            aspect: Aspect::Setting,
            name: (*name).to_owned(),
            expected: (*expected).to_owned(),
            found: Some(found(name)),
        })
        .collect())
}
