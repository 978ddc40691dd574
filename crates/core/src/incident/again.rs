//! Makes a decision on an incident's stream again: reads the request off its events and decides it.
//! What the cases were given with it is held against these events by whoever reads the cases.

use super::decide::{self, Ground, Wish};
use super::{Incident, IncidentBody, Shared};
use crate::case::Rejection;
use crate::case::again::{given, unspoken};
use crate::case::event::{Actor, CaseLinked, Event};
use crate::case::request::{Asker, Content, Delivery, Facts, Request};
use crate::people::People;

/// Decides again what the events of one decision on an incident answer; `shared` is what the incident keeps with every
/// case that is linked when the decision is made, those that it links among them.
///
/// # Errors
///
/// Returns the refusal, or nothing if the events answer no request.
pub fn again(
    people: &People,
    shared: &Shared,
    incident: Option<&Incident>,
    events: &[&Event<IncidentBody>],
) -> Result<Vec<Event<IncidentBody>>, Option<Rejection>> {
    let is_asked = |event: &&&Event<IncidentBody>| event.actor != Actor::Clock;
    let leading = events.iter().find(is_asked).ok_or(None)?;
    let Actor::Person { person, via, role } = &leading.actor else {
        return Err(None);
    };
    let wish = wish(events);
    let request = Request {
        command: leading.command,
        asker: Asker::Person {
            person: *person,
            via: *via,
            role: role.clone(),
        },
        occurred_at: Some(leading.occurred_at),
        reason: events.iter().find_map(|event| reason(&event.body)),
        seen: None,
        content: Content::Record {
            facts: wish.facts.clone(),
        },
    };
    let ground = Ground { people, shared };
    decide::decide(ground, incident, (&request, &wish), leading.recorded_at).map_err(Some)
}

/// Reads what was asked off the events. The case that an incident takes over is the one whose recordings stand behind
/// its link.
fn wish(events: &[&Event<IncidentBody>]) -> Wish {
    let mut wish = Wish::default();
    for event in events {
        match &event.body {
            IncidentBody::IncidentOpened(body) => {
                wish.opening = Some((body.number, unspoken(body.title)));
            }
            IncidentBody::CaseLinked(link) => wish.fresh.push(CaseLinked {
                reason: None,
                ..link.clone()
            }),
            IncidentBody::FactsRecorded(body) => match body.delivered.clone() {
                None => wish.facts = given(body),
                Some(delivered) => {
                    let facts: Facts = given(body);
                    let delivery = Delivery { facts, delivered };
                    if let Some((_, recordings)) = &mut wish.taken {
                        recordings.push(delivery);
                    } else {
                        let link = wish.fresh.pop();
                        wish.taken = link.map(|link| (link, vec![delivery]));
                    }
                }
            },
        }
    }
    wish
}

fn reason(body: &IncidentBody) -> Option<crate::case::request::Text> {
    let class = match body {
        IncidentBody::IncidentOpened(body) => body.reason,
        IncidentBody::CaseLinked(body) => body.reason,
        IncidentBody::FactsRecorded(body) => body.reason,
    };
    class.map(unspoken)
}
