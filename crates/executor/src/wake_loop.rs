//! Wakes cases for as long as a process runs: looks what is due, wakes many at once, and sleeps until the next is due.
//! What happens when a case is woken is decided by the case; that it happens once is kept by the comparison of heads.
//!
//! Several processes may run such a loop on one database. A lease lets one of them work while the others wait for it to
//! end; where two work all the same, the second finds nothing to do.

mod ending;
mod place;
mod troubles;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tsuho_core::time::Timestamp;
use tsuho_ledger::Moment;
use tsuho_store::{Claim, Claimed, Limit, Renewal, StreamName, Tenure};

use crate::{Error, Executor, Stop};
use ending::{ends, first};
use place::Place;
use troubles::{Time, Troubles};

/// What the lease of wake-ups is called.
const LEASE: &str = "wake-ups";

/// How long the lease lasts: so long the others wait for a process that is paused, killed or cut off.
const LASTING: Duration = Duration::from_secs(3);

/// How often it is renewed: twice more than needed, so that one renewal may wait behind a full batch.
const RENEWED_EVERY: Duration = Duration::from_secs(1);

/// The longest sleep: another process may have written meanwhile, and nobody says so.
const POLL: Duration = Duration::from_secs(1);

/// The shortest sleep: the two clocks of a machine agree to the millisecond, not better.
const NAP: Duration = Duration::from_millis(1);

/// How many cases are woken at once: as many as are committed together.
const AT_ONCE: u32 = 256;

/// Most cases of one look whose failures are kept and logged; the others are counted.
const MOST_TOLD: usize = 20;

/// What a look at everything that is due came to.
#[derive(Debug, Default)]
pub struct Look {
    /// How many cases were woken.
    pub cases: u64,
    /// How many events were written.
    pub events: u64,
    /// How many cases could not be woken; the others were.
    pub failures: u64,
    /// The first of these, and why.
    pub failed: Vec<(StreamName, Error)>,
}

/// Everything that a loop has done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How often a case was woken.
    pub cases: u64,
    /// How many events were written.
    pub events: u64,
}

/// A loop that wakes cases.
#[derive(Debug)]
pub struct WakeLoop {
    executor: Arc<Executor>,
    troubles: Troubles,
    tally: Tally,
}

/// What ends work before it is done.
struct Halt<'a> {
    stop: &'a Stop,
    lost: &'a Stop,
}

impl Halt<'_> {
    fn is_raised(&self) -> bool {
        self.stop.is_raised() || self.lost.is_raised()
    }

    async fn raised(&self) {
        tokio::select! {
            () = self.stop.raised() => {}
            () = self.lost.raised() => {}
        }
    }
}

impl WakeLoop {
    /// Makes a loop of an executor's store and clock.
    #[must_use]
    pub fn new(executor: Arc<Executor>) -> Self {
        Self {
            executor,
            troubles: Troubles::default(),
            tally: Tally::default(),
        }
    }

    /// Returns what was done up to here.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// Wakes everything that is due, without asking for the lease, unless it is told to stop. What was begun is finished.
    ///
    /// # Errors
    ///
    /// If the store cannot be asked what is due, fails while writing, or the clock has jumped.
    pub async fn wake_all(&mut self, stop: &Stop) -> Result<Look, Error> {
        let lost = Stop::default();
        let (look, _) = self.look(&Halt { stop, lost: &lost }).await?;
        Ok(look)
    }

    /// Wakes cases when their time comes, whenever this process has the lease, until it is told to stop. What was begun
    /// is then finished, and the lease is given back.
    ///
    /// # Errors
    ///
    /// As [`WakeLoop::wake_all`]. Nothing more can be written then.
    pub async fn run(&mut self, holder: &str, stop: &Stop) -> Result<Tally, Error> {
        let claim = Claim {
            name: LEASE.to_owned(),
            holder: holder.to_owned(),
            lasting: LASTING,
        };
        let mut waited_for = None;
        while !stop.is_raised() {
            self.executor.trust_clock()?;
            let pause = match self.executor.store.take_lease(&claim).await {
                Ok(Claimed::Taken(tenure)) => {
                    tracing::info!(lease = LEASE, epoch = tenure.epoch, "lease taken");
                    waited_for = None;
                    let held = self.hold(&tenure, stop).await;
                    self.give_back(&tenure).await;
                    held?;
                    continue;
                }
                Ok(Claimed::Held { holder, remaining }) => {
                    if waited_for != holder {
                        tracing::info!(lease = LEASE, holder, "somebody else has the lease");
                        waited_for = holder;
                    }
                    remaining.clamp(NAP, POLL)
                }
                Err(error @ tsuho_store::Error::Locked { .. }) => {
                    tracing::warn!(lease = LEASE, %error, "the lease cannot be asked for");
                    POLL
                }
                Err(error) => return Err(error.into()),
            };
            tokio::select! {
                () = stop.raised() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        Ok(self.tally)
    }

    /// Works under a lease until it is lost or the loop is to stop.
    async fn hold(&mut self, tenure: &Tenure, stop: &Stop) -> Result<(), Error> {
        let (executor, lost) = (self.executor.clone(), Stop::default());
        let renewing = renew(&executor, tenure);
        let halt = Halt { stop, lost: &lost };
        let working = self.work(&halt);
        tokio::pin!(working);
        tokio::select! {
            biased;
            ended = renewing => {
                lost.raise();
                let done = working.await;
                match (ended, done) {
                    (Err(one), Err(other)) => Err(first(one, other)),
                    (ended, done) => ended.and(done),
                }
            }
            done = &mut working => done,
        }
    }

    async fn give_back(&self, tenure: &Tenure) {
        match self.executor.store.release_lease(tenure).await {
            Ok(()) => tracing::info!(lease = LEASE, epoch = tenure.epoch, "lease given back"),
            // It ends by itself.
            Err(error) => tracing::info!(lease = LEASE, %error, "the lease is not given back"),
        }
    }

    /// Looks, wakes and sleeps.
    async fn work(&mut self, halt: &Halt<'_>) -> Result<(), Error> {
        while !halt.is_raised() {
            let pause = match self.look_and_plan(halt).await {
                Ok(pause) => pause,
                Err(Error::Store(error @ tsuho_store::Error::Locked { .. })) => {
                    tracing::warn!(%error, "it cannot be seen what is due");
                    POLL
                }
                Err(error) => return Err(error),
            };
            tokio::select! {
                () = halt.raised() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        Ok(())
    }

    /// Wakes what is due, and returns how long there is nothing more to do.
    async fn look_and_plan(&mut self, halt: &Halt<'_>) -> Result<Duration, Error> {
        let (look, last) = self.look(halt).await?;
        if look.cases > 0 {
            let (cases, events) = (look.cases, look.events);
            tracing::info!(cases, events, "woken");
        }
        let (end, limit) = (Timestamp::LAST.moment(), Limit::new(1));
        let next = self.executor.store.due_streams(end, last.as_ref(), limit);
        let Some((next, _)) = next.await?.into_iter().next() else {
            return Ok(POLL);
        };
        let left = Timestamp::from(next).since(self.executor.now()).as_micros();
        let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
        Ok(left.clamp(NAP, POLL))
    }

    /// Wakes everything that is due now; returns the last stream that was.
    async fn look(
        &mut self,
        halt: &Halt<'_>,
    ) -> Result<(Look, Option<(Moment, StreamName)>), Error> {
        self.executor.trust_clock()?;
        let mut place = Place::at(self.executor.now());
        let (mut look, mut busy, mut ended) = (Look::default(), JoinSet::new(), None);
        loop {
            while ended.is_none() && !halt.is_raised() && place.is_to_be_read() {
                // Those that are under way end first.
                ended = self.read_ahead(&mut place).await.err();
            }
            let goes_on = ended.is_none() && !halt.is_raised();
            if goes_on && place.page.is_empty() && place.turn().await {
                continue;
            }
            while goes_on
                && busy.len() < AT_ONCE as usize
                && let Some(stream) = place.page.pop_front()
            {
                let executor = self.executor.clone();
                let announced = executor.announce();
                busy.spawn(async move {
                    let woken = executor.wake_stream(&stream).await;
                    drop(announced);
                    (stream, woken)
                });
            }
            match busy.join_next().await {
                // Those that are under way end too: one of them may have failed first.
                Some(woken) => {
                    if let Err(error) = self.take(&mut look, woken) {
                        ended = Some(match ended {
                            Some(one) => first(one, error),
                            None => error,
                        });
                    }
                }
                None => break,
            }
        }
        if let Some(error) = ended {
            return Err(error);
        }
        if place.is_over {
            self.troubles.end_look();
        }
        if look.failures > look.failed.len() as u64 {
            let (cases, told) = (look.failures, look.failed.len());
            tracing::warn!(cases, told, "more cases cannot be woken");
        }
        Ok((look, place.last))
    }

    /// Lists what is due behind what was listed, and begins to read those cases.
    async fn read_ahead(&mut self, place: &mut Place) -> Result<(), Error> {
        let (at, limit) = (place.now.moment(), Limit::new(AT_ONCE));
        let store = &self.executor.store;
        let due = store.due_streams(at, place.last.as_ref(), limit).await?;
        place.is_over = due.len() < AT_ONCE as usize;
        place.last = due.last().cloned().or(place.last.take());
        let (troubles, now) = (&mut self.troubles, place.now);
        let streams = due.into_iter().map(|(_, stream)| stream);
        let streams = streams.filter(|stream| troubles.is_to_be_woken(stream, now));
        place.begin(&self.executor, streams.collect());
        Ok(())
    }

    /// Notes what became of a case.
    fn take(
        &mut self,
        look: &mut Look,
        woken: Result<(StreamName, Result<usize, Error>), JoinError>,
    ) -> Result<(), Error> {
        let (stream, woken) = match woken {
            Ok(woken) => woken,
            // Nobody cancels it, and a defect was reported where it happened.
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        match woken {
            Ok(0) => {
                // Somebody else woke it; or nothing comes of it, and it stays due.
                self.troubles.note(stream, self.executor.now());
            }
            Ok(events) => {
                look.cases += 1;
                look.events += events as u64;
                self.tally.cases += 1;
                self.tally.events += events as u64;
                if self.troubles.forget(&stream) {
                    tracing::info!(%stream, "a case that could not be woken was woken");
                }
            }
            Err(error) if ends(&error) => return Err(error),
            Err(error) => self.tell(look, stream, error),
        }
        Ok(())
    }

    /// Notes that a case could not be woken, and says so once.
    fn tell(&mut self, look: &mut Look, stream: StreamName, error: Error) {
        let time = self.troubles.note(stream.clone(), self.executor.now());
        match time {
            Time::First if look.failed.len() < MOST_TOLD => {
                let error: &(dyn std::error::Error + 'static) = &error;
                tracing::warn!(%stream, error, "a case cannot be woken; it is tried again later");
            }
            Time::First | Time::Again => {
                tracing::debug!(%stream, %error, "a case cannot be woken");
            }
        }
        if time == Time::First {
            look.failures += 1;
            if look.failed.len() < MOST_TOLD {
                look.failed.push((stream, error));
            }
        }
    }
}

/// Renews a lease until it is lost, or cannot be written any more.
async fn renew(executor: &Executor, tenure: &Tenure) -> Result<(), Error> {
    loop {
        tokio::time::sleep(RENEWED_EVERY).await;
        match executor.store.renew_lease(tenure, LASTING).await {
            Ok(Renewal::Renewed) => {}
            Ok(Renewal::Lost) => {
                tracing::warn!(lease = LEASE, epoch = tenure.epoch, "lease lost");
                return Ok(());
            }
            Err(error @ tsuho_store::Error::Locked { .. }) => {
                tracing::warn!(lease = LEASE, %error, "the lease is not renewed");
            }
            Err(error) => return Err(error.into()),
        }
    }
}
