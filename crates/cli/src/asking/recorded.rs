//! Looks at what a granted request left: where its records stand, and what is owed since with no clock running.
//! How that is told is left to `outcome` and to `crates/cli/src/telling/waiting.rs`.

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::{Body, Case, Event, evolve};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::incident::IncidentBody;
use tsuho_executor::{Done, Standing, Together};
use tsuho_store::{Limit, Position};

use super::outcome::{Events, Granted, Target};
use super::reference::CaseRef;
use crate::failure::Result;
use crate::session::Session;
use crate::telling::{self, Voluntary, Waiting};

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

/// Returns what was granted on a case, and what came of it elsewhere.
pub(super) async fn on_record(
    session: &Session,
    target: Target,
    mut done: Done<Body>,
) -> Result<Granted> {
    let mut elsewhere = Vec::new();
    if let Some(together) = done.elsewhere.take() {
        let Together { incident, cases } = *together;
        if !incident.events.is_empty() {
            elsewhere.push(of_incident(session, incident).await?);
        }
        elsewhere.extend(of_cases(session, cases).await?);
    }
    let granted = of_case(session, target, done).await?;
    Ok(Granted {
        elsewhere,
        ..granted
    })
}

/// Returns what was granted on an incident and its cases.
pub(super) async fn on_incident(session: &Session, told: Together) -> Result<Granted> {
    let granted = of_incident(session, told.incident).await?;
    let cases = of_cases(session, told.cases).await?;
    Ok(Granted { cases, ..granted })
}

async fn of_case(session: &Session, target: Target, done: Done<Body>) -> Result<Granted> {
    Ok(Granted {
        cases: Vec::new(),
        elsewhere: Vec::new(),
        lost: Vec::new(),
        first_position: position(session, &done).await?,
        waiting: waiting(session, target, done.standing).await?,
        unfiled: unfiled(session, target, &done).await?,
        voluntary: voluntary(session, target, &done).await?,
        target,
        command: done.command,
        standing: done.standing,
        first_seq: done.first_seq,
        before: done.before,
        events: Events::Case(done.events),
    })
}

async fn of_cases(session: &Session, cases: Vec<Done<Body>>) -> Result<Vec<Granted>> {
    let mut granted = Vec::with_capacity(cases.len());
    for done in cases {
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
        granted.push(of_case(session, Target::Case { id, number }, done).await?);
    }
    Ok(granted)
}

async fn of_incident(session: &Session, done: Done<IncidentBody>) -> Result<Granted> {
    let id = done.incident_id();
    let id = id.unwrap_or_else(|| IncidentId::from_bytes([0; 16]));
    let opened = done.events.iter().find_map(|event| match &event.body {
        IncidentBody::IncidentOpened(opened) => Some(opened.number),
        _ => None,
    });
    let number = if let Some(number) = opened {
        number
    } else {
        let incident = session.executor().incident(id).await;
        incident.map_err(|error| session.failed(error))?.number
    };
    Ok(Granted {
        first_position: position(session, &done).await?,
        target: Target::Incident { id, number },
        command: done.command,
        standing: done.standing,
        first_seq: done.first_seq,
        before: Vec::new(),
        events: Events::Incident(done.events),
        waiting: Vec::new(),
        unfiled: Vec::new(),
        voluntary: None,
        cases: Vec::new(),
        elsewhere: Vec::new(),
        lost: Vec::new(),
    })
}

async fn number_of(session: &Session, id: CaseId) -> Result<Option<u64>> {
    let found = super::resolve::find(session, CaseRef::Id(id)).await?;
    Ok(found.map(|(_, number)| number))
}

/// Returns what is owed of a case that was changed and has no clock.
async fn waiting(session: &Session, target: Target, standing: Standing) -> Result<Vec<Waiting>> {
    let (Target::Case { id, .. }, Standing::Written { .. } | Standing::Repeated) =
        (target, standing)
    else {
        return Ok(Vec::new());
    };
    let executor = session.executor();
    // What was just written is kept, or what somebody wrote since.
    let kept = match standing {
        Standing::Written { .. } => executor.kept_ground(id),
        Standing::Repeated | Standing::Tried | Standing::Nothing => None,
    };
    let ground = if let Some(kept) = kept {
        kept
    } else {
        let ground = executor.ground(id).await;
        ground.map_err(|error| session.failed(error))?
    };
    let now = executor.now().max(ground.case.last_recorded);
    Ok(Waiting::of(&ground.context(), &ground.case, now))
}

/// Returns the duties of law that ended with it unfiled, also where it is only tried.
async fn unfiled(session: &Session, target: Target, done: &Done<Body>) -> Result<Vec<DutyKey>> {
    let events = || done.before.iter().chain(&done.events);
    let is_ending = |event: &Event<Body>| matches!(event.body, Body::ClockLapsed(_));
    let Target::Case { id, .. } = target else {
        return Ok(Vec::new());
    };
    if !events().any(is_ending) {
        return Ok(Vec::new());
    }
    let executor = session.executor();
    let opened = events().find_map(|event| match &event.body {
        Body::CaseOpened(opened) => Some(opened.digest),
        _ => None,
    });
    if let Some(digest) = opened {
        let compiled = executor.compiled(digest).await;
        let compiled = compiled.map_err(|error| session.failed(error))?;
        return Ok(telling::ended(&compiled.rules, None, events()));
    }
    let ground = executor.ground(id).await;
    let ground = ground.map_err(|error| session.failed(error))?;
    let rules = &ground.compiled.rules;
    Ok(telling::ended(rules, Some(&ground.case), events()))
}

/// Returns what was filed with it, or proposed to be, and serves no duty, also where it is only tried.
async fn voluntary(
    session: &Session,
    target: Target,
    done: &Done<Body>,
) -> Result<Option<Voluntary>> {
    let mut events = done.events.iter();
    let found = events.find(|event| telling::may_be_voluntary(event));
    let (Target::Case { id, .. }, Some(event)) = (target, found) else {
        return Ok(None);
    };
    let ground = session.executor().ground(id).await;
    let ground = ground.map_err(|error| session.failed(error))?;
    let rules = &ground.compiled.rules;
    let is_written = match done.standing {
        Standing::Written { .. } | Standing::Repeated => true,
        Standing::Tried | Standing::Nothing => false,
    };
    if is_written {
        return Ok(Voluntary::of(rules, &ground.case, event));
    }
    let tried = done.before.iter().chain(&done.events);
    let case = tried.fold(Case::clone(&ground.case), evolve);
    Ok(Voluntary::of(rules, &case, event))
}
