//! Runs the promises of storage against SQLite, and against SQLite with planted faults.
//!
//! What only a file can suffer is in `crates/store-sqlite/src/open/tests.rs` and beside it.

#[path = "conformance/fault.rs"]
mod fault;
#[path = "conformance/faulty.rs"]
mod faulty;
#[path = "conformance/sqlite.rs"]
mod sqlite;

use fault::{FAULTS, Fault};
use faulty::Faulty;
use sqlite::Sqlite;
use tsuho_store::Kind;
use tsuho_store::conformance::PROMISES;

tsuho_store::conformance!(Sqlite);

/// Plants one fault after the other and counts which are found. The first broken promise is enough to find one.
#[tokio::test]
async fn every_planted_fault_breaks_a_promise() {
    let mut caught = 0;
    for fault in FAULTS {
        let mut broken = None;
        for promise in PROMISES {
            if (promise.check)(&Faulty { fault: *fault }).await.is_err() {
                broken = Some(promise.name);
                break;
            }
        }
        println!("{fault:?}: {}", broken.unwrap_or("not caught"));
        caught += usize::from(broken.is_some());
    }
    println!("planted {}, caught {caught}", FAULTS.len());
    assert_eq!(caught, FAULTS.len());
}

/// A trigger that nobody drops in the test above would be one that nobody has seen at work.
#[tokio::test]
async fn every_trigger_of_the_schema_is_dropped_once() {
    let mut dropped: Vec<&str> = FAULTS
        .iter()
        .filter_map(|fault| match fault {
            Fault::TriggerMissing(name) => Some(*name),
            _ => None,
        })
        .collect();
    dropped.sort_unstable();
    let file = sqlite::OneFile::create(Kind::Real).await;
    assert_eq!(file.triggers().await, dropped);
}
