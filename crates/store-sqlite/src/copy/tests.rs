//! What a copy holds, and which copies are refused.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use tsuho_ledger::Moment;
use tsuho_store::{Kind, Position, Store as _};

use super::*;
use crate::tests::trial::{Trial, history, won};
use crate::{Mode, SqliteStore, create, settings};

/// Copies the trial's database beside it.
async fn copied(trial: &Trial) -> (std::path::PathBuf, Result<Extent, NotCopied>) {
    let copy = trial.folder().join("copy.db");
    fs::write(&copy, "").expect("the folder can be written");
    let copied = copy_into(&trial.path(), &copy).await;
    (copy, copied)
}

#[tokio::test]
async fn a_copy_holds_everything_and_is_written_as_the_original_was() {
    let trial = Trial::new().await;
    let before = fs::read(trial.path()).expect("it is there");
    let (copy, found) = copied(&trial).await;
    let found = found.expect("nothing stands in the way");
    assert_eq!(found.size, Position(1));
    assert_eq!(found.kind, Kind::Real);
    assert_eq!(fs::read(trial.path()).expect("it is there"), before);
    for setting in settings(&copy).await.expect("a database of ours") {
        assert!(setting.holds(), "{setting:?}");
    }
    for mode in [Mode::ReadOnly, Mode::ReadWrite] {
        let store = crate::open(&copy, mode).await.expect("a database of ours");
        assert_eq!(history(&store).await, ["case/first"]);
        store.close().await;
    }
}

#[tokio::test]
async fn a_drill_stays_a_drill() {
    let trial = Trial::empty();
    let now = Moment::from_micros(7).expect("1970 is in range");
    let drill = create(&trial.path(), Kind::Drill, now)
        .await
        .expect("an empty folder");
    drill.close().await;
    let (copy, found) = copied(&trial).await;
    assert_eq!(found.expect("nothing stands in the way").kind, Kind::Drill);
    let store = crate::open(&copy, Mode::ReadOnly)
        .await
        .expect("a database of ours");
    let ledger = store.ledger().await.expect("one row");
    store.close().await;
    assert_eq!((ledger.kind, ledger.virtual_now), (Kind::Drill, Some(now)));
}

#[tokio::test]
async fn what_is_committed_meanwhile_is_in_the_copy_whole_or_not_at_all() {
    let trial = Trial::new().await;
    let store = trial.open(Mode::ReadWrite).await.expect("a database");
    let mut between = 0;
    for round in 0..8 {
        let (signal, begun) = tokio::sync::oneshot::channel();
        let is_copied = AtomicBool::new(false);
        let writing = async {
            let mut signal = Some(signal);
            // Others write until the copy is there, so that it begins and ends among their commits.
            for number in 0.. {
                if is_copied.load(Ordering::Relaxed) {
                    break;
                }
                assert!(won(&store, &format!("case/{round}-{number}")).await);
                if let Some(signal) = signal.take_if(|_| number == 3) {
                    signal.send(()).expect("the copy is to be made");
                }
            }
        };
        let copying = async {
            begun.await.expect("it writes");
            let before = size(&store).await;
            let (copy, found) = copied(&trial).await;
            is_copied.store(true, Ordering::Relaxed);
            (before, copy, found)
        };
        let ((before, copy, found), ()) = tokio::join!(copying, writing);
        let found = found.expect("nothing stands in the way");
        assert_eq!(found.rows["events"], found.size.0);
        assert_eq!(found.rows["parts"], found.size.0);
        let after = size(&store).await;
        assert!((before..=after).contains(&found.size.0));
        between += usize::from(found.size.0 < after);
        fs::remove_file(copy).expect("it is there");
    }
    store.close().await;
    println!("copies made while others wrote: 8, {between} of them with commits after them");
    assert_eq!(between, 8);
}

async fn size(store: &SqliteStore) -> u64 {
    store.ledger().await.expect("it can be read").size.0
}

#[tokio::test]
async fn a_write_protected_database_and_an_earlier_version_are_copied_as_they_are() {
    let trial = Trial::new().await;
    trial
        .execute("pragma user_version = 1; drop table incidents;")
        .await;
    let mut permissions = fs::metadata(trial.path())
        .expect("it is there")
        .permissions();
    permissions.set_readonly(true);
    fs::set_permissions(trial.path(), permissions).expect("it is ours");
    let (copy, found) = copied(&trial).await;
    assert_eq!(found.expect("nothing stands in the way").size, Position(1));
    let error = crate::open(&copy, Mode::ReadOnly).await.map(drop);
    assert!(
        matches!(error, Err(Error::Older { found: 1, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn rows_keep_their_numbers_so_that_a_gap_stays_one() {
    let trial = Trial::new().await;
    trial
        .execute(
            "insert into requests (rowid, person, key, digest, command, stream, first_seq, last_seq)
             select 7, 'person_1', 'key', hash, 'cmd_1', stream, 0, 0 from events",
        )
        .await;
    let (copy, found) = copied(&trial).await;
    found.expect("nothing stands in the way");
    let mut inspection = crate::Inspection::open(&copy)
        .await
        .expect("a database of ours");
    let rows = inspection
        .rows(&crate::table::REQUESTS, i64::MIN, tsuho_store::Limit::MAX)
        .await;
    let rows = rows.expect("rows");
    assert_eq!(
        rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
        [7]
    );
    inspection.close().await;
}

#[tokio::test]
async fn a_damaged_original_and_no_room_for_the_copy_are_told_apart() {
    let trial = Trial::new().await;
    let full = copy_into(&trial.path(), Path::new("/dev/full")).await;
    assert!(matches!(full, Err(NotCopied::Copy(_))), "{full:?}");
    let mut bytes = fs::read(trial.path()).expect("it is there");
    bytes[8_192..].fill(0xa5);
    fs::write(trial.path(), bytes).expect("it can be written");
    let (_, damaged) = copied(&trial).await;
    assert!(
        matches!(damaged, Err(NotCopied::Original(Error::Damaged { .. }))),
        "{damaged:?}"
    );
}

#[tokio::test]
async fn a_copy_that_is_not_what_was_read_is_found() {
    let trial = Trial::new().await;
    let (_, found) = copied(&trial).await;
    let sound = found.expect("nothing stands in the way");
    let head = sound.last.as_ref().map(|last| last.head);
    assert_eq!(difference(&sound, &sound, (&sound, head)), None);
    let mut planted: Vec<Extent> = Vec::new();
    for table in sound.rows.keys() {
        for by in [1, -1] {
            let mut copy = sound.clone();
            let rows = copy.rows.get_mut(table).expect("the table is counted");
            let Some(other) = rows.checked_add_signed(by) else {
                continue;
            };
            *rows = other;
            planted.push(copy);
        }
    }
    let kind = Kind::Drill;
    planted.push(Extent {
        kind,
        ..sound.clone()
    });
    planted.push(Extent {
        size: Position(2),
        ..sound.clone()
    });
    planted.push(Extent {
        last: None,
        ..sound.clone()
    });
    let caught = planted
        .iter()
        .filter(|copy| difference(&sound, &sound, (copy, head)).is_some())
        .count();
    let caught = caught + usize::from(difference(&sound, &sound, (&sound, None)).is_some());
    println!("copies: planted {}, caught {caught}", planted.len() + 1);
    assert_eq!(caught, planted.len() + 1);
}
