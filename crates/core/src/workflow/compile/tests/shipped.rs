//! Checks the workflows that tsuho ships.

use super::{found, name};
use crate::catalogue::Language;
use crate::workflow::bundle::Bundle;
use crate::workflow::compile::{Compiled, workspace};
use crate::workflow::render;

/// The files of the workflow, without its scenarios.
pub(super) const FILES: [(&str, &str); 4] = [
    (
        "workflows/incident-report.yaml",
        include_str!("../../../../../../workflows/incident-report.yaml"),
    ),
    (
        "workflows/jp-tba-secrecy-leak.yaml",
        include_str!("../../../../../../workflows/jp-tba-secrecy-leak.yaml"),
    ),
    (
        "workflows/library/incident.yaml",
        include_str!("../../../../../../workflows/library/incident.yaml"),
    ),
    (
        "workflows/library/jp.yaml",
        include_str!("../../../../../../workflows/library/jp.yaml"),
    ),
];

/// Compiles the files, one stretch of one of them replaced.
fn compiled(file: usize, from: &str, to: &str) -> Compiled {
    let texts: Vec<String> = FILES
        .iter()
        .enumerate()
        .map(|(at, (_, text))| {
            if at == file {
                text.replacen(from, to, 1)
            } else {
                (*text).to_owned()
            }
        })
        .collect();
    let files: Vec<(&str, &[u8])> = FILES
        .iter()
        .zip(&texts)
        .map(|((name, _), text)| (*name, text.as_bytes()))
        .collect();
    workspace(&files)
}

fn bytes() -> Vec<(&'static str, &'static [u8])> {
    FILES
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect()
}

#[test]
fn the_shipped_workflow_compiles_without_a_finding() {
    let compiled = workspace(&bytes());
    assert_eq!(found(&compiled), Vec::<String>::new());
    let rules = compiled
        .workflow(&name("jp-tba-secrecy-leak"))
        .expect("it is shipped");
    assert_eq!(rules.actions.len(), 10);
    assert_eq!(rules.authorities.len(), 14);
    assert_eq!(rules.obligations.len(), 3);
}

#[test]
fn a_bundle_compiles_to_the_digest_that_was_published() {
    let workflow = name("jp-tba-secrecy-leak");
    let compiled = workspace(&bytes());
    let rules = compiled.workflow(&workflow).expect("it is shipped");
    let mut files = bytes();
    files.push(("other.yaml", b"tsuho: 1\nlibrary: other\n"));
    let bundle = Bundle::collect(&files, &workflow).expect("the workflow is there");
    assert_eq!(
        bundle.files.len(),
        4,
        "what the workflow does not use is left out"
    );
    let stored = bundle.to_bytes().expect("it is small");
    let again = Bundle::from_bytes(&stored)
        .expect("it was written so")
        .rules();
    assert_eq!(again.map(|again| again.digest), Some(rules.digest));
}

#[test]
fn a_mistake_planted_in_a_shipped_workflow_is_found_where_it_is() {
    let planted = [
        (
            1,
            "files: detailed_report\n    approval: { by: executive }",
            "files: detailed_reprot\n    approval: { by: executive }",
            &["WF0201 57:12 detailed_reprot"][..],
        ),
        (
            1,
            "within: 30 days, counting: jp-periods",
            "within: 30 working days, counting: jp-periods",
            &["WF2002 92:67 jp-periods"],
        ),
        (
            0,
            "to: preventing\n    by: head_of_compliance",
            "to: notified\n    by: head_of_compliance",
            &[
                "WF1008 15:3 preventing",
                "WF1008 16:3 closed",
                "WF1007 22:9 notified",
            ],
        ),
        (
            3,
            "confidence: high",
            "confidence: not_confirmed",
            &["WF4004 76:11 tba-28-1-2-a", "WF4004 90:11 tba-28-1-2-a"],
        ),
        (
            2,
            "      due:               { type: date,",
            "      due:               { type: table,",
            // The table has no sound rows any more, and the duty of each row speaks of them.
            &[
                "WF5020 51:17 measure",
                "WF5020 51:41 measure",
                "WF5020 53:10 measure",
                "WF5020 54:19 measure",
                "WF5103 86:34 table",
            ],
        ),
    ];
    let mut caught = 0;
    for (file, from, to, expected) in planted {
        let found = found(&compiled(file, from, to));
        assert_eq!(found, expected, "{to}");
        caught += 1;
    }
    println!("planted {}, caught {caught}", planted.len());
}

#[test]
fn the_shipped_workflow_is_drawn() {
    let compiled = workspace(&bytes());
    let rules = compiled
        .workflow(&name("jp-tba-secrecy-leak"))
        .expect("it is shipped");
    let mermaid = render::mermaid(rules, Language::Ja);
    assert!(mermaid.starts_with("stateDiagram-v2\n"));
    assert!(
        mermaid.contains("    state \"第一報済み\" as notified\n"),
        "{mermaid}"
    );
    assert!(
        mermaid.contains("    not_reportable --> detected: 再開する（自動）\n"),
        "{mermaid}"
    );
    let dot = render::dot(rules, Language::En);
    assert!(
        dot.contains(
            "\"notified\" -> \"reported\" [label=\"File the detailed report (Privacy officer)\"];"
        ),
        "{dot}"
    );
    assert_eq!(dot.matches('{').count(), dot.matches('}').count());
}

#[test]
fn a_state_may_have_a_name_that_means_something_in_a_diagram() {
    let text = super::BASE
        .replace("closed: {", "end: {")
        .replace("to: closed", "to: end");
    let compiled = super::compiled(&text);
    let rules = compiled.workflow(&name("outage")).expect("it is sound");
    let mermaid = render::mermaid(rules, Language::En);
    assert!(
        mermaid.contains("    notified --> end_: finish (Chief)\n"),
        "{mermaid}"
    );
    assert!(mermaid.contains("    end_ --> [*]\n"));
}
