//! Checks the compiler by changing a sound workflow and looking at what is found, and where.

mod cases;
mod digests;
mod documents;
mod mutations;
mod reference;
mod shipped;

use super::{Compiled, workspace};
use crate::catalogue::{self, Language};
use crate::name::WorkflowName;

/// A library, a template and a workflow without a mistake.
const BASE: &str = include_str!("tests/base.yaml");

/// Compiles one text as a file of its own.
fn compiled(text: &str) -> Compiled {
    workspace(&[("t.yaml", text.as_bytes())])
}

/// Returns the base with stretches replaced, each of which must stand in it exactly once.
fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(BASE.to_owned(), |text, (from, to)| {
        assert_eq!(
            text.matches(from).count(),
            1,
            "`{from}` does not stand once in\n{text}"
        );
        text.replacen(from, to, 1)
    })
}

/// Returns what was found as `WF0103 12:5 what stands there`, in the order of the file.
fn found(compiled: &Compiled) -> Vec<String> {
    let findings = compiled.findings.clone().into_sorted();
    let line = |finding: &crate::diagnostic::Diagnostic| {
        for language in [Language::En, Language::Ja] {
            for key in [
                finding.code.id.to_owned(),
                format!("{}.help", finding.code.id),
            ] {
                let said = catalogue::text(language, &key, &finding.args);
                assert!(
                    !said.contains(['[', '{']) || key == "WF0111.help",
                    "`{said}` lacks a word"
                );
            }
            for label in &finding.labels {
                let said = catalogue::text(language, label.key, &label.args);
                assert!(!said.starts_with('['), "`{said}` has no text");
            }
        }
        let text = &compiled.texts[&finding.at.file];
        let stands = text[finding.at.span.clone()]
            .lines()
            .next()
            .unwrap_or_default();
        format!(
            "{} {}:{} {stands}",
            finding.code.id, finding.at.line, finding.at.column
        )
        .trim_end()
        .to_owned()
    };
    findings.iter().map(line).collect()
}

/// Tells whether a code is one of the compiler's: those of rules, `lint` tests and lists.
fn is_ours(id: &str) -> bool {
    let is_of_rule = crate::lint::RULES.iter().any(|rule| rule.code.id == id);
    let families = ["WF01", "WF02", "WF10", "WF20", "WF30", "WF40", "WF51"];
    let is_of_family = families.iter().any(|family| id.starts_with(family));
    id == "WF0001" || is_of_family && !is_of_rule
}

fn name(text: &str) -> WorkflowName {
    text.parse().expect("a workflow name")
}

#[test]
fn the_base_of_these_tests_has_no_mistake() {
    let compiled = compiled(BASE);
    assert_eq!(found(&compiled), Vec::<String>::new());
    assert!(compiled.workflow(&name("outage")).is_some());
    assert_eq!(
        compiled
            .templates
            .iter()
            .map(WorkflowName::as_str)
            .collect::<Vec<_>>(),
        ["path"]
    );
}
