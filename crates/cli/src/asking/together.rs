//! Has a request on an incident carried out: opens it with its cases, or records what they share.
//! What it says is read by `sent`; whether it is granted is decided in `tsuho-core`.

use tsuho_core::case::Rejection;
use tsuho_core::case::request::{Content, Request, Text};
use tsuho_core::case::view::first_zone;
use tsuho_core::ids::IncidentId;
use tsuho_core::incident::{Refused, Shared};
use tsuho_core::time::Zone;
use tsuho_core::workflow::Rules;
use tsuho_executor::{Error, IncidentOpening, Mode, Together};
use tsuho_store::IncidentKey;

use super::entries::Invalid;
use super::meaning;
use super::outcome::Granted;
use super::recorded::on_incident;
use super::reference::IncidentRef;
use super::refusal::{Around, Refusal};
use super::resolve::{Early, Step, asker, find as find_case, published};
use super::sent::{Asked, NewIncident, Sent, how};
use crate::failure::Result;
use crate::message::Message;
use crate::session::Session;
use crate::telling::Lacking;

/// Returns the id and the number of an incident, if there is such an incident.
pub(crate) async fn find(
    session: &Session,
    incident: IncidentRef,
) -> Result<Option<(IncidentId, u64)>> {
    let key = match incident {
        IncidentRef::Number(number) => IncidentKey::Number(number),
        IncidentRef::Id(id) => IncidentKey::Id(id.to_string()),
    };
    let row = session.executor().store().incident(&key).await;
    let Some(row) = row.map_err(|error| session.failed(error.into()))? else {
        return Ok(None);
    };
    let id = row.incident_id.parse();
    let id =
        id.map_err(|_| tsuho_store::Error::corrupt("incidents", "incident_id", &row.incident_id));
    let id = id.map_err(|error| session.failed(error.into()))?;
    Ok(Some((id, row.number)))
}

/// Returns the incident that a request names.
pub(super) async fn named(session: &Session, incident: IncidentRef) -> Step<(IncidentId, u64)> {
    let found = find(session, incident).await?;
    found.ok_or_else(|| Refusal::unknown_incident(&incident.to_string()).into())
}

/// Opens an incident.
pub(super) async fn open(
    session: &Session,
    (sent, wish): (&Sent, &NewIncident),
    mode: Mode,
) -> Step<Granted> {
    let executor = session.executor();
    let installation = executor.installation().await;
    let installation = installation.map_err(|error| session.failed(error))?;
    let mut rules: Vec<Rules> = Vec::new();
    let mut taken = None;
    if let Some(case) = wish.case {
        let found = find_case(session, case).await?;
        let (id, _) = found.ok_or_else(|| Refusal::unknown_case(&case.to_string()))?;
        let ground = executor.ground(id).await;
        let ground = ground.map_err(|error| session.failed(error))?;
        rules.push(ground.compiled.rules.clone());
        taken = Some(id);
    }
    for (workflow, version) in &wish.workflows {
        let compiled = published(session, workflow, *version).await?;
        rules.push(compiled.rules.clone());
    }
    if rules.is_empty() {
        let problem = Message::new("request.no-workflow");
        return Err(Invalid::new("workflows", problem).into());
    }
    let shared = Shared::of(&rules);
    let zones = rules.iter().map(|rules| {
        let context = tsuho_core::case::Context {
            rules,
            people: &installation.people,
            calendars: &installation.calendars,
        };
        first_zone(&context, None)
    });
    let zone = only(zones.collect());
    let opening = IncidentOpening {
        command: executor.new_command(),
        asker: asker(
            session,
            sent,
            &installation.people,
            rules.iter().collect(),
            None,
        )?,
        title: Text::personal(wish.title.as_str()),
        taken,
        workflows: wish.workflows.clone(),
        facts: meaning::facts(shared.declared(), &wish.facts, &zone)?,
        occurred_at: meaning::moment("occurred_at", sent.occurred_at.as_deref(), &zone)?,
        reason: sent.reason.clone().map(Text::personal),
    };
    let answer = executor.open_incident(&opening, &how(sent, mode)?).await;
    let told = granted(session, answer, (&rules, &zone))?;
    Ok(on_incident(session, told).await?)
}

/// Records facts on an incident.
pub(super) async fn record(session: &Session, sent: &Sent, mode: Mode) -> Step<Granted> {
    let Asked::Incident { incident, facts } = &sent.asked else {
        return Err(Invalid::new("do", Message::new("request.not-an-object")).into());
    };
    let executor = session.executor();
    let (id, _) = named(session, *incident).await?;
    let (rules, zone) = of_cases(session, id).await?;
    let shared = Shared::of(&rules);
    let installation = executor.installation().await;
    let installation = installation.map_err(|error| session.failed(error))?;
    let request = Request {
        command: executor.new_command(),
        asker: asker(
            session,
            sent,
            &installation.people,
            rules.iter().collect(),
            None,
        )?,
        occurred_at: meaning::moment("occurred_at", sent.occurred_at.as_deref(), &zone)?,
        reason: sent.reason.clone().map(Text::personal),
        seen: None,
        content: Content::Record {
            facts: meaning::facts(shared.declared(), facts, &zone)?,
        },
    };
    let answer = executor
        .record_on_incident(id, &request, &how(sent, mode)?)
        .await;
    let told = granted(session, answer, (&rules, &zone))?;
    Ok(on_incident(session, told).await?)
}

/// Returns the rules of an incident's cases in the order in which they were linked, and the zone of what is said of it.
pub(crate) async fn of_cases(session: &Session, id: IncidentId) -> Result<(Vec<Rules>, Zone)> {
    let executor = session.executor();
    let failed = |error| session.failed(error);
    let incident = executor.incident(id).await.map_err(failed)?;
    let (mut rules, mut zones) = (Vec::new(), Vec::new());
    for link in incident.cases() {
        let ground = executor.ground(link.case).await.map_err(failed)?;
        zones.push(first_zone(&ground.context(), Some(&ground.case)));
        rules.push(ground.compiled.rules.clone());
    }
    Ok((rules, only(zones)))
}

/// Returns the zone in which all agree, else UTC.
fn only(mut zones: Vec<Zone>) -> Zone {
    zones.dedup();
    match zones.as_slice() {
        [only] => only.clone(),
        _ => Zone::utc(),
    }
}

/// Returns what was granted, or the answer that it was not, in the words of the workflow whose case refuses it.
fn granted(
    session: &Session,
    answer: std::result::Result<std::result::Result<Together, Refused>, Error>,
    (rules, zone): (&[Rules], &Zone),
) -> Step<Together> {
    let refused = match answer {
        Ok(Ok(told)) => return Ok(told),
        Ok(Err(refused)) => refused,
        Err(Error::KeyReused { key, stream, .. }) => {
            return Err(Refusal::key_reused(&key, &stream).into());
        }
        Err(error) => return Err(Early::from(session.failed(error))),
    };
    let knows = |rules: &&Rules| match &refused.rejection {
        Rejection::NotRecorded { fact } | Rejection::NotRecordable { fact, .. } => {
            rules.facts.contains_key(fact)
        }
        _ => true,
    };
    let own = rules.iter().find(knows).or_else(|| rules.first());
    let around = Around {
        session,
        case: "",
        zone,
        rules: own,
        lacking: &Lacking::default(),
    };
    Err(Refusal::of(&refused.rejection, &around).into())
}
