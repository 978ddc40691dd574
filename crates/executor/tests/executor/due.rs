//! Wakes very many cases that are all due at once, and records what happens on each.
//! How they are found among very many that are not due is tested where the store is.

use std::sync::Arc;
use std::time::Instant;

use tsuho_core::case::record::{InCase, Link, seal_case};
use tsuho_core::case::{Body, Case, Event};
use tsuho_core::ids::CaseId;
use tsuho_executor::{Stop, WakeLoop, view};
use tsuho_ledger::{Digest, Salt};
use tsuho_store::{Append, Batch, Command, Expected, StreamName};

use crate::desk::{Desk, tokyo};
use crate::given::known_on;
use crate::replay::{agree, history};

/// How many cases are due at once: a few in every run, many in a proof.
const CASES: (u64, u64) = (300, 100_000);

/// Commands of a batch.
const BATCH: u64 = 256;

/// Writes copies of a case, each sealed as a history of its own; returns their ids.
async fn copies(desk: &Desk, id: CaseId, count: u64) -> Vec<CaseId> {
    let case = Case::clone(&desk.executor.ground(id).await.expect("the case").case);
    let (events, _) = history(&*desk.store, id).await;
    let events: Vec<Event<Body>> = events.into_iter().map(|(_, event)| event).collect();
    let stream: StreamName = format!("case/{id}").parse().expect("a stream");
    let head = desk.store.head(&stream).await.expect("a read");
    let wake_at = head.expect("a head").wake_at;
    let system = desk.store.head(&StreamName::system()).await;
    let system = system.expect("a read").map(|head| head.digest);
    let copy = |number: u64| {
        let id = CaseId::from_bytes(u128::from(number).to_be_bytes());
        let (mut case, mut events) = (case.clone(), events.clone());
        (case.id, case.number) = (id, number);
        if let Body::CaseOpened(opened) = &mut events[0].body {
            opened.number = number;
        }
        let stream: StreamName = format!("case/{id}").parse().expect("a stream");
        let link = Link {
            stream: stream.label().clone(),
            seq: 0,
            prev: Digest::ZERO,
            system,
        };
        let in_case = InCase {
            workflow: case.digest,
            state: None,
        };
        let mut salt = || Salt::from_bytes([1; 32]);
        let records = seal_case(&events, link, in_case, &mut salt).expect("it can be sealed");
        let mut append = Append::new(stream, Expected::New, records).expect("it begins");
        (append.revisions, append.wake_at) = (case.revision, wake_at);
        Command {
            appends: vec![append],
            system,
            case_numbers: vec![number],
            cases: vec![view::case_row(&case)],
            clocks: view::clock_rows(&case),
            ..Command::default()
        }
    };
    let (from, to) = (case.number + 1, case.number + count);
    for first in (from..=to).step_by(usize::try_from(BATCH).expect("small")) {
        let last = to.min(first + BATCH - 1);
        let batch = Batch::new((first..=last).map(copy).collect()).expect("a batch");
        desk.store.commit(&batch).await.expect("it is written");
    }
    let ids = (from..=to).map(|number| CaseId::from_bytes(u128::from(number).to_be_bytes()));
    ids.collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's time, and no test depends on it"
)]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn very_many_cases_that_are_due_at_once_are_each_woken_once() {
    let full = std::env::var("TSUHO_COUNTS").as_deref() == Ok("full");
    let count = if full { CASES.1 } else { CASES.0 };
    let desk = Desk::open("due at once").await;
    crate::operator::record_company(&desk).await;
    let id = desk.case().await;
    desk.does(id, "privacy_officer", known_on("2023-10-17"))
        .await;
    let ids = copies(&desk, id, count).await;
    desk.clock.set(tokyo("2023-11-29T00:00"));
    let executor = desk.executor_on(Arc::new(desk.reopened().await), "due at once");
    let mut wakes = WakeLoop::new(executor);
    let begun = now();
    let look = wakes.wake_all(&Stop::default()).await.expect("a look");
    let took = begun.elapsed();
    assert_eq!((look.cases, look.failures), (count + 1, 0));
    let again = wakes.wake_all(&Stop::default()).await.expect("a look");
    assert_eq!((again.cases, again.events), (0, 0));
    for id in [ids[0], ids[ids.len() / 2], ids[ids.len() - 1]] {
        agree(&desk.executor, id).await;
    }
    println!(
        "FIGURE due at once: {} cases woken in {:.1} s, {} events, twice 0",
        look.cases,
        took.as_secs_f64(),
        look.events
    );
}
