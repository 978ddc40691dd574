//! Tells what was done on an incident, and with it on each of its cases; and of a case, where else it was written.
//! What is said of one case is told by `change`.

use tsuho_core::case::event::Body;
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
    let mut remarks = Vec::new();
    for case in &granted.cases {
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

/// Says where else the same decision wrote: on the incident, and on the other cases that use what was recorded.
pub(super) fn elsewhere(granted: &Granted) -> Option<Message> {
    let places = granted.elsewhere.iter().filter_map(|target| {
        let (key, number) = match target {
            Target::Case { number, .. } => ("change.place.case", number),
            Target::Incident { number, .. } => ("change.place.incident", number),
            Target::Operator => return None,
        };
        let args = [("number", Arg::Text(number.to_string()))];
        Some(Arg::Message(key, args.into()))
    });
    let places: Vec<Arg> = places.collect();
    (!places.is_empty()).then(|| Message::new("change.elsewhere").with("places", Arg::List(places)))
}
