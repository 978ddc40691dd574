//! Shows what a cell holds, whatever it is, and names the cell that holds no value of its column's kind.
//!
//! Leaves what a column has to hold to `crates/store-sqlite/src/row.rs`.

use std::fmt::Write as _;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, TypeInfo, ValueRef};
use tsuho_store::{Error, Readable, Unreadable};

/// Bytes of a blob that are shown: enough to tell two apart.
const SHOWN_BYTES: usize = 40;

/// Reads a row, or names the first of its cells that cannot be read. `key` are the columns that name the row.
pub(crate) fn read<T>(
    row: &SqliteRow,
    key: &[&str],
    read: fn(&SqliteRow) -> Result<T, Error>,
) -> Readable<T> {
    read(row).map_err(|error| unreadable(row, key, &error))
}

/// Names the cell at which reading a row failed.
pub(crate) fn unreadable(row: &SqliteRow, columns: &[&str], error: &Error) -> Unreadable {
    let (table, column) = match error {
        Error::Corrupt { table, column, .. } => (*table, *column),
        // Reading a row has no other failure; if it had, the row is still the one that cannot be read.
        _ => ("", ""),
    };
    Unreadable {
        table,
        column,
        row: key(row, columns),
        found: literal(row, column),
    }
}

/// Returns what names a row.
pub(crate) fn key(row: &SqliteRow, columns: &[&str]) -> String {
    let cells: Vec<String> = columns.iter().map(|column| plain(row, column)).collect();
    cells.join("/")
}

/// Returns an integer, which the columns that we number rows by always are.
pub(crate) fn number(row: &SqliteRow, column: &str) -> i64 {
    row.try_get_unchecked(column).unwrap_or(i64::MIN)
}

/// Returns a text without quotes, and everything else as SQL writes it.
pub(crate) fn plain(row: &SqliteRow, column: &str) -> String {
    match kind(row, column).as_deref() {
        Some("TEXT") => String::from_utf8_lossy(bytes(row, column)).into_owned(),
        _ => literal(row, column),
    }
}

/// Returns what a cell holds as SQL writes it; long bytes are cut.
pub(crate) fn literal(row: &SqliteRow, column: &str) -> String {
    match kind(row, column).as_deref() {
        Some("INTEGER") => number(row, column).to_string(),
        Some("REAL") => row
            .try_get_unchecked::<f64, _>(column)
            .map_or_else(|_| "?".to_owned(), |real| format!("{real:?}")),
        Some("TEXT") => format!("'{}'", String::from_utf8_lossy(bytes(row, column))),
        Some("BLOB") => {
            let bytes = bytes(row, column);
            let mut text = "x'".to_owned();
            for byte in bytes.iter().take(SHOWN_BYTES) {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\'');
            if bytes.len() > SHOWN_BYTES {
                let _ = write!(text, "… ({})", bytes.len());
            }
            text
        }
        _ => "NULL".to_owned(),
    }
}

/// Returns of which of SQLite's kinds a cell is; `None` if there is nothing in it.
fn kind(row: &SqliteRow, column: &str) -> Option<String> {
    let value = row.try_get_raw(column).ok()?;
    (!value.is_null()).then(|| value.type_info().name().to_owned())
}

fn bytes<'row>(row: &'row SqliteRow, column: &str) -> &'row [u8] {
    row.try_get_unchecked(column).unwrap_or_default()
}
