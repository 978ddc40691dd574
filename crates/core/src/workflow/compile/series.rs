//! Turns series into rules, and checks that their rhythms can be counted one after another (C10).
//! Counting itself is left to `calendar`.

use super::clocks::{check_anchor, unit_words};
use super::found::Found;
use super::rows::RowScope;
use crate::diagnostic::{
    Diagnostic, EMPTY_PERIOD, Location, NOT_SUPPORTED, SERIES_ENDS, SERIES_STRETCH, SERIES_UNITS,
};
use crate::time::{Period, Unit};
use crate::value::Type;
use crate::workflow::document::{At, ClockDocument, RhythmDocument, SeriesDocument, StepDocument};
use crate::workflow::guard::Wanted;
use crate::workflow::rules::{Rhythm, SeriesRule, StepLength};

/// Turns the series of a clock into a rule.
pub(super) fn series(
    scope: &RowScope<'_, '_>,
    clock: &ClockDocument,
    document: &SeriesDocument,
    found: &mut Found,
) -> Option<SeriesRule> {
    if let Some(name) = &clock.counting
        && name.value.as_str() != "as-written"
    {
        // Occurrences are counted as they stand; what a rule would change has no source that asks for it.
        let other = Diagnostic::new(NOT_SUPPORTED, name.at.clone());
        found.push(other.with(
            "construct",
            format!("`counting: {}` beside `every`", name.value),
        ));
    }
    check_order(&document.rhythms, found);
    check_units(&document.rhythms, found);
    let written = document.rhythms.iter().filter_map(fixed);
    for (period, at) in written {
        if period.count == 0 {
            let empty = Diagnostic::new(EMPTY_PERIOD, at.clone());
            found.push(empty.with("period", period.to_string()));
        }
        check_anchor(scope, &clock.anchor, period.unit, at, found);
    }
    let until = match &document.until {
        None => None,
        Some(until) => Some(scope.expression(until, Wanted::Anchor, found)?),
    };
    let rhythms: Option<Vec<Rhythm>> = document
        .rhythms
        .iter()
        .map(|rhythm| self::rhythm(scope, rhythm, found))
        .collect();
    Some(SeriesRule {
        rhythms: rhythms?,
        until,
        ends: document.ends,
        missed: document.missed,
    })
}

fn rhythm(
    scope: &RowScope<'_, '_>,
    document: &RhythmDocument,
    found: &mut Found,
) -> Option<Rhythm> {
    let step = match &document.step.value {
        StepDocument::Fixed(period) => StepLength::Fixed(*period),
        StepDocument::Computed(written) => {
            let expr = scope.expression(written, Wanted::Type(Type::Period), found)?;
            StepLength::Computed(expr)
        }
    };
    if let (Some((step, at)), Some(stretch)) = (fixed(document), &document.stretch) {
        check_stretch((step, at), stretch, found);
    }
    Some(Rhythm {
        step,
        stretch: document.stretch.as_ref().map(|stretch| stretch.value),
    })
}

/// Returns the step of a rhythm that stands in the text.
fn fixed(rhythm: &RhythmDocument) -> Option<(Period, &Location)> {
    match rhythm.step.value {
        StepDocument::Fixed(period) => Some((period, &rhythm.step.at)),
        StepDocument::Computed(_) => None,
    }
}

/// Checks that every rhythm but the last says how long it lasts.
fn check_order(rhythms: &[RhythmDocument], found: &mut Found) {
    let last = rhythms.len().saturating_sub(1);
    let wrong = rhythms
        .iter()
        .enumerate()
        .find(|(place, rhythm)| rhythm.stretch.is_some() == (*place == last));
    if let Some((_, rhythm)) = wrong {
        found.push(Diagnostic::new(SERIES_ENDS, rhythm.step.at.clone()));
    }
}

/// Checks that what the rhythms count can be added: exact time, or dates of one unit.
fn check_units(rhythms: &[RhythmDocument], found: &mut Found) {
    let written = rhythms.iter().flat_map(|rhythm| {
        let stretch = rhythm.stretch.iter().map(|At { value, at }| (*value, at));
        fixed(rhythm).into_iter().chain(stretch)
    });
    let mut first: Option<Unit> = None;
    for (period, at) in written {
        let fits = first.is_none_or(|first| kind(first) == kind(period.unit));
        if !fits || period.unit == Unit::WorkingDays {
            let units = Diagnostic::new(SERIES_UNITS, at.clone());
            found.push(units.with("units", unit_words(period.unit)));
            return;
        }
        first = first.or(Some(period.unit));
    }
}

/// Returns what stands for all units that can be added to one.
const fn kind(unit: Unit) -> Unit {
    match unit {
        Unit::Minutes | Unit::Hours => Unit::Minutes,
        Unit::Days | Unit::WorkingDays | Unit::Weeks | Unit::Months | Unit::Years => unit,
    }
}

/// Checks that a rhythm lasts for a whole number of its steps.
fn check_stretch((step, at): (Period, &Location), stretch: &At<Period>, found: &mut Found) {
    let length = |period: Period| match period.unit {
        Unit::Hours => u64::from(period.count) * 60,
        Unit::Minutes
        | Unit::Days
        | Unit::WorkingDays
        | Unit::Weeks
        | Unit::Months
        | Unit::Years => u64::from(period.count),
    };
    if kind(stretch.value.unit) != kind(step.unit) {
        return; // units that cannot be compared were reported
    }
    let whole = length(stretch.value).checked_rem(length(step));
    if stretch.value.count == 0 || whole.is_some_and(|rest| rest > 0) {
        let uneven = Diagnostic::new(SERIES_STRETCH, stretch.at.clone());
        let uneven = uneven.with("stretch", stretch.value.to_string());
        let uneven = uneven.with("step", step.to_string());
        found.push(uneven.label(at.clone(), "workflow.label.period"));
    }
}
