//! Tells what a clock shows: the law, the period, each reading with the days that it counts, and how a filing is judged.
//! Counting is done in `tsuho-core`; every day told here stands in an event.

use tsuho_core::calendar::{Reading, Step};
use tsuho_core::case::clock::{DutyKey, Verdict};
use tsuho_core::case::event::{ClockMoved, ClockPassed, ClockStarted, ClockStopped, Face};
use tsuho_core::case::{Body, Case, Event};
use tsuho_core::time::{Span, Timestamp};

use super::layout::POINT;
use super::lines::Lines;
use super::words::Words;

/// Tells what an event says of a clock, if it does.
pub(super) fn tell(words: &Words<'_>, after: &Case, event: &Event<Body>, lines: &mut Lines) {
    match &event.body {
        Body::ClockStarted(body) => started(words, body)
            .into_iter()
            .for_each(|line| lines.begin(line)),
        Body::ClockMoved(body) => moved(words, body, lines),
        Body::ClockPassed(body) => lines.begin(passed(words, after, body)),
        Body::ClockStopped(body) => {
            if let Some(duty) = after.duties.get(&body.duty) {
                lines.begin(stopped(words, body, &duty.face));
            }
        }
        Body::ClockLapsed(body) => {
            let duty = duty(words, &body.duty);
            lines.begin(words.say("demo.lapsed", [("duty", duty)]));
        }
        _ => {}
    }
}

/// Tells that a clock started.
fn started(words: &Words<'_>, started: &ClockStarted) -> Vec<String> {
    let obligation = words.obligation(&started.duty.obligation);
    let Some(earliest) = earliest(&started.face) else {
        return vec![promptly(words, &started.face, obligation)];
    };
    let begins = words.say(
        "demo.clock.number",
        [
            ("obligation", obligation),
            ("period", period(words, earliest)),
            ("due", words.due(&earliest.derivation, earliest.due)),
        ],
    );
    let mut sentences = vec![begins];
    if started.face.readings.len() > 1 {
        sentences.extend(question(words, &started.face));
    }
    sentences
}

/// Tells a clock for which the law gives no number.
fn promptly(words: &Words<'_>, face: &Face, obligation: String) -> String {
    let target = face.targets.iter().min_by_key(|target| target.due);
    match target.map(|target| words.minute(target.due)) {
        Some(due) => words.say(
            "demo.clock.target",
            [("obligation", obligation), ("due", due)],
        ),
        None => words.say("demo.clock.promptly", [("obligation", obligation)]),
    }
}

/// Tells on which law the clocks that started in a decision rest.
pub(super) fn law<'a>(
    words: &Words<'_>,
    started: impl Iterator<Item = &'a ClockStarted>,
) -> Option<String> {
    let mut cited: Vec<String> = Vec::new();
    for act in started.flat_map(|started| words.law(&started.duty.obligation)) {
        if !cited.contains(&act) {
            cited.push(act);
        }
    }
    (!cited.is_empty()).then(|| {
        words.say(
            "demo.law",
            [("acts", cited.join(&words.say("demo.join", [])))],
        )
    })
}

/// Tells why the workflow applies, as it says itself.
pub(super) fn why(words: &Words<'_>) -> Option<String> {
    let applies = &words.rules.applies;
    let because = words.title(&applies.because);
    (applies.when.is_some()).then(|| words.say("demo.why", [("because", because)]))
}

/// Asks which day is the first, and shows the reading of each answer.
fn question(words: &Words<'_>, face: &Face) -> Vec<String> {
    let mut sentences = vec![words.say("demo.readings", [])];
    let points = face.readings.iter().map(|reading| {
        let name = ("reading", reading_name(words, reading));
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
    });
    sentences.extend(points.map(|point| format!("{POINT}{point}")));
    sentences
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

fn reading_name(words: &Words<'_>, reading: &Reading) -> String {
    words.say(reading.name.key(), [])
}

/// Returns the period that a reading counts.
fn period(words: &Words<'_>, reading: &Reading) -> String {
    let period = reading.derivation.steps.iter().find_map(|step| match step {
        Step::LastDay { period, .. } | Step::Elapsed { period, .. } => Some(words.period(*period)),
        _ => None,
    });
    period.unwrap_or_default()
}

fn earliest(face: &Face) -> Option<&Reading> {
    face.readings.iter().min_by_key(|reading| reading.due)
}

/// Returns a duty: what is owed, and to whom.
fn duty(words: &Words<'_>, duty: &DutyKey) -> String {
    let obligation = words.obligation(&duty.obligation);
    let Some(recipient) = &duty.recipient else {
        return obligation;
    };
    let recipient = words.authority(recipient);
    words.say(
        "demo.duty",
        [("obligation", obligation), ("recipient", recipient)],
    )
}

/// Tells that a clock shows another moment.
fn moved(words: &Words<'_>, moved: &ClockMoved, lines: &mut Lines) {
    let (Some(from), Some(_)) = (earliest(&moved.from), earliest(&moved.to)) else {
        return;
    };
    let to = moved.to.readings.iter().map(|reading| {
        let due = words.due(&reading.derivation, reading.due);
        let name = reading_name(words, reading);
        words.say("demo.moved.reading", [("due", due), ("reading", name)])
    });
    let to = words.list(to.collect());
    let obligation = words.obligation(&moved.duty.obligation);
    let from = words.due(&from.derivation, from.due);
    let told = [("obligation", obligation), ("from", from), ("to", to)];
    lines.begin(words.say("demo.moved", told));
}

/// Tells that the last reading of a clock went by.
fn passed(words: &Words<'_>, after: &Case, passed: &ClockPassed) -> String {
    let face = after.duties.get(&passed.duty).map(|duty| &duty.face);
    let reading = face.and_then(|face| face.readings.iter().find(|one| one.due == passed.due));
    let due = reading.map_or_else(
        || words.minute(passed.due),
        |reading| words.due(&reading.derivation, reading.due),
    );
    let obligation = words.obligation(&passed.duty.obligation);
    words.say("demo.passed", [("obligation", obligation), ("due", due)])
}

/// Tells that a duty was discharged, and how that is judged.
fn stopped(words: &Words<'_>, stopped: &ClockStopped, face: &Face) -> String {
    let duty = words.obligation(&stopped.duty.obligation);
    let (earliest, last) = (
        earliest(face),
        face.readings.iter().map(|one| one.due).max(),
    );
    let before = |due: Option<Timestamp>| {
        let gap = due.map_or(Span::ZERO, |due| due.since(stopped.at));
        words.span(gap)
    };
    let due = earliest.map(|reading| words.due(&reading.derivation, reading.due));
    match &stopped.judgement.verdict {
        Verdict::InTime => words.say(
            "demo.verdict.in-time",
            [
                ("duty", duty),
                ("left", before(earliest.map(|reading| reading.due))),
                ("due", due.unwrap_or_default()),
            ],
        ),
        Verdict::Arguable => words.say(
            "demo.verdict.arguable",
            [("duty", duty), ("left", before(last))],
        ),
        Verdict::Late(by) => words.say(
            "demo.verdict.late",
            [("duty", duty), ("by", words.span(*by))],
        ),
        Verdict::Held => words.say("demo.verdict.held", [("duty", duty)]),
        Verdict::NoNumber { after_target } => match after_target {
            Some(after) if *after > Span::ZERO => words.say(
                "demo.verdict.no-number.after",
                [("duty", duty), ("by", words.span(*after))],
            ),
            Some(_) | None => words.say("demo.verdict.no-number", [("duty", duty)]),
        },
    }
}
