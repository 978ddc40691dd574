//! Has a request carried out: finds the case that it names, who asks in which role, and what it means there.
//! What it says is read by `crates/cli/src/asking/sent.rs`, values by `meaning`; whether it is granted is decided in
//! `tsuho-core`.

use std::collections::BTreeMap;
use std::sync::Arc;

use tsuho_core::case::request::{Asker, Content, Request, Text};
use tsuho_core::case::view::first_zone;
use tsuho_core::case::{Body, Rejection};
use tsuho_core::ids::CaseId;
use tsuho_core::name::{FactName, WorkflowName};
use tsuho_core::operator::OperatorBody;
use tsuho_core::people::{ADMINISTRATOR, People};
use tsuho_core::time::Zone;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::FactRule;
use tsuho_executor::{Answer, Compiled, Done, Error, Installation, Mode, Opening};
use tsuho_ledger::Digest;
use tsuho_store::CaseKey;

use super::entries::Invalid;
use super::outcome::{Events, Granted, Outcome, Target};
use super::recorded::{on_record, position};
use super::reference::CaseRef;
use super::refusal::{Around, Refusal};
use super::role::{self, Asking};
use super::sent::{Asked, Deed, OPERATOR, Sent, how};
use super::{meaning, of_case, together};
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::session::Session;
use crate::telling::Lacking;

/// What ends the carrying out of a request early: an answer already, or a failure.
pub(super) enum Early {
    Outcome(Outcome),
    Failure(Failure),
}

pub(super) type Step<T> = std::result::Result<T, Early>;

impl From<Refusal> for Early {
    fn from(refusal: Refusal) -> Self {
        Self::Outcome(Outcome::Refused(refusal))
    }
}

impl From<Invalid> for Early {
    fn from(invalid: Invalid) -> Self {
        Self::Outcome(Outcome::Invalid(invalid))
    }
}

impl From<Failure> for Early {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Returns the id and the number of a case, if there is such a case.
pub(crate) async fn find(session: &Session, case: CaseRef) -> Result<Option<(CaseId, u64)>> {
    if let CaseRef::Number(number) = case
        && let Some(id) = session.executor().kept_number(number)
    {
        return Ok(Some((id, number)));
    }
    let key = match case {
        CaseRef::Number(number) => CaseKey::Number(number),
        CaseRef::Id(id) => CaseKey::Id(id.to_string()),
    };
    let row = session.executor().store().case(&key).await;
    let Some(row) = row.map_err(|error| session.failed(error.into()))? else {
        return Ok(None);
    };
    let id = row.case_id.parse();
    let id = id.map_err(|_| tsuho_store::Error::corrupt("cases", "case_id", &row.case_id));
    let id = id.map_err(|error| session.failed(error.into()))?;
    Ok(Some((id, row.number)))
}

/// Has a request carried out, or only tried.
pub(crate) async fn carry_out(session: &Session, sent: &Sent, mode: Mode) -> Result<Outcome> {
    let trusted = session.executor().trust_clock();
    trusted.map_err(|error| session.failed(error))?;
    let done = match &sent.asked {
        Asked::Open { .. } => open(session, sent, mode).await,
        Asked::OpenIncident(wish) => together::open(session, (sent, wish), mode).await,
        Asked::Incident { .. } => together::record(session, sent, mode).await,
        Asked::Operator { .. } => operator(session, sent, mode).await,
        Asked::Case { case, deed } => of_case::carry_out(session, sent, (*case, deed), mode).await,
    };
    match done {
        Ok(granted) => Ok(Outcome::Granted(Box::new(granted))),
        Err(Early::Outcome(outcome)) => Ok(outcome),
        Err(Early::Failure(failure)) => Err(failure),
    }
}

async fn open(session: &Session, sent: &Sent, mode: Mode) -> Step<Granted> {
    let Asked::Open {
        workflow,
        version,
        incident,
    } = &sent.asked
    else {
        return Err(Invalid::new("do", Message::new("request.not-an-object")).into());
    };
    let executor = session.executor();
    let installation = executor
        .installation()
        .await
        .map_err(|error| session.failed(error))?;
    let compiled = published(session, workflow, *version).await?;
    let context = installation.context(&compiled);
    let zone = first_zone(&context, None);
    let asker = asker(
        session,
        sent,
        &installation.people,
        vec![&compiled.rules],
        None,
    )?;
    let opening = Opening {
        command: executor.new_command(),
        asker,
        workflow: workflow.clone(),
        version: *version,
        occurred_at: meaning::moment("occurred_at", sent.occurred_at.as_deref(), &zone)?,
        reason: sent.reason.clone().map(Text::personal),
    };
    let how = how(sent, mode)?;
    let answer = match incident {
        Some(incident) => {
            let (id, _) = together::named(session, *incident).await?;
            executor.open_case_in(id, &opening, &how).await
        }
        None => executor.open_case(&opening, &how).await,
    };
    let done = granted(
        session,
        answer,
        &Around {
            session,
            case: "",
            zone: &zone,
            rules: Some(&compiled.rules),
            lacking: &Lacking::default(),
        },
    )?;
    let number = done.events.iter().find_map(|event| match &event.body {
        Body::CaseOpened(opened) => Some(opened.number),
        _ => None,
    });
    let id = done
        .case_id()
        .unwrap_or_else(|| CaseId::from_bytes([0; 16]));
    let target = Target::Case {
        id,
        number: number.unwrap_or_default(),
    };
    Ok(on_record(session, target, done).await?)
}

/// Returns a published workflow, by default in its latest version.
pub(super) async fn published(
    session: &Session,
    workflow: &WorkflowName,
    version: Option<u32>,
) -> Step<Arc<Compiled>> {
    let executor = session.executor();
    let installation = executor.installation().await;
    let installation = installation.map_err(|error| session.failed(error))?;
    let of_name = installation
        .people
        .workflows()
        .filter(|(name, _, _)| *name == workflow);
    let wanted = of_name.filter(|(_, number, _)| version.is_none_or(|version| version == *number));
    let digest = wanted
        .max_by_key(|(_, number, _)| *number)
        .map(|(_, _, digest)| digest);
    let digest = digest.ok_or_else(|| Refusal::unknown_workflow(workflow, version))?;
    let compiled = executor.compiled(digest).await;
    Ok(compiled.map_err(|error| session.failed(error))?)
}

async fn operator(session: &Session, sent: &Sent, mode: Mode) -> Step<Granted> {
    let Asked::Operator { facts } = &sent.asked else {
        return Err(Invalid::new("do", Message::new("request.not-an-object")).into());
    };
    let executor = session.executor();
    let installation = executor
        .installation()
        .await
        .map_err(|error| session.failed(error))?;
    let published = latest_of_all(session).await?;
    let mut declared: BTreeMap<FactName, FactRule> = BTreeMap::new();
    for compiled in &published {
        declared.extend(compiled.operator_facts.clone());
    }
    let zone = zone_of_all(&installation, &published);
    let rules: Vec<&Rules> = published.iter().map(|compiled| &compiled.rules).collect();
    let request = Request {
        command: executor.new_command(),
        asker: asker(session, sent, &installation.people, rules, None)?,
        occurred_at: meaning::moment("occurred_at", sent.occurred_at.as_deref(), &zone)?,
        reason: sent.reason.clone().map(Text::personal),
        seen: None,
        content: Content::Record {
            facts: meaning::facts(&declared, facts, &zone)?,
        },
    };
    let how = how(sent, mode)?;
    let answer = executor.record_operator_facts(&request, &how).await;
    let done: Done<OperatorBody> = granted(
        session,
        answer,
        &Around {
            session,
            case: OPERATOR,
            zone: &zone,
            rules: None,
            lacking: &Lacking::default(),
        },
    )?;
    Ok(Granted {
        first_position: position(session, &done).await?,
        target: Target::Operator,
        command: done.command,
        standing: done.standing,
        first_seq: done.first_seq,
        before: Vec::new(),
        events: Events::Operator(done.events),
        waiting: Vec::new(),
        unfiled: Vec::new(),
        voluntary: None,
        cases: Vec::new(),
        elsewhere: Vec::new(),
        lost: Vec::new(),
    })
}

/// Returns who asks, in the role that they name or the only one that fits.
pub(super) fn asker(
    session: &Session,
    sent: &Sent,
    people: &People,
    rules: Vec<&Rules>,
    deed: Option<(&tsuho_core::case::Case, &Deed)>,
) -> Step<Asker> {
    let actor = session.actor(sent.acting_as.as_deref());
    let (person, via) = actor.map_err(|failure| Refusal::nobody(&failure))?;
    if let Some(role) = &sent.role {
        let known = rules.iter().flat_map(|rules| rules.roles.keys());
        if role.as_str() != ADMINISTRATOR && !known.clone().any(|known| known == role) {
            return Err(Refusal::unknown_role(role, known).into());
        }
        return Ok(Asker::Person {
            person,
            via,
            role: role.clone(),
        });
    }
    let held = people
        .person(person)
        .map(|person| person.roles.clone())
        .unwrap_or_default();
    let role = role::choose(&Asking {
        held: &held,
        played: session.played_role(sent.acting_as.as_deref()),
        rules,
        deed,
    })?;
    Ok(Asker::Person { person, via, role })
}

/// Returns what was granted, or the answer that it was not.
pub(super) fn granted<B>(
    session: &Session,
    answer: std::result::Result<Answer<B, Rejection>, Error>,
    around: &Around<'_>,
) -> Step<Done<B>> {
    match answer {
        Ok(Answer::Done(done)) => Ok(done),
        Ok(Answer::Refused(rejection)) => Err(Refusal::of(&rejection, around).into()),
        Err(Error::KeyReused { key, stream, .. }) => Err(Refusal::key_reused(&key, &stream).into()),
        Err(error) => Err(session.failed(error).into()),
    }
}

/// Returns the latest version of each published workflow, ready to decide.
pub(crate) async fn latest_of_all(session: &Session) -> Result<Vec<Arc<Compiled>>> {
    let executor = session.executor();
    let installation = executor
        .installation()
        .await
        .map_err(|error| session.failed(error))?;
    // They come by name and version, so that the last of a name is its latest.
    let latest: BTreeMap<&WorkflowName, Digest> = installation
        .people
        .workflows()
        .map(|(name, _, digest)| (name, digest))
        .collect();
    let mut compiled = Vec::with_capacity(latest.len());
    for digest in latest.into_values() {
        compiled.push(
            executor
                .compiled(digest)
                .await
                .map_err(|error| session.failed(error))?,
        );
    }
    Ok(compiled)
}

/// Returns the zone of what is said of no case.
pub(crate) async fn zone(session: &Session) -> Result<Zone> {
    let installation = session.executor().installation().await;
    let installation = installation.map_err(|error| session.failed(error))?;
    Ok(zone_of_all(&installation, &latest_of_all(session).await?))
}

/// Returns the zone of what the operator says: that of every published workflow if they agree, else UTC.
fn zone_of_all(installation: &Installation, published: &[Arc<Compiled>]) -> Zone {
    let mut zones: Vec<Zone> = published
        .iter()
        .map(|compiled| first_zone(&installation.context(compiled), None))
        .collect();
    zones.dedup();
    match zones.as_slice() {
        [only] => only.clone(),
        _ => Zone::utc(),
    }
}
