//! Makes a decision again from what is on record: reads the request off its events, decides it, and compares.
//! Personal and privileged values are not needed: decisions see only that they are there (invariant 9).

mod asked;

use asked::dispatched;
pub(crate) use asked::{given, unspoken};

use crate::case::decide::{Context, decide, decide_open, decide_open_in, decide_with};
use crate::case::event::{Actor, Body, CaseLinked, Event, FactsRecorded};
use crate::case::request::{Asker, Content, Delivery, Facts, Joining, Request};
use crate::case::{Case, Rejection, evolve, open};
use crate::ids::CaseId;
use crate::incident;
use tsuho_ledger::PartClass;

/// How a decision on record differs from the one made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The request would be refused.
    Refused(Rejection),
    /// An event would be another.
    Event {
        /// Its place among the decision's events, from 0.
        place: usize,
        /// What differs: `type`, `body`, `actor`, `occurred_at`, `recorded_at`.
        field: &'static str,
        /// What would be written.
        expected: String,
        /// What is on record.
        found: String,
    },
    /// There would be more events, or fewer.
    Count {
        /// How many would be written.
        expected: usize,
        /// How many are on record.
        found: usize,
    },
    /// The events are no decision: nothing begins a case, or nothing in them was asked.
    NoRequest,
}

/// Makes one decision again and compares it with its events on record; returns the case after it.
///
/// `case` is the case before the decision, `None` for the one that opens it.
///
/// # Errors
///
/// Returns the first difference.
pub fn again(
    context: &Context<'_>,
    id: CaseId,
    case: Option<&Case>,
    events: &[Event<Body>],
) -> Result<Case, Difference> {
    let first = events.first().ok_or(Difference::NoRequest)?;
    let now = first.recorded_at;
    let request = request_of(case, events).ok_or(Difference::NoRequest)?;
    let mut shared = shared(events);
    let expected = match (case, link(events)) {
        (None, None) => decide_open(context, id, &request, now),
        (None, Some(link)) => {
            let joining = Joining { link, shared };
            decide_open_in(context, id, (&request, Some(&joining)), now)
        }
        // What the incident gives by itself is a delivery like any other.
        (Some(case), _) if request.asker == Asker::Clock => decide(context, case, &request, now),
        (Some(case), _) => decide_with(context, case, (&request, shared.pop().as_ref()), now),
    }
    .map_err(Difference::Refused)?;
    compare(&expected, events)?;
    fold(id, case, events).ok_or(Difference::NoRequest)
}

/// Folds a decision's events.
fn fold(id: CaseId, case: Option<&Case>, events: &[Event<Body>]) -> Option<Case> {
    let (case, rest) = match case {
        Some(case) => (case.clone(), events),
        None => (open(id, events.first()?)?, &events[1..]),
    };
    Some(rest.iter().fold(case, evolve))
}

/// Finds the first difference between two lists of events, leaving personal and privileged values aside.
fn compare(expected: &[Event<Body>], found: &[Event<Body>]) -> Result<(), Difference> {
    use crate::case::event::EventBody as _;
    for (place, (expected, found)) in expected.iter().zip(found).enumerate() {
        let differs = |field, expected: String, found: String| {
            Err(Difference::Event {
                place,
                field,
                expected,
                found,
            })
        };
        if expected.body.type_name() != found.body.type_name() {
            return differs(
                "type",
                expected.body.type_name().to_owned(),
                found.body.type_name().to_owned(),
            );
        }
        if expected.body != found.body {
            return differs("body", part(&expected.body), part(&found.body));
        }
        if expected.actor != found.actor {
            return differs(
                "actor",
                format!("{:?}", expected.actor),
                format!("{:?}", found.actor),
            );
        }
        if expected.occurred_at != found.occurred_at {
            return differs(
                "occurred_at",
                expected.occurred_at.to_string(),
                found.occurred_at.to_string(),
            );
        }
        if expected.recorded_at != found.recorded_at {
            return differs(
                "recorded_at",
                expected.recorded_at.to_string(),
                found.recorded_at.to_string(),
            );
        }
    }
    if expected.len() == found.len() {
        Ok(())
    } else {
        Err(Difference::Count {
            expected: expected.len(),
            found: found.len(),
        })
    }
}

/// Returns an event's operational part as text, for a message.
fn part(body: &Body) -> String {
    use crate::case::event::EventBody as _;
    body.to_part().map_or_else(
        |error| error.to_string(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}

/// Reads off the events what the case took over from its incident.
fn shared(events: &[Event<Body>]) -> Vec<Delivery> {
    let delivery = |event: &Event<Body>| match &event.body {
        Body::FactsRecorded(body) => {
            let delivered = body.delivered.clone()?;
            incident::is_stream(&delivered.stream).then(|| Delivery {
                facts: given(body),
                delivered,
            })
        }
        _ => None,
    };
    events.iter().filter_map(delivery).collect()
}

/// Reads off the events which incident the case became one of.
fn link(events: &[Event<Body>]) -> Option<CaseLinked> {
    events.iter().find_map(|event| match &event.body {
        Body::CaseLinked(link) => Some(link.clone()),
        _ => None,
    })
}

/// Reads the request off the events of one decision.
fn request_of(case: Option<&Case>, events: &[Event<Body>]) -> Option<Request> {
    let first = events.first()?;
    let mut own: Vec<&Event<Body>> = events
        .iter()
        .filter(|event| matches!(event.actor, Actor::Person { .. }))
        .collect();
    if own.is_empty() {
        own.extend(events.iter().filter(|event| is_delivered(event)));
    }
    let Some(leading) = own.first() else {
        return Some(Request {
            command: first.command,
            asker: Asker::Clock,
            occurred_at: None,
            reason: None,
            seen: None,
            content: Content::Wake,
        });
    };
    let asker = match &leading.actor {
        Actor::Clock => Asker::Clock,
        Actor::Person { person, via, role } => Asker::Person {
            person: *person,
            via: *via,
            role: role.clone(),
        },
    };
    Some(Request {
        command: leading.command,
        asker,
        occurred_at: Some(leading.occurred_at),
        reason: own
            .iter()
            .find_map(|event| reason(&event.body))
            .map(unspoken),
        seen: None,
        content: content(case, &own, events)?,
    })
}

/// Tells whether an event delivers facts, which the clock is asked to do.
fn is_delivered(event: &Event<Body>) -> bool {
    matches!(
        &event.body,
        Body::FactsRecorded(FactsRecorded {
            delivered: Some(_),
            ..
        })
    )
}

/// Reads what was asked off the events that were asked for.
fn content(case: Option<&Case>, asked: &[&Event<Body>], all: &[Event<Body>]) -> Option<Content> {
    let mut facts = Facts::new();
    let mut filing = None;
    for event in asked {
        match &event.body {
            Body::FactsRecorded(body) if body.delivered.is_none() => facts = given(body),
            Body::FilingMade(body) => filing = Some(body),
            _ => {}
        }
    }
    let by_body = |wanted: fn(&Body) -> bool| {
        asked
            .iter()
            .map(|event| &event.body)
            .find(|body| wanted(body))
    };
    if let Some(Body::CaseOpened(opened)) = by_body(|body| matches!(body, Body::CaseOpened(_))) {
        let delivered = all.iter().find_map(|event| match &event.body {
            Body::FactsRecorded(body) => body
                .delivered
                .clone()
                .filter(|delivered| !incident::is_stream(&delivered.stream))
                .map(|delivered| (given(body), delivered)),
            _ => None,
        });
        return Some(Content::Open {
            number: opened.number,
            delivered,
        });
    }
    if let Some(Body::CaseLinked(link)) = by_body(|body| matches!(body, Body::CaseLinked(_))) {
        return Some(Content::Link { link: link.clone() });
    }
    if let Some(Body::ApprovalGiven(body)) = by_body(|body| matches!(body, Body::ApprovalGiven(_)))
    {
        let action = case?.approvals.get(&body.approval)?.proposal.action.clone();
        return Some(Content::Approve {
            action,
            digest: Some(body.digest),
        });
    }
    if let Some(Body::ActionTaken(body)) = by_body(|body| matches!(body, Body::ActionTaken(_))) {
        let dispatch = filing.map(dispatched).unwrap_or_default();
        return Some(Content::Advance {
            action: body.action.clone(),
            facts,
            dispatch,
        });
    }
    if let Some(Body::ApprovalRequested(body)) =
        by_body(|body| matches!(body, Body::ApprovalRequested(_)))
    {
        return Some(asked::of_proposal(body, facts));
    }
    let is_given = |event: &&Event<Body>| {
        matches!(event.body, Body::FactsRecorded(_)) && event.actor != Actor::Clock
    };
    if asked.iter().all(is_given) {
        // What a person gave to the case; what of it the incident keeps was taken over from there.
        return Some(Content::Record { facts });
    }
    match asked {
        [event] => alone(case, &event.body),
        _ => None,
    }
}

/// Reads what was asked off the only event that was asked for.
fn alone(case: Option<&Case>, body: &Body) -> Option<Content> {
    match body {
        Body::FactsRecorded(body) => Some(Content::Deliver {
            facts: given(body),
            delivered: body.delivered.clone()?,
        }),
        Body::ApprovalRefused(body) => {
            let action = case?.approvals.get(&body.approval)?.proposal.action.clone();
            Some(Content::Refuse { action })
        }
        Body::FilingReceived(body) => Some(Content::Receive {
            filing: body.filing,
            received_at: Some(body.received_at),
            receipt: body.receipt,
        }),
        Body::FilingUndone(body) => Some(Content::Undo {
            filing: body.filing,
            how: body.how,
        }),
        Body::EvidenceAttached(body) => Some(Content::Attach {
            digest: body.digest,
            size: body.size,
            name: unspoken(body.name),
            filing: body.filing,
            fact: body.fact.clone(),
        }),
        Body::NoteAdded(body) => Some(Content::Note {
            text: unspoken(body.class),
        }),
        Body::CaseOpened(_)
        | Body::CaseLinked(_)
        | Body::ActionTaken(_)
        | Body::FilingMade(_)
        | Body::ApprovalRequested(_)
        | Body::ApprovalGiven(_)
        | Body::ApprovalLapsed(_)
        | Body::ClockStarted(_)
        | Body::ClockMoved(_)
        | Body::ClockPassed(_)
        | Body::ClockStopped(_)
        | Body::ClockLapsed(_)
        | Body::ClockWaived(_)
        | Body::ReminderDue(_) => None,
    }
}

/// Returns the class under which an event keeps the reason, if one was given.
fn reason(body: &Body) -> Option<PartClass> {
    match body {
        Body::FactsRecorded(body) => body.reason,
        Body::ActionTaken(body) => body.reason,
        Body::FilingReceived(body) => body.reason,
        Body::FilingUndone(body) => Some(body.reason),
        Body::ApprovalRequested(body) => body.reason,
        Body::ApprovalGiven(body) => body.reason,
        Body::ApprovalRefused(body) => Some(body.reason),
        Body::EvidenceAttached(body) => body.reason,
        Body::NoteAdded(body) => body.reason,
        Body::CaseOpened(body) => body.reason,
        Body::CaseLinked(body) => body.reason,
        Body::FilingMade(_)
        | Body::ApprovalLapsed(_)
        | Body::ClockStarted(_)
        | Body::ClockMoved(_)
        | Body::ClockPassed(_)
        | Body::ClockStopped(_)
        | Body::ClockLapsed(_)
        | Body::ClockWaived(_)
        | Body::ReminderDue(_) => None,
    }
}
