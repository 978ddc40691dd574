//! Pins the stored form of every type of event: what was written once is read for ever.
//! A line of the golden file is never edited; a new shape is a new version of its type.

#[path = "golden_events/decided.rs"]
mod decided;
#[path = "golden_events/samples.rs"]
mod samples;

use decided::of_decisions;
use samples::{facts, of_cases, of_incidents, of_the_installation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tsuho_core::case::event::{
    ActionTaken, Body, CaseOpened, ClockMoved, ClockPassed, ClockStarted, ClockStopped, EventBody,
    FactsRecorded, FilingMade, FilingReceived, ReminderDue,
};
use tsuho_core::incident::IncidentBody;
use tsuho_core::operator::OperatorBody;
use tsuho_core::people::SystemBody;

const GOLDEN: &str = include_str!("golden/events.txt");

/// Writes samples as lines of `stream type part`.
fn lines<B: EventBody>(stream: &str, bodies: &[B]) -> Vec<String> {
    let line = |body: &B| {
        let part = body.to_part().expect("a sample has a canonical form");
        let part = String::from_utf8(part).expect("canonical bytes are UTF-8");
        format!("{stream} {} {part}", body.type_name())
    };
    bodies.iter().map(line).collect()
}

#[test]
fn every_type_of_event_keeps_its_stored_form() {
    let written = [
        lines("case", &of_cases()),
        lines("case", &of_decisions()),
        lines("incident", &of_incidents()),
        lines("operator", &[OperatorBody::from(facts())]),
        lines("system", &of_the_installation()),
    ]
    .concat();
    let golden: Vec<&str> = GOLDEN.lines().collect();
    assert_eq!(written, golden, "\n{}\n", written.join("\n"));
}

#[test]
fn every_stored_form_is_read_and_written_again_unchanged() {
    for line in GOLDEN.lines() {
        let (stream, rest) = line.split_once(' ').expect("a line has three fields");
        let (type_name, part) = rest.split_once(' ').expect("a line has three fields");
        let again = match stream {
            "case" => again::<Body>(type_name, part),
            "incident" => again::<IncidentBody>(type_name, part),
            "operator" => again::<OperatorBody>(type_name, part),
            _ => again::<SystemBody>(type_name, part),
        };
        assert_eq!(again, part);
    }
}

/// Tells whether a stored form is what serde writes, so that no keys have to be put in order.
fn is_in_order<T: Serialize + DeserializeOwned>(part: &str) -> bool {
    let body: T = serde_json::from_str(part).expect("the part is of its type");
    serde_json::to_string(&body).expect("what was read can be written") == part
}

#[test]
fn what_an_advance_writes_is_written_in_order_at_once() {
    let mut seen = 0;
    for line in GOLDEN.lines() {
        let mut fields = line.splitn(3, ' ').skip(1);
        let (Some(type_name), Some(part)) = (fields.next(), fields.next()) else {
            panic!("a line has three fields");
        };
        let is_in_order = match type_name {
            "CaseOpened" => is_in_order::<CaseOpened>(part),
            "FactsRecorded" => is_in_order::<FactsRecorded>(part),
            "ActionTaken" => is_in_order::<ActionTaken>(part),
            "FilingMade" => is_in_order::<FilingMade>(part),
            "FilingReceived" => is_in_order::<FilingReceived>(part),
            "ClockStarted" => is_in_order::<ClockStarted>(part),
            "ClockMoved" => is_in_order::<ClockMoved>(part),
            "ClockPassed" => is_in_order::<ClockPassed>(part),
            "ClockStopped" => is_in_order::<ClockStopped>(part),
            "ReminderDue" => is_in_order::<ReminderDue>(part),
            _ => continue,
        };
        assert!(is_in_order, "{line}");
        seen += 1;
    }
    println!("FIGURE stored forms that are written in order at once: {seen}");
    assert!(seen >= 10, "{seen}");
}

fn again<B: EventBody>(type_name: &str, part: &str) -> String {
    let body = B::from_part(type_name, part.as_bytes())
        .expect("the type is known")
        .expect("the part is of its type");
    String::from_utf8(body.to_part().expect("what was read can be written"))
        .expect("canonical bytes are UTF-8")
}

#[test]
fn no_type_of_event_is_forgotten() {
    for (stream, types) in [
        ("case", Body::TYPES),
        ("incident", IncidentBody::TYPES),
        ("operator", OperatorBody::TYPES),
        ("system", SystemBody::TYPES),
    ] {
        for type_name in types {
            let start = format!("{stream} {type_name} ");
            assert!(
                GOLDEN.lines().any(|line| line.starts_with(&start)),
                "{start}has no golden line"
            );
        }
    }
}

#[test]
fn an_unknown_key_or_type_in_a_stored_part_is_refused() {
    let planted = [
        (
            "FilingUndone",
            r#"{"filing":1,"how":"failed","more":1,"reason":"personal"}"#,
        ),
        (
            "FilingUndone",
            r#"{"filing":1,"how":"lost","reason":"personal"}"#,
        ),
        (
            "FilingUndone",
            r#"{"filing":1.0,"how":"failed","reason":"personal"}"#,
        ),
        (
            "FilingUndone",
            r#"{"how":"failed","filing":1,"reason":"personal"}"#,
        ),
        ("CaseShut", "{}"),
    ];
    let caught = planted
        .iter()
        .filter(|(type_name, part)| {
            !matches!(Body::from_part(type_name, part.as_bytes()), Some(Ok(_)))
        })
        .count();
    println!("event shapes: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
