//! Identifies duties and judges them: in time, arguable, late by how much, or without a number to judge by.
//! Counting is left to `calendar`, starting and moving clocks to `settle`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::{Derivation, Reading, ReadingName};
use crate::name::{AuthorityName, InvalidName, ObligationName, SourceName};
use crate::time::{Span, Timestamp};

/// Names one duty of a case: an obligation towards one recipient (O1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DutyKey {
    /// The obligation.
    pub obligation: ObligationName,
    /// To whom.
    pub recipient: AuthorityName,
}

impl fmt::Display for DutyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.obligation, self.recipient)
    }
}

impl FromStr for DutyKey {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let (obligation, recipient) = text.split_once('@').ok_or_else(|| InvalidName {
            text: text.to_owned(),
            what: "duty",
            form: "an obligation and its recipient, such as `detailed_report@jp-mic`",
        })?;
        Ok(Self {
            obligation: obligation.parse()?,
            recipient: recipient.parse()?,
        })
    }
}

impl Serialize for DutyKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DutyKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why what a clock shows is provisional; the mark goes with the doubt (C8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It is undecided whether the workflow applies.
    Applies,
    /// It is undecided whether the obligation's condition holds.
    Condition,
    /// It is undecided which of several clocks holds.
    Candidate,
    /// The anchor is an estimate.
    Estimate,
    /// What it counts from or how long is no longer known; the clock keeps what it showed (P1).
    Anchor,
    /// To whom it is owed is no longer known; the clock keeps what it showed (P1).
    Recipient,
}

/// An aim of the operator's or of a guideline, computed; never judged (P2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The moment.
    pub due: Timestamp,
    /// How it was counted.
    pub derivation: Derivation,
    /// Whose aim it is: `internal` or `guidance`.
    pub force: TargetForce,
    /// Where it is written, if it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub law: Vec<SourceName>,
}

/// Whose aim a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetForce {
    /// A guideline's.
    Guidance,
    /// The operator's own.
    Internal,
}

/// What a filing's effective moment, or the present, means against the readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// At or before the earliest reading.
    InTime,
    /// After the earliest reading and not after the last: a matter of how the law is read.
    Arguable,
    /// After the last reading, by this long.
    Late(Span),
    /// The law gives no number; whether the earliest target was kept, if there is one.
    NoNumber {
        /// How long after the earliest target; negative or zero when it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_target: Option<Span>,
    },
}

/// What a judgement says of one reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The reading.
    pub reading: ReadingName,
    /// Its due moment.
    pub due: Timestamp,
    /// How long after it; negative or zero means in time.
    pub after: Span,
}

/// What the judgement rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A receipt on the case.
    Receipt,
    /// The document that was sent, on the case.
    Document,
    /// A person's statement only.
    Statement,
}

/// A duty's discharge held against its clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The result.
    pub verdict: Verdict,
    /// Each reading's part in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Judged>,
    /// What it rests on.
    pub proof: Proof,
}

/// Judges a moment against readings and targets (C7, C8).
#[must_use]
pub fn verdict(moment: Timestamp, readings: &[Reading], targets: &[Target]) -> Verdict {
    let earliest = readings.iter().map(|reading| reading.due).min();
    let last = readings.iter().map(|reading| reading.due).max();
    match (earliest, last) {
        (Some(earliest), _) if moment <= earliest => Verdict::InTime,
        (Some(_), Some(last)) if moment <= last => Verdict::Arguable,
        (Some(_), Some(last)) => Verdict::Late(moment.since(last)),
        _ => Verdict::NoNumber {
            after_target: targets
                .iter()
                .map(|target| target.due)
                .min()
                .map(|due| moment.since(due)),
        },
    }
}

/// Judges a discharge.
#[must_use]
pub fn judge(
    moment: Timestamp,
    readings: &[Reading],
    targets: &[Target],
    proof: Proof,
) -> Judgement {
    Judgement {
        verdict: verdict(moment, readings, targets),
        readings: readings
            .iter()
            .map(|reading| Judged {
                reading: reading.name,
                due: reading.due,
                after: moment.since(reading.due),
            })
            .collect(),
        proof,
    }
}
