//! Cuts the power at each call of a run: what was flushed is there, and of the rest any sectors or none.
//! A process that is killed leaves more behind: that is in `tests/it/durable/points.rs`.

use std::fs;

use tsuho_tests::count;

use super::client::{Record, answers_of};
use super::disk::{Call, Disk, Draws, Left, What, read};
use super::judge::{Sum, Verdict, judge_after_power_cut};
use super::scene::{APPLY, MANY_CALLS, NOT_SHOWN, Scene, each, spread};
use super::shim::{Fate, Flush};

/// Runs the program and returns every call that it made.
fn run(scene: &Scene, lines: &[String], flush: Flush) -> Vec<Call> {
    let copy = scene.copy();
    let journal = copy.path().with_extension("journal");
    let fate = Fate {
        journal: Some(&journal),
        ..Fate::with(flush)
    };
    let (life, _) = scene.run(copy.path(), APPLY, fate, lines);
    assert_eq!(life.code, Some(0), "{}", life.end());
    let calls = read(&fs::read(&journal).expect("it was kept"));
    fs::remove_file(journal).expect("it is there");
    calls
}

/// Cuts the power after so many calls, and judges what is left.
fn cut(
    scene: &Scene,
    (lines, calls): (&[String], &[Call]),
    (after, left): (usize, Left),
) -> Verdict {
    let mut disk = Disk::with(&[
        ("a.db", scene.bytes("a.db")),
        ("a.db-wal", scene.bytes("a.db-wal")),
    ]);
    let mut said = Vec::new();
    for call in &calls[..after] {
        disk.take(call);
        if call.what == What::Said {
            said.extend(&call.bytes);
        }
    }
    let record = Record::of(lines, &answers_of(&said));
    let folder = tempfile::tempdir().expect("a temporary folder");
    disk.cut(left, &mut Draws(1 + after as u64), folder.path());
    judge_after_power_cut(folder.path(), &record, scene.records)
}

/// Returns when the power is cut, and what is left then.
fn cuts(calls: usize, most: usize) -> Vec<(usize, Left)> {
    let kinds = [
        Left::Some(50),
        Left::Nothing,
        Left::Some(10),
        Left::Everything,
        Left::Some(90),
    ];
    spread(calls, most)
        .into_iter()
        .enumerate()
        .map(|(nth, after)| (after, kinds[nth % kinds.len()]))
        .collect()
}

#[test]
fn nothing_acknowledged_is_lost_at_whatever_call_the_power_is_cut() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (lines, _) = scene.enough(count(1, MANY_CALLS));
    let calls = run(&scene, &lines, Flush::Done);
    let points = cuts(calls.len(), count(8, usize::MAX));
    let verdicts = each(&points, |point| {
        (*point, cut(&scene, (&lines, &calls), *point))
    });
    let mut sum = Sum::default();
    for (point, verdict) in verdicts {
        sum.add(&format!("{point:?}"), verdict);
    }
    println!("FIGURE power cuts: {sum} crash points");
    assert!(sum.of >= count(8, 400), "{}", sum.of);
    assert_eq!(sum.why, [""; 0]);
}

#[test]
fn a_program_that_acknowledges_before_it_flushes_is_found_by_cutting_the_power() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (lines, _) = scene.enough(count(1, MANY_CALLS));
    let planted = [Flush::Never, Flush::Late];
    let caught = planted.into_iter().filter(|flush| {
        let calls = run(&scene, &lines, *flush);
        // The moments after something was said, each with nothing left but what was flushed.
        let said = calls
            .iter()
            .enumerate()
            .filter(|(_, call)| call.what == What::Said)
            .map(|(at, _)| (at + 1, Left::Nothing));
        let said: Vec<_> = said.collect();
        let points = spread(said.len(), count(3, 20));
        let mut sum = Sum::default();
        for nth in points {
            sum.add("", cut(&scene, (&lines, &calls), said[nth - 1]));
        }
        println!("flushes {flush:?}: {sum} power cuts after an acknowledgement");
        sum.lost > 0
    });
    let caught = caught.count();
    println!(
        "programs that acknowledge before they flush: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}
