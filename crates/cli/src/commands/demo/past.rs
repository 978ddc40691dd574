//! Reads back from the database everything that the demonstration tells: nothing of it comes from the scenario.
//! Finding words for it is left to `words`, choosing what is worth telling to `story`.

use std::collections::BTreeMap;
use std::sync::Arc;

use tsuho_core::case::{Body, Event};
use tsuho_core::ids::{CaseId, IncidentId, PersonId};
use tsuho_core::incident::{Incident, IncidentBody};
use tsuho_core::people::SystemBody;
use tsuho_core::time::Timestamp;
use tsuho_core::value::Value;
use tsuho_executor::Ground;
use tsuho_store::{CaseKey, CaseRow};

use super::lines::Subject;
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

/// An incident with its history.
#[derive(Debug)]
pub(super) struct Shared {
    /// The incident as it stands.
    pub(super) incident: Arc<Incident>,
    /// What happened to it.
    pub(super) events: Vec<Event<IncidentBody>>,
}

/// Everything of which something is told.
#[derive(Debug)]
pub(super) struct Record {
    /// The incident, if the cases are those of one.
    pub(super) shared: Option<Shared>,
    /// The cases, at least one.
    pub(super) cases: Vec<Past>,
    /// The case that tells what would have been, if there is one.
    pub(super) what_if: Option<Past>,
    /// The names of all persons.
    pub(super) names: BTreeMap<PersonId, String>,
    /// The present of the drill.
    pub(super) present: Timestamp,
}

impl Record {
    /// Returns a case as the subject of a sentence: marked with its number, where there may be others.
    pub(super) fn subject(&self, place: usize) -> Subject {
        match self.shared {
            Some(_) => Subject::Case(self.cases[place].row.number),
            None => Subject::Whole,
        }
    }
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

    /// Tells whether a filing was the first for its duties, and no supplement.
    pub(super) fn is_first(&self, filing: u64) -> bool {
        self.events.iter().any(|event| match &event.body {
            Body::FilingMade(made) => made.filing == filing && made.version == 1,
            _ => false,
        })
    }
}

impl Shared {
    /// Reads an incident.
    pub(super) async fn read(stage: &Stage, id: IncidentId) -> Result<Self> {
        let incident = stage.executor.incident(id).await;
        let events = stage.executor.incident_events(id).await;
        Ok(Self {
            incident: incident.map_err(|error| stage.failed(error))?,
            events: events.map_err(|error| stage.failed(error))?,
        })
    }

    /// Returns what the incident is called.
    pub(super) fn title(&self) -> String {
        let opening = self.events.first();
        let title = opening.and_then(|event| {
            let kept = event.personal.get("title");
            kept.or_else(|| event.privileged.get("title"))
        });
        title.map(ToString::to_string).unwrap_or_default()
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
