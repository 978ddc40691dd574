//! Shows which expressions are refused, with which code, where, and that the words say what to do in both languages.

mod texts;

use texts::REFUSED;

use super::*;
use crate::catalogue::{self, Language};
use crate::diagnostic::ALL_CODES;

fn world() -> World {
    World::new(&[
        "fell: boolean", "planned: boolean", "secret: personal boolean", "persons: integer", "outline: personal text",
        "note: text", "leak: choice leaked feared none", "content: choices content metadata", "known_at: instant",
        "began_at: instant", "told_on: date", "target: period", "limit: duration", "bureau: authority",
        "services: table id: text, users: integer, began_at: instant, note: personal text, kind: choice voice data",
        "hidden: personal table id: text, users: integer", "other: choice leaked feared",
    ])
    .history(&["did.notify", "entered.notified", "filed.report", "filed.daily: series", "due.report", "due.daily: series",
        "due.prompt: promptly", "gaps.report"])
    .each("row", "services", None)
}

/// Returns what was found: the text at each fault and its code.
fn found(text: &str) -> Vec<(String, String)> {
    match world().compile(text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .iter()
            .map(|fault| {
                (
                    text[fault.span.clone()].to_owned(),
                    fault.code.name.trim_start_matches("guard-").to_owned(),
                )
            })
            .collect(),
    }
}

#[test]
fn what_the_rules_forbid_is_refused_where_it_stands() {
    let mut wrong = Vec::new();
    for (text, expected) in REFUSED {
        let expected: Vec<_> = expected
            .iter()
            .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
            .collect();
        let found = found(text);
        if found != expected {
            wrong.push(format!(
                "`{text}`\n  expected {expected:?}\n  found    {found:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_text_beyond_the_bounds_is_refused() {
    for (text, code) in [
        (format!("fell{}", " ".repeat(1_997)), "too-long"),
        (
            format!("{}fell{}", "(".repeat(33), ")".repeat(33)),
            "too-deep",
        ),
        (format!("{}fell", "!".repeat(33)), "too-deep"),
        (format!("persons > {}", vec!["1"; 34].join("+")), "too-deep"),
        (
            format!("persons in [{}{}]", "-(".repeat(17), ")".repeat(17)),
            "too-deep",
        ),
    ] {
        assert_eq!(
            found(&text).first().map(|(_, code)| code.clone()),
            Some(code.to_owned()),
            "`{text}`"
        );
    }
    for text in [
        format!("fell{}", " ".repeat(1_996)),
        format!("{}fell{}", "(".repeat(32), ")".repeat(32)),
        format!("{}fell", "!".repeat(32)),
        format!("persons > {}", vec!["1"; 32].join("+")),
        vec!["fell"; 250].join("&&"),
    ] {
        assert_eq!(found(&text), [], "`{text}`");
    }
}

#[test]
fn another_type_than_is_wanted_is_refused() {
    let world = world();
    for (text, wanted) in [
        ("fell", Wanted::Anchor),
        ("known_at", Wanted::Type(Type::Date)),
        ("told_on", Wanted::Type(Type::Instant)),
        ("persons / 2", Wanted::Type(Type::Integer)),
        ("\"leakd\"", Wanted::Type(read_type("choice leaked"))),
        ("leak", Wanted::Type(read_type("choice leaked"))),
        ("services.map(s, s.users)", Wanted::Type(Type::Integer)),
        ("\"x y\"", Wanted::Type(read_type("authority"))),
    ] {
        assert!(
            compile(text, wanted.clone(), &world).is_err(),
            "`{text}` as {wanted:?}"
        );
    }
}

#[test]
fn a_misspelt_name_is_met_with_the_one_that_was_meant() {
    for (text, meant) in [
        ("fel", "did you mean `fell`?"),
        ("past(did.notfy)", "did you mean `notify`?"),
        ("row.user > 1", "did you mean `users`?"),
        ("leak == \"leakd\"", "did you mean `leaked`?"),
        ("pasd(known_at)", "did you mean `past`?"),
        ("past(entered.nowhere)", "there are `notified`"),
    ] {
        let fault = &world().compile(text).expect_err("refused")[0];
        assert_eq!(
            catalogue::text(
                Language::En,
                &format!("{}.help", fault.code.id),
                &fault.args
            ),
            meant
        );
    }
}

#[test]
fn every_refusal_says_in_both_languages_what_is_wrong_and_what_to_do() {
    let mut seen = BTreeSet::new();
    let long = format!("fell{}", " ".repeat(1_997));
    let deep = format!("{}fell", "!".repeat(33));
    let texts = REFUSED
        .iter()
        .map(|(text, _)| *text)
        .chain([long.as_str(), deep.as_str()]);
    for fault in texts.flat_map(|text| world().compile(text).expect_err(text)) {
        seen.insert(fault.code);
        for language in [Language::En, Language::Ja] {
            for key in [fault.code.id.to_owned(), format!("{}.help", fault.code.id)] {
                let said = catalogue::text(language, &key, &fault.args);
                assert!(
                    !said.contains("[guard.") && !said.contains("[WF"),
                    "{key}: {said}"
                );
                let open = [
                    "found", "name", "hint", "instead", "what", "wanted", "function", "form",
                    "most", "values",
                ];
                assert!(
                    open.iter()
                        .all(|name| !said.contains(&format!("{{{name}}}"))),
                    "{key}: {said}"
                );
            }
        }
    }
    let warnings = ["2 > 1", "2 < 1", "1 / 0 == 1"];
    for warning in warnings
        .iter()
        .flat_map(|text| world().guard(text).warnings().to_vec())
    {
        seen.insert(warning.code);
    }
    let missing: Vec<&str> = ALL_CODES
        .iter()
        .filter(|code| code.name.starts_with("guard-") && !seen.contains(code))
        .map(|code| code.name)
        .collect();
    // The parser has never refused what `scan` and `shape` let through; `hostile` tries it.
    assert_eq!(missing, ["guard-not-an-expression"]);
}

#[test]
fn a_condition_that_no_case_can_change_is_warned_of() {
    for (text, expected) in [
        ("true", Some("always-true")),
        ("false", Some("always-false")),
        ("2 > 1", Some("always-true")),
        ("persons > 3 && 2 < 1", Some("always-false")),
        ("1 / 0 == 1", Some("always-unknown")),
        ("known(1)", Some("always-true")),
        ("fell && !fell", Some("always-false")),
        ("fell || planned || fell == false", Some("always-true")),
        ("persons == persons", Some("always-true")),
        ("persons != persons", Some("always-false")),
        ("persons < 3 || persons >= 3", Some("always-true")),
        ("persons < 3 && persons > 3", Some("always-false")),
        ("unknown(persons) || known(persons)", Some("always-true")),
        (
            "leak == \"leaked\" && leak == \"feared\"",
            Some("always-false"),
        ),
        (
            "leak != \"leaked\" || leak != \"feared\"",
            Some("always-true"),
        ),
        ("(fell && planned) || (!fell && planned)", None),
        ("leak == \"leaked\" || leak == \"feared\"", None),
        ("persons < 3 || persons > 3", None),
        ("hours(1) + hours(2) == limit", None),
    ] {
        let guard = world().guard(text);
        let found: Vec<&str> = guard
            .warnings()
            .iter()
            .map(|one| one.code.name.trim_start_matches("guard-"))
            .collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "`{text}`");
    }
}
