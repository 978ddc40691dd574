//! Collects what one workflow's compilation finds, up to the bound of a run, and drops what a missing document explains.
//! Sorting and joining it with the rest is left to `diagnostic`.

use crate::diagnostic::{
    BAD_RECIPIENT, CALENDAR_MISSING, Code, DECLARED_TWICE, Diagnostic, Findings,
    GUARD_UNKNOWN_NAME, NEVER_FILED, NO_COMPLETED_STATE, NO_INITIAL_STATE, NO_RECIPIENT,
    NO_WAY_TO_AN_END, REMOVES_NOTHING, Severity, UNKNOWN_NAME, UNKNOWN_TYPE, UNREACHABLE_STATE,
};
use crate::workflow::document::Whole;

/// What may be untrue while a parent or a library is missing, because it could stand there.
const UNPROVEN: [Code; 12] = [
    UNKNOWN_NAME,
    GUARD_UNKNOWN_NAME,
    UNKNOWN_TYPE,
    BAD_RECIPIENT,
    REMOVES_NOTHING,
    NO_INITIAL_STATE,
    NO_COMPLETED_STATE,
    NO_RECIPIENT,
    NO_WAY_TO_AN_END,
    UNREACHABLE_STATE,
    NEVER_FILED,
    CALENDAR_MISSING,
];

/// What was found in a workflow and the libraries that it uses.
#[derive(Debug, Default)]
pub(super) struct Found {
    list: Vec<Diagnostic>,
}

impl Found {
    /// Adds one; beyond the bound of a run nobody would read it.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.list.push(diagnostic);
        }
    }

    /// Tells whether the bound is reached, so that looking for what was meant is wasted.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() > Findings::MOST
    }

    /// Tells whether something forbids using the workflow; what was not kept may.
    pub(super) fn has_errors(&self) -> bool {
        let mut kept = self.list.iter();
        self.is_full() || kept.any(|diagnostic| diagnostic.code.severity == Severity::Error)
    }

    /// Returns what was found, without what a missing document explains.
    pub(super) fn into_findings(self, whole: Whole) -> Findings {
        proven(self.list, whole)
    }

    /// Returns the names that are declared twice. What else is wrong with a library is found where it stands alone.
    pub(super) fn conflicts(self) -> Self {
        Self {
            list: self
                .list
                .into_iter()
                .filter(|diagnostic| diagnostic.code == DECLARED_TWICE)
                .collect(),
        }
    }
}

/// Returns what is true although documents are missing.
pub(super) fn proven(list: impl IntoIterator<Item = Diagnostic>, whole: Whole) -> Findings {
    let mut findings = Findings::new();
    for diagnostic in list {
        if whole == Whole::Complete || !UNPROVEN.contains(&diagnostic.code) {
            findings.push(diagnostic);
        }
    }
    findings
}
