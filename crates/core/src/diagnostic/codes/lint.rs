//! Lists the codes of what can be run and is still wrong; which text has it is for the rules in `crates/core/src/lint`.
//! Their numbers lie among those of their families, in `crates/core/src/diagnostic/codes.rs`.

use super::{Code, Severity};

codes! {
    /// A case can be completed past a phase that is promised.
    PHASE_SKIPPABLE = "WF1014", "phase-skippable", Warning;
    /// An action changes nothing.
    IDLE_ACTION = "WF1015", "idle-action", Warning;
    /// Nobody is reminded before something is due.
    REMINDED_TOO_LATE = "WF2015", "reminded-too-late", Warning;
    /// Nobody is asked for what a clock counts from.
    ANCHOR_NEVER_ASKED = "WF2016", "anchor-never-asked", Warning;
    /// One person alone can end a case.
    CLOSED_BY_ONE_PERSON = "WF3007", "closed-by-one-person", Warning;
    /// A completed case lets duties of the law lapse.
    COMPLETED_OVER_DUTIES = "WF4014", "completed-over-duties", Warning;
    /// Nothing reads a fact.
    UNUSED_FACT = "WF5115", "unused-fact", Warning;
}
