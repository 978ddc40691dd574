//! Writes states and actions in canonical form, with the edges that the graph alone knows.
//! Everything else about the graph follows from these.

use std::collections::BTreeMap;

use super::obligation::{cased, period};
use super::{Tree, expression, map, names, text};
use crate::workflow::graph::Move;
use crate::workflow::rules::{
    ActionRule, By, Cased, DecisionsRule, Outcome, Releases, Rules, StandstillRule, StateRule,
};

/// Writes a state.
pub(super) fn state(rule: &StateRule) -> Tree {
    let StateRule {
        phase,
        title,
        outcome,
        releases,
    } = rule;
    let outcome = outcome.map(|outcome| match outcome {
        Outcome::Completed => text("completed"),
        Outcome::NotReported => text("not_reported"),
    });
    let releases = match releases {
        Releases::Nothing => None,
        Releases::All => Some(text("all")),
        Releases::Some(obligations) => Some(names(&obligations.iter().collect::<Vec<_>>())),
    };
    map([
        ("phase", Some(text(phase.word()))),
        ("title", Some(super::title(title))),
        ("outcome", outcome),
        ("releases", releases),
    ])
}

/// Writes an action with its edges.
pub(super) fn action(rule: &ActionRule, rules: &Rules) -> Tree {
    let ActionRule {
        name,
        title,
        by,
        needs,
        when,
        not_before,
        files,
        approval,
    } = rule;
    let by = match by {
        By::Clock => text("clock"),
        By::Role(name) => map([("role", Some(text(name)))]),
    };
    let from: BTreeMap<String, Tree> = rules
        .graph
        .sources_of(name)
        .into_iter()
        .filter_map(|from| {
            let (to, moves) = rules.graph.target(from, name)?;
            let to = match moves {
                Move::Enters => text(to),
                Move::Stays => Tree::Boolean(true),
            };
            Some((from.to_string(), to))
        })
        .collect();
    map([
        ("name", Some(text(name))),
        ("title", Some(super::title(title))),
        ("by", Some(by)),
        ("from", Some(Tree::Map(from))),
        ("needs", Some(names(needs))),
        ("when", when.as_ref().map(expression)),
        ("not_before", standstills(not_before)),
        ("files", Some(names(files))),
        (
            "approval",
            approval
                .as_ref()
                .map(|approval| map([("by", Some(text(&approval.by)))])),
        ),
    ])
}

/// Writes who records what authorities decide.
pub(super) fn decisions(rule: &DecisionsRule) -> Tree {
    let DecisionsRule { by, approval } = rule;
    let approval = approval.as_ref().map(|approval| text(&approval.by));
    map([("by", Some(text(by))), ("approval", approval)])
}

fn standstills(cases: &[Cased<StandstillRule>]) -> Option<Tree> {
    let standstill = |rule: &StandstillRule| {
        let StandstillRule {
            anchor,
            after,
            counting,
        } = rule;
        map([
            ("anchor", Some(expression(anchor))),
            ("after", Some(period(after))),
            ("counting", Some(text(&counting.name()))),
        ])
    };
    (!cases.is_empty()).then(|| cased(cases, standstill))
}
