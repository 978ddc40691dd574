//! Files attached and notes written.
//! The bytes of a file are kept by digest, outside the history.

use serde::{Deserialize, Serialize};
use tsuho_ledger::{Digest, PartClass};

use crate::name::FactName;

/// A file was attached; its bytes are kept by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAttached {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    /// Where its name is written: under `name`.
    pub name: PartClass,
    /// The filing for which it is evidence: a call sheet, a record of sending, a returned envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<u64>,
    /// The fact that it bears out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<FactName>,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
}

/// Somebody wrote something down; the text stands in the part of that class under `text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteAdded {
    /// Who may read it.
    pub class: PartClass,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
}
