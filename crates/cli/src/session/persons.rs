//! Holds who is known in an installation: pseudonym, name, account, roles; and finds whom somebody means.
//! Names and accounts are personal values of the system stream, and may have been erased there.

use std::collections::BTreeSet;

use tsuho_core::case::Event;
use tsuho_core::case::event::Sheet;
use tsuho_core::ids::PersonId;
use tsuho_core::name::RoleName;
use tsuho_core::people::{People, SystemBody};
use tsuho_core::value::Value;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// A person as the installation knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// The pseudonym.
    pub(crate) person: PersonId,
    /// The name, unless it was erased.
    pub(crate) name: Option<String>,
    /// The operating-system account, if they have one and it was not erased.
    pub(crate) account: Option<String>,
    /// The roles that they hold.
    pub(crate) roles: BTreeSet<RoleName>,
}

/// Everybody who is known, in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Persons(Vec<Known>);

impl Persons {
    /// Puts together what decisions know of people and what their personal parts say.
    pub(crate) fn of(people: &People, events: &[Event<SystemBody>]) -> Self {
        let known = events.iter().filter_map(|event| {
            let person = match &event.body {
                SystemBody::InstallationCreated(body) => body.person,
                SystemBody::PersonAdded(body) => body.person,
                SystemBody::RoleGranted(_)
                | SystemBody::RoleRevoked(_)
                | SystemBody::WorkflowPublished(_)
                | SystemBody::CalendarPublished(_) => return None,
            };
            Some(Known {
                person,
                name: text(&event.personal, "name"),
                account: text(&event.personal, "account"),
                roles: people.person(person)?.roles.clone(),
            })
        });
        Self(known.collect())
    }

    /// Returns everybody, in the order in which they were added.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Known> {
        self.0.iter()
    }

    /// Returns those who hold a role.
    pub(crate) fn holders(&self, role: &RoleName) -> impl Iterator<Item = &Known> {
        self.all().filter(move |known| known.roles.contains(role))
    }

    /// Returns what people call a person.
    pub(crate) fn called(&self, person: PersonId) -> String {
        let known = self.all().find(|known| known.person == person);
        let name = known.and_then(|known| known.name.clone());
        name.unwrap_or_else(|| person.to_string())
    }

    /// Returns the person whom an id, a name or an account means.
    pub(crate) fn find(&self, named: &str) -> Result<&Known> {
        let is_meant = |known: &&Known| {
            known.person.to_string() == named
                || known.name.as_deref() == Some(named)
                || known.account.as_deref() == Some(named)
        };
        self.one(named, is_meant)
    }

    /// Returns the person whom an id, a name, an account or a role means.
    pub(crate) fn find_player(&self, named: &str) -> Result<&Known> {
        let role: Option<RoleName> = named.parse().ok();
        match (self.find(named), role) {
            (Err(failure), Some(role)) if failure.exit() == Exit::NothingToRead => {
                self.one(named, |known| known.roles.contains(&role))
            }
            (found, _) => found,
        }
    }

    /// Returns the person of an operating-system account.
    pub(crate) fn of_account(&self, account: &str) -> Result<&Known> {
        let found = self.one(account, |known| known.account.as_deref() == Some(account));
        found.map_err(|failure| match failure.exit() {
            Exit::NothingToRead => Failure::new(
                Exit::Findings,
                Message::new("session.stranger").with("account", account),
            )
            .hint(Message::new("session.stranger.hint").with("account", account)),
            _ => failure,
        })
    }

    fn one(&self, named: &str, is_meant: impl Fn(&&Known) -> bool) -> Result<&Known> {
        let found: Vec<&Known> = self.all().filter(is_meant).collect();
        match found.as_slice() {
            [one] => Ok(one),
            [] => {
                let message = Message::new("session.unknown").with("person", named);
                Err(Failure::new(Exit::NothingToRead, message)
                    .hint(Message::new("session.unknown.hint")))
            }
            several => {
                let ids: Vec<String> = several
                    .iter()
                    .map(|known| known.person.to_string())
                    .collect();
                let message = Message::new("session.ambiguous")
                    .with("person", named)
                    .with("persons", ids);
                Err(Failure::new(Exit::Findings, message)
                    .hint(Message::new("session.ambiguous.hint")))
            }
        }
    }
}

/// Returns a text of a personal part.
fn text(sheet: &Sheet, key: &str) -> Option<String> {
    match sheet.get(key)? {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}
