//! The log stays short however many write, and nobody waits for whoever only reads.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;
use tsuho_store::Store as _;

use crate::open::open_waiting;
use crate::tests::trial::{Trial, append};
use crate::{Mode, SqliteStore};

/// A page of the log with its header.
const PAGE: u64 = 4096 + 24;

/// How long anybody waits for the write lock; longer than the program does, so that a slow machine shows a number and not a
/// failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many batches each writes: of a MiB each, together some times as much as a log may be.
const BATCHES: usize = 160;

async fn opened(trial: &Trial) -> SqliteStore {
    let store = open_waiting(&trial.path(), Mode::ReadWrite, PATIENCE).await;
    store.expect("a sound database")
}

/// Writes batches, and returns how long the log was at most, in pages.
async fn longest(store: &SqliteStore, folder: &Path, process: usize) -> u64 {
    let mut longest = 0;
    for nth in 0..BATCHES {
        let batch = append(&format!("case/{process}-{nth}"), 256, 3_500);
        let committed = store.commit(&batch).await;
        committed.expect("nothing stands in the way");
        let log = fs::metadata(folder.join("tsuho.db-wal"));
        longest = longest.max(log.map_or(0, |log| log.len() / PAGE));
    }
    longest
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_short_though_several_processes_write_at_once() {
    for processes in [1, 3] {
        let trial = Trial::new().await;
        let mut busy = JoinSet::new();
        for process in 0..processes {
            let (store, folder) = (opened(&trial).await, trial.folder());
            busy.spawn(async move {
                let longest = longest(&store, &folder, process).await;
                store.finish().await.expect("nothing failed");
                store.close().await;
                longest
            });
        }
        let longest = busy.join_all().await.into_iter().max();
        let longest = longest.expect("there is a process");
        println!("FIGURE pages of the log at most, {processes} processes at once: {longest}");
        assert!(longest < 5 * 8192, "{longest}");
    }
}
