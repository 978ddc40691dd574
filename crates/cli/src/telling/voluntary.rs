//! Says of what is filed, or proposed to be, that it serves no duty of its case, and what is still owed to others.
//! Telling another authority is legitimate, so nothing is refused for it; which duties are served is decided in
//! `tsuho-core`.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::{Face, Proposal};
use tsuho_core::case::{Body, Case, Event};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::ObligationName;
use tsuho_core::workflow::Rules;

use super::{Words, face};
use crate::message::Message;

/// A filing, or the proposal of one, that serves no duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Voluntary {
    /// Its number; a proposal has none yet.
    filing: Option<u64>,
    /// Duties of its obligations that run, with what their clocks show.
    running: Vec<(DutyKey, Arc<Face>)>,
}

/// Returns the obligations for which a proposal would file: those of the duties that it is to serve, or else those that
/// its action files.
pub(crate) fn filed_for(rules: &Rules, proposal: &Proposal) -> BTreeSet<ObligationName> {
    if proposal.duties.is_empty() {
        let action = rules.action(&proposal.action).into_iter();
        return action.flat_map(|action| &action.files).cloned().collect();
    }
    let duties = proposal.duties.iter();
    duties.map(|duty| duty.obligation.clone()).collect()
}

/// Tells whether an event may hold one, before the case is read for it.
pub(crate) fn may_be_voluntary(event: &Event<Body>) -> bool {
    match &event.body {
        Body::FilingMade(body) => body.duties.is_empty(),
        Body::ApprovalRequested(body) => body.proposal.duties.is_empty(),
        _ => false,
    }
}

impl Voluntary {
    /// Returns what an event filed or proposed without serving a duty; the case is as the event left it.
    pub(crate) fn of(rules: &Rules, case: &Case, event: &Event<Body>) -> Option<Self> {
        match &event.body {
            Body::FilingMade(body) if body.duties.is_empty() => {
                Some(Self::new(case, Some(body.filing), &body.obligations))
            }
            Body::ApprovalRequested(body) => Self::proposed(rules, case, &body.proposal),
            _ => None,
        }
    }

    /// Returns what a proposal would file without serving a duty.
    pub(crate) fn proposed(rules: &Rules, case: &Case, proposal: &Proposal) -> Option<Self> {
        let obligations = filed_for(rules, proposal);
        let is_one = proposal.duties.is_empty() && !obligations.is_empty();
        is_one.then(|| Self::new(case, None, &obligations))
    }

    fn new(case: &Case, filing: Option<u64>, obligations: &BTreeSet<ObligationName>) -> Self {
        let running = case
            .duties
            .iter()
            .filter(|(key, duty)| duty.is_running() && obligations.contains(&key.obligation));
        Self {
            filing,
            running: running
                .map(|(key, duty)| (key.clone(), duty.face.clone()))
                .collect(),
        }
    }

    /// Returns it for programs.
    pub(crate) fn json(&self) -> Value {
        let running = self.running.iter().map(|(duty, face)| {
            let due = face.readings.iter().map(|reading| reading.due).min();
            json!({ "duty": duty, "due": due })
        });
        let running: Vec<Value> = running.collect();
        match self.filing {
            Some(filing) => json!({ "filing": filing, "running": running }),
            None => json!({ "running": running }),
        }
    }
}

impl Words<'_> {
    /// Says that it serves no duty, and which still run, towards whom and by when.
    pub(crate) fn voluntary(&self, number: u64, one: &Voluntary) -> Message {
        let message = match one.filing {
            Some(filing) => Message::new("voluntary.filing").with("filing", filing.to_string()),
            None => Message::new("voluntary.proposal"),
        };
        let owed = one.running.iter().map(|(duty, clock)| {
            let args = [("duty", self.duty(duty)), ("due", face(clock))];
            Arg::Message("voluntary.duty", args.into())
        });
        // Dates have commas of their own.
        let owed = owed.reduce(|first, next| {
            let args = [("first", first), ("next", next)];
            Arg::Message("voluntary.and", args.into())
        });
        let running = owed.map_or(Arg::Key("voluntary.none"), |duties| {
            Arg::Message("voluntary.owed", Args::from([("duties", duties)]))
        });
        message
            .with("number", number.to_string())
            .with("running", running)
    }
}
