//! Finds the names of streams for records that know the position of their first event alone.
//!
//! The first event says itself to which stream it belongs, and its hash covers that; the row of the stream is asked only where
//! the event cannot be read, so that whoever changes or takes away rows of streams hides no record.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Deserialize;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use tsuho_store::{InspectedRecord, StreamName};

use crate::failure::is_of_another_schema;

/// What was found, also that nothing was.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<i64, Option<StreamName>>);

/// Of a header, what is needed here.
#[derive(Deserialize)]
struct Named {
    stream: String,
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
    let named = if record.number == first {
        record.header.as_ref().ok().and_then(|header| named(header))
    } else {
        let query = include_str!("../../queries/inspect_header.sql");
        let row = one(connection, query, first).await?;
        let header = row
            .as_ref()
            .and_then(|row| crate::row::only_header(row).ok());
        header.and_then(|header| named(&header))
    };
    if named.is_some() {
        return Ok(named);
    }
    let query = include_str!("../../queries/inspect_stream.sql");
    let row = one(connection, query, first).await?;
    Ok(row.and_then(|row| crate::row::only_stream(&row).ok()))
}

fn named(header: &[u8]) -> Option<StreamName> {
    let named: Named = serde_json::from_slice(header).ok()?;
    named.stream.parse().ok()
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
