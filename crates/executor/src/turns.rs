//! Lets the tasks of one process take turns on a stream, so that they do not lose races to each other.
//! Other processes are held back by the comparison of heads at commit alone.

use std::hash::{DefaultHasher, Hash, Hasher};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Executor;

/// How many turns there are: streams share them by hash. Enough that two of 64 callers seldom wait for a stranger's
/// command, which would be written after theirs anyway, because one writer writes at a time.
const TURNS: usize = 256;

/// The turns of one process.
#[derive(Debug)]
pub(crate) struct Turns(Vec<Semaphore>);

impl Turns {
    pub(crate) fn new() -> Self {
        Self((0..TURNS).map(|_| Semaphore::new(1)).collect())
    }

    fn of(&self, stream: &str) -> &Semaphore {
        let mut hasher = DefaultHasher::new();
        stream.hash(&mut hasher);
        let turns = u64::try_from(TURNS).expect("a small number");
        let turn =
            usize::try_from(hasher.finish() % turns).expect("smaller than the number of turns");
        &self.0[turn]
    }
}

impl Executor {
    /// Waits until nobody else in this process decides on the stream. Whoever holds a turn never asks for a second.
    pub(crate) async fn turn(&self, stream: &str) -> SemaphorePermit<'_> {
        let turn = self.turns.of(stream);
        if let Ok(free) = turn.try_acquire() {
            return free;
        }
        // Whoever has the turn may wait in the queue for a request that is still to come, and it is not this one.
        let _held_up = self.queue.hold_up();
        let taken = turn.acquire().await;
        taken.expect("turns are never closed")
    }
}
