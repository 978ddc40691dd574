//! Remembers the cases that stay due, so that they are tried again ever less often and keep no other waiting.
//! A case is forgotten once it is no longer due, whoever woke it.

use std::collections::BTreeMap;

use tsuho_core::time::{Span, Timestamp};
use tsuho_store::StreamName;

/// The first pause; each is twice as long as the one before.
const FIRST_PAUSE: Span = Span::from_micros(1_000_000);

/// The longest pause. Whoever repairs a case need not wait longer, or wakes it with any command.
const LONGEST_PAUSE: Span = Span::from_minutes(10);

/// Most cases that are remembered, within some 20 MiB. The others of so many that stay due are tried at every look.
const MOST: usize = 100_000;

/// The cases that stayed due when they were woken.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    of: BTreeMap<StreamName, Trouble>,
    look: u64,
}

#[derive(Debug)]
struct Trouble {
    times: u32,
    again_at: Timestamp,
    /// The look at what is due in which the case was last among it.
    seen_in: u64,
}

/// How often a case stayed due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// For the first time, or it is not known.
    First,
    /// More than once in a row.
    Again,
}

impl Troubles {
    /// Tells whether a case that is due should be woken.
    pub(super) fn is_to_be_woken(&mut self, stream: &StreamName, now: Timestamp) -> bool {
        let look = self.look;
        self.of.get_mut(stream).is_none_or(|trouble| {
            trouble.seen_in = look;
            trouble.again_at <= now
        })
    }

    /// Notes that a case stays due.
    pub(super) fn note(&mut self, stream: StreamName, now: Timestamp) -> Time {
        let is_known = self.of.contains_key(&stream);
        if !is_known && self.of.len() == MOST {
            return Time::First;
        }
        let trouble = self.of.entry(stream).or_insert(Trouble {
            times: 0,
            again_at: now,
            seen_in: self.look,
        });
        let doubled = FIRST_PAUSE.as_micros() << trouble.times.min(32);
        let pause = Span::from_micros(doubled.min(LONGEST_PAUSE.as_micros()));
        trouble.times = trouble.times.saturating_add(1);
        trouble.again_at = now.plus(pause);
        if is_known { Time::Again } else { Time::First }
    }

    /// Forgets a case that was woken; returns whether it was remembered.
    pub(super) fn forget(&mut self, stream: &StreamName) -> bool {
        self.of.remove(stream).is_some()
    }

    /// Ends a look at everything that is due: what was not among it is not due any longer.
    pub(super) fn end_look(&mut self) {
        let look = self.look;
        self.of.retain(|_, trouble| trouble.seen_in == look);
        self.look += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> StreamName {
        "case/one".parse().expect("a name")
    }

    #[test]
    fn pauses_grow_and_stay_bounded() {
        let mut troubles = Troubles::default();
        let mut now = Timestamp::from_micros(0).expect("a moment");
        let mut pauses = Vec::new();
        for _ in 0..40 {
            assert!(troubles.is_to_be_woken(&stream(), now));
            troubles.note(stream(), now);
            let mut pause = 0;
            while !troubles.is_to_be_woken(&stream(), now.plus(Span::from_micros(pause))) {
                pause += 1_000_000;
            }
            now = now.plus(Span::from_micros(pause));
            pauses.push(pause / 1_000_000);
        }
        assert_eq!(pauses[..5], [1, 2, 4, 8, 16]);
        assert_eq!(pauses[10..], [600; 30]);
    }

    #[test]
    fn what_is_no_longer_due_is_forgotten() {
        let mut troubles = Troubles::default();
        let now = Timestamp::from_micros(0).expect("a moment");
        assert_eq!(troubles.note(stream(), now), Time::First);
        assert_eq!(troubles.note(stream(), now), Time::Again);
        troubles.end_look();
        assert_eq!(troubles.of.len(), 1);
        assert!(!troubles.is_to_be_woken(&stream(), now));
        troubles.end_look();
        assert_eq!(troubles.of.len(), 1);
        troubles.end_look();
        assert_eq!(troubles.of.len(), 0);
        assert_eq!(troubles.note(stream(), now), Time::First);
    }
}
