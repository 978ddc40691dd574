//! Views that every command brings along: one row for each case, one for each clock, one for each incident.
//!
//! They can be rebuilt from the history; what they mean is decided by whoever folds it.

use tsuho_ledger::{Digest, Moment};

/// What a list shows of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The case's id.
    pub case_id: String,
    /// Its number, counted from 1 without gaps.
    pub number: u64,
    /// Name of its workflow.
    pub workflow: String,
    /// Version of its workflow.
    pub workflow_version: String,
    /// Digest of the workflow that the case is pinned to.
    pub workflow_digest: Digest,
    /// The state where it stands.
    pub state: String,
    /// The phase of that state.
    pub phase: String,
    /// Its title, free of personal data.
    pub title: String,
    /// When it was opened.
    pub opened_at: Moment,
    /// When it was closed, if it is.
    pub closed_at: Option<Moment>,
    /// The incident to which it belongs, if it belongs to one.
    pub incident_id: Option<String>,
    /// How many proposals wait for consent; absent where an earlier version wrote the row.
    pub pending: Option<u64>,
}

/// What a list shows of an incident; its title may name a person, and stands in its history alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// The incident's id.
    pub incident_id: String,
    /// Its number, counted from 1 without gaps.
    pub number: u64,
    /// When it was opened.
    pub opened_at: Moment,
    /// How many cases it has.
    pub cases: u64,
}

/// What a list shows of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// The case that owes the duty.
    pub case_id: String,
    /// The number of that case.
    pub case_number: u64,
    /// The duty's printed key, unique in its case.
    pub duty: String,
    /// The obligation that the duty is an instance of.
    pub obligation: String,
    /// To whom it is owed.
    pub recipient: String,
    /// When it falls due by its earliest reading; absent while its anchor is unknown.
    pub due_at: Option<Moment>,
    /// Where the clock stands, in the word that is printed.
    pub status: String,
    /// Whether the due instant rests on an estimate or on days that no calendar covers.
    pub provisional: bool,
}

/// Names one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncidentKey {
    /// By its id.
    Id(String),
    /// By its number.
    Number(u64),
}

/// Names one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseKey {
    /// By its id.
    Id(String),
    /// By its number.
    Number(u64),
}

/// Whether closed cases are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// Cases that have not been closed.
    Open,
    /// Cases that have been closed.
    Closed,
}

/// Whether only cases are wanted in which something waits for consent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Consent {
    /// Any.
    #[default]
    Any,
    /// Cases in which a proposal waits, and those of which the row does not say.
    Waiting,
}

/// Which cases a list shows; everything absent means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Only cases in this state.
    pub state: Option<String>,
    /// Only open or only closed cases.
    pub openness: Option<Openness>,
    /// Which cases by what waits in them for consent.
    pub consent: Consent,
}

/// Whether clocks are wanted that have ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Run {
    /// Any.
    #[default]
    Any,
    /// Clocks that run, whether or not their due instant has passed.
    Runs,
}

/// Which clocks a list shows; everything absent means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockFilter {
    /// Only clocks of this case.
    pub case_id: Option<String>,
    /// Only clocks with this status.
    pub status: Option<String>,
    /// Which clocks by whether they run.
    pub run: Run,
}

/// Where the last page of clocks ended: clocks that run are listed by due instant, those without one last; behind them those
/// that have ended, by case and duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockPlace {
    /// Behind one that runs.
    Running {
        /// The last row's due instant.
        due_at: Option<Moment>,
        /// The last row's case.
        case_id: String,
        /// The last row's duty.
        duty: String,
    },
    /// Behind one that has ended.
    Ended {
        /// The last row's case.
        case_id: String,
        /// The last row's duty.
        duty: String,
    },
}

impl ClockRow {
    /// Tells whether the clock runs, whether or not its due instant has passed.
    #[must_use]
    pub fn is_running(&self) -> bool {
        ["running", "passed"].contains(&self.status.as_str())
    }

    /// Returns the place to continue a listing from.
    #[must_use]
    pub fn place(&self) -> ClockPlace {
        let (case_id, duty) = (self.case_id.clone(), self.duty.clone());
        if self.is_running() {
            ClockPlace::Running {
                due_at: self.due_at,
                case_id,
                duty,
            }
        } else {
            ClockPlace::Ended { case_id, duty }
        }
    }
}
