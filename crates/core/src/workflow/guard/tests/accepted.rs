//! Shows which expressions are read: those of the language's rules, of its twelve regimes and of the reference page.

use super::*;

/// The shared facts of the library `incident` and of every regime.
fn regimes() -> World {
    World::new(&[
        "began_at: instant", "restored_at: instant", "users_affected: integer", "persons: integer", "outline: personal text",
        "cause: personal text", "secrecy_leak: choice leaked feared none",
        "services: table id: text, class: choice voice_emergency voice iot_data, users: integer, began_at: instant, restored_at: instant",
        "measures: table id: text, in_charge: personal text, due: date, done_on: date, effect_checked_on: date, waived_because: personal text",
        "accident_thresholds: table id: text, class: choice voice_emergency voice iot_data, lasted: duration, users: integer",
        "accident_target: period", "mic_bureau: authority", "leak_content: choices content metadata subscriber",
        "known_at: instant", "users_last_year_end: integer", "service_prefectures: integer", "core_function: boolean",
        "terminal_only: boolean", "planned: boolean", "natural_disaster: boolean", "could_not_stop: boolean",
        "noticed_late: boolean", "standby_failed: boolean", "fell: boolean", "fire_or_smoke: boolean",
        "wrong_terminal: boolean", "satellite_or_cable_damaged: boolean", "in_scope: boolean", "excluded: boolean",
        "sensitive_data: boolean", "property_risk: boolean", "encrypted: boolean", "improper_purpose: boolean",
        "told_principal_at: instant", "caused_by_wholesaler: boolean",
        "letters: table number: text, kind: choice guidance demand order, sender: authority, dated_on: date, answer_by: date, progress_every: period, progress_until: date, ended_on: date",
        "personal_data: boolean", "adverse: boolean", "unintelligible: boolean", "breach_detected_at: instant",
        "significant: boolean", "significant_at: instant", "handled_at: instant",
        "requests: table id: text, sender: authority, answer_by: instant",
        "service: choice cable wireless wireline voip", "discovered_at: instant", "complete_loss: boolean",
        "special_facility: boolean", "dirs_active: boolean", "long_enough: boolean", "user_minutes: boolean",
        "experienced_at: instant", "affects_911: boolean", "call_centres: table id: text, centre: authority, closed: boolean",
        "updates: table id: text, learnt_at: instant", "intrusion: boolean", "aware_at: instant",
        "new_facts: table id: text, confirmed_at: instant", "orders: table number: text, submit_by: date",
        "incident_known_at: instant", "impact_known_at: instant", "impact: choice significant relevant none",
        "text_applied: choice t2007 t2024", "determined_at: instant", "breach: boolean", "customers_affected: integer",
        "harm_likely: boolean", "activated_at: instant", "deactivated_at: instant", "outage_known_at: instant",
        "expected_end: instant", "services_down: integer", "whole_state: boolean", "over_an_hour: boolean",
    ])
    .history(&[
        "did.report_orally", "did.notify", "entered.notified", "filed.notification", "filed.first_notice",
        "filed.initial_notice", "filed.second_notice", "filed.federal_notice", "filed.public_notice",
        "due.progress_report", "gaps.initial_notice", "gaps.second_notice", "gaps.remaining_notice",
    ])
}

/// Conditions of Parts A and B.
const CONDITIONS: &[&str] = &[
    r#"secrecy_leak == "leaked" || secrecy_leak == "feared""#,
    r#""content" in leak_content"#,
    "size(measures) > 0 && measures.all(m, known(m.effect_checked_on) || known(m.waived_because))",
    "applies == false",
    "applies",
    "services.exists(s, accident_thresholds.exists(t,\n  t.class == s.class && s.users >= t.users && lasted(s.began_at, s.restored_at) >= t.lasted))",
    "caused_by_wholesaler",
    "users_last_year_end >= 30000 && service_prefectures >= 2 && core_function",
    "terminal_only || planned || (natural_disaster && fell == false)",
    "satellite_or_cable_damaged || (in_scope && excluded == false && (could_not_stop || (noticed_late && standby_failed) || fell || fire_or_smoke || wrong_terminal))",
    "encrypted == false && (sensitive_data || property_risk || improper_purpose || persons > 1000)",
    "unknown(told_principal_at)",
    "improper_purpose",
    "size(letters) > 0",
    "letters.all(l, known(l.ended_on))",
    "personal_data",
    "gaps.initial_notice == 0 || gaps.second_notice == 0 || gaps.remaining_notice == 0",
    "gaps.initial_notice > 0",
    "gaps.second_notice > 0",
    "adverse && unintelligible == false",
    "significant",
    "unknown(handled_at) || handled_at > due.progress_report",
    "known(handled_at) && handled_at <= due.progress_report",
    "lasted(began_at, restored_at) >= minutes(30)",
    "users_affected > 0 && lasted(began_at, restored_at) >= minutes(900000 / users_affected)",
    r#"long_enough && dirs_active == false && (special_facility || (user_minutes && (service != "voip" || complete_loss)))"#,
    r#"service != "voip""#,
    "special_facility",
    "affects_911",
    "intrusion",
    r#"impact != "none""#,
    r#"impact == "significant""#,
    "known(did.report_orally)",
    r#"breach && (text_applied == "t2007" || customers_affected >= 500 || harm_likely)"#,
    r#"text_applied == "t2007""#,
    r#"text_applied == "t2007" || harm_likely"#,
    "known(activated_at)",
    "known(deactivated_at)",
    "expected_end - began_at > minutes(60) || lasted(began_at, restored_at) > minutes(60)",
    "planned == false && over_an_hour && (services_down >= 100000 || whole_state)",
];

/// Expressions of Parts A and B that begin or end a clock.
const ANCHORS: &[&str] = &[
    "known_at",
    "began_at",
    "since.applies",
    "filed.notification",
    "handled_at",
    "latest(discovered_at, since.applies)",
    "latest(incident_known_at, impact_known_at)",
    "earliest(letters.map(l, l.dated_on))",
    "did.report_orally",
    "filed.first_notice",
    "filed.public_notice",
    "filed.federal_notice",
    "deactivated_at",
    "experienced_at",
];

/// Expressions of Parts A and B in a duty of a row: the row's name, its table, the expression, what it is for.
const OF_ROWS: &[(&str, &str, &str, &str)] = &[
    ("row", "call_centres", "row.closed == false", "boolean"),
    ("row", "call_centres", "row.centre", "authority"),
    ("update", "updates", "update.learnt_at", "anchor"),
    (
        "letter",
        "letters",
        r#"letter.kind == "guidance""#,
        "boolean",
    ),
    (
        "letter",
        "letters",
        r#"letter.kind != "guidance""#,
        "boolean",
    ),
    ("letter", "letters", "letter.sender", "authority"),
    ("letter", "letters", "letter.answer_by", "anchor"),
    (
        "letter",
        "letters",
        "known(letter.progress_every)",
        "boolean",
    ),
    ("letter", "letters", "letter.progress_every", "period"),
    ("letter", "letters", "letter.progress_until", "anchor"),
    ("m", "measures", "m.due", "anchor"),
    ("m", "measures", "m.done_on", "anchor"),
    ("request", "requests", "request.sender", "authority"),
    ("request", "requests", "request.answer_by", "anchor"),
    ("found", "new_facts", "found.confirmed_at", "anchor"),
    ("order", "orders", "order.submit_by", "anchor"),
];

fn wanted(word: &str) -> Wanted {
    match word {
        "boolean" => Wanted::Boolean,
        "anchor" => Wanted::Anchor,
        other => Wanted::Type(read_type(other)),
    }
}

#[test]
fn every_expression_of_the_twelve_regimes_is_read_without_a_warning() {
    let world = regimes();
    let mut read = 0;
    let mut check = |text: &str, wanted: Wanted, world: &World| {
        let expr =
            compile(text, wanted, world).unwrap_or_else(|faults| panic!("`{text}`: {faults:#?}"));
        assert_eq!(expr.warnings(), [], "`{text}`");
        assert_eq!(expr.text(), text);
        read += 1;
    };
    for text in CONDITIONS {
        check(text, Wanted::Boolean, &world);
    }
    for text in ANCHORS {
        check(text, Wanted::Anchor, &world);
    }
    check("accident_target", wanted("period"), &world);
    check("mic_bureau", wanted("authority"), &world);
    for (row, table, text, what) in OF_ROWS {
        check(text, wanted(what), &world.clone().each(row, table, None));
    }
    println!("FIGURE guards: expressions of the twelve regimes read {read} of {read}");
}

#[test]
fn what_the_rules_allow_is_read() {
    let world = regimes();
    for text in [
        // E1: CEL's syntax and precedence
        "true",
        "persons == 1 + 2 * 3 - 4 / 2",
        "-persons < -1",
        "!(fell)",
        "!!fell",
        "((fell))",
        "persons in [1, 2, 3]",
        "secrecy_leak in ['leaked', \"feared\"]",
        "persons in []",
        "\tfell\n&&\r\nplanned ",
        "persons == -9007199254740991",
        "fell && planned && (fell || planned || !fell)",
        "outage_known_at == known_at",
        "persons - 1 > -1",
        // E2: names
        "past(did.notify)",
        "past(entered.notified)",
        "past(filed.notification)",
        "past(due.progress_report)",
        "past(since.applies)",
        "past(since.fell)",
        "gaps.initial_notice == 0",
        "known(since.in_scope)",
        // E3: functions
        "known(outline)",
        "unknown(measures)",
        "known(fell && planned)",
        "past(known_at)",
        "past(date_of(known_at))",
        "lasted(began_at, restored_at) > hours(2)",
        "lasted(began_at + hours(1), restored_at) >= days(1) * 2",
        "past(earliest(known_at, began_at))",
        "past(latest([known_at, began_at]))",
        "past(latest(known_at))",
        "size([1, 2]) == 2",
        "sum([1, persons]) > 3",
        "sum(services.map(s, s.users)) > 3",
        "sum(accident_thresholds.map(t, t.lasted)) > hours(3)",
        "date_of(known_at) == date_of(began_at)",
        "size(services.filter(s, s.users > 1)) == size(services)",
        "services.filter(s, s.users > 1).exists(s, known(s.restored_at))",
        "services.exists(s, applies)",
        "persons in services.map(s, s.users)",
        "letters.exists(l, l.kind in [\"demand\", \"order\"])",
        // E4: types
        "known_at - began_at >= hours(1)",
        "known_at + hours(1) > began_at",
        "known_at - hours(1) > began_at",
        "hours(1) + minutes(1) - days(1) < hours(2)",
        "hours(1) * 3 == 3 * hours(1)",
        "hours(1 / 2) == minutes(30)",
        "letters.exists(l, l.answer_by - l.dated_on > days(14))",
        "fell == planned",
        "mic_bureau == \"jp-mic-kanto\"",
        "mic_bureau in [\"jp-mic\", \"jp-mic-kanto\"]",
        "persons / 3 * 3 == persons",
        "sum([1 / 2, 1 / 2]) == 1",
        "\"a\" == \"a\"",
        "\"a\\\"b\\\\\" != 'b'",
    ] {
        world.guard(text);
    }
}

#[test]
fn a_quoted_text_becomes_what_it_is_needed_for() {
    let world = regimes();
    for (text, what, value) in [
        (
            "\"jp-mic\"",
            "authority",
            Value::Authority("jp-mic".parse().expect("a name")),
        ),
        (
            "\"leaked\"",
            "choice leaked feared",
            Value::Choice("leaked".parse().expect("a choice")),
        ),
        ("\"か\u{3099}\"", "text", Value::Text("が".to_owned())),
        ("1 + 1", "integer", Value::Integer(2)),
        (
            "minutes(900000 / 70000)",
            "duration",
            Value::Duration(Span::from_micros(771_428_571)),
        ),
    ] {
        let expr = compile(text, wanted(what), &world).expect("read");
        assert_eq!(
            expr.evaluate(&world, at("2026-11-23 00:00")).value,
            Some(value),
            "`{text}`"
        );
    }
}

#[test]
fn references_are_written_as_the_language_does() {
    let world = regimes().each("letter", "letters", None);
    let guard = world.guard(
        "applies && past(did.notify) && past(entered.notified) && past(filed.notification) && past(due.progress_report) \
         && gaps.initial_notice == 0 && past(since.applies) && past(since.fell) && fell && past(letter.answer_by) \
         && services.exists(s, s.users > 0)",
    );
    let names: Vec<String> = guard.references().iter().map(ToString::to_string).collect();
    let expected = [
        "fell",
        "services",
        "letters.answer_by",
        "services.users",
        "applies",
        "did.notify",
        "entered.notified",
        "filed.notification",
        "due.progress_report",
        "since.applies",
        "since.fell",
        "gaps.initial_notice",
    ];
    assert_eq!(names, expected);
}

#[test]
fn every_example_of_the_reference_page_is_read() {
    const PAGE: &str = include_str!("../../../../../../docs/reference/expressions.md");
    let world = regimes();
    let mut read = 0;
    for block in PAGE.split("```cel\n").skip(1) {
        let (block, _) = block.split_once("```").expect("a block ends");
        for line in block.lines().filter(|line| !line.trim().is_empty()) {
            world.guard(line);
            read += 1;
        }
    }
    assert!(read >= 10, "the page has examples");
    for block in PAGE.split("```refused\n").skip(1) {
        let (block, _) = block.split_once("```").expect("a block ends");
        for line in block.lines() {
            let (text, code) = line.split_once(" => ").expect("a text and its code");
            let faults = world.compile(text.trim()).expect_err(line);
            assert_eq!(faults[0].code.id, code.trim(), "{line}");
        }
    }
}

#[test]
fn every_function_is_on_the_reference_page() {
    const PAGE: &str = include_str!("../../../../../../docs/reference/expressions.md");
    for name in crate::workflow::guard::RESERVED {
        assert!(
            PAGE.contains(&format!("`{name}")) || PAGE.contains(&format!(".{name}(")),
            "`{name}` is not described"
        );
    }
}
