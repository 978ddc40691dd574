//! Refusals: what is not possible says why, and what would be possible instead.

use crate::play::{Came, Play, choice, sent, step, text};
use tsuho_core::case::Rejection;
use tsuho_core::case::decide::prospects;
use tsuho_core::case::request::{Content, Dispatch};
use tsuho_core::name::ActionName;

fn refused(came: crate::play::Came) -> &'static str {
    came.expect_err("the request is refused").code()
}

#[test]
fn an_action_that_does_not_leave_the_state_names_those_that_do() {
    let came = Play::lost().act("10-27 15:00", "officer", "finish", Dispatch::default());
    let Err(Rejection::State {
        leaves, possible, ..
    }) = came
    else {
        panic!("{came:?}")
    };
    let words = |names: &[ActionName]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        leaves.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["known"]
    );
    assert_eq!(words(&possible), ["tell", "dismiss"]);
}

#[test]
fn a_role_that_is_not_held_or_not_asked_for_is_refused() {
    assert_eq!(
        refused(Play::lost().act("10-27 15:00", "officer", "tell", sent("phone"))),
        "role"
    );
    assert_eq!(
        refused(Play::lost().act("10-27 15:00", "chief:clerk", "tell", sent("phone"))),
        "role_not_held"
    );
    assert_eq!(
        refused(Play::lost().act("10-27 15:00", "clerk", "alarm", Dispatch::default())),
        "by_clock"
    );
    assert_eq!(
        refused(Play::lost().act("10-27 15:00", "clerk", "shout", Dispatch::default())),
        "unknown_action"
    );
}

#[test]
fn a_guard_that_is_false_or_undecided_bars_the_action_and_says_which() {
    let came = Play::lost().act("10-27 15:00", "officer", "dismiss", Dispatch::default());
    assert_eq!(refused(came), "guard");
    let came = Play::open().act("10-27 15:00", "officer", "dismiss", Dispatch::default());
    assert!(
        matches!(&came, Err(Rejection::Undecided { because, .. }) if !because.is_empty()),
        "{came:?}"
    );
}

#[test]
fn missing_facts_are_named() {
    let came = Play::told().act("10-28 09:00", "officer", "report", sent("email"));
    assert!(
        matches!(&came, Err(Rejection::Needs { facts, .. }) if facts.len() == 1),
        "{came:?}"
    );
}

#[test]
fn a_case_does_not_close_over_a_running_duty() {
    let mut play = Play::told();
    play.record(
        "11-10 09:00",
        &[
            ("cause", text("a bag")),
            ("steps", step("m1", Some("2023-11-09"))),
        ],
    )
    .expect("recorded");
    play.act("11-14 10:00", "officer", "report", sent("email"))
        .expect("proposed");
    play.approve("11-14 11:00", "chief", "report")
        .expect("consented");
    play.act("11-15 10:00", "officer", "report", sent("email"))
        .expect("sent, and not yet received");
    let bars = |came: &Came| {
        assert!(
            matches!(came, Err(Rejection::Duties { duties, .. }) if duties == &["report@bureau-east"]),
            "{came:?}"
        );
    };
    bars(&play.act("11-16 10:00", "officer", "finish", Dispatch::default()));
    let received = Content::Receive {
        filing: 2,
        received_at: None,
        receipt: None,
    };
    play.ask("11-16 11:00", "officer", received)
        .expect("received");
    play.act("11-16 12:00", "officer", "finish", Dispatch::default())
        .expect("proposed: nothing runs now");
    play.fail("11-16 13:00", 2).expect("it was returned");
    bars(&play.approve("11-16 14:00", "chief", "finish"));
}

#[test]
fn whoever_saw_an_older_revision_is_told() {
    let mut play = Play::lost();
    let seen = play.case.revision;
    play.record("10-27 13:00", &[("lost", choice("perhaps"))])
        .expect("somebody else was faster");
    assert_eq!(play.case.revision, seen + 1);
}

#[test]
fn the_case_says_what_could_be_done_and_what_bars_the_rest() {
    let play = Play::told();
    let context = tsuho_core::case::decide::Context {
        rules: &play.rules,
        people: &tsuho_core::people::People::default(),
        calendars: &std::collections::BTreeMap::default(),
    };
    let told: Vec<(String, Option<&'static str>)> =
        prospects(&context, &play.case, play.case.last_recorded)
            .into_iter()
            .map(|prospect| {
                (
                    prospect.action.to_string(),
                    prospect.barred.map(|barred| barred.code()),
                )
            })
            .collect();
    let expected = [
        ("report", Some("needs")),
        ("alarm", Some("undecided")),
        ("dismiss", Some("guard")),
    ];
    assert_eq!(
        told,
        expected.map(|(action, barred)| (action.to_owned(), barred))
    );
}

#[test]
fn a_filing_that_is_not_there_cannot_be_received() {
    let receive = Content::Receive {
        filing: 7,
        received_at: None,
        receipt: None,
    };
    assert_eq!(
        refused(Play::lost().ask("10-27 15:00", "clerk", receive)),
        "unknown_filing"
    );
}
