//! Cuts the power at each call of a run: what was flushed is there, and of the rest any sectors or none.
//! A process that is killed leaves more behind: that is in `tests/it/durable/points.rs`.

use std::fs;
use std::ops::Range;
use std::path::Path;

use tsuho_tests::count;

use super::client::{Record, answers_of};
use super::disk::{Call, Disk, Draws, Left, What, read};
use super::judge::{Sum, Verdict, judge_after_power_cut};
use super::scene::{APPLY, MANY_CALLS, NOT_SHOWN, Scene, each, spread};
use super::shim::{Fate, Fault, Flush};

/// How lines are applied one after the other, so that one run is as the other.
const ALONE: &[&str] = &["apply"];

/// Runs the program in a folder and returns every call that it made.
pub(super) fn run(
    scene: &Scene,
    arguments: &[&str],
    lines: &[String],
    (folder, fate): (&Path, Fate<'_>),
) -> Vec<Call> {
    let journal = folder.with_extension("journal");
    let fate = Fate {
        journal: Some(&journal),
        ..fate
    };
    let (life, _) = scene.run(folder, arguments, fate, lines);
    assert!(
        life.signal == Some(9) || life.code == Some(0),
        "{}",
        life.end()
    );
    let calls = read(&fs::read(&journal).expect("it was kept"));
    fs::remove_file(journal).expect("it is there");
    calls
}

/// Cuts the power after so many calls, and judges what is left.
pub(super) fn cut(
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
pub(super) fn cuts(calls: usize, most: usize) -> Vec<(usize, Left)> {
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

/// Returns the moments after something was said, within some calls, each with nothing left but what was flushed.
fn after_answers(calls: &[Call], within: Range<usize>, most: usize) -> Vec<(usize, Left)> {
    let said = within.filter(|at| calls[*at].what == What::Said);
    let said: Vec<usize> = said.collect();
    let chosen = spread(said.len(), most).into_iter();
    chosen
        .map(|nth| (said[nth - 1] + 1, Left::Nothing))
        .collect()
}

#[test]
fn nothing_acknowledged_is_lost_at_whatever_call_the_power_is_cut() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (lines, _) = scene.enough(count(1, MANY_CALLS));
    let calls = run(&scene, APPLY, &lines, (scene.copy().path(), Fate::KIND));
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
        let calls = run(
            &scene,
            APPLY,
            &lines,
            (scene.copy().path(), Fate::with(*flush)),
        );
        let mut sum = Sum::default();
        for point in after_answers(&calls, 0..calls.len(), count(3, 20)) {
            sum.add("", cut(&scene, (&lines, &calls), point));
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

#[test]
fn what_is_acknowledged_after_a_kill_outlives_a_power_cut_too() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (lines, _) = scene.enough(count(1, MANY_CALLS));
    // A process that is killed between a commit's last write and its flush leaves a commit that is read and not flushed.
    let calls = run(&scene, ALONE, &lines, (scene.copy().path(), Fate::KIND));
    let calls = calls.iter().filter(|call| call.is_numbered());
    let flushes = calls
        .zip(1..)
        .filter(|(call, _)| call.what == What::Flush && call.is_of_log())
        .map(|(_, at)| at);
    // The first ones come at the same call in every run.
    let points: Vec<usize> = flushes.take(count(4, usize::MAX)).collect();
    let (mut sound, mut planted) = (Sum::default(), Sum::default());
    for (found, lacking) in each(&points, |at| started_again(&scene, &lines, *at)) {
        sound.join(found);
        planted.join(lacking);
    }
    println!("FIGURE power cuts after a kill and another start: {sound}");
    println!(
        "starts that flush nothing of what was left: {planted}: planted 1, caught {}",
        usize::from(planted.lost > 0)
    );
    assert_eq!(sound.why, [""; 0]);
    assert!(sound.of > 0 && planted.lost > 0);
}

/// Kills a run at a call, sends everything again, and cuts the power after answers that come before anything is written;
/// returns what is lost then, and what would be if the next start flushed nothing.
fn started_again(scene: &Scene, lines: &[String], at: usize) -> (Sum, Sum) {
    let copy = scene.copy();
    let fate = Fate::of(Fault::Kill, at);
    let mut calls = run(scene, ALONE, lines, (copy.path(), fate));
    let first = calls.len();
    calls.extend(run(scene, ALONE, lines, (copy.path(), Fate::KIND)));
    // What the next life writes is flushed with what the one before it left.
    let mut rest = calls[first..].iter();
    let next = rest.position(|call| call.what == What::Written && call.is_of_log());
    let next = next.map_or(calls.len(), |next| first + next);
    let sum = |calls: &[Call], next: usize| {
        let mut sum = Sum::default();
        for point in after_answers(calls, first..next, 2) {
            let verdict = cut(scene, (lines, calls), point);
            sum.add(&format!("killed at {at}, cut after {}", point.0), verdict);
        }
        sum
    };
    let found = sum(&calls, next);
    let rest = calls.split_off(first);
    let (before, after) = rest.split_at(next - first);
    let is_flush =
        |call: &&Call| call.is_of_log() && matches!(call.what, What::Flush | What::Flushed);
    calls.extend(before.iter().filter(|call| !is_flush(call)).cloned());
    let next = calls.len();
    calls.extend(after.iter().cloned());
    let planted = sum(&calls, next);
    (found, planted)
}
