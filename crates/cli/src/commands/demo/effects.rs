//! Tells what a decision did to clocks: on which law they rest, what is alike in several cases, and that nothing moved.
//! The words for single clocks are found by `starts` and `clocks`.

use tsuho_core::case::event::ClockStarted;
use tsuho_core::case::{Body, Duty};

use super::chronicle::{OfCase, Turn};
use super::lines::{Lines, Subject};
use super::story::Story;
use super::{clocks, starts};

impl Story<'_> {
    /// Tells what became of the clocks of cases by what they share; what is alike in several of them is told once.
    pub(super) fn clocks_together(&mut self, turn: &Turn<'_>) {
        let mut told: Vec<(String, Vec<String>)> = Vec::new();
        for (&place, decision) in &turn.cases {
            let mut lines = Lines::new(self.words(0).language);
            let about = (Subject::Whole, decision);
            let words = self.words(place);
            if let Some(full) = clocks::tell(words, about, &mut self.clock, &mut lines) {
                starts::readings(words, (Subject::Whole, full), &mut lines);
            }
            let (mark, lines) = (self.subject(place).mark(), lines.into_list());
            match told.iter_mut().find(|(_, others)| *others == lines) {
                Some((marks, _)) => marks.push_str(&mark),
                None if lines.is_empty() => {}
                None => told.push((mark, lines)),
            }
        }
        for (marks, lines) in told {
            let mut lines = lines.into_iter();
            let first = lines.next().unwrap_or_default();
            self.lines
                .say(Subject::Incident, &format!("{marks}{first}"));
            lines.for_each(|line| self.lines.line(line));
        }
    }

    /// Tells what became of the clocks, once for each case on which law they rest, and once why at all.
    pub(super) fn clocks(&mut self, place: usize, decision: &OfCase<'_>) {
        let (words, subject) = (self.words(place), self.subject(place));
        let about = (subject, decision);
        let full = clocks::tell(words, about, &mut self.clock, &mut self.lines);
        let started = decision
            .events
            .iter()
            .filter_map(|event| match &event.body {
                Body::ClockStarted(started) => Some(started),
                _ => None,
            });
        let started: Vec<&ClockStarted> = started.collect();
        if is_one_more(decision) {
            self.lines.say(subject, &words.say("demo.one-more", []));
        }
        if !started.is_empty() && self.seen.laws.insert(place) {
            if let Some(law) = starts::law(words, &started) {
                self.lines.say(subject, &law);
            }
            if let (true, Some(why)) = (self.seen.first("demo.why"), starts::why(words)) {
                self.lines.say(subject, &why);
            }
        }
        if let Some(full) = full {
            starts::readings(words, (subject, full), &mut self.lines);
        }
    }
}

/// Tells whether a recording brought one more duty beside others that are owed, and moved none of their clocks.
fn is_one_more(decision: &OfCase<'_>) -> bool {
    let count = |is: fn(&Body) -> bool| decision.events.iter().filter(|one| is(&one.body)).count();
    let before = decision.before.as_ref();
    let runs = before.is_some_and(|case| case.duties.values().any(Duty::is_running));
    runs && count(|body| matches!(body, Body::FactsRecorded(_))) > 0
        && count(|body| matches!(body, Body::ClockStarted(_))) == 1
        && count(|body| matches!(body, Body::ClockMoved(_) | Body::ClockLapsed(_))) == 0
        && count(|body| matches!(body, Body::ClockStopped(_))) == 0
}
