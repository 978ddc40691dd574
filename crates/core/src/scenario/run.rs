//! Plays a scenario: lets time pass by waking each case at each moment that brings something, and asks what the steps ask.
//! What a step asks is put together by `content`; what must hold afterwards is compared in `check`; which events an
//! incident and its cases write together is decided by `incident`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cast::Cast;
use super::company::Company;
use super::{About, Asked, Coverage, Deed, Happening, Scenario, Step, What, check, content};
use crate::calendar::Calendar;
use crate::case::decide::MOST_MOMENTS;
use crate::case::request::{Asker, Text};
use crate::case::{Body, Case, Content, Event, Rejection, Request};
use crate::catalogue::Arg;
use crate::diagnostic::{
    Diagnostic, Findings, Location, SCENARIO_MANY_MOMENTS, SCENARIO_NOT_OPENED,
    SCENARIO_NOT_REFUSED, SCENARIO_OPENING_REFUSED, SCENARIO_OTHER_REFUSAL, SCENARIO_REFUSED,
};
use crate::ids::CommandId;
use crate::name::{CalendarName, WorkflowName};
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
    /// What became of each of its cases.
    pub cases: Vec<Course>,
}

/// What became of a case of a scenario.
#[derive(Debug, Clone)]
pub struct Course {
    /// What the steps call it.
    pub name: String,
    /// Its workflow.
    pub workflow: WorkflowName,
    /// What happened, from the opening on.
    pub history: Vec<Event<Body>>,
    /// The case at the end; none if it was not opened.
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
    /// The events since the step before, as places in the history of each case.
    pub happened: Vec<Range<usize>>,
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

/// Plays a scenario against the workflows that it names.
///
/// # Panics
///
/// If one of them is not among `workflows`: the scenario was read against them.
#[must_use]
pub fn run(
    workflows: &[Rules],
    calendars: &BTreeMap<CalendarName, Calendar>,
    scenario: &Scenario,
) -> Report {
    let players = Cast::new(scenario);
    let mut play = Play {
        players: &players,
        company: Company::new(scenario, workflows, &players, calendars),
        commands: 0,
    };
    let mut findings = Findings::new();
    let mut goes_on = match play.open(scenario) {
        Ok(()) => true,
        Err(finding) => {
            findings.push(*finding);
            false
        }
    };
    let mut steps = Vec::new();
    for step in &scenario.steps {
        let first = play.lengths();
        let mut outcome = Outcome::NotPlayed;
        if goes_on {
            let found = match play.step(step) {
                Ok(()) => play.check(step, &first),
                Err(finding) => {
                    goes_on = false;
                    vec![*finding]
                }
            };
            outcome = match found.as_slice() {
                [] => Outcome::Passed,
                [_, ..] => Outcome::Failed,
            };
            for one in found {
                findings.push(one);
            }
        }
        let last = play.lengths();
        let happened = first.iter().zip(last).map(|(&first, last)| first..last);
        steps.push(Played {
            at: step.at.clone(),
            moment: step.moment,
            outcome,
            happened: happened.collect(),
        });
    }
    Report {
        scenario: scenario.name().to_owned(),
        steps,
        findings,
        cases: play.courses(scenario),
    }
}

/// A scenario that is being played.
struct Play<'a> {
    players: &'a Cast,
    company: Company<'a>,
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

impl Play<'_> {
    /// Opens the case, or the incident with the first of its cases.
    fn open(&mut self, scenario: &Scenario) -> Result<(), Box<Diagnostic>> {
        let opening = &scenario.opening;
        let asking = request(0, self.players.asker(&opening.by), Content::Wake);
        let opened = self.company.open(&opening.cases, &asking, opening.moment);
        opened.map_err(|rejection| {
            let at = opening.at.clone();
            refused(Diagnostic::new(SCENARIO_OPENING_REFUSED, at), &rejection)
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

    /// Returns everything in which the cases differ from what a step expects.
    fn check(&self, step: &Step, first: &[usize]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (&place, expected) in &step.expected {
            let playing = &self.company.cases[place];
            let Some(case) = &playing.case else {
                found.push(Diagnostic::new(SCENARIO_NOT_OPENED, step.at.clone()));
                continue;
            };
            let seen = check::Seen {
                context: &playing.context,
                case,
                now: step.moment,
                happened: &playing.history[first[place]..],
            };
            found.extend(seen.check(expected));
        }
        found
    }

    /// Lets time pass, waking each case at each moment at which something may happen to it by itself.
    fn pass(&mut self, step: &Step, limit: Limit) -> Result<(), Box<Diagnostic>> {
        let mut after = self.company.recorded();
        for _ in 0..MOST_MOMENTS {
            let next = self.company.next_moment(&after);
            let next = next.filter(|(moment, _)| match limit {
                Limit::Before(limit) => *moment < limit,
                Limit::Through(limit) => *moment <= limit,
            });
            let Some((moment, place)) = next else {
                return Ok(());
            };
            let request = self.request(Asker::Clock, Content::Wake);
            let woken = self.company.ask(About::Case(place), &request, moment);
            woken.map_err(|rejection| {
                let finding = Diagnostic::new(SCENARIO_REFUSED, step.at.clone());
                refused(finding, &rejection)
            })?;
            after[place] = moment;
        }
        let many = Diagnostic::new(SCENARIO_MANY_MOMENTS, step.at.clone());
        Err(Box::new(many.with("most", MOST_MOMENTS)))
    }

    /// Asks what a step asks, and compares whether it is granted with what is expected.
    fn ask(&mut self, step: &Step, asked: &Asked) -> Result<(), Box<Diagnostic>> {
        let decided = self.decided(step, asked)?;
        match (decided, &asked.refused) {
            (Ok(_), None) => Ok(()),
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

    /// Has what a step asks decided; the finding says which name means nothing.
    fn decided(
        &mut self,
        step: &Step,
        asked: &Asked,
    ) -> Result<Result<Vec<Event<Body>>, Rejection>, Box<Diagnostic>> {
        let (about, deed) = match &asked.what {
            What::Asks(about, deed) => (*about, deed),
            What::Opens(place) => {
                let request = self.asked(asked, Content::Wake);
                let opened = self.company.open(&[*place], &request, step.moment);
                return Ok(opened.map(|()| self.company.cases[*place].history.clone()));
            }
        };
        if let About::Case(place) = about {
            self.attach((place, step), asked, deed);
        }
        let content = match about {
            About::Incident => content::of_incident(deed),
            About::Case(place) => {
                let playing = &self.company.cases[place];
                let Some(case) = &playing.case else {
                    let at = step.at.clone();
                    return Err(Box::new(Diagnostic::new(SCENARIO_NOT_OPENED, at)));
                };
                content::of(&playing.context, case, step.moment, deed)?
            }
        };
        let request = self.asked(asked, content);
        Ok(self.company.ask(about, &request, step.moment))
    }

    /// Attaches the files of which a step speaks and which the case does not have; where nobody may, the step itself says
    /// so.
    fn attach(&mut self, (place, step): (usize, &Step), asked: &Asked, deed: &Deed) {
        for file in deed.files() {
            let case = self.company.cases[place].case.as_ref();
            if case.is_none_or(|case| case.evidence.contains(&file.digest())) {
                continue;
            }
            let request = self.request(self.players.asker(&asked.by), file.attaching());
            let _ = self.company.ask(About::Case(place), &request, step.moment);
        }
    }

    fn lengths(&self) -> Vec<usize> {
        let cases = self.company.cases.iter();
        cases.map(|playing| playing.history.len()).collect()
    }

    fn courses(self, scenario: &Scenario) -> Vec<Course> {
        let cases = scenario.cases.iter().zip(self.company.cases);
        cases
            .map(|(case, playing)| Course {
                name: case.name.clone(),
                workflow: case.workflow.clone(),
                coverage: Coverage::of(&playing.history),
                history: playing.history,
                case: playing.case,
            })
            .collect()
    }

    fn request(&mut self, asker: Asker, content: Content) -> Request {
        self.commands += 1;
        request(self.commands, asker, content)
    }

    fn asked(&mut self, asked: &Asked, content: Content) -> Request {
        Request {
            occurred_at: asked.occurred,
            reason: asked.reason.clone().map(Text::personal),
            ..self.request(self.players.asker(&asked.by), content)
        }
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
