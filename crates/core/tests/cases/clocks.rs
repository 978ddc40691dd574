//! Clocks: started, moved, passed, lapsed, run again (C1 to C8, O2).

use crate::play::{Play, at, choice, day, flag, number};
use tsuho_core::case::event::Change;
use tsuho_core::case::request::Dispatch;

#[test]
fn a_clock_starts_when_the_duty_is_owed_and_its_anchor_known() {
    let mut play = Play::open();
    assert_eq!(
        play.record("10-27 12:10", &[("lost", choice("yes"))]),
        Ok(vec!["FactsRecorded"])
    );
    assert_eq!(
        play.record("10-27 12:30", &[("known_at", day("10-27"))]),
        Ok(vec![
            "FactsRecorded",
            "ClockStarted",
            "ClockStarted",
            "ReminderDue"
        ]),
    );
}

#[test]
fn both_readings_of_thirty_days_are_shown_and_roll_over_the_weekend() {
    let mut play = Play::lost();
    play.record("10-27 12:40", &[("grave", flag(false))])
        .expect("facts are recorded");
    assert_eq!(
        play.duty("report"),
        "running 2023-11-28T00:00:00 2023-11-28T00:00:00"
    );
}

#[test]
fn an_unanswered_question_never_makes_a_clock_later() {
    let mut play = Play::lost();
    assert_eq!(
        play.duty("report"),
        "running 2023-11-28T00:00:00 2023-11-28T00:00:00 {Candidate}"
    );
    assert_eq!(
        play.record("10-28 09:00", &[("grave", flag(true))]),
        Ok(vec!["FactsRecorded", "ClockMoved"])
    );
    assert_eq!(
        play.duty("report"),
        "running 2023-12-26T00:00:00 2023-12-27T00:00:00"
    );
}

#[test]
fn an_amended_anchor_moves_the_clock_and_keeps_the_old_date_on_record() {
    let mut play = Play::lost();
    let came = play.record(
        "10-27 13:00",
        &[("known_at", day("10-17")), ("grave", flag(false))],
    );
    assert_eq!(
        came,
        Ok(vec![
            "FactsRecorded",
            "ClockMoved",
            "ClockMoved",
            "ReminderDue"
        ])
    );
    assert_eq!(
        play.duty("report"),
        "running 2023-11-16T00:00:00 2023-11-17T00:00:00"
    );
    let stored = format!("{:?}", play.history);
    assert!(
        stored.contains("2023, 11, 27") || stored.contains("2023-11-27"),
        "the old date stays in the moved clock"
    );
}

#[test]
fn a_withdrawn_anchor_leaves_the_clock_running_in_doubt() {
    let mut play = Play::lost();
    play.reason = Some("typed into the wrong case");
    assert_eq!(
        play.record("10-27 13:00", &[("known_at", Change::Absent)]),
        Ok(vec!["FactsRecorded", "ClockMoved", "ClockMoved"])
    );
    assert!(
        play.duty("report").ends_with("{Candidate, Anchor}"),
        "{}",
        play.duty("report")
    );
}

#[test]
fn an_estimated_anchor_marks_the_clock_provisional_until_it_is_exact() {
    let mut play = Play::open();
    play.record(
        "10-27 12:10",
        &[("lost", choice("yes")), ("grave", flag(false))],
    )
    .expect("facts are recorded");
    play.estimate("10-27 12:30", "known_at", day("10-27"))
        .expect("an estimate is recorded");
    assert!(play.duty("report").ends_with("{Estimate}"));
    assert_eq!(
        play.record("10-27 12:40", &[("known_at", day("10-27"))]),
        Ok(vec!["FactsRecorded", "ClockMoved", "ClockMoved"])
    );
    assert!(!play.duty("report").contains('{'));
}

#[test]
fn an_undecided_workflow_owes_provisionally_and_a_decided_no_lets_the_duty_lapse() {
    let mut play = Play::open();
    play.record("10-27 12:10", &[("known_at", day("10-27"))])
        .expect("facts are recorded");
    assert!(play.duty("report").contains("Applies"));
    assert_eq!(
        play.record("10-27 12:20", &[("lost", choice("no"))]),
        Ok(vec!["FactsRecorded", "ClockLapsed", "ClockLapsed"])
    );
    assert_eq!(
        play.record("10-27 12:30", &[("lost", choice("perhaps"))]),
        Ok(vec!["FactsRecorded", "ClockStarted", "ClockStarted"]),
        "owed again from its anchor; reminders already raised are not raised twice",
    );
}

#[test]
fn a_clock_passes_at_its_last_reading_however_late_the_engine_wakes() {
    for woken in ["11-28 00:00", "12-20 09:00"] {
        let mut play = Play::told();
        play.record("10-27 16:00", &[("grave", flag(false))])
            .expect("facts are recorded");
        assert_eq!(play.wake("11-27 23:59"), ["ReminderDue"]);
        assert_eq!(play.wake(woken), ["ClockPassed"]);
        let passed = play.history.last().expect("there is a history");
        assert_eq!(
            (passed.occurred_at, passed.recorded_at),
            (at("11-28 00:00"), at(woken))
        );
        assert_eq!(
            play.wake("12-31 09:00"),
            Vec::<&str>::new(),
            "it passes once"
        );
    }
}

#[test]
fn waking_early_and_often_writes_the_same_events_as_waking_late() {
    let mut often = Play::told();
    let mut late = Play::told();
    for day in 28..=31 {
        often.wake(&format!("10-{day} 09:00"));
    }
    for day in 1..=30 {
        often.wake(&format!("11-{day:02} 09:00"));
    }
    late.wake("11-30 09:00");
    let told = |play: &Play| {
        play.history
            .iter()
            .map(|event| (event.body.clone(), event.occurred_at))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&often), told(&late));
}

#[test]
fn the_case_waits_for_exactly_the_next_moment_at_which_something_happens() {
    let play = Play::told();
    assert_eq!(
        play.next(),
        Some(at("11-18 00:00")),
        "ten days before the end of 27 November"
    );
}

#[test]
fn an_action_of_the_clock_is_taken_as_soon_as_it_is_possible() {
    let mut play = Play::told();
    assert_eq!(
        play.record("10-28 09:00", &[("pages", number(2000))]),
        Ok(vec!["FactsRecorded"])
    );
    assert_eq!(
        play.record("10-28 09:10", &[("grave", flag(true))]),
        Ok(vec!["FactsRecorded", "ClockMoved", "ActionTaken"])
    );
    assert_eq!(play.case.state.as_str(), "alarmed");
}

#[test]
fn a_released_duty_lapses_and_is_owed_again_after_reopening() {
    let mut play = Play::lost();
    play.record("10-27 13:00", &[("lost", choice("no"))])
        .expect("facts are recorded");
    play.act("10-27 13:10", "officer", "dismiss", Dispatch::default())
        .expect("nothing was lost");
    assert!(play.case.is_closed());
    let came = play
        .record("10-28 09:00", &[("lost", choice("yes"))])
        .expect("a closed case takes facts");
    assert_eq!(
        came,
        [
            "FactsRecorded",
            "ActionTaken",
            "ClockStarted",
            "ClockStarted"
        ]
    );
    assert_eq!(play.case.state.as_str(), "open");
}
