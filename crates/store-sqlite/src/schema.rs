//! Says what a schema consists of, and what the migrations make of an empty database to hold it against.
//!
//! Nothing is copied by hand: the migrations are applied to a database in memory. Judging differences is left to
//! `tsuho-audit`.

use std::collections::BTreeSet;

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tsuho_store::{Error, SchemaObject};

use crate::cell;
use crate::failure::{Context, is_of_another_schema};
use crate::open::MIGRATOR;

/// Something of a schema: its kind, its name, its text.
pub(crate) type Object = (String, String, String);

/// Returns the tables that have pages of their own: neither views nor virtual tables.
pub(crate) async fn tables(
    connection: &mut SqliteConnection,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let rows = sqlx::query(include_str!("../queries/inspect_schema.sql"))
        .fetch_all(connection)
        .await?;
    let has_pages =
        |row: &&SqliteRow| cell::plain(row, "kind") == "table" && cell::number(row, "rootpage") > 0;
    let names = rows.iter().filter(has_pages);
    Ok(names.map(|row| cell::plain(row, "name")).collect())
}

/// Returns everything of a schema.
pub(crate) async fn objects(
    connection: &mut SqliteConnection,
    context: Context<'_>,
) -> Result<Vec<Object>, Error> {
    let mut objects = Vec::new();
    for query in [
        include_str!("../queries/inspect_schema.sql"),
        include_str!("../queries/inspect_migrations.sql"),
    ] {
        let rows = match sqlx::query(query).fetch_all(&mut *connection).await {
            // That the table of migrations is not there is said by the schema's own rows.
            Err(error) if is_of_another_schema(&error) => Vec::new(),
            rows => rows.map_err(|error| context.failure(error))?,
        };
        objects.extend(rows.iter().map(object));
    }
    let version = sqlx::query(include_str!("../queries/select_schema_version.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| context.failure(error))?;
    objects.push((
        "pragma".to_owned(),
        "user_version".to_owned(),
        cell::plain(&version, "user_version"),
    ));
    Ok(objects)
}

fn object(row: &SqliteRow) -> Object {
    let text = |column| cell::plain(row, column);
    (text("kind"), text("name"), text("text"))
}

/// Returns everything of the schema that the migrations up to a version make.
pub(crate) async fn made_afresh(version: i64, context: Context<'_>) -> Result<Vec<Object>, Error> {
    let mut connection = SqliteConnectOptions::new()
        .in_memory(true)
        .foreign_keys(false)
        .connect()
        .await
        .map_err(|error| context.failure(error))?;
    MIGRATOR
        // What `run_to` does with a connection that it need not acquire.
        .run_direct(Some(version), &mut connection, false)
        .await
        .map_err(|error| context.migration(error))?;
    let made = objects(&mut connection, context).await;
    // It is gone with its connection; that closing it fails would change nothing.
    drop(connection.close().await);
    made
}

/// Tells whether the file itself says that a migration was applied to it.
pub(crate) async fn is_migrated(connection: &mut SqliteConnection, to: i64) -> bool {
    let rows = sqlx::query(include_str!("../queries/inspect_migrations.sql"))
        .fetch_all(connection)
        .await;
    rows.is_ok_and(|rows| {
        let mut versions = rows.iter().map(|row| cell::plain(row, "name"));
        versions.any(|version| version == to.to_string())
    })
}

/// Puts what should be there beside what is there, each once.
pub(crate) fn side_by_side(expected: Vec<Object>, mut found: Vec<Object>) -> Vec<SchemaObject> {
    let mut pairs = Vec::new();
    for (kind, name, text) in expected {
        let same = |one: &Object| one.0 == kind && one.1 == name;
        let place = found
            .iter()
            .position(|one| same(one) && one.2 == text)
            .or_else(|| found.iter().position(same));
        pairs.push(SchemaObject {
            found: place.map(|place| found.swap_remove(place).2),
            kind,
            name,
            expected: Some(text),
        });
    }
    pairs.extend(found.into_iter().map(|(kind, name, text)| SchemaObject {
        kind,
        name,
        expected: None,
        found: Some(text),
    }));
    pairs
}
