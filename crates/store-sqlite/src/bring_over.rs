//! Brings the log over to the database's file when it has grown. SQLite would do so by itself within a commit, and keep to
//! itself that the disk failed meanwhile.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Row as _;
use sqlx::sqlite::SqlitePool;
use tsuho_store::Error;

use crate::failure::Context;

/// Pages that the log may grow to: 32 MiB. A page that many commands touch is then written to the file once for all of them.
const PAGES: i64 = 8192;

/// Commits between two looks at the log.
const EVERY: u32 = 4;

/// Counts the commits of a process.
#[derive(Debug, Default)]
pub(crate) struct Commits(AtomicU32);

impl Commits {
    /// Looks at the log before the first commit and every few commits, and brings it over if it has grown.
    pub(crate) async fn begin(
        &self,
        writer: &SqlitePool,
        context: Context<'_>,
    ) -> Result<(), Error> {
        let nth = self.0.fetch_add(1, Ordering::Relaxed);
        if !nth.is_multiple_of(EVERY) {
            return Ok(());
        }
        if waiting(writer, context, include_str!("../queries/look_at_log.sql")).await? >= PAGES {
            waiting(
                writer,
                context,
                include_str!("../queries/bring_over_log.sql"),
            )
            .await?;
        }
        Ok(())
    }
}

/// Returns how many pages of the log are not in the file.
async fn waiting(
    writer: &SqlitePool,
    context: Context<'_>,
    query: &'static str,
) -> Result<i64, Error> {
    let failed = |error| context.failure(error);
    let row = sqlx::query(query).fetch_one(writer).await.map_err(failed)?;
    let log: i64 = row.try_get("log").map_err(failed)?;
    let in_file: i64 = row.try_get("checkpointed").map_err(failed)?;
    Ok(log - in_file)
}
