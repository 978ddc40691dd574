//! Holds of an authority, and which duties a decision reaches: the row, the recipient and the occurrence that it names.

use tsuho_core::case::Rejection;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::request::Dispatch;

use super::decisions::{BY_OFFICER, decide, dues, rebuilt, report, told, told_by};
use super::rows::{order, running};
use crate::play::{Play, at, name, sent};

#[test]
fn a_hold_refuses_to_file_and_nothing_is_judged_until_its_end_is_known() {
    let mut play = told();
    play.record("11-09 10:01", &[("cause", crate::play::text("a bag"))])
        .expect("recorded");
    let cells = "obligation=report kind=hold decided_at=11-10T09:00";
    let came = decide(&mut play, "11-10 10:00", "h1", cells);
    assert_eq!(came, Ok(vec!["FactsRecorded", "ClockMoved"]));
    let refused = Err(Rejection::Held {
        action: name("report"),
        duty: report().to_string(),
        decision: "h1".to_owned(),
    });
    assert_eq!(
        play.act("11-11 10:00", "officer", "report", sent("phone")),
        refused
    );
    assert_eq!(
        play.wake("12-20 09:00"),
        Vec::<&str>::new(),
        "neither reminded nor passed"
    );
    // Released on 20 December: due at the end of that day, and free to file on it.
    let cells = "obligation=report kind=hold decided_at=11-10T09:00 released_at=12-20";
    let came = decide(&mut play, "12-20 10:00", "h1", cells);
    assert_eq!(came, Ok(vec!["FactsRecorded", "ClockMoved", "ReminderDue"]));
    assert_eq!(dues(&play, "report@bureau-east"), [at("12-21 00:00"); 2]);
    play.act("12-20 11:00", "officer", "report", sent("phone"))
        .expect("proposed");
    play.approve("12-20 11:01", "chief", "report")
        .expect("approved");
    play.act("12-20 11:02", "officer", "report", sent("phone"))
        .expect("filed");
    assert!(
        play.duty("report").starts_with("in time"),
        "{}",
        play.duty("report")
    );
    rebuilt(&play);
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn a_hold_with_an_end_bars_until_then_and_says_so() {
    let mut play = told();
    play.record("11-09 10:01", &[("cause", crate::play::text("a bag"))])
        .expect("recorded");
    let cells = "obligation=report kind=hold decided_at=11-10 until=11-30";
    decide(&mut play, "11-10 10:00", "h1", cells).expect("recorded");
    let came = play.act("11-30 23:59", "officer", "report", sent("phone"));
    assert!(
        matches!(&came, Err(Rejection::HeldUntil { until, .. }) if *until == at("12-01 00:00")),
        "{came:?}"
    );
    assert_eq!(dues(&play, "report@bureau-east"), [at("12-01 00:00"); 2]);
    play.act("12-01 00:00", "officer", "report", sent("phone"))
        .expect("the hold is past, and the report is late by nothing");
}

#[test]
fn what_left_before_the_hold_is_recorded_under_it() {
    let mut play = told();
    play.record("11-09 10:01", &[("cause", crate::play::text("a bag"))])
        .expect("recorded");
    play.act("11-09 10:02", "officer", "report", sent("phone"))
        .expect("proposed");
    play.approve("11-09 10:03", "chief", "report")
        .expect("approved");
    decide(
        &mut play,
        "11-10 10:00",
        "h1",
        "obligation=report kind=hold decided_at=11-10T09:00",
    )
    .expect("recorded");
    play.reason = Some("entered a day later");
    let earlier = Dispatch {
        sent_at: Some(at("11-09 11:00")),
        ..sent("phone")
    };
    play.act("11-10 11:00", "officer", "report", earlier)
        .expect("nobody held it then");
    assert!(
        play.duty("report").starts_with("in time"),
        "{}",
        play.duty("report")
    );
    assert!(
        play.case.duties[&report()].face.decisions.is_empty(),
        "the hold does not reach it"
    );
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn a_held_or_waived_duty_bars_closing_as_its_kind_says() {
    for (kind, closes) in [("hold", false), ("exemption", true)] {
        let mut play = told();
        let cause = [
            ("cause", crate::play::text("a bag")),
            ("steps", crate::play::step("m1", Some("2023-11-01"))),
        ];
        play.record("11-09 10:01", &cause).expect("recorded");
        play.act("11-09 10:02", "officer", "report", sent("phone"))
            .expect("proposed");
        play.approve("11-09 10:03", "chief", "report")
            .expect("approved");
        play.act("11-09 10:04", "officer", "report", sent("phone"))
            .expect("filed");
        play.record(
            "11-09 11:00",
            &[(
                "orders",
                order("A", "bureau-west", "2023-12-01", None, None),
            )],
        )
        .expect("recorded");
        decide(
            &mut play,
            "11-10 10:00",
            "d1",
            &format!("obligation=answer row=A kind={kind} decided_at=11-10"),
        )
        .expect("recorded");
        let follow_up = "obligation=follow_up kind=exemption decided_at=11-10";
        decide(&mut play, "11-10 10:01", "d2", follow_up).expect("recorded");
        let came = play.act("11-11 10:00", "officer", "finish", Dispatch::default());
        assert_eq!(came.is_ok(), closes, "{kind}: {came:?}");
        if let Err(Rejection::Duties { duties, .. }) = came {
            assert_eq!(duties, ["answer[A]@bureau-west"]);
        }
    }
}

#[test]
fn a_decision_reaches_only_the_row_the_recipient_and_the_occurrence_that_it_names() {
    let mut play = told();
    for (id, sender) in [("A", "bureau-east"), ("B", "bureau-west")] {
        play.record(
            "10-28 09:00",
            &[(
                "orders",
                order(id, sender, "2023-11-20", Some("7 days"), None),
            )],
        )
        .expect("recorded");
    }
    let cells =
        "obligation=answer row=B recipient=bureau-west kind=extension decided_at=11-10 until=11-25";
    decide(&mut play, "11-10 10:00", "d1", cells).expect("recorded");
    assert_eq!(dues(&play, "answer[A]@bureau-east"), [at("11-21 00:00")]);
    assert_eq!(dues(&play, "answer[B]@bureau-west"), [at("11-26 00:00")]);
    // The first round is given until December; the second opens when it would have, and is due when it would be.
    let cells =
        "obligation=occurrences row=A occurrence=1 kind=extension decided_at=11-10 until=12-20";
    decide(&mut play, "11-10 10:01", "d2", cells).expect("recorded");
    play.wake("11-28 09:00");
    assert_eq!(
        dues(&play, "occurrences[A]@bureau-east#1"),
        [at("12-21 00:00")]
    );
    assert_eq!(
        dues(&play, "occurrences[A]@bureau-east#2"),
        [at("12-05 00:00")]
    );
    assert_eq!(
        dues(&play, "occurrences[B]@bureau-west#1"),
        [at("11-28 00:00")]
    );
    rebuilt(&play);
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn an_extended_occurrence_is_not_missed_before_its_time() {
    let mut play = told_by(BY_OFFICER, "12-31");
    let passing = |play: &Play| {
        let own = |name: &&String| name.starts_with("passing");
        running(play)
            .iter()
            .filter(own)
            .cloned()
            .collect::<Vec<_>>()
    };
    let first = passing(&play)[0]
        .split(' ')
        .next()
        .expect("a name")
        .to_owned();
    let number: DutyKey = name(&first);
    let occurrence = number.occurrence.expect("a series");
    let cells = format!(
        "obligation=passing occurrence={occurrence} kind=extension decided_at=10-27 until=10-28T12:00"
    );
    decide(&mut play, "10-27 15:01", "d1", &cells).expect("recorded");
    play.wake("10-28 11:59");
    assert!(
        passing(&play).iter().any(|one| one.starts_with(&first)),
        "{:?}",
        passing(&play)
    );
    play.wake("10-28 12:00");
    assert!(
        !passing(&play).iter().any(|one| one.starts_with(&first)),
        "it passes at its own time"
    );
    assert_eq!(play.decided_again(), Ok(()));
}
