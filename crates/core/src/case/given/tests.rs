//! Shows how facts are given on a command line and in files.
//! The texts of single values are tried in `value::parse`.

use super::*;
use crate::name::FactName;
use crate::value::{Limits, Title};
use crate::workflow::rules::Owner;
use tsuho_ledger::PartClass;

fn declared() -> BTreeMap<FactName, FactRule> {
    let types = [
        ("known_at", Type::Instant),
        ("users_affected", Type::Integer),
        ("outline", Type::Text),
    ];
    types
        .into_iter()
        .map(|(name, value_type)| {
            let name: FactName = name.parse().expect("a fact name");
            let rule = FactRule {
                name: name.clone(),
                value_type,
                limits: Limits::default(),
                owner: Owner::Case,
                class: PartClass::Operational,
                title: Title::default(),
                is: None,
                default: None,
                values: Vec::new(),
            };
            (name, rule)
        })
        .collect()
}

fn tokyo() -> Zone {
    "Asia/Tokyo".parse().expect("zone data are compiled in")
}

fn assign(text: &str) -> Result<(String, Given), String> {
    parse_assignment(&declared(), text, &tokyo())
        .map(|(name, given)| (name.to_string(), given))
        .map_err(|malformed| malformed.to_string())
}

#[test]
fn an_assignment_gives_a_value_an_estimate_or_its_absence() {
    let (name, given) = assign("users_affected=~440027").expect("an estimate");
    assert_eq!(name, "users_affected");
    assert_eq!(given.change, Change::Set(Value::Integer(440_027)));
    assert_eq!(given.certainty, Certainty::Estimate);
    let (_, given) = assign("users_affected=").expect("an absence");
    assert_eq!(
        (given.change, given.certainty),
        (Change::Absent, Certainty::Exact)
    );
    let (_, given) = assign("outline=~5 = about five").expect("a text");
    let words = Value::Text("~5 = about five".to_owned());
    assert_eq!(
        (given.change, given.certainty),
        (Change::Set(words), Certainty::Exact)
    );
}

#[test]
fn a_wrong_assignment_says_what_to_write() {
    assert_eq!(
        assign("users_affected"),
        Err("`users_affected` is not `fact=value`".to_owned())
    );
    assert_eq!(
        assign("user_affected=5"),
        Err("there is no fact `user_affected`; did you mean `users_affected`?".to_owned())
    );
    assert_eq!(
        assign("known_at=yesterday"),
        Err("known_at: `yesterday` is not a day such as `2023-10-27` or a moment such as `2023-10-27T18:00`".to_owned())
    );
}

#[test]
fn a_fact_may_come_with_estimate_source_and_the_time_of_learning() {
    let text = |text: &str| Written::Text(text.to_owned());
    let map = |entries: Vec<(&str, Written)>| {
        Written::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    };
    let given = from_written(
        &Type::Integer,
        &map(vec![
            ("value", Written::Integer(5)),
            ("estimate", Written::Boolean(true)),
            ("as_of", text("2023-10-27T18:00")),
            ("source", text("press")),
        ]),
        &tokyo(),
    )
    .expect("a fact");
    assert_eq!(given.certainty, Certainty::Estimate);
    assert_eq!(
        given.as_of.map(|at| at.to_string()).as_deref(),
        Some("2023-10-27T09:00:00.000000Z")
    );
    assert_eq!(given.source, Some(Text::personal("press")));
    for (wrong, expected) in [
        (
            map(vec![("estimate", Written::Boolean(true))]),
            "`value` is missing",
        ),
        (
            map(vec![
                ("value", Written::Integer(5)),
                ("estmate", Written::Boolean(true)),
            ]),
            "estmate: a fact has no `estmate`; did you mean `estimate`?",
        ),
        (
            map(vec![
                ("value", Written::Integer(5)),
                ("estimate", text("true")),
            ]),
            "estimate: expected `true` or `false`, found a text",
        ),
        (
            map(vec![
                ("value", Written::Integer(5)),
                ("as_of", Written::Integer(3)),
            ]),
            "as_of: expected a moment such as `2023-10-27T18:00`, found a whole number",
        ),
    ] {
        let found = from_written(&Type::Integer, &wrong, &tokyo());
        assert_eq!(
            found.map_err(|malformed| malformed.to_string()),
            Err(expected.to_owned())
        );
    }
}

#[test]
fn facts_are_read_together_with_everything_that_is_wrong_with_them() {
    let written = Written::Map(vec![
        (
            "known_at".to_owned(),
            Written::Text("2023-10-27".to_owned()),
        ),
        ("known_at_all".to_owned(), Written::Nothing),
        (
            "users_affected".to_owned(),
            Written::Text("many".to_owned()),
        ),
    ]);
    let (facts, malformed) = facts(&declared(), &written, &tokyo());
    assert_eq!(facts.len(), 1);
    assert_eq!(malformed.len(), 2);
}
