//! A case can be completed past a phase that what is extended promises: the authority is told, the cause is reported, and
//! recurrence is prevented, whatever way a case takes.
//!
//! In the bad example `close` leaves `notified` too, so that a case ends without a report and without prevention.
//!
//! ```yaml bad
//! tsuho: 1
//! workflow: leak
//! version: 1
//! extends: incident-report
//! uses: [incident, jp]
//! authority: jp-mic
//! actions:
//!   notify: { from: detected, to: notified, by: duty_officer }
//!   report: { from: notified, to: reported, by: privacy_officer }
//!   close:  { from: [notified, preventing], to: closed, by: head_of_compliance, approval: { by: executive } }
//! ```
//!
//! ```yaml good
//! tsuho: 1
//! workflow: leak
//! version: 1
//! extends: incident-report
//! uses: [incident, jp]
//! authority: jp-mic
//! actions:
//!   notify: { from: detected, to: notified, by: duty_officer }
//!   report: { from: notified, to: reported, by: privacy_officer }
//!   close:  { from: preventing, to: closed, by: head_of_compliance, approval: { by: executive } }
//! ```

use std::collections::BTreeMap;

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, PHASE_SKIPPABLE};
use crate::name::StateName;
use crate::workflow::graph::Edge;
use crate::workflow::rules::{Outcome, Phase};

pub(super) const CODE: Code = PHASE_SKIPPABLE;

/// The template whose phases are promised.
const TEMPLATE: &str = "incident-report";

/// The phases through which every way to a completed end leads.
const PROMISED: [Phase; 3] = [Phase::Notify, Phase::Report, Phase::Prevent];

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if !subject.extends(TEMPLATE) {
        return Vec::new();
    }
    let mut skipped: BTreeMap<Vec<Edge>, Vec<&str>> = BTreeMap::new();
    for phase in PROMISED {
        if let Some(way) = way_around(subject, phase) {
            skipped.entry(way).or_default().push(phase.word());
        }
    }
    let found = skipped.into_iter().filter_map(|(way, phases)| {
        let last = way.last()?;
        let skippable = Diagnostic::new(CODE, subject.action_at(&last.action))
            .with("phases", phases)
            .with("state", last.to.as_str())
            .with("way", written(&way));
        Some(skippable.label(subject.state_at(&last.to), "lint.label.end"))
    });
    found.collect()
}

/// Returns a shortest way to a completed end that enters no state of a phase, if there is one.
fn way_around(subject: &Subject<'_>, phase: Phase) -> Option<Vec<Edge>> {
    let graph = &subject.rules.graph;
    let completed =
        |state: &StateName| subject.rules.state(state).outcome == Some(Outcome::Completed);
    graph.way(completed, |state| subject.phase(state) == phase)
}

/// Writes a way as a person would: `detected → notify → notified`.
fn written(way: &[Edge]) -> String {
    let mut text = String::new();
    for edge in way {
        if text.is_empty() {
            text.push_str(edge.from.as_str());
        }
        for step in [edge.action.as_str(), edge.to.as_str()] {
            text.push_str(" → ");
            text.push_str(step);
        }
    }
    text
}
