//! Reads realistic workflow texts mutated at random, and checks with code of its own that whatever passes means the
//! same to `serde_yaml`.

use serde_yaml::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::super::{Document, Kind, Node, read};
use crate::diagnostic::{Location, READERS_DISAGREE, SECOND_READER_REFUSES};

/// Realistic texts: the language's own examples, one per way of writing.
const SEEDS: [&str; 6] = [
    include_str!("seeds/leak.yaml"),
    include_str!("seeds/library.yaml"),
    include_str!("seeds/accident.yaml"),
    include_str!("seeds/flow.yaml"),
    include_str!("seeds/scenario.yaml"),
    include_str!("seeds/quoting.yaml"),
];

/// What mutations put in: what YAML treats specially, and what people type beside it.
const TOKENS: [&str; 64] = [
    ":",
    ": ",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "- ",
    "-",
    "? ",
    "{",
    "}",
    "[",
    "]",
    ",",
    ", ",
    "#",
    " #",
    "&a",
    "*a",
    "!",
    "!!str ",
    "'",
    "\"",
    "''",
    "\\",
    "\\n",
    "|",
    ">",
    "|-\n",
    ">-\n",
    "|2\n",
    "%",
    "%YAML 1.1\n",
    "@",
    "`",
    "---\n",
    "...\n",
    "--- ",
    "<<: ",
    "~",
    "null",
    "yes",
    "no",
    "0755",
    "1.5",
    "0x1F",
    "1_000",
    "99999999999999999999",
    "é",
    "e\u{301}",
    "漢字",
    "、",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{a0}",
    "\u{3000}",
    "(",
    ")",
    "&&",
    "||",
    "==",
    "\"\\\n",
];

/// A source of numbers that gives the same ones in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).expect("a length fits 64 bits");
        usize::try_from(self.next() % bound).expect("it is below a length")
    }

    fn boundary(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }
}

/// Changes a text in one way.
fn mutate(text: &mut String, numbers: &mut Numbers) {
    let at = numbers.boundary(text);
    let end = text.ceil_char_boundary((at + 1 + numbers.below(12)).min(text.len()));
    match numbers.below(9) {
        0..=2 => text.insert_str(at, TOKENS[numbers.below(TOKENS.len())]),
        3 => text.replace_range(at..end, TOKENS[numbers.below(TOKENS.len())]),
        4 => text.replace_range(at..end, ""),
        5 => {
            let copied = text[at..end].to_owned();
            let place = numbers.boundary(text);
            text.insert_str(place, &copied);
        }
        6 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (one, other) = (numbers.below(lines.len()), numbers.below(lines.len()));
            if one < lines.len() && other < lines.len() {
                lines.swap(one, other);
            }
            *text = lines.concat();
        }
        7 => {
            let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
            let line = numbers.below(lines.len());
            if let Some(line) = lines.get_mut(line) {
                let spaces = line.len() - line.trim_start_matches(' ').len();
                *line = format!(
                    "{}{}",
                    " ".repeat(numbers.below(spaces + 3)),
                    &line[spaces..]
                );
            }
            *text = lines.concat();
        }
        _ => {
            let character =
                char::from_u32(u32::try_from(numbers.below(0x250)).expect("small")).unwrap_or('x');
            text.insert(at, character);
        }
    }
}

/// Returns a realistic text with a few changes.
fn mutated(numbers: &mut Numbers) -> String {
    let mut text = SEEDS[numbers.below(SEEDS.len())].to_owned();
    for _ in 0..=numbers.below(4) {
        mutate(&mut text, numbers);
    }
    text
}

/// Returns a short text put together from what YAML treats specially: it meets corners that a long one rarely has.
fn soup(numbers: &mut Numbers) -> String {
    let openings = [
        "k: ",
        "k:\n  a: 1\n  ",
        "k: {a: ",
        "k: [a, ",
        "k: {",
        "k: [",
        "k: >\n  a\n ",
        "k: \"a",
        "k: 'a",
        "",
    ];
    let mut text = openings[numbers.below(openings.len())].to_owned();
    for _ in 0..=numbers.below(8) {
        let word = [
            "a", "b", "x y", "1", "k: v", "\n", "\n  ", "\n  - ", "\nk2: ",
        ];
        match numbers.below(3) {
            0 => text.push_str(TOKENS[numbers.below(TOKENS.len())]),
            _ => text.push_str(word[numbers.below(word.len())]),
        }
    }
    text.push_str(["", "\n", "}", "]\n", "\"\n", "'\n"][numbers.below(6)]);
    text
}

/// Writes what our node says, in a form that leaves nothing out.
fn ours(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "nothing".to_owned(),
        Kind::Boolean(value) => format!("truth {value}"),
        Kind::Integer(value) => format!("number {value}"),
        Kind::Text { text, .. } => format!("text {text:?}"),
        Kind::List(items) => format!(
            "[{}]",
            items
                .iter()
                .map(|item| ours(item) + ";")
                .collect::<String>()
        ),
        Kind::Map(entries) => {
            let parts = entries
                .iter()
                .map(|entry| format!("{:?} is {};", entry.key, ours(&entry.value)));
            format!("{{{}}}", parts.collect::<String>())
        }
    }
}

/// Writes what `serde_yaml` reads, in the same form.
fn theirs(value: &Value) -> String {
    let nfc = |text: &str| text.nfc().collect::<String>();
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("truth {value}"),
        Value::Number(value) => format!("number {value}"),
        Value::String(text) => format!("text {:?}", nfc(text)),
        Value::Sequence(items) => format!(
            "[{}]",
            items
                .iter()
                .map(|item| theirs(item) + ";")
                .collect::<String>()
        ),
        Value::Mapping(mapping) => {
            let parts = mapping.iter().map(|(key, value)| match key {
                Value::String(key) => format!("{:?} is {};", nfc(key), theirs(value)),
                other => format!("key {other:?} is {};", theirs(value)),
            });
            format!("{{{}}}", parts.collect::<String>())
        }
        Value::Tagged(tagged) => format!("tagged {} {}", tagged.tag, theirs(&tagged.value)),
    }
}

/// Tells whether documents say what `serde_yaml` reads in the text.
pub(super) fn agree(documents: &[Document], text: &str) -> bool {
    use serde::Deserialize as _;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let values: Result<Vec<Value>, _> = serde_yaml::Deserializer::from_str(text)
        .map(Value::deserialize)
        .collect();
    values.is_ok_and(|values| {
        let theirs: Vec<String> = values.iter().map(theirs).collect();
        let ours: Vec<String> = documents
            .iter()
            .map(|document| ours(&document.root))
            .collect();
        ours == theirs
    })
}

/// Tells whether a place lies within the text, and its line and column are those of its first byte.
pub(super) fn is_right(at: &Location, text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.get(at.span.clone()).is_some() && {
        let before = &text[..at.span.start];
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        (at.line, at.column)
            == (
                before.matches('\n').count() + 1,
                before[begin..].chars().count() + 1,
            )
    }
}

/// Tells whether every node, and every character of every text, is found where the file has it.
pub(super) fn positions_are_right(node: &Node, text: &str) -> bool {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let here = is_right(&node.at, text)
        && node.as_text().is_none_or(|value| {
            value.char_indices().all(|(at, character)| {
                let place = node.location_of(at..at + character.len_utf8());
                let written = &bare[place.span.clone()];
                // A fold reads as a blank and is written as a break with its indentation.
                let fold = character.is_whitespace() && written.starts_with(char::is_whitespace);
                is_right(&place, text)
                    && (written.starts_with(character) || fold || place == node.at)
            })
        });
    here && node
        .items()
        .iter()
        .all(|item| positions_are_right(item, text))
        && node
            .entries()
            .iter()
            .all(|entry| is_right(&entry.key_at, text) && positions_are_right(&entry.value, text))
}

#[test]
fn every_seed_is_read_without_a_finding() {
    for seed in SEEDS {
        let (documents, findings) = read("seed.yaml", seed.as_bytes());
        assert_eq!(findings.into_sorted(), Vec::new());
        assert!(agree(&documents, seed));
    }
}

/// Returns how many texts to read.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment asks a test for its full count, never the crate"
)]
fn texts() -> u32 {
    let full = std::env::var("TSUHO_COUNTS").is_ok_and(|counts| counts == "full");
    if full { 200_000 } else { 20_000 }
}

#[test]
fn no_mutated_text_passes_that_serde_yaml_understands_otherwise() {
    let texts = texts();
    let mut numbers = Numbers(0x7473_7568_6f31_3233);
    let (mut passed, mut refused, mut seen, mut let_through) = (0, 0, 0, Vec::new());
    for round in 0..texts {
        let text = if round % 2 == 0 {
            mutated(&mut numbers)
        } else {
            soup(&mut numbers)
        };
        let (documents, findings) = read("mutated.yaml", text.as_bytes());
        let refusing = findings.has_errors();
        for finding in findings.into_sorted() {
            assert!(
                is_right(&finding.at, &text),
                "{} at {:?} in {text:?}",
                finding.code.id,
                finding.at
            );
            seen += usize::from(
                finding.code == READERS_DISAGREE || finding.code == SECOND_READER_REFUSES,
            );
        }
        if refusing {
            refused += 1;
        } else {
            passed += 1;
            let right = documents
                .iter()
                .all(|document| positions_are_right(&document.root, &text));
            assert!(right, "a place is wrong in {text:?}");
            if !agree(&documents, &text) {
                let_through.push(text);
            }
        }
    }
    println!(
        "FIGURE source: texts mutated {texts}, read {passed}, refused {refused}, disagreements seen {seen}, let through {} of {texts}",
        let_through.len()
    );
    assert_eq!(let_through, Vec::<String>::new());
}
