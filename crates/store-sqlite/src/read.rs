//! Reads the ledger, its streams and its views, page by page, each page from one snapshot.
//!
//! Leaves definitions to `crates/store-sqlite/src/read_definitions.rs`, and rows to `crates/store-sqlite/src/row.rs`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, SqliteConnection};
use tsuho_ledger::Moment;
use tsuho_store::{
    Answer, CaseFilter, CaseKey, CaseRow, Consent, Error, IncidentKey, IncidentRow, LedgerState,
    Limit, Openness, Position, RequestKey, StoredRecord, StreamHead, StreamName,
};

use crate::batch_rows::integer;
use crate::failure::Context;
use crate::gathered;
use crate::row;

pub(crate) async fn ledger(
    reader: &mut SqliteConnection,
    context: Context<'_>,
) -> Result<LedgerState, Error> {
    let row = sqlx::query(include_str!("../queries/select_ledger.sql"))
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    row.as_ref()
        .map_or_else(|| Err(Error::corrupt("ledger", "id", &0)), row::ledger)
}

pub(crate) async fn head(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    stream: &StreamName,
) -> Result<Option<StreamHead>, Error> {
    let row = sqlx::query(include_str!("../queries/select_streams_by_name.sql"))
        .bind(json!([stream.as_str()]).to_string())
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    let found = row.as_ref().map(row::stream).transpose()?;
    Ok(found.map(|(_, head)| head))
}

pub(crate) async fn streams(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    after: Option<&StreamName>,
    limit: Limit,
) -> Result<Vec<(StreamName, StreamHead)>, Error> {
    let rows = sqlx::query(include_str!("../queries/select_streams.sql"))
        .bind(after.map_or("", StreamName::as_str).to_owned())
        .bind(limit.get())
        .fetch_all(reader)
        .await;
    page(rows, context, row::stream)
}

pub(crate) async fn due_streams(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    (at, after): (Moment, Option<&(Moment, StreamName)>),
    limit: Limit,
) -> Result<Vec<(Moment, StreamName)>, Error> {
    let (seen_at, seen) = after.map_or((i64::MIN, ""), |(at, stream)| {
        (at.micros(), stream.as_str())
    });
    let rows = sqlx::query(include_str!("../queries/select_due_streams.sql"))
        .bind(at.micros())
        .bind(seen_at)
        .bind(seen.to_owned())
        .bind(limit.get())
        .fetch_all(reader)
        .await;
    page(rows, context, row::due_stream)
}

pub(crate) async fn stream_records(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    (stream, from): (&StreamName, u64),
    limit: Limit,
) -> Result<Vec<StoredRecord>, Error> {
    let page = sqlx::query(include_str!("../queries/select_stream_events.sql"))
        .bind(stream.as_str().to_owned())
        .bind(integer(from))
        .bind(limit.get())
        .fetch_one(reader)
        .await
        .map_err(|error| context.failure(error))?;
    gathered::records(&page)
}

pub(crate) async fn first_records(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    streams: &BTreeSet<StreamName>,
    limit: Limit,
) -> Result<Vec<StoredRecord>, Error> {
    let names: Vec<&str> = streams.iter().map(StreamName::as_str).collect();
    let page = sqlx::query(include_str!("../queries/select_first_records.sql"))
        .bind(json!(names).to_string())
        .bind(limit.get())
        .fetch_one(reader)
        .await
        .map_err(|error| context.failure(error))?;
    gathered::records(&page)
}

pub(crate) async fn case_ids(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    numbers: &[u64],
) -> Result<Vec<String>, Error> {
    let numbers: Vec<i64> = numbers.iter().map(|number| bounded(*number)).collect();
    let ids = sqlx::query(include_str!("../queries/select_case_ids.sql"))
        .bind(json!(numbers).to_string())
        .fetch_one(reader)
        .await
        .map_err(|error| context.failure(error))?;
    gathered::case_ids(&ids)
}

pub(crate) async fn ledger_records(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    from: Position,
    limit: Limit,
) -> Result<Vec<StoredRecord>, Error> {
    let mut snapshot = reader
        .begin()
        .await
        .map_err(|error| context.failure(error))?;
    let events = sqlx::query(include_str!("../queries/select_ledger_events.sql"))
        .bind(integer(from.0))
        .bind(limit.get())
        .fetch_all(&mut *snapshot)
        .await;
    let events = page(events, context, row::event)?;
    with_parts(&mut snapshot, context, events).await
}

/// Gives events their parts and erasures, from the same snapshot.
async fn with_parts(
    snapshot: &mut SqliteConnection,
    context: Context<'_>,
    mut events: Vec<StoredRecord>,
) -> Result<Vec<StoredRecord>, Error> {
    // In the order of positions, which within one stream is that of the events too.
    let positions = events
        .iter()
        .map(|event| Value::from(event.position.0))
        .collect();
    let positions = Value::Array(positions).to_string();
    let parts = sqlx::query(include_str!("../queries/select_parts.sql"))
        .bind(&positions)
        .fetch_all(&mut *snapshot)
        .await;
    let erasures = sqlx::query(include_str!("../queries/select_erasures.sql"))
        .bind(&positions)
        .fetch_all(&mut *snapshot)
        .await;
    let mut parts = page(parts, context, row::part)?.into_iter().peekable();
    let mut erasures = page(erasures, context, row::erasure)?
        .into_iter()
        .peekable();
    for event in &mut events {
        while let Some((_, part)) = parts.next_if(|(position, _)| *position == event.position) {
            event.parts.push(part);
        }
        while let Some((_, erasure)) = erasures.next_if(|(position, _)| *position == event.position)
        {
            event.erased.push(erasure);
        }
    }
    Ok(events)
}

pub(crate) async fn case(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    key: &CaseKey,
) -> Result<Option<CaseRow>, Error> {
    let query = match key {
        CaseKey::Id(id) => {
            sqlx::query(include_str!("../queries/select_case_by_id.sql")).bind(id.clone())
        }
        CaseKey::Number(number) => {
            sqlx::query(include_str!("../queries/select_case_by_number.sql")).bind(bounded(*number))
        }
    };
    let row = query
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    row.as_ref().map(row::case).transpose()
}

pub(crate) async fn cases(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    (filter, after): (&CaseFilter, Option<u64>),
    limit: Limit,
) -> Result<Vec<CaseRow>, Error> {
    let after = bounded(after.unwrap_or(0));
    let closed = filter.openness.map(|openness| match openness {
        Openness::Open => 0,
        Openness::Closed => 1,
    });
    // Each along an index of its own, so that no list reads what it does not show.
    let query = match (filter.consent, &filter.state, filter.openness) {
        (Consent::Waiting, state, _) => {
            sqlx::query(include_str!("../queries/select_waiting_cases.sql"))
                .bind(after)
                .bind(state.clone())
                .bind(closed)
        }
        (Consent::Any, Some(state), _) => {
            sqlx::query(include_str!("../queries/select_cases_in_state.sql"))
                .bind(after)
                .bind(state.clone())
                .bind(closed)
        }
        (Consent::Any, None, Some(Openness::Open)) => {
            sqlx::query(include_str!("../queries/select_open_cases.sql")).bind(after)
        }
        (Consent::Any, None, Some(Openness::Closed)) => {
            sqlx::query(include_str!("../queries/select_closed_cases.sql")).bind(after)
        }
        (Consent::Any, None, None) => {
            sqlx::query(include_str!("../queries/select_cases.sql")).bind(after)
        }
    };
    let rows = query.bind(limit.get()).fetch_all(reader).await;
    page(rows, context, row::case)
}

pub(crate) async fn incident(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    key: &IncidentKey,
) -> Result<Option<IncidentRow>, Error> {
    let query = match key {
        IncidentKey::Id(id) => {
            sqlx::query(include_str!("../queries/select_incident_by_id.sql")).bind(id.clone())
        }
        IncidentKey::Number(number) => {
            sqlx::query(include_str!("../queries/select_incident_by_number.sql"))
                .bind(bounded(*number))
        }
    };
    let row = query
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    row.as_ref().map(row::incident).transpose()
}

pub(crate) async fn incidents(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    after: Option<u64>,
    limit: Limit,
) -> Result<Vec<IncidentRow>, Error> {
    let rows = sqlx::query(include_str!("../queries/select_incidents.sql"))
        .bind(bounded(after.unwrap_or(0)))
        .bind(limit.get())
        .fetch_all(reader)
        .await;
    page(rows, context, row::incident)
}

pub(crate) async fn request(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    key: &RequestKey,
) -> Result<Option<Answer>, Error> {
    let row = sqlx::query(include_str!("../queries/select_requests.sql"))
        .bind(json!([[key.person, key.key]]).to_string())
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    let found = row.as_ref().map(row::request).transpose()?;
    Ok(found.map(|(_, answer)| answer))
}

/// Reads the rows of a page.
pub(crate) fn page<T>(
    rows: Result<Vec<SqliteRow>, sqlx::Error>,
    context: Context<'_>,
    read: fn(&SqliteRow) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    rows.map_err(|error| context.failure(error))?
        .iter()
        .map(read)
        .collect()
}

/// Returns a number that a person gave; one beyond SQLite's is no case's number either.
fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
