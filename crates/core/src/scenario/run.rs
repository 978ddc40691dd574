//! Plays a scenario: lets time pass by waking the case at each moment that brings something, and asks what the steps ask.
//! What a step asks is put together by `content`; what must hold afterwards is compared in `check`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cast::Cast;
use super::{Asked, Coverage, Happening, Scenario, Step, check, content};
use crate::calendar::Calendar;
use crate::case::decide::{MOST_MOMENTS, decide_open};
use crate::case::event::Delivered;
use crate::case::request::{Asker, Text};
use crate::case::settle::next_moment;
use crate::case::{Body, Case, Content, Context, Event, Rejection, Request, decide, evolve, open};
use crate::catalogue::Arg;
use crate::diagnostic::{
    Diagnostic, Findings, Location, SCENARIO_MANY_MOMENTS, SCENARIO_NOT_REFUSED,
    SCENARIO_OPENING_REFUSED, SCENARIO_OTHER_REFUSAL, SCENARIO_REFUSED,
};
use crate::ids::{CaseId, CommandId};
use crate::name::CalendarName;
use crate::operator;
use crate::time::Timestamp;
use crate::workflow::Rules;

/// How a scenario went.
#[derive(Debug, Clone)]
pub struct Report {
    /// What it is called.
    pub scenario: String,
    /// Its steps in order.
    pub steps: Vec<Played>,
    /// Everything that went otherwise than expected.
    pub findings: Findings,
    /// What happened, from the opening on.
    pub history: Vec<Event<Body>>,
    /// The case at the end; none if it could not be opened.
    pub case: Option<Case>,
    /// What the history has touched.
    pub coverage: Coverage,
}

impl Report {
    /// Tells whether everything went as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.findings.is_empty()
    }
}

/// How a step went.
#[derive(Debug, Clone)]
pub struct Played {
    /// Where it is written.
    pub at: Location,
    /// Its moment.
    pub moment: Timestamp,
    /// Whether it went as expected.
    pub outcome: Outcome,
    /// The events since the step before, as places in the history.
    pub happened: Range<usize>,
}

/// Whether a step went as expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As expected.
    Passed,
    /// Otherwise; the findings say how.
    Failed,
    /// Not played, because an earlier step could not be.
    NotPlayed,
}

/// Plays a scenario against the workflow that it names.
#[must_use]
pub fn run(
    rules: &Rules,
    calendars: &BTreeMap<CalendarName, Calendar>,
    scenario: &Scenario,
) -> Report {
    let players = Cast::new(scenario);
    let context = Context {
        rules,
        people: &players.people,
        calendars,
    };
    let mut findings = Findings::new();
    let mut opened = match Play::open(context, &players, scenario) {
        Ok(opened) => Some(opened),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    let mut goes_on = opened.is_some();
    let mut steps = Vec::new();
    for step in &scenario.steps {
        let play = opened.as_mut().filter(|_| goes_on);
        let (outcome, happened) = play.map_or((Outcome::NotPlayed, 0..0), |play| {
            let first = play.history.len();
            let found = match play.step(step) {
                Ok(()) => play.check(step, first),
                Err(finding) => {
                    goes_on = false;
                    vec![*finding]
                }
            };
            let outcome = match found.as_slice() {
                [] => Outcome::Passed,
                [_, ..] => Outcome::Failed,
            };
            for one in found {
                findings.push(one);
            }
            (outcome, first..play.history.len())
        });
        steps.push(Played {
            at: step.at.clone(),
            moment: step.moment,
            outcome,
            happened,
        });
    }
    let (case, history) = match opened {
        Some(end) => (Some(end.case), end.history),
        None => (None, Vec::new()),
    };
    Report {
        scenario: scenario.name.clone(),
        steps,
        findings,
        coverage: Coverage::of(&history),
        history,
        case,
    }
}

/// A case that is being played.
struct Play<'a> {
    context: Context<'a>,
    players: &'a Cast,
    case: Case,
    history: Vec<Event<Body>>,
    commands: u64,
}

/// Up to which moment time passes.
#[derive(Debug, Clone, Copy)]
enum Limit {
    /// Up to it, without what happens at it: that is asked for first.
    Before(Timestamp),
    /// With what happens at it.
    Through(Timestamp),
}

impl<'a> Play<'a> {
    /// Opens the case, with the operator's facts delivered.
    fn open(
        context: Context<'a>,
        players: &'a Cast,
        scenario: &Scenario,
    ) -> Result<Self, Box<Diagnostic>> {
        let delivered = (!scenario.operator.is_empty()).then(|| {
            let stream = operator::STREAM.to_owned();
            (scenario.operator.clone(), Delivered { stream, seq: 0 })
        });
        let opening = Content::Open {
            number: 1,
            delivered,
        };
        let asking = request(0, players.asker(&scenario.opening.by), opening);
        let id = CaseId::from_bytes([0; 16]);
        let result = decide_open(&context, id, &asking, scenario.opening.moment);
        let history = result.map_err(|rejection| {
            let at = scenario.opening.at.clone();
            refused(Diagnostic::new(SCENARIO_OPENING_REFUSED, at), &rejection)
        })?;
        let (first, rest) = history
            .split_first()
            .expect("an opening begins with its event");
        let opened = open(id, first).expect("the first event of an opening opens the case");
        Ok(Self {
            context,
            players,
            case: rest.iter().fold(opened, evolve),
            history,
            commands: 0,
        })
    }

    /// Plays one step; the finding says why the play cannot go on.
    fn step(&mut self, step: &Step) -> Result<(), Box<Diagnostic>> {
        match &step.happening {
            Happening::TimePasses => self.pass(step, Limit::Through(step.moment)),
            Happening::Asked(asked) => {
                self.pass(step, Limit::Before(step.moment))?;
                self.ask(step, asked)
            }
        }
    }

    /// Returns everything in which the case differs from what a step expects.
    fn check(&self, step: &Step, first: usize) -> Vec<Diagnostic> {
        let seen = check::Seen {
            context: &self.context,
            case: &self.case,
            now: step.moment,
            happened: &self.history[first..],
        };
        seen.check(&step.expected)
    }

    /// Lets time pass, waking the case at each moment at which something may happen by itself.
    fn pass(&mut self, step: &Step, limit: Limit) -> Result<(), Box<Diagnostic>> {
        let mut after = self.case.last_recorded;
        for _ in 0..MOST_MOMENTS {
            let next = next_moment(&self.context, &self.case, after);
            let next = next.filter(|moment| match limit {
                Limit::Before(limit) => *moment < limit,
                Limit::Through(limit) => *moment <= limit,
            });
            let Some(moment) = next else {
                return Ok(());
            };
            let request = self.request(Asker::Clock, Content::Wake);
            match decide(&self.context, &self.case, &request, moment) {
                Ok(events) => self.append(events),
                Err(rejection) => {
                    let finding = Diagnostic::new(SCENARIO_REFUSED, step.at.clone());
                    return Err(refused(finding, &rejection));
                }
            }
            after = moment;
        }
        let many = Diagnostic::new(SCENARIO_MANY_MOMENTS, step.at.clone());
        Err(Box::new(many.with("most", MOST_MOMENTS)))
    }

    /// Asks what a step asks, and compares whether it is granted with what is expected.
    fn ask(&mut self, step: &Step, asked: &Asked) -> Result<(), Box<Diagnostic>> {
        let content = content::of(&self.context, &self.case, step.moment, &asked.deed)?;
        let request = Request {
            occurred_at: asked.occurred,
            reason: asked.reason.clone().map(Text::personal),
            ..self.request(self.players.asker(&asked.by), content)
        };
        let decided = decide(&self.context, &self.case, &request, step.moment);
        match (decided, &asked.refused) {
            (Ok(events), None) => {
                self.append(events);
                Ok(())
            }
            (Ok(events), Some((code, at))) => {
                let wrong = Diagnostic::new(SCENARIO_NOT_REFUSED, at.clone());
                let found = check::listed(&check::types(&events));
                Err(Box::new(wrong.with("expected", *code).with("found", found)))
            }
            (Err(rejection), Some((code, _))) if rejection.code() == *code => Ok(()),
            (Err(rejection), Some((code, at))) => {
                let wrong = Diagnostic::new(SCENARIO_OTHER_REFUSAL, at.clone());
                Err(refused(wrong.with("expected", *code), &rejection))
            }
            (Err(rejection), None) => {
                let wrong = Diagnostic::new(SCENARIO_REFUSED, step.at.clone());
                Err(refused(wrong, &rejection))
            }
        }
    }

    fn append(&mut self, events: Vec<Event<Body>>) {
        for event in &events {
            self.case = evolve(self.case.clone(), event);
        }
        self.history.extend(events);
    }

    fn request(&mut self, asker: Asker, content: Content) -> Request {
        self.commands += 1;
        request(self.commands, asker, content)
    }
}

/// Makes a request; commands are counted, so that a history is the same each time that it is played.
fn request(number: u64, asker: Asker, content: Content) -> Request {
    Request {
        command: CommandId::from_bytes(u128::from(number).to_be_bytes()),
        asker,
        occurred_at: None,
        reason: None,
        seen: None,
        content,
    }
}

/// Adds a refusal's code and its sentence.
fn refused(finding: Diagnostic, rejection: &Rejection) -> Box<Diagnostic> {
    let words = Arg::Message(rejection.key(), rejection.args());
    Box::new(finding.with("found", rejection.code()).with("why", words))
}
