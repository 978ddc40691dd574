//! Identifies duties and judges them: in time, arguable, late by how much, or without a number to judge by.
//! Counting is left to `calendar`, starting and moving clocks to `settle`.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::{Derivation, Reading, ReadingName};
use crate::case::duty_name::DutyName;
use crate::catalogue::{Arg, Args};
use crate::name::{AuthorityName, InvalidName, ObligationName, SourceName};
use crate::read_text::read_text;
use crate::time::{Span, Timestamp};

/// Names one duty of a case: an obligation, for the rows that it looks at, towards one recipient, in one occurrence (O1).
///
/// Printed `progress_report[総基用第46号]@jp-mic#3`, without brackets where the obligation looks at no table, without `@`
/// where nothing is filed and without `#` where there is no series. In a row's key the characters that divide a duty's name are written `%XX`, so that
/// every key can be read back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DutyKey {
    /// The obligation.
    pub obligation: ObligationName,
    /// The key of each row, in the order of the obligation's `each`.
    pub rows: Vec<String>,
    /// To whom; none where nothing is filed.
    pub recipient: Option<AuthorityName>,
    /// Which occurrence of a series, from 1; none where there is no series.
    pub occurrence: Option<u32>,
}

/// The characters that divide a duty's name, and the one that escapes them.
const DIVIDERS: [char; 6] = ['%', '[', ']', ',', '@', '#'];

/// Writes the rows of a duty as they stand in its name; nothing without rows.
#[must_use]
pub fn rows_written(rows: &[String]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let escaped = |row: &String| {
        let mut text = String::new();
        for character in row.chars() {
            if DIVIDERS.contains(&character) {
                let _ = write!(text, "%{:02X}", u32::from(character));
            } else {
                text.push(character);
            }
        }
        text
    };
    let rows: Vec<String> = rows.iter().map(escaped).collect();
    format!("[{}]", rows.join(","))
}

impl DutyKey {
    /// Returns what the duty's obligation is called, with the rows and the occurrence that are meant.
    #[must_use]
    pub fn titled(&self, obligation: Arg) -> Arg {
        let of_rows = if self.rows.is_empty() {
            obligation
        } else {
            let rows = self
                .rows
                .iter()
                .map(|row| Arg::from(row.as_str()))
                .collect();
            let args = Args::from([("obligation", obligation), ("rows", Arg::List(rows))]);
            Arg::Message("case.of_rows", args)
        };
        match self.occurrence {
            None => of_rows,
            Some(number) => {
                let number = Arg::from(number.to_string());
                let args = Args::from([("obligation", of_rows), ("number", number)]);
                Arg::Message("case.of_occurrence", args)
            }
        }
    }
}

/// Reads the name of an obligation or a duty up to its recipient: `answer`, or `answer[総基用第46号]`.
///
/// Returns the obligation's name and the rows; `None` if the brackets do not close or an escape is none.
#[must_use]
pub fn rows_read(text: &str) -> Option<(&str, Vec<String>)> {
    let Some((name, rows)) = text.split_once('[') else {
        return Some((text, Vec::new()));
    };
    let rows = rows.strip_suffix(']')?;
    let rows: Option<Vec<String>> = rows.split(',').map(unescaped).collect();
    Some((name, rows?))
}

/// Reads the occurrence at the end of a duty's name; `None` if what stands there is no occurrence.
#[must_use]
pub fn occurrence_read(text: &str) -> Option<(&str, Option<u32>)> {
    let Some((name, number)) = text.rsplit_once('#') else {
        return Some((text, None));
    };
    let plain = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = plain.then(|| number.parse().ok()).flatten()?;
    Some((name, Some(number)))
}

/// Reads one row's key; each character that divides must be escaped, and nothing else may be.
fn unescaped(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut key = pieces.next()?.to_owned();
    for piece in pieces {
        let code = u8::from_str_radix(piece.get(..2)?, 16).ok()?;
        let character = char::from(code);
        DIVIDERS.contains(&character).then(|| key.push(character))?;
        key.push_str(piece.get(2..)?);
    }
    (rows_written(std::slice::from_ref(&key)) == format!("[{text}]")).then_some(key)
}

impl fmt::Display for DutyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = rows_written(&self.rows);
        write!(f, "{}{rows}", self.obligation)?;
        if let Some(recipient) = &self.recipient {
            write!(f, "@{recipient}")?;
        }
        match self.occurrence {
            Some(number) => write!(f, "#{number}"),
            None => Ok(()),
        }
    }
}

impl FromStr for DutyKey {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name: DutyName = text.parse()?;
        Ok(Self {
            obligation: name.obligation,
            rows: name.rows.unwrap_or_default(),
            recipient: name.recipient,
            occurrence: name.occurrence,
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
        read_text(deserializer)
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
    /// How it was counted.
    pub derivation: Derivation,
    /// The moment.
    pub due: Timestamp,
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
    /// A hold lasts, and nobody knows when it ends: not judged (C9).
    Held,
}

/// What a judgement says of one reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// How long after it; negative or zero means in time.
    pub after: Span,
    /// The due moment of the reading.
    pub due: Timestamp,
    /// The reading.
    pub reading: ReadingName,
}

/// What the judgement rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A receipt on the case.
    Receipt,
    /// A call sheet or a record of sending on the case.
    CallSheet,
    /// The document that was sent, on the case.
    Document,
    /// A person's statement only.
    Statement,
}

/// A duty's discharge held against its clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// What it rests on.
    pub proof: Proof,
    /// Each reading's part in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Judged>,
    /// The result.
    pub verdict: Verdict,
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
