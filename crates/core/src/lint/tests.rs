//! Every rule's page: what it calls bad is found by it alone, what it calls good is found by nobody.

use super::{Example, RULES};
use crate::workflow::compile;

/// What comes with the program, and the examples lean on.
const SHIPPED: [(&str, &str); 3] = [
    (
        "incident.yaml",
        include_str!("../../../../workflows/library/incident.yaml"),
    ),
    (
        "jp.yaml",
        include_str!("../../../../workflows/library/jp.yaml"),
    ),
    (
        "incident-report.yaml",
        include_str!("../../../../workflows/incident-report.yaml"),
    ),
];

/// Returns the codes of what is found in an example.
fn found(example: &Example) -> Vec<&'static str> {
    let shipped = SHIPPED.iter().copied();
    let files = shipped.chain([("example.yaml", example.text())]);
    let files: Vec<(&str, &[u8])> = files.map(|(name, text)| (name, text.as_bytes())).collect();
    let found = compile::linted(&files).findings.into_sorted();
    found.iter().map(|finding| finding.code.id).collect()
}

#[test]
fn what_a_rule_calls_bad_is_found_by_it_alone_and_what_it_calls_good_by_nobody() {
    let mut caught = 0;
    for rule in RULES {
        assert_eq!(found(&rule.good()), [""; 0], "{}", rule.code.name);
        let mut codes = found(&rule.bad());
        codes.dedup();
        assert_eq!(codes, [rule.code.id], "{}", rule.code.name);
        caught += 1;
    }
    println!("lint examples: planted {}, caught {caught}", RULES.len());
}

#[test]
fn rules_stand_in_the_order_of_their_codes_and_only_warn() {
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code.id).collect();
    assert!(codes.is_sorted(), "{codes:?}");
}

#[test]
fn what_can_be_used_without_rules_can_be_used_with_them() {
    let rule = &RULES[0];
    let example = rule.bad();
    let files: Vec<(&str, &[u8])> = SHIPPED
        .iter()
        .copied()
        .chain([("example.yaml", example.text())])
        .map(|(name, text)| (name, text.as_bytes()))
        .collect();
    let (with, without) = (compile::linted(&files), compile::workspace(&files));
    assert_eq!(with.workflows.len(), without.workflows.len());
    assert!(without.findings.is_empty() && !with.findings.has_errors());
}

#[test]
fn a_file_without_an_example_has_none() {
    assert_eq!(
        Example::of("//! Something.\n\nfn check() {}\n", "good"),
        None
    );
}
