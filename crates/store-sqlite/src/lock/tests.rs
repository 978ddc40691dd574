//! Whoever waits for the lock beside a process that never ends writing has it soon.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tsuho_store::Store as _;

use crate::open::open_waiting;
use crate::tests::trial::{Trial, append, history, won};
use crate::{Mode, SqliteStore};

/// How long anybody waits; longer than the program does, so that a slow machine shows a number and not a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many batches each of the busy processes commits.
const BATCHES: usize = 40;

async fn open(trial: &Trial) -> SqliteStore {
    let store = open_waiting(&trial.path(), Mode::ReadWrite, PATIENCE).await;
    store.expect("it opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_beside_busy_processes_has_the_lock_soon() {
    let trial = Trial::new().await;
    let other = open(&trial).await;
    let mut processes = Vec::new();
    for process in 0..2 {
        let stream = |batch| format!("case/busy-{process}-{batch}");
        let batches = (0..BATCHES).map(|batch| append(&stream(batch), 256, 100));
        processes.push((open(&trial).await, batches.collect::<Vec<_>>()));
    }
    let mut busy = JoinSet::new();
    for (store, batches) in processes {
        busy.spawn(async move {
            for batch in &batches {
                let committed = store.commit(batch).await;
                committed.expect("nothing stands in the way");
            }
            store.close().await;
        });
    }
    let (mut longest, mut asked) = (Duration::ZERO, 0);
    while busy.try_join_next().is_none() {
        let begun = Instant::now();
        assert!(won(&other, &format!("case/other-{asked}")).await);
        longest = longest.max(begun.elapsed());
        asked += 1;
    }
    busy.join_all().await;
    println!("FIGURE longest wait for the lock beside two busy processes: {longest:?} of {asked}");
    assert!(asked > 0 && longest < Duration::from_secs(5), "{longest:?}");
    other.close().await;
}

#[tokio::test]
async fn a_process_leaves_the_lock_alone_once_it_had_it_for_long_without_a_break() {
    let tenancy = super::Tenancy::new();
    let (mut asked, mut breaks) = (Duration::ZERO, 0);
    for _ in 0..100 {
        let begun = Instant::now();
        tenancy.begin().await;
        let waited = begun.elapsed();
        asked += waited;
        if waited >= super::BREAK {
            breaks += 1;
        }
        // One that took half as long as is too long.
        tenancy.end(Instant::now() - super::LONG / 2);
    }
    println!(
        "FIGURE breaks of 100 batches of {:?}: {breaks}, {asked:?}",
        super::LONG / 2
    );
    // A machine that is slow enough takes breaks by itself, but not always.
    assert!(breaks > 10, "{breaks}");
}

/// How long the last of those waits who stop waiting; the first does not wait at all.
const LONGEST: Duration = Duration::from_millis(3);

#[tokio::test]
async fn whoever_stops_waiting_for_a_commit_leaves_the_lock_to_others_and_nothing_half_written() {
    let trial = Trial::new().await;
    let store = open(&trial).await;
    let mut given_up = 0;
    let attempts = 60;
    for nth in 0..attempts {
        let batch = append(&format!("case/left-{nth}"), 3, 100);
        let patience = async {
            let begun = Instant::now();
            while begun.elapsed() < LONGEST * nth / attempts {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            committed = store.commit(&batch) => drop(committed.expect("nothing stands in the way")),
            () = patience => given_up += 1,
        }
        assert!(won(&store, &format!("case/after-{nth}")).await);
    }
    let history = history(&store).await;
    let count = |stream: String| history.iter().filter(|known| **known == stream).count();
    let mut written = 0;
    for nth in 0..attempts {
        assert_eq!(count(format!("case/after-{nth}")), 2);
        let left = count(format!("case/left-{nth}"));
        assert!(left == 0 || left == 3, "{left} of 3");
        written += u32::from(left == 3);
    }
    println!(
        "FIGURE commits for which nobody waited any longer: {given_up} of {attempts}, written {written}"
    );
    assert!(given_up > 0);
    store.close().await;
}
