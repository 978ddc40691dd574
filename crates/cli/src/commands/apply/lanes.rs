//! Keeps the order of requests while several are on their way: those of one case go one after the other, as they came.
//! Carrying them out is left to the parent.

use std::collections::BTreeSet;

use tsuho_core::ids::CaseId;

/// What a request has to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing but a free caller: it opens a case.
    Opening,
    /// The requests of its case that came before.
    Case(CaseId),
    /// Every opening that came before, since it names a case that may be among them.
    Unknown,
    /// Everything that came before; what comes after waits for it, since it reaches every case.
    Alone,
}

/// The requests that are on their way.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    cases: BTreeSet<CaseId>,
    openings: usize,
    alone: bool,
}

impl Lanes {
    /// Tells whether a request may go now.
    pub(super) fn is_free(&self, turn: Turn) -> bool {
        let is_empty = self.cases.is_empty() && self.openings == 0;
        !self.alone
            && match turn {
                Turn::Opening => true,
                Turn::Case(id) => !self.cases.contains(&id),
                Turn::Unknown => self.openings == 0,
                Turn::Alone => is_empty,
            }
    }

    /// Notes that a request went.
    pub(super) fn begin(&mut self, turn: Turn) {
        match turn {
            Turn::Opening => self.openings += 1,
            Turn::Case(id) => drop(self.cases.insert(id)),
            Turn::Alone => self.alone = true,
            Turn::Unknown => {}
        }
    }

    /// Notes that a request was answered.
    pub(super) fn end(&mut self, turn: Turn) {
        match turn {
            Turn::Opening => self.openings -= 1,
            Turn::Case(id) => drop(self.cases.remove(&id)),
            Turn::Alone => self.alone = false,
            Turn::Unknown => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(byte: u8) -> Turn {
        Turn::Case(CaseId::from_bytes([byte; 16]))
    }

    #[test]
    fn requests_of_one_case_wait_for_each_other_and_those_of_others_do_not() {
        let mut lanes = Lanes::default();
        lanes.begin(case(1));
        assert!(!lanes.is_free(case(1)));
        assert!(lanes.is_free(case(2)));
        assert!(lanes.is_free(Turn::Opening));
        lanes.end(case(1));
        assert!(lanes.is_free(case(1)));
    }

    #[test]
    fn a_case_that_nobody_knows_yet_waits_for_the_openings_before_it() {
        let mut lanes = Lanes::default();
        lanes.begin(Turn::Opening);
        assert!(!lanes.is_free(Turn::Unknown));
        assert!(lanes.is_free(case(1)));
        lanes.end(Turn::Opening);
        assert!(lanes.is_free(Turn::Unknown));
    }

    #[test]
    fn what_reaches_every_case_goes_alone() {
        let mut lanes = Lanes::default();
        lanes.begin(case(1));
        assert!(!lanes.is_free(Turn::Alone));
        lanes.end(case(1));
        lanes.begin(Turn::Alone);
        for turn in [case(1), Turn::Opening, Turn::Unknown, Turn::Alone] {
            assert!(!lanes.is_free(turn));
        }
        lanes.end(Turn::Alone);
        assert!(lanes.is_free(Turn::Alone));
    }
}
