//! Remembers what a look at a settled case found, so that what cannot have changed since is not looked for again.
//! Looking is `timers`' business; a draft forgets what it remembers as soon as it writes what an expression reads.

use crate::case::event::Body;
use crate::time::Timestamp;

/// What is known of a case that was settled at a moment, and of which nothing that an expression reads was written
/// since: until its next change every condition, and with it everything that is owed, is what it was then (E6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// The moment at which it was settled.
    pub settled: Timestamp,
    /// The earliest moment after that at which a condition may change by time alone; none if time changes nothing.
    pub next_change: Option<Timestamp>,
    /// Whether that rests on which duties are on record, and which of them run.
    pub reads_duties: bool,
}

impl Outlook {
    /// Tells whether everything is owed at a moment that was owed when the case was settled, and nothing else.
    #[must_use]
    pub fn reaches(&self, moment: Timestamp) -> bool {
        self.settled <= moment && self.next_change.is_none_or(|next| moment < next)
    }

    /// Tells whether it is still true once an event is on record.
    pub(crate) const fn outlives(&self, body: &Body) -> bool {
        match body {
            // That a clock went by or reminded is for the record: no expression can read it (E2).
            Body::ClockPassed(_) | Body::ReminderDue(_) => true,
            Body::ClockStarted(_)
            | Body::ClockMoved(_)
            | Body::ClockStopped(_)
            | Body::ClockLapsed(_)
            | Body::ClockWaived(_) => !self.reads_duties,
            Body::CaseOpened(_)
            | Body::CaseLinked(_)
            | Body::FactsRecorded(_)
            | Body::ActionTaken(_)
            | Body::FilingMade(_)
            | Body::FilingReceived(_)
            | Body::FilingUndone(_)
            | Body::ApprovalRequested(_)
            | Body::ApprovalGiven(_)
            | Body::ApprovalRefused(_)
            | Body::ApprovalLapsed(_)
            | Body::EvidenceAttached(_)
            | Body::NoteAdded(_) => false,
        }
    }
}
