//! Tells what happened to an incident and its cases, decision by decision, and chooses what is worth telling.
//! Everything told stands in the histories that were read back; what was refused stands in none and comes beside it.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::event::{ActionTaken, FactsRecorded};
use tsuho_core::case::{Actor, Body, Event, Rejection};
use tsuho_core::ids::PersonId;
use tsuho_core::incident::{Incident, IncidentBody};
use tsuho_core::name::{ActionName, RoleName};
use tsuho_core::value::Value;
use tsuho_core::workflow::rules::Phase;

use super::chronicle::{OfCase, Turn, turns};
use super::facts;
use super::filings::{self, Quiet};
use super::layout::Paragraph;
use super::lines::{Lines, Subject};
use super::past::{Past, Record};
use super::play::Refused;
use super::starts::Told;
use super::words::Words;

/// Tells everything from the opening on, with what was refused on the way; `words` are those of each case.
pub(super) fn tell(record: &Record, refused: &[Refused], words: &[Words<'_>]) -> Vec<Paragraph> {
    let mut story = Story {
        record,
        words,
        quiet: Quiet::of(record),
        seen: Seen::default(),
        clock: Told::NotYet,
        later: BTreeMap::new(),
        phase: Phase::Detect,
        is_further: false,
        last: None,
        day: String::new(),
        lines: Lines::new(words[0].language),
        paragraphs: Vec::new(),
    };
    for turn in turns(record) {
        story.turn(&turn);
        for refused in refused.iter().filter(|refused| refused.follows(&turn)) {
            story.refused(refused);
        }
    }
    story.series();
    story.end_day();
    story.paragraphs
}

/// A story while it is told.
pub(super) struct Story<'a> {
    record: &'a Record,
    words: &'a [Words<'a>],
    quiet: Quiet,
    pub(super) seen: Seen,
    pub(super) clock: Told,
    /// Filings of cases that are told in one sentence: on which day, and what was filed.
    pub(super) later: BTreeMap<usize, Vec<(String, Vec<String>)>>,
    phase: Phase,
    /// The decision brought a case to a phase that none had reached.
    is_further: bool,
    /// Who was told last on this day to have done something.
    last: Option<Actor>,
    pub(super) day: String,
    pub(super) lines: Lines,
    paragraphs: Vec<Paragraph>,
}

/// Where facts were recorded.
#[derive(Debug, Clone, Copy)]
enum Place {
    Incident,
    Case,
}

/// What was told once and need not be told again.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Persons with their roles.
    people: BTreeSet<(PersonId, RoleName)>,
    /// Cases whose law was told.
    pub(super) laws: BTreeSet<usize>,
    /// Filings of cases, by their actions.
    pub(super) filed: BTreeSet<(usize, ActionName)>,
    /// Single sentences.
    sentences: BTreeSet<&'static str>,
}

impl Seen {
    /// Tells whether a sentence comes for the first time.
    pub(super) fn first(&mut self, key: &'static str) -> bool {
        self.sentences.insert(key)
    }
}

impl<'a> Story<'a> {
    /// Returns the words of a case.
    pub(super) fn words(&self, place: usize) -> &'a Words<'a> {
        &self.words[place]
    }

    /// Returns a case as the subject of a sentence: marked, where there may be others.
    pub(super) fn subject(&self, place: usize) -> Subject {
        self.record.subject(place)
    }

    /// Returns a case.
    pub(super) fn past(&self, place: usize) -> &'a Past {
        &self.record.cases[place]
    }

    /// Tells whether a filing of a case was told.
    pub(super) fn has_filed(&self, place: usize) -> bool {
        self.seen.filed.iter().any(|(of, _)| *of == place)
    }

    /// Tells whether an approval is told together with its filing.
    pub(super) fn is_quiet(&self, place: usize, approval: u64) -> bool {
        self.quiet.has(place, approval)
    }

    /// Returns who did something; with the role when they appear in it for the first time.
    pub(super) fn actor(&mut self, actor: &Actor) -> String {
        self.last = Some(actor.clone());
        let words = &self.words[0];
        match actor {
            Actor::Clock => words.say("demo.by-clock", []),
            Actor::Person { person, role, .. } => {
                let appears = (*person, role.clone());
                if self.seen.people.insert(appears) {
                    // A role has its title from the first workflow that knows it.
                    let knows = |words: &&Words<'_>| words.rules.roles.contains_key(role);
                    let words = self.words.iter().find(knows).unwrap_or(words);
                    words.person_as(*person, role)
                } else {
                    words.person(*person)
                }
            }
        }
    }

    /// Ends a day; what is told next begins a paragraph.
    pub(super) fn end_day(&mut self) {
        self.last = None;
        let lines = std::mem::replace(&mut self.lines, Lines::new(self.words[0].language));
        if !lines.is_empty() {
            self.paragraphs.push(Paragraph {
                phase: self.phase,
                day: self.day.clone(),
                lines: lines.into_list(),
            });
        }
    }

    fn turn(&mut self, turn: &Turn<'_>) {
        let phases = turn.cases.values().map(|decision| decision.after.phase);
        let phase = phases.chain([self.phase]).max().unwrap_or(self.phase);
        let day = self.words[0].day(turn.at);
        self.is_further = phase > self.phase;
        if (phase, &day) != (self.phase, &self.day) {
            self.end_day();
            (self.phase, self.day) = (phase, day.clone());
        }
        self.opening(turn);
        self.incident(turn);
        for (&place, decision) in &turn.cases {
            if let Some(later) = self.later(place, decision) {
                let filed = self.later.entry(place).or_default();
                match filed.last_mut() {
                    Some((last, rows)) if *last == day => rows.push(later),
                    Some(_) | None => filed.push((day.clone(), vec![later])),
                }
                continue;
            }
            for event in decision.events {
                self.event(place, decision, event);
            }
            if turn.incident.is_none() {
                self.clocks(place, decision);
            }
        }
        if turn.incident.is_some() {
            self.clocks_together(turn);
        }
    }

    /// Tells who opened which cases.
    fn opening(&mut self, turn: &Turn<'_>) {
        let opened = turn.cases.iter().filter_map(|(place, decision)| {
            let first = decision.events.first()?;
            let is_opening = matches!(first.body, Body::CaseOpened(_));
            is_opening.then_some((*place, &first.actor))
        });
        let opened: Vec<(usize, &Actor)> = opened.collect();
        let Some((_, actor)) = opened.first() else {
            return;
        };
        let words = &self.words[0];
        let actor = ("actor", self.actor(actor));
        let told = if self.record.shared.is_some() {
            let marks = opened.iter().map(|(place, _)| {
                let mark = self.subject(*place).mark();
                mark.trim_end().to_owned()
            });
            let cases = words.list(marks.collect());
            words.say("demo.opened.cases", [actor, ("cases", cases)])
        } else {
            words.say("demo.opened", [actor])
        };
        self.lines.say(Subject::Incident, &told);
    }

    /// Tells what was recorded on the incident. The copies on its cases are told nowhere.
    fn incident(&mut self, turn: &Turn<'_>) {
        let Some(decision) = &turn.incident else {
            return;
        };
        for event in decision.events {
            let IncidentBody::FactsRecorded(recorded) = &event.body else {
                continue;
            };
            let before = decision.before.as_ref().map(Incident::facts);
            let around = (before, decision.after.facts());
            let facts = facts::recorded(self.words, recorded, around);
            let told = self.by(&event.actor, &self.words[0], facts, Place::Incident);
            self.lines.say(Subject::Incident, &told);
            self.once(Subject::Incident, "demo.shared");
        }
    }

    /// Tells who recorded facts, and where; not who it was, if that was told last.
    fn by(&mut self, actor: &Actor, words: &Words<'_>, facts: String, place: Place) -> String {
        let is_known = self.last.as_ref() == Some(actor);
        let name = self.actor(actor);
        let facts = ("facts", facts);
        match (place, is_known) {
            (Place::Incident, true) => words.say("demo.recorded.incident.same", [facts]),
            (Place::Incident, false) => {
                words.say("demo.recorded.incident", [("actor", name), facts])
            }
            (Place::Case, true) => words.say("demo.recorded.same", [facts]),
            (Place::Case, false) => words.say("demo.recorded", [("actor", name), facts]),
        }
    }

    /// Tells a sentence the first time that it fits.
    pub(super) fn once(&mut self, subject: Subject, key: &'static str) {
        if self.seen.first(key) {
            self.lines.say(subject, &self.words[0].say(key, []));
        }
    }

    /// Tells what people did; nothing if another event of the decision tells it.
    fn event(&mut self, place: usize, decision: &OfCase<'_>, event: &Event<Body>) {
        let (words, subject) = (self.words(place), self.subject(place));
        let by = |story: &mut Self, key| {
            let actor = ("actor", story.actor(&event.actor));
            words.say(key, [actor])
        };
        let said = match &event.body {
            Body::FactsRecorded(recorded) => {
                return self.recorded(place, decision, event, recorded);
            }
            Body::ActionTaken(taken) => match self.action(place, decision, (event, taken)) {
                Some(said) => said,
                None => return,
            },
            Body::FilingMade(filing) => {
                return filings::tell(self, (place, decision), event, filing);
            }
            Body::ApprovalRequested(requested) if !self.quiet.has(place, requested.approval) => {
                let action = ("action", words.action(&requested.proposal.action));
                let role = ("role", words.role(&requested.by));
                let actor = ("actor", self.actor(&event.actor));
                words.say("demo.proposed", [actor, action, role])
            }
            Body::ApprovalGiven(given) if !self.quiet.has(place, given.approval) => {
                by(self, "demo.consented")
            }
            Body::FilingReceived(received) if self.past(place).is_first(received.filing) => {
                let at = words.minute_beside(received.effective_at, event.recorded_at);
                words.say("demo.received", [("at", at)])
            }
            Body::ApprovalRefused(_) => by(self, "demo.dissented"),
            Body::ApprovalLapsed(_) => words.say("demo.consent-lapsed", []),
            Body::FilingUndone(_) => by(self, "demo.undone"),
            Body::CaseOpened(_)
            | Body::CaseLinked(_)
            | Body::NoteAdded(_)
            | Body::EvidenceAttached(_)
            | Body::ApprovalRequested(_)
            | Body::ApprovalGiven(_)
            | Body::FilingReceived(_)
            | Body::ReminderDue(_)
            | Body::ClockStarted(_)
            | Body::ClockMoved(_)
            | Body::ClockPassed(_)
            | Body::ClockStopped(_)
            | Body::ClockLapsed(_)
            | Body::ClockWaived(_) => return,
        };
        self.lines.say(subject, &said);
    }

    /// Tells facts that were recorded on the case itself; what was delivered to it is told where it comes from.
    fn recorded(
        &mut self,
        place: usize,
        decision: &OfCase<'_>,
        event: &Event<Body>,
        recorded: &FactsRecorded,
    ) {
        // Texts are kept apart and say nothing here; and of rows it is enough who recorded them, and which clocks they start.
        let is_known = self.last.as_ref() == Some(&event.actor);
        let is_mute = |value: &Value| match value {
            Value::Held(_) => true,
            Value::Table(_) => is_known,
            _ => false,
        };
        let after = &decision.after.facts;
        let values = recorded.facts.keys().map(|fact| after.get(fact)?.value());
        if recorded.delivered.is_some() || values.flatten().all(is_mute) {
            return;
        }
        let before = decision.before.as_ref().map(|case| &case.facts);
        let facts = facts::recorded(&self.words[place..=place], recorded, (before, after));
        let subject = self.subject(place);
        let said = self.by(&event.actor, self.words(place), facts, Place::Case);
        self.lines.say(subject, &said);
    }

    /// Tells an action that brings the whole further and files nothing.
    fn action(
        &mut self,
        place: usize,
        decision: &OfCase<'_>,
        (event, taken): (&Event<Body>, &ActionTaken),
    ) -> Option<String> {
        let files = filings::made(decision.events).next().is_some();
        if files || !std::mem::take(&mut self.is_further) {
            return None;
        }
        let action = ("action", self.words(place).action(&taken.action));
        let actor = ("actor", self.actor(&event.actor));
        Some(self.words(place).say("demo.taken", [actor, action]))
    }

    fn refused(&mut self, refused: &Refused) {
        let words = self.words(refused.place);
        let name = ("name", words.person_as(refused.person, &refused.role));
        let line = if let Rejection::SamePerson { .. } = &refused.rejection {
            words.say("demo.refused.self", [name])
        } else {
            let why = words.refusal(&refused.rejection);
            words.say("demo.refused", [name, ("why", why)])
        };
        self.lines.say(self.subject(refused.place), &line);
    }
}
