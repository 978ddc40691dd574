//! Kills the program and cuts the power while a long log is brought over to the file in the midst of a run, and begun again.
//! The end of a run, when the log is brought over and taken away, is in `tests/it/durable/points.rs` and `power.rs`.

use tsuho_tests::count;

use super::disk::{Call, What};
use super::errors::met;
use super::judge::Sum;
use super::points::killed;
use super::power::{cut, cuts, run};
use super::scene::{APPLY, Log, NOT_SHOWN, Scene, each, script, spread};
use super::shim::{Fate, Fault, Lasting};

/// Lines that are sent: enough for some commits before the log is seen to be full, which is looked at every 64 commands, and for
/// some after it began again.
const LINES: usize = 112;

/// Returns how often the log began again after it was brought over.
fn begun_again(calls: &[Call]) -> usize {
    let begins = |call: &Call| call.what == What::Written && call.is_begin_of_log();
    calls.iter().filter(|call| begins(call)).count()
}

#[test]
fn nothing_is_lost_while_a_long_log_is_brought_over_and_begun_again() {
    let Some(scene) = Scene::with(Log::NearlyFull) else {
        println!("{NOT_SHOWN}");
        return;
    };
    let lines = script(LINES);
    let calls = run(&scene, APPLY, &lines, (scene.copy().path(), Fate::KIND));
    assert_eq!(begun_again(&calls), 1, "the run is to be like that");
    let numbered = calls.iter().filter(|call| call.is_numbered()).count();
    let points: Vec<(Fault, usize)> = spread(numbered, count(1, 60))
        .into_iter()
        .flat_map(|at| [(Fault::Kill, at), (Fault::Half, at)])
        .collect();
    let (mut kills, mut power) = (Sum::default(), Sum::default());
    for (point, killed) in each(&points, |point| (*point, killed(&scene, &lines, *point))) {
        if let Some((call, verdict)) = killed {
            kills.add(&format!("{point:?}, {call}"), verdict);
        }
    }
    let points = cuts(calls.len(), count(1, 60));
    for (point, verdict) in each(&points, |point| {
        (*point, cut(&scene, (&lines, &calls), *point))
    }) {
        power.add(&format!("{point:?}"), verdict);
    }
    println!(
        "FIGURE kills of {numbered} calls while a log is brought over and begun again: {kills} crash points"
    );
    println!("FIGURE power cuts while a log is brought over and begun again: {power} crash points");
    assert_eq!(kills.why, [""; 0]);
    assert_eq!(power.why, [""; 0]);
}

#[test]
fn a_log_that_cannot_be_brought_over_ends_the_acknowledgements() {
    let Some(scene) = Scene::with(Log::NearlyFull) else {
        println!("{NOT_SHOWN}");
        return;
    };
    let lines = script(LINES);
    let calls = run(&scene, APPLY, &lines, (scene.copy().path(), Fate::KIND));
    let numbered = calls.iter().filter(|call| call.is_numbered());
    let again = numbered.clone().position(Call::is_begin_of_log);
    let again = again.expect("the log begins again");
    let of_file = numbered.take(again).enumerate();
    let of_file: Vec<usize> = of_file
        .filter(|(_, call)| !call.is_of_log())
        .map(|(nth, _)| nth + 1)
        .collect();
    let (mut planted, mut caught, mut sum) = (0, 0, Sum::default());
    for nth in spread(of_file.len(), count(1, 30)) {
        for fault in [
            Fault::Broken(Lasting::ForEver),
            Fault::Full(Lasting::ForEver),
        ] {
            let Some((met, found)) = met(&scene, &lines, (fault, of_file[nth - 1])) else {
                continue;
            };
            planted += 1;
            let is_stopped = matches!(met.life.code, Some(3 | 5)) && !met.life.said.is_empty();
            caught += usize::from(is_stopped);
            if !is_stopped {
                println!("{fault:?} {}: {}", met.call, met.life.end());
            }
            sum.join(found);
        }
    }
    println!(
        "FIGURE faults while a log is brought over: planted {planted}, caught {caught}; {sum} of them"
    );
    assert_eq!((caught, &sum.why[..]), (planted, &[][..]));
}
