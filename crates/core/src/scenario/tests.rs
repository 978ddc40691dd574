//! Plays the shipped scenarios, and copies of them in which something was changed.
//! What a case decides is tried beside its rules; here it matters that every difference is found.

mod accidents;
mod edges;
mod faults;
mod incident;
mod mistakes;
mod mutations;
mod shipped;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Course, Outcome, Report, Scenario, read, run};
use crate::calendar::{self, Calendar};
use crate::catalogue::{self, Arg, Args, Language};
use crate::diagnostic::{Diagnostic, Findings};
use crate::name::CalendarName;
use crate::workflow::Rules;
use crate::workflow::compile::{Compiled, workspace};
use crate::workflow::source;

/// Every file that a shipped workflow consists of.
const FILES: [(&str, &str); 4] = [
    (
        "workflows/jp-tba-secrecy-leak.yaml",
        include_str!("../../../../workflows/jp-tba-secrecy-leak.yaml"),
    ),
    (
        "workflows/incident-report.yaml",
        include_str!("../../../../workflows/incident-report.yaml"),
    ),
    (
        "workflows/library/incident.yaml",
        include_str!("../../../../workflows/library/incident.yaml"),
    ),
    (
        "workflows/library/jp.yaml",
        include_str!("../../../../workflows/library/jp.yaml"),
    ),
];

/// The scenarios of the shipped workflow.
const SCENARIOS: &str = include_str!("../../../../workflows/jp-tba-secrecy-leak.test.yaml");

/// The name of the file of scenarios.
const FILE: &str = "workflows/jp-tba-secrecy-leak.test.yaml";

/// A short scenario, in which single things are changed.
const SHORT: &str = include_str!("tests/short.test.yaml");

/// The shipped workflow, compiled once.
static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let files: Vec<(&str, &[u8])> = FILES
        .iter()
        .map(|(file, text)| (*file, text.as_bytes()))
        .collect();
    workspace(&files)
});

/// Reads the scenarios of a text against the shipped workflow.
fn scenarios(text: &str) -> (Vec<Scenario>, Findings) {
    scenarios_in(text, Language::En)
}

/// Reads them with what is written in both languages in one.
fn scenarios_in(text: &str, language: Language) -> (Vec<Scenario>, Findings) {
    let (documents, mut findings) = source::read(FILE, text.as_bytes());
    let compiled = &*COMPILED;
    let (scenarios, found) = read(&documents, &compiled.workflows, &compiled.names, language);
    findings.extend(found);
    (scenarios, findings)
}

/// Returns the shipped workflow.
fn rules() -> &'static Rules {
    COMPILED
        .workflows
        .first()
        .expect("the shipped workflow can be used")
}

fn calendars() -> BTreeMap<CalendarName, Calendar> {
    let shipped = calendar::all_shipped().iter();
    shipped
        .map(|calendar| (calendar.name.clone(), calendar.clone()))
        .collect()
}

/// Plays every scenario of a text that has no mistake.
fn played(text: &str) -> Vec<Report> {
    let (scenarios, findings) = scenarios(text);
    assert_eq!(said(findings), Vec::<String>::new());
    let calendars = calendars();
    let each = scenarios.iter();
    each.map(|scenario| run(&COMPILED.workflows, &calendars, scenario))
        .collect()
}

/// Returns the one case that a scenario played.
fn course(report: &Report) -> &Course {
    let [course] = report.cases.as_slice() else {
        panic!("{} plays one case", report.scenario);
    };
    course
}

/// Returns findings as a person reads them, `WF8054 12:5 …`, and checks that its words name what is given.
fn said(findings: Findings) -> Vec<String> {
    let each = findings.into_sorted();
    each.iter().map(sentence).collect()
}

fn sentence(finding: &Diagnostic) -> String {
    check_words(finding.code.id, &finding.args);
    check_words(&format!("{}.help", finding.code.id), &finding.args);
    for label in &finding.labels {
        check_words(label.key, &label.args);
    }
    let words = catalogue::text(Language::En, finding.code.id, &finding.args);
    let at = &finding.at;
    format!("{} {}:{} {words}", finding.code.id, at.line, at.column)
}

/// Checks that a sentence exists and that everything that it names is given.
fn check_words(key: &str, args: &Args) {
    assert!(catalogue::has(key), "{key} has no words");
    let pattern = catalogue::text(Language::En, key, &Args::new());
    let named = pattern
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'));
    for (name, _) in named {
        assert!(args.contains_key(name), "{key} lacks `{name}`");
    }
    args.values().for_each(check_arg);
}

fn check_arg(arg: &Arg) {
    match arg {
        Arg::Key(key) => check_words(key, &Args::new()),
        Arg::Message(key, args) => check_words(key, args),
        Arg::List(list) => list.iter().for_each(check_arg),
        Arg::Text(_) | Arg::Lines(_) | Arg::Title(_) => {}
    }
}

/// Returns a text with a stretch replaced, which must stand in it exactly once.
fn changed(text: &str, from: &str, to: &str) -> String {
    assert_eq!(
        text.matches(from).count(),
        1,
        "`{from}` does not stand once"
    );
    text.replacen(from, to, 1)
}
