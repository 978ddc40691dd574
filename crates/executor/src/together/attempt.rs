//! What was decided on several streams: sealed into one command, and told stream by stream.
//! Deciding and committing is the parent's business.

use std::collections::BTreeMap;

use tsuho_core::case::record::{self, Link};
use tsuho_core::case::{Body, Event};
use tsuho_core::ids::{CaseId, CommandId};
use tsuho_core::incident::{Incident, IncidentBody, Written};
use tsuho_ledger::Chain;
use tsuho_store::{Append, Command, Position, StreamName};

use super::Party;
use crate::answer::{Done, Standing, Together};
use crate::cases::Loaded;
use crate::ground::case_stream;
use crate::handle::Base;
use crate::history::expected;
use crate::incident::incident_stream;
use crate::{Error, Executor, chance, view};

/// What was decided, and on what.
#[derive(Debug)]
pub(crate) struct Attempt {
    party: Party,
    written: Written,
    /// The case whose events answer the request; none where the incident's do.
    case: Option<CaseId>,
    command: CommandId,
}

impl Attempt {
    pub(crate) const fn new(
        party: Party,
        written: Written,
        case: Option<CaseId>,
        command: CommandId,
    ) -> Self {
        Self {
            party,
            written,
            case,
            command,
        }
    }

    /// Tells whether nothing would be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.written.incident.is_empty() && self.written.cases.is_empty()
    }

    /// Returns the cases on which something is written, in the order in which they were linked, those that are opened
    /// last: that is the order of the ledger, behind the incident.
    fn cases(&self) -> Vec<CaseId> {
        let links = self
            .party
            .incident
            .iter()
            .flat_map(|loaded| loaded.incident.cases());
        let linked = links.map(|link| link.case);
        let taken = self.party.grounds.keys().copied();
        let opened = self.party.opened.iter().map(|opened| opened.id);
        let mut cases: Vec<CaseId> = Vec::new();
        for case in linked.chain(taken).chain(opened) {
            if self.written.cases.contains_key(&case) && !cases.contains(&case) {
                cases.push(case);
            }
        }
        cases
    }

    /// Tells what was done on the incident and on each of its cases.
    pub(crate) fn told(self, standing: Standing) -> Together {
        let (incident, cases) = self.dones(standing);
        Together {
            incident,
            cases: cases.into_iter().map(|(_, done)| done).collect(),
        }
    }

    /// Tells what was done on the case that was asked, and what else was done elsewhere.
    pub(crate) fn of_case(self, standing: Standing) -> Done<Body> {
        let (asked, command) = (self.case, self.command);
        let first_seq = |party: &Party, case| party.grounds.get(&case).map_or(0, version);
        let seq = asked.map_or(0, |case| first_seq(&self.party, case));
        let (incident, cases) = self.dones(standing);
        let (own, others): (Vec<_>, Vec<_>) = cases
            .into_iter()
            .partition(|(case, _)| Some(*case) == asked);
        let elsewhere = Together {
            incident,
            cases: others.into_iter().map(|(_, done)| done).collect(),
        };
        let nothing = || Done {
            stream: asked.map_or_else(StreamName::system, case_stream),
            command,
            first_seq: seq,
            events: Vec::new(),
            before: Vec::new(),
            standing,
            elsewhere: None,
        };
        let own = own.into_iter().next().map(|(_, done)| done);
        Done {
            elsewhere: (!elsewhere.is_empty()).then(|| Box::new(elsewhere)),
            ..own.unwrap_or_else(nothing)
        }
    }

    /// Returns what was done on each stream; every one of them knows where its own records begin.
    fn dones(mut self, standing: Standing) -> (Done<IncidentBody>, Vec<(CaseId, Done<Body>)>) {
        let order = self.cases();
        let mut next = match standing {
            Standing::Written { first } => Some(first),
            Standing::Repeated | Standing::Tried | Standing::Nothing => None,
        };
        let mut here = |count: usize| {
            let first = next?;
            next = Some(Position(first.0 + count as u64));
            Some(Standing::Written { first })
        };
        let events = std::mem::take(&mut self.written.incident);
        let incident = Done {
            stream: incident_stream(self.party.id),
            command: self.command,
            first_seq: self
                .party
                .incident
                .as_ref()
                .map_or(0, |it| it.incident.version),
            standing: here(events.len()).unwrap_or(standing),
            events,
            before: Vec::new(),
            elsewhere: None,
        };
        let mut cases = Vec::with_capacity(order.len());
        for id in order {
            let events = self.written.cases.remove(&id).unwrap_or_default();
            let done = Done {
                stream: case_stream(id),
                command: self.command,
                first_seq: self.party.grounds.get(&id).map_or(0, version),
                standing: here(events.len()).unwrap_or(standing),
                events,
                before: Vec::new(),
                elsewhere: None,
            };
            cases.push((id, done));
        }
        (incident, cases)
    }
}

fn version(ground: &crate::Ground) -> u64 {
    ground.case.version
}

impl Executor {
    /// Seals everything that was decided into one command; returns the cases after it.
    pub(super) fn seal_together(&self, attempt: &Attempt) -> Result<(Command, Vec<Loaded>), Error> {
        let (party, written) = (&attempt.party, &attempt.written);
        let mut command = Command {
            system: Some(party.installation.system()),
            read: vec![party.installation.operator_read()],
            ..Command::default()
        };
        if !written.incident.is_empty() {
            let (append, incident) = self.seal_incident(party, &written.incident)?;
            command.appends.push(append);
            command.incidents.push(view::incident_row(&incident));
            if party.incident.is_none() {
                command.incident_number = Some(incident.number);
            }
        }
        let opened: BTreeMap<CaseId, _> = party.opened.iter().map(|one| (one.id, one)).collect();
        let mut after = Vec::new();
        for id in attempt.cases() {
            let events: &[Event<Body>] = &written.cases[&id];
            let before = party.grounds.get(&id).map(crate::Ground::loaded);
            let context = match (party.grounds.get(&id), opened.get(&id)) {
                (Some(ground), _) => ground.context(),
                (None, Some(one)) => {
                    command.case_numbers.push(one.number);
                    party.installation.context(&one.compiled)
                }
                (None, None) => return Err(Error::UnknownCase { case: id }),
            };
            let base = Base {
                context,
                installation: &party.installation,
                before: before.as_ref(),
                outlook: None,
            };
            let (mut own, loaded) = self.seal(&base, id, events)?;
            if attempt.case == Some(id) {
                command.answered_by = command.appends.len();
            }
            command.appends.append(&mut own.appends);
            command.cases.append(&mut own.cases);
            command.clocks.append(&mut own.clocks);
            command.snapshots.append(&mut own.snapshots);
            after.push(loaded);
        }
        Ok((command, after))
    }

    /// Seals the incident's part of a decision; returns the incident after it.
    fn seal_incident(
        &self,
        party: &Party,
        events: &[Event<IncidentBody>],
    ) -> Result<(Append, Incident), Error> {
        let stream = incident_stream(party.id);
        let (start, incident) = if let Some(loaded) = &party.incident {
            let incident = loaded.incident.clone();
            let incident = events.iter().fold(incident, Incident::evolve);
            (loaded.chain.clone(), incident)
        } else {
            let begun = events
                .first()
                .and_then(|first| Incident::begin(party.id, first));
            let begun = begun.ok_or(Error::IncidentNotOpened { incident: party.id })?;
            let incident = events[1..].iter().fold(begun, Incident::evolve);
            (Chain::new(stream.label().clone()), incident)
        };
        let link = Link {
            stream: stream.label().clone(),
            seq: start.length(),
            prev: start.head(),
            system: Some(party.installation.system()),
        };
        let records = record::seal_other(events, link, &mut || chance::salt(&*self.chance))?;
        let mut append = Append::new(stream, expected(&start), records)?;
        let before = party.incident.as_ref().map_or(0, |it| it.incident.revision);
        append.revisions = incident.revision - before;
        Ok((append, incident))
    }
}
