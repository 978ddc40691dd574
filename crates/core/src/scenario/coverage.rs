//! Sums up what a scenario's history has touched: states, actions from states, and what became of obligations' clocks.
//! Which parts of a workflow nobody touched is a question that the program asks over all of its scenarios.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::event::{Body, Event};
use crate::name::{ActionName, ObligationName, StateName};

/// What histories have touched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// States that were entered.
    pub states: BTreeSet<StateName>,
    /// Actions that were taken, with the state that they left.
    pub actions: BTreeSet<(StateName, ActionName)>,
    /// What became of each obligation's clocks.
    pub obligations: BTreeMap<ObligationName, Fates>,
}

/// How often the clocks of an obligation came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fates {
    /// Began, or began again.
    pub started: usize,
    /// Changed their readings.
    pub moved: usize,
    /// Went by with no filing on record.
    pub passed: usize,
    /// Were discharged.
    pub stopped: usize,
    /// Were no longer owed.
    pub lapsed: usize,
    /// Were waived by an authority.
    pub waived: usize,
}

impl Coverage {
    /// Sums up a history.
    #[must_use]
    pub fn of(history: &[Event<Body>]) -> Self {
        let mut coverage = Self::default();
        for event in history {
            coverage.add(&event.body);
        }
        coverage
    }

    /// Adds what another history has touched.
    pub fn extend(&mut self, other: Self) {
        self.states.extend(other.states);
        self.actions.extend(other.actions);
        for (obligation, fates) in other.obligations {
            let sum = self.obligations.entry(obligation).or_default();
            sum.started += fates.started;
            sum.moved += fates.moved;
            sum.passed += fates.passed;
            sum.stopped += fates.stopped;
            sum.lapsed += fates.lapsed;
            sum.waived += fates.waived;
        }
    }

    fn fates(&mut self, obligation: &ObligationName) -> &mut Fates {
        self.obligations.entry(obligation.clone()).or_default()
    }

    fn add(&mut self, body: &Body) {
        match body {
            Body::CaseOpened(body) => drop(self.states.insert(body.state.clone())),
            Body::ActionTaken(body) => {
                self.states.insert(body.to.clone());
                self.actions
                    .insert((body.from.clone(), body.action.clone()));
            }
            Body::ClockStarted(body) => self.fates(&body.duty.obligation).started += 1,
            Body::ClockMoved(body) => self.fates(&body.duty.obligation).moved += 1,
            Body::ClockPassed(body) => self.fates(&body.duty.obligation).passed += 1,
            Body::ClockStopped(body) => self.fates(&body.duty.obligation).stopped += 1,
            Body::ClockLapsed(body) => self.fates(&body.duty.obligation).lapsed += 1,
            Body::ClockWaived(body) => self.fates(&body.duty.obligation).waived += 1,
            Body::FactsRecorded(_)
            | Body::FilingMade(_)
            | Body::FilingReceived(_)
            | Body::FilingUndone(_)
            | Body::ApprovalRequested(_)
            | Body::ApprovalGiven(_)
            | Body::ApprovalRefused(_)
            | Body::ApprovalLapsed(_)
            | Body::ReminderDue(_)
            | Body::EvidenceAttached(_)
            | Body::NoteAdded(_)
            | Body::CaseLinked(_) => {}
        }
    }
}
