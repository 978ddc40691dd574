//! Changes the texts of scenarios at random: reading and playing them never panics, and no mistake lacks its words.
//! What single mistakes are called is held in `mistakes`.

use proptest::prelude::*;

use super::*;

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

/// Replaces a word by another of the same line's kind, so that the text stays one that can be read.
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

/// Swaps words of the scenario for words of the list: most mutants are read and played.
fn swapped(places: &[(usize, usize)]) -> String {
    let mut words: Vec<&str> = SHORT
        .split_inclusive([' ', '\n', ',', '[', ']', '{', '}'])
        .collect();
    for (place, word) in places {
        let place = place % words.len();
        words[place] = WORDS[word % WORDS.len()];
    }
    words.concat()
}

fn check(text: &str) -> usize {
    let (scenarios, findings) = scenarios(text);
    said(findings);
    let calendars = calendars();
    for scenario in &scenarios {
        let report = run(rules(), &calendars, scenario);
        said(report.findings);
    }
    scenarios.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_mutated_text_is_read_and_played_without_a_panic(changes in prop::collection::vec(change(), 1..4)) {
        check(&mutated(&changes));
    }

    #[test]
    fn swapped_words_are_read_and_played_without_a_panic(
        places in prop::collection::vec((any::<usize>(), any::<usize>()), 1..3),
    ) {
        check(&swapped(&places));
    }
}
