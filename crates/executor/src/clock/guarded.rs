//! Guards the machine's clock: compares it with one that nobody can set, and trusts it no longer once it has jumped.
//! What is then refused, and in which words, is said by the executor and by whoever speaks to a person.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tsuho_core::time::{Span, Timestamp};

use super::Clock;

/// How far a clock may move between two looks at it, beside the time that passed. Setting a machine's clock right by
/// more than a minute at once is nothing that a time service does on a machine whose clock was right.
const FARTHEST: Span = Span::from_minutes(1);

/// Measures how much time passes, and knows nothing of dates: nobody can set it.
pub trait Steady: Debug + Send + Sync {
    /// Returns how much time has passed since some moment of its own.
    fn elapsed(&self) -> Duration;
}

/// The machine's monotonic clock.
///
/// It stands still while the machine is suspended, which Linux calls `CLOCK_MONOTONIC`, so that waking after more than a
/// minute counts as a jump. That is meant: what time it is afterwards comes from a battery or from the machine's host,
/// and is wrong more often than ever else; a paused virtual machine sees no other sign at all, also on the clock that
/// counts suspension. A process that is started again looks at everything afresh, and goes on.
#[derive(Debug)]
pub struct SystemSteady(Instant);

impl Default for SystemSteady {
    fn default() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the machine's monotonic clock, to guard the other"
        )]
        Self(Instant::now())
    }
}

impl Steady for SystemSteady {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A jump of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockJump {
    /// What the clock said when the jump was seen.
    pub found: Timestamp,
    /// What it should have said by the time that passed since it was last looked at.
    pub expected: Timestamp,
}

/// A clock that is compared with a steady one at every look, and never trusted again once it jumped.
#[derive(Debug)]
pub struct GuardedClock {
    clock: Arc<dyn Clock>,
    steady: Arc<dyn Steady>,
    seen: Mutex<Seen>,
}

/// The last look.
#[derive(Debug)]
struct Seen {
    at: Timestamp,
    elapsed: Duration,
    /// The first jump.
    jump: Option<ClockJump>,
}

impl GuardedClock {
    /// Guards a clock, beginning now.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, steady: Arc<dyn Steady>) -> Self {
        let seen = Seen {
            at: clock.now(),
            elapsed: steady.elapsed(),
            jump: None,
        };
        Self {
            clock,
            steady,
            seen: Mutex::new(seen),
        }
    }

    /// Looks at both clocks; returns what the guarded one says, and how it has jumped.
    fn look(&self) -> (Timestamp, Option<ClockJump>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (found, elapsed) = (self.clock.now(), self.steady.elapsed());
        let passed = elapsed.saturating_sub(seen.elapsed).as_micros();
        let passed = Span::from_micros(i64::try_from(passed).unwrap_or(i64::MAX));
        let expected = seen.at.plus(passed);
        let is_jump = found.since(expected).as_micros().abs() > FARTHEST.as_micros();
        if is_jump && seen.jump.is_none() {
            seen.jump = Some(ClockJump { found, expected });
        }
        (seen.at, seen.elapsed) = (found, elapsed);
        (found, seen.jump)
    }
}

impl Clock for GuardedClock {
    fn now(&self) -> Timestamp {
        self.look().0
    }

    fn trusted(&self) -> Result<(), ClockJump> {
        self.look().1.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::ManualClock;

    /// Seconds that somebody sets.
    #[derive(Debug, Default)]
    struct ManualSteady(AtomicU64);

    impl Steady for ManualSteady {
        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::Relaxed))
        }
    }

    const START: i64 = 1_795_000_000_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(START + seconds * 1_000_000).expect("a moment of 2026")
    }

    /// Moves both clocks, look by look, and tells whether the guarded one is trusted at the end. Each pair is what the
    /// clock says and what has passed, in seconds.
    fn is_trusted(looks: &[(i64, u64)]) -> bool {
        let (clock, steady) = (
            Arc::new(ManualClock::new(at(0))),
            Arc::new(ManualSteady::default()),
        );
        let guarded = GuardedClock::new(clock.clone(), steady.clone());
        for (says, passed) in looks {
            clock.set(at(*says));
            steady.0.store(*passed, Ordering::Relaxed);
            assert_eq!(guarded.now(), at(*says));
        }
        guarded.trusted().is_ok()
    }

    #[test]
    fn a_clock_that_goes_with_the_time_is_trusted() {
        assert!(is_trusted(&[]));
        assert!(is_trusted(&[(1, 1), (90_000, 90_000)]));
        // What a time service may do to it.
        assert!(is_trusted(&[(60, 0), (0, 0), (1, 61)]));
    }

    #[test]
    fn a_clock_that_jumps_is_trusted_no_longer() {
        let planted: [&[(i64, u64)]; 6] = [
            &[(61, 0)],
            &[(-61, 0)],
            // The machine was suspended for an hour.
            &[(3600, 5)],
            &[(1, 3600)],
            // It was set right again.
            &[(3600, 0), (1, 1)],
            &[(10, 10), (-86_400, 20), (30, 30)],
        ];
        let caught = planted.iter().filter(|looks| !is_trusted(looks)).count();
        println!("planted {}, caught {caught}", planted.len());
        assert_eq!(caught, planted.len());
    }

    #[test]
    fn the_machines_own_clocks_agree() {
        let guarded = GuardedClock::new(
            Arc::new(crate::SystemClock),
            Arc::new(SystemSteady::default()),
        );
        assert_eq!(guarded.trusted(), Ok(()));
    }
}
