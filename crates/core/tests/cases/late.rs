//! Late with reason: what a filing after the earliest reading states besides (`late_needs`).

use crate::play::{Came, Play, at, day, name, sent, text, with};
use tsuho_core::calendar::all_shipped;
use tsuho_core::case::decide::{Context, late_now};
use tsuho_core::case::request::Dispatch;

/// The workflow, in which late reports state why they are late.
fn asking() -> String {
    with(&[
        ("  cause:    text\n", "  cause:    text\n  reasons:  text\n"),
        (
            "    remind: [{ before: 10 days, to: officer }]",
            "    late_needs: [reasons]\n    remind: [{ before: 10 days, to: officer }]",
        ),
    ])
}

/// A case whose report may be filed, and is due at the end of 27 November.
fn reportable(workflow: &str) -> Play {
    let mut play = Play::open_with(workflow);
    play.record(
        "10-27 12:30",
        &[
            ("lost", crate::play::choice("yes")),
            ("known_at", day("10-27")),
        ],
    )
    .expect("facts are recorded");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("told");
    play.record("11-10 09:00", &[("cause", text("a bag"))])
        .expect("facts are recorded");
    play
}

fn code(came: &Came) -> &'static str {
    came.as_ref()
        .err()
        .map_or("granted", |refused| refused.code())
}

#[test]
fn a_filing_in_time_needs_no_reasons() {
    let mut play = reportable(&asking());
    play.act("11-27 10:00", "officer", "report", sent("phone"))
        .expect("proposed");
    play.approve("11-27 11:00", "chief", "report")
        .expect("consented");
    let came = play.act("11-27 23:59", "officer", "report", sent("phone"));
    assert_eq!(came, Ok(vec!["ActionTaken", "FilingMade", "ClockStopped"]));
}

#[test]
fn a_late_filing_is_refused_without_its_reasons_and_states_them() {
    let mut play = reportable(&asking());
    let came = play.act("11-28 09:00", "officer", "report", sent("phone"));
    let refused = came.expect_err("refused");
    assert_eq!(refused.code(), "late_needs");
    assert_eq!(refused.args()["facts"], vec!["reasons".to_owned()].into());
    play.record("11-28 09:10", &[("reasons", text("the printer burnt"))])
        .expect("facts are recorded");
    play.act("11-28 09:20", "officer", "report", sent("phone"))
        .expect("proposed");
    let proposal = &play.case.approvals[&1].proposal;
    let reasons: tsuho_core::name::FactName = name("reasons");
    assert!(
        proposal.versions.contains_key(&reasons),
        "consent binds to the reasons"
    );
    play.approve("11-28 09:30", "chief", "report")
        .expect("consented");
    let came = play.act("11-28 10:00", "officer", "report", sent("phone"));
    assert_eq!(came, Ok(vec!["ActionTaken", "FilingMade", "ClockStopped"]));
    let made = play
        .history
        .iter()
        .rev()
        .find_map(|event| match &event.body {
            tsuho_core::case::Body::FilingMade(made) => Some(made),
            _ => None,
        });
    assert!(
        made.is_some_and(|made| made.used.contains_key(&reasons)),
        "and the filing states them"
    );
    assert!(play.duty("report").starts_with("late"));
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn what_was_consented_to_in_time_and_leaves_late_needs_another_consent() {
    let mut play = reportable(&asking());
    play.act("11-27 10:00", "officer", "report", sent("phone"))
        .expect("proposed");
    play.approve("11-27 11:00", "chief", "report")
        .expect("consented");
    let came = play.act("11-28 09:00", "officer", "report", sent("phone"));
    assert_eq!(code(&came), "late_needs");
    play.record("11-28 09:10", &[("reasons", text("the printer burnt"))])
        .expect("facts are recorded");
    let came = play.act("11-28 09:20", "officer", "report", sent("phone"));
    assert_eq!(came, Ok(vec!["ApprovalLapsed", "ApprovalRequested"]));
}

#[test]
fn what_left_in_time_and_is_entered_late_needs_no_reasons() {
    let mut play = reportable(&asking());
    play.act("11-14 10:00", "officer", "report", sent("phone"))
        .expect("proposed");
    play.approve("11-14 11:00", "chief", "report")
        .expect("consented");
    let dispatch = Dispatch {
        sent_at: Some(at("11-27 22:00")),
        ..sent("phone")
    };
    let came = play.act("11-28 09:00", "officer", "report", dispatch);
    assert_eq!(code(&came), "granted");
}

#[test]
fn a_date_given_with_the_action_makes_it_late_at_once() {
    let late = asking()
        .replace("files: notice }", "files: [notice, report] }")
        .replace("from: [told, alarmed]", "from: [open, told, alarmed]");
    let mut play = Play::open_with(&late);
    play.record("10-27 12:30", &[("lost", crate::play::choice("yes"))])
        .expect("facts are recorded");
    let content = tsuho_core::case::Content::Advance {
        action: name("tell"),
        facts: crate::play::facts(&[("known_at", day("09-01"))]),
        dispatch: Dispatch {
            duties: [name("report@bureau-east")].into(),
            ..sent("phone")
        },
    };
    let came = play.ask("10-27 15:00", "clerk", content);
    assert_eq!(code(&came), "late_needs", "its clock has not even started");
}

#[test]
fn a_workflow_that_forgets_to_ask_is_noticed() {
    // Each plants a fault in what the workflow says: the late report must then be let through, or ask for nothing.
    let planted = [
        ("    late_needs: [reasons]\n", ""),
        ("    late_needs: [reasons]\n", "    late_needs: []\n"),
        ("    late_needs: [reasons]\n", "    late_needs: [cause]\n"),
    ];
    let refused = |workflow: &str| {
        let mut play = reportable(workflow);
        let came = play.act("11-28 09:00", "officer", "report", sent("phone"));
        code(&came) == "late_needs"
    };
    assert!(refused(&asking()));
    let caught = planted
        .iter()
        .filter(|(old, new)| !refused(&asking().replace(old, new)));
    let caught = caught.count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

#[test]
fn what_a_late_filing_needs_is_known_before_it_is_made() {
    let mut play = reportable(&asking());
    let people = tsuho_core::people::People::default();
    let calendars = all_shipped().iter();
    let calendars = calendars.map(|calendar| (calendar.name.clone(), calendar.clone()));
    let calendars = calendars.collect();
    play.wake("11-28 09:00");
    let context = Context {
        rules: &play.rules,
        people: &people,
        calendars: &calendars,
    };
    let rule = play.rules.obligation(&name("report")).expect("it is there");
    let needs = |now| late_now(&context, &play.case, at(now), rule);
    assert!(
        needs("11-28 00:00").is_empty(),
        "the last moment is in time"
    );
    assert_eq!(needs("11-28 00:01"), [name("reasons")].into());
}
