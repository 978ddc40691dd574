//! Puts invented persons into a drill: the one who administers it, and one for each role that the scenario plays.
//! What they do is played by `crates/cli/src/commands/demo/play.rs`.

use std::collections::BTreeMap;

use tsuho_core::case::Via;
use tsuho_core::case::request::Asker;
use tsuho_core::catalogue::{self, Language};
use tsuho_core::ids::PersonId;
use tsuho_core::name::RoleName;
use tsuho_core::people::administrator;
use tsuho_core::scenario::{Player, Scenario, Who};
use tsuho_executor::{Founder, How, PersonChange, Sender};

use super::stage::Stage;
use crate::failure::Result;
use crate::message::Message;

/// The persons of a drill.
#[derive(Debug)]
pub(super) struct Cast {
    founder: PersonId,
    persons: BTreeMap<Who, PersonId>,
}

impl Cast {
    /// Makes the installation and adds everybody, with the roles that the scenario gives them.
    pub(super) async fn assemble(
        stage: &Stage,
        scenario: &Scenario,
        language: Language,
    ) -> Result<Self> {
        let mut cast = Self {
            founder: stage.executor.new_person(),
            persons: BTreeMap::new(),
        };
        let founder = Founder {
            person: cast.founder,
            via: Via::Drill,
            name: name_of(&administrator(), language),
            account: None,
        };
        let created = stage
            .executor
            .create(&founder)
            .await
            .map_err(|error| stage.failed(error))?;
        super::granted(created)?;
        for player in scenario.players() {
            cast.join(stage, player, language).await?;
        }
        Ok(cast)
    }

    async fn join(&mut self, stage: &Stage, player: &Player, language: Language) -> Result<()> {
        let known = self.persons.get(&player.who).copied();
        let person = known.unwrap_or_else(|| stage.executor.new_person());
        if known.is_none() {
            let name = match &player.who {
                Who::OfRole(role) => name_of(role, language),
                Who::Named(name) => name.clone(),
            };
            let account = None;
            let added = PersonChange::Add {
                person,
                name,
                account,
            };
            self.change(stage, added).await?;
            self.persons.insert(player.who.clone(), person);
        }
        self.grant(stage, person, &player.role).await
    }

    /// Gives a person a role.
    pub(super) async fn grant(
        &self,
        stage: &Stage,
        person: PersonId,
        role: &RoleName,
    ) -> Result<()> {
        let role = role.clone();
        self.change(stage, PersonChange::Grant { person, role })
            .await
    }

    /// Takes a role from a person again.
    pub(super) async fn revoke(
        &self,
        stage: &Stage,
        person: PersonId,
        role: &RoleName,
    ) -> Result<()> {
        let role = role.clone();
        self.change(stage, PersonChange::Revoke { person, role })
            .await
    }

    async fn change(&self, stage: &Stage, change: PersonChange) -> Result<()> {
        let sender = self.sender(stage);
        let answer = stage
            .executor
            .change_person(&sender, change, &How::default())
            .await;
        super::granted(answer.map_err(|error| stage.failed(error))?)
    }

    /// Returns the administrator as the sender of a request to the installation.
    pub(super) fn sender(&self, stage: &Stage) -> Sender {
        Sender {
            command: stage.executor.new_command(),
            person: self.founder,
            via: Via::Drill,
        }
    }

    /// Returns the administrator as one who asks something of a stream.
    pub(super) fn administrator(&self) -> Asker {
        Asker::Person {
            person: self.founder,
            via: Via::Drill,
            role: administrator(),
        }
    }

    /// Returns a player as one who asks.
    pub(super) fn asker(&self, player: &Player) -> Asker {
        let person = self.persons.get(&player.who).copied();
        Asker::Person {
            person: person.expect("every player of the scenario was added"),
            via: Via::Drill,
            role: player.role.clone(),
        }
    }
}

/// Returns the invented name of whoever holds a role, in the reader's language.
fn name_of(role: &RoleName, language: Language) -> String {
    let key = format!("demo.name.{role}");
    if catalogue::has(&key) {
        Message::new(key).text(language)
    } else {
        role.to_string()
    }
}
