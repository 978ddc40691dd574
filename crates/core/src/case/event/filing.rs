//! Filings made, received and undone (D1 to D4).
//! Whether one discharges a duty is seen by settling.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tsuho_ledger::{Digest, PartClass};

use crate::case::clock::DutyKey;
use crate::name::{ActionName, AuthorityName, ChannelName, FactName, ObligationName};
use crate::time::Timestamp;

/// Something left for an authority, by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilingMade {
    /// The action that it belongs to.
    pub action: ActionName,
    /// Where the address is written, if one was said that no recipient lists: under `address`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<PartClass>,
    /// The address of each recipient as its workflow knew it then, where it lists any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub addresses: BTreeMap<AuthorityName, String>,
    /// How.
    pub channel: ChannelName,
    /// When it counts for each recipient for whom it does (D2): from sending, from receipt, or from confirmation.
    pub counts: BTreeMap<AuthorityName, Timestamp>,
    /// The file that was sent, if it is on the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Digest>,
    /// The duties that it serves; none for a voluntary one (D5).
    pub duties: BTreeSet<DutyKey>,
    /// When it counts for the last of its recipients; absent until it counts for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_at: Option<Timestamp>,
    /// Recipients who list addresses for the channel, and not the one that was said: it counts for them once confirmed
    /// (D1).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub elsewhere: BTreeSet<AuthorityName>,
    /// Call sheets and records of sending, files of the case.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub evidence: BTreeSet<Digest>,
    /// Its number in the case, from 1.
    pub filing: u64,
    /// `as_known` items that had no value and were filed as "under investigation".
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gaps: BTreeSet<FactName>,
    /// The obligations for which it was made.
    pub obligations: BTreeSet<ObligationName>,
    /// When it was received, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// To whom.
    pub recipients: BTreeSet<AuthorityName>,
    /// The address that was said, if a recipient lists it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// When it left.
    pub sent_at: Timestamp,
    /// The fact versions that it used: sequence numbers of the events that recorded them.
    pub used: BTreeMap<FactName, u64>,
    /// 1 for the first to serve these duties; more for a supplement (D4).
    pub version: u64,
}

/// An authority received a filing, or a person confirmed that it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilingReceived {
    /// When it counts for each recipient for whom it does from now on.
    pub counts: BTreeMap<AuthorityName, Timestamp>,
    /// When it counts for the last of those for whom it does.
    pub effective_at: Timestamp,
    /// Which filing.
    pub filing: u64,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
    /// The receipt, if it is on the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Digest>,
    /// When.
    pub received_at: Timestamp,
}

/// How a filing came to count no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undone {
    /// Taken back by the operator.
    Withdrawn,
    /// Returned, refused, or never arrived.
    Failed,
}

impl Undone {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Withdrawn, Self::Failed];

    /// Returns the word with which requests and scenarios write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Failed => "failed",
        }
    }
}

/// A filing was withdrawn or failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilingUndone {
    /// Which filing.
    pub filing: u64,
    /// How.
    pub how: Undone,
    /// Where the reason is written: under `reason`.
    pub reason: PartClass,
}
