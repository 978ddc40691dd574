//! Facts about the company, on the stream `operator`; each case that uses one gets it delivered (A2).
//! A case reads only its own stream; delivering is the executor's work.

mod changes;

use std::collections::{BTreeMap, BTreeSet};

use self::changes::Spoken;
use crate::case::decide::Recorder;
use crate::case::event::{Delivered, Event, FactsRecorded, bodies};
use crate::case::fact::{self, History};
use crate::case::rejection::Rejection;
use crate::case::request::{Facts, Request};
use crate::keeper::Keeper;
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
        fact::record(&mut self.facts, self.version, body);
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
        (!facts.is_empty()).then_some((facts, Delivered { seq, stream }))
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
pub fn decide(
    declared: &BTreeMap<FactName, FactRule>,
    people: &People,
    operator: &Operator,
    request: (&Request, &Facts),
    now: Timestamp,
) -> Result<Vec<Event<OperatorBody>>, Rejection> {
    let keeper = Keeper {
        declared,
        anchors: BTreeSet::new(),
        on_record: &operator.facts,
        last_recorded: operator.last_recorded,
        recorder: Recorder::Operator,
    };
    let by = keeper.asked(people, request.0, now)?;
    Ok(vec![keeper.record(request, &by, now)?])
}
