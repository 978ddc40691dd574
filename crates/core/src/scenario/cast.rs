//! Gives each person of a scenario an identity and the roles that they play, as a system stream would.
//! Whether a role suffices is for the case to decide.

use std::collections::BTreeMap;

use super::{Player, Scenario, Who};
use crate::case::event::{Actor, Event, Sheet, Via};
use crate::case::request::Asker;
use crate::ids::{CommandId, PersonId};
use crate::people::{People, PersonAdded, RoleGranted, SystemBody};
use crate::time::Timestamp;
use tsuho_ledger::PartClass;

/// The persons of a scenario.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) people: People,
    persons: BTreeMap<Who, PersonId>,
}

impl Cast {
    /// Adds every person and grants every role before the case is opened.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut cast = Self {
            people: People::default(),
            persons: BTreeMap::new(),
        };
        for player in scenario.players() {
            let number = cast.persons.len() + 1;
            let person = *cast
                .persons
                .entry(player.who.clone())
                .or_insert_with(|| person(number));
            if cast.people.person(person).is_none() {
                cast.tell(
                    PersonAdded {
                        person,
                        name: PartClass::Personal,
                    },
                    scenario.opening.moment,
                );
            }
            let granted = RoleGranted {
                person,
                role: player.role.clone(),
            };
            cast.tell(granted, scenario.opening.moment);
        }
        cast
    }

    fn tell(&mut self, body: impl Into<SystemBody>, at: Timestamp) {
        let event = Event {
            body: body.into(),
            actor: Actor::Clock,
            occurred_at: at,
            recorded_at: at,
            command: CommandId::from_bytes([0; 16]),
            personal: Sheet::new(),
            privileged: Sheet::new(),
        };
        self.people = std::mem::take(&mut self.people).evolve(&event);
    }

    /// Returns who asks.
    pub(super) fn asker(&self, player: &Player) -> Asker {
        let person = self.persons.get(&player.who).copied();
        Asker::Person {
            person: person.expect("every player of the scenario was cast"),
            via: Via::Drill,
            role: player.role.clone(),
        }
    }
}

/// Names a person by the place among those who play.
fn person(number: usize) -> PersonId {
    let number = u128::try_from(number).expect("a scenario has fewer persons than 2^128");
    PersonId::from_bytes(number.to_be_bytes())
}
