//! Opens incidents, records what their cases share, and reads them (A2).
//! What is written on the several streams, and that it is written at once, is in `crates/executor/src/together.rs`.

use std::sync::Arc;

use tracing::Instrument;
use tsuho_core::case::event::EventBody;
use tsuho_core::case::request::{Asker, Content, Facts, Request, Text};
use tsuho_core::case::{Body, Event, Rejection};
use tsuho_core::ids::{CaseId, CommandId, IncidentId};
use tsuho_core::incident::{Incident, IncidentBody, Refused};
use tsuho_core::name::WorkflowName;
use tsuho_core::time::Timestamp;
use tsuho_ledger::Chain;
use tsuho_store::StreamName;

use crate::answer::{Answer, Done, How, Together};
use crate::ground::case_stream;
use crate::history::follow;
use crate::open::TURN;
use crate::together::{Asked, Verdict};
use crate::{Error, Executor, Opening, chance};

/// What somebody asks who opens an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentOpening {
    /// Names the decision.
    pub command: CommandId,
    /// Who asks.
    pub asker: Asker,
    /// What it is called.
    pub title: Text,
    /// The case of no incident for which it is opened, if there is one: what it had recorded becomes the incident's.
    pub taken: Option<CaseId>,
    /// The workflows under which a case is opened with it, each in a version or in the latest.
    pub workflows: Vec<(WorkflowName, Option<u32>)>,
    /// Facts that are recorded with it.
    pub facts: Facts,
    /// When it began in the world; by default the moment of deciding.
    pub occurred_at: Option<Timestamp>,
    /// Why, where it is opened for a day long past.
    pub reason: Option<Text>,
}

/// An incident as it was folded, and the chain up to its last record.
#[derive(Debug, Clone)]
pub(crate) struct LoadedIncident {
    pub(crate) incident: Incident,
    pub(crate) chain: Chain,
}

impl Executor {
    /// Opens an incident with its cases, at once. The answer names it.
    ///
    /// # Errors
    ///
    /// If no such workflow was published, there is no such case, the key was used for another request, or something
    /// failed.
    pub async fn open_incident(
        &self,
        opening: &IncidentOpening,
        how: &How,
    ) -> Result<Result<Together, Refused>, Error> {
        let id = IncidentId::from_bytes(chance::id(&*self.chance));
        let span = tracing::info_span!("command", incident.id = %id, command = %opening.command);
        async {
            let _turn = self.turn(TURN).await;
            let asked = Asked::Open { id, opening };
            self.on_incident(&asked, how).await
        }
        .instrument(span)
        .await
    }

    /// Opens a case in an incident, which gives it everything that was recorded for such a case.
    ///
    /// # Errors
    ///
    /// As [`Executor::open_case`], and if there is no such incident.
    pub async fn open_case_in(
        &self,
        incident: IncidentId,
        opening: &Opening,
        how: &How,
    ) -> Result<Answer<Body, Rejection>, Error> {
        let id = self.new_case();
        let span = tracing::info_span!("command", case.id = %id, command = %opening.command);
        async {
            let _turn = self.turn(TURN).await;
            let asked = Asked::Add {
                incident,
                id,
                opening,
            };
            self.on_case(&asked, how).await
        }
        .instrument(span)
        .await
    }

    /// Records facts on an incident; each of its cases that uses them has them at once, closed ones too. The request's
    /// content is [`Content::Record`].
    ///
    /// # Errors
    ///
    /// If there is no such incident, the key was used for another request, or something failed; nothing is half written.
    pub async fn record_on_incident(
        &self,
        incident: IncidentId,
        request: &Request,
        how: &How,
    ) -> Result<Result<Together, Refused>, Error> {
        let span =
            tracing::info_span!("command", incident.id = %incident, command = %request.command);
        async {
            let _turn = self.turn(incident_stream(incident).as_str()).await;
            let asked = Asked::Record { incident, request };
            self.on_incident(&asked, how).await
        }
        .instrument(span)
        .await
    }

    /// Returns an incident as it stands, with the words that the parts of its history keep.
    ///
    /// # Errors
    ///
    /// If there is no such incident, or its history cannot be read.
    pub async fn incident(&self, id: IncidentId) -> Result<Arc<Incident>, Error> {
        let loaded = self.load_incident(id).await?;
        Ok(Arc::new(loaded.incident))
    }

    /// Returns every event of an incident, with the personal and privileged values that are still there.
    ///
    /// # Errors
    ///
    /// If the history cannot be read or is damaged.
    pub async fn incident_events(&self, id: IncidentId) -> Result<Vec<Event<IncidentBody>>, Error> {
        self.events(&incident_stream(id)).await
    }

    /// Reads an incident from its stream: some hundred records at most, where a day of crisis was long.
    pub(crate) async fn load_incident(&self, id: IncidentId) -> Result<LoadedIncident, Error> {
        let stream = incident_stream(id);
        let mut chain = Chain::new(stream.label().clone());
        let mut incident = None;
        follow::<IncidentBody>(&*self.store, &stream, &mut chain, |event| {
            incident = Some(match incident.take() {
                None => {
                    Incident::begin(id, &event).ok_or(Error::IncidentNotOpened { incident: id })?
                }
                Some(before) => Incident::evolve(before, &event),
            });
            Ok(())
        })
        .await?;
        let incident = incident.ok_or(Error::UnknownIncident { incident: id })?;
        Ok(LoadedIncident { incident, chain })
    }

    /// Carries out what is asked of an incident.
    async fn on_incident(
        &self,
        asked: &Asked<'_>,
        how: &How,
    ) -> Result<Result<Together, Refused>, Error> {
        match self.decide_together(asked, how).await? {
            Verdict::Done(attempt, standing) => Ok(Ok(attempt.told(standing))),
            Verdict::Refused(refused) => Ok(Err(refused)),
            Verdict::Repeated(answer) => {
                let prefix = tsuho_core::incident::PREFIX;
                let incident = self.repeated(answer, how.key.as_ref(), prefix).await?;
                let cases = self.on_its_cases(&incident, None).await?;
                Ok(Ok(Together { incident, cases }))
            }
        }
    }

    /// Carries out what is asked of a case of an incident.
    pub(crate) async fn on_case(
        &self,
        asked: &Asked<'_>,
        how: &How,
    ) -> Result<Answer<Body, Rejection>, Error> {
        match self.decide_together(asked, how).await? {
            Verdict::Done(attempt, standing) => Ok(Answer::Done(attempt.of_case(standing))),
            Verdict::Refused(refused) => Ok(Answer::Refused(refused.rejection)),
            Verdict::Repeated(answer) => {
                let prefix = asked.stream();
                let own = self.repeated(answer, how.key.as_ref(), &prefix).await?;
                let elsewhere = self.elsewhere(asked.incident(), &own).await?;
                Ok(Answer::Done(Done { elsewhere, ..own }))
            }
        }
    }

    /// Finds what a decision on a case wrote on its incident and on the others of its cases.
    async fn elsewhere(
        &self,
        id: IncidentId,
        own: &Done<Body>,
    ) -> Result<Option<Box<Together>>, Error> {
        let incident = self.written(incident_stream(id), own).await?;
        let cases = self.on_its_cases(&incident, own.case_id()).await?;
        let together = Together { incident, cases };
        Ok((!together.is_empty()).then(|| Box::new(together)))
    }

    /// Finds what a decision wrote on the cases of an incident, but for the one that is told already.
    async fn on_its_cases(
        &self,
        incident: &Done<IncidentBody>,
        told: Option<CaseId>,
    ) -> Result<Vec<Done<Body>>, Error> {
        let Some(id) = incident.incident_id() else {
            return Ok(Vec::new());
        };
        let links = self.load_incident(id).await?.incident.cases().to_vec();
        let mut cases = Vec::new();
        for link in links.iter().filter(|link| told != Some(link.case)) {
            let done: Done<Body> = self.written(case_stream(link.case), incident).await?;
            if !done.events.is_empty() {
                cases.push(done);
            }
        }
        Ok(cases)
    }

    /// Finds what the decision of another stream's events wrote on a stream.
    async fn written<A, B: EventBody + Send>(
        &self,
        stream: StreamName,
        other: &Done<A>,
    ) -> Result<Done<B>, Error> {
        let history = (0..).zip(self.events::<B>(&stream).await?);
        let mut own = history.filter(|(_, event)| event.command == other.command);
        let first = own.next();
        Ok(Done {
            stream,
            command: other.command,
            first_seq: first.as_ref().map_or(0, |(seq, _)| *seq),
            events: first
                .into_iter()
                .chain(own)
                .map(|(_, event)| event)
                .collect(),
            before: Vec::new(),
            standing: other.standing,
            elsewhere: None,
        })
    }
}

/// Returns the stream of an incident.
pub(crate) fn incident_stream(id: IncidentId) -> StreamName {
    tsuho_core::incident::stream_of(id)
        .parse()
        .expect("an id of letters and digits is a label")
}

/// Tells whether a request gives a case facts that an incident may keep.
pub(crate) fn gives_shared(rules: &tsuho_core::workflow::Rules, content: &Content) -> bool {
    let (Content::Record { facts } | Content::Advance { facts, .. }) = content else {
        return false;
    };
    facts.keys().any(|fact| {
        let rule = rules.facts.get(fact);
        rule.is_some_and(|rule| rule.owner == tsuho_core::workflow::rules::Owner::Incident)
    })
}
