//! Filings: effective moments, receipts, supplements, undone ones, and the judgement (D1 to D5).

use crate::play::{Play, at, choice, day, facts, name, sent, text};
use tsuho_core::calendar::Calendar;
use tsuho_core::case::Context;
use tsuho_core::case::decide::prospects;
use tsuho_core::case::request::{Content, Dispatch};
use tsuho_core::name::CalendarName;
use tsuho_core::people::People;

fn refused(came: crate::play::Came) -> &'static str {
    came.expect_err("the request is refused").code()
}

/// A case whose report was filed by mail on the given day and has not been received.
fn mailed(when: &str) -> Play {
    let mut play = Play::told();
    play.record("11-10 09:00", &[("cause", text("a bag in a train"))])
        .expect("facts are recorded");
    play.act("11-14 10:00", "officer", "report", sent("email"))
        .expect("proposed");
    play.approve("11-14 11:00", "chief", "report")
        .expect("consented");
    play.act(when, "officer", "report", sent("email"))
        .expect("filed");
    play
}

fn receive(filing: u64) -> Content {
    Content::Receive {
        filing,
        received_at: None,
        receipt: None,
    }
}

#[test]
fn a_call_counts_when_it_is_made() {
    let mut play = Play::lost();
    let came = play.act("10-27 15:00", "clerk", "tell", sent("phone"));
    assert_eq!(came, Ok(vec!["ActionTaken", "FilingMade", "ClockStopped"]));
    assert_eq!(play.duty("notice"), "stopped ");
}

#[test]
fn a_mail_counts_when_it_is_received_and_the_clock_runs_until_then() {
    let mut play = mailed("11-17 10:00");
    assert!(play.duty("report").starts_with("running"));
    assert_eq!(
        play.ask("11-17 15:00", "clerk", receive(2)),
        Ok(vec!["FilingReceived", "ClockStopped"])
    );
    assert!(play.duty("report").starts_with("in time"));
    assert_eq!(
        refused(play.ask("11-17 16:00", "clerk", receive(2))),
        "filing_effective"
    );
}

#[test]
fn a_receipt_after_the_last_reading_makes_it_late_by_exactly_that() {
    let mut play = mailed("11-27 10:00");
    assert_eq!(play.wake("11-28 00:00"), ["ClockPassed"]);
    play.ask("11-28 17:26", "clerk", receive(2))
        .expect("received");
    assert!(
        play.duty("report").starts_with("late by 17 h 26 min"),
        "{}",
        play.duty("report")
    );
}

#[test]
fn between_two_readings_it_is_arguable() {
    let mut play = Play::open();
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-17"))],
    )
    .expect("facts are recorded");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("told");
    play.record("11-10 09:00", &[("cause", text("a bag"))])
        .expect("facts are recorded");
    play.act("11-14 10:00", "officer", "report", sent("phone"))
        .expect("proposed");
    play.approve("11-14 11:00", "chief", "report")
        .expect("consented");
    play.act("11-16 10:00", "officer", "report", sent("phone"))
        .expect("filed");
    assert!(
        play.duty("report").starts_with("arguable"),
        "{}",
        play.duty("report")
    );
}

#[test]
fn a_call_entered_after_the_deadline_stops_in_time_and_the_passing_stays_on_record() {
    let mut play = mailed("11-27 10:00");
    play.wake("11-28 09:00");
    play.occurred = Some(at("11-27 22:05"));
    assert_eq!(
        play.ask("11-28 09:10", "clerk", receive(2)),
        Ok(vec!["FilingReceived", "ClockStopped"])
    );
    assert!(play.duty("report").starts_with("in time"));
    let key = name("report@bureau-east");
    assert_eq!(play.case.duties[&key].passed.len(), 1);
}

#[test]
fn a_returned_filing_lets_the_clock_run_again_with_its_old_due_date() {
    let mut play = mailed("11-17 10:00");
    play.ask("11-17 15:00", "clerk", receive(2))
        .expect("received");
    assert_eq!(
        play.fail("11-20 09:00", 2),
        Ok(vec!["FilingUndone", "ClockStarted", "ReminderDue"])
    );
    assert!(
        play.duty("report")
            .starts_with("running 2023-11-28T00:00:00")
    );
    assert_eq!(refused(play.fail("11-20 09:10", 2)), "filing_undone");
    let people = People::default();
    let calendars = std::collections::BTreeMap::<CalendarName, Calendar>::new();
    let context = Context {
        rules: &play.rules,
        people: &people,
        calendars: &calendars,
    };
    let next = prospects(&context, &play.case, play.case.last_recorded);
    let mut next = next
        .iter()
        .filter(|prospect| prospect.barred.is_none())
        .map(|prospect| prospect.action.as_str());
    assert!(next.any(|action| action == "report"), "the case says so");
    let again = play.act("11-20 10:00", "officer", "report", sent("email"));
    assert_eq!(
        again,
        Ok(vec!["ApprovalRequested"]),
        "it may be sent again in a later state, with consent"
    );
}

#[test]
fn a_supplement_moves_nothing() {
    let mut play = mailed("11-17 10:00");
    play.ask("11-17 15:00", "clerk", receive(2))
        .expect("received");
    let before = play.duty("report");
    let came = play.act("12-27 10:00", "officer", "add", sent("email"));
    assert_eq!(came, Ok(vec!["ActionTaken", "FilingMade"]));
    assert_eq!(play.duty("report"), before);
    assert_eq!(play.case.filings[&3].version, 2);
    assert_eq!(
        play.ask("12-27 11:00", "clerk", receive(3)),
        Ok(vec!["FilingReceived"])
    );
    assert_eq!(
        play.fail("12-28 09:00", 2),
        Ok(vec!["FilingUndone", "ClockStopped"]),
        "the next one takes its place"
    );
    assert!(play.duty("report").starts_with("late"));
}

#[test]
fn a_filing_lacks_nothing_that_it_must_state() {
    let mut play = Play::open();
    play.record("10-27 12:30", &[("lost", choice("yes"))])
        .expect("facts are recorded");
    assert_eq!(
        refused(play.act("10-27 15:00", "clerk", "tell", sent("phone"))),
        "contains"
    );
    let content = Content::Advance {
        action: name("tell"),
        facts: facts(&[("known_at", day("10-27"))]),
        dispatch: sent("phone"),
    };
    let came = play.ask("10-27 15:00", "clerk", content);
    assert!(came.is_ok(), "{came:?}");
    assert_eq!(
        play.case.filings[&1].gaps.len(),
        2,
        "what is not known yet is filed as under investigation"
    );
}

#[test]
fn an_unlisted_channel_counts_only_once_it_is_confirmed_with_evidence() {
    let mut play = Play::lost();
    play.act("10-27 15:00", "clerk", "tell", sent("pigeon"))
        .expect("it may be sent all the same");
    assert!(play.duty("notice").starts_with("running"));
    assert_eq!(
        refused(play.ask("10-27 16:00", "clerk", receive(1))),
        "receipt_needed"
    );
}

#[test]
fn how_it_was_sent_has_to_be_said_where_there_is_a_choice() {
    assert_eq!(
        refused(Play::lost().act("10-27 15:00", "clerk", "tell", Dispatch::default())),
        "channel"
    );
}

#[test]
fn every_decision_is_made_again_from_the_operational_parts_alone() {
    let mut play = mailed("11-27 10:00");
    play.wake("11-28 09:00");
    play.occurred = Some(at("11-27 22:05"));
    play.ask("11-28 09:10", "clerk", receive(2))
        .expect("received");
    play.fail("11-29 09:00", 2).expect("returned");
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn an_action_that_was_never_taken_is_not_repeated_elsewhere() {
    let mut play = Play::lost();
    let came = play.act("10-27 15:00", "officer", "add", sent("phone"));
    assert_eq!(refused(came), "state");
}
