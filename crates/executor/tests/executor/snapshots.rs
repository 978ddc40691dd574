//! Opens cases from what is kept of them: snapshots that are right, snapshots that are not, and a memory that forgets.
//! That random histories open the same with snapshots and without is stated in `random.rs`.

use std::collections::BTreeSet;
use std::sync::Arc;

use tracing::Level;
use tsuho_core::case::{Body, Case, Rejection, snapshot};
use tsuho_core::ids::CaseId;
use tsuho_core::time::Span;
use tsuho_core::value::Value;
use tsuho_executor::{Answer, Executor, How, Keeping, SeededChance};
use tsuho_ledger::Digest;
use tsuho_store::{Error, Snapshot, StreamName};

use crate::desk::Desk;
use crate::drawn::{Draws, ask};
use crate::given::note;
use crate::heard::Heard;
use crate::meddled::{Meddled, Told};
use crate::replay::{agree, history, records};

/// Notes many things on a case, one request each.
async fn notes(executor: &Executor, desk: &Desk, id: CaseId, count: u64) {
    for number in 0..count {
        let request = desk.request("duty_officer", note(&format!("note {number}")));
        let answer = executor.submit(id, &request, &How::default()).await;
        assert!(matches!(answer, Ok(Answer::Done(_))), "{answer:?}");
    }
}

fn stream(id: CaseId) -> StreamName {
    format!("case/{id}").parse().expect("a stream")
}

async fn case(executor: &Executor, id: CaseId) -> Case {
    Case::clone(&executor.ground(id).await.expect("the case").case)
}

#[tokio::test]
async fn a_case_is_written_down_once_64_events_lie_behind_the_last_time() {
    let desk = Desk::open("every 64").await;
    let id = desk.case().await;
    let mut seen = Vec::new();
    for _ in 0..200 {
        notes(&desk.executor, &desk, id, 1).await;
        let kept = desk.store.snapshot(&stream(id)).await.expect("a read");
        seen.extend(kept.map(|kept| kept.version));
    }
    seen.dedup();
    let [first, rest @ ..] = seen.as_slice() else {
        panic!("there is a snapshot")
    };
    assert!((64..80).contains(first), "{seen:?}");
    let expected: Vec<u64> = (1..=rest.len() as u64).map(|n| first + 64 * n).collect();
    assert_eq!(rest, expected, "every 64 events from the first on");
    agree(&desk.executor, id).await;
}

#[tokio::test]
async fn a_process_that_goes_on_from_a_snapshot_goes_on_with_its_place() {
    let desk = Desk::open("goes on").await;
    let id = desk.case().await;
    notes(&desk.executor, &desk, id, 70).await;
    let before = desk.store.snapshot(&stream(id)).await.expect("a read");
    let before = before.expect("a snapshot").version;
    // Each of these opens the case from what is in the store.
    let other = desk.forgetful_process("goes on too", 64).await;
    notes(&other, &desk, id, 70).await;
    let after = desk.store.snapshot(&stream(id)).await.expect("a read");
    assert_eq!(after.expect("a snapshot").version, before + 64);
    agree(&other, id).await;
}

#[tokio::test]
async fn no_personal_or_privileged_word_is_in_a_snapshot() {
    let desk = Desk::open("words").await;
    let id = crate::history::play(&desk).await;
    let often = desk.forgetful_process("often", 1).await;
    notes(&often, &desk, id, 1).await;
    let kept = desk.store.snapshot(&stream(id)).await.expect("a read");
    let kept = String::from_utf8(kept.expect("a snapshot").bytes).expect("JSON");
    let (history, _) = history(&*desk.store, id).await;
    let sheets = history
        .iter()
        .flat_map(|(_, event)| event.personal.values().chain(event.privileged.values()));
    let words: BTreeSet<&str> = sheets
        .filter_map(|value| match value {
            Value::Text(words) => Some(words.as_ref()),
            _ => None,
        })
        .collect();
    assert!(words.len() > 3, "{words:?}");
    let found = |kept: &str| words.iter().filter(|words| kept.contains(**words)).count();
    println!(
        "FIGURE words in snapshots: {} personal and privileged texts, in the snapshot {} of {}",
        words.len(),
        found(&kept),
        words.len()
    );
    assert_eq!(found(&kept), 0);
    // A fold that took a word for a value.
    let planted = kept.replacen(
        "{\"held\":\"personal\"}",
        "{\"text\":\"Block the route.\"}",
        1,
    );
    assert_ne!(planted, kept);
    println!("words in snapshots: planted 1, caught {}", found(&planted));
    assert_eq!(found(&planted), 1);
}

/// Binds what is said of a case to the place of a snapshot, as the program would.
fn bound(kept: &Snapshot, case: &Case) -> Snapshot {
    let bytes = snapshot::write(case);
    let place = snapshot::Place {
        stream: kept.stream.as_str(),
        version: kept.version,
        head: kept.head,
    };
    Snapshot {
        digest: snapshot::digest(&kept.format, place, &bytes),
        bytes,
        ..kept.clone()
    }
}

/// Binds a snapshot anew that says another place or format.
fn rebound(kept: Snapshot) -> Snapshot {
    let place = snapshot::Place {
        stream: kept.stream.as_str(),
        version: kept.version,
        head: kept.head,
    };
    let digest = snapshot::digest(&kept.format, place, &kept.bytes);
    Snapshot { digest, ..kept }
}

/// Changes something that a decision would rest on, and leaves everything bound as it should be.
fn spoilt(kept: &Snapshot) -> Snapshot {
    let mut case = snapshot::read(&kept.bytes).expect("a sound snapshot");
    case.revision += 1_000;
    bound(kept, &case)
}

/// Makes something wrong with a snapshot whose case is not the one on record, so that reading it would show.
type Plant = fn(Snapshot) -> Result<Option<Snapshot>, Error>;

const PLANTED: [(&str, Plant); 14] = [
    ("no snapshot", |_| Ok(None)),
    ("one that cannot be read", |_| {
        Err(Error::corrupt("snapshots", "head", &"case"))
    }),
    ("a turned byte", |mut kept| {
        let middle = kept.bytes.len() / 2;
        kept.bytes[middle] ^= 1;
        Ok(Some(kept))
    }),
    ("another digest", |kept| {
        let digest = Digest::of(b"another");
        Ok(Some(Snapshot { digest, ..kept }))
    }),
    ("cut short", |mut kept| {
        kept.bytes.truncate(kept.bytes.len() / 2);
        Ok(Some(rebound(kept)))
    }),
    ("an old format", |kept| {
        let format = "tsuho/snapshot/case/0".to_owned();
        Ok(Some(rebound(Snapshot { format, ..kept })))
    }),
    ("a format to come", |kept| {
        let format = "tsuho/snapshot/case/99".to_owned();
        Ok(Some(rebound(Snapshot { format, ..kept })))
    }),
    ("an old format, damaged", |kept| {
        let format = "tsuho/snapshot/case/0".to_owned();
        Ok(Some(Snapshot { format, ..kept }))
    }),
    ("the version before", |kept| {
        let version = kept.version - 1;
        Ok(Some(rebound(Snapshot { version, ..kept })))
    }),
    ("no version at all", |kept| {
        Ok(Some(rebound(Snapshot { version: 0, ..kept })))
    }),
    ("a version that is not on record", |kept| {
        let mut case = snapshot::read(&kept.bytes).expect("a sound snapshot");
        case.version += 1_000;
        let version = case.version;
        Ok(Some(bound(&Snapshot { version, ..kept }, &case)))
    }),
    ("another head", |kept| {
        let head = Digest::of(b"another");
        Ok(Some(rebound(Snapshot { head, ..kept })))
    }),
    ("of another case, bound to it", |kept| {
        let mut case = snapshot::read(&kept.bytes).expect("a sound snapshot");
        case.id = CaseId::from_bytes([7; 16]);
        let stream = stream(case.id);
        Ok(Some(bound(&Snapshot { stream, ..kept }, &case)))
    }),
    ("of another case, bound to this one", |kept| {
        let mut case = snapshot::read(&kept.bytes).expect("a sound snapshot");
        case.id = CaseId::from_bytes([7; 16]);
        Ok(Some(bound(&kept, &case)))
    }),
];

/// Says how loudly each is to be told of: one of another format is what every upgrade leaves behind.
fn loudness(name: &str) -> Option<Level> {
    match name {
        "no snapshot" => None,
        "an old format" | "a format to come" => Some(Level::DEBUG),
        _ => Some(Level::WARN),
    }
}

#[tokio::test]
async fn a_snapshot_with_anything_wrong_is_left_alone_and_told_of_unless_it_is_of_another_format() {
    let desk = Desk::open("planted snapshots").await;
    let id = desk.case().await;
    notes(&desk.executor, &desk, id, 90).await;
    let (_, folded) = agree(&desk.executor, id).await;
    let store = Meddled::new(desk.store.clone(), []);
    let executor = desk.forgetful(store.clone(), "planted", 64);
    assert_eq!(case(&executor, id).await, folded, "a sound one");
    // What is bound as it should be is believed; that it is not the fold is for the auditor to find.
    let tell = |told: Told| *store.snapshots.lock().expect("no panic") = Some(told);
    tell(Box::new(|kept| Ok(kept.as_ref().map(spoilt))));
    assert_eq!(case(&executor, id).await.revision, folded.revision + 1_000);
    let heard = Heard::default();
    let _listening = tracing::subscriber::set_default(heard.clone());
    let mut caught = 0;
    for (name, plant) in PLANTED {
        tell(Box::new(move |kept| {
            plant(spoilt(&kept.expect("a snapshot was written")))
        }));
        let opened = case(&executor, id).await;
        let told = heard.take();
        println!("{name}: {}, {told:?}", opened == folded);
        caught += usize::from(opened == folded && told == Vec::from_iter(loudness(name)));
    }
    println!(
        "snapshots with something wrong: planted {}, caught {caught}",
        PLANTED.len()
    );
    assert_eq!(caught, PLANTED.len());
}

/// Plays the same requests on several cases, in any order, and returns what came of each and every record.
async fn played(seed: usize, keeping: Keeping) -> (Vec<Answer<Body, Rejection>>, Vec<Digest>) {
    let desk = Desk::open(&format!("forgetting {seed}")).await;
    let chance = Arc::new(SeededChance::new("forgetting"));
    let executor = Executor::new(desk.store.clone(), desk.clock.clone(), chance).keeping(keeping);
    let mut draws = Draws(seed as u64);
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(desk.case().await);
    }
    let mut answers = Vec::new();
    for _ in 0..120 {
        let later = [0, 1, 20, 300, 3_000][draws.below(5)];
        desk.clock
            .set(executor.now().plus(Span::from_minutes(later)));
        let id = ids[draws.below(ids.len())];
        let request = ask(&desk, &mut draws, &case(&desk.executor, id).await);
        let answer = executor.submit(id, &request, &How::default()).await;
        answers.push(answer.expect("no failure"));
    }
    let mut hashes = Vec::new();
    for id in ids {
        agree(&desk.executor, id).await;
        let records = records(&*desk.store, &stream(id)).await;
        hashes.extend(records.iter().map(tsuho_ledger::Record::hash));
    }
    (answers, hashes)
}

#[tokio::test]
async fn a_memory_that_forgets_at_random_gives_the_same_answers() {
    let full = std::env::var("TSUHO_COUNTS").as_deref() == Ok("full");
    let mut compared = 0;
    for seed in 0..if full { 40 } else { 2 } {
        let (answers, records) = played(seed, Keeping::default()).await;
        // Room for one or two of the six cases, so that which are there depends on what was asked last; and for none.
        for (cache_bytes, snapshot_events) in [(40_000, 5), (0, 1), (0, 64)] {
            let keeping = Keeping {
                cache_bytes,
                snapshot_events,
            };
            let (forgetful, again) = played(seed, keeping).await;
            assert_eq!(forgetful, answers, "seed {seed}, {keeping:?}");
            assert_eq!(again, records, "seed {seed}, {keeping:?}");
            compared += answers.len();
        }
    }
    println!("FIGURE a memory that forgets: {compared} answers compared, 0 differences");
}
