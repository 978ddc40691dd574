//! Duties and filings in unlucky order: recipients that go, filings that come early, doubts that stay.
//! Each of these once went wrong; what must hold is stated as the language states it.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::again::again;
use tsuho_core::case::decide::decide_open;
use tsuho_core::case::event::Change;
use tsuho_core::case::request::{Content, Dispatch, Request, Text};
use tsuho_core::ids::{CaseId, CommandId};
use tsuho_core::value::{Row, Value};
use tsuho_ledger::PartClass;

use crate::play::{
    Came, Play, asker, at, choice, day, flag, moment, name, number, sent, text, with,
};

fn closing() -> String {
    with(&[(
        "  finish:",
        "  shut: { from: told, to: over, by: officer, files: report }\n  finish:",
    )])
}

fn chained() -> String {
    with(&[
        (
            "obligations:\n",
            "obligations:\n  chain: { law: [act-1], clock: { anchor: filed.notice, within: 30 days, counting: periods } }\n",
        ),
        (
            "  finish:",
            "  ex: { from: told, by: officer, files: chain }\n  pub: { from: any, by: clerk, when: known(filed.notice) }\n  finish:",
        ),
    ])
}

#[test]
fn an_opening_told_days_later_is_decided_again() {
    let play = Play::open();
    let request = Request {
        command: CommandId::from_bytes([0; 16]),
        asker: asker("clerk"),
        occurred_at: Some(at("10-25 09:00")),
        reason: Some(Text::personal("found it late")),
        seen: None,
        content: Content::Open {
            number: 1,
            delivered: None,
        },
    };
    let events = decide_open(
        &play.context(),
        CaseId::from_bytes([1; 16]),
        &request,
        at("10-27 12:00"),
    )
    .expect("it is granted");
    again(&play.context(), CaseId::from_bytes([1; 16]), None, &events).expect("it is granted");
}

#[test]
fn a_withdrawn_recipient_leaves_the_clock_running_in_doubt() {
    let mut play = Play::lost();
    let came = play.deliver_bureau("10-28 09:00", Change::Absent);
    assert_eq!(came, Ok(vec!["FactsRecorded", "ClockMoved", "ClockMoved"]));
    let stands = play.duty("report");
    assert!(
        stands.starts_with("running") && stands.ends_with("Recipient}"),
        "{stands}"
    );
}

#[test]
fn a_filing_that_has_not_arrived_opens_no_way_to_a_closed_state() {
    let mut play = Play::open_with(&closing());
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("it is granted");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("it is granted");
    let came = play.act("10-27 16:00", "officer", "shut", sent("email"));
    assert!(
        came.is_err(),
        "{came:?} {} {}",
        play.case.state,
        play.duty("report")
    );
}

#[test]
fn the_clock_does_not_close_a_case_over_a_running_duty() {
    let mut play = Play::open_with(&with(&[(
        "  alarm:",
        "  away: { from: told, to: over, by: clock, when: pages >= 5000 }\n  alarm:",
    )]));
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("it is granted");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("it is granted");
    let came = play.record("10-27 16:00", &[("pages", number(6000))]);
    assert_eq!(
        play.case.state.as_str(),
        "told",
        "{came:?} {}",
        play.duty("report")
    );
}

#[test]
fn a_duty_that_is_only_perhaps_owed_and_waits_does_not_bar_closing() {
    let mut play = Play::open_with(&with(&[
        (
            "obligations:\n",
            "obligations:\n  extra: { law: [act-1], when: grave, clock: { anchor: other_at, within: 30 days, counting: periods } }\n",
        ),
        (
            "  grave:    boolean",
            "  grave:    boolean\n  other_at: instant",
        ),
        (
            "  finish:",
            "  shut: { from: told, to: over, by: officer, files: report }\n  ex: { from: told, by: officer, files: extra }\n  finish:",
        ),
        (
            "      - { when: grave, anchor: known_at, within: 60 days, counting: periods }\n",
            "",
        ),
    ]));
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("it is granted");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("it is granted");
    let came = play.act(
        "10-27 16:00",
        "officer",
        "shut",
        Dispatch {
            duties: [name("report@bureau-east")].into(),
            ..sent("phone")
        },
    );
    assert!(came.is_ok(), "{came:?}");
}

#[test]
fn a_filing_made_before_its_anchor_is_known_starts_what_is_chained_on_it() {
    let mut play = Play::open_with(&chained().replace("always: [known_at], as_known", "as_known"));
    play.record("10-27 12:30", &[("lost", choice("yes"))])
        .expect("it is granted");
    let came = play.act("10-27 15:00", "clerk", "tell", sent("phone"));
    assert!(
        play.duty("chain").starts_with("running"),
        "{came:?} {} {:?}",
        play.duty("chain"),
        play.case.filings
    );
}

#[test]
fn a_former_recipient_does_not_hide_a_filing_to_the_present_one() {
    let mut play = Play::open_with(&chained());
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("it is granted");
    play.deliver_bureau(
        "10-27 13:00",
        Change::Set(Value::Authority(name("bureau-west"))),
    )
    .expect("it is granted");
    let came = play.act("10-27 15:00", "clerk", "tell", sent("phone"));
    assert!(came.is_ok(), "{came:?}");
    let came = play.act("10-27 16:00", "clerk", "pub", Dispatch::default());
    assert!(came.is_ok(), "{came:?}");
}

#[test]
fn an_approval_lapses_when_the_state_moved_however_late_the_engine_wakes() {
    let y = with(&[("when: heavy && grave", "when: past(known_at + hours(100))")]);
    let run = |early: bool| {
        let mut play = Play::open_with(&y);
        play.record(
            "10-27 12:30",
            &[
                ("lost", choice("yes")),
                ("known_at", moment("10-27 12:00")),
                ("cause", text("x")),
                ("grave", flag(false)),
            ],
        )
        .expect("it is granted");
        play.act("10-27 15:00", "clerk", "tell", sent("phone"))
            .expect("it is granted");
        play.act("10-27 16:00", "officer", "report", sent("phone"))
            .expect("it is granted");
        if early {
            play.wake("10-31 16:00");
        }
        play.wake("11-05 09:00");
        play.history
            .iter()
            .map(|e| {
                (
                    format!("{:?}", e.body).chars().take(18).collect::<String>(),
                    e.occurred_at,
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn a_filing_made_before_anything_was_owed_discharges_the_duty_that_comes() {
    let mut play = Play::open();
    play.record(
        "10-27 12:30",
        &[("lost", choice("no")), ("known_at", day("10-27"))],
    )
    .expect("it is granted");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("it is granted");
    play.record("10-28 12:30", &[("lost", choice("yes"))])
        .expect("it is granted");
    assert!(
        play.duty("notice").starts_with("stopped"),
        "{}",
        play.duty("notice")
    );
}

#[test]
fn an_only_candidate_that_is_undecided_marks_the_clock() {
    let mut play = Play::open_with(&with(&[(
        "      - { anchor: known_at, within: 30 days, counting: periods }\n",
        "",
    )]));
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("it is granted");
    assert!(
        play.duty("report").contains("Candidate"),
        "{}",
        play.duty("report")
    );
}

#[test]
fn rows_under_another_key_hidden_values_and_endless_texts_are_refused() {
    let mut play = Play::lost();
    let row = |id: &str| Change::Rows {
        set: BTreeMap::from([(
            "a".to_owned(),
            Row::from([(name("id"), Value::Text(id.into()))]),
        )]),
        dropped: BTreeSet::new(),
    };
    let k = play.record("10-27 13:00", &[("steps", row("b"))]);
    let h = play.record(
        "10-27 13:01",
        &[("pages", Change::Set(Value::Held(PartClass::Personal)))],
    );
    let d = play.record(
        "10-27 13:02",
        &[("steps", Change::Set(Value::Table(BTreeMap::new())))],
    );
    let big = play.ask(
        "10-27 13:03",
        "clerk",
        Content::Note {
            text: Text::personal("x".repeat(5_000_000)),
        },
    );
    let refused = |came: &Came| came.is_err();
    assert!(
        refused(&k) && refused(&h) && refused(&big),
        "key {k:?} held {h:?} big {big:?}"
    );
    assert_eq!(d, Ok(vec!["FactsRecorded"]), "an empty table drops no row");
}

#[test]
fn a_filing_undone_while_nothing_is_owed_leaves_no_stopped_duty() {
    let mut play = Play::told();
    play.record("10-28 09:00", &[("lost", choice("no"))])
        .expect("it is granted");
    let came = play.fail("10-28 10:00", 1);
    assert!(
        !play.duty("notice").starts_with("stopped"),
        "{came:?} {}",
        play.duty("notice")
    );
}

#[test]
fn another_filing_takes_the_place_of_one_undone_though_nothing_is_owed_any_more() {
    let text = with(&[(
        "  finish:",
        "  again: { from: told, by: clerk, files: notice }\n  finish:",
    )]);
    let mut play = Play::open_with(&text);
    play.record(
        "10-27 13:00",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("recorded");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("told");
    play.act("10-27 16:00", "clerk", "again", sent("phone"))
        .expect("told again");
    play.record("10-27 17:00", &[("lost", choice("no"))])
        .expect("nothing was lost");
    let came = play.fail("10-27 18:00", 1);
    assert_eq!(came, Ok(vec!["FilingUndone", "ClockStopped"]));
    let came = play.fail("10-27 19:00", 2);
    assert_eq!(came, Ok(vec!["FilingUndone", "ClockLapsed"]));
}
