//! The shipped scenarios pass, and a day's shift of what they rest on moves what they find.
//! Edges are deleted in `edges`.

use super::*;
use crate::case::event::{Change, EventBody};
use crate::scenario::{Deed, Happening, What};
use crate::value::Value;

#[test]
fn every_shipped_scenario_passes() {
    let reports = played(SCENARIOS);
    assert!(reports.len() >= 9, "{} scenarios", reports.len());
    for report in reports {
        let found = said(report.findings.clone());
        assert_eq!(found, Vec::<String>::new(), "{}", report.scenario);
        let passed = report
            .steps
            .iter()
            .filter(|step| step.outcome == Outcome::Passed);
        assert_eq!(passed.count(), report.steps.len(), "{}", report.scenario);
        assert!(report.passed() && course(&report).case.is_some());
    }
}

#[test]
fn a_day_earlier_moves_the_due_dates_and_both_are_shown() {
    let line = "known_at: { value: 2023-10-27, source:";
    let first = SCENARIOS.split("\n---\n").next().expect("there is a first");
    let shifted = changed(first, line, "known_at: { value: 2023-10-26, source:");
    let reports = played(&shifted);
    let found = said(reports[0].findings.clone());
    let due = "expected `detailed_report@jp-mic-kanto` to be due 2023-11-27, \
               found included: 2023-11-24, excluded: 2023-11-27";
    let shown = found.iter().filter(|line| line.ends_with(due)).count();
    println!("planted 1, caught {}", shown.min(1));
    assert_eq!(shown, 2, "{found:#?}");
}

#[test]
fn what_histories_touched_is_summed_up() {
    let mut coverage = crate::scenario::Coverage::default();
    for report in played(SCENARIOS) {
        coverage.extend(course(&report).coverage.clone());
    }
    let rules = rules();
    assert_eq!(
        coverage.states.iter().collect::<Vec<_>>(),
        rules.graph.states().collect::<Vec<_>>()
    );
    let edges = rules
        .graph
        .edges()
        .into_iter()
        .map(|edge| (edge.from, edge.action));
    let never: Vec<String> = edges
        .filter(|edge| !coverage.actions.contains(edge))
        .map(|(state, action)| format!("{state} {action}"))
        .collect();
    let refused = "notified decide_not_reportable";
    assert_eq!(
        never,
        [refused],
        "every other edge is taken; this one is tried and refused by its guard"
    );
    for obligation in &rules.obligations {
        let fates = coverage.obligations[&obligation.name];
        assert!(
            fates.started > 0 && fates.moved > 0 && fates.stopped > 0 && fates.lapsed > 0,
            "{fates:?}"
        );
    }
}

#[test]
fn a_history_is_the_same_each_time_that_it_is_played() {
    let histories = || {
        played(SCENARIOS)
            .into_iter()
            .map(|report| course(&report).history.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(histories(), histories());
}

/// Returns what the notes and the texts of one scenario say, in order.
fn words(scenario: &Scenario) -> Vec<String> {
    let mut words = Vec::new();
    for step in &scenario.steps {
        let Happening::Asked(asked) = &step.happening else {
            continue;
        };
        let What::Asks(_, deed) = &asked.what else {
            continue;
        };
        match deed {
            Deed::Note(text) => words.push(text.clone()),
            Deed::Record(facts) | Deed::Take { facts, .. } => {
                words.extend(facts.values().flat_map(|given| texts(&given.change)));
            }
            Deed::Approve(_) | Deed::Refuse(_) | Deed::Receive { .. } | Deed::Undo { .. } => {}
        }
    }
    words
}

/// Returns the free texts of a change; keys of rows are none.
fn texts(change: &Change) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    match change {
        Change::Set(value) => text(value).into_iter().collect(),
        Change::Rows { set, .. } => set
            .values()
            .flat_map(|row| row.iter().filter(|(column, _)| column.as_str() != "id"))
            .filter_map(|(_, value)| text(value))
            .collect(),
        Change::Absent => Vec::new(),
    }
}

#[test]
fn the_reference_case_is_told_in_both_languages_and_decided_alike() {
    let told = |language| {
        let (scenarios, findings) = scenarios_in(SCENARIOS, language);
        assert_eq!(said(findings), Vec::<String>::new());
        let first = scenarios.into_iter().next().expect("the reference case");
        let report = run(&COMPILED.workflows, &calendars(), &first);
        assert_eq!(said(report.findings.clone()), Vec::<String>::new());
        let types: Vec<&str> = course(&report)
            .history
            .iter()
            .map(|event| event.body.type_name())
            .collect();
        (words(&first), types.join(" "))
    };
    let ((en, english), (ja, japanese)) = (told(Language::En), told(Language::Ja));
    assert_eq!(english, japanese);
    assert_eq!(en.len(), ja.len());
    for (en, ja) in en.iter().zip(&ja) {
        assert!(en.is_ascii(), "`{en}` is no English");
        assert!(!ja.is_ascii(), "`{ja}` is no Japanese");
    }
}

#[test]
fn only_a_mapping_of_two_texts_is_a_text_in_both_languages() {
    let written = |text: &str| {
        let text = changed(
            SHORT,
            "outline: A third party entered.",
            &format!("outline: {text}"),
        );
        let (_, findings) = scenarios_in(&text, Language::Ja);
        said(findings)
    };
    assert_eq!(written("{ ja: 侵入, en: Intrusion }"), Vec::<String>::new());
    for wrong in [
        "{ ja: 侵入 }",
        "{ ja: 侵入, en: 5 }",
        "{ ja: 侵入, en: a, fr: b }",
    ] {
        assert_ne!(written(wrong), Vec::<String>::new(), "{wrong}");
    }
}

#[test]
fn the_example_of_the_reference_passes_and_its_tables_name_every_key_and_word() {
    let page = include_str!("../../../../../docs/reference/scenarios.md");
    let (_, example) = page
        .split_once("```yaml\n")
        .expect("the page has an example");
    let (example, _) = example.split_once("```").expect("the example ends");
    let reports = played(example);
    assert_eq!(reports.len(), 1);
    assert_eq!(said(reports[0].findings.clone()), Vec::<String>::new());
    let keys = crate::scenario::read::KEYS
        .iter()
        .chain(crate::scenario::step::KEYS)
        .copied();
    let words = crate::scenario::StandingWord::ALL
        .into_iter()
        .map(crate::scenario::StandingWord::word);
    for word in keys.chain(words) {
        assert!(
            page.contains(&format!("`{word}`")),
            "`{word}` is not explained"
        );
    }
}
