//! Writes a batch: load what it is judged by, judge, write what was kept, flush; all under the one write lock.
//!
//! Leaves judging to `tsuho_store::Bench`, and what a row looks like to `crates/store-sqlite/src/batch_rows.rs`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::SqliteConnection;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use tsuho_ledger::Moment;
use tsuho_store::{Batch, Bench, Error, LedgerState, Outcome, StreamName};

use crate::batch_rows::{self, Rows};
use crate::failure::Context;
use crate::lock::lock;
use crate::row;

/// Rows of one statement at most. With headers under 2 KiB, written in hex, the statement's text stays within a few
/// megabytes, also in a batch of 32,768 records.
const ROWS_PER_STATEMENT: usize = 1024;

/// Commits the commands that win and says what became of each.
pub(crate) async fn commit(
    writer: &SqlitePool,
    context: Context<'_>,
    batch: &Batch,
) -> Result<Vec<Outcome>, Error> {
    let mut transaction = lock(writer, context).await?;
    let mut bench = load(&mut transaction, context, batch).await?;
    let (outcomes, kept) = bench.judge(batch);
    if kept.is_empty() {
        // Nothing was written, so that there is nothing to flush.
        transaction
            .rollback()
            .await
            .map_err(|error| context.failure(error))?;
        return Ok(outcomes);
    }
    write(&mut transaction, context, &batch_rows::of(&bench, &kept)).await?;
    sqlx::query(include_str!("../queries/update_ledger.sql"))
        .bind(batch_rows::integer(bench.ledger.size.0))
        .bind(batch_rows::integer(bench.ledger.next_case_number))
        .bind(batch_rows::integer(bench.ledger.next_incident_number))
        .execute(&mut *transaction)
        .await
        .map_err(|error| context.failure(error))?;
    transaction
        .commit()
        .await
        .map_err(|error| context.failure(error))?;
    Ok(outcomes)
}

/// Moves a drill's virtual present forward.
pub(crate) async fn advance_virtual_now(
    writer: &SqlitePool,
    context: Context<'_>,
    to: Moment,
) -> Result<(), Error> {
    let mut transaction = lock(writer, context).await?;
    let ledger = sqlx::query(include_str!("../queries/select_ledger.sql"))
        .fetch_one(&mut *transaction)
        .await
        .map_err(|error| context.failure(error))?;
    let present = row::ledger(&ledger)?.virtual_now.ok_or(Error::NotADrill)?;
    if to < present {
        return Err(Error::TimeRunsBack { present, asked: to });
    }
    sqlx::query(include_str!("../queries/advance_virtual_now.sql"))
        .bind(to.micros())
        .execute(&mut *transaction)
        .await
        .map_err(|error| context.failure(error))?;
    transaction
        .commit()
        .await
        .map_err(|error| context.failure(error))
}

/// Returns the ledger's row. Where it disagrees with the events, rows were taken out or put in past the program, and what
/// is written after them would not hold.
async fn ledger(
    connection: &mut SqliteConnection,
    context: Context<'_>,
) -> Result<LedgerState, Error> {
    let ledger = sqlx::query(include_str!("../queries/select_ledger.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| context.failure(error))?;
    let ledger = row::ledger(&ledger)?;
    let last = sqlx::query(include_str!("../queries/select_last_position.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| context.failure(error))?;
    if row::next_position(&last)? != ledger.size {
        return Err(Error::corrupt("ledger", "size", &0));
    }
    Ok(ledger)
}

/// Loads what the batch is judged by.
async fn load(
    connection: &mut SqliteConnection,
    context: Context<'_>,
    batch: &Batch,
) -> Result<Bench, Error> {
    let ledger = ledger(connection, context).await?;
    let commands = batch.commands();
    let system = StreamName::system();
    let streams: BTreeSet<&str> = commands
        .iter()
        .flat_map(tsuho_store::Command::seen)
        .map(|(stream, _)| stream.as_str())
        .chain([system.as_str()])
        .collect();
    let requests = commands
        .iter()
        .filter_map(|command| command.request.as_ref());
    let requests = requests
        .map(|request| json!([request.person, request.key]))
        .collect();
    let workflows = commands.iter().flat_map(|command| &command.workflows);
    let workflows = workflows
        .map(|workflow| json!([workflow.name, workflow.version, workflow.digest.to_hex()]))
        .collect();
    let calendars = commands.iter().flat_map(|command| &command.calendars);
    let calendars = calendars
        .map(|calendar| json!([calendar.name, calendar.version, calendar.digest.to_hex()]))
        .collect();

    let mut loading = Loading {
        connection,
        context,
    };
    let streams = loading
        .rows(
            include_str!("../queries/select_streams_by_name.sql"),
            streams.into_iter().map(Value::from).collect(),
            row::stream,
        )
        .await?;
    let streams: std::collections::BTreeMap<_, _> = streams.into_iter().collect();
    let requests = loading
        .rows(
            include_str!("../queries/select_requests.sql"),
            requests,
            row::request,
        )
        .await?;
    let workflows = loading
        .rows(
            include_str!("../queries/select_workflow_digests.sql"),
            workflows,
            |row| row::definition("workflows", row),
        )
        .await?;
    let calendars = loading
        .rows(
            include_str!("../queries/select_calendar_digests.sql"),
            calendars,
            |row| row::definition("calendars", row),
        )
        .await?;
    Ok(Bench {
        ledger,
        system: streams.get(&system).map(|head| head.digest),
        streams,
        requests: requests.into_iter().collect(),
        workflows: workflows.into_iter().collect(),
        calendars: calendars.into_iter().collect(),
    })
}

/// The connection under the write lock, asked for many rows at once.
struct Loading<'connection, 'path> {
    connection: &'connection mut SqliteConnection,
    context: Context<'path>,
}

impl Loading<'_, '_> {
    /// Returns the rows for `keys`, and asks for none where there is no key.
    async fn rows<T>(
        &mut self,
        query: &'static str,
        keys: Vec<Value>,
        read: fn(&SqliteRow) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(query)
            .bind(Value::Array(keys).to_string())
            .fetch_all(&mut *self.connection)
            .await
            .map_err(|error| self.context.failure(error))?;
        rows.iter().map(read).collect()
    }
}

/// Writes the rows, table by table in an order that foreign keys allow.
async fn write(
    connection: &mut SqliteConnection,
    context: Context<'_>,
    rows: &Rows,
) -> Result<(), Error> {
    for (query, rows) in [
        (include_str!("../queries/append_events.sql"), &rows.events),
        (include_str!("../queries/append_parts.sql"), &rows.parts),
        (include_str!("../queries/upsert_streams.sql"), &rows.streams),
        (
            include_str!("../queries/append_requests.sql"),
            &rows.requests,
        ),
        (
            include_str!("../queries/upsert_incidents.sql"),
            &rows.incidents,
        ),
        (include_str!("../queries/upsert_cases.sql"), &rows.cases),
        (include_str!("../queries/upsert_clocks.sql"), &rows.clocks),
        (
            include_str!("../queries/append_workflows.sql"),
            &rows.workflows,
        ),
        (
            include_str!("../queries/append_calendars.sql"),
            &rows.calendars,
        ),
    ] {
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            let rows = serde_json::to_string(rows).expect("an array of JSON values is text");
            sqlx::query(query)
                .bind(rows)
                .execute(&mut *connection)
                .await
                .map_err(|error| context.failure(error))?;
        }
    }
    Ok(())
}
