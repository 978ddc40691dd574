//! Brings the file of an earlier version to the schema that this program writes: wholly, or not at all.
//!
//! Leaves what each version makes to `migrations/`, and what a schema consists of to `crates/store-sqlite/src/schema.rs`.

use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::time::Instant;
use tsuho_store::{Error, SchemaObject, StrayRow};

use crate::cell;
use crate::connecting::ask_often;
use crate::failure::Context;
use crate::lock::is_worth_asking_again;
use crate::open::{MIGRATOR, SCHEMA_VERSION, schema_version};
use crate::schema::{self, Object};

/// Most rows that are named where rows contradict each other: enough to know where to look.
const MOST_NAMED: u32 = 20;

/// Brings a file to this program's schema. Of several that come at once one does it, and the others find it done.
///
/// All migrations are one transaction, so that the file stays as it was where one of them fails.
///
/// # Errors
///
/// [`Error::Altered`] if its schema is not the one that its version makes, [`Error::Contradictory`] if its rows contradict
/// each other, and whatever keeps it from being written.
pub(crate) async fn upgrade(migrating: &SqlitePool, context: Context<'_>) -> Result<(), Error> {
    let failed = |error| context.failure(error);
    ask_often(migrating).await.map_err(failed)?;
    let mut transaction = begin(migrating, context).await?;
    let found = schema_version(&mut *transaction, context).await?;
    let known = SCHEMA_VERSION;
    if found >= known {
        // Another process was here first; that it is of a later version is found on opening.
        return Ok(());
    }
    refuse_altered(&mut transaction, context, found).await?;
    // What `run` does with a connection that it need not acquire.
    let migrated = MIGRATOR.run_direct(None, &mut *transaction, false).await;
    match migrated.map_err(|error| context.migration(error)) {
        Ok(()) => transaction.commit().await.map_err(failed),
        Err(Error::Refused { source }) => {
            transaction.rollback().await.map_err(failed)?;
            Err(Error::Contradictory {
                found,
                known,
                rows: contradictions(migrating, context).await?,
                source,
            })
        }
        // The transaction is taken back when it is dropped.
        Err(error) => Err(error),
    }
}

/// Begins a transaction with the write lock, of which sqlx knows: it sets the migrations' own within it.
async fn begin(
    migrating: &SqlitePool,
    context: Context<'_>,
) -> Result<Transaction<'static, Sqlite>, Error> {
    let asked = Instant::now();
    loop {
        let begun = migrating.begin_with("begin immediate").await;
        match begun.map_err(|error| context.failure(error)) {
            Err(error) if is_worth_asking_again(&error, asked) => {}
            done => return done,
        }
    }
}

/// Refuses a schema that is not the one that its version makes: tables that are made anew would hide what somebody did.
async fn refuse_altered(
    connection: &mut SqliteConnection,
    context: Context<'_>,
    found: i64,
) -> Result<(), Error> {
    if schema::is_migrated(connection, SCHEMA_VERSION).await {
        // All migrations are done, so that this program can verify the file as it is.
        return Err(Error::corrupt("pragma_user_version", "user_version", &0));
    }
    let objects = schema::objects(connection, context).await?;
    let objects = match last_migration(&objects) {
        // Every migration sets the version itself; one that disagrees was set by somebody else.
        Some(last) if last != found => vec![SchemaObject {
            kind: "pragma".to_owned(),
            name: "user_version".to_owned(),
            expected: Some(last.to_string()),
            found: Some(found.to_string()),
        }],
        Some(_) | None => {
            let expected = schema::made_afresh(found, context).await?;
            let mut pairs = schema::side_by_side(expected, objects);
            pairs.retain(|object| object.expected != object.found);
            pairs
        }
    };
    if objects.is_empty() {
        return Ok(());
    }
    Err(Error::Altered {
        found,
        known: SCHEMA_VERSION,
        objects,
    })
}

/// Returns the last migration of ours that was applied, by what the file itself says.
fn last_migration(objects: &[Object]) -> Option<i64> {
    let migrations = objects.iter().filter(|(kind, ..)| kind == "migration");
    let versions = migrations.filter_map(|(_, version, _)| version.parse().ok());
    versions.filter(|version| *version <= SCHEMA_VERSION).max()
}

/// Returns rows that a migration would lose.
async fn contradictions(
    migrating: &SqlitePool,
    context: Context<'_>,
) -> Result<Vec<StrayRow>, Error> {
    let query = sqlx::query(include_str!("../queries/inspect_contradictions.sql")).bind(MOST_NAMED);
    let rows = query.fetch_all(migrating).await;
    let rows = rows.map_err(|error| context.failure(error))?;
    let named = rows.iter().map(|row| StrayRow {
        table: cell::plain(row, "table"),
        row: cell::plain(row, "row"),
    });
    Ok(named.collect())
}
