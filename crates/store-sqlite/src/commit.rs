//! Writes a batch: load what it is judged by, judge, write what was kept, flush; all under the one write lock.
//!
//! Leaves judging to `tsuho_store::Bench`, and what a row looks like to `crates/store-sqlite/src/batch_rows.rs`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use sqlx::query::Query;
use tsuho_ledger::Moment;
use tsuho_store::{Batch, Bench, Error, LedgerState, Outcome, StreamName};

use crate::batch_rows::{self, Batched, FirstPositions};
use crate::connections::Connections;
use crate::failure::Context;
use crate::gathered;
use crate::lock::{self, Locked, lock};
use crate::open;
use crate::{row, snapshot};

/// Commits the commands that win and says what became of each.
pub(crate) async fn commit(
    writer: &Connections,
    context: Context<'_>,
    batch: &Batch,
) -> Result<Vec<Outcome>, Error> {
    let (mut locked, mut bench, firsts) = load(writer, context, batch).await?;
    let (outcomes, kept) = bench.judge(batch);
    if kept.is_empty() {
        // Nothing was written, so that there is nothing to flush.
        locked.give_back(context).await?;
        if outcomes.iter().any(Outcome::is_repeated) {
            // Whoever wrote it before may have been killed between its last write and its flush.
            open::flush_log(context)?;
        }
        return Ok(outcomes);
    }
    let rows = batch_rows::of(&bench, firsts, &kept);
    snapshot::write(&mut locked, context, &kept).await?;
    write(locked, context, (rows, &bench.ledger)).await?;
    Ok(outcomes)
}

/// Moves a drill's virtual present forward.
pub(crate) async fn advance_virtual_now(
    writer: &Connections,
    context: Context<'_>,
    to: Moment,
) -> Result<(), Error> {
    let mut locked = lock(writer, context).await?;
    let ledger = crate::read::ledger(&mut locked, context).await?;
    let present = ledger.virtual_now.ok_or(Error::NotADrill)?;
    if to < present {
        return Err(Error::TimeRunsBack { present, asked: to });
    }
    sqlx::query(include_str!("../queries/advance_virtual_now.sql"))
        .bind(to.micros())
        .execute(&mut *locked)
        .await
        .map_err(|error| context.failure(error))?;
    locked.commit(context).await
}

/// Takes the write lock and reads what a batch is judged by, in one call.
const LOAD: &str = concat!(
    "begin immediate;",
    include_str!("../queries/select_bench.sql")
);

/// Takes the write lock and loads what the batch is judged by. Where the ledger's row disagrees with the events, rows were
/// taken out or put in past the program, and what is written after them would not hold.
async fn load<'a>(
    writer: &'a Connections,
    context: Context<'_>,
    batch: &Batch,
) -> Result<(Locked<'a>, Bench, FirstPositions), Error> {
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
        .filter_map(|command| command.request.as_ref())
        .map(|request| json!([request.person, request.key]));
    let workflows = commands.iter().flat_map(|command| &command.workflows);
    let workflows = workflows
        .map(|workflow| json!([workflow.name, workflow.version, workflow.digest.to_hex()]));
    let calendars = commands.iter().flat_map(|command| &command.calendars);
    let calendars = calendars
        .map(|calendar| json!([calendar.name, calendar.version, calendar.digest.to_hex()]));
    let asked = [
        json!(streams).to_string(),
        requests.collect::<Value>().to_string(),
        workflows.collect::<Value>().to_string(),
        calendars.collect::<Value>().to_string(),
    ];
    let load = || asked.iter().cloned().fold(sqlx::query(LOAD), Query::bind);
    let (locked, row) = lock::begin(writer, context, load).await?;
    let row = row.ok_or_else(|| Error::corrupt("ledger", "id", &0))?;
    let ledger = row::ledger(&row)?;
    if row::next_position(&row)? != ledger.size {
        return Err(Error::corrupt("ledger", "size", &0));
    }
    let (streams, firsts) = gathered::streams(&row)?;
    let bench = Bench {
        ledger,
        system: streams.get(&system).map(|head| head.digest),
        streams,
        requests: gathered::requests(&row)?,
        workflows: gathered::definitions(&row, "workflows")?,
        calendars: gathered::definitions(&row, "calendars")?,
    };
    Ok((locked, bench, firsts))
}

/// What every batch writes: in an order that foreign keys allow, with what some batches write in between. Parameters are
/// numbered through, so that one call carries all of it; each statement takes those that it names.
const STREAMS_AND_RECORDS: &str = concat!(
    include_str!("../queries/upsert_streams.sql"),
    ";",
    include_str!("../queries/append_events.sql"),
    ";",
    include_str!("../queries/append_parts.sql"),
    ";",
);

/// The end of every batch. The flush is in the same call.
const LEDGER_AND_COMMIT: &str = concat!(include_str!("../queries/update_ledger.sql"), ";commit");

/// What few batches write, before the rest: a case names its incident.
const WRITE_RARE: &str = concat!(
    include_str!("../queries/upsert_incidents.sql"),
    ";",
    include_str!("../queries/append_workflows.sql"),
    ";",
    include_str!("../queries/append_calendars.sql"),
);

/// Returns the statements that have rows to write, one after the other: each is told of by a message of its own.
fn statements(rows: &Batched) -> String {
    let some = [
        (
            &rows.requests,
            include_str!("../queries/append_requests.sql"),
        ),
        (&rows.cases, include_str!("../queries/upsert_cases.sql")),
        (&rows.clocks, include_str!("../queries/upsert_clocks.sql")),
    ];
    let mut statements = STREAMS_AND_RECORDS.to_owned();
    for (rows, statement) in some {
        if !rows.is_empty() {
            statements.push_str(statement);
            statements.push(';');
        }
    }
    statements + LEDGER_AND_COMMIT
}

/// Writes the rows and the ledger's, and commits.
async fn write(
    mut locked: Locked<'_>,
    context: Context<'_>,
    (rows, ledger): (Batched, &LedgerState),
) -> Result<(), Error> {
    let statements = AssertSqlSafe(statements(&rows));
    let bytes = rows.bytes.into_bytes();
    let is_rare = [&rows.incidents, &rows.workflows, &rows.calendars];
    if is_rare.iter().any(|rows| !rows.is_empty()) {
        sqlx::query(WRITE_RARE)
            .bind(bytes.clone())
            .bind(rows.incidents.into_json())
            .bind(rows.workflows.into_json())
            .bind(rows.calendars.into_json())
            .execute(&mut *locked)
            .await
            .map_err(|error| context.failure(error))?;
    }
    sqlx::query(statements)
        .bind(rows.record_bytes.into_bytes())
        .bind(rows.events.into_json())
        .bind(rows.parts.into_json())
        .bind(bytes)
        .bind(rows.streams.into_json())
        .bind(rows.requests.into_json())
        .bind(rows.cases.into_json())
        .bind(rows.clocks.into_json())
        .bind(batch_rows::integer(ledger.size.0))
        .bind(batch_rows::integer(ledger.next_case_number))
        .bind(batch_rows::integer(ledger.next_incident_number))
        .execute(&mut *locked)
        .await
        .map_err(|error| context.failure(error))?;
    locked.committed();
    Ok(())
}
