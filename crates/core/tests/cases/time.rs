//! Two times: when it happened and when it was written down (T1 to T4).

use crate::play::{Play, at, choice, name, number, sent};
use tsuho_core::case::request::{Content, Facts, Given};

fn refused(came: crate::play::Came) -> &'static str {
    came.expect_err("the request is refused").code()
}

#[test]
fn what_lies_in_the_future_is_refused() {
    let mut play = Play::lost();
    play.occurred = Some(at("10-27 15:01"));
    assert_eq!(
        refused(play.act("10-27 15:00", "clerk", "tell", sent("phone"))),
        "future"
    );
    let given = Given {
        as_of: Some(at("10-28 00:00")),
        ..Given::new(number(3))
    };
    let content = Content::Record {
        facts: Facts::from([(name("pages"), given)]),
    };
    assert_eq!(refused(play.ask("10-27 15:00", "clerk", content)), "future");
}

#[test]
fn what_happened_before_the_state_was_entered_needs_a_reason_and_shows_the_gap() {
    let mut play = Play::lost();
    play.occurred = Some(at("10-27 11:00"));
    assert_eq!(
        refused(play.act("10-27 15:00", "clerk", "tell", sent("phone"))),
        "reason"
    );
    play.occurred = Some(at("10-27 11:00"));
    play.reason = Some("called before the case was opened");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("accepted with a reason");
    let taken = play
        .history
        .iter()
        .find(|event| event.occurred_at == at("10-27 11:00"))
        .expect("it keeps its time");
    assert_eq!(taken.recorded_at, at("10-27 15:00"));
    assert_eq!(play.case.did["tell"], at("10-27 11:00"));
    assert_eq!(
        play.case.entered_at,
        at("10-27 12:00"),
        "the state is entered no earlier than the one it follows"
    );
}

#[test]
fn what_happened_more_than_a_day_ago_needs_a_reason() {
    let mut play = Play::lost();
    play.occurred = Some(at("10-27 13:00"));
    assert_eq!(
        refused(play.act("10-29 15:00", "clerk", "tell", sent("phone"))),
        "reason"
    );
}

#[test]
fn the_clock_of_the_machine_never_runs_back() {
    let mut play = Play::lost();
    assert_eq!(
        refused(play.record("10-27 12:00", &[("lost", choice("no"))])),
        "clock_behind"
    );
}

#[test]
fn what_a_clock_counts_from_does_not_lie_in_the_future() {
    let mut play = Play::open();
    let known = |date: &str| [("known_at", crate::play::day(date))];
    assert_eq!(
        refused(play.record("10-27 13:00", &known("10-28"))),
        "not_yet"
    );
    assert!(
        play.record("10-27 13:00", &known("10-27")).is_ok(),
        "today is known to the day"
    );
}
