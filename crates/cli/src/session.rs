//! Puts the parts together for one command on a database: store, clock, chance, executor, and who acts.
//! What an unfit database is told with is in `crates/cli/src/open.rs`; carrying requests out is left to the executor.

mod failure;
mod persons;
mod reader;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tsuho_core::case::event::Via;
use tsuho_core::ids::PersonId;
use tsuho_core::name::RoleName;
use tsuho_executor::{
    Clock, Error, Executor, GuardedClock, Sender, SystemChance, SystemClock, SystemSteady,
    VirtualClock,
};
use tsuho_store::{Kind, Store};
use tsuho_store_sqlite::SqliteStore;

pub(crate) use persons::Persons;
pub(crate) use reader::Reader;

use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::{self, Mode};

/// A database at work.
#[derive(Debug)]
pub(crate) struct Session {
    executor: Arc<Executor>,
    kind: Kind,
    database: PathBuf,
    acting_as: Option<String>,
    persons: Persons,
    reader: Reader,
}

/// Opens the database that the person named, does the work and closes it again.
pub(crate) async fn with_session(
    context: &mut Context,
    mode: Mode,
    work: impl AsyncFnOnce(&mut Context, &Session) -> Result,
) -> Result {
    open::with_store(context, mode, async |context, store| {
        let acting_as = context.settings.acting_as.clone();
        let mut session = Session::on(store, store.path(), acting_as).await?;
        session.refresh().await?;
        work(context, &session).await
    })
    .await
}

impl Session {
    /// Puts the parts together on an open store, which people know as a database. Nobody is known before [`Self::refresh`].
    pub(crate) async fn on(
        store: &Arc<SqliteStore>,
        database: &Path,
        acting_as: Option<String>,
    ) -> Result<Self> {
        let database = database.to_owned();
        let kind = store
            .ledger()
            .await
            .map_err(|error| open::failure(error, &database))?
            .kind;
        let store: Arc<dyn Store> = store.clone();
        let clock: Arc<dyn Clock> = match kind {
            Kind::Real => Arc::new(GuardedClock::new(
                Arc::new(SystemClock),
                Arc::new(SystemSteady::default()),
            )),
            Kind::Drill => Arc::new(
                VirtualClock::read(store.clone())
                    .await
                    .map_err(|error| failure::of(error, &database))?,
            ),
        };
        Ok(Self {
            executor: Arc::new(Executor::new(
                store,
                clock,
                Arc::new(SystemChance::default()),
            )),
            kind,
            database,
            acting_as,
            persons: Persons::default(),
            reader: Reader::default(),
        })
    }

    /// Reads again who is known, after the system stream was written.
    pub(crate) async fn refresh(&mut self) -> Result<()> {
        let installation = self.executor.installation().await;
        let installation = installation.map_err(|error| self.failed(error))?;
        let events = self.executor.system_events().await;
        let events = events.map_err(|error| self.failed(error))?;
        self.persons = Persons::of(&installation.people, &events);
        // Who may not act as they say is refused where they act or ask to be shown something.
        self.reader = match self.actor(None) {
            Ok((person, _)) => {
                let known = installation.people.person(person);
                Reader::of(
                    person,
                    known.map(|known| known.roles.clone()).unwrap_or_default(),
                )
            }
            Err(_) => Reader::default(),
        };
        Ok(())
    }

    /// Returns who is shown something. An account that is no person of the installation is a reader too, and told less;
    /// to be shown what another person is shown takes a drill.
    pub(crate) fn reader(&self) -> Result<&Reader> {
        if self.acting_as.is_some() {
            self.actor(None)?;
        }
        Ok(&self.reader)
    }

    /// Returns the executor.
    pub(crate) fn executor(&self) -> &Arc<Executor> {
        &self.executor
    }

    /// Tells whether nothing here is real.
    pub(crate) fn is_drill(&self) -> bool {
        self.kind == Kind::Drill
    }

    /// Returns the database's path.
    pub(crate) fn database(&self) -> &Path {
        &self.database
    }

    /// Returns everybody who is known.
    pub(crate) fn persons(&self) -> &Persons {
        &self.persons
    }

    /// Returns what a person reads of a failure.
    pub(crate) fn failed(&self, error: Error) -> Failure {
        failure::of(error, &self.database)
    }

    /// Returns what whoever asks is told a person is called; who was erased keeps the pseudonym.
    pub(crate) fn called(&self, person: PersonId) -> String {
        // Their own name is no news to anybody.
        if self.reader.is_told_names() || self.reader.person() == Some(person) {
            self.persons.called(person)
        } else {
            person.to_string()
        }
    }

    /// Returns the role by which `--as` or a line names the person who is played, if it names one by a role.
    pub(crate) fn played_role(&self, acting_as: Option<&str>) -> Option<RoleName> {
        let named = acting_as.or(self.acting_as.as_deref())?;
        match (self.kind, self.persons.find(named)) {
            (Kind::Drill, Err(_)) => named.parse().ok(),
            (Kind::Drill | Kind::Real, _) => None,
        }
    }

    /// Returns what people call those who hold a role.
    pub(crate) fn holders(&self, role: &RoleName) -> Vec<String> {
        let holders = self.persons.holders(role);
        holders.map(|known| self.called(known.person)).collect()
    }

    /// Returns what people call those who hold a role beside somebody, who may not consent to what they propose.
    pub(crate) fn others(&self, role: &RoleName, but: PersonId) -> Vec<String> {
        let holders = self.persons.holders(role);
        let others = holders.filter(|known| known.person != but);
        others.map(|known| self.called(known.person)).collect()
    }

    /// Returns who acts and how they are known: in a drill the person named, here or by `--as`; else whoever the
    /// operating system says is asking.
    pub(crate) fn actor(&self, acting_as: Option<&str>) -> Result<(PersonId, Via)> {
        match (acting_as.or(self.acting_as.as_deref()), self.kind) {
            (Some(named), Kind::Drill) => {
                let known = self.persons.find_player(named)?;
                Ok((known.person, Via::Drill))
            }
            (Some(_), Kind::Real) => Err(Failure::new(
                Exit::Findings,
                Message::new("session.as-in-real"),
            )
            .hint(Message::new("session.as-in-real.hint"))),
            (None, Kind::Real | Kind::Drill) => {
                let known = self.persons.of_account(&account()?)?;
                Ok((known.person, Via::Os))
            }
        }
    }

    /// Returns who asks something of the installation.
    pub(crate) fn sender(&self) -> Result<Sender> {
        let (person, via) = self.actor(None)?;
        Ok(Sender {
            command: self.executor.new_command(),
            person,
            via,
        })
    }
}

/// Returns what a person reads of a failure while a database is made: whatever was written goes with what was begun.
pub(crate) fn failed_in_the_making(error: Error, database: &Path) -> Failure {
    match error {
        Error::Unacknowledged { source, .. } => open::failure(source, database),
        other => failure::of(other, database),
    }
}

/// Returns the operating-system account under which the program runs. Asked of the user database by number: a variable
/// such as `USER` can be set to anything. It stays what it is for as long as the program runs.
pub(crate) fn account() -> Result<String> {
    static ACCOUNT: OnceLock<String> = OnceLock::new();
    if let Some(account) = ACCOUNT.get() {
        return Ok(account.clone());
    }
    let account = whoami::username().map_err(|error| {
        Failure::new(Exit::Findings, Message::new("session.no-account"))
            .hint(Message::new("session.no-account.hint"))
            .cause(error)
    })?;
    Ok(ACCOUNT.get_or_init(|| account).clone())
}
