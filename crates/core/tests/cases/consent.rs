//! Approval: a second person consents to exactly this, and only while it is exactly this (S5).

use crate::play::{Play, at, number, sent, step, text};
use tsuho_core::case::Rejection;
use tsuho_core::case::request::{Content, Dispatch};
use tsuho_core::time::Span;

fn refused(came: crate::play::Came) -> &'static str {
    came.expect_err("the request is refused").code()
}

/// A case whose report waits for the chief.
fn proposed() -> Play {
    let mut play = Play::told();
    play.record("11-10 09:00", &[("cause", text("a bag in a train"))])
        .expect("facts are recorded");
    assert_eq!(
        play.act("11-20 10:00", "officer", "report", sent("email")),
        Ok(vec!["ReminderDue", "ApprovalRequested"])
    );
    play
}

#[test]
fn a_filing_with_approval_is_proposed_consented_to_and_then_made() {
    let mut play = proposed();
    assert_eq!(
        play.approve("11-20 11:00", "chief", "report"),
        Ok(vec!["ApprovalGiven"])
    );
    assert_eq!(
        play.act("11-20 12:00", "officer", "report", sent("email")),
        Ok(vec!["ActionTaken", "FilingMade"])
    );
    assert_eq!(play.case.state.as_str(), "known");
}

#[test]
fn the_same_proposal_cannot_be_made_twice_while_it_waits() {
    assert_eq!(
        refused(proposed().act("11-20 10:30", "officer", "report", sent("email"))),
        "awaits_approval"
    );
}

#[test]
fn nobody_consents_to_their_own_proposal_whatever_roles_they_hold() {
    let mut play = Play::told();
    play.record("11-10 09:00", &[("cause", text("a bag in a train"))])
        .expect("facts are recorded");
    play.act("11-20 10:00", "double:officer", "report", sent("email"))
        .expect("proposed");
    assert_eq!(
        refused(play.approve("11-20 11:00", "double:chief", "report")),
        "same_person"
    );
    assert_eq!(
        play.approve("11-20 11:00", "chief", "report"),
        Ok(vec!["ApprovalGiven"])
    );
}

#[test]
fn consent_needs_the_role_that_the_workflow_names() {
    assert_eq!(
        refused(proposed().approve("11-20 11:00", "officer", "report")),
        "role"
    );
    assert_eq!(
        refused(Play::told().approve("11-20 11:00", "chief", "report")),
        "no_proposal"
    );
}

#[test]
fn a_changed_fact_lets_the_approval_lapse_in_the_same_decision() {
    let mut play = proposed();
    play.approve("11-20 11:00", "chief", "report")
        .expect("consented");
    let came = play.record("11-20 11:30", &[("cause", text("a theft"))]);
    assert_eq!(came, Ok(vec!["FactsRecorded", "ApprovalLapsed"]));
    let again = play.act("11-20 12:00", "officer", "report", sent("email"));
    assert_eq!(
        again,
        Ok(vec!["ApprovalRequested"]),
        "what changed needs consent again"
    );
}

#[test]
fn a_fact_that_the_proposal_does_not_rest_on_may_change() {
    let mut play = proposed();
    assert_eq!(
        play.record("11-20 11:30", &[("pages", number(3))]),
        Ok(vec!["FactsRecorded"])
    );
}

#[test]
fn a_refusal_needs_a_reason_and_ends_the_proposal() {
    let mut play = proposed();
    let refuse = || Content::Refuse {
        action: crate::play::name("report"),
    };
    assert_eq!(
        refused(play.ask("11-20 11:00", "chief", refuse())),
        "reason"
    );
    play.reason = Some("the cause is not told in detail");
    assert_eq!(
        play.ask("11-20 11:00", "chief", refuse()),
        Ok(vec!["ApprovalRefused"])
    );
    assert_eq!(
        refused(play.approve("11-20 11:10", "chief", "report")),
        "no_proposal"
    );
}

#[test]
fn without_a_filing_consent_takes_the_action() {
    let mut play = proposed();
    play.approve("11-20 11:00", "chief", "report")
        .expect("consented");
    play.act(
        "11-20 12:00",
        "officer",
        "report",
        Dispatch {
            received_at: Some(crate::play::at("11-20 12:00")),
            ..sent("email")
        },
    )
    .expect("filed");
    play.record("12-01 09:00", &[("steps", step("m1", Some("2023-12-01")))])
        .expect("facts are recorded");
    assert_eq!(
        play.act("12-01 10:00", "officer", "finish", Dispatch::default()),
        Ok(vec!["ApprovalRequested"])
    );
    assert_eq!(
        play.approve("12-01 11:00", "chief", "finish"),
        Ok(vec!["ApprovalGiven", "ActionTaken"])
    );
    assert!(play.case.is_closed());
    assert_eq!(play.decided_again(), Ok(()));
}

/// A dispatch by mail that is said to have left at a moment.
fn left(when: &str) -> Dispatch {
    Dispatch {
        sent_at: Some(at(when)),
        ..sent("email")
    }
}

/// A case whose report the chief consented to on 20 November at 11:00.
fn consented() -> Play {
    let mut play = proposed();
    play.approve("11-20 11:00", "chief", "report")
        .expect("consented");
    play
}

#[test]
fn nobody_consents_to_what_was_not_proposed_yet() {
    let mut play = Play::told();
    play.record(
        "11-10 09:00",
        &[
            ("cause", text("a bag")),
            ("steps", step("m1", Some("2023-11-09"))),
        ],
    )
    .expect("recorded");
    play.act("11-20 10:00", "officer", "report", sent("email"))
        .expect("proposed");
    for (when, expected) in [("11-20 09:59", "order"), ("11-01 10:00", "order")] {
        play.reason = Some("said over the telephone");
        play.occurred = Some(at(when));
        let came = play.approve("11-20 11:00", "chief", "report");
        assert_eq!(refused(came), expected, "{when}");
    }
    play.occurred = Some(at("11-20 10:00"));
    play.approve("11-20 11:00", "chief", "report")
        .expect("in the minute of the proposal");
}

#[test]
fn what_left_before_consent_was_given_is_not_permitted_by_it_whatever_the_reason() {
    let mut caught = 0;
    for when in ["11-20 10:59", "11-20 10:00", "11-01 10:00"] {
        let mut play = consented();
        play.reason = Some("it was written down late");
        let came = play.act("11-20 12:00", "officer", "report", left(when));
        assert!(
            matches!(&came, Err(Rejection::BeforeConsent { sent_at, given_at, .. })
                if *sent_at == at(when) && *given_at == at("11-20 11:00")),
            "{came:?}"
        );
        caught += 1;
    }
    let mut play = consented();
    play.occurred = Some(at("11-20 10:30"));
    let came = play.act("11-20 12:00", "officer", "report", sent("email"));
    assert_eq!(refused(came), "before_consent");
    println!(
        "filings before their consent: planted 4, caught {}",
        caught + 1
    );
    let came = consented().act("11-20 12:00", "officer", "report", left("11-20 11:30"));
    assert_eq!(came, Ok(vec!["ActionTaken", "FilingMade"]));
}

#[test]
fn what_left_in_the_minute_of_consent_left_after_it_as_far_as_anybody_can_tell() {
    let mut play = proposed();
    let half_past = at("11-20 11:00").plus(Span::from_micros(30_000_000));
    let consent = Content::Approve {
        action: crate::play::name("report"),
        digest: None,
    };
    play.ask_at(half_past, "chief", consent).expect("consented");
    let came = play.act("11-20 11:02", "officer", "report", left("11-20 11:00"));
    assert_eq!(came, Ok(vec!["ActionTaken", "FilingMade"]));
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn a_consent_that_was_given_earlier_in_the_world_permits_from_then_on() {
    let mut play = proposed();
    play.occurred = Some(at("11-20 10:15"));
    play.approve("11-20 11:00", "chief", "report")
        .expect("consented");
    let came = play.act("11-20 12:00", "officer", "report", left("11-20 10:30"));
    assert_eq!(came, Ok(vec!["ActionTaken", "FilingMade"]));
    assert_eq!(play.decided_again(), Ok(()));
}
