//! The loop wakes many at once, whoever else does so too; what cannot be woken keeps nothing else waiting.
//! How long a process waits for another that holds the lease is seen on the program itself.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tsuho_core::case::{Actor, Body};
use tsuho_core::ids::CaseId;
use tsuho_core::time::Span;
use tsuho_executor::{
    Error, Executor, GuardedClock, How, ManualClock, SeededChance, Steady, Stop, WakeLoop,
};
use tsuho_store::{Store, StoredRecord, StreamName};

use crate::desk::{Desk, tokyo};
use crate::given::{known_on, note};
use crate::meddled::{Meddled, Meddling};

/// Opens cases whose clocks run, and lets the time come at which a reminder is due on each.
async fn due(seed: &str, count: usize) -> (Desk, Vec<CaseId>) {
    let desk = Desk::open(seed).await;
    crate::operator::record_company(&desk).await;
    let mut cases = Vec::new();
    for _ in 0..count {
        let id = desk.case().await;
        desk.does(id, "privacy_officer", known_on("2023-10-17"))
            .await;
        cases.push(id);
    }
    desk.clock.set(tokyo("2023-11-29T00:00"));
    (desk, cases)
}

/// Returns another process's loop on the desk's database, and the store that it works on.
async fn another(desk: &Desk, seed: &str) -> (Arc<Meddled>, WakeLoop) {
    let store = Meddled::new(Arc::new(desk.reopened().await), []);
    let executor = desk.executor_on(store.clone(), seed);
    (store, WakeLoop::new(executor))
}

/// Returns how often something was written that happens once: a clock that passed, a reminder.
async fn written_twice(desk: &Desk, cases: &[CaseId]) -> usize {
    let mut twice = 0;
    for &id in cases {
        let mut happened: BTreeMap<String, usize> = BTreeMap::new();
        for event in desk.executor.case_events(id).await.expect("events") {
            if event.actor == Actor::Clock {
                let what = format!("{:?} {}", event.body, event.occurred_at);
                *happened.entry(what).or_default() += 1;
            }
        }
        assert!(!happened.is_empty(), "nothing happened on {id}");
        twice += happened.values().map(|times| times - 1).sum::<usize>();
    }
    twice
}

#[tokio::test]
async fn two_loops_that_both_think_they_hold_the_lease_write_everything_once() {
    let mut found = Vec::new();
    for is_blind in [false, true] {
        let (desk, cases) = due("both", 40).await;
        let (first, mut one) = another(&desk, "one").await;
        let (second, mut two) = another(&desk, "two").await;
        for store in [&first, &second] {
            store.is_blind.store(is_blind, Ordering::Relaxed);
        }
        let stop = Stop::default();
        let (one, two) = tokio::join!(one.wake_all(&stop), two.wake_all(&stop));
        let (one, two) = (one.expect("a look"), two.expect("a look"));
        assert_eq!((one.failures, two.failures), (0, 0));
        let batches = first.batches.lock().expect("no test panics here").len();
        println!(
            "FIGURE woken by two loops: {} and {} of {} cases, {batches} commits of the first",
            one.cases,
            two.cases,
            cases.len()
        );
        found.push(written_twice(&desk, &cases).await);
    }
    println!(
        "written twice: planted 1, caught {}",
        usize::from(found[1] > 0)
    );
    assert_eq!(found[0], 0);
    assert!(
        found[1] > 0,
        "nobody compared heads, and nothing came of it"
    );
}

#[tokio::test]
async fn what_falls_due_on_many_cases_is_committed_together() {
    let (desk, cases) = due("together", 60).await;
    let (store, mut wakes) = another(&desk, "other").await;
    store.then(Meddling::First(Box::pin(tokio::time::sleep(
        Duration::from_secs(1),
    ))));
    let look = wakes.wake_all(&Stop::default()).await.expect("a look");
    let batches = store.batches.lock().expect("no test panics here").clone();
    println!(
        "FIGURE commits for {} cases that fell due: {}",
        cases.len(),
        batches.len()
    );
    assert_eq!((look.cases, look.failures), (60, 0));
    assert!(batches.len() <= 12, "{batches:?}");
    let again = wakes.wake_all(&Stop::default()).await.expect("a look");
    assert_eq!((again.cases, again.events), (0, 0));
}

#[tokio::test]
async fn a_loop_that_is_told_to_stop_begins_nothing() {
    let (desk, _) = due("stop", 3).await;
    let (_, mut wakes) = another(&desk, "other").await;
    let stop = Stop::default();
    stop.raise();
    let look = wakes.wake_all(&stop).await.expect("a look");
    assert_eq!(look.cases, 0);
    let tally = wakes.run("a test", &stop).await.expect("it ends");
    assert_eq!(tally, wakes.tally());
    assert_eq!(tally.cases, 0);
}

/// The streams whose records cannot be read.
static DAMAGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn damage(mut records: Vec<StoredRecord>) -> Vec<StoredRecord> {
    let damaged = DAMAGED.lock().expect("no test panics here");
    for record in &mut records {
        let header = String::from_utf8_lossy(&record.header);
        if damaged.iter().any(|stream| header.contains(stream)) {
            record.header = b"{}".to_vec();
        }
    }
    records
}

#[tokio::test]
async fn a_damaged_case_keeps_no_other_waiting_and_is_tried_again_ever_less_often() {
    let (desk, cases) = due("damaged", 3).await;
    let (store, mut wakes) = another(&desk, "other").await;
    DAMAGED
        .lock()
        .expect("no test panics here")
        .push(cases[0].to_string());
    *store.records.lock().expect("no test panics here") = Some(damage);
    let stop = Stop::default();
    let look = wakes.wake_all(&stop).await.expect("a look");
    assert_eq!((look.cases, look.failures), (2, 1), "{look:?}");
    assert!(look.failed[0].0.as_str().contains(&cases[0].to_string()));
    // It is repaired, and nobody looks before the pause is over.
    *store.records.lock().expect("no test panics here") = None;
    let look = wakes.wake_all(&stop).await.expect("a look");
    assert_eq!((look.cases, look.failures), (0, 0));
    desk.clock
        .set(tokyo("2023-11-29T00:00").plus(Span::from_micros(1_000_000)));
    let look = wakes.wake_all(&stop).await.expect("a look");
    assert_eq!((look.cases, look.failures), (1, 0));
    assert_eq!(written_twice(&desk, &cases).await, 0);
}

#[tokio::test]
async fn more_cases_that_cannot_be_woken_than_a_page_holds_keep_no_other_waiting() {
    let (desk, _) = due("phantoms", 3).await;
    let (store, mut wakes) = another(&desk, "other").await;
    let mut phantoms: Vec<StreamName> = (0..700_u16)
        .map(|number| {
            let mut bytes = [0; 16];
            bytes[..2].copy_from_slice(&number.to_be_bytes());
            let id = CaseId::from_bytes(bytes);
            format!("case/{id}").parse().expect("a name")
        })
        .collect();
    phantoms.sort();
    *store.phantoms.lock().expect("no test panics here") = phantoms;
    let stop = Stop::default();
    let look = wakes.wake_all(&stop).await.expect("a look");
    assert_eq!((look.cases, look.failures), (3, 700));
    assert!(look.failed.len() < 30, "{}", look.failed.len());
    let look = wakes.wake_all(&stop).await.expect("a look");
    assert_eq!((look.cases, look.failures), (0, 0), "said once");
}

#[tokio::test]
async fn a_row_that_is_refused_keeps_one_case_waiting_and_a_disk_that_fails_ends_the_loop() {
    let (desk, _) = due("failing", 1).await;
    let (store, mut wakes) = another(&desk, "other").await;
    let stop = Stop::default();
    store.then(Meddling::Refuse);
    let look = wakes.wake_all(&stop).await.expect("a look");
    assert_eq!((look.cases, look.failures), (0, 1));
    desk.clock
        .set(tokyo("2023-11-29T00:00").plus(Span::from_minutes(1)));
    store.then(Meddling::Fail);
    let failed = wakes.wake_all(&stop).await;
    assert!(
        matches!(failed, Err(Error::Unacknowledged { .. })),
        "{failed:?}"
    );
}

/// Seconds that somebody sets.
#[derive(Debug, Default)]
struct ManualSteady(AtomicU64);

impl Steady for ManualSteady {
    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

#[tokio::test]
async fn a_clock_that_jumped_takes_no_command_and_fires_nothing_until_the_process_is_started_again()
{
    let (desk, cases) = due("jump", 2).await;
    let store: Arc<dyn Store> = Arc::new(desk.reopened().await);
    let start = desk.executor.now();
    let process = || {
        let clock = Arc::new(ManualClock::new(start));
        let guarded = GuardedClock::new(clock.clone(), Arc::new(ManualSteady::default()));
        let chance = Arc::new(SeededChance::new("jump"));
        let executor = Executor::new(store.clone(), Arc::new(guarded), chance);
        (clock, Arc::new(executor))
    };
    let records = store.ledger().await.expect("a ledger").size;
    let planted = [Span::from_hours(1), Span::from_hours(-1)];
    let mut caught = 0;
    for jump in planted {
        let (clock, executor) = process();
        clock.set(start.plus(jump));
        let woken = WakeLoop::new(executor.clone())
            .wake_all(&Stop::default())
            .await;
        // That it was set right again changes nothing: nobody knows what happened meanwhile.
        clock.set(start);
        let request = desk.request("counsel", note("a"));
        let asked = executor.submit(cases[0], &request, &How::default()).await;
        let opened = executor.open_case(&desk.opening(), &How::default()).await;
        let is_caught = matches!(woken, Err(Error::ClockJumped { .. }))
            && matches!(asked, Err(Error::ClockJumped { .. }))
            && matches!(opened, Err(Error::ClockJumped { .. }));
        caught += usize::from(is_caught);
    }
    println!("jumps: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
    assert_eq!(store.ledger().await.expect("a ledger").size, records);
    let (_, executor) = process();
    let look = WakeLoop::new(executor).wake_all(&Stop::default()).await;
    assert_eq!(look.expect("a look").cases, 2);
    let events = desk.executor.case_events(cases[0]).await.expect("events");
    let passed = |body: &Body| matches!(body, Body::ClockPassed(_));
    assert!(events.iter().any(|event| passed(&event.body)));
}
