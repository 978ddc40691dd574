//! Loads what a decision stands on: the installation, the operator's facts, the case and its rules.
//! Deciding on it is `handle`'s business.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use tsuho_core::calendar::Calendar;
use tsuho_core::case::decide::Draft;
use tsuho_core::case::event::{Body, Delivered};
use tsuho_core::case::request::{Asker, Content, Facts, Request};
use tsuho_core::case::settle::Outlook;
use tsuho_core::case::{Case, Context};
use tsuho_core::ids::{CaseId, CommandId};
use tsuho_core::name::CalendarName;
use tsuho_core::operator::{self, Operator};
use tsuho_core::people::People;
use tsuho_ledger::{Chain, Digest};
use tsuho_store::{DefinitionRef, Expected, Store, StreamHead, StreamName};

use crate::cases::{Known, Loaded, Row};
use crate::definitions::Compiled;
use crate::history::{self, expected, fold_next, follow};
use crate::snapshot::{self, Last, Page};
use crate::{Error, Executor};

/// The installation as it stands: people, publications, calendars and the operator's facts.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Persons, their roles, and what was published.
    pub people: People,
    /// The latest publication of each calendar.
    pub calendars: BTreeMap<CalendarName, Calendar>,
    /// The operator's facts.
    pub operator: Operator,
    pub(crate) system_chain: Chain,
    pub(crate) operator_chain: Chain,
}

/// What a decision on a case reads.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The installation.
    pub installation: Arc<Installation>,
    /// The case.
    pub case: Arc<Case>,
    /// The workflow to which the case is pinned.
    pub compiled: Arc<Compiled>,
    pub(crate) chain: Chain,
    pub(crate) last: Last,
    pub(crate) row: Row,
    pub(crate) known: Option<Known>,
}

impl Ground {
    /// Returns what decisions read beside the case.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        self.installation.context(&self.compiled)
    }

    fn of(installation: Arc<Installation>, compiled: Arc<Compiled>, loaded: Loaded) -> Self {
        let Loaded {
            case,
            chain,
            last,
            row,
            known,
        } = loaded;
        Self {
            installation,
            case,
            compiled,
            chain,
            last,
            row,
            known,
        }
    }

    pub(crate) fn loaded(&self) -> Loaded {
        Loaded {
            case: self.case.clone(),
            chain: self.chain.clone(),
            last: self.last,
            row: self.row,
            known: self.known,
        }
    }

    /// Takes the case as it would stand after a decision, for another that is made before anything is written.
    pub(crate) fn stand_at(&mut self, draft: Draft) {
        self.case = Arc::new(draft.case);
        self.known = Known::under(&self.installation, draft.outlook);
    }

    /// Returns what is known of the case, if it was decided under the installation as it stands.
    pub(crate) fn outlook(&self) -> Option<Outlook> {
        let system = self.installation.system();
        self.known
            .filter(|known| known.under == system)
            .map(|known| known.outlook)
    }

    /// Returns the request that gives the case the operator's facts that it has not been given, if there are any (A2).
    pub(crate) fn delivery(&self, command: impl FnOnce() -> CommandId) -> Option<Request> {
        let since = self.case.delivered.get(operator::STREAM).copied();
        let (facts, delivered) = self.installation.delivery(&self.compiled, since)?;
        Some(Request {
            command: command(),
            asker: Asker::Clock,
            occurred_at: None,
            reason: None,
            seen: None,
            content: Content::Deliver { facts, delivered },
        })
    }
}

impl Installation {
    fn empty() -> Self {
        Self {
            people: People::default(),
            calendars: BTreeMap::new(),
            operator: Operator::default(),
            system_chain: Chain::new(StreamName::system().label().clone()),
            operator_chain: Chain::new(operator_stream().label().clone()),
        }
    }

    /// Returns what decisions under a workflow read beside the case.
    #[must_use]
    pub fn context<'a>(&'a self, compiled: &'a Compiled) -> Context<'a> {
        Context {
            rules: &compiled.rules,
            people: &self.people,
            calendars: &self.calendars,
        }
    }

    /// Returns the head of the system stream, which every decision names.
    pub(crate) fn system(&self) -> Digest {
        self.system_chain.head()
    }

    /// Returns the head of the operator's stream, whose facts every decision on a case has delivered first (A2).
    pub(crate) fn operator_read(&self) -> (StreamName, Expected) {
        (operator_stream(), expected(&self.operator_chain))
    }

    /// Returns the operator's facts that a case under a workflow uses and was not given since.
    ///
    /// A value that another workflow took and this one cannot hold stays away, so that it is unknown here and bars
    /// nothing else (P1).
    pub(crate) fn delivery(
        &self,
        compiled: &Compiled,
        since: Option<u64>,
    ) -> Option<(Facts, Delivered)> {
        let (facts, delivered) = self.operator.delivery(&compiled.operator_facts, since)?;
        let facts: Facts = facts
            .into_iter()
            .filter(|(name, given)| compiled.holds(name, &given.change))
            .collect();
        (!facts.is_empty()).then_some((facts, delivered))
    }

    /// Reads what was written since.
    async fn catch_up(&mut self, store: &dyn Store) -> Result<(), Error> {
        let Self {
            people,
            operator,
            system_chain,
            operator_chain,
            ..
        } = self;
        follow(store, &StreamName::system(), system_chain, |event| {
            *people = std::mem::take(people).evolve(&event);
            Ok(())
        })
        .await?;
        follow(store, &operator_stream(), operator_chain, |event| {
            *operator = std::mem::take(operator).evolve(&event);
            Ok(())
        })
        .await?;
        for (name, digest) in self.people.calendars() {
            if self
                .calendars
                .get(name)
                .is_none_or(|calendar| calendar.digest != *digest)
            {
                self.calendars
                    .insert(name.clone(), read_calendar(store, *digest).await?);
            }
        }
        Ok(())
    }

    fn is_at(&self, system: Option<&StreamHead>, operator: Option<&StreamHead>) -> bool {
        stands_at(&self.system_chain, system) && stands_at(&self.operator_chain, operator)
    }
}

impl Executor {
    /// Returns the installation as it stands.
    ///
    /// # Errors
    ///
    /// If there is none, or it cannot be read.
    pub async fn installation(&self) -> Result<Arc<Installation>, Error> {
        let installation = self.installation_or_none().await?;
        if installation.people.version() == 0 {
            Err(Error::NoInstallation)
        } else {
            Ok(installation)
        }
    }

    /// Returns the installation, empty if there is none.
    pub(crate) async fn installation_or_none(&self) -> Result<Arc<Installation>, Error> {
        let store = &*self.store;
        let system = store.head(&StreamName::system()).await?;
        let operator = store.head(&operator_stream()).await?;
        let mut installation = match self.kept_installation() {
            Some(kept) if kept.is_at(system.as_ref(), operator.as_ref()) => return Ok(kept),
            Some(kept) => Installation::clone(&kept),
            None => Installation::empty(),
        };
        installation.catch_up(store).await?;
        let installation = Arc::new(installation);
        *self
            .installation
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(installation.clone());
        Ok(installation)
    }

    /// Returns what a decision on a case reads as it was last seen, if that is kept, without asking the store. It is only
    /// a guess: what is decided on it loses at the commit if somebody wrote since, and nobody may be refused on it.
    #[must_use]
    pub fn kept_ground(&self, id: CaseId) -> Option<Ground> {
        let installation = self.kept_installation()?;
        let loaded = self.cases.get(id)?;
        let compiled = self.definitions.get(loaded.case.digest)?;
        Some(Ground::of(installation, compiled, loaded))
    }

    /// Returns such a guess, for which only a case that is not kept is read: whether anything else moved since shows at
    /// the commit. `None` if the installation was never looked at.
    ///
    /// # Errors
    ///
    /// If there is no such case, or it cannot be read.
    pub async fn guessed_ground(&self, id: CaseId) -> Result<Option<Ground>, Error> {
        let Some(installation) = self.kept_installation() else {
            return Ok(None);
        };
        let loaded = match self.cases.get(id) {
            Some(kept) => kept,
            None => self.fold(id, None).await?,
        };
        let compiled = self.compiled(loaded.case.digest).await?;
        Ok(Some(Ground::of(installation, compiled, loaded)))
    }

    /// Returns the case of a number, if it is kept.
    #[must_use]
    pub fn kept_number(&self, number: u64) -> Option<CaseId> {
        self.cases.of_number(number)
    }

    fn kept_installation(&self) -> Option<Arc<Installation>> {
        self.installation
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns what a decision on a case reads, as it stands.
    ///
    /// # Errors
    ///
    /// If there is no such case, or something cannot be read.
    pub async fn ground(&self, id: CaseId) -> Result<Ground, Error> {
        let installation = self.installation().await?;
        let loaded = self.load(id).await?;
        let compiled = self.compiled(loaded.case.digest).await?;
        Ok(Ground::of(installation, compiled, loaded))
    }

    /// Returns a case as it stands.
    async fn load(&self, id: CaseId) -> Result<Loaded, Error> {
        let stream = case_stream(id);
        let head = self
            .store
            .head(&stream)
            .await?
            .ok_or(Error::UnknownCase { case: id })?;
        match self.cases.get(id) {
            Some(kept) if stands_at(&kept.chain, Some(&head)) => Ok(kept),
            kept => self.fold(id, kept).await,
        }
    }

    /// Reads what was written on a case since it was kept, here or in a snapshot, and keeps it.
    async fn fold(&self, id: CaseId, kept: Option<Loaded>) -> Result<Loaded, Error> {
        let (stream, events) = (case_stream(id), self.keeping.snapshot_events);
        let (begun, page) = match kept {
            Some(kept) => (Some(kept), Page::default()),
            None => snapshot::begin(&*self.store, &stream, id, events).await?,
        };
        let (mut case, mut chain, last) = match begun {
            Some(begun) => (
                Some(Arc::unwrap_or_clone(begun.case)),
                begun.chain,
                begun.last,
            ),
            None => (None, Chain::new(stream.label().clone()), Last::default()),
        };
        let mut take = |event| {
            case = Some(fold_next(id, case.take(), &event)?);
            Ok(())
        };
        history::take::<Body>(page.records, &mut chain, &mut take)?;
        if !page.is_last {
            follow::<Body>(&*self.store, &stream, &mut chain, take).await?;
        }
        let case = Arc::new(case.ok_or(Error::UnknownCase { case: id })?);
        let loaded = Loaded {
            case,
            chain,
            last,
            row: Row::default(),
            known: None,
        };
        self.cases.put(loaded.clone());
        Ok(loaded)
    }
}

/// Tells whether a chain ends at a head.
fn stands_at(chain: &Chain, head: Option<&StreamHead>) -> bool {
    chain.length() == head.map_or(0, |head| head.version)
        && head.is_none_or(|head| head.digest == chain.head())
}

async fn read_calendar(store: &dyn Store, digest: Digest) -> Result<Calendar, Error> {
    let damaged = |source| Error::Calendar { digest, source };
    let stored = store
        .calendar(&DefinitionRef::Digest(digest))
        .await?
        .ok_or_else(|| damaged(None))?;
    let calendar = Calendar::read(&stored.source).map_err(|error| damaged(Some(error)))?;
    if calendar.digest == digest {
        Ok(calendar)
    } else {
        Err(damaged(None))
    }
}

/// What the streams of cases are called, before the case's id.
pub(crate) const CASE_PREFIX: &str = "case/";

/// Returns the stream of a case.
pub(crate) fn case_stream(id: CaseId) -> StreamName {
    format!("{CASE_PREFIX}{id}")
        .parse()
        .expect("an id of letters and digits is a label")
}

/// Returns the operator's stream.
pub(crate) fn operator_stream() -> StreamName {
    operator::STREAM.parse().expect("eight letters are a label")
}
