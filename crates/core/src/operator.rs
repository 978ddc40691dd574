//! Facts about the company, on the stream `operator`; each case that uses one gets it delivered (A2).
//! A case reads only its own stream; delivering is the executor's work.

mod changes;

use std::collections::{BTreeMap, BTreeSet};

use self::changes::Spoken;
use crate::case::decide::{Giving, Recorder, check_texts, recorded, write_reason};
use crate::case::event::{Actor, Delivered, Event, FactsRecorded, bodies};
use crate::case::fact::{History, Version};
use crate::case::rejection::Rejection;
use crate::case::request::{Asker, Facts, Request};
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
    /// What parts keep of them, as a case that is given them keeps it too.
    spoken: Spoken,
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
        self.spoken.keep(self.version, event);
        self.version += 1;
        self.last_recorded = Some(event.recorded_at);
        self
    }

    /// Returns what to give a case that was given everything up to the event `since`, or nothing: the facts among those
    /// that its workflow declares whose current value is another, with the words that their parts keep. `None` if there
    /// is nothing to deliver.
    #[must_use]
    pub fn delivery(
        &self,
        declared: &BTreeMap<FactName, FactRule>,
        since: Option<u64>,
    ) -> Option<(Facts, Delivered)> {
        let seq = self.version.checked_sub(1)?;
        let facts = changes::between(&self.facts, declared, since, seq, Some(&self.spoken));
        let stream = STREAM.to_owned();
        (!facts.is_empty()).then_some((facts, Delivered { stream, seq }))
    }

    /// Returns what changed after the event `since` up to the event `until`, as a delivery gives it, without the words
    /// that parts keep.
    #[must_use]
    pub fn changes(
        &self,
        declared: &BTreeMap<FactName, FactRule>,
        since: Option<u64>,
        until: u64,
    ) -> Facts {
        changes::between(&self.facts, declared, since, until, None)
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
