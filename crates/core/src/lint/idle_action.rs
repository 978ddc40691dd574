//! An action that leaves the state, files nothing and asks for nothing: whoever takes it has done nothing that any rule
//! could see. Mostly its `to` or its `files` is missing.
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
//!   tell:  { from: open, by: duty_officer }
//!   close: { from: open, to: closed, by: head_of_compliance, approval: { by: executive } }
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
//!   told:   { phase: notify }
//!   closed: { phase: closed, outcome: completed }
//! actions:
//!   tell:  { from: open, to: told, by: duty_officer }
//!   close: { from: told, to: closed, by: head_of_compliance, approval: { by: executive } }
//! ```

use std::collections::BTreeSet;

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, IDLE_ACTION};
use crate::name::ActionName;
use crate::workflow::graph::Move;
use crate::workflow::guard::{Expr, Reference};
use crate::workflow::rules::ActionRule;

pub(super) const CODE: Code = IDLE_ACTION;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let read = subject.expressions().into_iter().flat_map(Expr::references);
    let asked_for: BTreeSet<ActionName> = read
        .filter_map(|reference| {
            if let Reference::Did(action) = reference {
                Some(action)
            } else {
                None
            }
        })
        .collect();
    let edges = subject.rules.graph.edges();
    let moving: BTreeSet<&ActionName> = edges
        .iter()
        .filter(|edge| edge.moves == Move::Enters)
        .map(|edge| &edge.action)
        .collect();
    let is_idle = |action: &&ActionRule| {
        let does = !action.files.is_empty() || !action.needs.is_empty();
        !does && !moving.contains(&action.name) && !asked_for.contains(&action.name)
    };
    let idle = subject.rules.actions.iter().filter(is_idle);
    idle.map(|action| {
        Diagnostic::new(CODE, subject.action_at(&action.name)).with("action", action.name.as_str())
    })
    .collect()
}
