//! Says why a clock shows something else than before (C2).
//! Writing that it moved is left to `diff`.

use crate::calendar::{Derivation, ReadingName, Step};
use crate::case::clock::DutyKey;
use crate::case::event::{Face, MoveCause};
use crate::time::{Period, Timestamp};
use crate::workflow::Rules;
use crate::workflow::rules::{Owner, PeriodSource};

/// Says why two faces differ; `None` if they tell a person the same. A calendar or a zone release that changes no
/// moment is no move.
pub(super) fn cause(
    rules: &Rules,
    duty: &DutyKey,
    (from, to): (&Face, &Face),
) -> Option<MoveCause> {
    if from == to {
        return None;
    }
    let (before, after) = (derivations(from), derivations(to));
    let same_len = before.len() == after.len();
    let pairs = || before.iter().zip(&after);
    if same_len && pairs().any(|(one, other)| one.anchor != other.anchor) {
        return Some(MoveCause::Anchor);
    }
    if from.decisions != to.decisions {
        return Some(MoveCause::Decision);
    }
    if moments(from) == moments(to) {
        return (from.doubts != to.doubts).then_some(MoveCause::Doubt);
    }
    let cause = if same_len && pairs().any(|(one, other)| one.calendar != other.calendar) {
        MoveCause::Calendar
    } else if same_len && pairs().any(|(one, other)| one.zone_release != other.zone_release) {
        MoveCause::Zones
    } else if counts_by_law(rules, duty)
        && same_len
        && pairs().any(|(one, other)| period(one) != period(other))
    {
        MoveCause::Law
    } else {
        MoveCause::Condition
    };
    Some(cause)
}

/// Tells whether the number of a duty's clock is a dated value of the law, whichever of its cases holds.
fn counts_by_law(rules: &Rules, duty: &DutyKey) -> bool {
    let clocks = rules
        .obligation(&duty.obligation)
        .into_iter()
        .flat_map(|obligation| &obligation.clock);
    let mut facts =
        clocks.filter_map(|case| case.item.within.number().and_then(PeriodSource::fact));
    facts.any(|fact| {
        let rule = rules.facts.get(fact);
        rule.is_some_and(|rule| rule.owner == Owner::Law)
    })
}

/// Returns the period that was counted, where there is one.
fn period(derivation: &Derivation) -> Option<Period> {
    derivation.steps.iter().find_map(|step| match step {
        Step::Elapsed { period, .. } | Step::LastDay { period, .. } => Some(*period),
        Step::Moment { .. }
        | Step::FirstMoment { .. }
        | Step::NextFullHour { .. }
        | Step::AnchorDate { .. }
        | Step::FirstDay { .. }
        | Step::PassedOver { .. }
        | Step::Rolled { .. }
        | Step::EndOfDay { .. }
        | Step::NamedDay { .. }
        | Step::NamedMoment { .. }
        | Step::Extended { .. }
        | Step::Held { .. } => None,
    })
}

/// Returns every moment that a face shows.
fn moments(face: &Face) -> (Vec<(ReadingName, Timestamp)>, Vec<Timestamp>) {
    let readings = face.readings.iter().chain(&face.candidates);
    let readings = readings
        .map(|reading| (reading.name, reading.due))
        .collect();
    let targets = face.targets.iter().map(|target| target.due).collect();
    (readings, targets)
}

/// Returns how the moments that govern and the aims were found.
fn derivations(face: &Face) -> Vec<&Derivation> {
    let readings = face.readings.iter().map(|reading| &reading.derivation);
    readings
        .chain(face.targets.iter().map(|target| &target.derivation))
        .collect()
}
