//! A case became one of an incident.
//! What the incident keeps for it is delivered by events of its own.

use serde::{Deserialize, Serialize};
use tsuho_ledger::{Digest, PartClass};

use crate::ids::{CaseId, IncidentId};
use crate::name::WorkflowName;

/// A case became one of an incident: the same event stands on both streams, so that each proves it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLinked {
    /// The incident.
    pub incident: IncidentId,
    /// The incident's number, as people say it.
    pub incident_number: u64,
    /// The case.
    pub case: CaseId,
    /// The case's number.
    pub case_number: u64,
    /// The case's workflow.
    pub workflow: WorkflowName,
    /// The digest to which the case is pinned: it says which facts the incident keeps for it.
    pub digest: Digest,
    /// Where the reason is written, if one was given: under `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PartClass>,
}
