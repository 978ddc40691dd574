//! Draws what people ask in random histories: facts, orders, filings, decisions of an authority, and what makes no sense.
//! What must hold whatever they ask is stated in `random`.

use std::fmt::Write as _;

use tsuho_core::case::event::{Change, Undone};
use tsuho_core::case::request::{Content, Dispatch, Facts};
use tsuho_core::time::{Span, Timestamp};
use tsuho_core::value::Value;

use super::decisions::{recording, rows};
use super::rows::order;
use crate::play::{Play, choice, day, name, number, sent, step, text, tokyo};

/// Draws numbers, the same from the same seed (an xorshift generator).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    pub(super) fn pick<T: Clone>(&mut self, list: &[T]) -> T {
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
pub(super) fn random_ordered(chance: &mut Chance, play: &Play) -> (&'static str, Content) {
    if chance.below(6) == 0 {
        return random_decision(chance, play);
    }
    match chance.below(6) {
        0 | 1 => {
            let facts = crate::play::facts(&[random_order(chance)]);
            ("clerk", Content::Record { facts })
        }
        2 => random_answer(chance, play),
        _ => random_content(chance, play),
    }
}

/// Draws a decision of an authority about any duty, or what becomes of one.
fn random_decision(chance: &mut Chance, play: &Play) -> (&'static str, Content) {
    let action = || name("decisions");
    if chance.below(3) == 0 {
        let content = if chance.below(5) > 0 {
            Content::Approve {
                action: action(),
                digest: None,
            }
        } else {
            Content::Refuse { action: action() }
        };
        return ("chief", content);
    }
    let id = chance.pick(&["d1", "d2", "d3"]);
    if chance.below(5) == 0 {
        let dropped = Change::Rows {
            set: std::collections::BTreeMap::new(),
            dropped: [id.to_owned()].into(),
        };
        return ("officer", recording(dropped));
    }
    let days = |chance: &mut Chance, least: i64, most: u64| {
        let count = least + i64::try_from(chance.below(most)).expect("some days");
        let moment = play.case.last_recorded.plus(Span::from_days(count));
        moment.date(&tokyo()).to_string()[5..].to_owned()
    };
    let kind = chance.pick(&["extension", "extension", "exemption", "hold"]);
    let duties: Vec<_> = play.case.duties.keys().collect();
    let mut cells = format!("kind={kind} decided_at={}", days(chance, -3, 3));
    if duties.is_empty() || chance.below(4) == 0 {
        let any = chance.pick(&["report", "answer", "occurrences", "work", "passing"]);
        let _ = write!(cells, " obligation={any}");
    } else {
        let duty = chance.pick(&duties);
        let _ = write!(cells, " obligation={}", duty.obligation);
        if let ([only], true) = (duty.rows.as_slice(), chance.below(2) == 0) {
            let _ = write!(cells, " row={only}");
        }
        if let (Some(recipient), true) = (&duty.recipient, chance.below(2) == 0) {
            let _ = write!(cells, " recipient={recipient}");
        }
        if let (Some(number), true) = (duty.occurrence, chance.below(2) == 0) {
            let _ = write!(cells, " occurrence={number}");
        }
    }
    if kind == "extension" || kind == "hold" && chance.below(3) == 0 {
        let _ = write!(cells, " until={}", days(chance, 0, 40));
    }
    if kind == "hold" && chance.below(2) == 0 {
        let _ = write!(cells, " released_at={}", days(chance, -1, 2));
    }
    ("officer", recording(rows(id, &cells)))
}

pub(super) fn random_content(chance: &mut Chance, play: &Play) -> (&'static str, Content) {
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
pub(super) fn dated_back(chance: &mut Chance, mut content: Content, now: Timestamp) -> Content {
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
