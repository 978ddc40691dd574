//! Opens cases of very many events: as fast as one of 200, or as far from it as what they hold is large.
//! That what is opened is right is stated in `snapshots.rs` and `random.rs`; here it is held against the fold once more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tsuho_core::case::event::{
    Actor, Certainty, Change, ClockStarted, ClockStopped, FactRecorded, FactsRecorded, NoteAdded,
};
use tsuho_core::case::record::{InCase, Link, seal_case};
use tsuho_core::case::{Body, Case, Event, Running, evolve, open};
use tsuho_core::ids::CaseId;
use tsuho_core::value::Value;
use tsuho_executor::{Executor, How};
use tsuho_ledger::{PartClass, Salt};
use tsuho_store::{Append, Batch, Command, Expected, Store};

use crate::desk::{Desk, granted};
use crate::given::{fact, note};
use crate::meddled::Meddled;
use crate::replay::history;

/// What makes a case large.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// One fact with ever more versions.
    Facts,
    /// A series: every second event starts an occurrence, and the next stops it.
    Series,
    /// Notes.
    Notes,
}

/// Returns the body of the event of a number.
fn body(kind: Kind, case: &Case, number: u64) -> Body {
    match kind {
        Kind::Facts => {
            let recorded = FactRecorded {
                change: Change::Set(Value::Integer(i64::try_from(number).expect("small"))),
                as_of: case.last_recorded,
                certainty: Certainty::Exact,
                source: None,
            };
            Body::from(FactsRecorded {
                facts: [(fact("users_affected"), recorded)].into(),
                delivered: None,
                approval: None,
                reason: None,
            })
        }
        Kind::Series => {
            let counted = |duty: &&tsuho_core::case::Duty| !duty.face.readings.is_empty();
            let (key, duty) = case
                .duties
                .iter()
                .find(|(_, duty)| counted(duty))
                .expect("a clock");
            let mut key = key.clone();
            key.occurrence = Some(u32::try_from(number / 2 + 1).expect("small"));
            let (at, face) = (case.last_recorded, duty.face.clone());
            if number.is_multiple_of(2) {
                Body::from(ClockStarted { duty: key, face })
            } else {
                let judgement = face.judge(at, tsuho_core::case::clock::Proof::Statement);
                Body::from(ClockStopped {
                    duty: key,
                    filing: None,
                    at,
                    judgement,
                })
            }
        }
        Kind::Notes => Body::from(NoteAdded {
            class: PartClass::Personal,
            reason: None,
        }),
    }
}

/// Writes events on a case past every decision, as many at once as a batch takes.
async fn write(desk: &Desk, id: CaseId, kind: Kind, count: u64) {
    let ground = desk.executor.ground(id).await.expect("the case");
    let stream: tsuho_store::StreamName = format!("case/{id}").parse().expect("a stream");
    let case = Case::clone(&ground.case);
    let head = desk.store.head(&stream).await.expect("a read");
    let head = head.expect("a case");
    let system = tsuho_store::StreamName::system();
    let system = desk.store.head(&system).await.expect("a read");
    let system = system.map(|head| head.digest);
    let (mut seq, mut prev) = (head.version, head.digest);
    let command = desk.executor.new_command();
    let mut left = count;
    while left > 0 {
        let many = left.min(16_000);
        let from = count - left;
        let events: Vec<Event<Body>> = (from..from + many)
            .map(|number| Event {
                body: body(kind, &case, number),
                actor: Actor::Clock,
                occurred_at: case.last_recorded,
                recorded_at: case.last_recorded,
                command,
                personal: [].into(),
                privileged: [].into(),
            })
            .collect();
        let link = Link {
            stream: stream.label().clone(),
            seq,
            prev,
            system,
        };
        let in_case = InCase {
            workflow: case.digest,
            state: Some(case.state.clone()),
        };
        let mut salt = || Salt::from_bytes([1; 32]);
        let records = seal_case(&events, link, in_case, &mut salt).expect("it can be sealed");
        let expected = Expected::At {
            version: seq,
            digest: prev,
        };
        let append = Append::new(stream.clone(), expected, records).expect("it follows");
        (seq, prev) = (append.head().version, append.head().digest);
        let command = Command {
            appends: vec![append],
            system,
            ..Command::default()
        };
        let batch = Batch::new(vec![command]).expect("a batch");
        desk.store.commit(&batch).await.expect("it is written");
        left -= many;
    }
}

/// Returns the fold of everything that is on record.
async fn folded(desk: &Desk, id: CaseId) -> Case {
    let (history, _) = history(&*desk.store, id).await;
    let mut events = history.iter().map(|(_, event)| event);
    let opened = events.next().and_then(|first| open(id, first));
    events.fold(opened.expect("an opening"), evolve)
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's time, and no test depends on it"
)]
fn now() -> Instant {
    Instant::now()
}

/// Opens a case in a process that keeps none in memory; returns how long it takes, the best of three.
async fn opened(executor: &Executor, id: CaseId, expected: &Case) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begun = now();
        let ground = executor.ground(id).await.expect("the case");
        best = best.min(begun.elapsed());
        assert_eq!(&*ground.case, expected);
    }
    best
}

/// Makes a case of so many events and tells how fast it opens.
async fn measure(kind: Kind, count: u64) -> String {
    let desk = Desk::open(&format!("{kind:?} {count}")).await;
    // One that has clocks to begin with.
    let id = crate::history::play(&desk).await;
    write(&desk, id, kind, count).await;
    // The next command of a person brings the snapshot along.
    let begun = now();
    granted(
        desk.executor
            .submit(
                id,
                &desk.request("duty_officer", note("one more")),
                &How::default(),
            )
            .await,
    );
    let commanded = begun.elapsed();
    let kept = desk
        .store
        .snapshot(&format!("case/{id}").parse().expect("a stream"))
        .await
        .expect("a read")
        .expect("a snapshot");
    let forgetful = desk.forgetful(desk.store.clone(), "behind", 64);
    let case = folded(&desk, id).await;
    assert!(case.version - kept.version < 64);
    let behind = opened(&forgetful, id, &case).await;
    // As far behind a snapshot as a case comes before the next is made.
    let far = (kept.bytes.len() as u64 / (16 * 1024)).max(64) - 1;
    write(&desk, id, Kind::Notes, far).await;
    let case = folded(&desk, id).await;
    let furthest = opened(&forgetful, id, &case).await;
    let without = Meddled::new(desk.store.clone(), []);
    *without.snapshots.lock().expect("no panic") = Some(Box::new(|_| Ok(None)));
    let without: Arc<dyn Store> = without;
    let whole = opened(&desk.forgetful(without, "whole", 64), id, &case).await;
    let duties = case.duties.values();
    let running = duties.filter(|duty| matches!(duty.running, Running::Running));
    format!(
        "FIGURE opening a case of {count} events ({kind:?}): {:.1} ms at its snapshot, {:.1} ms with {far} events behind it, \
         {:.1} ms without one; snapshot {} bytes, versions of facts {}, duties {} ({} running), a command that opens and writes it {:.1} ms",
        ms(behind),
        ms(furthest),
        ms(whole),
        kept.bytes.len(),
        case.facts
            .values()
            .map(|fact| fact.versions().len())
            .sum::<usize>(),
        case.duties.len(),
        running.count(),
        ms(commanded),
    )
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[tokio::test]
async fn a_case_of_very_many_events_opens_from_its_snapshot() {
    let full = std::env::var("TSUHO_COUNTS").as_deref() == Ok("full");
    for count in if full {
        [200, 2_000, 20_000, 200_000].as_slice()
    } else {
        &[200, 500]
    } {
        for kind in [Kind::Notes, Kind::Facts, Kind::Series] {
            println!("{}", measure(kind, *count).await);
        }
    }
}
