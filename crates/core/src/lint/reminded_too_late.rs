//! Nobody is reminded of what the law demands before it is due: there is no reminder, or only such that come when it is
//! due or past. Who learns of a deadline after it has passed can only explain why.
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
//!   tell:  { from: open, by: duty_officer, needs: [known_at], files: notice }
//!   close: { from: open, to: closed, by: head_of_compliance, approval: { by: executive } }
//! obligations:
//!   notice:
//!     law: [tba-reg-57-1]
//!     clock: { anchor: known_at, within: 24 hours }
//!     remind: [{ after: 0 minutes, to: executive }]
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
//!     remind: [{ before: 6 hours, to: duty_officer }, { after: 0 minutes, to: executive }]
//! ```

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, REMINDED_TOO_LATE};
use crate::workflow::rules::{Force, ObligationRule, Offset};

pub(super) const CODE: Code = REMINDED_TOO_LATE;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let obligations = subject.rules.obligations.iter();
    let late = obligations.filter(|obligation| is_late(obligation));
    late.map(|obligation| {
        Diagnostic::new(CODE, subject.obligation_at(&obligation.name))
            .with("obligation", obligation.name.as_str())
    })
    .collect()
}

/// Tells whether the law demands something of which nobody is told in time. What is filed unasked is no matter of time.
fn is_late(obligation: &ObligationRule) -> bool {
    let mut reminders = obligation.remind.iter();
    obligation.force == Force::Statutory
        && !obligation.clock.is_empty()
        && !reminders.any(|reminder| matches!(reminder.offset, Offset::Before(_)))
}
