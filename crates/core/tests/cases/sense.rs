//! What fits its type and makes no sense is refused, in words that say what would: counts, texts, days, withdrawals.
//! Types, choices and lengths are in `facts`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::Rejection;
use tsuho_core::case::event::Via;
use tsuho_core::case::event::{Certainty, Change};
use tsuho_core::case::request::{Content, Facts, Given, Text};
use tsuho_core::catalogue::{Language, text as words};
use tsuho_core::ids::{CommandId, PersonId};
use tsuho_core::name::FactName;
use tsuho_core::people::{
    self, InstallationKind, LONGEST_PERSON_NAME, People, SystemContent, SystemRequest,
};
use tsuho_core::value::{Row, Value};

use crate::play::{Came, Play, at, choice, day, moment, name, number, step, text, with};

/// The office, whose pages are counted from none, and whose steps tell when they were done and are to be.
fn office() -> String {
    with(&[
        (
            "  pages:    integer",
            "  pages:    { type: integer, min: 0, max: 5000 }\n  seen_on:  { type: date, happened: true }\n  over_at:  instant",
        ),
        (
            "in_charge: text, done_on: date }",
            "in_charge: text, done_on: { type: date, happened: true }, due: date, cost: { type: integer, min: 0 } }",
        ),
    ])
}

fn play() -> Play {
    let mut play = Play::open_with(&office());
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("facts are recorded");
    play
}

/// Returns a row of `steps` with one more cell.
fn row(key: &str, column: &str, value: Value) -> Change {
    let row = Row::from([
        (name("id"), Value::Text(key.to_owned())),
        (name(column), value),
    ]);
    Change::Rows {
        set: BTreeMap::from([(key.to_owned(), row)]),
        dropped: BTreeSet::new(),
    }
}

fn date(day: &str) -> Value {
    Value::Date(name(&format!("2023-{day}")))
}

/// Returns a refusal's words in both languages.
fn said(came: Came) -> [String; 2] {
    let refusal = came.expect_err("the request is refused");
    [Language::En, Language::Ja].map(|language| words(language, refusal.key(), &refusal.args()))
}

#[test]
fn senseless_facts_are_refused_and_nothing_is_written() {
    let planted: [(&str, Change, &str); 20] = [
        ("pages", number(-5), "below"),
        ("pages", number(5001), "above"),
        ("steps", row("m1", "cost", Value::Integer(-1)), "below"),
        ("cause", text(""), "blank"),
        ("cause", text(" \u{3000}\n"), "blank"),
        ("cause", text("a\u{7}b"), "control"),
        ("cause", text("a\r\nb"), "control"),
        ("cause", text("a\u{202e}b"), "control"),
        (
            "steps",
            row("m1", "in_charge", Value::Text(" ".into())),
            "blank",
        ),
        ("steps", row(" ", "due", date("12-01")), "blank"),
        ("steps", row("m\n1", "due", date("12-01")), "control"),
        ("seen_on", Change::Set(date("10-28")), "not_yet"),
        ("known_at", moment("10-27 13:01"), "not_yet"),
        ("known_at", day("10-28"), "not_yet"),
        ("steps", step("m1", Some("2023-10-28")), "not_yet"),
        ("steps", step("m1", Some("2099-01-01")), "not_yet"),
        ("cause", Change::Absent, "not_recorded"),
        ("known_at", Change::Absent, "reason"),
        ("pages", Change::Absent, "not_recorded"),
        ("steps", Change::Absent, "not_recorded"),
    ];
    let mut play = play();
    let before = (play.case.clone(), play.history.len());
    let mut caught = 0;
    for (fact, change, code) in &planted {
        let came = play.record("10-27 13:00", &[(fact, change.clone())]);
        let found = came.as_ref().err().map(Rejection::code);
        assert_eq!(found, Some(*code), "{fact}");
        for said in said(came) {
            assert!(!said.contains('{') && !said.contains("[refused"), "{said}");
        }
        caught += 1;
    }
    assert_eq!((play.case.clone(), play.history.len()), before);
    println!("planted {}, caught {caught}", planted.len());
}

#[test]
fn what_makes_sense_at_the_edge_is_recorded_and_decided_again() {
    let mut play = play();
    for (fact, change) in [
        ("pages", number(0)),
        ("pages", number(5000)),
        ("cause", text("one\n\ttwo")),
        ("seen_on", Change::Set(date("10-27"))),
        ("known_at", moment("10-27 13:00")),
        // What is due or expected lies ahead.
        ("over_at", moment("10-29 13:00")),
        ("steps", row("m1", "due", date("12-01"))),
        ("steps", step("m1", Some("2023-10-27"))),
    ] {
        let came = play.record("10-27 13:00", &[(fact, change)]);
        assert!(came.is_ok(), "{fact}: {came:?}");
    }
    play.decided_again().expect("the same is decided");
}

#[test]
fn a_day_begins_where_the_authority_is() {
    // At 01:00 of the 28th in Japan it is still the 27th in UTC.
    let mut play = play();
    let came = play.record("10-28 01:00", &[("seen_on", Change::Set(date("10-28")))]);
    assert!(came.is_ok(), "{came:?}");
}

#[test]
fn that_a_fact_is_not_known_is_on_record_with_the_reason() {
    let mut play = play();
    play.reason = Some("nobody counted them");
    let came = play.record("10-27 13:00", &[("pages", Change::Absent)]);
    assert_eq!(came, Ok(vec!["FactsRecorded"]));
    assert_eq!(play.case.facts[&name::<FactName>("pages")].value(), None);
    play.decided_again().expect("the same is decided");
}

#[test]
fn a_row_that_is_not_there_cannot_be_dropped() {
    let mut play = play();
    play.record("10-27 13:00", &[("steps", step("m1", None))])
        .expect("it is granted");
    let drop = |key: &str| Change::Rows {
        set: BTreeMap::new(),
        dropped: BTreeSet::from([key.to_owned()]),
    };
    play.reason = Some("a slip");
    let came = play.record("10-27 13:10", &[("steps", drop("m2"))]);
    assert_eq!(came.map_err(|refusal| refusal.code()), Err("cell"));
    play.reason = Some("a slip");
    assert!(play.record("10-27 13:10", &[("steps", drop("m1"))]).is_ok());
    play.reason = Some("a slip");
    let came = play.record("10-27 13:20", &[("steps", drop("m1"))]);
    assert_eq!(came.map_err(|refusal| refusal.code()), Err("cell"));
}

#[test]
fn an_estimate_of_nothing_is_refused() {
    let mut play = play();
    play.reason = Some("not yet counted");
    let came = play.estimate("10-27 13:00", "pages", Change::Absent);
    assert_eq!(
        said(came),
        [
            "`pages` is marked as an estimate and has no value; write the value behind the `~`",
            "「pages」は推計値とされていますが、値がありません。`~` に続けて値を入力してください",
        ]
    );
}

#[test]
fn texts_beside_facts_say_something_too() {
    let mut play = play();
    let note = |words: &str| Content::Note {
        text: Text::personal(words),
    };
    let mut codes = Vec::new();
    for words in ["", " \n", "a\u{1b}[31mb", "a\u{2067}b"] {
        let came = play.ask("10-27 13:00", "clerk", note(words));
        codes.push(came.expect_err("it is refused").code());
    }
    assert_eq!(codes, ["blank_text", "blank_text", "control", "control"]);
    play.reason = Some(" ");
    let came = play.record("10-27 13:00", &[("known_at", Change::Absent)]);
    assert_eq!(
        said(came),
        [
            "the reason says nothing; write what there is to say, or leave it out",
            "理由に内容がありません。入力するか、指定を省いてください",
        ]
    );
    let given = Given {
        certainty: Certainty::Exact,
        source: Some(Text::personal("")),
        ..Given::new(number(3))
    };
    let facts = Facts::from([(name("pages"), given)]);
    let came = play.ask("10-27 13:00", "clerk", Content::Record { facts });
    assert_eq!(came.map_err(|refusal| refusal.code()), Err("blank_text"));
}

#[test]
fn who_only_runs_the_installation_has_no_part_in_a_case() {
    let mut play = play();
    let note = || Content::Note {
        text: Text::personal("a word"),
    };
    for content in [
        note(),
        Content::Record {
            facts: crate::play::facts(&[("pages", number(3))]),
        },
    ] {
        let came = play.ask("10-27 13:00", "founder:administrator", content);
        assert_eq!(
            said(came),
            [
                "the role `administrator` has no part in this workflow; these have: chief, clerk, officer; `tsuho user grant` gives one of them",
                "役割「administrator」はこの業務フローを担当しません。担当する役割: chief、clerk、officer。いずれかを `tsuho user grant` で付与してください",
            ]
        );
    }
    assert!(play.ask("10-27 13:00", "clerk", note()).is_ok());
    let refused = play
        .open_as("founder:administrator")
        .expect_err("no case opens");
    assert_eq!(refused.code(), "role_outside");
}

/// Asks the installation as its administrator, who is the clerk.
fn asked(people: &People, content: SystemContent) -> Result<(), [String; 2]> {
    let request = SystemRequest {
        command: CommandId::from_bytes([8; 16]),
        person: PersonId::from_bytes([1; 16]),
        via: Via::Os,
        content,
    };
    let refused = |refusal: people::SystemRejection| {
        [Language::En, Language::Ja]
            .map(|language| words(language, &refusal.key(), &refusal.args()))
    };
    people::decide(people, &request, at("10-27 13:00"))
        .map(drop)
        .map_err(refused)
}

#[test]
fn a_person_is_added_under_a_name_that_can_be_read() {
    let long = "x".repeat(LONGEST_PERSON_NAME + 1);
    let person = PersonId::from_bytes([9; 16]);
    let planted = [
        ("", "the name cannot be kept: it says nothing"),
        (" \u{3000}", "the name cannot be kept: it says nothing"),
        (
            "佐藤\u{202e}花子",
            "the name cannot be kept: it holds the character U+202E, which nobody sees or which hides others",
        ),
        (
            "佐藤\n花子",
            "the name cannot be kept: it holds the character U+000A, which nobody sees or which hides others",
        ),
        (
            long.as_str(),
            "the name cannot be kept: it is longer than 256 bytes",
        ),
    ];
    let mut caught = 0;
    for (name, expected) in planted {
        let added = SystemContent::AddPerson {
            person,
            name: Some(name.to_owned()),
            account: None,
        };
        let created = SystemContent::Create {
            kind: InstallationKind::Drill,
            person,
            name: Some(name.to_owned()),
            account: Some("sato".to_owned()),
        };
        let known = crate::words::people();
        for refused in [asked(&known, added), asked(&People::default(), created)] {
            let [english, japanese] = refused.expect_err("it is refused");
            assert_eq!(english, expected);
            assert!(japanese.starts_with("氏名を登録できません。"), "{japanese}");
        }
        caught += 1;
    }
    println!("planted {}, caught {caught}", planted.len());
    let with_account = |account: &str| SystemContent::AddPerson {
        person,
        name: Some("x".repeat(LONGEST_PERSON_NAME)),
        account: Some(account.to_owned()),
    };
    assert!(asked(&crate::words::people(), with_account("")).is_err());
    assert_eq!(asked(&crate::words::people(), with_account("sato")), Ok(()));
}
