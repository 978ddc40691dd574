//! Tells what was done on an incident, and with it on each of its cases; and what came elsewhere of a case's change.
//! What is said of one case is told by `change`.

use tsuho_core::case::{Body, Event};
use tsuho_core::catalogue::Arg;
use tsuho_core::incident::IncidentBody;
use tsuho_core::workflow::Rules;

use super::change::{happened, on_case};
use super::page::Page;
use crate::asking::{self, Events, Granted, Target};
use crate::failure::Result;
use crate::message::Message;
use crate::session::Session;
use crate::telling::Words;

/// Tells what was done on an incident and on each of its cases; returns what is owed on them with no clock running.
pub(super) async fn tell(
    page: &mut Page,
    session: &Session,
    granted: &Granted,
) -> Result<Vec<Message>> {
    let (Events::Incident(events), Target::Incident { id, number }) =
        (&granted.events, granted.target)
    else {
        return Ok(Vec::new());
    };
    let rules = rules(session, granted).await?;
    let zone = asking::zone(session).await?;
    let mut said = None;
    for event in events {
        let knows = |rules: &&Rules| match &event.body {
            IncidentBody::FactsRecorded(body) => {
                body.facts.keys().all(|fact| rules.facts.contains_key(fact))
            }
            IncidentBody::IncidentOpened(_) | IncidentBody::CaseLinked(_) => true,
        };
        let Some(rules) = rules.iter().find(knows).or_else(|| rules.first()) else {
            continue;
        };
        let words = Words { rules, zone: &zone };
        let depth = happened(page, &words, event, &mut said);
        for message in words.incident_event(event) {
            page.put(depth, message);
        }
    }
    let is_opened = matches!(
        events.first().map(|event| &event.body),
        Some(IncidentBody::IncidentOpened(_))
    );
    if is_opened && granted.is_on_record() {
        let message = Message::new("change.incident").with("number", number.to_string());
        page.put(0, message.with("id", id.to_string()));
    }
    on_cases(page, session, granted.cases.iter()).await
}

/// Tells what was done on each of some cases; returns what is owed on them with no clock running.
async fn on_cases(
    page: &mut Page,
    session: &Session,
    cases: impl Iterator<Item = &Granted>,
) -> Result<Vec<Message>> {
    let mut remarks = Vec::new();
    for case in cases {
        let Target::Case { id, number } = case.target else {
            continue;
        };
        page.gap();
        let message = Message::new("change.on_case").with("number", number.to_string());
        page.put(0, message);
        remarks.extend(on_case(page, session, case, (id, number)).await?);
    }
    Ok(remarks)
}

/// Tells what came elsewhere of what was done on a case: where else it was written, and what else it did on the other
/// cases that use what was recorded. Returns what is owed on them with no clock running.
pub(super) async fn elsewhere(
    page: &mut Page,
    session: &Session,
    granted: &Granted,
) -> Result<Vec<Message>> {
    let parts = granted.elsewhere.iter();
    let places: Vec<Arg> = parts
        .filter(|part| is_told(part))
        .filter_map(place)
        .collect();
    if !places.is_empty() {
        let message = Message::new("change.elsewhere").with("places", Arg::List(places));
        page.put(0, message);
    }
    on_cases(
        page,
        session,
        granted.elsewhere.iter().filter(|part| is_moved(part)),
    )
    .await
}

/// Tells whether more happened on a case than that the facts were written on it too.
fn is_moved(granted: &Granted) -> bool {
    let Events::Case(events) = &granted.events else {
        return false;
    };
    !events.iter().all(is_copy)
}

fn is_copy(event: &Event<Body>) -> bool {
    matches!(event.body, Body::FactsRecorded(_))
}

/// Returns the rules of the cases: those that are opened here, and those that the incident has.
async fn rules(session: &Session, granted: &Granted) -> Result<Vec<Rules>> {
    let opened = granted.cases.iter().filter_map(|case| match &case.events {
        Events::Case(events) => events.iter().find_map(|event| match &event.body {
            Body::CaseOpened(opened) => Some(opened.digest),
            Body::CaseLinked(link) => Some(link.digest),
            _ => None,
        }),
        Events::Incident(_) | Events::Operator(_) => None,
    });
    let mut rules = Vec::new();
    for digest in opened {
        let compiled = session.executor().compiled(digest).await;
        let compiled = compiled.map_err(|error| session.failed(error))?;
        rules.push(compiled.rules.clone());
    }
    match granted.target {
        Target::Incident { id, .. } if rules.is_empty() => {
            Ok(asking::of_cases(session, id).await?.0)
        }
        Target::Incident { .. } | Target::Case { .. } | Target::Operator => Ok(rules),
    }
}

/// Tells whether facts were written there.
fn is_told(granted: &Granted) -> bool {
    match &granted.events {
        Events::Case(events) => events.iter().any(is_copy),
        Events::Incident(events) => {
            let is_recorded =
                |event: &Event<IncidentBody>| matches!(event.body, IncidentBody::FactsRecorded(_));
            events.iter().any(is_recorded)
        }
        Events::Operator(_) => false,
    }
}

/// Names a case or an incident on which the same decision wrote.
fn place(granted: &Granted) -> Option<Arg> {
    let (key, number) = match granted.target {
        Target::Case { number, .. } => ("change.place.case", number),
        Target::Incident { number, .. } => ("change.place.incident", number),
        Target::Operator => return None,
    };
    let args = [("number", Arg::Text(number.to_string()))];
    Some(Arg::Message(key, args.into()))
}
