//! Puts a due moment off to what an authority decided, and says so in a step of its derivation (C9).
//! Which decisions there are, and what they concern, is left to cases.

use super::derivation::Step;
use super::{Anchor, Reading, as_written};
use crate::time::{Instant, Timestamp, Zone};

/// How an authority's decision puts a due moment off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOff {
    /// It extends the time.
    Extended,
    /// It held the filing, and the hold ended.
    Held,
}

/// Returns the end of a moment that a decision names: itself, or of a day its end (C6). `None` where that lies outside the
/// years that the history can write.
#[must_use]
pub fn end_of(named: &Instant, zone: &Zone) -> Option<Timestamp> {
    let reading = as_written(&Anchor::Instant(named.clone()), zone).ok()?;
    Some(reading.due)
}

/// Puts a reading's due moment off: it is the later of what it was and the end of `until`. A decision never brings it
/// forward, and stands in the derivation also where it changes nothing.
pub fn put_off(reading: &mut Reading, by: PutOff, decision: &str, until: &Instant) {
    let Some(ends) = end_of(until, &reading.derivation.zone) else {
        return;
    };
    let (decision, until) = (decision.to_owned(), until.clone());
    let at = reading.due.max(ends);
    let step = match by {
        PutOff::Extended => Step::Extended {
            decision,
            until,
            ends,
            at,
        },
        PutOff::Held => Step::Held {
            decision,
            until,
            ends,
            at,
        },
    };
    reading.derivation.steps.push(step);
    reading.due = at;
}
