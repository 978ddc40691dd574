//! Gathers decided commands and commits them together: what waited during the last flush is the next batch.
//! What a command holds is decided and sealed before; which of a batch lost is told by the store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, oneshot};
use tsuho_store::{Batch, Command, Error, MAX_COMMANDS, MAX_RECORDS, Outcome, Store, StreamName};

/// Most commands that wait at once: some batches. Who comes then waits before joining, so that memory stays bounded and
/// whoever sends is held back.
const ROOM: usize = 4 * MAX_COMMANDS;

/// A line of up to as many is committed whole; of a longer one half, so that its callers are answered and decide their next
/// commands while the other half is committed. Taken whole, deciding and committing would only ever take turns; by fewer at
/// once, what each flush costs would be shared by too few.
const WHOLE: usize = 32;

/// What became of a command, or why nobody knows: a failure of the batch is told to everybody who was in it.
type Answer = Result<Outcome, Arc<Error>>;

/// How long a batch waits at most for requests that are still decided: one of them may have a long history to read.
const LONGEST_LINGER: Duration = Duration::from_millis(2);

/// The commands that wait for the store.
#[derive(Debug)]
pub(crate) struct Queue {
    store: Arc<dyn Store>,
    room: Semaphore,
    line: Mutex<Line>,
    /// Wakes the task that waits for a batch to be worth its flush.
    is_worth: Notify,
}

#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Waiting>,
    service: Served,
    /// Requests that were announced and not answered yet.
    announced: usize,
    /// Requests that nobody decides just now: their command joined and was not answered yet, or they are held up by one
    /// that did.
    parked: usize,
}

/// Whether a task commits what waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Served {
    /// Whoever joins has to begin.
    #[default]
    No,
    /// It commits, or is about to.
    Yes,
    /// It waits for more.
    Lingering,
}

impl Line {
    /// Tells whether a flush is worth it now: as many wait as are still decided, or enough. What costs most of a small
    /// batch is what every batch costs, and a request that is decided will be here within less.
    fn is_worth_a_flush(&self) -> bool {
        let decided = self.announced.saturating_sub(self.parked);
        self.waiting.len() >= decided.min(WHOLE)
    }
}

/// A request that is on its way, until it is dropped: those that wait to be written are given a moment for it to join them.
#[derive(Debug)]
pub struct Announced(Arc<Queue>);

/// A request that nobody decides just now: its command joined the line and its sender does not know yet what became of
/// it, or it is held up by such a one.
pub(crate) struct Parked<'a>(&'a Queue);

impl Drop for Parked<'_> {
    fn drop(&mut self) {
        self.0.line().parked -= 1;
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        self.0.change(|line| line.announced -= 1);
    }
}

/// A command and who waits for what becomes of it.
#[derive(Debug)]
struct Waiting {
    command: Command,
    answer: oneshot::Sender<Answer>,
}

impl Waiting {
    fn records(&self) -> usize {
        let appends = self.command.appends.iter();
        appends.map(|append| append.records().len()).sum()
    }

    /// Tells whether the command has a batch of its own, because it moves the head that every decision names.
    fn is_alone(&self) -> bool {
        let system = StreamName::system();
        let mut appends = self.command.appends.iter();
        appends.any(|append| *append.stream() == system)
    }
}

impl Queue {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            room: Semaphore::new(ROOM),
            line: Mutex::default(),
            is_worth: Notify::new(),
        }
    }

    /// Announces a request.
    pub(crate) fn announce(self: &Arc<Self>) -> Announced {
        self.change(|line| line.announced += 1);
        Announced(self.clone())
    }

    /// Notes that a request waits for another of its case: nothing waits for it meanwhile.
    pub(crate) fn hold_up(&self) -> Parked<'_> {
        self.change(|line| line.parked += 1);
        Parked(self)
    }

    /// Changes the line, and has what waits committed if that has become worth it.
    fn change(&self, change: impl FnOnce(&mut Line)) {
        let mut line = self.line();
        change(&mut line);
        if line.service == Served::Lingering && line.is_worth_a_flush() {
            line.service = Served::Yes;
            self.is_worth.notify_one();
        }
    }

    /// Waits until a command is committed or lost. It is committed too if nobody waits any longer.
    pub(crate) async fn commit(self: &Arc<Self>, command: Command) -> Answer {
        let _room = self.room.acquire().await.expect("it is never closed");
        let (answer, answered) = oneshot::channel();
        let (_parked, begins) = self.join(Waiting { command, answer });
        if begins {
            tokio::spawn(self.clone().serve());
        }
        answered.await.unwrap_or_else(|_| {
            let source = "the task that commits ended".into();
            Err(Arc::new(Error::Unavailable { source }))
        })
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins the line; tells whether somebody has to begin to serve it.
    fn join(&self, waiting: Waiting) -> (Parked<'_>, bool) {
        let mut begins = false;
        self.change(|line| {
            line.waiting.push_back(waiting);
            line.parked += 1;
            begins = line.service == Served::No;
            if begins {
                line.service = Served::Yes;
            }
        });
        (Parked(self), begins)
    }

    /// Commits batch after batch until nobody waits.
    async fn serve(self: Arc<Self>) {
        let service = Service(&self);
        loop {
            self.linger().await;
            let Some(batch) = self.next() else { break };
            let behind = self.line().waiting.len();
            if let Err(locked) = self.commit_together(batch).await {
                self.turn_away(behind, &locked);
            }
        }
        // The line was left under its lock, and somebody else may serve it already.
        std::mem::forget(service);
    }

    /// Waits a moment until a flush is worth it.
    async fn linger(&self) {
        {
            let mut line = self.line();
            if line.waiting.is_empty() || line.is_worth_a_flush() {
                return;
            }
            line.service = Served::Lingering;
        }
        drop(tokio::time::timeout(LONGEST_LINGER, self.is_worth.notified()).await);
    }

    /// Takes what goes into the next transaction, in the order in which it came; `None` ends the service.
    fn next(&self) -> Option<Vec<Waiting>> {
        let mut line = self.line();
        let (mut batch, mut records) = (Vec::new(), 0);
        let most = line.waiting.len().div_ceil(2).clamp(WHOLE, MAX_COMMANDS);
        while let Some(next) = line.waiting.front() {
            let is_alone = next.is_alone();
            records += next.records();
            let is_full = batch.len() == most || records > MAX_RECORDS;
            if !batch.is_empty() && (is_alone || is_full) {
                break;
            }
            batch.extend(line.waiting.pop_front());
            if is_alone {
                break;
            }
        }
        let is_over = batch.is_empty();
        line.service = if is_over { Served::No } else { Served::Yes };
        (!is_over).then_some(batch)
    }

    /// Tells those who were in the line already, behind a batch for which somebody else held the lock too long, that it is
    /// locked: they waited as long, and would wait as long again for each batch before theirs.
    fn turn_away(&self, behind: usize, locked: &Arc<Error>) {
        let turned_away: Vec<_> = self.line().waiting.drain(..behind).collect();
        let commands = turned_away.len();
        tracing::debug!(commands, "the database is locked for those behind too");
        for waiting in turned_away {
            tell(waiting.answer, Err(locked.clone()));
        }
    }

    /// Commits a batch, and tells everybody in it what became of their command.
    ///
    /// # Errors
    ///
    /// If somebody else held the lock for longer than the store waits.
    async fn commit_together(&self, batch: Vec<Waiting>) -> Result<(), Arc<Error>> {
        let (commands, answers): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .map(|waiting| (waiting.command, waiting.answer))
            .unzip();
        tracing::debug!(commands = commands.len(), "a batch is committed");
        let batch =
            Batch::new(commands).expect("each fits, and no more were taken than fit together");
        match self.store.commit(&batch).await {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    tell(answer, Ok(outcome));
                }
                Ok(())
            }
            // A row that the database refuses takes the whole transaction with it: now each command goes by itself, and
            // only the one that brought it fails.
            Err(Error::Refused { .. }) if answers.len() > 1 => {
                let mut locked = None;
                for (command, answer) in batch.into_commands().into_iter().zip(answers) {
                    let outcome = match &locked {
                        Some(locked) => Err(Arc::clone(locked)),
                        None => self.commit_alone(command).await,
                    };
                    locked = outcome
                        .as_ref()
                        .err()
                        .filter(|error| is_locked(error))
                        .cloned();
                    tell(answer, outcome);
                }
                locked.map_or(Ok(()), Err)
            }
            Err(error) => {
                let error = Arc::new(error);
                for answer in answers {
                    tell(answer, Err(error.clone()));
                }
                if is_locked(&error) {
                    Err(error)
                } else {
                    Ok(())
                }
            }
        }
    }

    async fn commit_alone(&self, command: Command) -> Answer {
        let batch = Batch::new(vec![command]).expect("it was in a batch before");
        let mut outcomes = self.store.commit(&batch).await.map_err(Arc::new)?;
        Ok(outcomes.remove(0))
    }
}

/// Tells whether somebody else held the lock for longer than the store waits.
const fn is_locked(error: &Error) -> bool {
    matches!(error, Error::Locked { .. })
}

/// Answers whoever waits; nobody may.
fn tell(answer: oneshot::Sender<Answer>, outcome: Answer) {
    drop(answer.send(outcome));
}

/// Lets another task serve the line if this one ends before the line does, as when the store panics.
struct Service<'a>(&'a Queue);

impl Drop for Service<'_> {
    fn drop(&mut self) {
        let mut line = self.0.line();
        line.service = Served::No;
        // Who waits is told that nobody knows.
        line.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line in which as many commands wait, of so many requests.
    fn line(waiting: usize, announced: usize, parked: usize) -> Line {
        let mut line = Line {
            announced,
            parked,
            ..Line::default()
        };
        for _ in 0..waiting {
            let (answer, _) = oneshot::channel();
            let command = Command::default();
            line.waiting.push_back(Waiting { command, answer });
        }
        line
    }

    #[test]
    fn a_flush_is_worth_it_once_as_many_wait_as_are_still_decided() {
        for (waiting, announced, parked, expected) in [
            (1, 0, 1, true),
            (1, 1, 1, true),
            (1, 2, 1, true),
            (1, 3, 1, false),
            (2, 4, 2, true),
            // Six were answered and not told yet, or are held up by others.
            (2, 10, 8, true),
            (2, 11, 8, false),
            (31, 256, 31, false),
            (32, 256, 32, true),
            // Those who announce nothing are waited for by nobody.
            (1, 1, 3, true),
        ] {
            let found = line(waiting, announced, parked).is_worth_a_flush();
            assert_eq!(found, expected, "{waiting} of {announced}, {parked}");
        }
    }
}
