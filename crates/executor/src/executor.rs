//! Holds what every operation of the executor needs: the store, the clock, chance, and what was read before.
//! The operations are in the files beside.

use std::sync::{Arc, Mutex};

use tsuho_core::case::event::EventBody;
use tsuho_core::case::{Body, Event};
use tsuho_core::ids::{CaseId, CommandId, PersonId};
use tsuho_core::operator::OperatorBody;
use tsuho_core::people::SystemBody;
use tsuho_core::time::Timestamp;
use tsuho_ledger::Chain;
use tsuho_store::{Store, StreamName};

use crate::cases::{Cases, MOST_WEIGHT};
use crate::definitions::Definitions;
use crate::ground::{Installation, case_stream, operator_stream};
use crate::history::follow;
use crate::queue::{Announced, Queue};
use crate::snapshot::SNAPSHOT_EVENTS;
use crate::turns::Turns;
use crate::{Chance, Clock, ClockJump, Error, chance};

/// How much is kept so that a case need not be read from its first record. Whatever is kept may be lost at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// What the cases in memory may weigh together, in bytes as estimated. The case that was used last is kept also if it
    /// weighs more, and none is where this is zero.
    pub cache_bytes: usize,
    /// How many events lie behind a case's last snapshot before the next is made.
    pub snapshot_events: u32,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            cache_bytes: MOST_WEIGHT,
            snapshot_events: SNAPSHOT_EVENTS,
        }
    }
}

/// Carries requests out on one store. Many tasks may use one executor at once, and many executors one database.
#[derive(Debug)]
pub struct Executor {
    pub(crate) store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) turns: Turns,
    pub(crate) keeping: Keeping,
    pub(crate) cases: Cases,
    pub(crate) definitions: Definitions,
    pub(crate) installation: Mutex<Option<Arc<Installation>>>,
}

impl Executor {
    /// Makes an executor of a store, a clock and a source of chance.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self {
            queue: Arc::new(Queue::new(store.clone())),
            store,
            clock,
            chance,
            turns: Turns::new(),
            keeping: Keeping::default(),
            cases: Cases::new(MOST_WEIGHT),
            definitions: Definitions::default(),
            installation: Mutex::new(None),
        }
    }

    /// Keeps more or less than is kept by default.
    #[must_use]
    pub fn keeping(self, keeping: Keeping) -> Self {
        Self {
            keeping,
            cases: Cases::new(keeping.cache_bytes),
            ..self
        }
    }

    /// Returns the store, for what is read and not decided, and for the bytes of evidence.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Announces a request that will be asked for: what other requests write waits a moment for it, so that one flush is
    /// for many. Drop it when the request is answered.
    #[must_use]
    pub fn announce(&self) -> Announced {
        self.queue.announce()
    }

    /// Returns the present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Tells whether the clock is to be believed; nothing is written by one that is not.
    ///
    /// # Errors
    ///
    /// [`Error::ClockJumped`] if it has jumped since the executor was made.
    pub fn trust_clock(&self) -> Result<(), Error> {
        let trusted = self.clock.trusted();
        trusted.map_err(|ClockJump { found, expected }| Error::ClockJumped { found, expected })
    }

    /// Draws the name of a decision, which a request carries.
    #[must_use]
    pub fn new_command(&self) -> CommandId {
        CommandId::from_bytes(chance::id(&*self.chance))
    }

    /// Draws the pseudonym of a person.
    #[must_use]
    pub fn new_person(&self) -> PersonId {
        PersonId::from_bytes(chance::id(&*self.chance))
    }

    pub(crate) fn new_case(&self) -> CaseId {
        CaseId::from_bytes(chance::id(&*self.chance))
    }

    /// Returns every event of a case, with the personal and privileged values that are still there.
    ///
    /// # Errors
    ///
    /// If the history cannot be read or is damaged.
    pub async fn case_events(&self, id: CaseId) -> Result<Vec<Event<Body>>, Error> {
        self.events(&case_stream(id)).await
    }

    /// Returns every event of the system stream; names and accounts of persons stand in personal parts.
    ///
    /// # Errors
    ///
    /// If the history cannot be read or is damaged.
    pub async fn system_events(&self) -> Result<Vec<Event<SystemBody>>, Error> {
        self.events(&StreamName::system()).await
    }

    /// Returns every event of the operator's stream.
    ///
    /// # Errors
    ///
    /// If the history cannot be read or is damaged.
    pub async fn operator_events(&self) -> Result<Vec<Event<OperatorBody>>, Error> {
        self.events(&operator_stream()).await
    }

    pub(crate) async fn events<B: EventBody + Send>(
        &self,
        stream: &StreamName,
    ) -> Result<Vec<Event<B>>, Error> {
        let mut events = Vec::new();
        let mut chain = Chain::new(stream.label().clone());
        follow(&*self.store, stream, &mut chain, |event| {
            events.push(event);
            Ok(())
        })
        .await?;
        Ok(events)
    }
}
