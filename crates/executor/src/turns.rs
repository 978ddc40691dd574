//! Lets the tasks of one process take turns on a stream, so that they do not lose races to each other.
//! Other processes are held back by the comparison of heads at commit alone.

use std::hash::{DefaultHasher, Hash, Hasher};

use tokio::sync::{Semaphore, SemaphorePermit};

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

    /// Waits until nobody else in this process decides on the stream. Whoever holds a turn never asks for a second.
    pub(crate) async fn take(&self, stream: &str) -> SemaphorePermit<'_> {
        let mut hasher = DefaultHasher::new();
        stream.hash(&mut hasher);
        let turns = u64::try_from(TURNS).expect("a small number");
        let turn =
            usize::try_from(hasher.finish() % turns).expect("smaller than the number of turns");
        self.0[turn]
            .acquire()
            .await
            .expect("turns are never closed")
    }
}
