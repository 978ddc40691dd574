//! Holds a drill's database at work: the executor, the drill's own time, and where the file is.
//! Making and opening the file is left to the parent.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tsuho_executor::{Error, Executor, SeededChance, VirtualClock};
use tsuho_store::Store;
use tsuho_store_sqlite::SqliteStore;

use crate::failure::{Failure, Result};
use crate::session::failed_in_the_making;

/// The seed of every demonstration, so that the same scenario gives the same ids, and the same output. A drill holds
/// nothing that a guessed salt could betray.
const SEED: &str = "tsuho demo";

/// A drill's database at work.
#[derive(Debug)]
pub(super) struct Stage {
    /// What carries requests out.
    pub(super) executor: Executor,
    /// The drill's time.
    pub(super) clock: Arc<VirtualClock>,
    database: PathBuf,
}

impl Stage {
    /// Puts the parts together on an open store, which people know as a database.
    pub(super) async fn on(store: &Arc<SqliteStore>, database: &Path) -> Result<Self> {
        let database = database.to_owned();
        let store: Arc<dyn Store> = Arc::<SqliteStore>::clone(store);
        let clock = VirtualClock::read(Arc::clone(&store)).await;
        let clock = clock.map_err(|error| failed_in_the_making(error, &database));
        let clock = Arc::new(clock?);
        let chance = Arc::new(SeededChance::new(SEED));
        Ok(Self {
            executor: Executor::new(store, Arc::<VirtualClock>::clone(&clock), chance),
            clock,
            database,
        })
    }

    /// Returns what a person reads of a failure. Once it is made nothing is written any more.
    pub(super) fn failed(&self, error: Error) -> Failure {
        failed_in_the_making(error, &self.database)
    }
}
