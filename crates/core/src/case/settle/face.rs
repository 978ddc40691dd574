//! Computes what a clock shows: its readings, the aims beside them and what is in doubt (C1, C4 to C7).
//! Whether the duty is owed at all is said by `owed`.

use std::collections::BTreeSet;

use crate::calendar::{self, Anchor, Calendar, CannotCount, Counting, Reading};
use crate::case::basis::recorded_facts;
use crate::case::clock::{Doubt, Target, TargetForce};
use crate::case::decide::Context;
use crate::case::event::{Certainty, Face};
use crate::case::view::{View, first_authority};
use crate::name::AuthorityName;
use crate::time::{Period, Zone};
use crate::value::Value;
use crate::workflow::guard::{Env, Expr, Reference};
use crate::workflow::rules::{ClockRule, Force, PeriodSource, TargetRule, Within};

/// Lets the candidate that is due first govern and keeps the others' readings beside it (C7).
pub(super) fn govern(mut faces: Vec<Face>) -> Option<Face> {
    let first = (0..faces.len()).min_by_key(|&place| {
        (
            faces[place]
                .readings
                .first()
                .map_or(i64::MAX, |reading| reading.due.as_micros()),
            place,
        )
    })?;
    let mut governing = faces.remove(first);
    governing.candidates = faces.into_iter().flat_map(|face| face.readings).collect();
    Some(governing)
}

/// Where the days of a duty begin and end, and which of them are closed (C5).
pub(super) struct Days<'a> {
    zone: Zone,
    closed: Option<&'a Calendar>,
}

impl<'a> Days<'a> {
    /// Returns the recipient's; where nothing is filed those of the first authority's zone, of which none is closed.
    pub(super) fn of(
        context: &'a Context<'_>,
        view: &View<'_>,
        recipient: Option<&AuthorityName>,
    ) -> Option<Self> {
        let Some(recipient) = recipient else {
            return Some(Self {
                zone: Env::zone(view).clone(),
                closed: None,
            });
        };
        let authority = context.rules.authorities.get(recipient)?;
        Some(Self {
            zone: authority.zone.clone(),
            closed: context.calendar(authority),
        })
    }

    /// Returns those of the workflow's first authority, for what belongs to no duty.
    pub(super) fn of_first(context: &'a Context<'_>, view: &View<'_>) -> Self {
        let authority = first_authority(context, Some(view.case()));
        Self {
            zone: Env::zone(view).clone(),
            closed: authority.and_then(|authority| context.calendar(authority)),
        }
    }

    /// Returns where they begin and end.
    pub(super) const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Counts a period in them.
    pub(super) fn count(
        &self,
        anchor: &Anchor,
        period: Period,
        counting: &Counting,
    ) -> Result<Vec<Reading>, CannotCount> {
        calendar::due(anchor, period, counting, self.closed, &self.zone)
    }
}

/// Computes what one clock shows; `None` while its anchor is unknown.
pub(super) fn face(
    context: &Context<'_>,
    view: &View<'_>,
    clock: &ClockRule,
    days: &Days<'_>,
    doubts: &BTreeSet<Doubt>,
) -> Option<Face> {
    let anchor = anchor(view, &clock.anchor)?;
    let mut doubts = doubts.clone();
    if rests_on_estimate(context, view, clock) {
        doubts.insert(Doubt::Estimate);
    }
    let readings = match clock.within.number() {
        None if clock.within == Within::Named => {
            vec![calendar::as_written(&anchor, &days.zone).ok()?]
        }
        None => Vec::new(),
        // Without its number, or with one that its rule cannot count, the clock waits: it never becomes one without a limit.
        Some(source) => {
            let period = period(view, source)?;
            let counted = days.count(&anchor, period, &clock.counting);
            let mut readings: Vec<Reading> = counted.ok()?;
            readings.sort_by_key(|reading| reading.due);
            readings
        }
    };
    let targets = clock
        .targets
        .iter()
        .filter_map(|rule| target(view, rule, &anchor, days))
        .collect();
    Some(Face {
        doubts,
        readings,
        targets,
        ..Face::default()
    })
}

/// Computes one aim; `None` while its anchor or its period is unknown.
fn target(
    view: &View<'_>,
    rule: &TargetRule,
    of_clock: &Anchor,
    days: &Days<'_>,
) -> Option<Target> {
    let own = match &rule.anchor {
        Some(expr) => Some(anchor(view, expr)?),
        None => None,
    };
    let period = period(view, &rule.within)?;
    let counting = match &rule.counting {
        // Days never elapse, and a fact may hold them where its default holds hours: the aim would be lost.
        Counting::Elapsed if !period.unit.is_elapsed() => &Counting::AsWritten,
        counted @ (Counting::Elapsed | Counting::AsWritten | Counting::Rule(_)) => counted,
    };
    let readings = days.count(own.as_ref().unwrap_or(of_clock), period, counting);
    let first = readings
        .ok()?
        .into_iter()
        .min_by_key(|reading| reading.due)?;
    let force = match rule.force {
        Force::Guidance => TargetForce::Guidance,
        Force::Statutory | Force::Internal | Force::Voluntary => TargetForce::Internal,
    };
    Some(Target {
        due: first.due,
        derivation: first.derivation,
        force,
        law: rule.law.clone(),
    })
}

/// Evaluates an anchor.
pub(super) fn anchor(view: &View<'_>, expr: &Expr) -> Option<Anchor> {
    match view.value(expr)? {
        Value::Instant(instant) => Some(Anchor::Instant(instant)),
        Value::Date(date) => Some(Anchor::Date(date)),
        _ => None,
    }
}

/// Returns the period that is written or that a fact holds.
pub(super) fn period(view: &View<'_>, source: &PeriodSource) -> Option<Period> {
    match source {
        PeriodSource::Fixed(period) => Some(*period),
        PeriodSource::Fact(fact) => match view.fact(fact)? {
            Value::Period(period) => Some(*period),
            _ => None,
        },
    }
}

/// Tells whether a clock rests on a recorded fact whose current value is an estimate, through computed ones too.
pub(super) fn rests_on_estimate(context: &Context<'_>, view: &View<'_>, clock: &ClockRule) -> bool {
    let period = clock.within.number().and_then(PeriodSource::fact);
    let mut read = clock.anchor.references();
    read.extend(period.cloned().map(Reference::Fact));
    let facts = recorded_facts(context.rules, read);
    let history = |fact| view.case().facts.get(fact);
    facts
        .iter()
        .filter_map(history)
        .any(|history| history.certainty() == Certainty::Estimate)
}

/// Returns what a clock waits for: its anchor's facts, or the fact that holds its period.
pub(super) fn waits_for(view: &View<'_>, clock: &ClockRule) -> Vec<String> {
    let period = match clock.within.number() {
        Some(PeriodSource::Fact(fact)) if view.fact(fact).is_none() => {
            Some(view.asked_for(Reference::Fact(fact.clone())).to_string())
        }
        Some(PeriodSource::Fact(_) | PeriodSource::Fixed(_)) | None => None,
    };
    unknown_in(view, &clock.anchor)
        .into_iter()
        .chain(period)
        .collect()
}

/// Returns the facts of an expression that have no value.
pub(super) fn unknown_in(view: &View<'_>, expr: &Expr) -> Vec<String> {
    if view.value(expr).is_some() {
        return Vec::new();
    }
    let read = expr.references().into_iter();
    read.map(|one| view.asked_for(one).to_string()).collect()
}
