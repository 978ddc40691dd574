//! Plays a scenario through the executor, in virtual time, and keeps what was refused, since no history does.
//! What a step asks is put together by `tsuho-core`, and decided there; telling it is left to `story`.

use tsuho_core::case::event::{ApprovalRequested, Change};
use tsuho_core::case::request::{Asker, Content, Facts, Given, Request, Text};
use tsuho_core::case::{Body, Event, Rejection};
use tsuho_core::ids::{CaseId, PersonId};
use tsuho_core::name::RoleName;
use tsuho_core::scenario::{self, Asked, Deed, Happening, Scenario, Step, What};
use tsuho_core::time::Timestamp;
use tsuho_core::value::Value;
use tsuho_executor::{Answer, Done, How, Opening};

use super::cast::Cast;
use super::stage::Stage;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// What was played: the cases, and what was refused meanwhile.
#[derive(Debug)]
pub(super) struct Played {
    /// The scenario's case.
    pub(super) case: CaseId,
    /// The case that asks what would be if the incident had been known at the first alarm.
    pub(super) what_if: Option<CaseId>,
    /// What was refused on the scenario's case.
    pub(super) refused: Vec<Refused>,
}

/// Something that was refused. Nothing of it is on record.
#[derive(Debug)]
pub(super) struct Refused {
    /// How many events the case had.
    pub(super) version: u64,
    /// When.
    pub(super) at: Timestamp,
    /// Who asked.
    pub(super) person: PersonId,
    /// In which role.
    pub(super) role: RoleName,
    /// Why it was refused.
    pub(super) rejection: Rejection,
}

/// A drill that is being played.
struct Play<'a> {
    stage: &'a Stage,
    cast: &'a Cast,
    played: Played,
    /// A proposer has tried to consent alone.
    tried: bool,
}

/// Plays a scenario.
pub(super) async fn play(stage: &Stage, cast: &Cast, scenario: &Scenario) -> Result<Played> {
    record_operator(stage, cast, scenario).await?;
    stage
        .executor
        .pass_time(&stage.clock, scenario.opening.moment)
        .await
        .map_err(|error| stage.failed(error))?;
    let asker = cast.asker(&scenario.opening.by);
    let mut play = Play {
        stage,
        cast,
        played: Played {
            case: open(stage, scenario, asker).await?,
            what_if: None,
            refused: Vec::new(),
        },
        tried: false,
    };
    for step in &scenario.steps {
        play.step(scenario, step).await?;
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

async fn open(stage: &Stage, scenario: &Scenario, asker: Asker) -> Result<CaseId> {
    let opening = Opening {
        command: stage.executor.new_command(),
        asker,
        workflow: scenario.cases[0].workflow.clone(),
        version: None,
        occurred_at: None,
        reason: None,
    };
    let answer = stage.executor.open_case(&opening, &How::default()).await;
    let done = granted(answer.map_err(|error| stage.failed(error))?)?;
    Ok(done.case_id().expect("what was opened is a case"))
}

impl Play<'_> {
    async fn step(&mut self, scenario: &Scenario, step: &Step) -> Result<()> {
        let passed = self
            .stage
            .executor
            .pass_time(&self.stage.clock, step.moment)
            .await;
        passed.map_err(|error| self.stage.failed(error))?;
        let Happening::Asked(wish) = &step.happening else {
            return Ok(());
        };
        let asker = self.cast.asker(&wish.by);
        self.attach(wish, &asker).await?;
        match self.ask(step, wish, asker.clone()).await? {
            Answer::Refused(rejection) if wish.refused.is_some() => {
                self.keep(asker, rejection).await
            }
            Answer::Refused(rejection) => Err(refused(&rejection)),
            Answer::Done(done) => {
                self.consent_alone(asker.clone(), &done).await?;
                self.imagine(scenario, wish, asker, &done).await
            }
        }
    }

    /// Attaches the files of which a step speaks and which the case does not have.
    async fn attach(&self, wish: &Asked, asker: &Asker) -> Result<()> {
        let What::Asks(_, deed) = &wish.what else {
            return Ok(());
        };
        for file in deed.files() {
            let ground = self.stage.executor.ground(self.played.case).await;
            let ground = ground.map_err(|error| self.stage.failed(error))?;
            if ground.case.evidence.contains(&file.digest()) {
                continue;
            }
            let kept = self.stage.executor.store().put_blob(file.bytes()).await;
            kept.map_err(|error| self.stage.failed(error.into()))?;
            let request = request(self.stage, asker.clone(), file.attaching());
            self.submit(self.played.case, &request).await?;
        }
        Ok(())
    }

    async fn ask(
        &self,
        step: &Step,
        wish: &Asked,
        asker: Asker,
    ) -> Result<Answer<Body, Rejection>> {
        let ground = self.stage.executor.ground(self.played.case).await;
        let ground = ground.map_err(|error| self.stage.failed(error))?;
        let What::Asks(_, deed) = &wish.what else {
            return Err(Failure::new(Exit::Internal, Message::new("demo.alone")));
        };
        let content = scenario::content(&ground.context(), &ground.case, step.moment, deed);
        let content = content.map_err(|finding| {
            Failure::new(Exit::Findings, Message::of(finding.code.id, finding.args))
        })?;
        let request = Request {
            occurred_at: wish.occurred,
            reason: wish.reason.clone().map(Text::personal),
            ..request(self.stage, asker, content)
        };
        self.submit(self.played.case, &request).await
    }

    async fn submit(&self, case: CaseId, request: &Request) -> Result<Answer<Body, Rejection>> {
        let how = How::default();
        let answer = self.stage.executor.submit(case, request, &how).await;
        answer.map_err(|error| self.stage.failed(error))
    }

    async fn keep(&mut self, asker: Asker, rejection: Rejection) -> Result<()> {
        let ground = self.stage.executor.ground(self.played.case).await;
        let Asker::Person { person, role, .. } = asker else {
            return Ok(());
        };
        self.played.refused.push(Refused {
            version: ground
                .map_err(|error| self.stage.failed(error))?
                .case
                .version,
            at: self.stage.executor.now(),
            person,
            role,
            rejection,
        });
        Ok(())
    }

    /// Lets the first person who proposes something stand in for the second and try to consent alone: four eyes are
    /// those of two persons, whatever roles one of them holds.
    async fn consent_alone(&mut self, asker: Asker, done: &Done<Body>) -> Result<()> {
        let proposal = done.events.iter().find_map(|event| match &event.body {
            Body::ApprovalRequested(requested) => Some(requested),
            _ => None,
        });
        let (Some(ApprovalRequested { proposal, by, .. }), false) = (proposal, self.tried) else {
            return Ok(());
        };
        self.tried = true;
        let Asker::Person { person, via, .. } = asker else {
            return Ok(());
        };
        let role = by.clone();
        let ground = self
            .stage
            .executor
            .ground(self.played.case)
            .await
            .map_err(|error| self.stage.failed(error))?;
        let known = ground.installation.people.person(person);
        let stands_in = known.is_some_and(|known| !known.holds(&role));
        if stands_in {
            self.cast.grant(self.stage, person, &role).await?;
        }
        let asker = Asker::Person { person, via, role };
        let content = Content::Approve {
            action: proposal.action.clone(),
            digest: None,
        };
        let request = request(self.stage, asker.clone(), content);
        let answer = self.submit(self.played.case, &request).await?;
        if stands_in {
            self.cast.revoke(self.stage, person, by).await?;
        }
        match answer {
            Answer::Refused(rejection) => self.keep(asker, rejection).await,
            Answer::Done(_) => Err(Failure::new(Exit::Internal, Message::new("demo.alone"))),
        }
    }

    /// Opens a second case when the first deadline with a number begins, and amends there the moment from which the
    /// law counts to that of the first alarm; the clock does the rest.
    async fn imagine(
        &mut self,
        scenario: &Scenario,
        wish: &Asked,
        asker: Asker,
        done: &Done<Body>,
    ) -> Result<()> {
        let (None, true, What::Asks(_, Deed::Record(facts))) = (
            self.played.what_if,
            done.events.iter().any(starts_deadline),
            &wish.what,
        ) else {
            return Ok(());
        };
        let ground = self
            .stage
            .executor
            .ground(self.played.case)
            .await
            .map_err(|error| self.stage.failed(error))?;
        let Some(amended) = earlier_anchor(&ground.case, facts) else {
            return Ok(());
        };
        let case = open(self.stage, scenario, asker.clone()).await?;
        self.played.what_if = Some(case);
        for facts in [facts.clone(), amended] {
            let request = request(self.stage, asker.clone(), Content::Record { facts });
            granted(self.submit(case, &request).await?)?;
        }
        Ok(())
    }
}

/// Tells whether an event starts a clock with a due moment.
fn starts_deadline(event: &Event<Body>) -> bool {
    matches!(&event.body, Body::ClockStarted(started) if !started.face.readings.is_empty())
}

/// Returns the one moment among facts that were recorded, amended to the earliest moment that the case knows.
fn earlier_anchor(case: &tsuho_core::case::Case, facts: &Facts) -> Option<Facts> {
    let moment = |value: &Value| match value {
        Value::Instant(instant) => Some(instant.at),
        _ => None,
    };
    let mut anchors = facts
        .iter()
        .filter_map(|(name, given)| match &given.change {
            Change::Set(value) => Some((name, moment(value)?)),
            Change::Rows { .. } | Change::Absent => None,
        });
    let ((name, anchor), None) = (anchors.next()?, anchors.next()) else {
        return None;
    };
    let known = case.facts.values().filter_map(|history| history.value());
    let (at, alarm) = known
        .filter_map(|value| Some((moment(value)?, value)))
        .min_by_key(|(at, _)| *at)?;
    let given = Given::new(Change::Set(alarm.clone()));
    (at < anchor).then(|| Facts::from([(name.clone(), given)]))
}

fn request(stage: &Stage, asker: Asker, content: Content) -> Request {
    Request {
        command: stage.executor.new_command(),
        asker,
        occurred_at: None,
        reason: None,
        seen: None,
        content,
    }
}

fn granted<B>(answer: Answer<B, Rejection>) -> Result<Done<B>> {
    answer.granted().map_err(|rejection| refused(&rejection))
}

/// Says that a scenario asks what is refused.
fn refused(rejection: &Rejection) -> Failure {
    let message = Message::of(rejection.key(), rejection.args());
    Failure::new(Exit::Findings, message).hint(Message::new("demo.refused.hint"))
}
