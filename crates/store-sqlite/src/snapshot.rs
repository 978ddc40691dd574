//! Writes the snapshots that commands bring along, and reads them.
//!
//! Each is a statement of its own with its bytes bound: as text in an array with others they would weigh twice as much.

use sqlx::SqliteConnection;
use tsuho_store::{Error, Placement, Snapshot, StreamName};

use crate::batch_rows::integer;
use crate::failure::Context;
use crate::row;

/// Writes what the kept commands of a batch bring along, in their order, so that the last of a stream stays.
pub(crate) async fn write(
    connection: &mut SqliteConnection,
    context: Context<'_>,
    kept: &[Placement<'_>],
) -> Result<(), Error> {
    let commands = kept.iter().map(|placement| placement.command);
    for snapshot in commands.flat_map(|command| &command.snapshots) {
        sqlx::query(include_str!("../queries/upsert_snapshot.sql"))
            .bind(snapshot.stream.as_str().to_owned())
            .bind(integer(snapshot.version))
            .bind(snapshot.head.as_bytes().to_vec())
            .bind(snapshot.format.clone())
            .bind(snapshot.digest.as_bytes().to_vec())
            .bind(snapshot.bytes.clone())
            .execute(&mut *connection)
            .await
            .map_err(|error| context.failure(error))?;
    }
    Ok(())
}

/// Reads the last snapshot of a stream.
pub(crate) async fn last(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    stream: &StreamName,
) -> Result<Option<Snapshot>, Error> {
    let row = sqlx::query(include_str!("../queries/select_snapshot.sql"))
        .bind(stream.as_str().to_owned())
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    row.as_ref().map(row::snapshot).transpose()
}
