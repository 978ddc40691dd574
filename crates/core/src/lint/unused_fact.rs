//! Nothing reads a fact that a workflow declares: no condition and no clock rests on it, no action asks for it, and no
//! filing contains it. Mostly another name was meant where it should be read.
//!
//! ```yaml bad
//! tsuho: 1
//! workflow: leak
//! version: 1
//! uses: [incident, jp]
//! authority: jp-mic
//! facts: { was_told: boolean, is_over: boolean }
//! states:
//!   open:   { phase: detect, initial: true }
//!   closed: { phase: closed, outcome: completed }
//! actions:
//!   close: { from: open, to: closed, by: head_of_compliance, when: is_over, approval: { by: executive } }
//! ```
//!
//! ```yaml good
//! tsuho: 1
//! workflow: leak
//! version: 1
//! uses: [incident, jp]
//! authority: jp-mic
//! facts: { was_told: boolean, is_over: boolean }
//! states:
//!   open:   { phase: detect, initial: true }
//!   closed: { phase: closed, outcome: completed }
//! actions:
//!   close: { from: open, to: closed, by: head_of_compliance, when: was_told && is_over, approval: { by: executive } }
//! ```

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, UNUSED_FACT};

pub(super) const CODE: Code = UNUSED_FACT;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let used = subject.used();
    // What a template declares may be read by another workflow that extends it.
    let own = &subject.resolved.document().facts;
    let declared = own.iter().filter(|item| item.sound().is_some());
    let unused = declared.filter(|item| !used.contains(&item.name.value));
    unused
        .map(|item| {
            Diagnostic::new(CODE, item.name.at.clone()).with("name", item.name.value.as_str())
        })
        .collect()
}
