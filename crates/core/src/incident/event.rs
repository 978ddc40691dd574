//! An incident was opened.
//! Its cases and their facts are events of their own.

use serde::{Deserialize, Serialize};
use tsuho_ledger::PartClass;

/// An incident was opened; what it is called stands in the part of that class under `title`, because whoever names what
/// happened may name a person (A3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentOpened {
    /// The number that people say, from 1, without gaps.
    pub number: u64,
    /// Where its title is written.
    pub title: PartClass,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
}
