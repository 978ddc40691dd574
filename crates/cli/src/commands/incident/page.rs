//! Loads an incident with its cases as they stand at this moment, as whoever asks is told them.
//! Laying it out is left to `show` and `list`.

use std::rc::Rc;

use serde_json::{Value, json};
use tsuho_core::case::Event;
use tsuho_core::catalogue::Arg;
use tsuho_core::ids::IncidentId;
use tsuho_core::incident::{Incident, IncidentBody};
use tsuho_core::time::{Timestamp, Zone};
use tsuho_core::value;
use tsuho_core::workflow::Rules;

use crate::asking::{self, IncidentRef, Refusal};
use crate::commands::case::Stand;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::session::Session;
use crate::telling;

/// An incident with its cases.
pub(crate) struct Gathered {
    pub(crate) id: IncidentId,
    pub(crate) incident: std::sync::Arc<Incident>,
    /// Its history, as whoever asks is told it, each event with its number.
    pub(crate) events: Vec<(u64, Event<IncidentBody>)>,
    /// Its cases in the order in which they were linked, with what fell due.
    pub(crate) stands: Vec<Rc<Stand>>,
    pub(crate) rules: Vec<Rules>,
    pub(crate) zone: Zone,
}

/// Returns the id of the incident that a person names.
pub(crate) async fn named(session: &Session, text: &str) -> Result<IncidentId> {
    let named: IncidentRef = text
        .parse()
        .map_err(|problem| Failure::new(Exit::Usage, problem))?;
    if let Some((id, _)) = asking::find_incident(session, named).await? {
        return Ok(id);
    }
    let refusal = Refusal::unknown_incident(text);
    let failure = Failure::new(refusal.exit, refusal.message);
    Err(refusal.hints.into_iter().fold(failure, Failure::hint))
}

impl Gathered {
    /// Loads an incident that a person names.
    pub(super) async fn named(session: &Session, text: &str) -> Result<Self> {
        Self::of(session, named(session, text).await?).await
    }

    /// Loads an incident.
    pub(super) async fn of(session: &Session, id: IncidentId) -> Result<Self> {
        let executor = session.executor();
        let failed = |error| session.failed(error);
        let incident = executor.incident(id).await.map_err(failed)?;
        let (rules, zone) = asking::of_cases(session, id).await?;
        let mut stands = Vec::with_capacity(incident.cases().len());
        for link in incident.cases() {
            stands.push(Rc::new(Stand::of(session, link.case).await?));
        }
        let events = executor.incident_events(id).await.map_err(failed)?;
        let events = session.reader()?.told_of_incident(events, &rules);
        Ok(Self {
            id,
            incident,
            events: (0..).zip(events).collect(),
            stands,
            rules,
            zone,
        })
    }

    /// Returns what it is called, if whoever asks is told.
    pub(super) fn title(&self) -> Arg {
        let opened = self.events.first();
        opened.map_or(Arg::Key("show.erased"), |(_, opened)| {
            telling::title_of(opened)
        })
    }

    /// Returns what it is called, for programs: nothing where it is withheld or was erased.
    pub(super) fn title_json(&self) -> Value {
        let title = self
            .events
            .first()
            .and_then(|(_, opened)| opened.personal.get("title"));
        match title {
            Some(value::Value::Text(title)) => json!(title),
            _ => Value::Null,
        }
    }

    /// Returns the date that is due next on any of its cases.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let stands = self.stands.iter();
        let dates = stands.filter_map(|stand| stand.words().next_due(&stand.case.duties));
        dates.min().map(|due| due.at)
    }
}
