//! Persons as pseudonyms, their roles, and what else the system stream fixes: publications and the installation.
//! Names and accounts are personal parts of that stream; decisions see persons and roles alone.

mod decide;
mod event;
mod naming;

use std::collections::{BTreeMap, BTreeSet};

use tsuho_ledger::Digest;

pub use decide::{SystemContent, SystemRejection, SystemRequest, decide};
pub use event::{
    CalendarPublished, InstallationCreated, InstallationKind, PersonAdded, RoleGranted,
    RoleRevoked, SystemBody, WorkflowPublished,
};
pub use naming::{LONGEST_PERSON_NAME, check_names};

use crate::case::event::Event;
use crate::ids::PersonId;
use crate::name::{CalendarName, RoleName, WorkflowName};
use crate::time::Timestamp;

/// The role that every installation has: who may add people, grant roles and publish workflows.
pub const ADMINISTRATOR: &str = "administrator";

/// Returns the role of administrators.
///
/// # Panics
///
/// Never: the name is a role name.
#[must_use]
pub fn administrator() -> RoleName {
    ADMINISTRATOR
        .parse()
        .expect("`administrator` is a role name")
}

/// A person as decisions see them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The roles that they hold.
    pub roles: BTreeSet<RoleName>,
}

impl Person {
    /// Tells whether they hold a role.
    #[must_use]
    pub fn holds(&self, role: &RoleName) -> bool {
        self.roles.contains(role)
    }
}

/// The installation as it stands: the fold of the system stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    persons: BTreeMap<PersonId, Person>,
    workflows: BTreeMap<(WorkflowName, u32), Digest>,
    calendars: BTreeMap<CalendarName, Digest>,
    version: u64,
    last_recorded: Option<Timestamp>,
}

impl People {
    /// Returns a person.
    #[must_use]
    pub fn person(&self, person: PersonId) -> Option<&Person> {
        self.persons.get(&person)
    }

    /// Returns every person.
    pub fn persons(&self) -> impl Iterator<Item = (&PersonId, &Person)> {
        self.persons.iter()
    }

    /// Returns the digest under which a workflow's version was published.
    #[must_use]
    pub fn workflow(&self, name: &WorkflowName, version: u32) -> Option<Digest> {
        self.workflows.get(&(name.clone(), version)).copied()
    }

    /// Returns every publication.
    pub fn workflows(&self) -> impl Iterator<Item = (&WorkflowName, u32, Digest)> {
        self.workflows
            .iter()
            .map(|((name, version), digest)| (name, *version, *digest))
    }

    /// Returns the digest of each calendar's latest publication.
    #[must_use]
    pub const fn calendars(&self) -> &BTreeMap<CalendarName, Digest> {
        &self.calendars
    }

    /// Returns how many events the system stream has.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Folds one more event of the system stream.
    #[must_use]
    pub fn evolve(mut self, event: &Event<SystemBody>) -> Self {
        match &event.body {
            SystemBody::InstallationCreated(body) => {
                self.persons
                    .entry(body.person)
                    .or_default()
                    .roles
                    .insert(administrator());
            }
            SystemBody::PersonAdded(body) => {
                self.persons.entry(body.person).or_default();
            }
            SystemBody::RoleGranted(body) => {
                self.persons
                    .entry(body.person)
                    .or_default()
                    .roles
                    .insert(body.role.clone());
            }
            SystemBody::RoleRevoked(body) => {
                if let Some(person) = self.persons.get_mut(&body.person) {
                    person.roles.remove(&body.role);
                }
            }
            SystemBody::WorkflowPublished(body) => {
                self.workflows
                    .insert((body.name.clone(), body.version), body.digest);
            }
            SystemBody::CalendarPublished(body) => {
                self.calendars.insert(body.name.clone(), body.digest);
            }
        }
        self.version += 1;
        self.last_recorded = Some(event.recorded_at);
        self
    }
}
