//! Decisions of an authority: what extensions and exemptions do to clocks (C9), and how tests record them.
//! Holds are in `holds`, who may record a decision and about what in `recording`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::calendar::{Step, rebuild};
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::{Body, Change, MoveCause};
use tsuho_core::case::request::{Content, Facts, Given, Text};
use tsuho_core::time::{Instant, Timestamp};
use tsuho_core::value::{Row, Value};

use super::rows::{ordered, to};
use crate::play::{Came, Play, at, choice, day, flag, name, number, sent, tokyo};

pub(super) const BY_OFFICER: &str = "decisions: { by: officer }\nobligations:\n";
pub(super) const BY_TWO: &str =
    "decisions: { by: officer, approval: { by: chief } }\nobligations:\n";

/// The office with orders whose officer records what an authority decides.
pub(super) fn decided(by: &str) -> String {
    ordered().replacen("obligations:\n", by, 1)
}

/// Opens a case of a loss known since 27 October that is not grave: told, and to be reported by 27 November.
pub(super) fn told_by(by: &str, orders_end: &str) -> Play {
    let mut play = Play::open_with(&decided(by));
    let facts = [
        ("lost", choice("yes")),
        ("known_at", day("10-27")),
        ("grave", flag(false)),
        ("pages", number(3)),
        ("orders_end", day(orders_end)),
    ];
    play.record("10-27 12:30", &facts).expect("recorded");
    play.act("10-27 15:00", "clerk", "tell", to(&["notice@bureau-east"]))
        .expect("told");
    play
}

/// Opens such a case whose series that passes is over.
pub(super) fn told() -> Play {
    told_by(BY_OFFICER, "10-27")
}

/// Reads the cells of a decision: `kind=extension until=12-01`.
pub(super) fn row(id: &str, cells: &str) -> Row {
    let mut row = Row::from([(name("id"), Value::Text(id.to_owned()))]);
    for cell in cells.split_whitespace() {
        let (column, text) = cell.split_once('=').expect("a cell has a value");
        let instant = || match text.split_once('T') {
            None => Instant::day(name(&format!("2023-{text}")), tokyo()),
            Some((date, time)) => Instant::new(at(&format!("{date} {time}")), tokyo()),
        };
        let value = match column {
            "kind" | "obligation" => Value::Choice(name(text)),
            "recipient" => Value::Authority(name(text)),
            "occurrence" => Value::Integer(text.parse().expect("a number")),
            "decided_at" | "until" | "released_at" => Value::Instant(instant()),
            _ => Value::Text(text.to_owned()),
        };
        row.insert(name(column), value);
    }
    row
}

pub(super) fn rows(id: &str, cells: &str) -> Change {
    Change::Rows {
        set: BTreeMap::from([(id.to_owned(), row(id, cells))]),
        dropped: BTreeSet::new(),
    }
}

pub(super) fn dropped(id: &str) -> Change {
    Change::Rows {
        set: BTreeMap::new(),
        dropped: BTreeSet::from([id.to_owned()]),
    }
}

/// Returns a request to record decisions that a call bears out.
pub(super) fn recording(change: Change) -> Content {
    let given = Given {
        source: Some(Text::personal("a call of the bureau")),
        ..Given::new(change)
    };
    Content::Record {
        facts: Facts::from([(name("decisions"), given)]),
    }
}

pub(super) fn decide(play: &mut Play, when: &str, id: &str, cells: &str) -> Came {
    play.ask(when, "officer", recording(rows(id, cells)))
}

pub(super) fn report() -> DutyKey {
    name("report@bureau-east")
}

pub(super) fn dues(play: &Play, duty: &str) -> Vec<Timestamp> {
    let key: DutyKey = name(duty);
    let readings = &play.case.duties[&key].face.readings;
    readings.iter().map(|reading| reading.due).collect()
}

/// Sees that every due moment on record follows from the steps of its derivation alone.
pub(super) fn rebuilt(play: &Play) {
    for event in &play.history {
        let face = match &event.body {
            Body::ClockStarted(body) => &body.face,
            Body::ClockMoved(body) => &body.to,
            _ => continue,
        };
        for reading in face.readings.iter().chain(&face.candidates) {
            assert_eq!(rebuild(&reading.derivation), Ok(reading.due));
        }
    }
}

#[test]
fn an_extension_puts_off_what_it_names_and_the_derivation_says_so() {
    let mut play = told();
    let cells = "obligation=report kind=extension decided_at=11-10 until=12-08";
    let came = decide(&mut play, "11-10 10:00", "d1", cells);
    assert_eq!(came, Ok(vec!["FactsRecorded", "ClockMoved"]));
    // To the end of 8 December, by both readings.
    assert_eq!(dues(&play, "report@bureau-east"), [at("12-09 00:00"); 2]);
    let moved = play.history.last().expect("a clock moved");
    let Body::ClockMoved(moved) = &moved.body else {
        panic!("{moved:?}");
    };
    assert_eq!(moved.cause, MoveCause::Decision);
    let last = moved.to.readings[0].derivation.steps.last();
    assert!(
        matches!(last, Some(Step::Extended { decision, at: due, .. }) if decision == "d1" && *due == at("12-09 00:00")),
        "{last:?}"
    );
    rebuilt(&play);
    // Nothing passes at the old moment, and reminders count from the other one.
    assert_eq!(play.wake("11-28 23:00"), Vec::<&str>::new());
    assert_eq!(play.wake("11-29 00:00"), ["ReminderDue"]);
    assert_eq!(play.wake("12-09 00:00"), ["ClockPassed"]);
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn an_extension_never_shortens_a_time() {
    let mut play = told();
    let before = dues(&play, "report@bureau-east");
    let cells = "obligation=report kind=extension decided_at=11-10 until=11-15T17:00";
    let came = decide(&mut play, "11-10 10:00", "d1", cells);
    assert_eq!(
        came,
        Ok(vec!["FactsRecorded", "ClockMoved"]),
        "the clock says under what it stands"
    );
    assert_eq!(dues(&play, "report@bureau-east"), before);
    rebuilt(&play);
}

#[test]
fn an_extension_granted_afterwards_judges_the_filing_again() {
    let mut play = told();
    play.act("12-01 10:00", "officer", "report", sent("phone"))
        .expect_err("the cause is not known");
    play.record("12-01 10:01", &[("cause", crate::play::text("a bag"))])
        .expect("recorded");
    play.act("12-01 10:02", "officer", "report", sent("phone"))
        .expect("proposed");
    play.approve("12-01 10:03", "chief", "report")
        .expect("approved");
    play.act("12-01 10:04", "officer", "report", sent("phone"))
        .expect("filed");
    assert!(
        play.duty("report").starts_with("late"),
        "{}",
        play.duty("report")
    );
    let cells = "obligation=report kind=extension decided_at=11-27 until=12-08";
    decide(&mut play, "12-02 10:00", "d1", cells).expect("recorded");
    assert!(
        play.duty("report").starts_with("in time"),
        "{}",
        play.duty("report")
    );
    assert!(
        play.history
            .iter()
            .any(|event| matches!(&event.body, Body::ClockPassed(_))),
        "what had passed stays on record"
    );
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn an_exemption_waives_and_its_withdrawal_makes_the_duty_run_from_its_anchor() {
    let mut play = told();
    let cells = "obligation=report recipient=bureau-east kind=exemption decided_at=11-10";
    let came = decide(&mut play, "11-10 10:00", "d1", cells);
    assert_eq!(came, Ok(vec!["FactsRecorded", "ClockWaived"]));
    assert_eq!(
        play.wake("12-20 09:00"),
        Vec::<&str>::new(),
        "it is never late"
    );
    assert!(
        play.duty("report").starts_with("waived"),
        "{}",
        play.duty("report")
    );
    play.reason = Some("taken back by telephone");
    let came = play.ask("12-20 10:00", "officer", recording(dropped("d1")));
    assert_eq!(
        came,
        Ok(vec![
            "FactsRecorded",
            "ClockStarted",
            "ClockPassed",
            "ReminderDue"
        ])
    );
    assert_eq!(dues(&play, "report@bureau-east"), [at("11-28 00:00"); 2]);
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn what_is_discharged_stays_so_under_an_exemption() {
    let mut play = told();
    let cells = "obligation=notice kind=exemption decided_at=11-10";
    let came = decide(&mut play, "11-10 10:00", "d1", cells);
    assert_eq!(came, Ok(vec!["FactsRecorded"]));
    assert!(!play.duty("notice").starts_with("waived"));
    // Its filing came back: now nothing discharges it, and the exemption does what it says.
    assert_eq!(
        play.fail("11-11 09:00", 1),
        Ok(vec!["FilingUndone", "ClockWaived"])
    );
}

#[test]
fn a_waived_duty_lapses_when_it_would_not_be_owed_anyway() {
    let mut play = told();
    decide(
        &mut play,
        "11-10 10:00",
        "d1",
        "obligation=report kind=exemption decided_at=11-10",
    )
    .expect("recorded");
    assert_eq!(
        play.record("11-11 10:00", &[("lost", choice("no"))]),
        Ok(vec!["FactsRecorded", "ClockLapsed"])
    );
    assert_eq!(
        play.record("11-12 10:00", &[("lost", choice("yes"))]),
        Ok(vec!["FactsRecorded", "ClockWaived"])
    );
}
