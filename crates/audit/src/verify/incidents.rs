//! Fifth layer, of incidents: every decision on one is made again, every copy in a case is held against the event that it
//! names, and no case that uses what was recorded may lack its copy.
//!
//! The incident's record stands before those of its cases in the ledger, so that a copy is compared when it is read; what
//! is missing is known at the end.

mod copies;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tsuho_core::case::Rejection;
use tsuho_core::case::event::{CaseLinked, Event};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::incident::{self, Incident, IncidentBody, Shared};

use super::cases::Cases;
use super::definition::Compiled;
use super::installation::{Installation, Whole};
use super::{Entry, Notes, decision, people};
use crate::finding::{Fault, Place};

/// Every incident as far as it was folded.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    standings: BTreeMap<IncidentId, Stands>,
    /// Which events of their incident cases were given, as they say.
    given: BTreeMap<CaseId, BTreeSet<u64>>,
    /// The number of the incident that was opened last.
    pub numbered: u64,
    /// How many incidents there are whose opening cannot be read, so that theirs may be any numbers that are left out.
    pub unnumbered: u64,
}

/// An incident as it stands.
#[derive(Debug)]
pub(super) enum Stands {
    /// Folded.
    Folded(Box<Folded>),
    /// A record is damaged or missing, so that nothing can be said of what follows.
    Lost,
}

impl Stands {
    /// Returns it as it was folded, unless it was given up.
    pub(super) fn folded(&self) -> Option<&Folded> {
        match self {
            Self::Folded(folded) => Some(folded),
            Self::Lost => None,
        }
    }
}

/// An incident as it was folded, and where its events are.
#[derive(Debug)]
pub(super) struct Folded {
    pub incident: Incident,
    /// What it keeps with all of its cases; `None` where a workflow of one is damaged.
    shared: Option<Shared>,
    places: BTreeMap<u64, Place>,
}

impl Incidents {
    /// Gives an incident up.
    pub(super) fn lose(&mut self, id: IncidentId) {
        if self.standings.insert(id, Stands::Lost).is_none() {
            self.unnumbered += 1;
        }
    }

    /// Returns an incident.
    pub(super) fn get(&self, id: IncidentId) -> Option<&Stands> {
        self.standings.get(&id)
    }

    /// Returns every incident that was folded.
    pub(super) fn folded(&self) -> impl Iterator<Item = &Folded> {
        self.standings.values().filter_map(Stands::folded)
    }

    /// Makes a decision on an incident again, and folds it.
    pub(super) fn decide(
        &mut self,
        (installation, cases): (&Installation, &Cases),
        (id, entries): (IncidentId, &[Entry<IncidentBody>]),
        notes: &mut Notes,
    ) {
        let before = match self.standings.remove(&id) {
            Some(Stands::Lost) => {
                notes.counts.undecided += 1;
                self.standings.insert(id, Stands::Lost);
                return;
            }
            Some(Stands::Folded(folded)) => Some(folded),
            None => {
                self.check_number(entries, notes);
                None
            }
        };
        let (incident, mut places) = match before {
            Some(folded) => (Some(folded.incident), folded.places),
            None => (None, BTreeMap::new()),
        };
        let mut after = incident.clone();
        for entry in entries {
            let (kind, event) = (installation.kind, &entry.event);
            if installation.system == Whole::Whole {
                people::check_actor(
                    &installation.people,
                    kind,
                    &event.actor,
                    &entry.place,
                    notes,
                );
            }
            after = if let Some(before) = after.take() {
                places.insert(before.version, entry.place.clone());
                Some(before.evolve(event))
            } else {
                places.insert(0, entry.place.clone());
                Incident::begin(id, event)
            };
            if after.is_none() {
                decision::no_request(&entry.place, notes);
                self.standings.insert(id, Stands::Lost);
                return;
            }
        }
        let Some(after) = after else {
            return;
        };
        let shared = shared(installation, after.cases());
        match &shared {
            Some(shared) if installation.is_sound() => {
                notes.counts.incident_decisions += 1;
                again((installation, shared), incident.as_ref(), entries, notes);
                copies::check_taken_over((shared, installation), cases, entries, notes);
            }
            _ => notes.counts.undecided += 1,
        }
        let folded = Folded {
            incident: after,
            shared,
            places,
        };
        self.standings.insert(id, Stands::Folded(Box::new(folded)));
    }

    /// Checks an incident's number at its opening.
    fn check_number(&mut self, entries: &[Entry<IncidentBody>], notes: &mut Notes) {
        let Some(first) = entries.first() else {
            return;
        };
        let IncidentBody::IncidentOpened(body) = &first.event.body else {
            return;
        };
        let left_out = body.number.checked_sub(self.numbered + 1);
        match left_out.filter(|left_out| *left_out <= self.unnumbered) {
            Some(left_out) => self.unnumbered -= left_out,
            None => notes.at(&first.place).add(
                Fault::IncidentNumber,
                "body.number",
                self.numbered + 1,
                body.number,
            ),
        }
        self.numbered = self.numbered.max(body.number);
    }
}

/// Returns what an incident keeps for its cases, by the workflows to which they are pinned; `None` if one is damaged.
fn shared(installation: &Installation, links: &[CaseLinked]) -> Option<Shared> {
    let compiled: Option<Vec<Arc<Compiled>>> = links
        .iter()
        .map(|link| installation.workflows.get(&link.digest).cloned().flatten())
        .collect();
    let compiled = compiled?;
    Some(Shared::of(compiled.iter().map(|compiled| &compiled.rules)))
}

/// Makes the decision again and compares what it would write.
fn again(
    (installation, shared): (&Installation, &Shared),
    before: Option<&Incident>,
    entries: &[Entry<IncidentBody>],
    notes: &mut Notes,
) {
    let Some(first) = entries.first() else {
        return;
    };
    let events: Vec<&Event<IncidentBody>> = entries.iter().map(|entry| &entry.event).collect();
    match incident::again::again(&installation.people, shared, before, &events) {
        Ok(expected) => decision::compare_all(entries, &expected, notes),
        Err(Some(refusal)) => decision::refused(&first.place, Rejection::code(&refusal), notes),
        Err(None) => decision::no_request(&first.place, notes),
    }
}
