//! Random histories: whatever people ask in whatever order, what is written can be decided again, and nothing that
//! must hold is broken.

use super::rows::{order, ordered};
use super::standstill::patient;
use crate::play::{Play, choice, day, name, number, sent, step, text};
use tsuho_core::case::event::{Body, Change, EventBody as _};
use tsuho_core::case::request::{Content, Dispatch, Facts};
use tsuho_core::case::{Rejection, Running, event::Undone};
use tsuho_core::time::{Span, Timestamp};
use tsuho_core::value::Value;

/// Draws numbers, the same from the same seed (an xorshift generator).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        let place =
            usize::try_from(self.below(list.len() as u64)).expect("a place in a short list");
        list[place].clone()
    }
}

/// Draws a row of orders, or takes one away.
fn random_order(chance: &mut Chance) -> (&'static str, Change) {
    let id = chance.pick(&["A", "B"]);
    if chance.below(6) == 0 {
        let dropped = Change::Rows {
            set: std::collections::BTreeMap::new(),
            dropped: [id.to_owned()].into(),
        };
        return ("orders", dropped);
    }
    let sender = chance.pick(&["bureau-east", "bureau-west"]);
    let answer_by = format!("2023-11-{:02}", 1 + chance.below(28));
    let every = chance.pick(&[None, Some("7 days"), Some("1 month")]);
    let until = chance.pick(&[None, Some("2023-12-31")]);
    ("orders", order(id, sender, &answer_by, every, until))
}

fn random_fact(chance: &mut Chance) -> (&'static str, Change) {
    let date = format!("10-{:02}", 10 + chance.below(20));
    let flag = Change::Set(Value::Boolean(chance.below(2) == 0));
    let (word, pages, done) = (
        chance_word(chance),
        chance.below(3000),
        chance.below(2) == 0,
    );
    chance.pick(&[
        ("lost", choice(word)),
        ("known_at", day(&date)),
        (
            "pages",
            number(i64::try_from(pages).expect("a small number")),
        ),
        ("cause", text("a bag")),
        ("grave", flag),
        ("steps", step("m1", done.then_some("2023-12-01"))),
        ("steps", step("m2", None)),
        ("old_text", Change::Set(Value::Boolean(true))),
        ("grave", Change::Absent),
        ("known_at", Change::Absent),
    ])
}

fn chance_word(chance: &mut Chance) -> &'static str {
    chance.pick(&["yes", "yes", "perhaps", "no"])
}

/// Draws a filing for any duty on record.
fn random_answer(chance: &mut Chance, play: &Play) -> (&'static str, Content) {
    let filed = ["answer", "follow_up", "occurrences", "passing"];
    let duties = play.case.duties.keys();
    let duties: Vec<_> = duties
        .filter(|key| filed.contains(&key.obligation.as_str()))
        .collect();
    let mut dispatch = chance.pick(&[sent("phone"), sent("email")]);
    if !duties.is_empty() {
        dispatch.duties.insert(chance.pick(&duties).clone());
    }
    let content = Content::Advance {
        action: name("answer"),
        facts: Facts::new(),
        dispatch,
    };
    ("clerk", content)
}

/// Draws what somebody asks of a case with orders.
fn random_ordered(chance: &mut Chance, play: &Play) -> (&'static str, Content) {
    match chance.below(6) {
        0 | 1 => {
            let facts = crate::play::facts(&[random_order(chance)]);
            ("clerk", Content::Record { facts })
        }
        2 => random_answer(chance, play),
        _ => random_content(chance, play),
    }
}

fn random_content(chance: &mut Chance, play: &Play) -> (&'static str, Content) {
    let filing = 1 + chance.below(play.case.filings.len() as u64 + 1);
    let how = chance.pick(&[Undone::Failed, Undone::Withdrawn]);
    let action = name(chance.pick(&["report", "report", "finish"]));
    match chance.below(10) {
        0..=2 => {
            let facts = crate::play::facts(&[random_fact(chance)]);
            ("clerk", Content::Record { facts })
        }
        3..=5 => random_action(chance),
        6 => (
            "chief",
            Content::Approve {
                action,
                digest: None,
            },
        ),
        7 => ("chief", Content::Refuse { action }),
        8 => (
            "clerk",
            Content::Receive {
                filing,
                received_at: None,
                receipt: None,
            },
        ),
        _ if chance.below(2) == 0 => ("clerk", Content::Undo { filing, how }),
        _ => ("clerk", Content::Wake),
    }
}

fn random_action(chance: &mut Chance) -> (&'static str, Content) {
    let (role, action) = chance.pick(&[
        ("clerk", "tell"),
        ("officer", "report"),
        ("officer", "report"),
        ("officer", "add"),
        ("officer", "finish"),
        ("officer", "dismiss"),
        ("clerk", "tell_owners"),
        ("chief", "report"),
    ]);
    let facts = if chance.below(4) == 0 {
        crate::play::facts(&[random_fact(chance)])
    } else {
        Facts::new()
    };
    let dispatch = if ["tell", "report", "add", "tell_owners"].contains(&action) {
        chance.pick(&[
            sent("phone"),
            sent("email"),
            sent("pigeon"),
            Dispatch::default(),
        ])
    } else {
        Dispatch::default()
    };
    let action = name(action);
    (
        role,
        Content::Advance {
            action,
            facts,
            dispatch,
        },
    )
}

/// Says of some filings and receipts that they left or arrived earlier.
fn dated_back(chance: &mut Chance, mut content: Content, now: Timestamp) -> Content {
    let hours = Span::from_hours(i64::try_from(chance.below(48)).expect("two days"));
    let earlier = (chance.below(3) == 0).then(|| now.plus(hours.negated()));
    match &mut content {
        Content::Advance { dispatch, .. } if *dispatch != Dispatch::default() => {
            dispatch.sent_at = earlier;
        }
        Content::Receive { received_at, .. } => *received_at = earlier,
        _ => {}
    }
    content
}

/// Checks that the clock never asked again sooner than it may; returns how often it did at all.
fn delays(play: &Play) -> usize {
    let (mut entered, mut count) = (None, 0);
    for event in &play.history {
        let Body::ActionTaken(body) = &event.body else {
            continue;
        };
        if body.action.as_str() == "again" {
            let since = entered.expect("the state was entered");
            assert!(event.occurred_at.since(since) >= Span::from_hours(6));
            count += 1;
        }
        entered = body.entered_at.or(entered);
    }
    count
}

/// Checks what must hold in every case; returns what does not.
fn broken(play: &Play) -> Option<String> {
    let case = &play.case;
    let running = case.duties.iter().find(|(_, duty)| duty.is_running());
    if let (true, Some((key, _)), Some((released, _))) = (case.is_closed(), running, &case.released)
        && released.covers(&key.obligation)
    {
        return Some(format!("{key} runs in a state that releases it"));
    }
    for (key, duty) in &case.duties {
        if let Running::Stopped { filing, at, .. } = &duty.running
            && case.discharge(key) != filing.map(|filing| (filing, *at))
            && (filing.is_some() || key.recipient.is_some())
        {
            return Some(format!(
                "{key} is stopped by a filing that does not discharge it"
            ));
        }
        if duty.is_running() && case.discharge(key).is_some() {
            return Some(format!("{key} runs although a filing discharges it"));
        }
    }
    let ordered = play
        .history
        .windows(2)
        .all(|pair| pair[0].recorded_at <= pair[1].recorded_at);
    let future = play
        .history
        .iter()
        .find(|event| event.occurred_at > event.recorded_at);
    match (ordered, future) {
        (false, _) => Some("recording ran back".to_owned()),
        (_, Some(event)) => Some(format!("{} lies in the future", event.body.type_name())),
        (true, None) => None,
    }
}

#[test]
fn random_histories_are_decided_again_and_break_nothing() {
    let full = option_env!("TSUHO_COUNTS") == Some("full");
    let histories = if full { 5_000 } else { 150 };
    let (ordered, patient) = (ordered(), patient());
    let (mut delayed, mut barred) = (0, 0);
    let (mut events, mut refused, mut closed, mut by_row, mut occurrences) = (0, 0, 0, 0, 0);
    for seed in 1..=histories {
        let mut chance = Chance(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15) | 1);
        let has_orders = seed % 2 == 0;
        let mut play = match seed % 4 {
            0 | 2 => Play::open_with(&ordered),
            1 => Play::open_with(&patient),
            _ => Play::open(),
        };
        let mut now = play.case.last_recorded;
        for _ in 0..40 {
            now = now.plus(Span::from_minutes(
                i64::try_from(chance.below(4_000)).expect("a few days"),
            ));
            if chance.below(3) > 0 {
                play.reason = Some("because");
            }
            if chance.below(5) == 0 {
                let back =
                    Span::from_minutes(i64::try_from(chance.below(3_000)).expect("a few days"));
                play.occurred = Some(now.plus(back.negated()));
            }
            let (role, content) = if has_orders {
                random_ordered(&mut chance, &play)
            } else {
                random_content(&mut chance, &play)
            };
            let content = dated_back(&mut chance, content, now);
            if let Err(why) = play.ask_at(now, role, content) {
                refused += 1;
                barred += usize::from(matches!(
                    why,
                    Rejection::NotBefore { .. } | Rejection::StandstillWaits { .. }
                ));
            }
            assert_eq!(broken(&play), None, "seed {seed}");
        }
        assert_eq!(play.decided_again(), Ok(()), "seed {seed}");
        delayed += delays(&play);
        events += play.history.len();
        closed += usize::from(play.case.is_closed());
        by_row += play
            .case
            .duties
            .keys()
            .filter(|key| !key.rows.is_empty())
            .count();
        occurrences += play
            .case
            .duties
            .keys()
            .filter(|key| key.occurrence.is_some())
            .count();
    }
    assert!(
        by_row > 0 && occurrences > 0 && delayed > 0 && barred > 0,
        "rows {by_row}, occurrences {occurrences}, delays {delayed} and standstills {barred} are played too"
    );
    println!(
        "FIGURE case histories: histories {histories}, events {events}, refusals {refused}, ended closed {closed}, duties by row {by_row}, occurrences {occurrences}, delayed actions of the clock {delayed}, barred by a standstill {barred}, decided otherwise 0 of {histories}"
    );
}

#[test]
fn a_history_that_was_tampered_with_is_decided_otherwise() {
    let planted: [fn(&mut Play) -> bool; 4] = [
        |play| {
            play.spoil(
                |body| matches!(body, Body::ClockStarted(_)),
                |event| shift_due(&mut event.body),
            )
        },
        |play| {
            play.spoil(
                |body| matches!(body, Body::ActionTaken(_)),
                |event| event.occurred_at = earlier(event.occurred_at),
            )
        },
        |play| play.drop_event(|body| matches!(body, Body::ClockStarted(_))),
        |play| play.flip_guard(),
    ];
    let mut caught = 0;
    for plant in planted {
        let mut play = Play::told();
        play.record(
            "10-28 09:00",
            &[
                ("pages", number(2000)),
                ("grave", Change::Set(Value::Boolean(true))),
            ],
        )
        .expect("recorded");
        assert_eq!(play.decided_again(), Ok(()));
        assert!(plant(&mut play), "there is something to tamper with");
        caught += usize::from(play.decided_again().is_err());
    }
    println!(
        "decisions made again: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}

fn earlier(moment: Timestamp) -> Timestamp {
    moment.plus(Span::from_hours(-1))
}

/// Moves a started clock's due moment by a day.
fn shift_due(body: &mut Body) {
    if let Body::ClockStarted(started) = body {
        for reading in &mut started.face.readings {
            reading.due = reading.due.plus(Span::from_days(1));
        }
        for target in &mut started.face.targets {
            target.due = target.due.plus(Span::from_days(1));
        }
    }
}
