//! Nobody is asked for the fact from which a clock of the law counts: no action needs it and no filing contains it. The
//! clock waits for ever while everybody believes that it runs.
//!
//! ```yaml bad
//! tsuho: 1
//! workflow: leak
//! version: 1
//! uses: [incident, jp]
//! authority: jp-mic
//! facts: { known_at: instant }
//! states:
//!   open:   { phase: detect, initial: true }
//!   closed: { phase: closed, outcome: completed }
//! actions:
//!   tell:  { from: open, by: duty_officer, files: notice }
//!   close: { from: open, to: closed, by: head_of_compliance, approval: { by: executive } }
//! obligations:
//!   notice:
//!     law: [tba-reg-57-1]
//!     clock: { anchor: known_at, within: 24 hours }
//!     remind: [{ before: 6 hours, to: duty_officer }]
//! ```
//!
//! ```yaml good
//! tsuho: 1
//! workflow: leak
//! version: 1
//! uses: [incident, jp]
//! authority: jp-mic
//! facts: { known_at: instant }
//! states:
//!   open:   { phase: detect, initial: true }
//!   closed: { phase: closed, outcome: completed }
//! actions:
//!   tell:  { from: open, by: duty_officer, needs: [known_at], files: notice }
//!   close: { from: open, to: closed, by: head_of_compliance, approval: { by: executive } }
//! obligations:
//!   notice:
//!     law: [tba-reg-57-1]
//!     clock: { anchor: known_at, within: 24 hours }
//!     remind: [{ before: 6 hours, to: duty_officer }]
//! ```

use super::Subject;
use crate::diagnostic::{ANCHOR_NEVER_ASKED, Code, Diagnostic};
use crate::workflow::rules::Force;

pub(super) const CODE: Code = ANCHOR_NEVER_ASKED;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let asked = subject.asked();
    let mut found = Vec::new();
    for obligation in &subject.rules.obligations {
        let by_somebody_else = match obligation.force {
            Force::Statutory | Force::Guidance => true,
            Force::Internal | Force::Voluntary => false,
        };
        let anchors = obligation.clock.iter().map(|case| &case.item.anchor);
        let facts = subject.recorded(anchors);
        for fact in facts
            .iter()
            .filter(|fact| by_somebody_else && !asked.contains(fact))
        {
            found.push(
                Diagnostic::new(CODE, subject.obligation_at(&obligation.name))
                    .with("obligation", obligation.name.as_str())
                    .with("name", fact.as_str()),
            );
        }
    }
    found
}
