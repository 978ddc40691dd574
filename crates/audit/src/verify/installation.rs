//! Folds the streams `system` and `operator` and makes their decisions again: the ground for decisions on cases.
//! Holding publications against what is stored is in `definition.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tsuho_core::calendar::Calendar;
use tsuho_core::case::Event;
use tsuho_core::name::{CalendarName, WorkflowName};
use tsuho_core::operator::{Operator, OperatorBody};
use tsuho_core::people::{CalendarPublished, InstallationKind, People, SystemBody};
use tsuho_ledger::Digest;

use super::decision;
use super::definition::{self, Compiled};
use super::{Entry, Notes, people};
use crate::again;
use crate::source::Source;

/// The installation as it stands at a position.
#[derive(Debug, Default)]
pub(super) struct Installation {
    /// Persons, roles, publications.
    pub people: People,
    /// Real or drill, once it was created.
    pub kind: Option<InstallationKind>,
    /// The operator's facts.
    pub operator: Operator,
    /// The latest publication of each calendar.
    pub calendars: Arc<BTreeMap<CalendarName, Calendar>>,
    /// Every calendar that was ever published; `None` where what is stored is not it.
    pub releases: BTreeMap<Digest, Option<Calendar>>,
    /// Every workflow that was ever published; `None` where what is stored is not it.
    pub workflows: BTreeMap<Digest, Option<Arc<Compiled>>>,
    /// Calendars whose latest publication is damaged.
    damaged: BTreeSet<CalendarName>,
    /// Whether the stream `system` can be folded to its end.
    pub system: Whole,
    /// Whether the stream `operator` can be folded to its end.
    pub facts: Whole,
    /// How many decisions changed the installation.
    pub revision: u64,
    /// How many decisions changed the operator's facts.
    pub operator_revision: u64,
}

/// Whether a stream can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Whole {
    /// Up to its last record.
    #[default]
    Whole,
    /// A record before is damaged or missing.
    Damaged,
}

impl Installation {
    /// Tells whether decisions can be made again on it.
    pub(super) fn is_sound(&self) -> bool {
        self.system == Whole::Whole && self.damaged.is_empty()
    }

    /// Gives the stream `system` up.
    pub(super) const fn lose_system(&mut self) {
        self.system = Whole::Damaged;
    }

    /// Makes a decision on the installation again and folds it.
    pub(super) fn system<S: Source>(
        &mut self,
        source: &S,
        entries: &[Entry<SystemBody>],
        notes: &mut Notes,
    ) -> Result<(), S::Error> {
        if self.system == Whole::Damaged {
            notes.counts.undecided += 1;
            return Ok(());
        }
        notes.counts.system_decisions += 1;
        self.revision += 1;
        for entry in entries {
            if let SystemBody::InstallationCreated(body) = &entry.event.body {
                self.kind = self.kind.or(Some(body.kind));
            } else {
                people::check_actor(
                    &self.people,
                    self.kind,
                    &entry.event.actor,
                    &entry.place,
                    notes,
                );
            }
            match again::system(&self.people, &entry.event) {
                Ok(expected) => decision::compare(entry, &expected, notes),
                Err(refusal) => {
                    decision::refused(&entry.place, refusal.code(), notes);
                }
            }
            match &entry.event.body {
                SystemBody::WorkflowPublished(body) => {
                    let compiled = definition::workflow(source, body, &entry.place, notes)?;
                    self.workflows.insert(body.digest, compiled.map(Arc::new));
                }
                SystemBody::CalendarPublished(body) => {
                    let found = definition::calendar(source, body, &entry.place, notes)?;
                    self.publish(body, found);
                }
                SystemBody::InstallationCreated(_)
                | SystemBody::PersonAdded(_)
                | SystemBody::RoleGranted(_)
                | SystemBody::RoleRevoked(_) => {}
            }
            self.people = std::mem::take(&mut self.people).evolve(&entry.event);
        }
        notes.counts.persons = self.people.persons().count() as u64;
        Ok(())
    }

    /// Takes a calendar that was published; `None` if what is stored is not it.
    fn publish(&mut self, body: &CalendarPublished, found: Option<Calendar>) {
        if let Some(calendar) = found {
            self.damaged.remove(&body.name);
            self.releases.insert(body.digest, Some(calendar.clone()));
            Arc::make_mut(&mut self.calendars).insert(body.name.clone(), calendar);
        } else {
            self.damaged.insert(body.name.clone());
            self.releases.entry(body.digest).or_default();
        }
    }

    /// Makes a decision on the operator's facts again and folds it.
    pub(super) fn operator(&mut self, entries: &[Entry<OperatorBody>], notes: &mut Notes) {
        let latest = self.latest();
        match latest {
            Some(latest) if self.is_sound() && self.facts == Whole::Whole => {
                notes.counts.operator_decisions += 1;
                let events: Vec<&Event<OperatorBody>> =
                    entries.iter().map(|entry| &entry.event).collect();
                let first = &entries[0].place;
                match again::operator(&latest, &self.people, &self.operator, &events) {
                    Ok(expected) => decision::compare_all(entries, &expected, notes),
                    Err(Some(refusal)) => {
                        decision::refused(first, refusal.code(), notes);
                    }
                    Err(None) => {
                        decision::no_request(first, notes);
                    }
                }
            }
            _ => notes.counts.undecided += 1,
        }
        self.operator_revision += 1;
        for entry in entries {
            if self.system == Whole::Whole {
                let (people, kind) = (&self.people, self.kind);
                people::check_actor(people, kind, &entry.event.actor, &entry.place, notes);
            }
            self.operator = std::mem::take(&mut self.operator).evolve(&entry.event);
        }
    }

    /// Returns the latest published version of each workflow; `None` if one of them is damaged.
    fn latest(&self) -> Option<Vec<Arc<Compiled>>> {
        // Publications come by name and version, so that the last of a name is its latest.
        let latest: BTreeMap<&WorkflowName, Digest> = self
            .people
            .workflows()
            .map(|(name, _, digest)| (name, digest))
            .collect();
        latest
            .into_values()
            .map(|digest| self.workflows.get(&digest).cloned().flatten())
            .collect()
    }
}
