//! Compares the reference page of the database with the schema that the migrations make.
//!
//! What the words beside a column say is for a reader to judge.

use std::collections::BTreeSet;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tsuho_ledger::Moment;
use tsuho_store::Kind;
use tsuho_store_sqlite::create;

const PAGE: &str = include_str!("../../../docs/reference/database.md");

/// Returns what the page names: `table.column type` for each column, and the name of each trigger.
fn documented() -> BTreeSet<String> {
    let mut table = None;
    let mut names = BTreeSet::new();
    for line in PAGE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            table = heading
                .strip_prefix('`')
                .and_then(|name| name.strip_suffix('`'));
        }
        let Some(row) = line.strip_prefix("| `") else {
            continue;
        };
        let cells: Vec<&str> = row.split(" | ").collect();
        match table {
            Some(table) => {
                names.insert(format!(
                    "{table}.{} {}",
                    cells[0].trim_end_matches('`'),
                    cells[1]
                ));
            }
            None => names.extend(
                cells[0]
                    .split(", ")
                    .map(|name| name.trim_matches('`').to_owned()),
            ),
        }
    }
    names
}

async fn existing(connection: &mut SqliteConnection) -> BTreeSet<String> {
    let columns = "select t.name || '.' || c.name || ' ' || lower(c.type) \
                   from pragma_table_list as t, pragma_table_info(t.name) as c \
                   where t.schema = 'main' and t.name not like 'sqlite_%' and t.name not like '\\_sqlx%' escape '\\' \
                   union all select name from sqlite_schema where type = 'trigger'";
    let names: Vec<String> = sqlx::query_scalar(columns)
        .fetch_all(connection)
        .await
        .expect("every database has a schema");
    names.into_iter().collect()
}

#[tokio::test]
async fn the_reference_names_every_column_and_trigger() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tsuho.db");
    let now = Moment::from_micros(0).expect("1970 is in range");
    create(&path, Kind::Real, now)
        .await
        .expect("an empty folder")
        .close()
        .await;
    let options = SqliteConnectOptions::new().filename(&path);
    let mut connection = options.connect().await.expect("the database is there");

    let existing = existing(&mut connection).await;
    assert!(existing.len() > 80, "{existing:?}");
    assert_eq!(documented(), existing);
}
