//! What a log shows that was cut, changed, or taken away while its index stayed.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::Row as _;
use tsuho_store::Store as _;

use super::*;
use crate::Mode;
use crate::tests::trial::{Trial, append};

/// Files as a killed process leaves them.
struct Left {
    log: Vec<u8>,
    index: Vec<u8>,
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

impl Left {
    /// Writes a few commits and takes the files away before the process closes them.
    async fn behind() -> Self {
        let trial = Trial::new().await;
        let store = trial.open(Mode::ReadWrite).await.expect("a database");
        for stream in ["case/second", "case/third", "case/fourth"] {
            store
                .commit(&append(stream, 1, 100))
                .await
                .expect("nothing stands in the way");
        }
        let read = |suffix| fs::read(beside(&trial.path(), suffix)).expect("it is there");
        let left = Self {
            log: read("-wal"),
            index: read("-shm"),
        };
        store.close().await;
        left
    }

    fn page(&self) -> usize {
        FRAME_HEADER + word(&self.log, 8, Order::Big) as usize
    }

    fn frames(&self) -> u64 {
        ((self.log.len() - HEADER) / self.page()) as u64
    }
}

fn of(log: &[u8], index: Option<&[u8]>) -> Log {
    examine(log, index).expect("memory can be read")
}

#[tokio::test]
async fn a_whole_log_is_readable_to_its_end() {
    let left = Left::behind().await;
    let whole = Log {
        readable: left.frames(),
        written: left.frames(),
        is_lost: false,
    };
    assert!(left.frames() >= 9, "{whole:?}");
    assert_eq!(of(&left.log, Some(&left.index)), whole);
    assert_eq!(of(&left.log, None), whole);
    assert!(!of(&[], None).is_broken());
}

#[tokio::test]
async fn every_byte_of_a_log_that_is_turned_over_is_found() {
    let left = Left::behind().await;
    let (mut planted, mut caught) = (0, 0);
    for at in 0..left.log.len() {
        // Of the pages a sample is enough; of the headers every byte.
        let in_page = at >= HEADER && (at - HEADER) % left.page() >= FRAME_HEADER;
        if in_page && at % 61 != 0 {
            continue;
        }
        let mut log = left.log.clone();
        log[at] ^= 0x41;
        planted += 3;
        caught += usize::from(of(&log, None).is_broken());
        let known = of(&log, Some(&left.index));
        caught += usize::from(known.is_broken()) + usize::from(known.is_lost);
    }
    println!("bytes of a log: planted {planted}, caught {caught}");
    assert_eq!(caught, planted);
}

#[tokio::test]
async fn a_log_that_was_cut_or_taken_away_is_found_by_its_index() {
    let left = Left::behind().await;
    let cuts = (0..left.log.len()).step_by(997);
    let (mut planted, mut caught) = (0, 0);
    for length in cuts {
        planted += 1;
        caught += usize::from(of(&left.log[..length], Some(&left.index)).is_broken());
    }
    println!("cut logs: planted {planted}, caught {caught}");
    assert_eq!(caught, planted);
}

#[tokio::test]
async fn an_index_that_was_brought_over_or_is_of_another_round_or_broken_shows_nothing() {
    let left = Left::behind().await;
    let mut brought_over = left.index.clone();
    brought_over.copy_within(16..20, 96);
    assert!(!of(&[], Some(&brought_over)).is_broken());
    let mut broken = left.index.clone();
    broken[16] ^= 1;
    assert!(!of(&[], Some(&broken)).is_broken());
    assert!(!of(&[], Some(&left.index[..90])).is_broken());
}

#[tokio::test]
async fn a_commit_that_never_ended_and_an_earlier_round_are_no_loss() {
    let left = Left::behind().await;
    // Killed between two pages of one commit, and within the first bytes of one.
    let whole = HEADER + left.page() * 3;
    assert!(!of(&left.log[..whole], None).is_broken());
    assert!(!of(&left.log[..whole + 7], None).is_broken());
    // What is left of an earlier round has other salts.
    let mut log = left.log.clone();
    for frame in log[whole..].chunks_mut(left.page()) {
        frame[8..16].fill(0x77);
    }
    let found = of(&log, None);
    assert_eq!((found.readable, found.written), (3, 3));
}

#[tokio::test]
async fn a_page_that_was_not_written_to_its_end_is_no_loss_where_the_index_knows_of_none() {
    let left = Left::behind().await;
    // Killed while it wrote one more page: its head alone is there, or half of it, and sums that were never reached.
    for (length, fill) in [
        (FRAME_HEADER, 0),
        (FRAME_HEADER + 2048, 0x55),
        (left.page(), 0x55),
    ] {
        let mut log = left.log.clone();
        log.extend(&left.log[HEADER..HEADER + length]);
        let last = log.len() - length;
        log[last + 16..last + 24].fill(0x33);
        log[last + FRAME_HEADER..].fill(fill);
        let whole = left.frames();
        let found = of(&log, Some(&left.index));
        assert_eq!((found.readable, found.written), (whole, whole));
        // Nobody can say so without it; but it is not known to be a loss, as after every power cut.
        let unknown = of(&log, None);
        assert_eq!((unknown.written, unknown.is_lost), (whole + 1, false));
    }
}

#[tokio::test]
async fn an_index_that_is_older_than_the_log_hides_no_loss() {
    let trial = Trial::new().await;
    let store = trial.open(Mode::ReadWrite).await.expect("a database");
    let read = |suffix| fs::read(beside(&trial.path(), suffix)).expect("it is there");
    let (mut indexes, mut logs) = (Vec::new(), Vec::new());
    for stream in ["case/second", "case/third", "case/fourth", "case/fifth"] {
        let batch = append(stream, 1, 100);
        store.commit(&batch).await.expect("nothing in the way");
        indexes.push(read("-shm"));
        logs.push(read("-wal"));
    }
    store.close().await;
    let page = FRAME_HEADER + word(&logs[0], 8, Order::Big) as usize;
    let (mut planted, mut caught) = (0, 0);
    // The machine lost its power: the index on its disk knows the first commit alone, and a page of the second is broken.
    for at in (logs[0].len()..logs[1].len()).step_by(page) {
        planted += 1;
        let mut log = logs[3].clone();
        log[at + FRAME_HEADER] ^= 0x41;
        let found = of(&log, Some(&indexes[0]));
        caught += usize::from(found.is_broken() && found.is_lost);
    }
    println!("losses behind an old index: planted {planted}, caught {caught}");
    assert!(planted >= 3);
    assert_eq!(caught, planted);
}

#[tokio::test]
async fn a_log_begins_again_and_is_read_again() {
    let trial = Trial::new().await;
    let store = trial.open(Mode::ReadWrite).await.expect("a database");
    let mut connection = trial.connect().await;
    for number in 0..3 {
        let batch = append(&format!("case/{number}"), 1, 20_000);
        store.commit(&batch).await.expect("nothing in the way");
        let row = sqlx::query("pragma wal_checkpoint(restart)")
            .fetch_one(&mut connection)
            .await
            .expect("nobody reads");
        assert_eq!(row.get::<i64, _>(0), 0, "it was busy");
        let batch = append(&format!("case/small{number}"), 1, 1);
        store.commit(&batch).await.expect("nothing in the way");
        let read = |suffix| fs::read(beside(&trial.path(), suffix)).expect("it is there");
        let (log, index) = (read("-wal"), read("-shm"));
        let found = of(&log, Some(&index));
        assert!(!found.is_broken(), "{found:?}");
        assert!(
            found.readable < ((log.len() - HEADER) / 4_120) as u64,
            "{found:?}"
        );
    }
    drop(connection);
    store.close().await;
}
