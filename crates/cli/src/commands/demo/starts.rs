//! Tells which clocks a decision started: those of one decision together, the first that counts days in full.
//! What becomes of them is told by `clocks`; counting is done in `tsuho-core`.

use std::collections::BTreeMap;

use tsuho_core::calendar::{Reading, Step};
use tsuho_core::case::clock::TargetForce;
use tsuho_core::case::event::{ClockStarted, Face};
use tsuho_core::name::ObligationName;

use super::clocks::{dues, earliest};
use super::layout::POINT;
use super::lines::{Lines, Subject};
use super::words::Words;

/// Most clocks of one obligation that are told one by one; those of the operator's own measures are not.
const MOST: usize = 3;

/// Whether the first clock that counts days was told in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It was.
    InFull,
    /// It was not yet.
    NotYet,
}

/// Tells which clocks started, and returns the one whose readings are to be told beside.
pub(super) fn tell<'c>(
    words: &Words<'_>,
    (subject, started): (Subject, &[&'c ClockStarted]),
    told: &mut Told,
    lines: &mut Lines,
) -> Option<&'c ClockStarted> {
    let mut of_obligation: BTreeMap<&ObligationName, Vec<&ClockStarted>> = BTreeMap::new();
    let mut order = Vec::new();
    for clock in started {
        let alike = of_obligation.entry(&clock.duty.obligation).or_default();
        if alike.is_empty() {
            order.push(&clock.duty.obligation);
        }
        alike.push(clock);
    }
    let full = started
        .iter()
        .find(|clock| *told == Told::NotYet && clock.face.readings.len() > 1);
    let mut items = Vec::new();
    for obligation in order {
        let alike = &of_obligation[obligation];
        match several(words, obligation, alike) {
            Some(item) => items.push(item),
            None => items.extend(alike.iter().map(|clock| match full {
                Some(full) if full.duty == clock.duty => in_full(words, clock),
                Some(_) | None => one(words, clock),
            })),
        }
    }
    let key = match items.len() {
        0 => return None,
        1 => "demo.clock",
        _ => "demo.clocks",
    };
    let items = items.join(&words.say("demo.join", []));
    lines.say(subject, &words.say(key, [("items", items)]));
    if full.is_some() {
        *told = Told::InFull;
    }
    full.copied()
}

/// Tells that it is not settled how days are counted, and the last day that each reading counts.
pub(super) fn readings(
    words: &Words<'_>,
    (subject, started): (Subject, &ClockStarted),
    lines: &mut Lines,
) {
    lines.say(subject, &words.say("demo.readings", []));
    let readings = &started.face.readings;
    let days = readings.iter().map(|reading| last_day(words, reading));
    let days: Vec<Option<(String, Option<String>)>> = days.collect();
    let is_closed = |day: &Option<(String, Option<String>)>| match (day, &days[0]) {
        (Some((_, Some(to))), Some((_, Some(first)))) => to == first,
        _ => false,
    };
    if days.iter().all(is_closed) {
        let alike = readings.iter().zip(&days).map(|(reading, day)| {
            let name = ("reading", words.say(reading.name.key(), []));
            let last = day.as_ref().map(|(last, _)| last.clone());
            words.say("demo.reading", [name, ("last", last.unwrap_or_default())])
        });
        let alike: Vec<String> = alike.collect();
        let alike = alike.join(&words.say("demo.join", []));
        let closed = words.say("demo.readings.closed", [("readings", alike)]);
        return lines.line(format!("{POINT}{closed}"));
    }
    for reading in readings {
        lines.line(format!("{POINT}{}", reading_in_full(words, reading)));
    }
}

/// Tells many clocks of one obligation by their number, and when the first and the last of them are due.
fn several(
    words: &Words<'_>,
    obligation: &ObligationName,
    clocks: &[&ClockStarted],
) -> Option<String> {
    let mut readings: Vec<&Reading> = clocks
        .iter()
        .filter_map(|clock| earliest(&clock.face))
        .collect();
    readings.sort_by_key(|reading| reading.due);
    let is_filed = |clock: &&ClockStarted| clock.duty.recipient.is_some();
    let most = if clocks.iter().any(is_filed) { MOST } else { 1 };
    if clocks.len() <= most {
        return None;
    }
    let (first, last) = (readings.first()?, readings.last()?);
    let told = [
        ("count", clocks.len().to_string()),
        ("obligation", words.obligation(obligation)),
        ("first", words.due_day(&first.derivation, first.due)),
        ("last", words.due_day(&last.derivation, last.due)),
    ];
    Some(words.say("demo.clock.several", told))
}

/// Tells a clock in short.
fn one(words: &Words<'_>, started: &ClockStarted) -> String {
    let duty = ("duty", words.duty(&started.duty));
    let dues = dues(words, &started.face);
    match dues.as_slice() {
        [] => promptly(words, &started.face, duty),
        [due] => words.say("demo.clock.due", [duty, ("due", due.clone())]),
        [_, ..] => {
            let dues = dues.join(&words.say("demo.or", []));
            words.say("demo.clock.readings", [duty, ("dues", dues)])
        }
    }
}

/// Tells a clock with its period and the end of its last day.
fn in_full(words: &Words<'_>, started: &ClockStarted) -> String {
    let Some(earliest) = earliest(&started.face) else {
        return one(words, started);
    };
    let told = [
        ("duty", words.duty(&started.duty)),
        ("period", period(words, earliest)),
        ("due", words.due(&earliest.derivation, earliest.due)),
    ];
    words.say("demo.clock.number", told)
}

/// Tells a clock for which the law gives no number.
fn promptly(words: &Words<'_>, face: &Face, duty: (&'static str, String)) -> String {
    let own = face.targets.iter();
    let own = own.filter(|target| target.force == TargetForce::Internal);
    let target = own.min_by_key(|target| target.due);
    match target.map(|target| words.due_day(&target.derivation, target.due)) {
        Some(due) => words.say("demo.clock.target", [duty, ("due", due)]),
        None => words.say("demo.clock.promptly", [duty]),
    }
}

/// Shows the days that a reading counts.
fn reading_in_full(words: &Words<'_>, reading: &Reading) -> String {
    let name = ("reading", words.say(reading.name.key(), []));
    match last_day(words, reading) {
        Some((last, None)) => words.say("demo.reading", [name, ("last", last)]),
        Some((last, Some(due))) => {
            words.say("demo.reading.moved", [name, ("last", last), ("due", due)])
        }
        None => {
            let due = words.due(&reading.derivation, reading.due);
            words.say("demo.reading.moment", [name, ("due", due)])
        }
    }
}

/// Returns the last day that is counted and, if it is closed, the day that takes its place.
fn last_day(words: &Words<'_>, reading: &Reading) -> Option<(String, Option<String>)> {
    let steps = &reading.derivation.steps;
    let last = steps.iter().find_map(|step| match step {
        Step::LastDay { date, .. } => Some(words.date(*date)),
        _ => None,
    });
    let moved = steps.iter().rev().find_map(|step| match step {
        Step::Rolled { to, .. } => Some(words.date(*to)),
        _ => None,
    });
    last.map(|last| (last, moved))
}

/// Returns the period that a reading counts.
fn period(words: &Words<'_>, reading: &Reading) -> String {
    let period = reading.derivation.steps.iter().find_map(|step| match step {
        Step::LastDay { period, .. } | Step::Elapsed { period, .. } => Some(words.period(*period)),
        _ => None,
    });
    period.unwrap_or_default()
}

/// Tells on which law the first of the clocks rests that started in a decision.
pub(super) fn law(words: &Words<'_>, started: &[&ClockStarted]) -> Option<String> {
    let mut cited = started
        .iter()
        .filter_map(|started| words.law(&started.duty.obligation));
    let act = ("act", cited.next()?);
    Some(words.say("demo.law", [act]))
}

/// Tells why the workflow applies, in the first sentence that it says itself.
pub(super) fn why(words: &Words<'_>) -> Option<String> {
    let applies = &words.rules.applies;
    let because = words.title(&applies.because);
    let because = because.trim_end_matches(['.', '。']).to_owned();
    let because = ("because", because);
    (applies.when.is_some()).then(|| words.say("demo.why", [because]))
}
