//! Kills the program and cuts the power while a long log is brought over to the file in the midst of a run, and begun again.
//! The end of a run, when the log is brought over and taken away, is in `tests/it/durable/points.rs` and `power.rs`.

use std::fmt;

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

/// Returns the numbers of the calls about the database's own file, up to a call.
fn of_file(calls: &[Call], end: impl Fn(&Call) -> bool) -> Vec<usize> {
    let numbered = calls.iter().filter(|call| call.is_numbered());
    let numbered = numbered.take_while(|call| !end(call)).zip(1..);
    let of_file = numbered.filter(|(call, _)| !call.is_of_log());
    of_file.map(|(_, number)| number).collect()
}

/// What came of calls that failed.
#[derive(Default)]
struct Told {
    planted: usize,
    /// After how many the program ended with a word about it.
    caught: usize,
    /// How it ended after the others.
    untold: Vec<String>,
    sum: Sum,
}

/// Lets these calls fail, each in two ways.
fn told(scene: &Scene, lines: &[String], of_file: &[usize]) -> Told {
    let mut told = Told::default();
    for nth in spread(of_file.len(), count(1, 30)) {
        for fault in [
            Fault::Broken(Lasting::ForEver),
            Fault::Full(Lasting::ForEver),
        ] {
            let Some((met, found)) = met(scene, lines, (fault, of_file[nth - 1])) else {
                continue;
            };
            told.planted += 1;
            if matches!(met.life.code, Some(3 | 5)) && !met.life.said.is_empty() {
                told.caught += 1;
            } else {
                let how = format!("{fault:?} {}: {}", met.call, met.life.end());
                told.untold.push(how);
            }
            told.sum.join(found);
        }
    }
    told
}

impl Told {
    fn check(&self) {
        assert!(self.planted > 0);
        assert_eq!((&self.untold[..], &self.sum.why[..]), (&[][..], &[][..]));
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            planted,
            caught,
            sum,
            ..
        } = self;
        write!(f, "planted {planted}, caught {caught}; {sum} of them")
    }
}

#[test]
fn a_log_that_cannot_be_brought_over_ends_the_acknowledgements() {
    let Some(scene) = Scene::with(Log::NearlyFull) else {
        println!("{NOT_SHOWN}");
        return;
    };
    let lines = script(LINES);
    let calls = run(&scene, APPLY, &lines, (scene.copy().path(), Fate::KIND));
    let of_file = of_file(&calls, Call::is_begin_of_log);
    let told = told(&scene, &lines, &of_file);
    println!("FIGURE faults while a log is brought over: {told}");
    told.check();
}

#[test]
fn a_log_that_cannot_be_brought_over_is_told_though_nothing_follows() {
    let Some(scene) = Scene::with(Log::Full) else {
        println!("{NOT_SHOWN}");
        return;
    };
    let lines = script(1);
    let calls = run(&scene, APPLY, &lines, (scene.copy().path(), Fate::KIND));
    // What SQLite does by itself when the file is closed comes later, and stays in the log if it fails.
    let mut of_file = of_file(&calls, |_| false);
    of_file.truncate(of_file.len() / 4);
    let told = told(&scene, &lines, &of_file);
    println!("FIGURE faults while a log is brought over and nothing follows: {told}");
    told.check();
}
