//! Kills the program at each call that changes a file, before it and in the middle of what it writes.
//! What the page cache holds outlives a process; what a power cut takes is in `tests/it/durable/power.rs`.

use std::collections::BTreeMap;

use tsuho_tests::count;

use super::client::Record;
use super::judge::{Sum, Verdict, judge};
use super::scene::{APPLY, MANY_CALLS, NOT_SHOWN, Scene, each, spread};
use super::shim::{Fate, Fault};

/// What came of one kill: the call at which it happened, and what was found; nothing if the run ended before the call.
pub(super) type Killed = Option<(String, Verdict)>;

/// Kills a run at a call and judges what it left.
pub(super) fn killed(scene: &Scene, lines: &[String], (fault, at): (Fault, usize)) -> Killed {
    let copy = scene.copy();
    let (life, call) = scene.run(copy.path(), APPLY, Fate::of(fault, at), lines);
    if life.signal != Some(9) {
        assert_eq!(life.code, Some(0), "{}", life.end());
        return None;
    }
    let record = Record::of(lines, &life.answers);
    Some((call, judge(copy.path(), &record, scene.records)))
}

#[test]
fn nothing_is_lost_or_done_twice_at_whatever_call_the_program_is_killed() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (lines, calls) = scene.enough(count(1, MANY_CALLS));
    let points: Vec<(Fault, usize)> = spread(calls, count(6, usize::MAX))
        .into_iter()
        .flat_map(|at| [(Fault::Kill, at), (Fault::Half, at)])
        .collect();
    let all = each(&points, |point| (*point, killed(&scene, &lines, *point)));
    let (mut sum, mut kinds) = (Sum::default(), BTreeMap::<String, usize>::new());
    for ((fault, at), killed) in all {
        let Some((call, verdict)) = killed else {
            continue;
        };
        if fault == Fault::Half && !call.starts_with("pwrite") {
            // A call that writes nothing has no half: it was killed before it once more.
            continue;
        }
        sum.add(&format!("{fault:?} at {at}, {call}"), verdict);
        *kinds.entry(format!("{fault:?} {call}")).or_default() += 1;
    }
    println!("FIGURE crash points, calls of the run: {calls}");
    for (kind, count) in kinds {
        println!("FIGURE crash points, {kind}: {count}");
    }
    println!("FIGURE crash points: {sum} crash points");
    assert!(sum.of >= count(6, 400), "{}", sum.of);
    assert_eq!(sum.why, [""; 0]);
}
