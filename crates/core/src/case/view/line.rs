//! Finds since when a condition has been true and known, on the line of `as_of` times (T5).
//! What the condition comes to at one moment is for the view of that moment.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::memo::Line;
use super::{View, truth_of};
use crate::case::basis::{History, read_by};
use crate::case::fact::History as Versions;
use crate::time::Timestamp;
use crate::workflow::guard::{Reference, SinceOf, Truth};

/// Most moments at which `since.` looks because time alone may change its condition there, besides those at which
/// something was learnt: each row of a table may have one.
const MOST_CHANGES: usize = 100_000;

impl View<'_> {
    /// Reads a condition of which it is asked since when it holds.
    pub(super) fn holds(&self, of: &SinceOf) -> Truth {
        match of {
            SinceOf::Applies => self.applies(),
            SinceOf::Fact(fact) => truth_of(self.fact(fact)),
        }
    }

    /// Returns the line of a condition, found once for all views of this look; `None` while it is being found, which
    /// the compiler excludes.
    pub(super) fn line(&self, of: &SinceOf) -> Option<Rc<Line>> {
        if let Some(line) = self.memo.lines.borrow().get(of) {
            return line.clone();
        }
        self.memo.lines.borrow_mut().insert(of.clone(), None);
        let line = Rc::new(self.find_line(of));
        let mut lines = self.memo.lines.borrow_mut();
        lines.insert(of.clone(), Some(Rc::clone(&line)));
        Some(line)
    }

    /// Finds since when a condition had been true and known at each moment of the line of `as_of` times (T5).
    fn find_line(&self, of: &SinceOf) -> Line {
        let mut learnt = self.learnt(of);
        let (mut line, mut since, mut changes) = (Line::new(), None, 0);
        while let Some(moment) = learnt.pop_first() {
            let view = self.of_then(moment);
            let known = view.known(|| view.holds(of));
            match known.value {
                Truth::True => since = since.or(Some(moment)),
                Truth::False | Truth::Unknown => since = None,
            }
            line.push((moment, since));
            // Between two things learnt only time changes a condition, and the view says when.
            let next = known
                .next_change
                .filter(|next| *next > moment && *next <= self.memo.at)
                .filter(|next| learnt.first().is_none_or(|learnt| next < learnt));
            if let Some(next) = next {
                changes += 1;
                if changes > MOST_CHANGES {
                    // From here on it is unknown, which helps nobody (P1).
                    line.push((next, None));
                    return line;
                }
                learnt.insert(next);
            }
        }
        line
    }

    /// Returns the moments at which something was learnt that a condition reads, and the first of all, from which it
    /// is asked; at others it cannot have changed.
    fn learnt(&self, of: &SinceOf) -> BTreeSet<Timestamp> {
        let read = read_by(self.context.rules, [Reference::Since(of.clone())].into());
        let facts = read
            .facts
            .iter()
            .filter_map(|fact| self.case.facts.get(fact));
        let versions = facts.flat_map(Versions::versions);
        let mut learnt: BTreeSet<Timestamp> = versions.map(|version| version.as_of).collect();
        let filings = self.case.filings.values();
        let filed =
            filings.flat_map(|filing| filing.counts.values().copied().chain([filing.sent_at]));
        let done = self.case.did.values().chain(self.case.entered.values());
        let done: BTreeSet<Timestamp> = done.copied().chain(filed).collect();
        let firsts = self.case.facts.values().filter_map(|history| {
            let first = history.versions().first()?;
            Some(first.as_of)
        });
        learnt.extend(firsts.chain(done.first().copied()).min());
        if read.history == History::Read {
            learnt.extend(done);
        }
        learnt.retain(|moment| *moment <= self.memo.at);
        learnt
    }
}
