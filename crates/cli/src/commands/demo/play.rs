//! Plays a scenario through the executor, in virtual time, and keeps what was refused, since no history does.
//! What a step asks is put together by `tsuho-core`, and decided there; what nobody asked is played by `aside`.

use std::collections::BTreeMap;

use tsuho_core::case::request::{Asker, Content, Facts, Request, Text};
use tsuho_core::case::{Body, Rejection};
use tsuho_core::ids::{CaseId, IncidentId, PersonId};
use tsuho_core::incident;
use tsuho_core::name::{RoleName, WorkflowName};
use tsuho_core::scenario::{self, About, Asked, Deed, Happening, Plays, Scenario, Step, What};
use tsuho_core::time::Timestamp;
use tsuho_executor::{Answer, Done, How, IncidentOpening, Opening, Together};

use super::aside;
use super::cast::Cast;
use super::chronicle::Turn;
use super::stage::Stage;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// What was played: the cases, and what was refused meanwhile.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// The incident, if the scenario plays one.
    pub(super) incident: Option<IncidentId>,
    /// The scenario's cases, by their places.
    pub(super) cases: BTreeMap<usize, CaseId>,
    /// The case that asks what would be if the incident had been known at the first alarm.
    pub(super) what_if: Option<CaseId>,
    /// What was refused on the scenario's cases.
    pub(super) refused: Vec<Refused>,
}

/// Something that was refused. Nothing of it is on record.
#[derive(Debug)]
pub(super) struct Refused {
    /// On which of the scenario's cases.
    pub(super) place: usize,
    /// How many events the case had.
    pub(super) version: u64,
    /// Who asked.
    pub(super) person: PersonId,
    /// In which role.
    pub(super) role: RoleName,
    /// Why it was refused.
    pub(super) rejection: Rejection,
}

impl Refused {
    /// Tells whether a decision was the last on the case before this was refused.
    pub(super) fn follows(&self, turn: &Turn<'_>) -> bool {
        let decision = turn.cases.get(&self.place);
        decision.is_some_and(|decision| decision.after.version == self.version)
    }
}

/// A drill that is being played.
pub(super) struct Play<'a> {
    pub(super) stage: &'a Stage,
    pub(super) cast: &'a Cast,
    pub(super) scenario: &'a Scenario,
    pub(super) played: Played,
    /// A proposer has tried to consent alone.
    pub(super) tried: bool,
}

/// Plays a scenario.
pub(super) async fn play(stage: &Stage, cast: &Cast, scenario: &Scenario) -> Result<Played> {
    record_operator(stage, cast, scenario).await?;
    let mut play = Play {
        stage,
        cast,
        scenario,
        played: Played::default(),
        tried: false,
    };
    play.pass(scenario.opening.moment).await?;
    play.begin().await?;
    for step in &scenario.steps {
        play.step(step).await?;
    }
    Ok(play.played)
}

/// Records the operator's facts, which every case is given that uses them.
async fn record_operator(stage: &Stage, cast: &Cast, scenario: &Scenario) -> Result<()> {
    if scenario.operator.is_empty() {
        return Ok(());
    }
    let content = Content::Record {
        facts: scenario.operator.clone(),
    };
    let request = request(stage, cast.administrator(), content);
    let how = How::default();
    let answer = stage.executor.record_operator_facts(&request, &how).await;
    match answer.map_err(|error| stage.failed(error))? {
        Answer::Done(_) => Ok(()),
        Answer::Refused(rejection) => Err(refused(&rejection)),
    }
}

impl Play<'_> {
    async fn pass(&self, until: Timestamp) -> Result<()> {
        let stage = self.stage;
        let passed = stage.executor.pass_time(&stage.clock, until).await;
        passed.map_err(|error| stage.failed(error))?;
        Ok(())
    }

    /// Opens what the scenario opens first: its case, or its incident with some of its cases.
    async fn begin(&mut self) -> Result<()> {
        let opening = &self.scenario.opening;
        let asker = self.cast.asker(&opening.by);
        match self.scenario.plays {
            Plays::OneCase => {
                let case = self.open_alone(asker).await?;
                self.played.cases.insert(0, case);
            }
            Plays::Incident => {
                let workflow = |place: &usize| (self.workflow(*place).clone(), None);
                let opening = IncidentOpening {
                    command: self.stage.executor.new_command(),
                    asker,
                    title: Text::personal(self.scenario.name()),
                    taken: None,
                    workflows: opening.cases.iter().map(workflow).collect(),
                    facts: Facts::new(),
                    occurred_at: None,
                    reason: None,
                };
                let how = How::default();
                let answer = self.stage.executor.open_incident(&opening, &how).await;
                let together = self.together(answer)?;
                self.played.incident = together.incident_id();
                let opened = together.cases.iter().filter_map(Done::case_id);
                let places = self.scenario.opening.cases.iter().copied();
                self.played.cases = places.zip(opened).collect();
            }
        }
        Ok(())
    }

    fn workflow(&self, place: usize) -> &WorkflowName {
        &self.scenario.cases[place].workflow
    }

    fn opening(&self, asker: Asker, place: usize) -> Opening {
        Opening {
            command: self.stage.executor.new_command(),
            asker,
            workflow: self.workflow(place).clone(),
            version: None,
            occurred_at: None,
            reason: None,
        }
    }

    /// Opens a case of no incident under the first workflow.
    pub(super) async fn open_alone(&self, asker: Asker) -> Result<CaseId> {
        let (opening, how) = (self.opening(asker, 0), How::default());
        let answer = self.stage.executor.open_case(&opening, &how).await;
        let done = granted(answer.map_err(|error| self.stage.failed(error))?)?;
        Ok(done.case_id().expect("what was opened is a case"))
    }

    async fn step(&mut self, step: &Step) -> Result<()> {
        self.pass(step.moment).await?;
        let Happening::Asked(wish) = &step.happening else {
            return Ok(());
        };
        let asker = self.cast.asker(&wish.by);
        match &wish.what {
            What::Opens(place) => self.opens(*place, asker).await,
            What::Asks(About::Incident, deed) => {
                let content = scenario::content_of_incident(deed);
                let request = self.wished(wish, asker, content);
                let incident = self.incident();
                let how = How::default();
                let executor = &self.stage.executor;
                let answer = executor.record_on_incident(incident, &request, &how).await;
                self.together(answer).map(|_| ())
            }
            What::Asks(About::Case(place), deed) => self.asks(*place, (step, wish, deed)).await,
        }
    }

    /// Opens a case of the incident.
    async fn opens(&mut self, place: usize, asker: Asker) -> Result<()> {
        let (opening, how) = (self.opening(asker, place), How::default());
        let incident = self.incident();
        let executor = &self.stage.executor;
        let answer = executor.open_case_in(incident, &opening, &how).await;
        let done = granted(answer.map_err(|error| self.stage.failed(error))?)?;
        let case = done.case_id().expect("what was opened is a case");
        self.played.cases.insert(place, case);
        Ok(())
    }

    /// Asks something of a case.
    async fn asks(
        &mut self,
        place: usize,
        (step, wish, deed): (&Step, &Asked, &Deed),
    ) -> Result<()> {
        let asker = self.cast.asker(&wish.by);
        let case = self.case(place);
        self.attach(case, deed, &asker).await?;
        let ground = self.stage.executor.ground(case).await;
        let ground = ground.map_err(|error| self.stage.failed(error))?;
        let content = scenario::content(&ground.context(), &ground.case, step.moment, deed);
        let content = content.map_err(|finding| {
            Failure::new(Exit::Findings, Message::of(finding.code.id, finding.args))
        })?;
        let request = self.wished(wish, asker.clone(), content);
        match self.submit(case, &request).await? {
            Answer::Refused(rejection) if wish.refused.is_some() => {
                self.keep(place, asker, rejection).await
            }
            Answer::Refused(rejection) => Err(refused(&rejection)),
            Answer::Done(done) => {
                aside::consent_alone(self, place, (asker.clone(), &done)).await?;
                aside::imagine(self, (place, deed), asker, &done).await
            }
        }
    }

    /// Attaches the files of which a step speaks and which the case does not have.
    async fn attach(&self, case: CaseId, deed: &Deed, asker: &Asker) -> Result<()> {
        let stage = self.stage;
        for file in deed.files() {
            let ground = stage.executor.ground(case).await;
            let ground = ground.map_err(|error| stage.failed(error))?;
            if ground.case.evidence.contains(&file.digest()) {
                continue;
            }
            let kept = stage.executor.store().put_blob(file.bytes()).await;
            kept.map_err(|error| stage.failed(error.into()))?;
            let request = request(stage, asker.clone(), file.attaching());
            granted(self.submit(case, &request).await?)?;
        }
        Ok(())
    }

    fn wished(&self, wish: &Asked, asker: Asker, content: Content) -> Request {
        Request {
            occurred_at: wish.occurred,
            reason: wish.reason.clone().map(Text::personal),
            ..request(self.stage, asker, content)
        }
    }

    fn incident(&self) -> IncidentId {
        let incident = self.played.incident;
        incident.expect("a scenario asks of an incident only where it opened one")
    }

    /// Returns a case that the scenario opened.
    pub(super) fn case(&self, place: usize) -> CaseId {
        let case = self.played.cases.get(&place);
        *case.expect("a scenario asks nothing of a case before it is opened")
    }

    pub(super) async fn submit(
        &self,
        case: CaseId,
        request: &Request,
    ) -> Result<Answer<Body, Rejection>> {
        let how = How::default();
        let answer = self.stage.executor.submit(case, request, &how).await;
        answer.map_err(|error| self.stage.failed(error))
    }

    /// Takes what was done on an incident and its cases.
    fn together(
        &self,
        answer: std::result::Result<
            std::result::Result<Together, incident::Refused>,
            tsuho_executor::Error,
        >,
    ) -> Result<Together> {
        let answer = answer.map_err(|error| self.stage.failed(error))?;
        answer.map_err(|told| refused(&told.rejection))
    }

    /// Keeps what was refused.
    pub(super) async fn keep(
        &mut self,
        place: usize,
        asker: Asker,
        rejection: Rejection,
    ) -> Result<()> {
        let ground = self.stage.executor.ground(self.case(place)).await;
        let Asker::Person { person, role, .. } = asker else {
            return Ok(());
        };
        let ground = ground.map_err(|error| self.stage.failed(error))?;
        self.played.refused.push(Refused {
            place,
            version: ground.case.version,
            person,
            role,
            rejection,
        });
        Ok(())
    }
}

/// Returns a request with nothing but its content.
pub(super) fn request(stage: &Stage, asker: Asker, content: Content) -> Request {
    Request {
        command: stage.executor.new_command(),
        asker,
        occurred_at: None,
        reason: None,
        seen: None,
        content,
    }
}

/// Takes an answer that a scenario without mistakes is given.
pub(super) fn granted<B>(answer: Answer<B, Rejection>) -> Result<Done<B>> {
    answer.granted().map_err(|rejection| refused(&rejection))
}

/// Says that a scenario asks what is refused.
fn refused(rejection: &Rejection) -> Failure {
    let message = Message::of(rejection.key(), rejection.args());
    Failure::new(Exit::Findings, message).hint(Message::new("demo.refused.hint"))
}
