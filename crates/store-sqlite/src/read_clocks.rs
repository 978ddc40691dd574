//! Reads pages of the clocks view: of one case, or of all of them, in one order.
//! Rows become what is told of them in `crates/store-sqlite/src/row.rs`.

use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, SqliteConnection, SqliteExecutor};
use tsuho_ledger::Moment;
use tsuho_store::{ClockFilter, ClockPlace, ClockRow, Error, Limit, Run};

use crate::failure::Context;
use crate::read::page;
use crate::row;

/// How far a list has come, as the queries compare it.
#[derive(Debug, Clone, Copy)]
struct Seen<'a> {
    due_at: i64,
    case_id: &'a str,
    duty: &'a str,
}

impl Seen<'_> {
    const NOTHING: Self = Self {
        due_at: i64::MIN,
        case_id: "",
        duty: "",
    };
}

/// Returns clocks behind a place.
pub(crate) async fn clocks(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    (filter, after): (&ClockFilter, Option<&ClockPlace>),
    limit: Limit,
) -> Result<Vec<ClockRow>, Error> {
    let (running, ended) = match after {
        None => (Some(Seen::NOTHING), Seen::NOTHING),
        Some(ClockPlace::Running {
            due_at,
            case_id,
            duty,
        }) => {
            let seen = Seen {
                // What has no due instant is listed behind everything that has one.
                due_at: due_at.map_or(i64::MAX, Moment::micros),
                case_id,
                duty,
            };
            (Some(seen), Seen::NOTHING)
        }
        Some(ClockPlace::Ended { case_id, duty }) => {
            let seen = Seen {
                due_at: 0,
                case_id,
                duty,
            };
            (None, seen)
        }
    };
    if let Some(case_id) = &filter.case_id {
        let rows = sqlx::query(include_str!("../queries/select_case_clocks.sql"))
            .bind(case_id.clone())
            .bind(running.is_none())
            .bind(running.unwrap_or(ended).due_at)
            .bind(running.unwrap_or(ended).duty.to_owned())
            .bind(filter.status.clone())
            .bind(filter.run == Run::Runs)
            .bind(limit.get())
            .fetch_all(reader)
            .await;
        return page(rows, context, row::clock);
    }
    // A clock that ends meanwhile is in one of the two.
    let begun = reader.begin().await;
    let mut snapshot = begun.map_err(|error| context.failure(error))?;
    let mut rows = Vec::new();
    if let Some(seen) = running {
        let query = include_str!("../queries/select_running_clocks.sql");
        let read = some(&mut *snapshot, query, (filter, seen), limit.get()).await;
        rows = page(read, context, row::clock)?;
    }
    let room = limit
        .get()
        .saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    if filter.run == Run::Any && room > 0 {
        let query = include_str!("../queries/select_ended_clocks.sql");
        let read = some(&mut *snapshot, query, (filter, ended), room).await;
        rows.extend(page(read, context, row::clock)?);
    }
    Ok(rows)
}

async fn some(
    reader: impl SqliteExecutor<'_>,
    query: &'static str,
    (filter, seen): (&ClockFilter, Seen<'_>),
    most: u32,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    sqlx::query(query)
        .bind(seen.due_at)
        .bind(seen.case_id.to_owned())
        .bind(seen.duty.to_owned())
        .bind(filter.status.clone())
        .bind(most)
        .fetch_all(reader)
        .await
}
