//! Says what time it is: the machine's time, a drill's own, or a test's.
//! What time means for a case is decided by its rules; time zones come from the data compiled in.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tsuho_core::time::Timestamp;
use tsuho_store::Store;

use crate::Error;

mod guarded;

pub use guarded::{ClockJump, GuardedClock, Steady, SystemSteady};

/// Knows what time it is.
pub trait Clock: Debug + Send + Sync {
    /// Returns the present.
    fn now(&self) -> Timestamp;

    /// Tells whether what the clock says is to be believed. One that nobody can set always is.
    ///
    /// # Errors
    ///
    /// If it has jumped.
    fn trusted(&self) -> Result<(), ClockJump> {
        Ok(())
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the machine's clock; everything else is given a `Clock`"
        )]
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        // A machine that believes to be before 1970 or after 9998 has no usable clock. The first moment of all is
        // behind everything on record, so that such a machine is refused instead of believed.
        since_1970
            .ok()
            .and_then(|elapsed| i64::try_from(elapsed.as_micros()).ok())
            .and_then(Timestamp::from_micros)
            .unwrap_or(Timestamp::FIRST)
    }
}

/// A drill's clock: the present stands in the database and moves when somebody moves it.
#[derive(Debug)]
pub struct VirtualClock {
    store: Arc<dyn Store>,
    /// The present as this process last saw it, in microseconds.
    present: AtomicI64,
}

impl VirtualClock {
    /// Reads the present of a drill.
    ///
    /// # Errors
    ///
    /// If the database is a real one, or cannot be read.
    pub async fn read(store: Arc<dyn Store>) -> Result<Self, Error> {
        let clock = Self {
            store,
            present: AtomicI64::new(i64::MIN),
        };
        clock.refresh().await?;
        Ok(clock)
    }

    /// Reads the present again, which another process may have moved.
    ///
    /// # Errors
    ///
    /// If the database is a real one, or cannot be read.
    pub async fn refresh(&self) -> Result<(), Error> {
        let present = self
            .store
            .ledger()
            .await?
            .virtual_now
            .ok_or(tsuho_store::Error::NotADrill)?;
        self.present.fetch_max(present.micros(), Ordering::Relaxed);
        Ok(())
    }

    /// Moves the drill's present forward, for every process.
    ///
    /// # Errors
    ///
    /// If `to` lies in the drill's past, or cannot be written.
    pub async fn advance(&self, to: Timestamp) -> Result<(), Error> {
        self.store.advance_virtual_now(to.moment()).await?;
        self.present.fetch_max(to.as_micros(), Ordering::Relaxed);
        Ok(())
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.present.load(Ordering::Relaxed)).unwrap_or(Timestamp::FIRST)
    }
}

/// A clock that stands until somebody moves it, for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Makes a clock that stands at a moment.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_micros()))
    }

    /// Moves the clock, also backwards, as a machine's clock may be moved.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_micros(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed)).unwrap_or(Timestamp::FIRST)
    }
}
