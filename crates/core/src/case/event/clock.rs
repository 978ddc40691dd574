//! Clocks started, moved, passed, stopped and lapsed, and reminders raised (C1 to C3, O5).
//! When that happens is decided by settling.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::Reading;
use crate::case::authority_decision::DecisionKind;
use crate::case::clock::{self, Doubt, DutyKey, Judgement, Proof, Target, Verdict};
use crate::name::{ActionName, RoleName};
use crate::time::{Period, Timestamp};

/// What a clock shows: the law's readings, the aims beside them, and what is in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// Readings of candidates that an unanswered question leaves open (C7), shown beside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Reading>,
    /// The extensions and holds under which it stands, in the order in which they were decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<DecisionApplied>,
    /// What makes it provisional.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub doubts: BTreeSet<Doubt>,
    /// The readings that govern, earliest first; none where the law gives no number.
    pub readings: Vec<Reading>,
    /// Aims, never judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Target>,
}

/// A decision of an authority under which a clock stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionApplied {
    /// Its key in the table of decisions.
    pub decision: String,
    /// What it does: an extension or a hold.
    pub kind: DecisionKind,
    /// Until when; absent while nobody knows when a hold ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Face {
    /// Tells whether a hold lasts of which nobody knows when it ends: nothing is judged then (C9).
    #[must_use]
    pub fn is_held(&self) -> bool {
        let lasts = |one: &DecisionApplied| one.kind == DecisionKind::Hold && one.until.is_none();
        self.decisions.iter().any(lasts)
    }

    /// Judges a moment against what the clock shows. Under a hold what is in time stays so, and the rest waits.
    #[must_use]
    pub fn verdict(&self, moment: Timestamp) -> Verdict {
        match clock::verdict(moment, &self.readings, &self.targets) {
            Verdict::Arguable | Verdict::Late(_) if self.is_held() => Verdict::Held,
            verdict @ (Verdict::InTime
            | Verdict::Arguable
            | Verdict::Late(_)
            | Verdict::NoNumber { .. }
            | Verdict::Held) => verdict,
        }
    }

    /// Judges a discharge against what the clock shows.
    #[must_use]
    pub fn judge(&self, moment: Timestamp, proof: Proof) -> Judgement {
        Judgement {
            verdict: self.verdict(moment),
            ..clock::judge(moment, &self.readings, &self.targets, proof)
        }
    }
}

/// A duty's clock began, or began again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockStarted {
    /// The duty.
    pub duty: DutyKey,
    /// What the clock shows.
    pub face: Arc<Face>,
}

/// Why a clock's readings changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveCause {
    /// Its anchor was amended.
    Anchor,
    /// Another case of a list holds, or a period was changed.
    Condition,
    /// The calendar was changed.
    Calendar,
    /// The zone data were changed.
    Zones,
    /// The law says another number for the day that picks it.
    Law,
    /// An authority decided about it, or what it decided was taken back.
    Decision,
    /// Only the doubt about it came or went.
    Doubt,
}

/// A clock's readings changed; the old ones stay on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockMoved {
    /// Why.
    pub cause: MoveCause,
    /// The duty.
    pub duty: DutyKey,
    /// What the clock showed.
    pub from: Arc<Face>,
    /// The judgement made again, for a discharged duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
    /// What it shows.
    pub to: Arc<Face>,
}

/// The last reading went by with no filing on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockPassed {
    /// The last reading's due moment.
    pub due: Timestamp,
    /// The duty.
    pub duty: DutyKey,
}

/// A duty was discharged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockStopped {
    /// When it was discharged.
    pub at: Timestamp,
    /// The duty.
    pub duty: DutyKey,
    /// The filing that discharges it; none where nothing is filed, and something was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<u64>,
    /// Whether that was in time.
    pub judgement: Judgement,
}

/// Why a duty is no longer owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LapseOfClock {
    /// Its condition is false.
    NotOwed,
    /// The row that it was owed for was dropped.
    Row,
    /// Its recipient is another.
    Recipient,
    /// An occurrence of a series was missed, and the workflow lets it pass.
    Missed,
    /// The series ended before this occurrence.
    Ended,
    /// A closed state released it, entered by this action.
    Released(ActionName),
}

/// A duty is no longer owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockLapsed {
    /// Why.
    pub cause: LapseOfClock,
    /// The duty.
    pub duty: DutyKey,
}

/// An authority exempted from a duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockWaived {
    /// The key of the exemption in the table of decisions.
    pub decision: String,
    /// The duty.
    pub duty: DutyKey,
}

/// Which reminder: before or after the moment that it counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderOffset {
    /// This long before.
    Before(Period),
    /// This long after.
    After(Period),
}

/// One reminder whose moment came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reminded {
    /// When it was to be raised.
    pub at: Timestamp,
    /// Its place in the obligation's list, from 0.
    pub index: u64,
    /// Which.
    pub offset: ReminderOffset,
    /// Whom.
    pub to: RoleName,
}

/// Reminders of one duty whose moment came; those already past when a clock starts come together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderDue {
    /// The moment from which they count.
    pub due: Timestamp,
    /// The duty.
    pub duty: DutyKey,
    /// The reminders.
    pub reminders: Vec<Reminded>,
}
