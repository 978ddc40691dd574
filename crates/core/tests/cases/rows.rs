//! Duties by row and by occurrence, and duties that are done and not filed: each has its own clock, and moves no other's.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::{Body, Change, LapseOfClock};
use tsuho_core::case::request::{Content, Dispatch};
use tsuho_core::case::settle::owed;
use tsuho_core::case::view::View;
use tsuho_core::case::{Rejection, Running};
use tsuho_core::value::{Row, Value};

use crate::play::{Came, Play, day, facts, name, sent, step, tokyo, with};

/// The office whose ministry sends orders, each to be answered, and some with a series of reports.
pub(super) fn ordered() -> String {
    with(&[
        (
            "  steps:    {",
            "  orders:   { type: table, key: id, columns: { id: text, sender: authority, answer_by: date, every: period, until: date } }\n  steps:    {",
        ),
        (
            "  finish:",
            "  answer:   { from: any, by: clerk, files: [answer, follow_up, occurrences, passing] }\n  finish:",
        ),
        (
            "obligations:\n",
            "obligations:
  answer:
    law: [act-1]
    each: { order: orders }
    to: order.sender
    clock: { due: order.answer_by }
    remind: [{ before: 2 days, to: clerk }]
  follow_up:
    force: internal
    each: { it: orders }
    to: it.sender
    clock: { anchor: filed.answer, within: 5 days, counting: as-written }
  occurrences:
    force: guidance
    each: { order: orders }
    when: known(order.every)
    to: order.sender
    clock: { anchor: order.answer_by, every: order.every, until: order.until }
  passing:
    force: internal
    clock: { anchor: known_at, every: [{ period: 6 hours, for: 24 hours }, { period: 24 hours }], until: orders_end, missed: passes }
  work:
    force: internal
    each: { work: steps }
    to: none
    met: work.done_on
    clock: { anchor: known_at, within: 10 days, counting: as-written }
",
        ),
        (
            "  grave:    boolean",
            "  grave:    boolean\n  orders_end: instant",
        ),
    ])
}

/// Returns an order's row: sender, day of the answer, and how its reports go on.
pub(super) fn order(
    id: &str,
    sender: &str,
    answer_by: &str,
    every: Option<&str>,
    until: Option<&str>,
) -> Change {
    let mut row = Row::from([
        (name("id"), Value::Text(id.to_owned())),
        (name("sender"), Value::Authority(name(sender))),
        (name("answer_by"), Value::Date(name(answer_by))),
    ]);
    row.extend(every.map(|every| (name("every"), Value::Period(name(every)))));
    row.extend(until.map(|until| (name("until"), Value::Date(name(until)))));
    Change::Rows {
        set: BTreeMap::from([(id.to_owned(), row)]),
        dropped: BTreeSet::new(),
    }
}

pub(super) fn to(duties: &[&str]) -> Dispatch {
    Dispatch {
        duties: duties.iter().map(|duty| name(duty)).collect(),
        ..sent("phone")
    }
}

/// Returns each running duty with the civil moments at which it is due.
pub(super) fn running(play: &Play) -> Vec<String> {
    let running = play
        .case
        .duties
        .iter()
        .filter(|(_, duty)| duty.is_running());
    let dues = |duty: &tsuho_core::case::Duty| {
        let readings = duty.face.readings.iter();
        let dues: Vec<String> = readings
            .map(|reading| reading.due.civil(&tokyo()).to_string())
            .collect();
        dues.join(", ")
    };
    running
        .map(|(key, duty)| format!("{key} {}", dues(duty)))
        .collect()
}

pub(super) fn lapses(play: &Play) -> Vec<(String, LapseOfClock)> {
    let lapsed = play.history.iter().filter_map(|event| match &event.body {
        Body::ClockLapsed(body) => Some((body.duty.to_string(), body.cause.clone())),
        _ => None,
    });
    lapsed.collect()
}

pub(super) fn opened() -> Play {
    let mut play = Play::open_with(&ordered());
    play.record("10-27 13:00", &[("lost", crate::play::choice("yes"))])
        .expect("recorded");
    play
}

#[test]
fn each_row_has_a_clock_of_its_own_and_a_second_moves_none() {
    let mut play = opened();
    play.record(
        "10-27 14:00",
        &[(
            "orders",
            order("A", "bureau-east", "2023-11-10", None, None),
        )],
    )
    .expect("recorded");
    assert_eq!(
        running(&play),
        ["answer[A]@bureau-east 2023-11-11T00:00:00"]
    );
    let came = play.record(
        "10-28 09:00",
        &[(
            "orders",
            order("B", "bureau-west", "2023-11-20", None, None),
        )],
    );
    assert_eq!(came, Ok(vec!["FactsRecorded", "ClockStarted"]));
    assert_eq!(
        running(&play),
        [
            "answer[A]@bureau-east 2023-11-11T00:00:00",
            "answer[B]@bureau-west 2023-11-21T00:00:00"
        ]
    );
    let came = play.record(
        "10-29 09:00",
        &[(
            "orders",
            order("A", "bureau-east", "2023-11-12", None, None),
        )],
    );
    assert_eq!(came, Ok(vec!["FactsRecorded", "ClockMoved"]));
}

#[test]
fn a_row_that_is_taken_away_takes_its_duty_away_and_another_recipient_is_another_duty() {
    let mut play = opened();
    play.record(
        "10-27 14:00",
        &[(
            "orders",
            order("A", "bureau-east", "2023-11-10", None, None),
        )],
    )
    .expect("recorded");
    play.record(
        "10-28 14:00",
        &[(
            "orders",
            order("A", "bureau-west", "2023-11-10", None, None),
        )],
    )
    .expect("recorded");
    play.reason = Some("a slip");
    let dropped = Change::Rows {
        set: BTreeMap::new(),
        dropped: BTreeSet::from(["A".to_owned()]),
    };
    play.record("10-29 14:00", &[("orders", dropped)])
        .expect("taken away");
    assert_eq!(
        lapses(&play),
        [
            ("answer[A]@bureau-east".to_owned(), LapseOfClock::Recipient),
            ("answer[A]@bureau-west".to_owned(), LapseOfClock::Row)
        ]
    );
}

#[test]
fn what_is_filed_for_one_row_starts_what_follows_for_that_row_alone() {
    let mut play = opened();
    for (id, sender) in [("A", "bureau-east"), ("B", "bureau-east")] {
        play.record(
            "10-27 14:00",
            &[("orders", order(id, sender, "2023-11-10", None, None))],
        )
        .expect("recorded");
    }
    let unclear = play.act("10-28 10:00", "clerk", "answer", sent("phone"));
    assert!(
        matches!(&unclear, Err(Rejection::WhichDuty { duties, .. }) if duties.len() == 2),
        "{unclear:?}"
    );
    play.act(
        "10-28 10:00",
        "clerk",
        "answer",
        to(&["answer[B]@bureau-east"]),
    )
    .expect("one is named");
    assert_eq!(
        running(&play),
        [
            "answer[A]@bureau-east 2023-11-11T00:00:00",
            "follow_up[B]@bureau-east 2023-11-03T00:00:00"
        ]
    );
}

#[test]
fn what_is_done_is_judged_by_the_end_of_its_day_and_owed_again_when_it_was_not_done() {
    let mut play = opened();
    play.record("10-27 14:00", &[("known_at", day("10-20"))])
        .expect("recorded");
    play.record("10-27 15:00", &[("steps", step("m1", None))])
        .expect("recorded");
    let key: DutyKey = name("work[m1]");
    assert!(play.case.duties[&key].is_running());
    let came = play.record("10-30 09:00", &[("steps", step("m1", Some("2023-10-30")))]);
    let stopped = came
        .as_ref()
        .map(|types| types.last() == Some(&"ClockStopped"));
    assert_eq!(stopped, Ok(true), "{came:?}");
    let verdict = |play: &Play| match &play.case.duties[&key].running {
        Running::Stopped { judgement, .. } => format!("{:?}", judgement.verdict),
        running => format!("{running:?}"),
    };
    assert_eq!(verdict(&play), "InTime");
    let came = play.record("10-31 09:00", &[("steps", step("m1", Some("2023-10-31")))]);
    let stopped = came
        .as_ref()
        .map(|types| types.last() == Some(&"ClockStopped"));
    assert_eq!(
        stopped,
        Ok(true),
        "done a day later, as it turns out: {came:?}"
    );
    assert!(verdict(&play).starts_with("Late"), "{}", verdict(&play));
    let came = play.record("11-01 09:00", &[("steps", step("m1", None))]);
    let started = came.as_ref().map(|types| types.contains(&"ClockStarted"));
    assert_eq!(started, Ok(true), "{came:?}");
    assert!(play.case.duties[&key].is_running());
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn what_is_done_before_it_is_known_from_when_its_clock_counts_waits_for_nothing() {
    let mut play = opened();
    let waits = |play: &Play| {
        let context = play.context();
        let owing = owed(
            &context,
            &View::new(&context, &play.case, play.case.last_recorded),
        );
        let duties = owing.duties.into_iter();
        let waiting = duties.filter(|owed| owed.is_waiting(&play.case));
        let rows = waiting.filter(|owed| owed.duty.obligation.as_str() == "work");
        rows.map(|owed| owed.duty.to_string()).collect::<Vec<_>>()
    };
    play.record("10-27 15:00", &[("steps", step("m1", None))])
        .expect("recorded");
    assert_eq!(waits(&play), ["work[m1]"]);
    play.record("10-30 09:00", &[("steps", step("m1", Some("2023-10-30")))])
        .expect("recorded");
    assert_eq!(waits(&play), [""; 0]);
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn more_duties_than_a_case_holds_are_refused() {
    let mut play = opened();
    let rows = (0..3_334).map(|number| {
        let id = format!("o{number}");
        match order(&id, "bureau-east", "2023-12-01", None, None) {
            Change::Rows { mut set, .. } => set.pop_first().expect("one row"),
            Change::Set(_) | Change::Absent => unreachable!("an order is a row"),
        }
    });
    let many = Change::Rows {
        set: rows.collect(),
        dropped: BTreeSet::new(),
    };
    let came: Came = play.ask(
        "10-27 14:00",
        "clerk",
        Content::Record {
            facts: facts(&[("orders", many)]),
        },
    );
    assert_eq!(
        came.map_err(|rejection| rejection.code()),
        Err("many_duties"),
        "three obligations look at each"
    );
}

#[test]
fn the_name_of_a_duty_is_read_as_it_is_written() {
    let keys = [
        "",
        "A",
        "総基用第46号",
        "a,b",
        "[x]",
        "100%",
        "a@b#3",
        "%2C",
        "\u{1F4E8} ",
        "1\n2",
    ];
    for first in keys {
        for second in keys {
            for occurrence in [None, Some(1), Some(4_000_000_000)] {
                for recipient in [None, Some(name("bureau-east"))] {
                    let key = DutyKey {
                        obligation: name("answer"),
                        rows: vec![first.to_owned(), second.to_owned()],
                        recipient,
                        occurrence,
                    };
                    let written = key.to_string();
                    assert_eq!(written.parse::<DutyKey>().as_ref(), Ok(&key), "{written}");
                }
            }
        }
    }
    for wrong in [
        "answer[A",
        "answer]A[",
        "answer[A%2]",
        "answer[%41]",
        "answer#0",
        "answer#",
        "answer#01",
        "answer@",
    ] {
        assert!(wrong.parse::<DutyKey>().is_err(), "{wrong}");
    }
}
