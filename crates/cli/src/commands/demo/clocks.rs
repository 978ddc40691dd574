//! Tells what became of clocks: that they moved, that their moment passed, and how the filing that stopped them is judged.
//! Which clocks started is told by `starts`; every day told here stands in an event.

use tsuho_core::calendar::Reading;
use tsuho_core::case::clock::{Judgement, Verdict};
use tsuho_core::case::event::{ClockMoved, ClockPassed, ClockStarted, ClockStopped, Face};
use tsuho_core::case::{Body, Case, Event};
use tsuho_core::time::{Span, Timestamp};

use super::chronicle::OfCase;
use super::lines::{Lines, Subject};
use super::starts::{self, Told};
use super::words::Words;

/// Tells what a decision did to the clocks of a case; one that it started and stopped never ran. Returns the clock whose
/// readings are to be told beside.
pub(super) fn tell<'c>(
    words: &Words<'_>,
    (subject, decision): (Subject, &OfCase<'c>),
    told: &mut Told,
    lines: &mut Lines,
) -> Option<&'c ClockStarted> {
    let (mut started, mut stopped, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for event in decision.events {
        match &event.body {
            Body::ClockStarted(body) => started.push(body),
            Body::ClockStopped(body) => stopped.push(body),
            Body::ClockMoved(_) | Body::ClockPassed(_) | Body::ClockLapsed(_) => rest.push(event),
            _ => {}
        }
    }
    let ran: Vec<&ClockStopped> = stopped
        .iter()
        .filter(|stopped| started.iter().all(|one| one.duty != stopped.duty))
        .copied()
        .collect();
    started.retain(|started| stopped.iter().all(|one| one.duty != started.duty));
    if let Some(sentence) = stops(words, &decision.after, &ran) {
        lines.say(subject, &sentence);
    }
    let full = starts::tell(words, (subject, &started), told, lines);
    // What nobody files has no receiver who waits for it: how it stands is told at the end.
    let is_own = |event: &&Event<Body>| match &event.body {
        Body::ClockPassed(passed) => passed.duty.recipient.is_none(),
        _ => false,
    };
    for event in rest.into_iter().filter(|event| !is_own(event)) {
        if let Some(sentence) = other(words, &decision.after, event) {
            lines.say(subject, &sentence);
        }
    }
    full
}

/// Tells that a clock moved, passed or lapsed.
pub(super) fn other(words: &Words<'_>, after: &Case, event: &Event<Body>) -> Option<String> {
    match &event.body {
        Body::ClockMoved(body) => moved(words, body),
        Body::ClockPassed(body) => Some(passed(words, after, body)),
        Body::ClockLapsed(body) => {
            let duty = words.duty(&body.duty);
            Some(words.say("demo.lapsed", [("duty", duty)]))
        }
        _ => None,
    }
}

/// Returns the earliest reading of a clock.
pub(super) fn earliest(face: &Face) -> Option<&Reading> {
    face.readings.iter().min_by_key(|reading| reading.due)
}

/// Returns the days on which a clock is due, by its readings, the earliest first.
pub(super) fn dues(words: &Words<'_>, face: &Face) -> Vec<String> {
    let mut readings: Vec<&Reading> = face.readings.iter().collect();
    readings.sort_by_key(|reading| reading.due);
    let dues = readings.into_iter();
    let mut dues: Vec<String> = dues
        .map(|reading| words.due_day(&reading.derivation, reading.due))
        .collect();
    dues.dedup();
    dues
}

/// Tells that a clock shows another moment; nothing if only the way to it changed.
fn moved(words: &Words<'_>, moved: &ClockMoved) -> Option<String> {
    let (from, _) = (earliest(&moved.from)?, earliest(&moved.to)?);
    let from = words.due_day(&from.derivation, from.due);
    let to = dues(words, &moved.to);
    let told = [
        ("duty", words.duty_again(&moved.duty)),
        ("from", from.clone()),
        ("to", to.join(&words.say("demo.or", []))),
    ];
    match to.as_slice() {
        [only] if *only == from => None,
        [_] => Some(words.say("demo.moved", told)),
        _ => Some(words.say("demo.moved.readings", told)),
    }
}

/// Tells that the last reading of a clock went by.
fn passed(words: &Words<'_>, after: &Case, passed: &ClockPassed) -> String {
    let face = after.duties.get(&passed.duty).map(|duty| &duty.face);
    let reading = face.and_then(|face| face.readings.iter().find(|one| one.due == passed.due));
    let due = reading.map_or_else(
        || words.minute(passed.due),
        |reading| words.due_day(&reading.derivation, reading.due),
    );
    let duty = words.duty(&passed.duty);
    words.say("demo.passed", [("duty", duty), ("due", due)])
}

/// Tells that duties were discharged: one with how that is judged, several in short.
fn stops(words: &Words<'_>, after: &Case, stopped: &[&ClockStopped]) -> Option<String> {
    match stopped {
        [] => None,
        [only] => {
            let face = after.duties.get(&only.duty).map(|duty| &duty.face);
            face.map(|face| one(words, only, face))
        }
        several => {
            let items = several.iter().map(|stopped| short(words, stopped));
            let items: Vec<String> = items.collect();
            let items = items.join(&words.say("demo.join", []));
            Some(words.say("demo.stopped", [("items", items)]))
        }
    }
}

/// Tells a discharged duty in short.
fn short(words: &Words<'_>, stopped: &ClockStopped) -> String {
    let Judgement { verdict, .. } = &stopped.judgement;
    let duty = ("duty", words.duty_again(&stopped.duty));
    match verdict {
        Verdict::InTime => words.say("demo.stopped.in-time", [duty]),
        Verdict::Arguable => words.say("demo.stopped.arguable", [duty]),
        Verdict::Late(_) => words.say("demo.stopped.late", [duty]),
        Verdict::Held => words.say("demo.verdict.held", [duty]),
        Verdict::NoNumber { .. } => words.say("demo.stopped.no-number", [duty]),
    }
}

/// Tells that a duty was discharged, and how that is judged.
fn one(words: &Words<'_>, stopped: &ClockStopped, face: &Face) -> String {
    let duty = ("duty", words.duty_again(&stopped.duty));
    let earliest = earliest(face).map(|one| one.due);
    let last = face.readings.iter().map(|one| one.due).max();
    let before = |due: Option<Timestamp>| {
        let gap = due.map_or(Span::ZERO, |due| due.since(stopped.at));
        words.span(gap)
    };
    match &stopped.judgement.verdict {
        Verdict::InTime => words.say("demo.verdict.in-time", [duty, ("left", before(earliest))]),
        Verdict::Arguable => words.say("demo.verdict.arguable", [duty, ("left", before(last))]),
        Verdict::Late(by) => words.say("demo.verdict.late", [duty, ("by", words.span(*by))]),
        Verdict::Held => words.say("demo.verdict.held", [duty]),
        Verdict::NoNumber { after_target } => match after_target {
            Some(after) if *after > Span::ZERO => {
                let by = words.span(*after);
                words.say("demo.verdict.no-number.after", [duty, ("by", by)])
            }
            Some(_) | None => words.say("demo.verdict.no-number", [duty]),
        },
    }
}
