//! Plays the reference incident with its three cases, and copies of it in which something was changed.
//! That each case of an incident knows what the incident knows is tried beside `incident`; here it matters that a
//! scenario says so.

use super::*;
use crate::case::Body;
use crate::incident;

/// Every workflow of the incident with what it leans on.
const FILES: [(&str, &str); 6] = [
    (
        "workflows/jp-tba-secrecy-leak.yaml",
        include_str!("../../../../../workflows/jp-tba-secrecy-leak.yaml"),
    ),
    (
        "workflows/jp-appi-breach.yaml",
        include_str!("../../../../../workflows/jp-appi-breach.yaml"),
    ),
    (
        "workflows/jp-mic-guidance.yaml",
        include_str!("../../../../../workflows/jp-mic-guidance.yaml"),
    ),
    (
        "workflows/incident-report.yaml",
        include_str!("../../../../../workflows/incident-report.yaml"),
    ),
    (
        "workflows/library/incident.yaml",
        include_str!("../../../../../workflows/library/incident.yaml"),
    ),
    (
        "workflows/library/jp.yaml",
        include_str!("../../../../../workflows/library/jp.yaml"),
    ),
];

/// The reference incident.
const INCIDENT: &str = include_str!("../../../../../workflows/line-yahoo.test.yaml");

static WORKFLOWS: LazyLock<Compiled> = LazyLock::new(|| {
    let files: Vec<(&str, &[u8])> = FILES
        .iter()
        .map(|(file, text)| (*file, text.as_bytes()))
        .collect();
    workspace(&files)
});

/// Reads and plays a text; returns what was found, in reading or in playing, and the report.
fn tried(text: &str) -> (Vec<String>, Option<Report>) {
    let (documents, mut findings) = source::read("line-yahoo.test.yaml", text.as_bytes());
    let compiled = &*WORKFLOWS;
    let (scenarios, found) = read(
        &documents,
        &compiled.workflows,
        &compiled.names,
        Language::En,
    );
    findings.extend(found);
    let report = scenarios
        .first()
        .map(|scenario| run(&compiled.workflows, &calendars(), scenario));
    if let Some(report) = &report {
        findings.extend(report.findings.clone());
    }
    (said(findings), report)
}

#[test]
fn the_reference_incident_is_carried_to_its_end_through_its_three_cases() {
    let (found, report) = tried(INCIDENT);
    assert_eq!(found, Vec::<String>::new());
    let report = report.expect("the incident can be played");
    let names: Vec<&str> = report
        .cases
        .iter()
        .map(|course| course.name.as_str())
        .collect();
    assert_eq!(names, ["secrecy", "personal_data", "letters"]);
    let events: usize = report.cases.iter().map(|course| course.history.len()).sum();
    let filings = report
        .cases
        .iter()
        .filter_map(|course| course.case.as_ref());
    let filings: usize = filings.map(|case| case.filings.len()).sum();
    println!(
        "FIGURE reference incident: cases {}, steps {}, events {events}, filings {filings}, otherwise than expected 0 of {}",
        report.cases.len(),
        report.steps.len(),
        report.steps.len()
    );
}

#[test]
fn what_is_recorded_once_on_the_incident_stands_alike_on_each_case_that_uses_it() {
    let (_, report) = tried(INCIDENT);
    let cases = report.expect("the incident can be played").cases;
    let mut compared = 0;
    for fact in ["persons", "began_at", "outline", "cause", "measures"] {
        let values: Vec<_> = cases
            .iter()
            .filter_map(|course| course.case.as_ref()?.facts.get(fact))
            .map(|history| history.value().cloned())
            .collect();
        assert!(values.len() > 1, "{fact} is used by several cases");
        assert!(values.iter().all(|value| *value == values[0]), "{fact}");
        compared += values.len();
    }
    let given = cases.iter().flat_map(|course| &course.history);
    let given = given.filter(|event| match &event.body {
        Body::FactsRecorded(body) => {
            let from = body.delivered.as_ref();
            from.is_some_and(|from| incident::is_stream(&from.stream))
        }
        _ => false,
    });
    println!(
        "FIGURE shared facts: copies {}, values compared {compared}, different 0 of {compared}",
        given.count()
    );
}

#[test]
fn what_is_wrong_with_the_scenario_of_an_incident_is_found_where_it_stands() {
    let planted: [(&str, &str, &str); 9] = [
        (
            "  letters: jp-mic-guidance",
            "  letters: jp-mic-guidanc",
            "WF8004",
        ),
        (
            "zone: Asia/Tokyo",
            "workflow: jp-appi-breach\nzone: Asia/Tokyo",
            "WF8011",
        ),
        (
            "cases: [secrecy, personal_data]",
            "cases: [secrecy, personal]",
            "WF8004",
        ),
        ("open: letters, expect", "open: secrecy, expect", "WF8016"),
        (
            "cases: [secrecy, personal_data]",
            "cases: [secrecy]",
            "WF8063",
        ),
        (
            "    case: secrecy\n    by: duty_officer\n    do: notify",
            "    by: duty_officer\n    do: notify",
            "WF8015",
        ),
        (
            "      secrecy_leak: feared",
            "      known_at: 2023-10-27",
            "WF8012",
        ),
        (
            "      persons: { value: 519506",
            "      users_affected_2: { value: 519506",
            "WF8012",
        ),
        (
            "expect: { letters: { state: received, duties: {} } }",
            "expect: { state: received }",
            "WF8004",
        ),
    ];
    let mut caught = 0;
    let mut missed = Vec::new();
    for (from, to, code) in planted {
        let (found, _) = tried(&INCIDENT.replacen(from, to, 1));
        if found.iter().any(|line| line.starts_with(code)) {
            caught += 1;
        } else {
            missed.push((to, found));
        }
    }
    println!(
        "scenarios of an incident: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(missed, Vec::new());
}

#[test]
fn a_correction_that_did_not_reach_a_case_would_be_noticed() {
    // The announcement brings what the detailed report of the secrecy case and the final report of the other must state.
    let planted = [
        ("      secrecy_leak: feared", "      secrecy_leak: none"),
        ("      cause:\n", "      place:\n"),
        (
            "        - { id: search_engine,",
            "        - { id: other_engine,",
        ),
        (
            "answer_by: 2024-07-01, finds_insufficient",
            "answer_by: 2024-06-30, finds_insufficient",
        ),
        (
            "known_at: { value: 2023-10-27",
            "known_at: { value: 2023-10-26",
        ),
    ];
    let caught = planted
        .iter()
        .filter(|(from, to)| {
            assert!(INCIDENT.contains(from), "{from}");
            !tried(&INCIDENT.replacen(from, to, 1)).0.is_empty()
        })
        .count();
    println!(
        "reference incident: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}

#[test]
fn the_example_of_several_cases_in_the_reference_passes() {
    let page = include_str!("../../../../../docs/reference/scenarios.md");
    let examples: Vec<&str> = page.split("```yaml\n").skip(1).collect();
    let (example, _) = examples[1].split_once("```").expect("the example ends");
    let (found, report) = tried(example);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(report.expect("it can be played").cases.len(), 2);
}
