//! Facts about the company, on the stream `operator`; each case that uses one gets it delivered (A2).
//! A case reads only its own stream; delivering is the executor's work.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::decide::{Giving, Recorder, check_texts, recorded, write_reason};
use crate::case::event::{Actor, Change, Delivered, Event, FactsRecorded, bodies};
use crate::case::fact::{History, Version};
use crate::case::rejection::Rejection;
use crate::case::request::{Asker, Facts, Given, Request};
use crate::name::FactName;
use crate::people::People;
use crate::time::Timestamp;
use crate::value::{Row, Value};
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
                let fresh = |version: &&Version| since.is_none_or(|since| version.seq > since);
                let change = history
                    .versions()
                    .iter()
                    .filter(fresh)
                    .fold(None, |change, version| Some(merge(change, version)))?;
                let current = history.versions().last()?;
                let given = Given {
                    change,
                    as_of: Some(current.as_of),
                    certainty: current.certainty,
                    source: None,
                };
                Some((name.clone(), given))
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

/// Merges a change with those before it, so that one delivery brings what several records changed.
fn merge(before: Option<Change>, version: &Version) -> Change {
    let Change::Rows { set, dropped } = &version.change else {
        return version.change.clone();
    };
    let amend = |mut rows: BTreeMap<String, Row>| {
        rows.retain(|key, _| !dropped.contains(key));
        rows.extend(set.clone());
        rows
    };
    match before {
        None => version.change.clone(),
        Some(Change::Rows {
            set: rows,
            dropped: mut gone,
        }) => {
            gone.extend(dropped.iter().cloned());
            gone.retain(|key| !set.contains_key(key));
            Change::Rows {
                set: amend(rows),
                dropped: gone,
            }
        }
        Some(Change::Set(Value::Table(rows))) => Change::Set(Value::Table(amend(rows))),
        Some(Change::Set(_) | Change::Absent) => Change::Set(Value::Table(amend(BTreeMap::new()))),
    }
}

/// Decides a request to record facts of the operator.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
///
/// # Panics
///
/// Never: the zone that it names is compiled in.
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
    check_texts(request)?;
    let (recorded, mut sheets) = recorded(declared, facts, occurred_at, now, Recorder::Owner)?;
    let giving = Giving {
        declared,
        anchors: BTreeSet::new(),
        on_record: &operator.facts,
        reason: request.reason.as_ref(),
        now,
        // The company may have offices anywhere: a day lies ahead that has not begun in any place.
        zone: "Pacific/Kiritimati"
            .parse()
            .expect("zone data are compiled in"),
    };
    giving.check(facts)?;
    let reason = write_reason(&mut sheets, request);
    Ok(vec![Event {
        body: FactsRecorded {
            facts: recorded,
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
