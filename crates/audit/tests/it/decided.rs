//! Decisions of an authority: histories with them are sound, and what is changed about them is found.
//! What they do to clocks is stated by core's own tests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use tsuho_audit::Fault;
use tsuho_core::case::event::Change;
use tsuho_core::case::request::{Content, Facts, Given, Text};
use tsuho_core::name::ActionName;
use tsuho_core::time::{Instant, Span, Timestamp};
use tsuho_core::value::{Row, Value};

use crate::desk::{DESK, Desk, EXECUTIVE, OFFICER, facts, instant, tokyo, zone};
use crate::kept::{Kept, header};
use crate::random::Draws;
use crate::sound::{audit, told};

fn choice(text: &str) -> Value {
    Value::Choice(text.parse().expect("a name"))
}

fn day(at: Timestamp) -> Value {
    Value::Instant(Instant::day(at.date(&zone()), zone()))
}

/// Returns a request to record a decision that a letter bears out.
fn recording(id: &str, cells: &[(&str, Value)]) -> Content {
    let cells = cells.iter().cloned();
    let own = [("id", Value::Text(id.to_owned()))];
    let row: Row = cells
        .chain(own)
        .map(|(column, value)| (column.parse().expect("a column"), value))
        .collect();
    let change = Change::Rows {
        set: BTreeMap::from([(id.to_owned(), row)]),
        dropped: BTreeSet::new(),
    };
    let given = Given {
        source: Some(Text::personal("a letter of the ministry")),
        ..Given::new(change)
    };
    let name = "decisions".parse().expect("a name");
    Content::Record {
        facts: Facts::from([(name, given)]),
    }
}

/// Draws a decision of the ministry about one of the reports.
pub(crate) fn drawn(draws: &mut Draws, now: Timestamp) -> Content {
    let kind = ["extension", "exemption", "hold"][draws.below(3)];
    let obligation = ["first", "last"][draws.below(2)];
    let ahead = |draws: &mut Draws| day(now.plus(Span::from_days(draws.number(30))));
    let mut cells = vec![
        ("kind", choice(kind)),
        ("obligation", choice(obligation)),
        (
            "decided_at",
            day(now.plus(Span::from_days(-draws.number(4)))),
        ),
    ];
    if kind == "extension" || kind == "hold" && draws.below(2) == 0 {
        cells.push(("until", ahead(draws)));
    }
    if kind == "hold" && draws.below(2) == 0 {
        cells.push(("released_at", day(now)));
    }
    let id = ["d1", "d2"][draws.below(2)];
    recording(id, &cells)
}

fn consent() -> Content {
    let action: ActionName = "decisions".parse().expect("a name");
    Content::Approve {
        action,
        digest: None,
    }
}

/// Plays a case whose detailed report is given a week more, and then waived.
fn played() -> Kept {
    let mut desk = Desk::new();
    desk.now = tokyo("2023-10-27 10:00");
    let id = desk.open(10);
    desk.now = tokyo("2023-10-27 11:00");
    let known = facts([
        ("known_at", instant("2023-10-27 09:30")),
        ("users", Value::Integer(300)),
    ]);
    desk.ask(id, DESK, "desk", Content::Record { facts: known });
    let last = ("obligation", choice("last"));
    let decided_at = ("decided_at", day(tokyo("2023-11-10 09:00")));
    desk.now = tokyo("2023-11-10 10:00");
    let until = ("until", day(tokyo("2023-12-04 09:00")));
    let extension = [
        ("kind", choice("extension")),
        last.clone(),
        decided_at.clone(),
        until,
    ];
    desk.ask(id, OFFICER, "officer", recording("d1", &extension));
    desk.now = tokyo("2023-11-10 11:00");
    desk.ask(id, EXECUTIVE, "executive", consent());
    desk.now = tokyo("2023-11-11 10:00");
    let exemption = [("kind", choice("exemption")), last, decided_at];
    desk.ask(id, OFFICER, "officer", recording("d2", &exemption));
    desk.now = tokyo("2023-11-11 11:00");
    desk.ask(id, EXECUTIVE, "executive", consent());
    desk.kept()
}

/// Returns the position of the last record of a type.
fn last_of(kept: &Kept, wanted: &str) -> u64 {
    let records = kept.records.iter();
    let found = records.rev().find(|one| header(one).r#type == *wanted);
    found.expect("there is one").position
}

#[test]
fn a_history_with_decisions_of_an_authority_is_sound() {
    let report = audit(&played());
    assert_eq!(told(&report), Vec::<String>::new());
    assert_eq!(report.counts.undecided, 0);
}

/// Returns the steps of the first reading of a clock that moved.
fn steps(json: &mut Json) -> &mut Vec<Json> {
    json["to"]["readings"][0]["derivation"]["steps"]
        .as_array_mut()
        .expect("steps")
}

/// The type of the last record that is changed, how, and as what that is found.
type Plant = (&'static str, fn(&mut Json), Fault);

const PLANTED: [Plant; 10] = [
    // A shorter time than the law's, with the step that says so.
    (
        "ClockMoved",
        |json| {
            let reading = &mut json["to"]["readings"][0];
            reading["due"] = json!("2023-11-20T15:00:00.000000Z");
            let last = steps(json).last_mut().expect("a step");
            last["extended"]["at"] = json!("2023-11-20T15:00:00.000000Z");
            last["extended"]["ends"] = json!("2023-11-20T15:00:00.000000Z");
        },
        Fault::Derivation,
    ),
    // The decision's step missing, the due date kept.
    ("ClockMoved", |json| drop(steps(json).pop()), Fault::DueDate),
    // The step missing and the due date as counted: nothing was extended.
    (
        "ClockMoved",
        |json| {
            steps(json).pop();
            let counted = steps(json).last().expect("a step")["end_of_day"]["at"].clone();
            json["to"]["readings"][0]["due"] = counted;
        },
        Fault::Derivation,
    ),
    // A step for a decision under which the clock does not stand.
    (
        "ClockMoved",
        |json| {
            let face = json["to"].as_object_mut().expect("a face");
            face.remove("decisions");
        },
        Fault::Derivation,
    ),
    (
        "ClockMoved",
        |json| json["cause"] = json!("anchor"),
        Fault::EventDiffers,
    ),
    (
        "ClockMoved",
        |json| {
            steps(json).last_mut().expect("a step")["extended"]["decision"] = json!("d9");
        },
        Fault::Derivation,
    ),
    // Another end of what the authority named.
    (
        "ClockMoved",
        |json| {
            let last = steps(json).last_mut().expect("a step");
            last["extended"]["until"]["at"] = json!("2023-12-09T15:00:00.000000Z");
        },
        Fault::Derivation,
    ),
    // An exemption that waives by another decision, and one that was never consented to.
    (
        "ClockWaived",
        |json| json["decision"] = json!("d1"),
        Fault::EventDiffers,
    ),
    (
        "FactsRecorded",
        |json| {
            json["facts"]["decisions"]["change"]["rows"]["set"]["d2"]["kind"]["choice"] =
                json!("hold");
        },
        Fault::EventDiffers,
    ),
    (
        "ApprovalRequested",
        |json| {
            let rows = &mut json["proposal"]["decisions"]["change"]["rows"];
            rows["set"]["d2"]["kind"]["choice"] = json!("extension");
        },
        Fault::Refused,
    ),
];

#[test]
fn what_is_changed_about_a_decision_is_found() {
    let mut caught = 0;
    for (wanted, plant, fault) in &PLANTED {
        let mut kept = played();
        let place = last_of(&kept, wanted);
        kept.reseal_body(place, plant);
        let report = audit(&kept);
        let found = report
            .findings
            .iter()
            .any(|finding| finding.fault == *fault);
        assert!(found, "{wanted}: {:?}", told(&report));
        caught += usize::from(found);
    }
    println!(
        "decisions of an authority: planted {}, caught {caught}",
        PLANTED.len()
    );
    assert_eq!(caught, PLANTED.len());
}
