//! Reads how far a ledger goes and how many rows there are of what is never taken away.
//!
//! Leaves comparing two of them to `crates/store-sqlite/src/copy.rs`.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use tsuho_ledger::{Digest, Header};
use tsuho_store::{Error, Extent, Kind, LastRecord, Position};

use crate::failure::Context;
use crate::row::Cells;

/// The tables from which nothing is taken away, but parts by erasures.
const KEPT: [&str; 9] = [
    "events",
    "parts",
    "erasures",
    "streams",
    "requests",
    "cases",
    "blobs",
    "workflows",
    "calendars",
];

/// Reads how far a database goes. Both statements see the same if the connection is in a transaction.
pub(crate) async fn of(
    connection: &mut SqliteConnection,
    context: Context<'_>,
) -> Result<Extent, Error> {
    let failed = |error| context.failure(error);
    let row = sqlx::query(include_str!("../queries/select_extent.sql"))
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?
        .ok_or_else(|| Error::corrupt("ledger", "id", &0))?;
    let cells = Cells::new("ledger", &row, &0);
    let kind = cells.text("kind")?;
    let mut rows = BTreeMap::new();
    for table in KEPT {
        rows.insert(table.to_owned(), cells.count(table)?);
    }
    let last = sqlx::query(include_str!("../queries/select_last_record.sql"))
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
    Ok(Extent {
        kind: Kind::parse(&kind).ok_or_else(|| Error::corrupt("ledger", "kind", &0))?,
        size: Position(cells.count("size")?),
        last: last.as_ref().map(last_record).transpose()?,
        rows,
    })
}

fn last_record(row: &SqliteRow) -> Result<LastRecord, Error> {
    let cells = Cells::new("events", row, &"last");
    let header = Header::from_bytes(&cells.bytes("header")?);
    Ok(LastRecord {
        position: Position(cells.count("position")?),
        head: cells.digest("hash")?,
        recorded_at: header.ok().map(|header| header.recorded_at),
    })
}

/// Reads the hash of the record at a position.
pub(crate) async fn hash_at(
    connection: &mut SqliteConnection,
    context: Context<'_>,
    position: Position,
) -> Result<Option<Digest>, Error> {
    let row = sqlx::query(include_str!("../queries/select_hash.sql"))
        .bind(crate::batch_rows::integer(position.0))
        .fetch_optional(connection)
        .await
        .map_err(|error| context.failure(error))?;
    let digest = |row: &SqliteRow| Cells::new("events", row, &position.0).digest("hash");
    row.as_ref().map(digest).transpose()
}
