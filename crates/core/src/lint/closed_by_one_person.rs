//! One person alone can end a case: from then on nobody looks whether something is still owed. Whoever believes that all
//! is done, or that nothing is to be reported, is the last to see what was overlooked.
//!
//! ```yaml bad
//! tsuho: 1
//! workflow: leak
//! version: 1
//! uses: [incident, jp]
//! authority: jp-mic
//! states:
//!   open:   { phase: detect, initial: true }
//!   closed: { phase: closed, outcome: completed }
//! actions:
//!   close: { from: open, to: closed, by: head_of_compliance }
//! ```
//!
//! ```yaml good
//! tsuho: 1
//! workflow: leak
//! version: 1
//! uses: [incident, jp]
//! authority: jp-mic
//! states:
//!   open:   { phase: detect, initial: true }
//!   closed: { phase: closed, outcome: completed }
//! actions:
//!   close: { from: open, to: closed, by: head_of_compliance, approval: { by: executive } }
//! ```

use std::collections::BTreeSet;

use super::Subject;
use crate::diagnostic::{CLOSED_BY_ONE_PERSON, Code, Diagnostic};
use crate::name::{ActionName, StateName};
use crate::workflow::rules::{ActionRule, By, Phase};

pub(super) const CODE: Code = CLOSED_BY_ONE_PERSON;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let edges = subject.rules.graph.edges();
    let is_end = |state: &StateName| subject.phase(state) == Phase::Closed;
    let closing: BTreeSet<&ActionName> = edges
        .iter()
        .filter(|edge| is_end(&edge.to) && !is_end(&edge.from))
        .map(|edge| &edge.action)
        .collect();
    let alone = |action: &&ActionRule| {
        action.by != By::Clock && action.approval.is_none() && closing.contains(&action.name)
    };
    let alone = subject.rules.actions.iter().filter(alone);
    alone
        .map(|action| {
            Diagnostic::new(CODE, subject.action_at(&action.name))
                .with("action", action.name.as_str())
        })
        .collect()
}
