//! Finds the names of streams for records that know the position of their first event alone.
//!
//! The first event says itself to which stream it belongs, and its hash covers that; the row of the stream is asked only where
//! the event is not as it was hashed, so that whoever changes or takes away rows of streams hides no record. A record that
//! names any other than the first event of its stream has no name: the program would not find it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Deserialize;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use tsuho_ledger::Digest;
use tsuho_store::{InspectedRecord, StreamName};

use crate::failure::is_of_another_schema;

/// What was found, also that nothing was.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<i64, Option<StreamName>>);

/// Of a header, what is needed here.
#[derive(Deserialize)]
struct Named {
    stream: String,
    seq: u64,
}

impl Names {
    /// Gives the name of its stream to a record whose stream began at `first`, if there is one.
    pub(super) async fn give(
        &mut self,
        connection: &mut SqliteConnection,
        first: i64,
        record: &mut InspectedRecord,
    ) -> Result<(), sqlx::Error> {
        let name = match self.0.entry(first) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(find(connection, first, record).await?),
        };
        if let Some(name) = name {
            record.stream = Ok(name.clone());
        }
        Ok(())
    }
}

async fn find(
    connection: &mut SqliteConnection,
    first: i64,
    record: &InspectedRecord,
) -> Result<Option<StreamName>, sqlx::Error> {
    let header = if record.number == first {
        let (header, hash) = (record.header.as_ref(), record.hash.as_ref());
        header.ok().cloned().zip(hash.ok().copied())
    } else {
        let query = include_str!("../../queries/inspect_header.sql");
        let row = one(connection, query, first).await?;
        row.and_then(|row| crate::row::only_header(&row).ok())
    };
    if let Some((header, hash)) = header
        && Digest::of_all(&[&[0], &header]) == hash
    {
        return Ok(named(&header));
    }
    let query = include_str!("../../queries/inspect_stream.sql");
    let row = one(connection, query, first).await?;
    Ok(row.and_then(|row| crate::row::only_stream(&row).ok()))
}

/// Returns the stream that a header begins.
fn named(header: &[u8]) -> Option<StreamName> {
    let named: Named = serde_json::from_slice(header).ok()?;
    (named.seq == 0).then(|| named.stream.parse().ok())?
}

/// Reads one row: none if the schema lacks what is asked for.
async fn one(
    connection: &mut SqliteConnection,
    query: &'static str,
    first: i64,
) -> Result<Option<SqliteRow>, sqlx::Error> {
    let row = sqlx::query(query).bind(first).fetch_optional(connection);
    match row.await {
        Err(error) if is_of_another_schema(&error) => Ok(None),
        row => row,
    }
}
