//! Loads a case as it stands at this moment: with what fell due since its last record, which nobody has written yet.
//! Nothing is written here; the next command on the case, or a wake-up, writes it.

use tsuho_core::case::event::Body;
use tsuho_core::case::request::{Asker, Content, Request};
use tsuho_core::case::view::first_zone;
use tsuho_core::case::{Case, Event, evolve};
use tsuho_core::ids::CaseId;
use tsuho_core::time::{Timestamp, Zone};
use tsuho_executor::{Answer, Ground, How};

use crate::asking::{self, CaseRef, Refusal};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::session::Session;
use crate::telling::Words;

/// A case as it stands.
pub(crate) struct Stand {
    pub(crate) ground: Ground,
    /// The case with what fell due.
    pub(crate) case: Case,
    /// What fell due and is not written yet.
    pub(crate) unwritten: Vec<Event<Body>>,
    pub(crate) zone: Zone,
    pub(crate) now: Timestamp,
}

impl Stand {
    /// Loads a case that a person names.
    pub(crate) async fn named(session: &Session, text: &str) -> Result<Self> {
        let case: CaseRef = text
            .parse()
            .map_err(|problem| Failure::new(Exit::Usage, problem))?;
        if let Some((id, _)) = asking::find(session, case).await? {
            return Self::of(session, id).await;
        }
        let refusal = Refusal::unknown_case(text);
        let failure = Failure::new(refusal.exit, refusal.message);
        Err(refusal.hints.into_iter().fold(failure, Failure::hint))
    }

    /// Loads a case.
    pub(crate) async fn of(session: &Session, id: CaseId) -> Result<Self> {
        let executor = session.executor();
        let ground = executor
            .ground(id)
            .await
            .map_err(|error| session.failed(error))?;
        let wake = Request {
            command: executor.new_command(),
            asker: Asker::Clock,
            occurred_at: None,
            reason: None,
            seen: None,
            content: Content::Wake,
        };
        let answer = executor.submit(id, &wake, &How::dry_run()).await;
        let unwritten = match answer.map_err(|error| session.failed(error))? {
            Answer::Done(done) => done.before.into_iter().chain(done.events).collect(),
            // Only a clock that runs behind the record refuses; then the case is shown as it was recorded.
            Answer::Refused(_) => Vec::new(),
        };
        let case = unwritten.iter().fold(Case::clone(&ground.case), evolve);
        let zone = first_zone(&ground.context(), Some(&case));
        let now = executor.now().max(case.last_recorded);
        Ok(Self {
            ground,
            case,
            unwritten,
            zone,
            now,
        })
    }

    /// Returns what words are chosen by.
    pub(crate) fn words(&self) -> Words<'_> {
        Words {
            rules: &self.ground.compiled.rules,
            zone: &self.zone,
        }
    }
}
