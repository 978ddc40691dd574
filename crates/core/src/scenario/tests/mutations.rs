//! Changes the texts of scenarios at random: reading and playing them never panics, and no mistake lacks its words.
//! What single mistakes are called is held in `mistakes`.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

/// How many texts of each kind are tried.
const CASES: u32 = 1_000;

/// A change of a text: where, how much goes, and what comes.
#[derive(Debug, Clone)]
struct Change {
    at: usize,
    gone: usize,
    text: String,
}

/// Words that mean something in a scenario, so that many mutants are still read.
const WORDS: &[&str] = &[
    "2023-10-17",
    "2023-11-16T00:00",
    "1900-01-02T00:00",
    "9998-01-01T00:00",
    "令和5年10月17日",
    "jp-mic-tokai",
    "mic_bureau",
    "detailed_report",
    "first_report",
    "report",
    "notify",
    "supplement",
    "close",
    "record",
    "approve",
    "receive",
    "undo",
    "until",
    "at",
    "null",
    "true",
    "[]",
    "{}",
    "executive",
    "privacy_officer",
    "running",
    "late",
    "state",
    "role",
    "5",
    "~",
    ": ",
    "- ",
    "\n",
    "  ",
    ",",
    "}",
    "]",
    "{",
    "[",
    "'",
    "\"",
    "#",
    "\u{0}",
    "\t",
    "---\n",
];

fn change() -> impl Strategy<Value = Change> {
    let text = prop_oneof![
        3 => prop::sample::select(WORDS).prop_map(str::to_owned),
        1 => Just(String::new()),
        1 => "[a-z0-9:{}\\[\\], \n-]{0,6}",
    ];
    (any::<prop::sample::Index>(), 0_usize..24, text).prop_map(|(at, gone, text)| Change {
        at: at.index(SHORT.len()),
        gone,
        text,
    })
}

/// Cuts stretches out of the scenario and puts others in their place.
fn mutated(changes: &[Change]) -> String {
    let mut text = SHORT.to_owned();
    for Change {
        at,
        gone,
        text: new,
    } in changes
    {
        let from = text.floor_char_boundary(*at.min(&text.len()));
        let to = text.ceil_char_boundary((from + gone).min(text.len()));
        text.replace_range(from..to, new);
    }
    text
}

/// Words each of which may stand where another of its group does, so that most mutants can be played.
const GROUPS: &[&[&str]] = &[
    &[
        "duty_officer",
        "privacy_officer",
        "executive",
        "head_of_compliance",
    ],
    &[
        "do: notify",
        "do: report",
        "do: update",
        "do: close",
        "approve: report",
        "receive: notify",
        "undo: notify",
    ],
    &[
        "do: report",
        "note: Told.",
        "do: decide_not_reportable",
        "approve: notify",
        "receive: report",
    ],
    &["state: detected", "state: notified", "state: closed"],
    &[
        "running", "waiting", "stopped", "lapsed", "in_time", "arguable", "late",
    ],
    &[
        "2023-10-17T18:10",
        "2023-10-17T18:30",
        "2023-10-17T18:59:59.999999",
        "2023-10-17T09:30Z",
    ],
    &[
        "2023-11-16T00:00",
        "2023-11-17T00:00",
        "2024-02-29T12:00",
        "2600-01-01T00:00",
        "9990-12-31T23:59",
    ],
    &[
        "known_at: 2023-10-17",
        "known_at: 1900-01-02",
        "known_at: 9998-01-01",
        "known_at: null",
        "known_at: 令和5年10月17日",
    ],
    &["feared", "leaked", "none"],
    &["ReminderDue", "ClockPassed", "ClockLapsed", "ActionTaken"],
    &[
        "refused: role",
        "refused: state",
        "refused: needs",
        "reason: Because",
    ],
    &["mic_bureau: jp-mic-kanto", "mic_bureau: jp-mic"],
    &[
        "recipient: mic_bureau",
        "recipient: jp-mic-tokai",
        "received_at: 2023-10-17T18:45",
        "sent_at: 2023-10-17T18:31",
    ],
    &[
        "duties: [first_report]",
        "duties: [detailed_report]",
        "duties: []",
        "duties: [first_report@jp-mic-kanto]",
    ],
    &["channel: phone", "channel: email", "channel: post"],
];

/// Swaps words of the scenario for others of their group.
fn swapped(places: &[(usize, usize)]) -> String {
    let words = || {
        GROUPS
            .iter()
            .flat_map(|group| group.iter().map(move |word| (*group, *word)))
    };
    let found: Vec<(usize, &[&str], &str)> = words()
        .flat_map(|(group, word)| {
            SHORT
                .match_indices(word)
                .map(move |(at, _)| (at, group, word))
        })
        .collect();
    let mut chosen: Vec<_> = places
        .iter()
        .map(|(place, word)| (found[place % found.len()], word))
        .collect();
    chosen.sort_by_key(|((at, ..), _)| std::cmp::Reverse(*at));
    let mut text = SHORT.to_owned();
    let mut begin = text.len();
    for ((at, group, word), new) in chosen {
        // From the end to the beginning, so that what comes before keeps its place; what overlaps is left.
        if at + word.len() <= begin {
            text.replace_range(at..at + word.len(), group[new % group.len()]);
            begin = at;
        }
    }
    text
}

/// Reads and plays a text; returns how many scenarios it had that could be played.
fn check(text: &str) -> usize {
    let (scenarios, findings) = scenarios(text);
    said(findings);
    let calendars = calendars();
    for scenario in &scenarios {
        let report = run(&COMPILED.workflows, &calendars, scenario);
        said(report.findings);
    }
    scenarios.len()
}

/// Checks many texts and returns how many of them could be played.
fn check_each<S: Strategy>(strategy: &S, text: impl Fn(&S::Value) -> String) -> usize {
    let played = Cell::new(0);
    let mut runner = TestRunner::new(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let result = runner.run(strategy, |value| {
        played.set(played.get() + check(&text(&value)));
        Ok(())
    });
    assert!(result.is_ok(), "{result:?}");
    played.get()
}

#[test]
fn mutated_texts_are_read_and_played_without_a_panic() {
    let changes = prop::collection::vec(change(), 1..4);
    let torn = check_each(&changes, |changes| mutated(changes));
    let places = prop::collection::vec((any::<usize>(), any::<usize>()), 1..6);
    let swapped = check_each(&places, |places| self::swapped(places));
    println!("{} texts, {} of them played", 2 * CASES, torn + swapped);
    assert!(
        torn + swapped > 500,
        "too few of the mutants are played for the check to say anything"
    );
}
