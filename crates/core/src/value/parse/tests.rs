//! Shows how values are written and what is refused, each with the words that a person gets.
//! The texts of facts with estimates and sources are tried in `case::given`.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::catalogue::{Language, text};
use crate::time::{Precision, Timestamp};
use crate::value::{Column, Limits, Title};
use tsuho_ledger::PartClass;

fn tokyo() -> Zone {
    "Asia/Tokyo".parse().expect("zone data are compiled in")
}

fn new_york() -> Zone {
    "America/New_York"
        .parse()
        .expect("zone data are compiled in")
}

fn list(names: &[&str]) -> Arc<ChoiceList> {
    let of = names.iter().map(|name| {
        let name = name.parse().expect("a choice value");
        (name, Title::default())
    });
    Arc::new(ChoiceList {
        name: None,
        of: of.collect(),
    })
}

fn measures() -> Type {
    let column = |value_type| Column {
        value_type,
        limits: Limits::default(),
        class: PartClass::Operational,
        title: Title::default(),
    };
    let name = |name: &str| name.parse().expect("a column name");
    Type::Table(Arc::new(TableType {
        key: name("id"),
        columns: [
            (name("id"), column(Type::Text)),
            (name("due"), column(Type::Date)),
            (name("users"), column(Type::Integer)),
        ]
        .into(),
    }))
}

/// Every type, with what it may hold.
fn types() -> Vec<Type> {
    vec![
        Type::Boolean,
        Type::Integer,
        Type::Text,
        Type::Choice(list(&["leaked", "feared"])),
        Type::Choices(list(&["content", "metadata"])),
        Type::Date,
        Type::Instant,
        Type::Duration,
        Type::Period,
        Type::Authority(std::collections::BTreeSet::new()),
        measures(),
    ]
}

fn check(value_type: &Type, written: &str, expected: &str) {
    let found = match parse_text(value_type, written, &tokyo()) {
        Ok(value) => value.to_string(),
        Err(malformed) => malformed.to_string(),
    };
    assert_eq!(found, expected, "{written} as {}", value_type.word());
}

#[test]
fn each_type_is_read_from_its_text_and_says_what_else_is_no_value_of_it() {
    check(&Type::Boolean, "true", "true");
    check(&Type::Boolean, "yes", "`yes` is not `true` or `false`");
    check(&Type::Integer, "-440027", "-440027");
    for wrong in ["1_000", "+5", "007", "1.5", "", "9007199254740992"] {
        assert!(
            parse_text(&Type::Integer, wrong, &tokyo()).is_err(),
            "{wrong}"
        );
    }
    check(&Type::Text, "か\u{3099}", "が");
    let leak = Type::Choice(list(&["leaked", "feared", "none"]));
    check(&leak, "feared", "feared");
    check(
        &leak,
        "fered",
        "`fered` is not among the choices; did you mean `feared`?",
    );
    let content = Type::Choices(list(&["content", "metadata", "other"]));
    check(&content, "metadata, content", "content, metadata");
    check(&Type::Duration, "90 minutes", "1 h 30 min");
    check(
        &Type::Duration,
        "2 days",
        "`2 days` is not a length such as `90 minutes` or `2 hours`",
    );
    check(&Type::Period, "7 working days", "7 working days");
    check(&Type::Period, "P30D", "30 days");
    let any = Type::Authority(std::collections::BTreeSet::new());
    check(&any, "jp-mic-kanto", "jp-mic-kanto");
}

#[test]
fn a_date_is_read_as_iso_or_of_an_era_and_in_no_other_form() {
    check(&Type::Date, "2023-10-27", "2023-10-27");
    check(&Type::Date, "令和5年10月27日", "2023-10-27");
    for wrong in [
        "20231027",
        "2023-02-30",
        "2023-10-27T00:00",
        "27.10.2023",
        "令和5年2月30日",
    ] {
        let form = "a date such as `2023-10-27` or 令和5年10月27日";
        check(&Type::Date, wrong, &format!("`{wrong}` is not {form}"));
    }
}

#[test]
fn an_instant_keeps_its_zone_and_how_exactly_it_was_stated() {
    let read = |text: &str| instant(text, &tokyo()).expect("an instant");
    let day = read("2023-10-17");
    assert_eq!(
        (day.at.to_string().as_str(), day.precision),
        ("2023-10-16T15:00:00.000000Z", Precision::Day)
    );
    assert_eq!(read("令和5年10月17日"), day);
    let local = read("2023-10-17T09:30");
    assert_eq!(
        (local.at.to_string().as_str(), local.precision),
        ("2023-10-17T00:30:00.000000Z", Precision::Minute)
    );
    for same in [
        "2023-10-17T09:30+09:00",
        "2023-10-17T00:30Z",
        "2023-10-17T09:30:00.000000",
    ] {
        assert_eq!(read(same), local, "{same}");
    }
    assert_eq!(
        read("2023-10-17T09:30:15.25").at.as_micros() % 60_000_000,
        15_250_000
    );
}

#[test]
fn a_time_that_a_zone_makes_doubtful_is_refused() {
    let say = |text: &str, zone: &Zone| match moment(text, zone) {
        Ok(moment) => moment.to_string(),
        Err(problem) => Malformed::new(problem).to_string(),
    };
    let zone = new_york();
    assert_eq!(
        say("2026-03-08T02:30", &zone),
        "`2026-03-08T02:30` does not exist in America/New_York: clocks were put forward over it"
    );
    assert_eq!(
        say("2026-11-01T01:30", &zone),
        "`2026-11-01T01:30` came twice in America/New_York, when clocks were put back: add the offset that is meant"
    );
    assert_eq!(
        say("2026-11-01T01:30-04:00", &zone),
        "2026-11-01T05:30:00.000000Z"
    );
    assert_eq!(
        say("2026-11-01T01:30-05:00", &zone),
        "2026-11-01T06:30:00.000000Z"
    );
    assert_eq!(
        say("2026-11-01T01:30+09:00", &zone),
        "`2026-11-01T01:30+09:00` contradicts America/New_York, which was at -04:00 at that moment"
    );
    assert_eq!(
        say("2023-10-17", &zone),
        "`2023-10-17` is a day; a time of day is needed here"
    );
    for wrong in [
        "2023-10-17 09:30",
        "2023-10-17T9:30",
        "2023-10-17T24:00",
        "2023-10-17T09:30:60",
        "2023-10-17T09:30.5",
        "2023-10-17T09:30:00.",
        "2023-10-17T09:30:00.1234567",
        "2023-10-17T09:30+9",
        "2023-10-17T09:30+24:00",
        "2023-10-17T09:30ZZ",
        "2023-10-17T",
        "T09:30",
        "",
    ] {
        let form = "a moment such as `2023-10-27T18:00`";
        assert_eq!(say(wrong, &zone), format!("`{wrong}` is not {form}"));
    }
    for beyond in ["1899-12-31T23:59", "9999-01-01T00:00"] {
        assert_eq!(
            say(beyond, &tokyo()),
            format!("`{beyond}` lies outside the years 1900 to 9998")
        );
    }
    assert!(instant("0001-01-01", &tokyo()).is_err());
}

#[test]
fn a_table_is_a_list_of_rows_and_a_mistake_says_where_it_is() {
    let table = measures();
    check(
        &table,
        "[{ id: a, due: 2023-10-27 }, { id: b, users: 5 }, { id: c, due: }]",
        "3 rows: a, b, c",
    );
    for (wrong, expected) in [
        (
            "[{ due: 2023-10-27 }]",
            "1: the row does not say which one it is: `id` is missing",
        ),
        ("[{ id: a }, { id: a }]", "2: the row `a` stands twice"),
        (
            "[{ id: a, duee: 2023-10-27 }]",
            "1: duee: the table has no column `duee`; did you mean `due`?",
        ),
        (
            "[{ id: a, due: soon }]",
            "1: due: `soon` is not a date such as `2023-10-27` or 令和5年10月27日",
        ),
        (
            "[a]",
            "1: expected a row, a mapping of columns, found a text",
        ),
        ("{ id: a }", "expected a list of rows, found a mapping"),
        ("[", "`[` is not a list of rows"),
        ("[]\nother: 1", "`[]⏎other: 1` is not a list of rows"),
    ] {
        check(&table, wrong, expected);
    }
}

#[test]
fn what_is_written_as_another_kind_of_value_is_refused_with_both_named() {
    let written = |value_type: &Type, written: &Written| {
        from_written(value_type, written, &tokyo()).map_err(|malformed| malformed.to_string())
    };
    assert_eq!(
        written(&Type::Text, &Written::Integer(5)),
        Err("expected a text, found a whole number".to_owned())
    );
    assert_eq!(
        written(&Type::Integer, &Written::Text("5".to_owned())),
        Err("expected a whole number within ±9007199254740991, found a text".to_owned())
    );
    let too_large = Written::Integer(LARGEST_INTEGER + 1);
    assert!(written(&Type::Integer, &too_large).is_err());
    let mixed = Written::List(vec![
        Written::Text("content".to_owned()),
        Written::Integer(1),
    ]);
    assert_eq!(
        written(&Type::Choices(list(&["content"])), &mixed),
        Err("2: expected a text, found a whole number".to_owned())
    );
}

#[test]
fn every_problem_has_its_words_in_both_languages() {
    let (some, many) = (String::from("x"), vec![String::from("y")]);
    let problems = [
        Problem::Shape {
            expected: "value.form.text",
            found: "value.shape.list",
        },
        Problem::Form {
            text: some.clone(),
            form: "value.form.zone",
        },
        Problem::Choice {
            given: some.clone(),
            choices: ChoiceList::default(),
        },
        Problem::NoTimeOfDay { text: some.clone() },
        Problem::Skipped {
            text: some.clone(),
            zone: some.clone(),
        },
        Problem::Twice {
            text: some.clone(),
            zone: some.clone(),
        },
        Problem::Offset {
            text: some.clone(),
            zone: some.clone(),
            has: some.clone(),
        },
        Problem::OutOfRange { text: some.clone() },
        Problem::UnknownColumn {
            column: some.clone(),
            among: many.clone(),
        },
        Problem::NoRowKey {
            column: some.clone(),
        },
        Problem::RowTwice { key: some.clone() },
        Problem::UnknownFact {
            fact: some.clone(),
            among: Vec::new(),
        },
        Problem::UnknownKey {
            key: some.clone(),
            among: many,
        },
        Problem::NoValue,
        Problem::NoAssignment { text: some },
    ];
    for problem in problems {
        let (key, args) = Malformed::new(problem).message();
        for language in [Language::En, Language::Ja] {
            let words = text(language, key, &args);
            assert!(!words.contains(['[', '{']), "{words}");
        }
    }
}

/// Texts that look like values, and others.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "2023", "-", "10", "27", "T", ":", "Z", "+", "09", "令和", "元", "5", "年", "月", "日",
        ".", "days", " ", "working", "P", "true", "~", "[", "]", "{", "}", "id", "due", ",", "\"",
        "\n", "\u{0}", "é",
    ]);
    prop_oneof![
        prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(written in texts()) {
        for value_type in types() {
            for zone in [tokyo(), new_york(), Zone::utc()] {
                let _ = parse_text(&value_type, &written, &zone);
            }
        }
    }

    #[test]
    fn a_moment_is_read_back_from_its_text(micros in Timestamp::FIRST.as_micros() + 1..Timestamp::LAST.as_micros()) {
        let at = Timestamp::from_micros(micros).expect("within range");
        prop_assert_eq!(moment(&at.to_string(), &tokyo()), Ok(at));
    }
}
