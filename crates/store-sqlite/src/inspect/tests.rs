//! What an inspection gives of a file that somebody changed past the program.

use super::*;
use crate::Mode;
use crate::tests::trial::{Trial, append, won};
use crate::{SCHEMA_VERSION, table};
use tsuho_store::{Error, Store, Unreadable};

/// Opens the trial's file for an inspection.
async fn inspect(trial: &Trial) -> Inspection {
    let inspection = Inspection::open(&trial.path()).await;
    inspection.expect("the file is a database of ours")
}

/// Changes the file with every trigger and check out of the way, and puts the triggers back.
async fn meddled(trial: &Trial, statements: &str) {
    let mut connection = trial.connect().await;
    let triggers: Vec<(String, String)> =
        sqlx::query_as("select name, sql from sqlite_schema where type = 'trigger'")
            .fetch_all(&mut connection)
            .await
            .expect("a schema");
    drop(connection);
    let dropped = triggers
        .iter()
        .map(|(name, _)| format!("drop trigger {name};"));
    let restored = triggers.iter().map(|(_, sql)| format!("{sql};"));
    let all = ["pragma ignore_check_constraints = on;".to_owned()].into_iter();
    let all = all.chain(dropped).chain([format!("{statements};")]);
    trial
        .execute(&all.chain(restored).collect::<String>())
        .await;
}

/// Returns everything that an inspection finds without knowing what a case is.
async fn found(trial: &Trial) -> Vec<String> {
    let mut inspection = inspect(trial).await;
    let mut found: Vec<String> = inspection
        .schema()
        .await
        .expect("a schema")
        .into_iter()
        .filter(|object| object.expected != object.found)
        .map(|object| format!("{} {}", object.kind, object.name))
        .collect();
    let strays = inspection.strays().await.expect("rows");
    found.extend(
        strays
            .iter()
            .map(|stray| format!("{} {}", stray.table, stray.row)),
    );
    for record in inspection
        .records(i64::MIN, Limit::MAX)
        .await
        .expect("rows")
    {
        let mut cells: Vec<Unreadable> = Vec::new();
        cells.extend(record.position.err());
        cells.extend(record.stream.err());
        cells.extend(record.seq.err());
        cells.extend(record.header.err());
        cells.extend(record.hash.err());
        cells.extend(
            record
                .parts
                .into_iter()
                .filter_map(|part| part.read().err()),
        );
        cells.extend(record.erased.into_iter().filter_map(Result::err));
        found.extend(cells.iter().map(named));
    }
    macro_rules! unreadable {
        ($($table:ident),+) => {$(
            let rows = inspection.rows(&table::$table, i64::MIN, Limit::MAX).await;
            let rows = rows.expect("rows").into_iter();
            found.extend(rows.filter_map(|(_, row)| row.err()).map(|cell| named(&cell)));
        )+};
    }
    unreadable!(
        LEDGER, STREAMS, CASES, CLOCKS, SNAPSHOTS, REQUESTS, BLOBS, WORKFLOWS, CALENDARS
    );
    inspection.close().await;
    found
}

fn named(cell: &Unreadable) -> String {
    let Unreadable {
        table,
        column,
        row,
        found,
    } = cell;
    format!("{table}.{column} of {row}: {found}")
}

#[tokio::test]
async fn nothing_is_found_in_a_file_that_nobody_touched() {
    let trial = Trial::new().await;
    assert_eq!(found(&trial).await, Vec::<String>::new());
    let mut inspection = inspect(&trial).await;
    assert_eq!(
        inspection.damage().await.expect("pages"),
        Vec::<String>::new()
    );
    let objects = inspection.schema().await.expect("a schema");
    assert!(objects.len() > 50, "{objects:#?}");
}

const CELLS: &[(&str, &str)] = &[
    (
        "update events set position = -1",
        "events.position of -1: -1",
    ),
    ("update events set stream = 7", "events.stream of 0: 7"),
    ("update events set stream = -7", "events.stream of 0: -7"),
    ("update events set seq = -7", "events.seq of 0: -7"),
    ("update events set hash = x'00'", "events.hash of 0: x'00'"),
    (
        "update parts set class = 'secret'",
        "parts.class of 0/secret: 'secret'",
    ),
    (
        "update parts set salt = x'0102'",
        "parts.salt of 0/operational: x'0102'",
    ),
    (
        "insert into erasures values (0, 'personal', -2)",
        "erasures.erased_by_position of 0/personal: -2",
    ),
    ("update ledger set id = 7", "ledger.id of 7: 7"),
    ("update ledger set size = -1", "ledger.size of 0: -1"),
    ("update ledger set kind = 'x'", "ledger.kind of 0: 'x'"),
    (
        "update ledger set created_at = 9223372036854775807",
        "ledger.created_at of 0: 9223372036854775807",
    ),
    (
        "update streams set version = -1",
        "streams.version of case/first: -1",
    ),
    (
        "update streams set head = x''",
        "streams.head of case/first: x''",
    ),
    (
        "update streams set wake_at = 9223372036854775807",
        "streams.wake_at of case/first: 9223372036854775807",
    ),
    (
        "insert into cases values (-1, 'a', 'w', '1', zeroblob(32), 's', 'p', 't', 0, null, null, 0)",
        "cases.number of a: -1",
    ),
    (
        "insert into cases values (1, 'a', 'w', '1', zeroblob(32), 's', 'p', 't', 0, null, null, 0); \
         insert into clocks values (1, 'd', 'o', 'r', null, 'running', 5)",
        "clocks.provisional of 1/d: 5",
    ),
    (
        "insert into clocks values (7, 'd', 'o', 'r', null, 'running', 0)",
        "clocks.case_number of 7/d: 7",
    ),
    (
        "insert into snapshots values ('case/a', -1, zeroblob(32), 'f', zeroblob(32), x'')",
        "snapshots.version of case/a: -1",
    ),
    (
        "insert into requests values ('p', 'k', zeroblob(32), 'c', 's', -4, 0)",
        "requests.first_seq of p/k: -4",
    ),
    (
        "insert into blobs values (x'00', 0, 1, x'00')",
        "blobs.digest of x'00'/0: x'00'",
    ),
    (
        "insert into workflows values (x'00', 'n', '1', 's', x'')",
        "workflows.digest of n/1: x'00'",
    ),
    (
        "insert into calendars values (x'00', 'n', '1', 's')",
        "calendars.digest of n/1: x'00'",
    ),
    // Tables that were made anew take what the migrations' tables refuse.
    (
        "alter table events rename to old; create table events (position integer primary key, stream, seq, header, hash); \
         insert into events select position, stream, seq, null, 'text' from old; drop table old",
        "events.header of 0: NULL",
    ),
    (
        "drop table streams; create table streams (first_position, stream, version, head, revision, wake_at); \
         insert into streams values (0, 's', 'many', zeroblob(32), 1.5, null)",
        "streams.version of s: 'many'",
    ),
];

#[tokio::test]
async fn a_cell_that_holds_nothing_of_its_kind_is_named_and_the_rest_is_read() {
    let mut caught = 0;
    for (statements, cell) in CELLS {
        let trial = Trial::new().await;
        meddled(&trial, statements).await;
        let found = found(&trial).await;
        assert!(
            found.iter().any(|one| one == cell),
            "{statements}: {found:#?}"
        );
        caught += 1;
    }
    println!(
        "cells that hold nothing of their kind: planted {}, caught {caught}",
        CELLS.len()
    );
}

const SCHEMAS: &[(&str, &str)] = &[
    ("drop trigger events_stay", "trigger events_stay"),
    (
        "drop trigger parts_keep; create trigger parts_keep before update on parts begin select 1; end",
        "trigger parts_keep",
    ),
    ("drop index streams_wake", "index streams_wake"),
    ("create index more on events (hash)", "index more"),
    ("create table more (a)", "table more"),
    ("create view more as select 1", "view more"),
    (
        "create trigger more after insert on events begin delete from requests; end",
        "trigger more",
    ),
    ("drop table calendars", "table calendars"),
    ("alter table cases add column more text", "table cases"),
    ("drop table _sqlx_migrations", "table _sqlx_migrations"),
    ("delete from _sqlx_migrations", "migration 1"),
    (
        "update _sqlx_migrations set checksum = x'00'",
        "migration 1",
    ),
    ("pragma user_version = 0", "pragma user_version"),
];

#[tokio::test]
async fn incidents_written_in_another_order_than_they_were_numbered_are_each_read_once() {
    let trial = Trial::new().await;
    let rows =
        [("a", 3), ("b", 1), ("c", 2)].map(|(id, number)| format!("('{id}', {number}, 0, 0)"));
    meddled(
        &trial,
        &format!("insert into incidents values {}", rows.join(", ")),
    )
    .await;
    let mut inspection = inspect(&trial).await;
    let (mut from, mut numbers) = (i64::MIN, Vec::new());
    // One more look than there are rows, each of one row.
    for _ in 0..4 {
        let page = inspection
            .rows(&table::INCIDENTS, from, Limit::new(1))
            .await;
        for (row, incident) in page.expect("rows") {
            from = row + 1;
            numbers.push(incident.expect("it can be read").number);
        }
    }
    assert_eq!(numbers, [3, 1, 2]);
}

#[tokio::test]
async fn a_schema_that_the_migrations_do_not_make_is_named() {
    let mut caught = 0;
    for (statements, object) in SCHEMAS {
        let trial = Trial::new().await;
        trial.execute(statements).await;
        let found = found(&trial).await;
        assert!(
            found.iter().any(|one| one == object),
            "{statements}: {found:#?}"
        );
        caught += 1;
    }
    println!(
        "changed schemas: planted {}, caught {caught}",
        SCHEMAS.len()
    );
}

#[tokio::test]
async fn parts_of_no_record_are_named() {
    let trial = Trial::new().await;
    meddled(
        &trial,
        "insert into parts values (7, 'personal', zeroblob(32), x'31'); \
         insert into erasures values (8, 'personal', 0)",
    )
    .await;
    assert_eq!(
        found(&trial).await,
        ["parts 7/personal", "erasures 8/personal"]
    );
}

#[tokio::test]
async fn an_index_that_disagrees_with_its_table_is_damage() {
    let trial = Trial::new().await;
    // An index that no longer leaves rows aside lacks those that it has left aside.
    trial
        .execute(
            "pragma writable_schema = on; \
             update sqlite_schema set sql = 'create index streams_wake on streams (wake_at, stream)' \
             where name = 'streams_wake'",
        )
        .await;
    let damage = inspect(&trial).await.damage().await.expect("pages");
    assert!(damage[0].contains("streams_wake"), "{damage:?}");
}

#[tokio::test]
async fn an_inspection_sees_one_moment_whatever_is_written_meanwhile() {
    let trial = Trial::new().await;
    let mut inspection = inspect(&trial).await;
    let store = trial.open(Mode::ReadWrite).await.expect("a database");
    assert!(won(&store, "case/second").await);
    let records = inspection
        .records(i64::MIN, Limit::MAX)
        .await
        .expect("rows");
    let ledger = inspection.rows(&table::LEDGER, i64::MIN, Limit::MAX).await;
    let ledger = ledger.expect("rows");
    let size = ledger[0].1.as_ref().expect("a ledger").size;
    assert_eq!((records.len(), size.0), (1, 1));
    inspection.close().await;
    store.close().await;
}

#[tokio::test]
async fn a_file_that_was_never_migrated_is_older_and_one_with_another_version_is_inspected() {
    let trial = Trial::new().await;
    trial
        .execute("pragma user_version = 0; delete from _sqlx_migrations")
        .await;
    let opened = Inspection::open(&trial.path()).await;
    assert!(
        matches!(
            opened,
            Err(Error::Older {
                found: 0,
                known: SCHEMA_VERSION
            })
        ),
        "{opened:?}"
    );
}

#[tokio::test]
async fn a_ledger_that_counts_fewer_records_than_there_are_takes_no_command() {
    let trial = Trial::new().await;
    meddled(&trial, "update ledger set size = 0").await;
    let store = trial.open(Mode::ReadWrite).await.expect("a database");
    let refused = store.commit(&append("case/second", 1, 1)).await;
    assert!(
        matches!(
            refused,
            Err(Error::Corrupt {
                table: "ledger",
                column: "size",
                ..
            })
        ),
        "{refused:?}"
    );
    store.close().await;
}
