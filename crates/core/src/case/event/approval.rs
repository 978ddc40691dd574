//! A second person's consent: asked for, given, refused, lapsed (S5).
//! What it permits is checked when the action is taken.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tsuho_ledger::{Digest, PartClass};

use crate::case::clock::DutyKey;
use crate::case::event::FactRecorded;
use crate::name::{ActionName, AuthorityName, ChannelName, FactName, RoleName, StateName};

/// A second person's consent was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequested {
    /// Its number in the case, from 1.
    pub approval: u64,
    /// What it consents to.
    pub proposal: Proposal,
    /// The digest of the proposal, to which consent binds.
    pub digest: Digest,
    /// The role that the second person must hold.
    pub by: RoleName,
    /// How it is to be sent, where something is filed; consent does not bind to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelName>,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
}

/// What a consent binds to: everything that may not change before the action is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The action.
    pub action: ActionName,
    /// The state in which it is proposed.
    pub state: StateName,
    /// Versions of the facts that it needs, that its guard reads and that its filing contains.
    pub versions: BTreeMap<FactName, u64>,
    /// The file to be sent, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Digest>,
    /// To whom, where something is filed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub recipients: BTreeSet<AuthorityName>,
    /// The duties to be served, where something is filed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub duties: BTreeSet<DutyKey>,
    /// The rows of the table of decisions, where an authority's decision is to be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decisions: Option<FactRecorded>,
}

impl Proposal {
    /// Returns the digest to which consent binds.
    ///
    /// # Panics
    ///
    /// Never: names, digests, counters and values that were checked always have a canonical form.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let bytes = tsuho_ledger::canonical::to_bytes(self)
            .expect("a proposal holds names, digests, counters and values that were checked");
        Digest::of(&bytes)
    }
}

/// A second person consented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalGiven {
    /// Which approval.
    pub approval: u64,
    /// The digest of the proposal that they saw.
    pub digest: Digest,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
}

/// A second person refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRefused {
    /// Which approval.
    pub approval: u64,
    /// Where the reason is written: under `reason`.
    pub reason: PartClass,
}

/// Why an approval lapsed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LapseOfApproval {
    /// The case is in another state.
    State,
    /// These facts have other versions.
    Facts(BTreeSet<FactName>),
    /// Another proposal of the same action took its place.
    Replaced,
}

/// What an approval was asked for changed before the action was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalLapsed {
    /// Which approval.
    pub approval: u64,
    /// Why.
    pub cause: LapseOfApproval,
}
