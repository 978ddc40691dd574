//! Standstills: what must have passed before an action, for persons and for the clock (S3, Z2).

use tsuho_core::case::Rejection;
use tsuho_core::case::event::Body;
use tsuho_core::case::request::Dispatch;
use tsuho_core::time::Timestamp;

use crate::play::{Came, Play, at, choice, day, flag, name, sent, with};

/// The office whose owners of papers are told, not before seven working days have passed since the bureau was told: the
/// rule of 47 CFR 64.2011(b) under Japanese holidays. A grave loss waits for the thirty days of another rule instead.
pub(super) fn stilled() -> String {
    with(&[
        (
            "counting:\n",
            "counting:\n  working: { title: Working days, working_days: { first: excluded, ends: \"24:00\", roll: none } }\n",
        ),
        (
            "  alarm:",
            "  tell_owners: { from: any, by: clerk, files: word, not_before: [
      { when: grave, anchor: known_at, after: 30 days, counting: periods },
      { when: old_text, anchor: filed.notice, after: 7 working days, counting: working }] }
  alarm:",
        ),
        (
            "  grave:    boolean",
            "  grave:    boolean\n  old_text: boolean",
        ),
        (
            "obligations:\n",
            "obligations:\n  word: { force: internal, clock: { anchor: known_at, within: promptly, target: 30 days } }\n",
        ),
    ])
}

/// Opens a case whose loss was told on Friday, 27 October, at three.
fn told(old_text: bool, grave: Option<bool>) -> Play {
    let mut play = Play::open_with(&stilled());
    let lost = [
        ("lost", choice("yes")),
        ("known_at", day("10-27")),
        ("old_text", flag(old_text)),
    ];
    let grave = grave.map(|grave| ("grave", flag(grave)));
    let facts: Vec<_> = lost.into_iter().chain(grave).collect();
    play.record("10-27 12:30", &facts).expect("recorded");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("a call tells the bureau");
    play
}

fn tell(play: &mut Play, when: &str) -> Came {
    play.act(when, "clerk", "tell_owners", sent("phone"))
}

/// Returns until when an action is barred, if it is.
fn until(came: &Came) -> Option<Timestamp> {
    match came {
        Err(Rejection::NotBefore { until, .. }) => Some(*until),
        _ => None,
    }
}

#[test]
fn working_days_bar_until_the_day_after_the_last_of_them() {
    let mut play = told(true, Some(false));
    // 30 and 31 October, 1 and 2 November, not the 3rd, a holiday, then 6, 7 and 8 November.
    let came = tell(&mut play, "11-08 23:59");
    assert_eq!(until(&came), Some(at("11-09 00:00")), "{came:?}");
    let Err(Rejection::NotBefore { how, .. }) = came else {
        panic!("it is barred");
    };
    assert!(
        how.len() >= 4,
        "the refusal says how that was counted: {how:?}"
    );
    tell(&mut play, "11-09 00:00").expect("from then on");
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn of_several_readings_the_latest_bars() {
    let mut play = told(true, Some(true));
    // Thirty days from 27 October: 25 November with the first day, 26 without it; both roll to Monday the 27th.
    assert_eq!(
        until(&tell(&mut play, "11-27 12:00")),
        Some(at("11-28 00:00"))
    );
    play.record("11-27 12:01", &[("known_at", day("10-25"))])
        .expect("recorded");
    // From the 25th: 23 November is a holiday and rolls to the 24th, or the 24th itself.
    play.record("11-27 12:02", &[("known_at", day("10-31"))])
        .expect("recorded");
    // From the 31st: the 29th with the first day, the 30th without it.
    assert_eq!(
        until(&tell(&mut play, "11-29 12:00")),
        Some(at("12-01 00:00"))
    );
    tell(&mut play, "12-01 00:00").expect("from then on");
}

#[test]
fn an_unanswered_question_leaves_every_case_and_the_latest_bars() {
    let mut play = told(true, None);
    assert_eq!(
        until(&tell(&mut play, "11-09 12:00")),
        Some(at("11-28 00:00"))
    );
    play.record("11-09 12:01", &[("grave", flag(false))])
        .expect("recorded");
    tell(&mut play, "11-09 12:02").expect("seven working days have passed");
}

#[test]
fn where_no_case_holds_nothing_bars() {
    let mut play = told(false, Some(false));
    tell(&mut play, "10-27 15:01").expect("the text in force asks for no standstill");
}

#[test]
fn a_standstill_that_waits_for_its_anchor_bars() {
    let mut play = told(true, Some(false));
    play.fail("10-28 09:00", 1).expect("it came back");
    let came = tell(&mut play, "12-20 09:00");
    let waits_for = vec!["filed.notice".to_owned()];
    let action = name("tell_owners");
    assert_eq!(came, Err(Rejection::StandstillWaits { action, waits_for }));
}

#[test]
fn nothing_is_dated_back_into_a_standstill() {
    let mut play = told(true, Some(false));
    play.occurred = Some(at("11-08 12:00"));
    assert_eq!(
        until(&tell(&mut play, "11-09 09:00")),
        Some(at("11-09 00:00"))
    );
    play.reason = Some("found in the outbox");
    let earlier = Dispatch {
        sent_at: Some(at("11-07 12:00")),
        ..sent("phone")
    };
    let came = play.act("11-10 09:00", "clerk", "tell_owners", earlier);
    assert_eq!(until(&came), Some(at("11-09 00:00")));
}

/// The same office asks again and again: after a day without word the clock asks, and six hours later it waits again.
pub(super) fn patient() -> String {
    let pairs = [
        (
            "  alarmed: { phase: report }",
            "  alarmed: { phase: report }\n  asked:   { phase: report }\n  asking:  { phase: report }",
        ),
        (
            "  alarm:",
            "  ask:     { from: told, to: asking, by: clock, not_before: { anchor: entered.told, after: 1 day, counting: as-written } }
  again:   { from: asking, to: asked, by: clock, not_before: { anchor: entered.asking, after: 6 hours } }
  repeat:  { from: asked, to: asking, by: clock, when: known(pages) }
  alarm:",
        ),
        (
            "{ from: [told, alarmed], to: known",
            "{ from: [told, alarmed, asked, asking], to: known",
        ),
    ];
    pairs.iter().fold(stilled(), |text, (old, new)| {
        assert!(text.contains(old), "the workflow has no `{old}`");
        text.replacen(old, new, 1)
    })
}

/// Returns the actions of the clock with the civil time of each.
fn by_clock(play: &Play) -> Vec<(String, Timestamp, Timestamp)> {
    let taken = play.history.iter().filter_map(|event| match &event.body {
        Body::ActionTaken(body) if body.action.as_str() != "tell" => Some((
            body.action.to_string(),
            event.occurred_at,
            event.recorded_at,
        )),
        _ => None,
    });
    taken.collect()
}

#[test]
fn the_clock_wakes_exactly_when_its_standstill_ends() {
    let mut play = Play::open_with(&patient());
    play.record(
        "10-27 12:30",
        &[
            ("lost", choice("yes")),
            ("known_at", day("10-27")),
            ("grave", flag(false)),
        ],
    )
    .expect("recorded");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("told");
    // One day, as written, ends with the 28th.
    assert_eq!(play.next(), Some(at("10-29 00:00")));
    assert_eq!(play.wake("10-28 23:59"), Vec::<&str>::new());
    assert_eq!(play.wake("10-29 00:00"), ["ActionTaken"]);
    assert_eq!(play.next(), Some(at("10-29 06:00")));
    assert_eq!(play.wake("10-29 06:00"), ["ActionTaken"]);
    assert_eq!(play.case.state.as_str(), "asked");
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn a_circle_of_the_clock_turns_at_its_own_pace_however_late_the_engine_wakes() {
    let mut play = Play::open_with(&patient());
    let facts = [
        ("lost", choice("yes")),
        ("known_at", day("10-27")),
        ("grave", flag(false)),
        ("pages", crate::play::number(3)),
    ];
    play.record("10-27 12:30", &facts).expect("recorded");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("told");
    play.wake("10-30 01:00");
    let expected: Vec<(String, Timestamp, Timestamp)> = [
        ("ask", "10-29 00:00"),
        ("again", "10-29 06:00"),
        ("repeat", "10-29 06:00"),
        ("again", "10-29 12:00"),
        ("repeat", "10-29 12:00"),
        ("again", "10-29 18:00"),
        ("repeat", "10-29 18:00"),
        ("again", "10-30 00:00"),
        ("repeat", "10-30 00:00"),
    ]
    .map(|(action, when)| (action.to_owned(), at(when), at("10-30 01:00")))
    .into();
    assert_eq!(by_clock(&play), expected);
    assert_eq!(play.decided_again(), Ok(()));
}

/// Says until when the owners may not be told, in every way that the tests above state.
fn answers(office: &str) -> Vec<Option<Timestamp>> {
    let facts = |old_text, grave: Option<bool>| {
        let mut play = Play::open_with(office);
        let lost = [
            ("lost", choice("yes")),
            ("known_at", day("10-31")),
            ("old_text", flag(old_text)),
        ];
        let grave = grave.map(|grave| ("grave", flag(grave)));
        let facts: Vec<_> = lost.into_iter().chain(grave).collect();
        play.record("10-31 12:30", &facts).expect("recorded");
        play
    };
    let mut list = Vec::new();
    for (old_text, grave) in [
        (true, Some(false)),
        (true, Some(true)),
        (true, None),
        (false, Some(false)),
    ] {
        let mut play = facts(old_text, grave);
        play.act("10-31 15:00", "clerk", "tell", sent("phone"))
            .expect("told");
        list.push(until(&tell(&mut play, "10-31 15:01")));
        play.fail("10-31 16:00", 1).expect("it came back");
        let came = tell(&mut play, "12-20 09:00");
        list.push(came.is_err().then(|| at("12-20 09:00")));
    }
    list
}

#[test]
fn a_standstill_that_is_counted_otherwise_is_noticed() {
    let sound = answers(&stilled());
    let planted = [
        // The earliest of the readings.
        ("first: [excluded, included]", "first: included"),
        // Days for working days.
        (
            "after: 7 working days, counting: working",
            "after: 7 days, counting: periods",
        ),
        // An anchor that does not wait.
        ("anchor: filed.notice", "anchor: known_at"),
        // The first case alone.
        (
            ",\n      { when: old_text",
            ",\n      { when: old_text && grave",
        ),
        // Elapsed time.
        ("after: 30 days, counting: periods }", "after: 720 hours }"),
    ];
    let mut caught = 0;
    for (old, new) in planted {
        let office = stilled();
        assert!(office.contains(old), "there is something to change: {old}");
        caught += usize::from(answers(&office.replacen(old, new, 1)) != sound);
    }
    println!("standstills: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
