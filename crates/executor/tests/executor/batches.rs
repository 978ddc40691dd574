//! What waited during a flush is the next batch: one flush serves many, and nobody is told another's fate.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tsuho_core::ids::CaseId;
use tsuho_executor::{Answer, Error, Executor, How, Standing};

use crate::desk::Desk;
use crate::given::note;
use crate::meddled::{Meddled, Meddling};

/// A flush that takes so long that everybody else joins meanwhile.
fn slow() -> Meddling {
    Meddling::First(Box::pin(tokio::time::sleep(Duration::from_secs(1))))
}

/// Whether the other process has to read the cases first, so that it joins its line one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cases {
    Unread,
    Kept,
}

/// Opens cases, and has one note added to each of them at once by another process; returns the sizes of its batches, and
/// how many notes were written and how many not acknowledged.
async fn noted_at_once(
    seed: &str,
    count: usize,
    commits: Vec<Meddling>,
    cases_are: Cases,
) -> (Vec<usize>, [usize; 2]) {
    let desk = Desk::open(seed).await;
    let mut cases: Vec<CaseId> = Vec::new();
    for _ in 0..count {
        cases.push(desk.case().await);
    }
    let store = Meddled::new(Arc::new(desk.reopened().await), commits);
    let other = desk.executor_on(store.clone(), "other");
    if cases_are == Cases::Kept {
        for id in &cases {
            other.ground(*id).await.expect("it can be read");
        }
    }
    let mut tasks = JoinSet::new();
    for id in cases {
        let (other, request): (Arc<Executor>, _) =
            (other.clone(), desk.request("counsel", note("a")));
        tasks.spawn(async move { other.submit(id, &request, &How::default()).await });
    }
    let mut told = [0, 0];
    while let Some(answer) = tasks.join_next().await {
        match answer.expect("no task panics") {
            Ok(Answer::Done(done)) => {
                assert!(matches!(done.standing, Standing::Written { .. }));
                told[0] += 1;
            }
            Err(Error::Unacknowledged { .. }) => told[1] += 1,
            other => panic!("{other:?}"),
        }
    }
    let batches = store.batches.lock().expect("no test panics here").clone();
    (batches, told)
}

#[tokio::test]
async fn what_waited_during_a_flush_is_the_next_batch() {
    let (batches, told) = noted_at_once("batch", 40, vec![slow()], Cases::Unread).await;
    // Cases that share a turn by chance wait for each other, so that there are some more batches than two.
    assert!(batches.len() <= 10, "{batches:?}");
    assert_eq!((batches.iter().sum::<usize>(), told), (40, [40, 0]));
}

#[tokio::test]
async fn a_refused_row_makes_each_command_go_by_itself() {
    let (batches, told) =
        noted_at_once("refused", 12, vec![slow(), Meddling::Refuse], Cases::Unread).await;
    let refused = batches[1];
    assert!(refused > 1, "{batches:?}");
    assert_eq!(batches[2..2 + refused], vec![1; refused]);
    assert_eq!(told, [12, 0]);
}

#[tokio::test]
async fn a_failed_flush_is_acknowledged_to_nobody_who_was_in_it() {
    let (batches, told) =
        noted_at_once("failed", 12, vec![slow(), Meddling::Fail], Cases::Unread).await;
    assert!(batches[1] > 1, "{batches:?}");
    assert_eq!(told, [12 - batches[1], batches[1]]);
}

#[tokio::test]
async fn who_waited_behind_a_lock_is_told_with_the_batch_that_waited_for_it() {
    let locked = Meddling::StayLocked(Duration::from_millis(100));
    let (batches, told) = noted_at_once("locked", 80, vec![locked], Cases::Kept).await;
    // The batch holds half of those that were in line; the others are in no batch, and are told with it.
    assert!(
        batches[0] > 1 && told[1] > batches[0],
        "{batches:?}, {told:?}"
    );
    let later: usize = batches[1..].iter().sum();
    assert_eq!(told, [later, 80 - later]);
    assert!(
        later <= 20,
        "only who waits for a turn comes later: {batches:?}"
    );
}

#[tokio::test]
async fn nobody_waits_long_for_a_request_that_was_announced_and_does_not_come() {
    let desk = Desk::open("announced").await;
    let id = desk.case().await;
    let announced: Vec<_> = (0..64).map(|_| desk.executor.announce()).collect();
    let request = desk.request("counsel", note("a"));
    let how = How::default();
    let submitted = desk.executor.submit(id, &request, &how);
    // A thousand times as long as it waits: a slow machine is no failure.
    let answer = tokio::time::timeout(Duration::from_secs(2), submitted).await;
    let answer = answer.expect("nobody waits for those that do not come");
    assert!(matches!(answer, Ok(Answer::Done(_))), "{answer:?}");
    // What was not waited for is not waited for later either.
    drop(announced);
    let request = desk.request("counsel", note("b"));
    let answer = desk.executor.submit(id, &request, &How::default()).await;
    assert!(matches!(answer, Ok(Answer::Done(_))), "{answer:?}");
}

#[tokio::test]
async fn requests_that_are_announced_on_one_case_do_not_wait_for_each_other() {
    let desk = Desk::open("held-up").await;
    let id = desk.case().await;
    let mut tasks = JoinSet::new();
    for nth in 0..32 {
        let announced = desk.executor.announce();
        let (executor, request): (Arc<Executor>, _) = (
            desk.executor.clone(),
            desk.request("counsel", note(&nth.to_string())),
        );
        tasks.spawn(async move {
            let answer = executor.submit(id, &request, &How::default()).await;
            drop(announced);
            answer
        });
    }
    let mut written = 0;
    while let Some(answer) = tasks.join_next().await {
        let answer = answer.expect("no task panics");
        assert!(matches!(answer, Ok(Answer::Done(_))), "{answer:?}");
        written += 1;
    }
    assert_eq!(written, 32);
}
