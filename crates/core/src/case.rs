//! A case as it stands: the fold of its events, and all that a decision reads.
//! Deciding is in `decide`, what time and conditions bring in `settle`, folding in `evolve`.

pub mod again;
pub mod authority_decision;
mod basis;
pub mod clock;
pub mod decide;
pub mod duty_name;
pub mod event;
mod evolve;
pub mod fact;
mod filings;
pub mod given;
pub mod record;
pub mod rejection;
pub mod request;
pub mod settle;
pub mod snapshot;
pub mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tsuho_ledger::Digest;

pub(crate) use basis::recorded_facts;
pub use decide::{Context, decide};
pub use event::{Actor, Body, Event, Via};
pub use evolve::{evolve, open};
pub use filings::Filings;
pub use rejection::Rejection;
pub use request::{Content, Request};

use crate::case::clock::{DutyKey, Judgement};
use crate::case::event::{Face, Proposal, Released, Undone};
use crate::case::fact::History;
use crate::ids::{CaseId, CommandId, IncidentId, PersonId};
use crate::name::{
    ActionName, AuthorityName, ChannelName, FactName, ObligationName, RoleName, StateName,
    WorkflowName,
};
use crate::time::Timestamp;
use crate::workflow::rules::Phase;

/// A case as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub id: CaseId,
    /// Its number, as people say it.
    pub number: u64,
    /// How many events it has; the sequence number of the next.
    pub version: u64,
    /// How many decisions of people changed it.
    pub revision: u64,
    /// The decision that wrote the last event.
    pub last_command: CommandId,
    /// When the last event was recorded; recording never runs back.
    pub last_recorded: Timestamp,
    /// Up to when everything that time brings is on record. A person's decision settles up to its own moment; what the
    /// clock wrote settles up to when it happened, so that a long catch-up can be written in portions (Z2).
    pub settled_to: Timestamp,
    /// When it was opened in the world.
    pub opened_at: Timestamp,
    /// The incident to which it belongs, if it belongs to one; set once.
    pub incident: Option<Membership>,
    /// Its workflow.
    pub workflow: WorkflowName,
    /// The workflow's version.
    pub workflow_version: u32,
    /// The digest to which it is pinned.
    pub digest: Digest,
    /// The state in which it is.
    pub state: StateName,
    /// That state's phase.
    pub phase: Phase,
    /// Since when the present state counts as entered.
    pub entered_at: Timestamp,
    /// Since when each state's present or latest stay counts as entered.
    pub entered: BTreeMap<StateName, Timestamp>,
    /// What the present state lets lapse, and the action that entered it.
    pub released: Option<(Released, ActionName)>,
    /// When each action was first taken, in the world.
    pub did: BTreeMap<ActionName, Timestamp>,
    /// Every fact that was ever recorded or delivered.
    pub facts: BTreeMap<FactName, History>,
    /// Every filing by number.
    pub filings: Filings,
    /// Every approval by number.
    pub approvals: BTreeMap<u64, Approval>,
    /// Every duty that ever had a clock.
    pub duties: BTreeMap<DutyKey, Duty>,
    /// Every file attached, by digest.
    pub evidence: BTreeSet<Digest>,
    /// Up to which event each owner's stream was delivered.
    pub delivered: BTreeMap<String, u64>,
}

/// The incident to which a case belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// Its name.
    pub id: IncidentId,
    /// Its number, as people say it.
    pub number: u64,
}

/// A filing as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// The action that it belongs to.
    pub action: ActionName,
    /// For which obligations.
    pub obligations: BTreeSet<ObligationName>,
    /// Which duties it serves.
    pub duties: BTreeSet<DutyKey>,
    /// To whom.
    pub recipients: BTreeSet<AuthorityName>,
    /// How.
    pub channel: ChannelName,
    /// When it left.
    pub sent_at: Timestamp,
    /// When it counts for each recipient for whom it does.
    pub counts: BTreeMap<AuthorityName, Timestamp>,
    /// When it counts for the last of its recipients; absent until it counts for all.
    pub effective_at: Option<Timestamp>,
    /// The file that was sent.
    pub document: Option<Digest>,
    /// The receipt.
    pub receipt: Option<Digest>,
    /// Call sheets and records of sending.
    pub evidence: BTreeSet<Digest>,
    /// The recipients to whom it went at an address that they do not list.
    pub elsewhere: BTreeSet<AuthorityName>,
    /// Items that had no value in it.
    pub gaps: BTreeSet<FactName>,
    /// 1 for the first, more for supplements.
    pub version: u64,
    /// Set once it counts no longer.
    pub undone: Option<Undone>,
}

impl Filing {
    /// Returns when it discharges what it serves towards a recipient, if it does.
    #[must_use]
    pub fn discharges_at(&self, recipient: &AuthorityName) -> Option<Timestamp> {
        match self.undone {
            None => self.counts.get(recipient).copied(),
            Some(Undone::Withdrawn | Undone::Failed) => None,
        }
    }
}

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Consent {
    /// Asked for.
    Pending,
    /// Given, and not used yet.
    Given,
    /// Given, and the action was taken.
    Used,
    /// Refused.
    Refused,
    /// What it was asked for changed.
    Lapsed,
}

/// An approval as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// What it consents to.
    pub proposal: Proposal,
    /// The proposal's digest.
    pub digest: Digest,
    /// The role that the second person must hold.
    pub by: RoleName,
    /// Who asked.
    pub proposed_by: PersonId,
    /// When the action is to have happened in the world.
    pub occurred_at: Timestamp,
    /// Who consented or refused.
    pub decided_by: Option<PersonId>,
    /// When they did, in the world.
    pub decided_at: Option<Timestamp>,
    /// Where it stands.
    pub consent: Consent,
}

impl Approval {
    /// Tells whether it still waits for consent or for its action.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.consent, Consent::Pending | Consent::Given)
    }
}

/// Where a duty's clock stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Running {
    /// It runs.
    Running,
    /// It was discharged.
    Stopped {
        /// By which filing; none where nothing is filed.
        filing: Option<u64>,
        /// When.
        at: Timestamp,
        /// Whether in time.
        judgement: Judgement,
    },
    /// It is no longer owed.
    Lapsed,
    /// An authority exempted from it.
    Waived {
        /// The key of the exemption.
        decision: String,
    },
}

/// A duty as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Where its clock stands.
    pub running: Running,
    /// What the clock shows.
    pub face: Arc<Face>,
    /// Due moments that went by with no filing on record; never erased.
    pub passed: BTreeSet<Timestamp>,
    /// Reminders raised: the moment they count from and their place in the obligation's list.
    pub reminded: BTreeSet<(Timestamp, u64)>,
}

impl Duty {
    /// Tells whether its clock runs.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        match self.running {
            Running::Running => true,
            Running::Stopped { .. } | Running::Lapsed | Running::Waived { .. } => false,
        }
    }
}

impl Case {
    /// Returns the current version of each fact: the event that recorded it.
    #[must_use]
    pub fn fact_version(&self, fact: &FactName) -> Option<u64> {
        self.facts.get(fact).and_then(History::version)
    }

    /// Returns the filing that discharges a duty: the earliest effective one that still counts (D3).
    #[must_use]
    pub fn discharge(&self, duty: &DutyKey) -> Option<(u64, Timestamp)> {
        let recipient = duty.recipient.as_ref()?;
        self.filings
            .serving(duty)
            .filter_map(|(number, filing)| filing.discharges_at(recipient).map(|at| (at, number)))
            .min()
            .map(|(at, number)| (number, at))
    }

    /// Returns the filing made last for an obligation, whether or not it still counts: one that serves a duty of it or
    /// went to somebody to whom it is owed, before any that went elsewhere.
    #[must_use]
    pub fn last_filing(&self, obligation: &ObligationName) -> Option<(u64, &Filing)> {
        let duties = || {
            self.duties
                .keys()
                .filter(|key| key.obligation == *obligation)
        };
        let is_owed_to =
            |name: &AuthorityName| duties().any(|key| key.recipient.as_ref() == Some(name));
        let serves = |filing: &Filing| {
            let mut served = filing.duties.iter();
            served.any(|key| key.obligation == *obligation)
                || filing.recipients.iter().any(is_owed_to)
        };
        let made = self.filings.iter().rev();
        let made = made.filter(|(_, filing)| filing.obligations.contains(obligation));
        let found = made.clone().find(|(_, filing)| serves(filing));
        let found = found.or_else(|| made.clone().next());
        found.map(|(&number, filing)| (number, filing))
    }

    /// Tells whether a filing adds to one before it that still counts. One that takes the place of a failed one does not.
    #[must_use]
    pub fn is_supplement(&self, number: u64) -> bool {
        let Some(filing) = self.filings.get(&number) else {
            return false;
        };
        let is_same = |before: &Filing| {
            if filing.duties.is_empty() {
                !filing.obligations.is_disjoint(&before.obligations)
            } else {
                !filing.duties.is_disjoint(&before.duties)
            }
        };
        let before = self.filings.range(..number);
        let mut standing = before.filter(|(_, before)| before.undone.is_none());
        standing.any(|(_, before)| is_same(before))
    }

    /// Tells whether the case is in a state of phase `closed`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.phase == Phase::Closed
    }
}
