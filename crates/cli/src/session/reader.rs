//! Says what whoever asks is told of persons and of personal values: one rule for every command that shows.
//! It is a rule of what is shown and protects nothing: whoever can read the file can read the bytes in it.

use std::collections::BTreeSet;

use tsuho_core::case::{Body, Event};
use tsuho_core::ids::PersonId;
use tsuho_core::incident::IncidentBody;
use tsuho_core::name::RoleName;
use tsuho_core::people::administrator;
use tsuho_core::value::Value;
use tsuho_core::workflow::Rules;
use tsuho_ledger::PartClass;

/// Whoever asks, as the installation knows them. An account that is no person of it holds no role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reader {
    person: Option<PersonId>,
    roles: BTreeSet<RoleName>,
}

impl Reader {
    pub(super) fn of(person: PersonId, roles: BTreeSet<RoleName>) -> Self {
        let person = Some(person);
        Self { person, roles }
    }

    /// Returns the person, if the installation knows them.
    pub(crate) const fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// Returns the roles that they hold.
    pub(crate) const fn roles(&self) -> &BTreeSet<RoleName> {
        &self.roles
    }

    /// Tells whether they are told names: whoever has a role must know whom to call.
    pub(crate) fn is_told_names(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Tells whether they are told personal values of a case: in a role that its workflow names.
    pub(crate) fn is_told_values(&self, rules: &Rules) -> bool {
        self.roles.iter().any(|role| rules.roles.contains_key(role))
    }

    /// Tells whether they administer the installation, and so are told accounts.
    pub(crate) fn administers(&self) -> bool {
        self.roles.contains(&administrator())
    }

    /// Tells whether they are told personal values of an incident: in a role that one of its workflows names.
    pub(crate) fn is_told_any(&self, rules: &[Rules]) -> bool {
        rules.iter().any(|rules| self.is_told_values(rules))
    }

    /// Returns events of an incident as they are told.
    pub(crate) fn told_of_incident(
        &self,
        events: Vec<Event<IncidentBody>>,
        rules: &[Rules],
    ) -> Vec<Event<IncidentBody>> {
        if self.is_told_any(rules) {
            events
        } else {
            withheld(events)
        }
    }

    /// Returns events as they are told.
    pub(crate) fn told(&self, events: Vec<Event<Body>>, rules: &Rules) -> Vec<Event<Body>> {
        if self.is_told_values(rules) {
            events
        } else {
            withheld(events)
        }
    }

    /// Returns what is withheld of a case, as programs read it.
    pub(crate) fn withheld(&self, rules: &Rules) -> Vec<&'static str> {
        let names = (!self.is_told_names()).then_some("names");
        let values = (!self.is_told_values(rules)).then_some("personal");
        names.into_iter().chain(values).collect()
    }
}

/// Withholds personal values. One that is withheld is shown as such, so that nobody takes it for erased.
fn withheld<B>(mut events: Vec<Event<B>>) -> Vec<Event<B>> {
    let values = events
        .iter_mut()
        .flat_map(|event| event.personal.values_mut());
    for value in values {
        *value = Value::Held(PartClass::Personal);
    }
    events
}
