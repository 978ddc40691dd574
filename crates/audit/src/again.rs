//! Makes decisions on the streams `system` and `operator` again, reading each request off its events.
//! Decisions on cases are made again in core; comparing is `verify`'s business.

use std::collections::BTreeMap;
use std::sync::Arc;

use tsuho_core::case::event::{Actor, FactRecorded};
use tsuho_core::case::request::{Asker, Content, Facts, Given, Request, Text};
use tsuho_core::case::{Event, Rejection};
use tsuho_core::name::FactName;
use tsuho_core::operator::{self, Operator, OperatorBody};
use tsuho_core::people::{self, People, SystemBody, SystemContent, SystemRejection, SystemRequest};
use tsuho_core::workflow::rules::FactRule;
use tsuho_ledger::PartClass;

use crate::verify::Compiled;

/// Decides again what one event of the stream `system` answers.
///
/// # Errors
///
/// Returns the refusal.
pub(crate) fn system(
    people: &People,
    event: &Event<SystemBody>,
) -> Result<Event<SystemBody>, SystemRejection> {
    let Actor::Person { person, via, .. } = &event.actor else {
        return Err(SystemRejection::NotAdministrator {
            person: tsuho_core::ids::PersonId::from_bytes([0; 16]),
        });
    };
    let request = SystemRequest {
        command: event.command,
        person: *person,
        via: *via,
        content: content(&event.body),
    };
    let mut events = people::decide(people, &request, event.recorded_at)?;
    Ok(events
        .pop()
        .expect("a request to the installation yields one event"))
}

fn content(body: &SystemBody) -> SystemContent {
    match body {
        SystemBody::InstallationCreated(body) => SystemContent::Create {
            kind: body.kind,
            person: body.person,
            name: None,
            account: None,
        },
        SystemBody::PersonAdded(body) => SystemContent::AddPerson {
            person: body.person,
            name: None,
            account: None,
        },
        SystemBody::RoleGranted(body) => SystemContent::Grant {
            person: body.person,
            role: body.role.clone(),
        },
        SystemBody::RoleRevoked(body) => SystemContent::Revoke {
            person: body.person,
            role: body.role.clone(),
        },
        SystemBody::WorkflowPublished(body) => SystemContent::PublishWorkflow(body.clone()),
        SystemBody::CalendarPublished(body) => SystemContent::PublishCalendar(body.clone()),
    }
}

/// Decides again what the events of one decision on the operator's facts answer. The facts have to suit the latest
/// version of every workflow that declares them.
///
/// # Errors
///
/// Returns the refusal, or nothing if the events answer no request.
pub(crate) fn operator(
    latest: &[Arc<Compiled>],
    people: &People,
    operator: &Operator,
    events: &[&Event<OperatorBody>],
) -> Result<Vec<Event<OperatorBody>>, Option<Rejection>> {
    let [event] = events else {
        return Err(None);
    };
    let OperatorBody::FactsRecorded(body) = &event.body;
    let asker = match &event.actor {
        Actor::Clock => Asker::Clock,
        Actor::Person { person, via, role } => Asker::Person {
            person: *person,
            via: *via,
            role: role.clone(),
        },
    };
    let facts: Facts = body
        .facts
        .iter()
        .map(|(name, recorded)| (name.clone(), given(recorded)))
        .collect();
    let request = Request {
        command: event.command,
        asker,
        occurred_at: Some(event.occurred_at),
        reason: body.reason.map(unspoken),
        seen: None,
        content: Content::Record {
            facts: facts.clone(),
        },
    };
    let decide = |declared: &BTreeMap<FactName, FactRule>| {
        let pair = (&request, &facts);
        operator::decide(declared, people, operator, pair, event.recorded_at).map_err(Some)
    };
    let mut declared = BTreeMap::new();
    for compiled in latest {
        declared.extend(compiled.operator_facts.clone());
    }
    let expected = decide(&declared)?;
    for compiled in latest {
        let mut as_here = declared.clone();
        as_here.extend(compiled.operator_facts.clone());
        decide(&as_here)?;
    }
    Ok(expected)
}

fn given(recorded: &FactRecorded) -> Given {
    Given {
        change: recorded.change.clone(),
        as_of: Some(recorded.as_of),
        certainty: recorded.certainty,
        source: recorded.source.map(unspoken),
    }
}

/// Returns a text of which only the class is known.
const fn unspoken(class: PartClass) -> Text {
    Text { class, words: None }
}
