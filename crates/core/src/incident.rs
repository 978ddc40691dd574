//! An incident: what happened, the facts that its cases share, and which cases these are, on a stream of its own (A2).
//! A case reads only its own stream; what is recorded here is given to each case in the same transaction.
//!
//! `together` decides a request on several streams at once, `decide` what of it stands on this one, and `shared` which
//! facts an incident keeps for which of its cases.

pub mod again;
mod decide;
mod event;
mod shared;
mod together;

use std::collections::BTreeMap;

pub use event::IncidentOpened;
pub use shared::{Shared, handover};
pub use together::{
    Fresh, Member, Members, Opening, Refused, Taken, Written, add, ask, open, record,
};

use crate::case::event::{CaseLinked, Delivered, Event, FactsRecorded, bodies};
use crate::case::fact::{self, History};
use crate::case::request::Delivery;
use crate::ids::{CaseId, CommandId, IncidentId};
use crate::name::FactName;
use crate::time::Timestamp;
use crate::workflow::Rules;

/// What the names of incidents' streams begin with.
pub const PREFIX: &str = "incident/";

/// Most cases of one incident. What is recorded on it is written to all of them in one transaction, which holds 32,768
/// events: with 64 cases each may settle 512 of them, more than the duties of any regime. An incident that concerns
/// every regime of every country in which an operator works starts some tens.
pub const MOST_CASES: usize = 64;

/// Returns the stream of an incident.
#[must_use]
pub fn stream_of(id: IncidentId) -> String {
    format!("{PREFIX}{id}")
}

/// Tells whether a stream is an incident's.
#[must_use]
pub fn is_stream(stream: &str) -> bool {
    stream.starts_with(PREFIX)
}

bodies! {
    /// What happened to an incident.
    IncidentBody {
        /// The incident was opened.
        IncidentOpened,
        /// A case became one of it.
        CaseLinked,
        /// Facts that its cases share were recorded, withdrawn, or taken over from its first case.
        FactsRecorded,
    }
}

/// An incident as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its name.
    pub id: IncidentId,
    /// Its number, as people say it.
    pub number: u64,
    /// When it was opened in the world.
    pub opened_at: Timestamp,
    /// How many events it has; the sequence number of the next.
    pub version: u64,
    /// How many decisions of people changed it.
    pub revision: u64,
    /// The decision that wrote the last event.
    pub last_command: CommandId,
    /// When the last event was recorded.
    pub last_recorded: Timestamp,
    cases: Vec<CaseLinked>,
    facts: BTreeMap<FactName, History>,
    /// Everything recorded here, with the words that parts keep, by event.
    recordings: BTreeMap<u64, Event<FactsRecorded>>,
}

impl Incident {
    /// Begins an incident with its first event; `None` if that is anything but its opening.
    #[must_use]
    pub fn begin(id: IncidentId, event: &Event<IncidentBody>) -> Option<Self> {
        let IncidentBody::IncidentOpened(opened) = &event.body else {
            return None;
        };
        Some(Self {
            id,
            number: opened.number,
            opened_at: event.occurred_at,
            version: 1,
            revision: 1,
            last_command: event.command,
            last_recorded: event.recorded_at,
            cases: Vec::new(),
            facts: BTreeMap::new(),
            recordings: BTreeMap::new(),
        })
    }

    /// Folds one more event.
    #[must_use]
    pub fn evolve(mut self, event: &Event<IncidentBody>) -> Self {
        match &event.body {
            // A second opening cannot be written.
            IncidentBody::IncidentOpened(_) => {}
            IncidentBody::CaseLinked(link) => self.cases.push(link.clone()),
            IncidentBody::FactsRecorded(body) => {
                fact::record(&mut self.facts, self.version, body);
                let recording = Event {
                    body: body.clone(),
                    actor: event.actor.clone(),
                    occurred_at: event.occurred_at,
                    recorded_at: event.recorded_at,
                    command: event.command,
                    personal: event.personal.clone(),
                    privileged: event.privileged.clone(),
                };
                self.recordings.insert(self.version, recording);
            }
        }
        self.version += 1;
        self.revision += u64::from(self.last_command != event.command);
        self.last_command = event.command;
        self.last_recorded = event.recorded_at;
        self
    }

    /// Returns its cases in the order in which they were linked.
    #[must_use]
    pub fn cases(&self) -> &[CaseLinked] {
        &self.cases
    }

    /// Tells whether a case is one of it.
    #[must_use]
    pub fn has(&self, case: CaseId) -> bool {
        self.cases.iter().any(|link| link.case == case)
    }

    /// Returns the versions of every fact that was recorded on it.
    #[must_use]
    pub const fn facts(&self) -> &BTreeMap<FactName, History> {
        &self.facts
    }

    /// Returns everything recorded on it, with the words that parts keep, by event.
    #[must_use]
    pub const fn recordings(&self) -> &BTreeMap<u64, Event<FactsRecorded>> {
        &self.recordings
    }

    /// Returns what the event `seq` gives a case under these rules; `None` if it records nothing that such a case uses.
    #[must_use]
    pub fn copy(&self, shared: &Shared, rules: &Rules, seq: u64) -> Option<Delivery> {
        let recording = self.recordings.get(&seq)?;
        let facts = shared.copied(rules, recording);
        let stream = stream_of(self.id);
        (!facts.is_empty()).then_some(Delivery {
            facts,
            delivered: Delivered { seq, stream },
        })
    }

    /// Returns what a case under these rules is given that was given nothing before `since`, event by event. What was
    /// taken over from the case itself it has.
    #[must_use]
    pub fn copies(
        &self,
        shared: &Shared,
        (case, rules): (CaseId, &Rules),
        since: u64,
    ) -> Vec<Delivery> {
        let own = case_stream(case);
        let is_other = |recording: &Event<FactsRecorded>| {
            let from = recording.body.delivered.as_ref();
            from.is_none_or(|from| from.stream != own)
        };
        self.recordings
            .range(since..)
            .filter(|(_, recording)| is_other(recording))
            .filter_map(|(&seq, _)| self.copy(shared, rules, seq))
            .collect()
    }
}

/// Returns the stream of a case, as the event that takes its facts over names it.
#[must_use]
pub fn case_stream(case: CaseId) -> String {
    format!("case/{case}")
}
