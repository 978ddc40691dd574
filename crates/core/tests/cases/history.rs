//! Histories read in unlucky order: since when, on what proof, from whose stream, and what may be shown.
//! Each of these once went wrong; what must hold is stated as the language states it.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::event::{Body, Change, Delivered};
use tsuho_core::case::request::{Content, Dispatch, Request, Text};
use tsuho_core::ids::CommandId;
use tsuho_core::value::{Row, Value};

use crate::play::{Play, asker, at, choice, day, facts, flag, moment, name, sent, text, with};

#[test]
fn since_a_condition_is_true_wakes_the_case_at_that_moment() {
    let mut play = Play::open_with(&with(&[
        (
            "obligations:\n",
            "obligations:\n  ext: { law: [act-1], clock: { anchor: since.long_lost, within: 30 days, counting: periods } }\n",
        ),
        (
            "  heavy: ",
            "  long_lost: { type: boolean, is: past(known_at + hours(5)) }\n  heavy: ",
        ),
        (
            "  finish:",
            "  ex: { from: told, by: officer, files: ext }\n  finish:",
        ),
    ]));
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", moment("10-27 12:00"))],
    )
    .expect("it is granted");
    play.wake("10-27 17:30");
    let early = play
        .history
        .iter()
        .filter(|e| matches!(&e.body, Body::ClockStarted(b) if b.duty.obligation.as_str()=="ext"))
        .map(|e| e.occurred_at)
        .next();
    assert_eq!(early, Some(at("10-27 17:00")), "{}", play.duty("ext"));
}

#[test]
fn since_sees_a_default_before_the_first_version() {
    let mut play = Play::open_with(&with(&[
        (
            "  bureau: {",
            "  quiet: { owner: operator, type: boolean, default: false }\n  bureau: {",
        ),
        (
            "lost == \"yes\" || lost == \"perhaps\"",
            "lost == \"yes\" && quiet == false",
        ),
        (
            "anchor: known_at, within: 30 days",
            "anchor: since.applies, within: 30 days",
        ),
        (
            "      - { when: grave, anchor: known_at, within: 60 days, counting: periods }\n",
            "",
        ),
    ]));
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("it is granted");
    let before = play.duty("report");
    play.ask(
        "11-05 09:00",
        "clerk",
        Content::Deliver {
            facts: facts(&[("quiet", flag(false))]),
            delivered: Delivered {
                stream: "operator".into(),
                seq: 1,
            },
        },
    )
    .expect("it is granted");
    assert_eq!(before, play.duty("report"));
}

#[test]
fn since_sees_a_filing_that_counts_from_its_receipt() {
    let mut play = Play::open_with(&with(&[
        (
            "obligations:\n",
            "obligations:\n  ext: { law: [act-1], clock: { anchor: since.was_told, within: 30 days, counting: periods } }\n",
        ),
        (
            "  heavy: ",
            "  was_told: { type: boolean, is: known(filed.notice) }\n  heavy: ",
        ),
        (
            "  finish:",
            "  ex: { from: told, by: officer, files: ext }\n  finish:",
        ),
    ]));
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", moment("10-27 12:00"))],
    )
    .expect("it is granted");
    play.act("10-27 15:00", "clerk", "tell", sent("email"))
        .expect("it is granted");
    play.ask(
        "10-27 17:00",
        "clerk",
        Content::Receive {
            filing: 1,
            received_at: None,
            receipt: None,
        },
    )
    .expect("it is granted");
    assert!(
        play.duty("ext").starts_with("running"),
        "{} / {}",
        play.duty("ext"),
        play.duty("notice")
    );
}

#[test]
fn an_estimate_behind_a_computed_anchor_marks_the_clock() {
    let mut play = Play::open_with(&with(&[
        (
            "  heavy: ",
            "  seen_at: { type: instant, is: latest(known_at) }\n  heavy: ",
        ),
        (
            "anchor: known_at, within: 30 days",
            "anchor: seen_at, within: 30 days",
        ),
        (
            "      - { when: grave, anchor: known_at, within: 60 days, counting: periods }\n",
            "",
        ),
    ]));
    play.record("10-27 12:30", &[("lost", choice("yes"))])
        .expect("it is granted");
    play.estimate("10-27 12:40", "known_at", day("10-27"))
        .expect("it is granted");
    assert!(
        play.duty("report").contains("Estimate"),
        "{} vs {}",
        play.duty("report"),
        play.duty("notice")
    );
}

#[test]
fn a_period_that_is_withdrawn_or_cannot_be_counted_never_removes_the_due_date() {
    let mut play = Play::open_with(&with(&[
        ("within: 30 days", "within: cap"),
        ("  grave: ", "  cap: period\n  grave: "),
        (
            "      - { when: grave, anchor: known_at, within: 60 days, counting: periods }\n",
            "",
        ),
    ]));
    play.record(
        "10-27 12:30",
        &[
            ("lost", choice("yes")),
            ("known_at", day("10-27")),
            ("cap", Change::Set(Value::Period(name("30 days")))),
        ],
    )
    .expect("it is granted");
    play.reason = Some("wrong");
    let came = play.record("10-27 12:40", &[("cap", Change::Absent)]);
    let a = play.duty("report");
    play.record(
        "10-27 12:50",
        &[("cap", Change::Set(Value::Period(name("24 hours"))))],
    )
    .expect("it is granted");
    let b = play.duty("report");
    play.record(
        "10-27 12:55",
        &[("cap", Change::Set(Value::Period(name("2 months"))))],
    )
    .expect("it is granted");
    let c = play.duty("report");
    assert!(
        a.contains("2023") && c.contains("2023"),
        "{came:?}\n withdrawn {a}\n 24 hours: {b}\n 2 months: {c}"
    );
}

#[test]
fn a_receipt_for_what_counts_already_makes_the_proof_better() {
    let mut play = Play::told();
    play.ask(
        "10-27 15:30",
        "clerk",
        Content::Attach {
            digest: tsuho_ledger::Digest::of(b"x"),
            size: 1,
            name: Text::personal("r"),
            filing: None,
            fact: None,
        },
    )
    .expect("it is granted");
    let came = play.ask(
        "10-27 16:00",
        "clerk",
        Content::Receive {
            filing: 1,
            received_at: None,
            receipt: Some(tsuho_ledger::Digest::of(b"x")),
        },
    );
    let d = &play.case.duties[&name("notice@bureau-east")];
    assert!(
        format!("{:?}", d.running).contains("Receipt"),
        "{came:?} {:?}",
        d.running
    );
}

#[test]
fn a_copy_to_somebody_who_does_not_list_the_channel_takes_nothing_away() {
    let mut play = Play::open_with(&with(&[(
        "  bureau-east:",
        "  press: { title: Press, zone: Asia/Tokyo, channels: { portal: sent } }\n  bureau-east:",
    )]));
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("it is granted");
    play.act(
        "10-27 15:00",
        "clerk",
        "tell",
        Dispatch {
            recipients: [name("bureau-east"), name("press")].into(),
            ..sent("phone")
        },
    )
    .expect("it is granted");
    assert!(
        play.duty("notice").starts_with("stopped"),
        "{}",
        play.duty("notice")
    );
}

#[test]
fn a_moment_of_which_nothing_comes_is_not_waited_for() {
    let mut play = Play::open_with(&with(&[(
        "when: heavy && grave",
        "when: past(known_at + hours(5)) && grave",
    )]));
    play.record(
        "10-27 12:30",
        &[
            ("lost", choice("yes")),
            ("known_at", moment("10-27 12:00")),
            ("grave", flag(false)),
        ],
    )
    .expect("it is granted");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("it is granted");
    assert_eq!(play.next(), Some(at("11-18 00:00")), "the next reminder");
    assert_eq!(play.wake("10-27 17:00"), Vec::<&str>::new());
    assert_eq!(play.next(), Some(at("11-18 00:00")));
}

#[test]
fn a_delivery_brings_every_row_that_several_records_changed() {
    use tsuho_core::operator::{self, Operator};
    let play = Play::open_with(&with(&[
        (
            "  bureau: {",
            "  sites: { owner: operator, type: table, key: id, columns: { id: text, n: integer } }\n  bureau: {",
        ),
        (
            "  heavy: ",
            "  many: { type: boolean, is: size(sites) > 1 }\n  heavy: ",
        ),
    ]));
    let mut op = Operator::default();
    for (n, id) in [(1, "a"), (2, "b")] {
        let c = Change::Rows {
            set: BTreeMap::from([(
                id.to_owned(),
                Row::from([(name("id"), Value::Text(id.into()))]),
            )]),
            dropped: BTreeSet::new(),
        };
        let f = facts(&[("sites", c)]);
        let r = Request {
            command: CommandId::from_bytes([n; 16]),
            asker: asker("clerk"),
            occurred_at: None,
            reason: None,
            seen: None,
            content: Content::Wake,
        };
        let ev = operator::decide(
            &play.rules.facts,
            &play.people,
            &op,
            (&r, &f),
            at("10-27 09:00"),
        )
        .expect("it is granted");
        op = ev.iter().fold(op, tsuho_core::operator::Operator::evolve);
    }
    let (given, _) = op.delivery(&play.rules.facts, None).expect("it is granted");
    let text = format!("{:?}", given["sites"].change);
    assert!(text.contains("\"a\""), "{text}");
}

#[test]
fn what_was_true_of_the_operator_long_ago_needs_a_reason() {
    use tsuho_core::case::request::Text;
    use tsuho_core::operator::{self, Operator};
    let play = Play::lost();
    let bureau = Change::Set(Value::Authority(name("bureau-west")));
    let facts = facts(&[("bureau", bureau)]);
    let code = |occurred: &str, reason: Option<&str>| {
        let request = Request {
            command: CommandId::from_bytes([1; 16]),
            asker: asker("clerk"),
            occurred_at: Some(at(occurred)),
            reason: reason.map(Text::personal),
            seen: None,
            content: Content::Wake,
        };
        let asked = (&request, &facts);
        let (declared, operator) = (&play.rules.facts, Operator::default());
        operator::decide(declared, &play.people, &operator, asked, at("10-27 09:00"))
            .map_err(|rejection| rejection.code())
            .err()
    };
    assert_eq!(code("10-26 08:59", None), Some("reason"));
    assert_eq!(code("10-26 08:59", Some("moved")), None);
    assert_eq!(code("10-26 09:00", None), None);
    assert_eq!(code("10-27 09:01", Some("moved")), Some("future"));
}

#[test]
fn a_late_delivery_is_decided_again() {
    let mut play = Play::lost();
    play.reason = Some("late note");
    play.occurred = Some(at("10-25 09:00"));
    play.deliver_bureau(
        "10-28 09:00",
        Change::Set(Value::Authority(name("bureau-west"))),
    )
    .expect("it is granted");
    play.decided_again().expect("it is granted");
}

#[test]
fn no_personal_value_shows_in_a_debug_form() {
    let mut play = Play::lost();
    play.record("10-27 13:00", &[("cause", text("Mr Secret"))])
        .expect("it is granted");
    assert!(!format!("{:?}", play.history.last()).contains("Secret"));
}
