//! Wakes a case when its time comes, and lets the time of a drill pass, in an order that is the same every time.
//! What then happens is decided by the case. Waking many at once, for as long as a process runs, is `wake_loop`'s
//! business.

use tsuho_core::case::Rejection;
use tsuho_core::case::request::{Asker, Content, Request};
use tsuho_core::ids::{CaseId, CommandId};
use tsuho_core::time::Timestamp;
use tsuho_store::{Limit, StreamName};

use crate::answer::Answer;
use crate::ground::CASE_PREFIX;
use crate::{Error, Executor, VirtualClock};

/// Most times that a drill stops on its way to a later present: some for each clock of a thousand cases.
const MOST_STOPS: usize = 100_000;

/// Whether more was due than was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Everything that was due was looked at.
    Nothing,
    /// There may be more: look again.
    More,
}

/// What came of looking at what is due.
#[derive(Debug)]
pub struct Woken {
    /// How many cases were looked at.
    pub cases: usize,
    /// How many events were written.
    pub events: usize,
    /// Cases that could not be woken; the others were.
    pub failed: Vec<(StreamName, Error)>,
    /// Whether there may be more.
    pub rest: Rest,
}

impl Executor {
    /// Wakes what is due, one case after the other, the longest due first, and at most so many.
    ///
    /// A case that cannot be read keeps no other from being woken.
    ///
    /// # Errors
    ///
    /// If the store cannot be asked what is due, or fails while writing.
    pub async fn wake_due(&self, limit: Limit) -> Result<Woken, Error> {
        let due = self
            .store
            .due_streams(self.now().moment(), None, limit)
            .await?;
        let rest = if due.len() < usize::try_from(limit.get()).unwrap_or(usize::MAX) {
            Rest::Nothing
        } else {
            Rest::More
        };
        let mut woken = Woken {
            cases: due.len(),
            events: 0,
            failed: Vec::new(),
            rest,
        };
        for (_, stream) in due {
            match self.wake_stream(&stream).await {
                Ok(events) => woken.events += events,
                Err(error @ Error::Unacknowledged { .. }) => return Err(error),
                Err(error) => woken.failed.push((stream, error)),
            }
        }
        Ok(woken)
    }

    /// Wakes the case of a stream; returns how many events were written.
    pub(crate) async fn wake_stream(&self, stream: &StreamName) -> Result<usize, Error> {
        match self.wake(case_of(stream)?).await? {
            Answer::Done(done) => Ok(done.before.len() + done.events.len()),
            Answer::Refused(Rejection::ClockBehind { now, last_recorded }) => {
                Err(Error::ClockBehind {
                    stream: stream.to_string(),
                    now,
                    last_recorded,
                })
            }
            // Nothing else is refused to the clock; what a later rule refuses it stays due and is looked at again.
            Answer::Refused(_) => Ok(0),
        }
    }

    /// Lets time pass in a drill: the present stops at every moment at which something falls due, lets it happen, and
    /// goes on to `to`. Returns how many events were written.
    ///
    /// # Errors
    ///
    /// If the database is no drill's, `to` lies in its past, or something due cannot be written.
    pub async fn pass_time(&self, clock: &VirtualClock, to: Timestamp) -> Result<usize, Error> {
        let mut written = 0;
        for _ in 0..MOST_STOPS {
            let due = self
                .store
                .due_streams(to.moment(), None, Limit::new(1))
                .await?;
            let Some((moment, stream)) = due.into_iter().next() else {
                break;
            };
            let moment = Timestamp::from(moment);
            if moment > self.now() {
                clock.advance(moment).await?;
            }
            let events = self.wake_stream(&stream).await?;
            written += events;
            if events == 0 {
                // It stays due for ever, and the others wait behind it: let all of them happen at the end.
                break;
            }
        }
        clock.advance(to).await?;
        loop {
            let mut woken = self.wake_due(Limit::MAX).await?;
            if let Some((_, error)) = woken.failed.pop() {
                return Err(error);
            }
            written += woken.events;
            if woken.events == 0 || woken.rest == Rest::Nothing {
                return Ok(written);
            }
        }
    }
}

/// Returns the request that wakes a case.
pub(crate) fn wake(command: CommandId) -> Request {
    Request {
        command,
        asker: Asker::Clock,
        occurred_at: None,
        reason: None,
        seen: None,
        content: Content::Wake,
    }
}

/// Returns the case of a stream; only cases have a time to wake.
pub(crate) fn case_of(stream: &StreamName) -> Result<CaseId, Error> {
    let id = stream
        .as_str()
        .strip_prefix(CASE_PREFIX)
        .and_then(|id| id.parse().ok());
    id.ok_or_else(|| tsuho_store::Error::corrupt("streams", "wake_at", stream).into())
}
