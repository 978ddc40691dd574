//! Tells a series of filings in one sentence: those by rows of a table, such as letters, after the first of its case.
//! The first of them is told by `filings`, and one that is not in time as every other.

use tsuho_core::case::Body;
use tsuho_core::case::clock::Verdict;
use tsuho_core::case::event::ClockStopped;

use super::chronicle::OfCase;
use super::filings;
use super::story::Story;

impl Story<'_> {
    /// Returns what a case filed in time by rows of a table, such as letters, after its first filing: the rows. A series
    /// of such filings is told at its end, in one sentence.
    pub(super) fn later(&self, place: usize, decision: &OfCase<'_>) -> Option<String> {
        let (filing, words) = (filings::made(decision.events).next()?, self.words(place));
        let stopped = decision
            .events
            .iter()
            .filter_map(|event| match &event.body {
                Body::ClockStopped(stopped) => Some(stopped),
                _ => None,
            });
        let stopped: Vec<&ClockStopped> = stopped.collect();
        let is_in_time = |one: &&ClockStopped| one.judgement.verdict == Verdict::InTime;
        let is_routine = stopped.len() == filing.duties.len()
            && stopped.iter().all(is_in_time)
            && stopped.iter().all(|one| !one.duty.rows.is_empty());
        let rows = stopped.iter().map(|one| words.duty_again(&one.duty));
        (is_routine && self.has_filed(place)).then(|| words.list(rows.collect()))
    }

    /// Tells the series of filings.
    pub(super) fn series(&mut self) {
        for (place, filed) in std::mem::take(&mut self.later) {
            self.end_day();
            let words = self.words(place);
            let days = filed.iter().map(|(day, rows)| {
                let rows = words.list(rows.clone());
                format!("{day} {rows}")
            });
            let days: Vec<String> = days.collect();
            let items = days.join(&words.say("demo.join", []));
            self.day = filed.last().map(|(day, _)| day.clone()).unwrap_or_default();
            let told = words.say("demo.later", [("items", items)]);
            self.lines.say(self.subject(place), &told);
        }
    }
}
