//! Decides one request on an incident and its cases at once: what is recorded on the incident reaches every case of it
//! that uses it in the same decision, each case settled with it (A2).
//!
//! Pure, so that whoever keeps the streams decides the same: the executor on a store, a scenario in virtual time. All
//! events of a decision carry its name and are written together or not at all, the incident's first.

mod several;

use std::collections::BTreeMap;

use self::several::Several;
use super::decide::Wish;
use super::{Incident, IncidentBody, Shared, handover};
use crate::case::decide::decide_with;
use crate::case::event::{Body, CaseLinked, Delivered, Event};
use crate::case::rejection::Rejection;
use crate::case::request::{Content, Facts, Request, Text};
use crate::case::{Case, Context};
use crate::ids::{CaseId, IncidentId};
use crate::time::Timestamp;
use crate::workflow::Rules;

/// A case with what its decisions read.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The case.
    pub case: &'a Case,
    /// What its decisions read.
    pub context: Context<'a>,
}

/// Every case of an incident.
pub type Members<'a> = BTreeMap<CaseId, Member<'a>>;

/// A case that is to be opened in an incident.
#[derive(Debug, Clone)]
pub struct Fresh<'a> {
    /// Its name.
    pub id: CaseId,
    /// The number that the installation gives it.
    pub number: u64,
    /// What its decisions read.
    pub context: Context<'a>,
    /// The operator's facts as they stand.
    pub delivered: Option<(Facts, Delivered)>,
}

/// A case of no incident for which one is opened.
#[derive(Debug, Clone, Copy)]
pub struct Taken<'a> {
    /// The case.
    pub member: Member<'a>,
    /// Its history, with the words that parts keep: what it recorded for itself becomes the incident's.
    pub events: &'a [Event<Body>],
}

/// An incident that is to be opened.
#[derive(Debug, Clone)]
pub struct Opening<'a> {
    /// Its name.
    pub id: IncidentId,
    /// The number that the installation gives it.
    pub number: u64,
    /// What it is called.
    pub title: Text,
    /// The case for which it is opened, if there is one.
    pub taken: Option<Taken<'a>>,
    /// The cases that are opened with it; at least one where it is opened for none.
    pub fresh: Vec<Fresh<'a>>,
}

/// What one decision writes, stream by stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// On the incident's stream; nothing where a request concerns one case alone.
    pub incident: Vec<Event<IncidentBody>>,
    /// On the streams of its cases; a case to which nothing happens is absent.
    pub cases: BTreeMap<CaseId, Vec<Event<Body>>>,
}

/// Says why nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The case that refuses it; none where the incident does.
    pub case: Option<CaseId>,
    /// Why.
    pub rejection: Rejection,
}

impl From<Rejection> for Refused {
    fn from(rejection: Rejection) -> Self {
        let case = None;
        Self { case, rejection }
    }
}

/// Decides the opening of an incident with its cases. The request's content is [`Content::Record`], of the facts that
/// are recorded with it, or of none.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn open(opening: &Opening<'_>, request: &Request, now: Timestamp) -> Result<Written, Refused> {
    let taken = opening.taken.as_ref();
    if let Some(of) = taken.and_then(|taken| taken.member.case.incident) {
        let case = taken.map_or(0, |taken| taken.member.case.number);
        let incident = of.number;
        return Err(Rejection::Linked { case, incident }.into());
    }
    let own = taken.map(|taken| taken.member.context.rules);
    let rules = own
        .into_iter()
        .chain(opening.fresh.iter().map(|one| one.context.rules));
    let shared = Shared::of(rules);
    let of = (opening.id, opening.number);
    let taken_over = taken.map(|taken| {
        let case = taken.member.case;
        let rules = taken.member.context.rules;
        let recordings = handover(&shared, (case.id, rules), taken.events);
        (link(of, (case.id, case.number), rules), recordings)
    });
    let wish = Wish {
        opening: Some((opening.number, opening.title.clone())),
        taken: taken_over,
        fresh: links(of, &opening.fresh),
        facts: recorded(request)?.clone(),
    };
    let several = Several {
        of: opening.id,
        incident: None,
        shared: &shared,
        members: &Members::new(),
        taken: taken.map(|taken| taken.member),
        fresh: &opening.fresh,
    };
    several.decide((request, &wish), None, now)
}

/// Decides the opening of a case in an incident.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn add(
    incident: &Incident,
    members: &Members<'_>,
    fresh: &Fresh<'_>,
    request: &Request,
    now: Timestamp,
) -> Result<Written, Refused> {
    let rules = rules_of(incident, members).chain([fresh.context.rules]);
    let shared = Shared::of(rules);
    let fresh = std::slice::from_ref(fresh);
    let wish = Wish {
        fresh: links((incident.id, incident.number), fresh),
        ..Wish::default()
    };
    let several = Several {
        of: incident.id,
        incident: Some(incident),
        shared: &shared,
        members,
        taken: None,
        fresh,
    };
    let request = Request {
        content: Content::Record {
            facts: Facts::new(),
        },
        ..request.clone()
    };
    several.decide((&request, &wish), None, now)
}

/// Decides a request to record facts on an incident. The request's content is [`Content::Record`].
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn record(
    incident: &Incident,
    members: &Members<'_>,
    request: &Request,
    now: Timestamp,
) -> Result<Written, Refused> {
    let facts = recorded(request)?.clone();
    if facts.is_empty() {
        return Err(Rejection::Nothing {}.into());
    }
    let wish = Wish {
        facts,
        ..Wish::default()
    };
    let shared = Shared::of(rules_of(incident, members));
    Several::of(incident, &shared, members).decide((request, &wish), None, now)
}

/// Decides a request on a case of an incident: facts of it that the incident keeps are recorded there, and reach every
/// case that uses them in the same decision.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn ask(
    incident: &Incident,
    members: &Members<'_>,
    (id, request): (CaseId, &Request),
    now: Timestamp,
) -> Result<Written, Refused> {
    let Some(member) = members.get(&id) else {
        return Err(Rejection::Nothing {}.into());
    };
    let shared = Shared::of(rules_of(incident, members));
    let rules = member.context.rules;
    let (content, facts) = match &request.content {
        Content::Record { facts } => {
            let (facts, kept) = shared.part(rules, facts);
            (Content::Record { facts }, kept)
        }
        Content::Advance {
            action,
            facts,
            dispatch,
        } => {
            let (facts, kept) = shared.part(rules, facts);
            let (action, dispatch) = (action.clone(), dispatch.clone());
            let content = Content::Advance {
                action,
                facts,
                dispatch,
            };
            (content, kept)
        }
        Content::Open { .. }
        | Content::Deliver { .. }
        | Content::Link { .. }
        | Content::Approve { .. }
        | Content::Refuse { .. }
        | Content::Receive { .. }
        | Content::Undo { .. }
        | Content::Attach { .. }
        | Content::Note { .. }
        | Content::Wake => (request.content.clone(), Facts::new()),
    };
    let own = Request {
        content,
        ..request.clone()
    };
    if facts.is_empty() {
        let events = decide_with(&member.context, member.case, (&own, None), now);
        let mut written = Written::default();
        written.take(id, events)?;
        return Ok(written);
    }
    let wish = Wish {
        facts: facts.clone(),
        ..Wish::default()
    };
    let request = Request {
        content: Content::Record { facts },
        ..request.clone()
    };
    let several = Several::of(incident, &shared, members);
    several.decide((&request, &wish), Some((id, &own)), now)
}

/// Returns the rules of an incident's cases in the order in which they were linked.
fn rules_of<'a>(
    incident: &'a Incident,
    members: &'a Members<'a>,
) -> impl Iterator<Item = &'a Rules> {
    let members = incident.cases().iter().map(|link| members.get(&link.case));
    members.flatten().map(|member| member.context.rules)
}

/// Returns the facts that a request records.
fn recorded(request: &Request) -> Result<&Facts, Rejection> {
    match &request.content {
        Content::Record { facts } => Ok(facts),
        _ => Err(Rejection::Nothing {}),
    }
}

fn links(of: (IncidentId, u64), fresh: &[Fresh<'_>]) -> Vec<CaseLinked> {
    let one = |one: &Fresh<'_>| link(of, (one.id, one.number), one.context.rules);
    fresh.iter().map(one).collect()
}

fn link(
    (incident, incident_number): (IncidentId, u64),
    (case, case_number): (CaseId, u64),
    rules: &Rules,
) -> CaseLinked {
    CaseLinked {
        incident,
        incident_number,
        case,
        case_number,
        workflow: rules.name.clone(),
        digest: rules.digest,
        reason: None,
    }
}
