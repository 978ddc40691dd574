//! Reads published workflows and calendars.
//!
//! They are written with the command that publishes them, in `crates/store-sqlite/src/commit.rs`.

use sqlx::SqliteConnection;
use tsuho_store::{Calendar, DefinitionKey, DefinitionRef, Error, Limit, Workflow};

use crate::failure::Context;
use crate::read::page;
use crate::row;

pub(crate) async fn workflow(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    which: &DefinitionRef,
) -> Result<Option<Workflow>, Error> {
    let query = match which {
        DefinitionRef::Digest(digest) => {
            sqlx::query(include_str!("../queries/select_workflow_by_digest.sql"))
                .bind(digest.as_bytes().to_vec())
        }
        DefinitionRef::Version(key) => {
            sqlx::query(include_str!("../queries/select_workflow_by_version.sql"))
                .bind(key.name.clone())
                .bind(key.version.clone())
        }
    };
    let row = query
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    row.as_ref().map(row::workflow).transpose()
}

pub(crate) async fn workflows(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    after: Option<&DefinitionKey>,
    limit: Limit,
) -> Result<Vec<Workflow>, Error> {
    let rows = sqlx::query(include_str!("../queries/select_workflows.sql"))
        .bind(after.map_or("", |key| &key.name).to_owned())
        .bind(after.map_or("", |key| &key.version).to_owned())
        .bind(limit.get())
        .fetch_all(reader)
        .await;
    page(rows, context, row::workflow)
}

pub(crate) async fn calendar(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    which: &DefinitionRef,
) -> Result<Option<Calendar>, Error> {
    let query = match which {
        DefinitionRef::Digest(digest) => {
            sqlx::query(include_str!("../queries/select_calendar_by_digest.sql"))
                .bind(digest.as_bytes().to_vec())
        }
        DefinitionRef::Version(key) => {
            sqlx::query(include_str!("../queries/select_calendar_by_version.sql"))
                .bind(key.name.clone())
                .bind(key.version.clone())
        }
    };
    let row = query
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    row.as_ref().map(row::calendar).transpose()
}

pub(crate) async fn calendars(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    after: Option<&DefinitionKey>,
    limit: Limit,
) -> Result<Vec<Calendar>, Error> {
    let rows = sqlx::query(include_str!("../queries/select_calendars.sql"))
        .bind(after.map_or("", |key| &key.name).to_owned())
        .bind(after.map_or("", |key| &key.version).to_owned())
        .bind(limit.get())
        .fetch_all(reader)
        .await;
    page(rows, context, row::calendar)
}
