//! Lets each call that changes a file fail: the disk is broken, full, or takes half of what is written. The program says so
//! and stops, and goes on when it is started again. A disk that is really full is in `tests/it/durable/full.rs`.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;
use tsuho_tests::count;

use super::client::{Life, Record, is_acknowledged};
use super::disk::{What, read};
use super::judge::{Sum, judge};
use super::scene::{MANY_CALLS, NOT_SHOWN, Scene, each, spread};
use super::shim::{Fate, Fault, Lasting};

/// A language, how an error begins in it and how what to do about it.
const LANGUAGES: [(&str, &str, &str); 2] = [
    ("en", "error: ", "\nhelp: "),
    ("ja", "エラー: ", "\n対処: "),
];

/// What came of one fault.
pub(super) struct Met {
    fault: Fault,
    /// The call that failed.
    pub(super) call: String,
    pub(super) life: Life,
    /// How an error begins in the language that was spoken, and how what to do about it.
    words: (&'static str, &'static str),
    lines: usize,
    /// Whether the log held something then that was not flushed, or was written to.
    is_unflushed: bool,
    /// Writes to the log after the fault.
    writes: usize,
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
            && self.is_unflushed
            && self.fault != Fault::Short(Lasting::Once)
    }

    /// Says what is wrong with how the program took it.
    fn faults(&self) -> Vec<String> {
        let (life, lines) = (&self.life, self.lines);
        let said = &life.said;
        let told = said.contains(self.words.0) && said.contains(self.words.1);
        let is_stopped = matches!(life.code, Some(3 | 5));
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
                // The half that was taken was written after the fault.
                self.is_of_a_commit()
                    && self.writes > usize::from(matches!(self.fault, Fault::Short(_))),
                "it wrote on after it had failed",
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
pub(super) fn met(
    scene: &Scene,
    lines: &[String],
    (fault, at): (Fault, usize),
) -> Option<(Met, Sum)> {
    let copy = scene.copy();
    let (language, begins, helps) = LANGUAGES[at % LANGUAGES.len()];
    let arguments = ["apply", "--callers", "4", "--lang", language];
    let journal = copy.path().with_extension("journal");
    let fate = Fate {
        journal: Some(&journal),
        ..Fate::of(fault, at)
    };
    let (life, call) = scene.run(copy.path(), &arguments, fate, lines);
    let calls = read(&fs::read(&journal).expect("it was kept"));
    fs::remove_file(journal).expect("it is there");
    let is_half = matches!(fault, Fault::Short(_));
    if call.starts_with("calls ") || (is_half && !call.starts_with("pwrite")) {
        // The run ended before, or nothing was written of which half could be taken.
        return None;
    }
    let record = Record::of(lines, &life.answers);
    let mut sum = Sum::default();
    let at = format!("{fault:?} at {at}, {call}, {}", life.end());
    sum.add(&at, judge(copy.path(), &record, scene.records));
    let happened = calls.iter().position(|call| call.what == What::Fault);
    let (before, after) = calls.split_at(happened.expect("it is kept"));
    let last = before
        .iter()
        .rfind(|call| call.is_of_log() && matches!(call.what, What::Written | What::Flushed));
    let is_written = call.starts_with("pwrite");
    let met = Met {
        is_unflushed: is_written || last.is_some_and(|last| last.what == What::Written),
        writes: after
            .iter()
            .filter(|call| call.is_of_log() && call.what == What::Written)
            .count(),
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
        sum.join(found);
    }
    for (kind, count) in kinds {
        println!("{kind}: {count}");
    }
    println!("FIGURE calls that failed: {sum} faults");
    assert_eq!(wrong, [""; 0]);
    assert_eq!(sum.why, [""; 0]);
    assert!(sum.of >= count(6, 1_000), "{}", sum.of);
}

#[test]
fn a_program_that_takes_a_fault_otherwise_is_found() {
    const SAID: &str = "error: no room is left for `a.db`\nhelp: free some room";
    let answers = |count: usize| vec![json!({ "outcome": "committed" }); count];
    let taken = |code, count, said: &str, writes| Met {
        fault: Fault::Full(Lasting::Once),
        call: "pwrite a.db-wal".to_owned(),
        life: Life {
            code: Some(code),
            signal: None,
            answers: answers(count),
            said: said.to_owned(),
        },
        words: ("error: ", "\nhelp: "),
        lines: 2,
        is_unflushed: true,
        writes,
    };
    assert_eq!(taken(3, 1, SAID, 0).faults(), [""; 0]);
    let planted = [
        ("it goes on", taken(0, 2, "", 0)),
        ("it says nothing", taken(3, 1, "", 0)),
        (
            "it says what, and not what to do",
            taken(3, 1, "error: it failed", 0),
        ),
        ("it writes on", taken(3, 1, SAID, 1)),
        ("it acknowledges everything", taken(3, 2, SAID, 0)),
        ("it panics", taken(101, 1, "thread 'main' panicked", 0)),
    ];
    let caught = planted.iter().filter(|(name, met)| {
        let faults = met.faults();
        println!("{name}: {}", faults.len());
        !faults.is_empty()
    });
    let caught = caught.count();
    println!(
        "answers to a fault: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}
