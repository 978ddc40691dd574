//! Gathers decided commands and commits them together: what waited during the last flush is the next batch.
//! What a command holds is decided and sealed before; which of a batch lost is told by the store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, oneshot};
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

/// The commands that wait for the store.
#[derive(Debug)]
pub(crate) struct Queue {
    store: Arc<dyn Store>,
    room: Semaphore,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Waiting>,
    /// Whether a task commits what waits.
    is_served: bool,
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
        }
    }

    /// Waits until a command is committed or lost. It is committed too if nobody waits any longer.
    pub(crate) async fn commit(self: &Arc<Self>, command: Command) -> Answer {
        let _room = self.room.acquire().await.expect("it is never closed");
        let (answer, answered) = oneshot::channel();
        if self.join(Waiting { command, answer }) {
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
    fn join(&self, waiting: Waiting) -> bool {
        let mut line = self.line();
        line.waiting.push_back(waiting);
        !std::mem::replace(&mut line.is_served, true)
    }

    /// Commits batch after batch until nobody waits.
    async fn serve(self: Arc<Self>) {
        let service = Service(&self);
        while let Some(batch) = self.next() {
            self.commit_together(batch).await;
        }
        // The line was left under its lock, and somebody else may serve it already.
        std::mem::forget(service);
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
        line.is_served = !batch.is_empty();
        line.is_served.then_some(batch)
    }

    /// Commits a batch, and tells everybody in it what became of their command.
    async fn commit_together(&self, batch: Vec<Waiting>) {
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
            }
            // A row that the database refuses takes the whole transaction with it: now each command goes by itself, and
            // only the one that brought it fails.
            Err(Error::Refused { .. }) if answers.len() > 1 => {
                for (command, answer) in batch.into_commands().into_iter().zip(answers) {
                    tell(answer, self.commit_alone(command).await);
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for answer in answers {
                    tell(answer, Err(error.clone()));
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

/// Answers whoever waits; nobody may.
fn tell(answer: oneshot::Sender<Answer>, outcome: Answer) {
    drop(answer.send(outcome));
}

/// Lets another task serve the line if this one ends before the line does, as when the store panics.
struct Service<'a>(&'a Queue);

impl Drop for Service<'_> {
    fn drop(&mut self) {
        let mut line = self.0.line();
        line.is_served = false;
        // Who waits is told that nobody knows.
        line.waiting.clear();
    }
}
