//! Lets each call that changes a file fail: the disk is broken, full, or takes half of what is written. The program says so
//! and stops, and goes on when it is started again. A disk that is really full is in `tests/it/durable/full.rs`.

use std::collections::BTreeMap;

use tsuho_tests::count;

use super::client::{Life, Record, is_acknowledged};
use super::judge::{Sum, judge};
use super::scene::{MANY_CALLS, NOT_SHOWN, Scene, each, spread};
use super::shim::{Fate, Fault, Lasting};

/// A language, how an error begins in it and how what to do about it.
const LANGUAGES: [(&str, &str, &str); 2] = [
    ("en", "error: ", "\nhelp: "),
    ("ja", "エラー: ", "\n対処: "),
];

/// What came of one fault.
struct Met {
    fault: Fault,
    /// The call that failed.
    call: String,
    life: Life,
    /// How an error begins in the language that was spoken, and how what to do about it.
    words: (&'static str, &'static str),
    lines: usize,
}

impl Met {
    fn acknowledged(&self) -> usize {
        let answers = self.life.answers.iter();
        answers.filter(|answer| is_acknowledged(answer)).count()
    }

    /// Tells whether what failed is the way of a commit to the disk. What is brought over to the file stays in the log if it
    /// cannot be, and a write of which half was taken is asked again for the rest.
    fn is_of_a_commit(&self) -> bool {
        self.call.ends_with("-wal")
            && !self.call.starts_with("unlink")
            && self.fault != Fault::Short(Lasting::Once)
    }

    /// Says what is wrong with how the program took it.
    fn faults(&self) -> Vec<String> {
        let (life, lines) = (&self.life, self.lines);
        let said = &life.said;
        let told = said.contains(self.words.0) && said.contains(self.words.1);
        let is_stopped = matches!(life.code, Some(3 | 5));
        let refused = life.answers.iter().position(|one| !is_acknowledged(one));
        let rest = refused.map_or(&[][..], |first| &life.answers[first..]);
        let wrong = [
            (!is_stopped && life.code != Some(0), "another end"),
            (
                said.contains("panicked") || said.contains("defect"),
                "a defect",
            ),
            (is_stopped && !told, "no clear sentence"),
            (
                life.code == Some(0) && (self.acknowledged() < lines || !said.is_empty()),
                "a good end without every answer",
            ),
            (
                is_stopped && self.acknowledged() == lines,
                "a bad end with every answer",
            ),
            (
                self.is_of_a_commit() && !is_stopped,
                "a commit failed, and it did not stop",
            ),
            (
                rest.iter().any(is_acknowledged),
                "it acknowledged after it had failed",
            ),
        ];
        let wrong = wrong.into_iter().filter(|(is_wrong, _)| *is_wrong);
        wrong
            .map(|(_, what)| {
                let (fault, call) = (self.fault, &self.call);
                format!("{what}: {fault:?} {call}: {}", life.end())
            })
            .collect()
    }
}

/// Lets a call fail; returns how the program took it and what is there afterwards.
fn met(scene: &Scene, lines: &[String], (fault, at): (Fault, usize)) -> Option<(Met, Sum)> {
    let copy = scene.copy();
    let (language, begins, helps) = LANGUAGES[at % LANGUAGES.len()];
    let arguments = ["apply", "--callers", "4", "--lang", language];
    let (life, call) = scene.run(copy.path(), &arguments, Fate::of(fault, at), lines);
    let is_half = matches!(fault, Fault::Short(_));
    if call.starts_with("calls ") || (is_half && !call.starts_with("pwrite")) {
        // The run ended before, or nothing was written of which half could be taken.
        return None;
    }
    let record = Record::of(lines, &life.answers);
    let mut sum = Sum::default();
    let at = format!("{fault:?} at {at}, {call}, {}", life.end());
    sum.add(&at, judge(copy.path(), &record, scene.records));
    let met = Met {
        fault,
        call,
        life,
        words: (begins, helps),
        lines: lines.len(),
    };
    Some((met, sum))
}

/// Returns the faults of each call: each kind once, in turn for one call alone and from there on.
fn points(calls: usize, most: usize) -> Vec<(Fault, usize)> {
    let faults = |at: usize| {
        let lasting = if at % 4 < 2 {
            Lasting::Once
        } else {
            Lasting::ForEver
        };
        [
            Fault::Broken(lasting),
            Fault::Full(lasting),
            Fault::Short(lasting),
        ]
        .map(|fault| (fault, at))
    };
    spread(calls, most).into_iter().flat_map(faults).collect()
}

#[test]
fn a_call_that_fails_ends_the_acknowledgements_and_loses_none() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (lines, calls) = scene.enough(count(1, MANY_CALLS));
    let points = points(calls, count(4, usize::MAX));
    let (mut sum, mut kinds) = (Sum::default(), BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    for (met, found) in each(&points, |point| met(&scene, &lines, *point))
        .into_iter()
        .flatten()
    {
        wrong.extend(met.faults());
        let kind = format!(
            "{:?} {}: ended with {:?}",
            met.fault, met.call, met.life.code
        );
        *kinds.entry(kind).or_default() += 1;
        sum.of += found.of;
        sum.lost += found.lost;
        sum.doubled += found.doubled;
        sum.unrecoverable += found.unrecoverable;
        sum.why.extend(found.why);
    }
    for (kind, count) in kinds {
        println!("{kind}: {count}");
    }
    println!("FIGURE calls that failed: {sum} faults");
    assert_eq!(wrong, [""; 0]);
    assert_eq!(sum.why, [""; 0]);
    assert!(sum.of >= count(6, 1_000), "{}", sum.of);
}
