//! Facts about the company, on the stream `operator`; each case that uses one gets it delivered (A2).
//! A case reads only its own stream; delivering is the executor's work.

use std::collections::BTreeMap;

use crate::case::decide::{Recorder, recorded, withdraws, write_reason};
use crate::case::event::{Actor, Delivered, Event, FactsRecorded, bodies};
use crate::case::fact::{History, Version};
use crate::case::rejection::{ReasonFor, Rejection};
use crate::case::request::{Asker, Facts, Given, Request};
use crate::name::FactName;
use crate::people::People;
use crate::time::Timestamp;
use crate::workflow::rules::FactRule;

/// The stream of the operator's facts.
pub const STREAM: &str = "operator";

bodies! {
    /// What happened to the operator's facts.
    OperatorBody {
        /// Facts were recorded or withdrawn.
        FactsRecorded,
    }
}

/// The operator's facts as they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Operator {
    facts: BTreeMap<FactName, History>,
    version: u64,
    last_recorded: Option<Timestamp>,
}

impl Operator {
    /// Returns a fact's versions.
    #[must_use]
    pub fn fact(&self, name: &FactName) -> Option<&History> {
        self.facts.get(name)
    }

    /// Returns how many events the stream has.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Folds one more event.
    #[must_use]
    pub fn evolve(mut self, event: &Event<OperatorBody>) -> Self {
        let OperatorBody::FactsRecorded(body) = &event.body;
        for (name, recorded) in &body.facts {
            self.facts.entry(name.clone()).or_default().push(Version {
                as_of: recorded.as_of,
                seq: self.version,
                change: recorded.change.clone(),
                certainty: recorded.certainty,
            });
        }
        self.version += 1;
        self.last_recorded = Some(event.recorded_at);
        self
    }

    /// Returns every version, among facts that a workflow declares, that a case has not been given: those after the
    /// event `since`, all if it was given none. `None` if there is nothing to deliver.
    #[must_use]
    pub fn delivery(
        &self,
        declared: &BTreeMap<FactName, FactRule>,
        since: Option<u64>,
    ) -> Option<(Facts, Delivered)> {
        let seq = self.version.checked_sub(1)?;
        let facts: Facts = self
            .facts
            .iter()
            .filter(|(name, _)| declared.contains_key(*name))
            .filter_map(|(name, history)| {
                let current = history.versions().last()?;
                let fresh = history
                    .versions()
                    .iter()
                    .any(|version| since.is_none_or(|since| version.seq > since));
                fresh.then(|| {
                    let given = Given {
                        change: current.change.clone(),
                        as_of: Some(current.as_of),
                        certainty: current.certainty,
                        source: None,
                    };
                    (name.clone(), given)
                })
            })
            .collect();
        (!facts.is_empty()).then(|| {
            (
                facts,
                Delivered {
                    stream: STREAM.to_owned(),
                    seq,
                },
            )
        })
    }
}

/// Decides a request to record facts of the operator.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn decide(
    declared: &BTreeMap<FactName, FactRule>,
    people: &People,
    operator: &Operator,
    request: (&Request, &Facts),
    now: Timestamp,
) -> Result<Vec<Event<OperatorBody>>, Rejection> {
    let (request, facts) = request;
    let Asker::Person { person, via, role } = &request.asker else {
        return Err(Rejection::Nothing {});
    };
    let known = people
        .person(*person)
        .ok_or(Rejection::UnknownPerson { person: *person })?;
    if !known.holds(role) {
        return Err(Rejection::RoleNotHeld {
            person: *person,
            role: role.clone(),
        });
    }
    if let Some(last_recorded) = operator.last_recorded.filter(|last| now < *last) {
        return Err(Rejection::ClockBehind { now, last_recorded });
    }
    let occurred_at = request.occurred_at.unwrap_or(now);
    if occurred_at > now {
        return Err(Rejection::Future {
            given: occurred_at,
            now,
        });
    }
    if facts.is_empty() {
        return Err(Rejection::Nothing {});
    }
    let withdraws = facts.values().any(|given| withdraws(&given.change));
    if withdraws && request.reason.is_none() {
        return Err(Rejection::Reason {
            what: ReasonFor::Withdrawal,
        });
    }
    let (facts, mut sheets) = recorded(declared, facts, occurred_at, now, Recorder::Owner)?;
    let reason = write_reason(&mut sheets, request);
    Ok(vec![Event {
        body: FactsRecorded {
            facts,
            delivered: None,
            reason,
        }
        .into(),
        actor: Actor::Person {
            person: *person,
            via: *via,
            role: role.clone(),
        },
        occurred_at,
        recorded_at: now,
        command: request.command,
        personal: sheets.0,
        privileged: sheets.1,
    }])
}
