//! Reads back from the database everything that the demonstration tells: nothing of it comes from the scenario.
//! Finding words for it is left to `words`, choosing what is worth telling to `story`.

use std::collections::BTreeMap;

use tsuho_core::case::{Body, Case, Event, evolve, open};
use tsuho_core::ids::{CaseId, PersonId};
use tsuho_core::people::SystemBody;
use tsuho_core::time::Timestamp;
use tsuho_core::value::Value;
use tsuho_executor::Ground;
use tsuho_store::{CaseKey, CaseRow};

use super::stage::Stage;
use crate::failure::Result;

/// A case with its history.
#[derive(Debug)]
pub(super) struct Past {
    /// The case as it stands, with its workflow.
    pub(super) ground: Ground,
    /// What happened to it.
    pub(super) events: Vec<Event<Body>>,
    /// What lists show of it.
    pub(super) row: CaseRow,
}

/// What one decision did.
#[derive(Debug)]
pub(super) struct Decision<'a> {
    /// The case before; none before it was opened.
    pub(super) before: Option<Case>,
    /// The case after.
    pub(super) after: Case,
    /// What happened.
    pub(super) events: &'a [Event<Body>],
}

impl Past {
    /// Reads a case.
    pub(super) async fn read(stage: &Stage, id: CaseId) -> Result<Self> {
        let row = stage
            .executor
            .store()
            .case(&CaseKey::Id(id.to_string()))
            .await;
        Ok(Self {
            ground: stage
                .executor
                .ground(id)
                .await
                .map_err(|error| stage.failed(error))?,
            events: stage
                .executor
                .case_events(id)
                .await
                .map_err(|error| stage.failed(error))?,
            row: row
                .map_err(|error| stage.failed(error.into()))?
                .expect("the case was opened in this database"),
        })
    }

    /// Returns every decision in its order.
    pub(super) fn decisions(&self) -> Vec<Decision<'_>> {
        let mut before: Option<Case> = None;
        let mut decisions = Vec::new();
        for events in self
            .events
            .chunk_by(|one, next| one.command == next.command)
        {
            let mut rest = events.iter();
            let mut after = before.clone().unwrap_or_else(|| {
                let first = rest.next().expect("a decision has an event");
                open(self.ground.case.id, first).expect("a history begins with an opening")
            });
            after = rest.fold(after, evolve);
            let opened = before.replace(after.clone());
            decisions.push(Decision {
                before: opened,
                after,
                events,
            });
        }
        decisions
    }
}

/// Reads the names of all persons.
pub(super) async fn names(stage: &Stage) -> Result<BTreeMap<PersonId, String>> {
    let events = stage
        .executor
        .system_events()
        .await
        .map_err(|error| stage.failed(error))?;
    let named = events.iter().filter_map(|event| {
        let person = match &event.body {
            SystemBody::InstallationCreated(body) => body.person,
            SystemBody::PersonAdded(body) => body.person,
            SystemBody::RoleGranted(_)
            | SystemBody::RoleRevoked(_)
            | SystemBody::WorkflowPublished(_)
            | SystemBody::CalendarPublished(_) => return None,
        };
        match event.personal.get("name") {
            Some(Value::Text(name)) => Some((person, name.clone())),
            _ => None,
        }
    });
    Ok(named.collect())
}

/// Reads the present of the drill.
pub(super) async fn present(stage: &Stage) -> Result<Timestamp> {
    let ledger = stage.executor.store().ledger().await;
    let ledger = ledger.map_err(|error| stage.failed(error.into()))?;
    let present = ledger.virtual_now.ok_or(tsuho_store::Error::NotADrill);
    Ok(present.map_err(|error| stage.failed(error.into()))?.into())
}
