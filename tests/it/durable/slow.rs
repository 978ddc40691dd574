//! Lets the disk take its time: nobody who waits for it is told SQL, and whoever looks for a fault finds it in the log.
//! Disks that fail are in `tests/it/durable/errors.rs`.

use super::disk::What;
use super::making::{MAKINGS, Making, journaled, meet_with, place};
use super::scene::{NOT_SHOWN, each};
use super::shim::{Fate, Fault, Shim};

/// What sqlx says of a statement that took more than a second.
const SLOW: &str = "slow statement";

/// Returns the calls that flush the log for the last time before it is brought over to the file: one of them within the
/// statement that writes the first row.
fn written(shim: &Shim, making: &Making) -> Vec<usize> {
    let unfinished = format!(".{}.unfinished", making.name);
    let calls = journaled(shim, place().path(), making.line);
    let calls = calls.iter().filter(|call| call.is_numbered()).zip(1..);
    let calls = calls.take_while(|(call, _)| call.what != What::Cut || call.name != unfinished);
    let flushes = calls.filter(|(call, _)| call.what == What::Flush && call.is_of_log());
    let mut flushes: Vec<usize> = flushes.map(|(_, at)| at).collect();
    flushes.split_off(flushes.len() - 2)
}

#[test]
fn nobody_is_told_sql_because_a_disk_is_slow() {
    let Some(shim) = Shim::compiled() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let init = &MAKINGS[0];
    let points = written(&shim, init);
    let told = |log: &'static str| {
        each(&points, |at| {
            let slow = Fate::of(Fault::Slow, *at);
            let met = meet_with(
                &shim,
                place().path(),
                init.line,
                (slow, &[("TSUHO_LOG", log)]),
            );
            assert_eq!(met.code, Some(0), "{met:?}");
            met.said.1
        })
    };
    let said = told("warn").concat();
    assert_eq!(said, "");
    let planted = told("sqlx=debug");
    let planted = planted.iter().filter(|said| said.contains(SLOW)).count();
    println!(
        "programs that tell of slow statements: planted 1, caught {}",
        usize::from(planted > 0)
    );
    assert!(planted > 0);
}
