//! Counts each due date of the shipped scenarios again by hand: a script reads the sentences that are printed, in both
//! languages, and nothing else. How dates are counted at random is compared in `tests/it/oracle.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tsuho_core::calendar::{Derivation, all_shipped};
use tsuho_core::case::Body;
use tsuho_core::case::event::Face;
use tsuho_core::catalogue::{self, Language};
use tsuho_core::scenario;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::{compile, source};

/// A derivation as it is printed, and when it says that something is due.
struct Printed {
    of: String,
    language: Language,
    due: Timestamp,
    lines: Vec<String>,
}

impl Printed {
    fn new(of: &str, language: Language, due: Timestamp, derivation: &Derivation) -> Self {
        let sentences = derivation.messages().into_iter();
        Self {
            of: format!("{of} ({})", language.code()),
            language,
            due,
            // What the calendar does not know is told after the steps and moves nothing.
            lines: sentences
                .filter(|(key, _)| *key != "calendar.beyond")
                .map(|(key, args)| catalogue::text(language, key, &args))
                .collect(),
        }
    }

    fn line(&self) -> Value {
        let due = self.due.moment().to_string();
        json!({ "of": self.of, "language": self.language.code(), "due": due, "lines": self.lines })
    }
}

/// Returns what of a face is printed, in both languages.
fn of_face(of: &str, face: &Face) -> Vec<Printed> {
    let readings = face.readings.iter().chain(&face.candidates);
    let readings = readings.map(|reading| (reading.due, &reading.derivation));
    let targets = face
        .targets
        .iter()
        .map(|target| (target.due, &target.derivation));
    let both = readings.chain(targets).flat_map(|(due, derivation)| {
        [Language::En, Language::Ja].map(|language| Printed::new(of, language, due, derivation))
    });
    both.collect()
}

/// Plays every shipped scenario and returns every derivation that its clocks show.
fn printed() -> (usize, Vec<Printed>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows");
    let texts = texts(&folder);
    let is_scenario = |name: &str| name.ends_with(".test.yaml");
    let workflows = texts.iter().filter(|(name, _)| !is_scenario(name));
    let given: Vec<(&str, &[u8])> = workflows
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let compiled = compile::workspace(&given);
    let calendars: BTreeMap<_, _> = all_shipped()
        .iter()
        .map(|one| (one.name.clone(), one.clone()))
        .collect();
    let (mut scenarios, mut all) = (0, Vec::new());
    for (name, text) in texts.iter().filter(|(name, _)| is_scenario(name)) {
        let (documents, _) = source::read(name, text.as_bytes());
        let (read, _) = scenario::read(
            &documents,
            &compiled.workflows,
            &compiled.names,
            Language::En,
        );
        for scenario in read {
            let report = scenario::run(&compiled.workflows, &calendars, &scenario);
            scenarios += 1;
            for event in report.cases.iter().flat_map(|course| &course.history) {
                let (duty, face) = match &event.body {
                    Body::ClockStarted(started) => (&started.duty, &started.face),
                    Body::ClockMoved(moved) => (&moved.duty, &moved.to),
                    _ => continue,
                };
                all.extend(of_face(&format!("{}: {duty}", report.scenario), face));
            }
        }
    }
    (scenarios, all)
}

/// Returns the name and text of every file below a folder.
pub(crate) fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for below in ["", "library"] {
        for entry in std::fs::read_dir(folder.join(below)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let name = path.display().to_string();
                texts.push((name, std::fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    texts.sort();
    texts
}

/// Has derivations counted by hand; returns how many steps were followed and what does not follow.
fn counted(lines: &[Value]) -> (u64, BTreeSet<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut child = Command::new(root.join("target/oracle-venv/bin/python"))
        .arg(root.join("tests/oracle/by_hand.py"))
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle's Python starts; `cargo xtask setup` makes it");
    let mut input = child.stdin.take().expect("it is piped");
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer
        .join()
        .expect("it only writes")
        .expect("it reads all");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut answers: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let sum = answers.pop().expect("a last line");
    assert_eq!(sum["counted"], lines.len());
    let wrong = answers
        .iter()
        .map(|answer| format!("{}: {}", answer["of"], answer["wrong"]));
    (sum["steps"].as_u64().expect("a number"), wrong.collect())
}

#[test]
fn each_due_date_of_the_shipped_scenarios_follows_from_its_printed_derivation() {
    let (scenarios, all) = printed();
    let lines: Vec<Value> = all.iter().map(Printed::line).collect();
    let (steps, wrong) = counted(&lines);
    assert_eq!(wrong.iter().take(5).collect::<Vec<_>>(), [""; 0]);
    println!(
        "FIGURE by hand: scenarios {scenarios}, derivations {} in two languages, steps {steps}, not followed by hand 0 of {}",
        lines.len(),
        lines.len()
    );
    assert!(scenarios > 20 && lines.len() > 200);
}

#[test]
fn a_digit_changed_in_a_printed_derivation_does_not_follow_any_more() {
    let (_, all) = printed();
    let distinct: BTreeMap<String, &Printed> =
        all.iter().map(|one| (one.lines.join("\n"), one)).collect();
    let mut planted = Vec::new();
    for one in distinct.values() {
        // The digits of each sentence but the zone's offset, which stands in no step of its own.
        for (number, line) in one.lines.iter().enumerate() {
            let digits = line
                .char_indices()
                .filter(|(_, letter)| letter.is_ascii_digit());
            let last_of_each: Vec<usize> = digits
                .map(|(place, _)| place)
                .filter(|place| ends_a_number(line, *place))
                .collect();
            for place in last_of_each {
                let mut lines = one.lines.clone();
                let digit = line.as_bytes()[place] - b'0';
                lines[number].replace_range(place..=place, &((digit + 1) % 10).to_string());
                let of = format!("{} {}: {line}, place {place}", planted.len(), one.of);
                planted.push(Printed { of, lines, ..**one }.line());
            }
        }
    }
    let (_, wrong) = counted(&planted);
    println!(
        "digits of printed derivations changed: planted {}, caught {}",
        planted.len(),
        wrong.len()
    );
    let missed = planted.iter().map(|line| line["of"].to_string());
    let missed: Vec<String> = missed
        .filter(|of| !wrong.iter().any(|wrong| wrong.starts_with(of)))
        .collect();
    assert_eq!(missed, [""; 0]);
}

/// Tells whether a digit is the last of a day or of a count: what a reader counts with.
fn ends_a_number(line: &str, place: usize) -> bool {
    let before = line[..place].chars().next_back();
    let after = line[place + 1..].chars().next();
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let in_reason = line[..place].contains('(') || line[..place].contains("休日（");
    !is_digit(after) && !in_reason && after != Some(':') && before != Some('+')
}
