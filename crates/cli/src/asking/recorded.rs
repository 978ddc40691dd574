//! Looks at what a granted request left: where its records stand, and what is owed since with no clock running.
//! How that is told is left to `outcome` and to `crates/cli/src/telling/waiting.rs`.

use tsuho_core::case::Body;
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::incident::{self, IncidentBody};
use tsuho_executor::{Done, Standing, Together};
use tsuho_store::{Limit, Position, StreamName};

use super::outcome::{Events, Granted, Target};
use super::reference::{CaseRef, IncidentRef};
use crate::failure::Result;
use crate::session::Session;
use crate::telling::Waiting;

/// Returns where the first record stands in the ledger; an answer that is given again says so too.
pub(super) async fn position<B>(session: &Session, done: &Done<B>) -> Result<Option<Position>> {
    match done.standing {
        Standing::Written { first } => Ok(Some(first)),
        Standing::Repeated => {
            let store = session.executor().store();
            let records = store
                .stream_records(&done.stream, done.first_seq, Limit::new(1))
                .await;
            let records = records.map_err(|error| session.failed(error.into()))?;
            Ok(records.first().map(|record| record.position))
        }
        Standing::Tried | Standing::Nothing => Ok(None),
    }
}

/// Returns what was granted on a case.
pub(super) async fn on_record(
    session: &Session,
    target: Target,
    done: Done<Body>,
) -> Result<Granted> {
    let mut elsewhere = Vec::with_capacity(done.elsewhere.len());
    for stream in &done.elsewhere {
        elsewhere.extend(target_of(session, stream).await?);
    }
    Ok(Granted {
        cases: Vec::new(),
        elsewhere,
        lost: Vec::new(),
        first_position: position(session, &done).await?,
        waiting: waiting(session, target, done.standing).await?,
        target,
        command: done.command,
        standing: done.standing,
        first_seq: done.first_seq,
        before: done.before,
        events: Events::Case(done.events),
    })
}

/// Returns what was granted on an incident and its cases.
pub(super) async fn on_incident(session: &Session, told: Together) -> Result<Granted> {
    let id = told.incident_id();
    let id = id.unwrap_or_else(|| IncidentId::from_bytes([0; 16]));
    let opened = told
        .incident
        .events
        .iter()
        .find_map(|event| match &event.body {
            IncidentBody::IncidentOpened(opened) => Some(opened.number),
            _ => None,
        });
    let number = if let Some(number) = opened {
        number
    } else {
        let incident = session.executor().incident(id).await;
        incident.map_err(|error| session.failed(error))?.number
    };
    let mut cases = Vec::with_capacity(told.cases.len());
    for done in told.cases {
        let id = done.case_id();
        let id = id.unwrap_or_else(|| CaseId::from_bytes([0; 16]));
        let opened = done.events.iter().find_map(|event| match &event.body {
            Body::CaseOpened(opened) => Some(opened.number),
            _ => None,
        });
        let number = match opened {
            Some(number) => number,
            None => number_of(session, id).await?.unwrap_or_default(),
        };
        cases.push(on_record(session, Target::Case { id, number }, done).await?);
    }
    Ok(Granted {
        first_position: position(session, &told.incident).await?,
        target: Target::Incident { id, number },
        command: told.incident.command,
        standing: told.incident.standing,
        first_seq: told.incident.first_seq,
        before: Vec::new(),
        events: Events::Incident(told.incident.events),
        waiting: Vec::new(),
        cases,
        elsewhere: Vec::new(),
        lost: Vec::new(),
    })
}

async fn number_of(session: &Session, id: CaseId) -> Result<Option<u64>> {
    let found = super::resolve::find(session, CaseRef::Id(id)).await?;
    Ok(found.map(|(_, number)| number))
}

/// Returns what a stream belongs to.
async fn target_of(session: &Session, stream: &StreamName) -> Result<Option<Target>> {
    let id = |prefix: &str| stream.as_str().strip_prefix(prefix);
    if let Some(Ok(id)) = id("case/").map(str::parse) {
        let number = number_of(session, id).await?;
        return Ok(number.map(|number| Target::Case { id, number }));
    }
    let Some(Ok(id)) = id(incident::PREFIX).map(str::parse) else {
        return Ok(None);
    };
    let found = super::together::find(session, IncidentRef::Id(id)).await?;
    Ok(found.map(|(id, number)| Target::Incident { id, number }))
}

/// Returns what is owed of a case that was changed and has no clock.
async fn waiting(session: &Session, target: Target, standing: Standing) -> Result<Vec<Waiting>> {
    let (Target::Case { id, .. }, Standing::Written { .. } | Standing::Repeated) =
        (target, standing)
    else {
        return Ok(Vec::new());
    };
    let executor = session.executor();
    let ground = executor.ground(id).await;
    let ground = ground.map_err(|error| session.failed(error))?;
    let now = executor.now().max(ground.case.last_recorded);
    Ok(Waiting::of(&ground.context(), &ground.case, now))
}
