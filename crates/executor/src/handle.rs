//! Carries a request on a case out: load, decide, seal, commit, and again if somebody was faster.
//! Opening a case is in `crates/executor/src/open.rs`; what is decided, and why, in `tsuho-core`.

use std::sync::Arc;

use tracing::Instrument;
use tsuho_core::case::decide::{Draft, decide_draft};
use tsuho_core::case::record::{self, InCase, Link};
use tsuho_core::case::request::{Asker, Request};
use tsuho_core::case::settle::{Outlook, wake_at};
use tsuho_core::case::{Body, Case, Context, Event, Rejection, evolve, open};
use tsuho_core::ids::{CaseId, PersonId};
use tsuho_core::time::Timestamp;
use tsuho_store::{Append, Command, StreamName};

use crate::answer::{Answer, Done, How, Mode, Standing};
use crate::cases::{Known, Loaded, Row};
use crate::commit::{Fate, request_row};
use crate::ground::{Ground, Installation, case_stream};
use crate::history::expected;
use crate::incident::{gives_shared, incident_stream};
use crate::snapshot::{self, Last};
use crate::together::Asked;
use crate::wake::wake;
use crate::{Error, Executor, chance, view};

/// How often a request is decided before its sender is told that others were faster every time. Whoever commits makes
/// progress, so that eight losses in a row mean a case that is written to faster than anybody can read it.
pub const MOST_LOST_RACES: u32 = 8;

/// How many decisions of the clock may go before a request, each up to ten thousand moments: more than any case that
/// was left alone for years, and less than a person waits.
const MOST_PORTIONS: u32 = 64;

/// Where a decision stands in what a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It goes before: facts of the operator, or what fell due meanwhile.
    Before,
    /// It is what was asked.
    Asked,
}

/// How often a request was decided, and how much longer it is.
#[derive(Debug)]
pub(crate) struct Patience<'a> {
    stream: &'a StreamName,
    lost: u32,
    portions: u32,
}

impl<'a> Patience<'a> {
    pub(crate) const fn new(stream: &'a StreamName) -> Self {
        Self {
            stream,
            lost: 0,
            portions: 0,
        }
    }

    /// Counts a lost race.
    pub(crate) fn lose(&mut self) -> Result<(), Error> {
        self.lost += 1;
        if self.lost < MOST_LOST_RACES {
            return Ok(());
        }
        Err(Error::Crowded {
            stream: self.stream.to_string(),
            times: self.lost,
        })
    }

    /// Counts a decision that went before the request.
    pub(crate) fn precede(&mut self) -> Result<(), Error> {
        self.portions += 1;
        if self.portions < MOST_PORTIONS {
            Ok(())
        } else {
            Err(self.far_behind())
        }
    }

    fn far_behind(&self) -> Error {
        Error::FarBehind {
            stream: self.stream.to_string(),
            portions: self.portions,
        }
    }
}

/// What a decision on a case is sealed onto.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) installation: &'a Installation,
    pub(crate) before: Option<&'a Loaded>,
    /// What the decision knows of the case after it.
    pub(crate) outlook: Option<Outlook>,
}

impl Executor {
    /// Carries out a request on a case.
    ///
    /// # Errors
    ///
    /// If there is no such case, the key was used for another request, or something failed; nothing is half written.
    pub async fn submit(
        &self,
        id: CaseId,
        request: &Request,
        how: &How,
    ) -> Result<Answer<Body, Rejection>, Error> {
        let span = tracing::info_span!(
            "command", case.id = %id, command = %request.command, person = person(&request.asker).map(tracing::field::display)
        );
        async {
            self.trust_clock()?;
            let _turn = self.turn(&self.turn_of(id)).await;
            match how.mode {
                Mode::Write => self.carry_out(id, request, how).await,
                Mode::DryRun => self.try_out(id, request, how).await,
            }
        }
        .instrument(span)
        .await
    }

    /// Lets happen what fell due on a case.
    ///
    /// # Errors
    ///
    /// As [`Executor::submit`].
    pub async fn wake(&self, id: CaseId) -> Result<Answer<Body, Rejection>, Error> {
        self.submit(id, &wake(self.new_command()), &How::default())
            .await
    }

    /// Returns the turn for which requests on a case wait: its own, or that of the incident of which it is one, because
    /// what its cases share is written on all of them. A case that becomes one meanwhile loses a race at worst.
    fn turn_of(&self, id: CaseId) -> String {
        let kept = self.cases.get(id);
        match kept.and_then(|kept| kept.case.incident) {
            Some(of) => incident_stream(of.id).to_string(),
            None => case_stream(id).to_string(),
        }
    }

    pub(crate) async fn carry_out(
        &self,
        id: CaseId,
        request: &Request,
        how: &How,
    ) -> Result<Answer<Body, Rejection>, Error> {
        let stream = case_stream(id);
        let mut patience = Patience::new(&stream);
        let mut before = Vec::new();
        let mut kept = self.guessed_ground(id).await?;
        loop {
            let (ground, is_guess) = match kept.take() {
                Some(ground) => (ground, true),
                None => (self.ground(id).await?, false),
            };
            if let Some(asked) = shared(&ground, request) {
                return self.on_case(&asked, how).await;
            }
            let (place, draft) = match self.decide_next(&ground, request) {
                // Only what stands may refuse, or find nothing to do.
                Ok((_, draft)) if is_guess && draft.events.is_empty() => continue,
                Err(_) if is_guess => continue,
                Ok(next) => next,
                Err(refusal) => return self.refused(&stream, request, how, refusal).await,
            };
            let (events, outlook) = (draft.events, draft.outlook);
            let done = |events, before, standing| {
                let (stream, command, first_seq) =
                    (stream.clone(), request.command, ground.case.version);
                Answer::Done(Done {
                    stream,
                    command,
                    first_seq,
                    events,
                    before,
                    standing,
                    elsewhere: None,
                })
            };
            if events.is_empty() {
                return match place {
                    Place::Asked => Ok(done(events, before, Standing::Nothing)),
                    // So many moments of which nothing came, and no record that would say that they were looked at.
                    Place::Before => Err(patience.far_behind()),
                };
            }
            let loaded = ground.loaded();
            let base = Base {
                context: ground.context(),
                installation: &ground.installation,
                before: Some(&loaded),
                outlook,
            };
            let (mut command, after) = self.seal(&base, id, &events)?;
            if place == Place::Asked {
                command.request =
                    request_row(person(&request.asker), how.key.as_ref(), request.command);
            }
            match self.commit(command).await? {
                Fate::Written(first) => {
                    self.cases.put(after);
                    if place == Place::Asked {
                        return Ok(done(events, before, Standing::Written { first }));
                    }
                    before.extend(events);
                    patience.precede()?;
                }
                Fate::Repeated(answer) => {
                    return Ok(Answer::Done(
                        self.repeated(answer, how.key.as_ref(), stream.as_str())
                            .await?,
                    ));
                }
                Fate::Again => patience.lose()?,
            }
        }
    }

    /// Decides a request and what goes before it, and writes nothing.
    async fn try_out(
        &self,
        id: CaseId,
        request: &Request,
        how: &How,
    ) -> Result<Answer<Body, Rejection>, Error> {
        let stream = case_stream(id);
        let asker = person(&request.asker);
        if let Some(done) = self
            .earlier(asker, how.key.as_ref(), stream.as_str())
            .await?
        {
            return Ok(Answer::Done(done));
        }
        let mut ground = self.ground(id).await?;
        if let Some(asked) = shared(&ground, request) {
            return self.on_case(&asked, how).await;
        }
        let mut before = Vec::new();
        for _ in 0..MOST_PORTIONS {
            let (place, mut draft) = match self.decide_next(&ground, request) {
                Ok(next) => next,
                Err(refusal) => return Ok(Answer::Refused(refusal)),
            };
            if place == Place::Asked {
                let (command, first_seq) = (request.command, ground.case.version);
                let events = draft.events;
                let standing = if events.is_empty() {
                    Standing::Nothing
                } else {
                    Standing::Tried
                };
                return Ok(Answer::Done(Done {
                    stream,
                    command,
                    first_seq,
                    events,
                    before,
                    standing,
                    elsewhere: None,
                }));
            }
            before.append(&mut draft.events);
            ground.stand_at(draft);
        }
        Err(Patience {
            portions: MOST_PORTIONS,
            ..Patience::new(&stream)
        }
        .far_behind())
    }

    /// Decides what comes next: what the operator knows goes before anything else (A2), and what fell due goes first
    /// where that is more than one decision handles (Z2).
    pub(crate) fn decide_next(
        &self,
        ground: &Ground,
        request: &Request,
    ) -> Result<(Place, Draft), Rejection> {
        let now = self.now();
        let delivery = ground.delivery(|| self.new_command());
        let (place, next) = match &delivery {
            Some(delivery) => (Place::Before, delivery),
            None => (Place::Asked, request),
        };
        let case = (&*ground.case, ground.outlook());
        let decide = |request| decide_draft(&ground.context(), case, (request, None), now);
        match decide(next) {
            Ok(draft) => Ok((place, draft)),
            Err(Rejection::CatchUpFirst { .. }) => {
                let portion = wake(self.new_command());
                decide(&portion).map(|draft| (Place::Before, draft))
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Answers a refusal, unless the same request was granted before: then it is refused because it was granted.
    async fn refused(
        &self,
        stream: &StreamName,
        request: &Request,
        how: &How,
        refusal: Rejection,
    ) -> Result<Answer<Body, Rejection>, Error> {
        let earlier = self
            .earlier(person(&request.asker), how.key.as_ref(), stream.as_str())
            .await?;
        Ok(earlier.map_or(Answer::Refused(refusal), Answer::Done))
    }

    /// Seals a decision on a case together with everything that is written with it; returns the case after it.
    pub(crate) fn seal(
        &self,
        base: &Base<'_>,
        id: CaseId,
        events: &[Event<Body>],
    ) -> Result<(Command, Loaded), Error> {
        let stream = case_stream(id);
        let start = base.before.map_or_else(
            || tsuho_ledger::Chain::new(stream.label().clone()),
            |it| it.chain.clone(),
        );
        let (case, rest) = match (base.before, events) {
            (Some(before), _) => (Case::clone(&before.case), events),
            (None, [first, rest @ ..]) => {
                (open(id, first).ok_or(Error::NotOpened { case: id })?, rest)
            }
            (None, []) => return Err(Error::NotOpened { case: id }),
        };
        let case = rest.iter().fold(case, evolve);
        let link = Link {
            stream: stream.label().clone(),
            seq: start.length(),
            prev: start.head(),
            system: Some(base.installation.system()),
        };
        let in_case = InCase {
            workflow: case.digest,
            state: base.before.map(|before| before.case.state.clone()),
        };
        let records =
            record::seal_case(events, link, in_case, &mut || chance::salt(&*self.chance))?;
        let mut chain = start.clone();
        records.iter().try_for_each(|record| chain.follow(record))?;
        let mut append = Append::new(stream, expected(&start), records)?;
        append.revisions = case.revision - base.before.map_or(0, |before| before.case.revision);
        append.wake_at = wake_at(&base.context, &case, base.outlook).map(Timestamp::moment);
        let last = base.before.map_or_else(Last::default, |before| before.last);
        let every = self.keeping.snapshot_events;
        let (snapshot, last) = snapshot::next(last, &case, &chain, every);
        let command = Command {
            appends: vec![append],
            system: Some(base.installation.system()),
            read: vec![base.installation.operator_read()],
            cases: Row::next(base.before, &case).into_iter().collect(),
            clocks: view::changed_clock_rows(base.before.map(|before| &*before.case), &case),
            snapshots: snapshot.into_iter().collect(),
            ..Command::default()
        };
        Ok((
            command,
            Loaded {
                case: Arc::new(case),
                chain,
                last,
                row: Row::Ours,
                known: Known::under(base.installation, base.outlook),
            },
        ))
    }
}

/// Returns what is asked of the case's incident too: where it belongs to one, and is given facts that such a one keeps.
fn shared<'a>(ground: &Ground, request: &'a Request) -> Option<Asked<'a>> {
    let of = ground.case.incident?;
    gives_shared(&ground.compiled.rules, &request.content).then_some(Asked::Ask {
        incident: of.id,
        id: ground.case.id,
        request,
    })
}

/// Returns who asks, if it is a person.
pub(crate) fn person(asker: &Asker) -> Option<PersonId> {
    match asker {
        Asker::Clock => None,
        Asker::Person { person, .. } => Some(*person),
    }
}
