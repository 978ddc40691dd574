//! Every file that is not fit to be opened is refused for what it is, and left as it was.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sqlx::Connection;
use tsuho_ledger::Moment;
use tsuho_store::{Error, Kind, Store};

use crate::tests::trial::{Trial, append, history, won};
use crate::{Mode, SqliteStore, create};

const MODES: [Mode; 2] = [Mode::ReadWrite, Mode::ReadOnly];

fn now() -> Moment {
    Moment::from_micros(0).expect("1970 is in range")
}

/// Opens in both modes, each of which must be refused with nothing in the folder changed.
async fn check_refused(trial: &Trial, expected: fn(&Error) -> bool) {
    let before = trial.files();
    for mode in MODES {
        let error = trial
            .open(mode)
            .await
            .map(drop)
            .expect_err("the file is unfit");
        assert!(expected(&error), "{mode:?}: {error:?}");
    }
    assert_eq!(trial.files(), before, "files of the folder");
}

/// Overwrites bytes of the file.
fn overwrite(path: &Path, at: usize, with: &[u8]) {
    let mut bytes = fs::read(path).expect("the database is there");
    bytes[at..at + with.len()].copy_from_slice(with);
    fs::write(path, bytes).expect("the database can be written");
}

/// Takes the right to write from a file or folder until it is dropped, so that the folder can be removed.
struct Protected<'path>(&'path Path, u32);

impl<'path> Protected<'path> {
    fn new(path: &'path Path) -> Self {
        let mode = fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode();
        fs::set_permissions(path, Permissions::from_mode(mode & !0o222)).expect("it is ours");
        Self(path, mode)
    }
}

impl Drop for Protected<'_> {
    fn drop(&mut self) {
        fs::set_permissions(self.0, Permissions::from_mode(self.1)).expect("it is ours");
    }
}

#[tokio::test]
async fn a_database_is_opened_as_it_was_closed() {
    let trial = Trial::new().await;
    for mode in MODES {
        let store = trial.open(mode).await.expect("a sound database");
        assert_eq!(history(&store).await, ["case/first"]);
        assert_eq!(store.ledger().await.expect("one row").kind, Kind::Real);
        store.close().await;
    }
}

#[tokio::test]
async fn a_missing_database_is_not_created() {
    let trial = Trial::empty();
    check_refused(&trial, |error| matches!(error, Error::Missing { .. })).await;
}

#[tokio::test]
async fn a_folder_is_no_database() {
    let trial = Trial::empty();
    fs::create_dir(trial.path()).expect("an empty folder");
    for mode in MODES {
        let error = trial.open(mode).await.map(drop).expect_err("a folder");
        assert_eq!(
            error.to_string(),
            format!(
                "`{}` is not a tsuho database: not a file",
                trial.path().display()
            )
        );
    }
}

#[tokio::test]
async fn what_is_no_database_is_named() {
    let trial = Trial::empty();
    for (bytes, found) in [
        (&b""[..], "an empty file"),
        (b"workflow: leak\n", "not a SQLite file"),
        (&[b'x'; 4096], "not a SQLite file"),
        (b"SQLite format 3\0", "not a SQLite file"),
    ] {
        fs::write(trial.path(), bytes).expect("an empty folder");
        check_refused(&trial, |error| matches!(error, Error::NotOurs { .. })).await;
        let error = trial
            .open(Mode::ReadOnly)
            .await
            .map(drop)
            .expect_err("no database");
        assert!(error.to_string().ends_with(found), "{error}");
    }
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let trial = Trial::empty();
    fs::write(trial.path(), b"").expect("an empty folder");
    trial
        .execute(
            "pragma application_id = 1; create table events (a); insert into events values (1)",
        )
        .await;
    check_refused(&trial, |error| matches!(error, Error::NotOurs { .. })).await;
    let error = trial
        .open(Mode::ReadOnly)
        .await
        .map(drop)
        .expect_err("another program's");
    assert!(
        error
            .to_string()
            .ends_with("a SQLite file with application id 0x00000001"),
        "{error}"
    );
}

#[tokio::test]
async fn a_broken_header_is_no_database() {
    let trial = Trial::new().await;
    overwrite(&trial.path(), 0, b"garbage");
    check_refused(&trial, |error| matches!(error, Error::NotOurs { .. })).await;
}

#[tokio::test]
async fn a_newer_database_is_refused_with_both_versions() {
    let trial = Trial::new().await;
    trial.execute("pragma user_version = 9").await;
    check_refused(&trial, |error| {
        matches!(error, Error::Newer { found: 9, known: 7 })
    })
    .await;
    let error = trial
        .open(Mode::ReadOnly)
        .await
        .map(drop)
        .expect_err("a newer database");
    assert_eq!(
        error.to_string(),
        "the database has schema version 9, and this program knows versions up to 7"
    );
}

#[tokio::test]
async fn reading_alone_does_not_migrate() {
    let trial = Trial::new().await;
    trial.execute("pragma user_version = 0").await;
    let before = trial.files();
    let error = trial
        .open(Mode::ReadOnly)
        .await
        .map(drop)
        .expect_err("an older database");
    assert!(
        matches!(error, Error::Older { found: 0, known: 7 }),
        "{error:?}"
    );
    assert_eq!(trial.files()[&trial.path()], before[&trial.path()]);
    // Its migrations are all done: no program of ours leaves that version behind.
    let error = trial
        .open(Mode::ReadWrite)
        .await
        .map(drop)
        .expect_err("a version that lies");
    assert!(
        matches!(
            error,
            Error::Corrupt {
                column: "user_version",
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_truncated_database_is_damaged() {
    let trial = Trial::new().await;
    let bytes = fs::read(trial.path()).expect("the database is there");
    fs::write(trial.path(), &bytes[..bytes.len() / 2]).expect("it can be written");
    for mode in MODES {
        let error = trial
            .open(mode)
            .await
            .map(drop)
            .expect_err("half a database");
        assert!(
            matches!(error, Error::Damaged { .. }),
            "{mode:?}: {error:?}"
        );
    }
    fs::write(trial.path(), &bytes[..64]).expect("it can be written");
    check_refused(&trial, |error| matches!(error, Error::NotOurs { .. })).await;
}

#[tokio::test]
async fn a_ledger_that_counts_more_than_there_is_is_corrupt() {
    let trial = Trial::new().await;
    trial
        .execute("drop trigger events_stay; delete from events")
        .await;
    for mode in MODES {
        let error = trial
            .open(mode)
            .await
            .map(drop)
            .expect_err("a ledger without its events");
        assert!(
            matches!(
                error,
                Error::Corrupt {
                    table: "ledger",
                    column: "size",
                    ..
                }
            ),
            "{mode:?}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_database_that_somebody_holds_is_reported_as_locked() {
    let trial = Trial::new().await;
    let mut holder = trial.connect().await;
    sqlx::raw_sql(
        "pragma locking_mode = exclusive; begin immediate; update ledger set size = size; commit",
    )
    .execute(&mut holder)
    .await
    .expect("nobody else has it open");
    for mode in MODES {
        let error = trial
            .open(mode)
            .await
            .map(drop)
            .expect_err("somebody holds it");
        assert!(
            matches!(error, Error::Locked { waited_ms: 30 }),
            "{mode:?}: {error:?}"
        );
    }
    holder.close().await.expect("nothing is open");
    assert!(
        won(
            &trial.open(Mode::ReadWrite).await.expect("nobody holds it"),
            "case/second"
        )
        .await
    );
}

#[tokio::test]
async fn a_write_protected_database_can_only_be_read() {
    let trial = Trial::new().await;
    let (file, folder) = (trial.path(), trial.folder());
    for (protected, reason) in [
        (&file, "the file is write-protected"),
        (&folder, "its folder is write-protected"),
    ] {
        let _protected = Protected::new(protected);
        let error = trial
            .open(Mode::ReadWrite)
            .await
            .map(drop)
            .expect_err("it is protected");
        assert!(
            matches!(error, Error::ReadOnly { reason: found, .. } if found == reason),
            "{error:?}"
        );
        let store = trial
            .open(Mode::ReadOnly)
            .await
            .expect("reading is allowed");
        assert_eq!(history(&store).await, ["case/first"]);
        store.close().await;
    }
}

#[tokio::test]
async fn a_database_opened_for_reading_writes_nothing() {
    let trial = Trial::new().await;
    let before = trial.files();
    let store = trial.open(Mode::ReadOnly).await.expect("a sound database");
    assert_eq!(history(&store).await, ["case/first"]);
    for error in [
        store
            .commit(&append("case/second", 1, 1))
            .await
            .map(drop)
            .expect_err("it is for reading"),
        store
            .put_blob(b"x")
            .await
            .map(drop)
            .expect_err("it is for reading"),
        store
            .advance_virtual_now(now())
            .await
            .expect_err("it is for reading"),
    ] {
        assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    }
    store.close().await;
    assert_eq!(
        trial.files()[&trial.path()],
        before[&trial.path()],
        "the file"
    );
    // What SQLite leaves beside it for other readers goes with the next writer.
    trial
        .open(Mode::ReadWrite)
        .await
        .expect("a sound database")
        .close()
        .await;
    assert_eq!(trial.files(), before, "the folder");
}

#[tokio::test]
async fn a_reader_sees_what_a_writer_has_not_yet_moved_into_the_file() {
    let trial = Trial::new().await;
    let writer = trial.open(Mode::ReadWrite).await.expect("a sound database");
    assert!(won(&writer, "case/second").await);
    let reader = trial.open(Mode::ReadOnly).await.expect("a sound database");
    assert_eq!(
        history(&reader).await,
        ["case/first", "case/second", "case/second"]
    );
}

#[tokio::test]
async fn a_database_is_created_only_where_nothing_is() {
    let trial = Trial::new().await;
    let before = trial.files();
    let error = create(&trial.path(), Kind::Drill, now())
        .await
        .map(drop)
        .expect_err("it exists");
    assert!(matches!(error, Error::Exists { .. }), "{error:?}");
    assert_eq!(trial.files(), before);

    let nowhere = trial.folder().join("nowhere").join("tsuho.db");
    let error = create(&nowhere, Kind::Real, now())
        .await
        .map(drop)
        .expect_err("no such folder");
    assert!(matches!(error, Error::Missing { .. }), "{error:?}");

    let folder = trial.folder();
    let _protected = Protected::new(&folder);
    let path = folder.join("other.db");
    let error = create(&path, Kind::Real, now())
        .await
        .map(drop)
        .expect_err("a protected folder");
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    assert_eq!(trial.files(), before);
}

#[tokio::test]
async fn a_drill_stays_a_drill() {
    let trial = Trial::empty();
    let store: SqliteStore = create(&trial.path(), Kind::Drill, now())
        .await
        .expect("an empty folder");
    store.close().await;
    let store = trial.open(Mode::ReadOnly).await.expect("a sound database");
    let ledger = store.ledger().await.expect("one row");
    assert_eq!(
        (ledger.kind, ledger.virtual_now),
        (Kind::Drill, Some(now()))
    );
}
