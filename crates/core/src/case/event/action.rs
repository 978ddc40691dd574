//! A case opened, and actions taken in it.
//! What an action filed is an event of its own, in `filing`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tsuho_ledger::{Digest, PartClass};

use crate::ids::PersonId;
use crate::name::{ActionName, ObligationName, StateName, WorkflowName};
use crate::time::Timestamp;
use crate::workflow::rules::{Phase, Releases};

/// The case was opened under one version of a workflow, to which it stays pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseOpened {
    /// The digest of its resolved form.
    pub digest: Digest,
    /// The number that people say, from 1, without gaps.
    pub number: u64,
    /// The phase of that state.
    pub phase: Phase,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
    /// The state in which the case begins.
    pub state: StateName,
    /// The version of the workflow.
    pub version: u32,
    /// The workflow.
    pub workflow: WorkflowName,
}

/// An action was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionTaken {
    /// The action.
    pub action: ActionName,
    /// The approval that permitted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<u64>,
    /// Since when it counts as entered (T3); absent where the state stayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Timestamp>,
    /// The state that was left.
    pub from: StateName,
    /// Its phase.
    pub phase: Phase,
    /// Who proposed it, where a second person's consent took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_by: Option<PersonId>,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
    /// Which duties the state that was entered lets lapse.
    #[serde(default, skip_serializing_if = "nothing_released")]
    pub releases: Released,
    /// The state in which the case now is.
    pub to: StateName,
}

/// Which duties a state lets lapse, as an event keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Released {
    /// None.
    #[default]
    Nothing,
    /// Every one.
    All,
    /// Those of some obligations.
    Some(BTreeSet<ObligationName>),
}

impl Released {
    /// Tells whether duties of an obligation are released.
    #[must_use]
    pub fn covers(&self, obligation: &ObligationName) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::Some(some) => some.contains(obligation),
        }
    }
}

impl From<&Releases> for Released {
    fn from(releases: &Releases) -> Self {
        match releases {
            Releases::Nothing => Self::Nothing,
            Releases::All => Self::All,
            Releases::Some(some) => Self::Some(some.clone()),
        }
    }
}

fn nothing_released(released: &Released) -> bool {
    *released == Released::Nothing
}
