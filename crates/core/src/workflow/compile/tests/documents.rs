//! Checks what documents take over from one another.

use super::{BASE, changed, compiled, found, name};
use crate::workflow::compile::workspace;
use crate::workflow::rules::{Recipient, Releases};

#[test]
fn a_child_replaces_removes_and_adds() {
    let child = "---\ntsuho: 1\nworkflow: child\nversion: 2\nextends: outage\nauthority: tt-branch\nactions:\n  \
                 tell: { from: detected, to: notified, by: chief, files: [first] }\nobligations:\n  early: none\n  \
                 last: { law: [tt-act-1], clock: { anchor: began_at, within: 10 days, counting: as-written } }\n";
    let compiled = compiled(&format!("{BASE}{child}"));
    assert_eq!(found(&compiled), Vec::<String>::new());
    let rules = compiled.workflow(&name("child")).expect("it is sound");
    let actions: Vec<&str> = rules
        .actions
        .iter()
        .map(|action| action.name.as_str())
        .collect();
    assert_eq!(
        actions,
        ["dismiss", "reopen", "tell", "finish"],
        "the parents' order stays"
    );
    assert_eq!(rules.obligations.len(), 2);
    assert_eq!(
        rules.authority,
        [Recipient::Authority("tt-branch".parse().expect("a name"))]
    );
    assert!(
        rules.in_force.is_some() && rules.applies.when.is_some(),
        "what it does not say stays"
    );
    assert_eq!(
        rules.title.en.as_ref(),
        "child",
        "a title is not taken over"
    );
    assert_eq!(compiled.workflows.len(), 2);
}

#[test]
fn documents_are_found_in_other_files_whatever_their_order() {
    let parts: Vec<&str> = BASE.split("---\n").collect();
    let files: Vec<(&str, &[u8])> = parts
        .iter()
        .zip(["d.yaml", "c.yaml", "b.yaml", "a.yaml"])
        .map(|(part, name)| (name, part.as_bytes()))
        .collect();
    let compiled = workspace(&files);
    assert_eq!(found(&compiled), Vec::<String>::new());
    assert_eq!(compiled.workflows.len(), 1);
}

#[test]
fn a_sound_workflow_is_returned_beside_broken_ones() {
    let broken = "---\ntsuho: 1\nworkflow: broken\nversion: 1\nextends: path\nstate: {}\n";
    let compiled = compiled(&format!("{BASE}{broken}"));
    assert_eq!(compiled.workflows.len(), 1);
    assert_eq!(compiled.names.len(), 2);
    assert!(compiled.findings.has_errors());
}

#[test]
fn a_workflow_that_leans_on_a_broken_library_is_not_returned() {
    let compiled = compiled(&changed(&[("phone: sent", "phone: sometimes")]));
    assert!(compiled.workflows.is_empty());
    assert_eq!(found(&compiled).len(), 1, "{:?}", found(&compiled));
}

#[test]
fn a_mistake_is_not_repeated_by_everything_that_leans_on_it() {
    let broken_fact = changed(&[("  users: integer", "  users: { type: intgr }")]);
    assert_eq!(found(&compiled(&broken_fact)), ["WF5101 12:18 intgr"]);
    let missing_library = changed(&[("uses: [tt]", "uses: [ttt]")]);
    assert_eq!(found(&compiled(&missing_library)), ["WF0201 57:8 ttt"]);
}

#[test]
fn several_mistakes_give_several_findings() {
    let text = changed(&[
        ("phase: notify", "phase: notified"),
        ("by: desk, needs", "by: dusk, needs"),
        ("severe && users >= 100", "severe && user >= 100"),
        ("within: P30D", "within: P30"),
    ]);
    let found = found(&compiled(&text));
    let codes: Vec<&str> = found.iter().map(|line| &line[..6]).collect();
    assert_eq!(codes, ["WF0106", "WF5020", "WF0201", "WF0108"], "{found:?}");
}

#[test]
fn an_authority_has_what_the_one_above_it_says() {
    let compiled = compiled(BASE);
    let rules = compiled.workflow(&name("outage")).expect("it is sound");
    let branch = &rules.authorities["tt-branch"];
    assert_eq!(branch.zone.name(), "Asia/Tokyo");
    assert_eq!(branch.channels.len(), 2);
    assert_eq!(branch.title.en.as_ref(), "tt branch");
    assert_eq!(rules.states["nothing"].releases, Releases::All);
}

#[test]
fn obligations_stand_behind_those_that_they_name() {
    let turned = changed(&[
        ("    when: long\n", "    when: past(due.later)\n"),
        (
            "obligations:\n",
            "obligations:\n  zero: { when: past(due.last), force: internal, clock: { anchor: began_at, within: 1 hour } }\n  later: { force: internal, clock: { anchor: began_at, within: 1 hour } }\n",
        ),
        ("files: last", "files: [last, later, zero]"),
    ]);
    let compiled = compiled(&turned);
    let rules = compiled
        .workflow(&name("outage"))
        .unwrap_or_else(|| panic!("{:?}", found(&compiled)));
    let order: Vec<&str> = rules
        .obligations
        .iter()
        .map(|rule| rule.name.as_str())
        .collect();
    assert_eq!(order, ["later", "early", "first", "last", "zero"]);
}

#[test]
fn a_mistake_behind_a_thousand_warnings_still_forbids_using_the_workflow() {
    let more =
        |number| format!("  more{number}: {{ clock: {{ anchor: began_at, within: promptly }} }}\n");
    let text: String = std::iter::once(BASE.to_owned())
        .chain((0..600).map(more))
        .collect();
    let compiled = compiled(&text);
    assert!(compiled.workflows.is_empty() && compiled.findings.has_errors());
}
