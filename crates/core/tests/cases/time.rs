//! Two times: when it happened and when it was written down (T1 to T4).

use crate::play::{Play, at, choice, name, number, sent};
use tsuho_core::case::request::{Content, Dispatch, Facts, Given};

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

#[test]
fn when_a_filing_left_or_arrived_needs_a_reason_as_far_back_as_when_anything_happened() {
    let left = |when: &str| Dispatch {
        sent_at: Some(at(when)),
        ..sent("phone")
    };
    let ways_back = [
        ("10-27 15:00", "10-27 11:59"),
        ("10-27 15:00", "01-01 00:00"),
        ("10-29 15:00", "10-27 13:00"),
    ];
    let mut caught = 0;
    for (now, when) in ways_back {
        let came = Play::lost().act(now, "clerk", "tell", left(when));
        assert_eq!(refused(came), "reason", "sent at {when}");
        let mut play = Play::lost();
        play.reason = Some("called before the case was opened");
        play.act(now, "clerk", "tell", left(when))
            .expect("accepted with a reason, also before the anchor is known");
        assert_eq!(play.case.filings[&1].sent_at, at(when));
        assert_eq!(play.decided_again(), Ok(()));
        caught += 1;
    }
    for (now, when) in [
        ("11-03 10:00", "11-02 09:59"),
        ("11-03 10:00", "11-01 11:00"),
    ] {
        let received = || Content::Receive {
            filing: 1,
            received_at: Some(at(when)),
            receipt: None,
        };
        let mut play = Play::lost();
        play.reason = Some("the letter was found later");
        let sent = Dispatch {
            sent_at: Some(at("11-01 10:00")),
            ..sent("email")
        };
        play.act("11-02 10:00", "clerk", "tell", sent)
            .expect("sent");
        assert_eq!(refused(play.ask(now, "clerk", received())), "reason");
        play.reason = Some("the receipt came with the post");
        play.ask(now, "clerk", received())
            .expect("accepted with a reason");
        assert_eq!(play.decided_again(), Ok(()));
        caught += 1;
    }
    println!("times that reach back without a reason: planted 5, caught {caught}");
    let came = Play::lost().act("10-27 15:00", "clerk", "tell", left("10-27 12:00"));
    assert!(came.is_ok(), "within the state and a day: {came:?}");
}
