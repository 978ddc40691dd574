//! Facts recorded, withdrawn or delivered.
//! Which version is current is said by the fact's history.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tsuho_ledger::PartClass;

use super::Sheet;
use crate::name::{ColumnName, FactName};
use crate::time::Timestamp;
use crate::value::{Row, Value};

/// How a fact changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It has this value.
    Set(Value),
    /// Rows of a table were recorded, each as a whole, or dropped.
    Rows {
        /// Keys of the rows that are gone.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        dropped: BTreeSet<String>,
        /// Rows as they now are, by key.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        set: BTreeMap<String, Row>,
    },
    /// It has no value: withdrawn, or on record as "cannot be determined".
    Absent,
}

/// One fact as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactRecorded {
    /// When the operator learnt it.
    pub as_of: Timestamp,
    /// Whether it is an estimate.
    #[serde(default, skip_serializing_if = "is_exact")]
    pub certainty: Certainty,
    /// How it changed.
    pub change: Change,
    /// Whether a source is named; its text stands in the personal part under `source/<fact>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<PartClass>,
}

/// Whether a value is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// As stated.
    #[default]
    Exact,
    /// Marked as an estimate; what rests on it is provisional.
    Estimate,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_exact(certainty: &Certainty) -> bool {
    *certainty == Certainty::Exact
}

/// The event from which facts were delivered: of an owner's stream to a case, or of a case to the incident that takes
/// them over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    /// The last event of it that the delivery reflects.
    pub seq: u64,
    /// The stream.
    pub stream: String,
}

/// Facts were recorded, withdrawn or delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactsRecorded {
    /// The approval that permitted it, where a decision of an authority needs a second person's consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<u64>,
    /// From whose stream they were delivered, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Delivered>,
    /// Each fact's change.
    pub facts: BTreeMap<FactName, FactRecorded>,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
}

/// Returns a value with the words that a sheet keeps of it; the value itself where they are not known.
#[must_use]
pub fn with_words(value: &Value, path: &str, personal: &Sheet, privileged: &Sheet) -> Value {
    let told = match value {
        Value::Held(PartClass::Personal) => personal.get(path),
        Value::Held(PartClass::Privileged) => privileged.get(path),
        _ => None,
    };
    told.unwrap_or(value).clone()
}

/// Returns the path under which a cell's value stands in its part.
#[must_use]
pub fn cell_path(fact: &FactName, row: &str, column: &ColumnName) -> String {
    format!("{fact}/{row}/{column}")
}
