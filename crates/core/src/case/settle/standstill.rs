//! Says until when an action is barred (S3): counted like a due moment, but the latest reading governs, and one that
//! waits bars.
//! Refusing a person is left to `decide`, waking the clock to `timers`.

use super::face::{Days, anchor, period, unknown_in};
use crate::calendar::Reading;
use crate::case::decide::Context;
use crate::case::view::{Truth, View};
use crate::time::Timestamp;
use crate::workflow::rules::{ActionRule, PeriodSource, StandstillRule};

/// What a standstill comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standstill {
    /// Nothing bars the action.
    None,
    /// The action is barred before the reading's moment.
    Until(Box<Reading>),
    /// What it is counted from, or how long, is unknown: the action is barred until these have a value.
    Waiting(Vec<String>),
}

impl Standstill {
    /// Tells whether the action is barred at a moment.
    #[must_use]
    pub fn bars(&self, moment: Timestamp) -> bool {
        match self {
            Self::None => false,
            Self::Until(reading) => moment < reading.due,
            Self::Waiting(_) => true,
        }
    }
}

/// Returns what bars an action on what a view shows. Of several readings, and of candidates that an unanswered question
/// leaves open, the latest governs.
#[must_use]
pub fn standstill(context: &Context<'_>, view: &View<'_>, action: &ActionRule) -> Standstill {
    let (mut readings, mut waits_for) = (Vec::new(), Vec::new());
    for case in &action.not_before {
        let truth = view.truth(case.when.as_ref()).truth;
        if truth == Truth::False {
            continue;
        }
        match counted(context, view, &case.item) {
            Some(of_case) => readings.extend(of_case),
            None => waits_for.extend(unknown(view, &case.item)),
        }
        if truth == Truth::True {
            break;
        }
    }
    if !waits_for.is_empty() {
        return Standstill::Waiting(waits_for);
    }
    let Some(latest) = readings.into_iter().max_by_key(|reading| reading.due) else {
        return Standstill::None;
    };
    if latest.due > view.at() {
        view.note_change(Some(latest.due));
    }
    Standstill::Until(Box::new(latest))
}

/// Counts one case; `None` while what it is counted from, or how long, is unknown or cannot be counted.
fn counted(context: &Context<'_>, view: &View<'_>, rule: &StandstillRule) -> Option<Vec<Reading>> {
    let anchor = anchor(view, &rule.anchor)?;
    let after = period(view, &rule.after)?;
    let days = Days::of_first(context, view);
    days.count(&anchor, after, &rule.counting).ok()
}

/// Returns what one case waits for; never nothing, because what cannot be counted bars as well (P1).
fn unknown(view: &View<'_>, rule: &StandstillRule) -> Vec<String> {
    let period = match &rule.after {
        PeriodSource::Fact(fact) => Some(fact.to_string()),
        PeriodSource::Fixed(_) => None,
    };
    let waits_for: Vec<String> = unknown_in(view, &rule.anchor)
        .into_iter()
        .chain(period)
        .collect();
    if waits_for.is_empty() {
        return vec![rule.anchor.to_string()];
    }
    waits_for
}
