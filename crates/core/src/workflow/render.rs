//! Draws a workflow's states and actions as text: a Mermaid state diagram, or DOT for Graphviz.
//! What the graph is, is left to `graph`; showing the text, to the program.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalogue::{self, Args, Language};
use crate::name::StateName;
use crate::value::Title;
use crate::workflow::graph::Edge;
use crate::workflow::rules::{By, Phase, Rules};

/// The phases in the order of the path.
const PHASES: [Phase; 5] = [
    Phase::Detect,
    Phase::Notify,
    Phase::Report,
    Phase::Prevent,
    Phase::Closed,
];

/// Draws a workflow as a Mermaid `stateDiagram-v2`, which documentation sites and issue trackers show.
#[must_use]
pub fn mermaid(rules: &Rules, language: Language) -> String {
    let mut text = String::from("stateDiagram-v2\n    direction LR\n");
    for (name, state) in &rules.states {
        let _ = writeln!(
            text,
            "    state \"{}\" as {}",
            quoted(said(&state.title, language)),
            id(name)
        );
    }
    let _ = writeln!(text, "    [*] --> {}", id(rules.graph.initial()));
    for ((from, to), labels) in arrows(rules, language) {
        // A colon or semicolon would end the label; their full-width twins read the same.
        let label = quoted(&labels.join("<br/>"))
            .replace(':', "：")
            .replace(';', "；");
        let _ = writeln!(text, "    {} --> {}: {label}", id(&from), id(&to));
    }
    let closed = rules
        .states
        .iter()
        .filter(|(_, state)| state.phase == Phase::Closed);
    for (name, _) in closed {
        let _ = writeln!(text, "    {} --> [*]", id(name));
    }
    text
}

/// Words of Mermaid's own that a state may have as its name.
const KEPT_BY_MERMAID: [&str; 12] = [
    "as",
    "class",
    "click",
    "default",
    "direction",
    "end",
    "hide",
    "note",
    "scale",
    "state",
    "style",
    "fork",
];

/// Returns how a diagram refers to a state; no name ends with `_`, so none is taken twice.
fn id(name: &StateName) -> String {
    let kept = KEPT_BY_MERMAID.contains(&name.as_str());
    format!("{name}{}", if kept { "_" } else { "" })
}

/// Draws a workflow in DOT, states grouped by phase.
#[must_use]
pub fn dot(rules: &Rules, language: Language) -> String {
    let mut text = format!(
        "digraph \"{}\" {{\n    rankdir=LR;\n    node [shape=box, style=rounded];\n",
        rules.name
    );
    for phase in PHASES {
        let states: Vec<_> = rules
            .states
            .iter()
            .filter(|(_, state)| state.phase == phase)
            .collect();
        if states.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "    subgraph \"cluster_{}\" {{\n        label=\"{}\";",
            phase.word(),
            quoted(&catalogue::text(
                language,
                &format!("phase.{}", phase.word()),
                &Args::new()
            ))
        );
        for (name, state) in states {
            let lines = if state.outcome.is_some() {
                ", peripheries=2"
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "        \"{name}\" [label=\"{}\"{lines}];",
                quoted(said(&state.title, language))
            );
        }
        text.push_str("    }\n");
    }
    let _ = writeln!(
        text,
        "    \"\" [shape=point];\n    \"\" -> \"{}\";",
        rules.graph.initial()
    );
    for (edge, labels) in arrows(rules, language) {
        let labels: Vec<String> = labels.iter().map(|label| quoted(label)).collect();
        let _ = writeln!(
            text,
            "    \"{}\" -> \"{}\" [label=\"{}\"];",
            edge.0,
            edge.1,
            labels.join("\\n")
        );
    }
    text.push_str("}\n");
    text
}

/// Joins the actions that lead between the same two states into one arrow, each with who takes it.
fn arrows(rules: &Rules, language: Language) -> BTreeMap<(StateName, StateName), Vec<String>> {
    let mut arrows: BTreeMap<(StateName, StateName), Vec<String>> = BTreeMap::new();
    for Edge {
        from,
        action,
        to,
        moves: _,
    } in rules.graph.edges()
    {
        let Some(taken) = rules.action(&action) else {
            continue;
        };
        let by = match &taken.by {
            By::Clock => catalogue::text(language, "workflow.by.clock", &Args::new()),
            By::Role(role) => rules
                .roles
                .get(role)
                .map_or(role.as_str(), |title| said(title, language))
                .to_owned(),
        };
        arrows.entry((from, to)).or_default().push(catalogue::text(
            language,
            "workflow.by",
            &Args::from([
                ("action", said(&taken.title, language).into()),
                ("role", by.into()),
            ]),
        ));
    }
    arrows
}

/// Returns a title in a language.
fn said(title: &Title, language: Language) -> &str {
    match language {
        Language::En => &title.en,
        Language::Ja => &title.ja,
    }
}

/// Returns a text that ends no quotation and begins no line.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "'")
        .replace(['\n', '\r'], " ")
}
