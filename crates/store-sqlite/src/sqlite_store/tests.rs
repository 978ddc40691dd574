//! A write that fails is told apart, leaves nothing half written, and is the last one where the disk is in doubt.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Row};
use tsuho_ledger::Digest;
use tsuho_store::{Batch, ClockRow, Command, Error, Limit, Position, Request, Store};

use crate::connections::Taken;
use crate::tests::trial::{Trial, append, history, won};
use crate::{Mode, SqliteStore};

async fn opened(trial: &Trial) -> SqliteStore {
    trial.open(Mode::ReadWrite).await.expect("a sound database")
}

/// Returns the connection that writes.
async fn writing(store: &SqliteStore) -> Taken<'_> {
    let writer = store.open_for_writing().expect("it is open for writing");
    let taken = writer.connections.take(store.context()).await;
    taken.expect("nobody else uses it")
}

/// Returns the first value of a statement on the writing connection, as text.
async fn on_writer(store: &SqliteStore, statement: &'static str) -> String {
    let row = sqlx::query(statement)
        .fetch_one(&mut *writing(store).await)
        .await
        .expect("a sound statement");
    row.try_get_unchecked(0).expect("one column")
}

/// Checks that nothing more is written, and that the store says why.
async fn check_stopped(store: &SqliteStore, cause: &str) {
    for error in [
        store
            .commit(&append("case/later", 1, 1))
            .await
            .map(drop)
            .expect_err("the store stopped"),
        store
            .put_blob(b"later")
            .await
            .map(drop)
            .expect_err("the store stopped"),
    ] {
        let Error::Stopped { cause: found } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(found.to_string(), cause);
    }
}

#[tokio::test]
async fn the_bundled_sqlite_is_one_that_keeps_its_log() {
    let trial = Trial::new().await;
    let version = on_writer(&opened(&trial).await, "select sqlite_version()").await;
    let numbers: Vec<u32> = version
        .split('.')
        .map(|number| number.parse().expect("a number"))
        .collect();
    assert!(
        numbers >= vec![3, 51, 3],
        "{version} can lose a write-ahead log when it starts over"
    );
}

#[tokio::test]
async fn every_commit_is_flushed_and_every_erasure_overwrites() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    for (pragma, expected) in [
        ("select journal_mode from pragma_journal_mode", "wal"),
        (
            "select cast(synchronous as text) from pragma_synchronous",
            "2",
        ),
        (
            "select cast(secure_delete as text) from pragma_secure_delete",
            "1",
        ),
        (
            "select cast(foreign_keys as text) from pragma_foreign_keys",
            "1",
        ),
        (
            "select cast(trusted_schema as text) from pragma_trusted_schema",
            "0",
        ),
        (
            "select cast(user_version as text) from pragma_user_version",
            "7",
        ),
        (
            "select cast(application_id as text) from pragma_application_id",
            "1953723752",
        ),
    ] {
        assert_eq!(on_writer(&store, pragma).await, expected, "{pragma}");
    }
}

#[tokio::test]
async fn a_locked_database_is_reported_as_locked_and_taken_up_again() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    let mut holder = trial.connect().await;
    let lock = holder
        .begin_with("begin immediate")
        .await
        .expect("nobody else writes");
    let error = store
        .commit(&append("case/second", 1, 1))
        .await
        .expect_err("somebody holds the lock");
    assert!(
        matches!(error, Error::Locked { waited_ms: 30 }),
        "{error:?}"
    );
    assert_eq!(history(&store).await, ["case/first"], "reading goes on");
    lock.rollback().await.expect("nothing was written");
    assert!(won(&store, "case/second").await);
}

#[tokio::test]
async fn a_full_disk_stops_the_store_and_leaves_nothing_half_written() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    let pages = on_writer(
        &store,
        "select cast(page_count + 4 as text) from pragma_page_count",
    )
    .await;
    sqlx::query(AssertSqlSafe(format!("pragma max_page_count = {pages}")))
        .fetch_one(&mut *writing(&store).await)
        .await
        .expect("more pages than there are");
    assert!(
        won(&store, "case/second").await,
        "there is room for a little"
    );

    let error = store
        .commit(&append("case/third", 20, 4000))
        .await
        .expect_err("there is no room");
    assert!(matches!(error, Error::Full { .. }), "{error:?}");
    check_stopped(&store, "no room is left for the database").await;
    let kept = ["case/first", "case/second", "case/second"];
    assert_eq!(history(&store).await, kept, "reading goes on");
    store.close().await;

    let store = opened(&trial).await;
    assert_eq!(history(&store).await, kept);
    assert!(
        won(&store, "case/third").await,
        "with room again, the same command is written"
    );
}

#[tokio::test]
async fn a_file_that_did_not_fit_does_not_exist_until_it_is_stored_again() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    let pages = on_writer(
        &store,
        "select cast(page_count + 300 as text) from pragma_page_count",
    )
    .await;
    sqlx::query(AssertSqlSafe(format!("pragma max_page_count = {pages}")))
        .fetch_one(&mut *writing(&store).await)
        .await
        .expect("more pages than there are");
    let bytes = vec![7; 3 * 1024 * 1024];
    let error = store
        .put_blob(&bytes)
        .await
        .expect_err("only the first chunk fits");
    assert!(matches!(error, Error::Full { .. }), "{error:?}");
    assert_eq!(
        store
            .blob(&Digest::of(&bytes))
            .await
            .expect("reading goes on"),
        None
    );
    store.close().await;

    let store = opened(&trial).await;
    let digest = store.put_blob(&bytes).await.expect("there is room again");
    assert!(store.blob(&digest).await.expect("it can be read") == Some(bytes));
}

#[tokio::test]
async fn a_changed_file_is_corrupt() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    let digest = store.put_blob(b"evidence").await.expect("there is room");
    trial
        .execute("drop trigger blobs_keep; update blobs set bytes = cast(x'00' || substr(bytes, 2) as blob)")
        .await;
    let error = store.blob(&digest).await.expect_err("it was changed");
    assert!(
        matches!(
            error,
            Error::Corrupt {
                table: "blobs",
                column: "bytes",
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    trial
        .execute("pragma ignore_check_constraints = on; drop trigger events_keep; update events set hash = x'00'")
        .await;
    let error = store
        .ledger_records(Position(0), Limit::MAX)
        .await
        .expect_err("a hash of one byte");
    assert_eq!(
        error.to_string(),
        "unreadable value in column `hash` of table `events`, row `0`"
    );
}

#[tokio::test]
async fn a_record_whose_row_differs_from_its_header_is_named_when_it_is_opened() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    trial
        .execute("drop trigger streams_keep; update streams set stream = 'case/other'")
        .await;
    let records = store
        .ledger_records(Position(0), Limit::MAX)
        .await
        .expect("rows can be read");
    let error = records
        .into_iter()
        .next()
        .expect("one record")
        .open()
        .expect_err("another stream");
    assert_eq!(
        error.to_string(),
        "unreadable value in column `stream` of table `events`, row `0`"
    );
}

#[tokio::test]
async fn a_damaged_page_stops_the_store() {
    let trial = Trial::new().await;
    let root = "select rootpage from sqlite_schema where name = 'requests'";
    let root: i64 = sqlx::query_scalar(root)
        .fetch_one(&mut trial.connect().await)
        .await
        .expect("the table is there");
    let at = usize::try_from(root - 1).expect("a page of a small file") * 4096;
    let mut bytes = std::fs::read(trial.path()).expect("the database is there");
    bytes[at..at + 4096].fill(0xa5);
    std::fs::write(trial.path(), bytes).expect("it can be written");

    let store = opened(&trial).await;
    let request = Request {
        person: "person_1".to_owned(),
        key: "key".to_owned(),
        digest: Digest::ZERO,
        command: "cmd_1".to_owned(),
    };
    let appends = append("case/second", 1, 1)
        .into_commands()
        .remove(0)
        .appends;
    let command = Command {
        appends,
        request: Some(request),
        ..Command::default()
    };
    let error = store
        .commit(&Batch::new(vec![command]).expect("one command"))
        .await
        .expect_err("the table of requests is rubbish");
    assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
    check_stopped(&store, "the database file is damaged").await;
    assert_eq!(
        history(&store).await,
        ["case/first"],
        "what is sound can be read"
    );
}

#[tokio::test]
async fn rows_that_contradict_each_other_are_refused_and_do_not_stop_the_store() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    let clock = ClockRow {
        case_id: "case_1".to_owned(),
        case_number: 1,
        duty: "report@jp-mic".to_owned(),
        obligation: "report".to_owned(),
        recipient: "jp-mic".to_owned(),
        due_at: None,
        status: "running".to_owned(),
        provisional: false,
    };
    let appends = append("case/second", 1, 1)
        .into_commands()
        .remove(0)
        .appends;
    let clocks = vec![clock];
    let batch = Batch::new(vec![Command {
        appends,
        clocks,
        ..Command::default()
    }])
    .expect("one command");
    let error = store
        .commit(&batch)
        .await
        .expect_err("a clock of a case that has no row");
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    assert_eq!(history(&store).await, ["case/first"]);
    assert!(won(&store, "case/second").await);
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_is_written_whole_or_not_at_all() {
    let trial = Trial::new().await;
    let store = opened(&trial).await;
    for round in 0..20 {
        let batch = append(&format!("case/{round}"), 2, 1);
        // Some are dropped before they begin, some on the way, some behind the flush.
        let patience = Duration::from_micros(round * 100);
        drop(tokio::time::timeout(patience, store.commit(&batch)).await);
    }
    assert!(won(&store, "case/last").await);
    let history = history(&store).await;
    for round in 0..20 {
        let name = format!("case/{round}");
        let count = history.iter().filter(|stream| **stream == name).count();
        assert!(count == 0 || count == 2, "{name} has {count} records");
    }
}
