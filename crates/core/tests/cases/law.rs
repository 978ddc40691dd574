//! What the law says on a day: a table of thresholds that time alone crosses, and a number that changes with the day.
//! How such facts are written, and what is wrong with them, is stated by the compiler's tests.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::Rejection;
use tsuho_core::case::event::{Body, Change, MoveCause};
use tsuho_core::case::request::Dispatch;
use tsuho_core::case::view::{Truth, View};
use tsuho_core::name::FactName;
use tsuho_core::time::{Instant, Timestamp};
use tsuho_core::value::{Row, Value};
use tsuho_core::workflow::guard::Reference;

use crate::play::{Play, at, moment, name, number, sent, step, tokyo, with};

/// The office under a law that speaks of services, with two dated tables and two dated numbers.
fn lawful() -> String {
    with(&[
        (
            "  bureau: { owner: operator, type: authority, under: ministry }\n",
            "  bureau: { owner: operator, type: authority, under: ministry }
  thresholds:
    owner: law
    type: table
    key: id
    columns: { id: text, class: kind, lasted: duration, users: integer }
    values:
      - { from: 2023-04-01, law: act-1, rows: [{ id: a, class: voice, lasted: 1 hour, users: 30000 }, { id: b, class: data, lasted: 2 hours, users: 30000 }] }
      - { from: 2023-12-01, law: act-1, rows: [{ id: a, class: voice, lasted: 30 minutes, users: 30000 }] }
  days_to_report:
    owner: law
    type: period
    values: [{ from: 2023-04-01, law: act-1, value: 20 days }, { from: 2023-12-01, law: act-1, value: 10 days }]
",
        ),
        (
            "\nfacts:\n  bureau",
            "\nchoices: { kind: { voice: Voice, data: Data } }\nfacts:\n  bureau",
        ),
        (
            "applies: { when: lost == \"yes\" || lost == \"perhaps\" }",
            "in_force: { from: 2023-04-01, by: began_at }
applies:
  when: services.exists(s, thresholds.exists(t, t.class == s.class && s.users >= t.users && lasted(s.began_at, s.restored_at) >= t.lasted))",
        ),
        (
            "  grave:    boolean",
            "  grave:    boolean
  began_at: { type: instant, happened: true }
  services: { type: table, key: id, columns: { id: text, class: kind, users: integer, began_at: instant, restored_at: instant } }
  since_when: { type: instant, is: since.applies }
  outage_users: integer
  many_minutes: { type: boolean, is: \"outage_users > 0 && lasted(began_at, restored_at) >= minutes(900000 / outage_users)\" }
  restored_at: instant
  minutes_since: { type: instant, is: since.many_minutes }",
        ),
        (
            "
      - { when: grave, anchor: known_at, within: 60 days, counting: periods }
      - { anchor: known_at, within: 30 days, counting: periods }",
            " { anchor: known_at, within: days_to_report, counting: periods }",
        ),
    ])
}

/// Returns a row of `services`.
fn service(class: &str, users: i64, began: &str, restored: Option<&str>) -> Change {
    let instant = |text: &str| Value::Instant(Instant::new(at(text), tokyo()));
    let mut row = Row::from([
        (name("id"), Value::Text("line".to_owned())),
        (name("class"), Value::Choice(name(class))),
        (name("users"), Value::Integer(users)),
        (name("began_at"), instant(began)),
    ]);
    row.extend(restored.map(|text| (name("restored_at"), instant(text))));
    Change::Rows {
        set: BTreeMap::from([("line".to_owned(), row)]),
        dropped: BTreeSet::new(),
    }
}

fn applies(play: &Play, when: &str) -> Truth {
    View::new(&play.context(), &play.case, at(when)).applies()
}

/// Returns the civil time of a computed instant as the case stands at a moment.
fn computed(play: &Play, fact: &str, when: &str) -> Option<String> {
    let fact: FactName = name(fact);
    let context = play.context();
    let view = View::new(&context, &play.case, at(when));
    match view.fact(&fact)? {
        Value::Instant(instant) => Some(instant.at.civil(&tokyo()).to_string()),
        other => panic!("{fact} is {other}"),
    }
}

fn civil(moment: Option<Timestamp>) -> Option<String> {
    moment.map(|moment| moment.civil(&tokyo()).to_string())
}

/// Tells whether the workflow applies to data that were out from 10:00 for so many users until then.
fn applied(office: &str, users: i64, restored: &str) -> String {
    let mut play = Play::open_with(office);
    let row = service("data", users, "10-27 10:00", Some(restored));
    let began = ("began_at", moment("10-27 10:00"));
    play.record("10-27 13:00", &[began, ("services", row)])
        .expect("recorded");
    format!("{:?}", applies(&play, "10-27 13:00"))
}

/// Says what X10 and X11 of the language demand, under one text of the workflow: what differs, or nothing.
fn thresholds_differ(office: &str) -> Option<String> {
    let mut seen = Vec::new();
    let mut play = Play::open_with(office);
    play.record(
        "10-27 14:40",
        &[
            ("began_at", moment("10-27 14:00")),
            ("known_at", moment("10-27 14:05")),
            ("services", service("voice", 40_000, "10-27 14:00", None)),
        ],
    )
    .expect("recorded");
    seen.push(format!("{:?}", applies(&play, "10-27 14:59")));
    seen.push(format!("{:?}", civil(play.next())));
    seen.push(format!("{:?}", play.wake("10-27 15:00")));
    seen.push(format!(
        "{:?}",
        computed(&play, "since_when", "10-27 15:00")
    ));
    play.record(
        "10-27 15:20",
        &[(
            "services",
            service("voice", 40_000, "10-27 14:00", Some("10-27 14:50")),
        )],
    )
    .expect("recorded");
    seen.push(format!(
        "{:?} {}",
        applies(&play, "10-27 15:20"),
        play.duty("report")
    ));
    play.record(
        "10-27 16:00",
        &[(
            "services",
            service("voice", 40_000, "10-27 14:00", Some("10-27 15:05")),
        )],
    )
    .expect("recorded");
    seen.push(format!(
        "{:?} {}",
        applies(&play, "10-27 16:00"),
        play.duty("report")
    ));
    seen.push(format!(
        "{:?}",
        computed(&play, "since_when", "10-27 16:00")
    ));
    seen.push(applied(office, 30_000, "10-27 12:00"));
    seen.push(applied(office, 29_999, "10-27 12:00"));
    seen.push(applied(office, 30_000, "10-27 11:59"));
    play.decided_again().expect("decided again");
    let expected = [
        "False",
        "Some(\"2023-10-27T15:00:00\")",
        "[\"ClockStarted\", \"ClockStarted\"]",
        "Some(\"2023-10-27T15:00:00\")",
        "False lapsed 2023-11-16T00:00:00 2023-11-17T00:00:00",
        "True running 2023-11-16T00:00:00 2023-11-17T00:00:00",
        "Some(\"2023-10-27T16:00:00\")",
        "True",
        "False",
        "False",
    ];
    (seen != expected).then(|| format!("{seen:#?}"))
}

#[test]
fn time_alone_crosses_a_threshold_of_the_law_and_a_correction_takes_it_back() {
    assert_eq!(thresholds_differ(&lawful()), None);
    let planted = [
        ("s.users >= t.users", "s.users > t.users"),
        (">= t.lasted", "> t.lasted"),
        (
            "lasted: 2 hours, users: 30000",
            "lasted: 2 hours, users: 30001",
        ),
        (
            "lasted: 2 hours, users: 30000",
            "lasted: 119 minutes, users: 30000",
        ),
        (
            "class: voice, lasted: 1 hour,",
            "class: voice, lasted: 61 minutes,",
        ),
        (
            "{ id: a, class: voice, lasted: 1 hour, users: 30000 }, ",
            "",
        ),
        (
            "- { from: 2023-12-01, law: act-1, rows",
            "- { from: 2023-10-27, law: act-1, rows",
        ),
        ("t.class == s.class && ", ""),
    ];
    let caught = planted.iter().filter(|(from, to)| {
        let text = lawful();
        assert!(text.contains(from), "{from}");
        thresholds_differ(&text.replacen(from, to, 1)).is_some()
    });
    let caught = caught.count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

#[test]
fn a_length_that_a_number_gives_is_crossed_to_the_microsecond() {
    let mut play = Play::open_with(&lawful());
    play.record(
        "10-27 12:05",
        &[
            ("began_at", moment("10-27 12:00")),
            ("outage_users", number(70_000)),
        ],
    )
    .expect("recorded");
    let crossed = "2023-10-27T12:12:51.428571";
    let line = computed(&play, "minutes_since", "10-27 12:13");
    assert_eq!(line.as_deref(), Some(crossed));
    assert_eq!(computed(&play, "minutes_since", "10-27 12:12"), None);
}

#[test]
fn the_value_in_force_follows_the_day_and_a_clock_that_counts_by_it_moves() {
    let mut play = Play::open_with(&lawful());
    let voice = service("voice", 40_000, "12-01 09:00", Some("12-01 12:00"));
    play.record(
        "12-01 13:00",
        &[
            ("began_at", moment("11-30 23:59")),
            ("known_at", moment("12-01 10:00")),
            ("services", voice),
        ],
    )
    .expect("recorded");
    assert_eq!(
        play.duty("report"),
        "running 2023-12-21T00:00:00 2023-12-22T00:00:00"
    );
    play.record("12-01 14:00", &[("began_at", moment("12-01 00:00"))])
        .expect("recorded");
    assert_eq!(
        play.duty("report"),
        "running 2023-12-12T00:00:00 2023-12-12T00:00:00"
    );
    let causes: Vec<MoveCause> = play
        .history
        .iter()
        .filter_map(|event| match &event.body {
            Body::ClockMoved(moved) => Some(moved.cause),
            _ => None,
        })
        .collect();
    assert_eq!(causes, [MoveCause::Law]);
    play.decided_again().expect("decided again");
}

#[test]
fn before_its_first_value_and_without_a_day_the_law_is_unknown_and_the_day_is_asked_for() {
    let mut play = Play::open_with(&lawful());
    let voice = || service("voice", 40_000, "10-27 09:00", Some("10-27 11:00"));
    play.record("10-27 12:00", &[("services", voice())])
        .expect("recorded");
    assert_eq!(applies(&play, "10-27 12:00"), Truth::Unknown);
    let context = play.context();
    let asked = View::new(&context, &play.case, at("10-27 12:00"));
    let because = asked.truth(play.rules.applies.when.as_ref()).because;
    assert_eq!(because, [Reference::Fact(name("began_at"))].into());
    play.record("10-27 12:20", &[("began_at", moment("03-31 23:59"))])
        .expect("recorded");
    assert_eq!(applies(&play, "10-27 12:20"), Truth::Unknown);
    play.record("10-27 12:30", &[("began_at", moment("04-01 00:00"))])
        .expect("recorded");
    assert_eq!(applies(&play, "10-27 12:30"), Truth::True);
}

#[test]
fn an_estimated_day_makes_what_rests_on_the_law_provisional() {
    let mut play = Play::open_with(&lawful());
    let voice = service("voice", 40_000, "10-27 09:00", Some("10-27 11:00"));
    play.record(
        "10-27 12:00",
        &[("services", voice), ("known_at", moment("10-27 10:00"))],
    )
    .expect("recorded");
    play.estimate("10-27 12:10", "began_at", moment("10-27 09:00"))
        .expect("recorded");
    assert_eq!(
        play.duty("report"),
        "running 2023-11-16T00:00:00 2023-11-17T00:00:00 {Estimate}"
    );
}

#[test]
fn nobody_records_what_the_law_says() {
    let mut play = Play::open_with(&lawful());
    let refused = play.record(
        "10-27 12:00",
        &[("days_to_report", Change::Set(Value::Period(name("5 days"))))],
    );
    assert_eq!(
        refused,
        Err(Rejection::NotRecordable {
            fact: name("days_to_report"),
            why: "not_recordable.law",
        })
    );
}

#[test]
fn a_clock_without_its_anchor_bars_closing_also_while_nobody_knows_whether_anything_is_owed() {
    let text = lawful().replacen(
        "finish:  { from: known,",
        "finish:  { from: [known, told],",
        1,
    );
    let mut play = Play::open_with(&text);
    let voice = service("voice", 40_000, "10-27 09:00", Some("10-27 11:00"));
    play.record(
        "10-27 12:00",
        &[
            ("services", voice),
            ("began_at", moment("10-27 09:00")),
            ("known_at", moment("10-27 10:00")),
            ("steps", step("a", Some("2023-10-27"))),
        ],
    )
    .expect("recorded");
    play.act("10-27 12:10", "clerk", "tell", sent("phone"))
        .expect("told");
    play.reason = Some("neither is certain");
    play.record(
        "10-27 12:20",
        &[("began_at", Change::Absent), ("known_at", Change::Absent)],
    )
    .expect("withdrawn");
    assert_eq!(applies(&play, "10-27 12:20"), Truth::Unknown);
    assert!(play.duty("report").starts_with("running"));
    let refused = play.act("10-27 12:30", "officer", "finish", Dispatch::default());
    let Err(Rejection::Duties { duties, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(duties, ["report@bureau-east"]);
}
