//! A state that ends a case as completed lets duties of the law lapse: the case looks as if everything owed was done, and
//! its clocks are silent. Only an end without a report may release what is owed, because nothing is.
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
//!   closed: { phase: closed, outcome: completed, releases: all }
//! actions:
//!   tell:  { from: open, by: duty_officer, needs: [known_at], files: notice }
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
use crate::diagnostic::{COMPLETED_OVER_DUTIES, Code, Diagnostic};
use crate::name::ObligationName;
use crate::workflow::rules::{Force, Outcome, Releases};

pub(super) const CODE: Code = COMPLETED_OVER_DUTIES;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let states = subject.rules.states.iter();
    let completed = states.filter(|(_, rule)| rule.outcome == Some(Outcome::Completed));
    let found = completed.filter_map(|(name, rule)| {
        let obligations = released(subject, &rule.releases);
        let document = subject.state_document(name)?;
        let releases = document.releases.as_ref()?;
        (!obligations.is_empty()).then(|| {
            Diagnostic::new(CODE, releases.at.clone())
                .with("state", name.as_str())
                .with("obligations", obligations)
        })
    });
    found.collect()
}

/// Returns the obligations of the law that a state lets lapse.
fn released<'s>(subject: &Subject<'s>, releases: &Releases) -> Vec<&'s str> {
    let covers = |name: &ObligationName| match releases {
        Releases::Nothing => false,
        Releases::All => true,
        Releases::Some(names) => names.contains(name),
    };
    let obligations = subject.rules.obligations.iter();
    let of_law = obligations.filter(|rule| rule.force == Force::Statutory && covers(&rule.name));
    of_law.map(|rule| rule.name.as_str()).collect()
}
