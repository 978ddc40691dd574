//! Tells what happened to a case, decision by decision, and sums up what is not worth a paragraph of its own.
//! Everything told stands in the history that was read back; what was refused stands in none and comes beside it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::{ActionTaken, FilingMade, ReminderDue};
use tsuho_core::case::{Actor, Body, Event, Rejection};
use tsuho_core::ids::PersonId;
use tsuho_core::name::RoleName;
use tsuho_core::time::{Span, Timestamp};
use tsuho_core::workflow::rules::Phase;

use super::layout::Paragraph;
use super::lines::Lines;
use super::past::{Decision, Past};
use super::play::Refused;
use super::words::Words;
use super::{clocks, facts};

/// Tells a case from its opening on, with what was refused on the way.
pub(super) fn tell(past: &Past, refused: &[Refused], words: &Words<'_>) -> Vec<Paragraph> {
    let mut story = Story {
        words,
        quiet: Quiet::of(past),
        introduced: RefCell::default(),
        paragraphs: Vec::new(),
        phase: Phase::Detect,
        aside: Aside::default(),
        held_explained: false,
    };
    for decision in past.decisions() {
        story.enter(decision.after.phase);
        story.decision(past, &decision);
        let after = decision.after.version;
        for refused in refused.iter().filter(|refused| refused.version == after) {
            story.refused(refused);
        }
    }
    story.sum_up();
    story.paragraphs
}

struct Story<'a> {
    words: &'a Words<'a>,
    quiet: Quiet,
    /// Persons whose role was told.
    introduced: RefCell<BTreeSet<(PersonId, RoleName)>>,
    paragraphs: Vec<Paragraph>,
    phase: Phase,
    aside: Aside,
    held_explained: bool,
}

/// What happened in a phase and is only summed up.
#[derive(Debug, Default)]
struct Aside {
    actions: Vec<String>,
    /// What was reminded of, and how often.
    reminders: Vec<(DutyKey, usize)>,
}

/// Approvals and filings that are told together with the supplement to which they belong.
#[derive(Debug, Default)]
struct Quiet {
    approvals: BTreeSet<u64>,
    filings: BTreeSet<u64>,
}

impl Quiet {
    fn of(past: &Past) -> Self {
        let mut quiet = Self::default();
        for decision in past.decisions() {
            for filing in made(decision.events).filter(|filing| filing.version > 1) {
                quiet.filings.insert(filing.filing);
                let taken = decision.events.iter().find_map(taken);
                quiet
                    .approvals
                    .extend(taken.and_then(|taken| taken.approval));
            }
        }
        quiet
    }
}

fn made(events: &[Event<Body>]) -> impl Iterator<Item = &FilingMade> {
    events.iter().filter_map(|event| match &event.body {
        Body::FilingMade(filing) => Some(filing),
        _ => None,
    })
}

fn taken(event: &Event<Body>) -> Option<&ActionTaken> {
    match &event.body {
        Body::ActionTaken(taken) => Some(taken),
        _ => None,
    }
}

impl Story<'_> {
    /// Sums a phase up when the case leaves it.
    fn enter(&mut self, phase: Phase) {
        if phase != self.phase {
            self.sum_up();
            self.phase = phase;
        }
    }

    fn sum_up(&mut self) {
        let Aside { actions, reminders } = std::mem::take(&mut self.aside);
        let mut items = actions;
        for (duty, count) in reminders {
            let obligation = self.words.obligation(&duty.obligation);
            let reminders = [("obligation", obligation), ("count", count.to_string())];
            items.push(self.words.say("demo.also.reminders", reminders));
        }
        if !items.is_empty() {
            let items = items.join(&self.words.say("demo.join", []));
            let line = self.words.say("demo.also", [("items", items)]);
            self.push(String::new(), vec![line]);
        }
    }

    fn push(&mut self, time: String, lines: Vec<String>) {
        self.paragraphs.push(Paragraph {
            phase: self.phase,
            time,
            lines,
        });
    }

    fn refused(&mut self, refused: &Refused) {
        let name = ("name", self.words.person_as(refused.person, &refused.role));
        let line = if let Rejection::SamePerson { .. } = &refused.rejection {
            self.words.say("demo.refused.self", [name])
        } else {
            let why = self.words.refusal(&refused.rejection);
            self.words.say("demo.refused", [name, ("why", why)])
        };
        self.push(self.words.minute(refused.at), vec![line]);
    }

    /// Returns who did something; with the role when they appear in it for the first time.
    fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::Clock => self.words.say("demo.clock", []),
            Actor::Person { person, role, .. } => {
                let appears = (*person, role.clone());
                if self.introduced.borrow_mut().insert(appears) {
                    self.words.person_as(*person, role)
                } else {
                    self.words.person(*person)
                }
            }
        }
    }

    fn decision(&mut self, past: &Past, decision: &Decision<'_>) {
        let mut lines = Lines::new(self.words.language);
        for event in decision.events {
            self.event(past, decision, event, &mut lines);
            clocks::tell(self.words, &decision.after, event, &mut lines);
        }
        let started = decision
            .events
            .iter()
            .filter_map(|event| match &event.body {
                Body::ClockStarted(started) => Some(started),
                _ => None,
            });
        if let Some(law) = clocks::law(self.words, started) {
            lines.begin(law);
            if let Some(why) = clocks::why(self.words) {
                lines.begin(why);
            }
        }
        let lines = lines.into_list();
        if let (Some(event), false) = (decision.events.first(), lines.is_empty()) {
            self.push(self.words.minute(event.recorded_at), lines);
        }
    }

    /// Tells what people did; nothing if another event of the decision tells it, or if it is only summed up.
    fn event(
        &mut self,
        past: &Past,
        decision: &Decision<'_>,
        event: &Event<Body>,
        lines: &mut Lines,
    ) {
        let words = self.words;
        let actor = |key| words.say(key, [("actor", self.actor(&event.actor))]);
        match &event.body {
            Body::CaseOpened(_) => lines.begin(actor("demo.opened")),
            Body::FactsRecorded(recorded) if event.actor != Actor::Clock => {
                let around = (decision.before.as_ref(), &decision.after);
                let told = facts::recorded(words, recorded, around);
                let records = [("actor", self.actor(&event.actor)), ("facts", told.facts)];
                lines.begin(words.say("demo.recorded", records));
                if told.held > 0 && !std::mem::replace(&mut self.held_explained, true) {
                    lines.go_on(&words.say("demo.held", []));
                }
            }
            Body::ActionTaken(taken) if made(decision.events).next().is_none() => {
                self.action(taken, event, lines);
            }
            Body::FilingMade(filing) => self.filing(past, event, filing, lines),
            Body::ApprovalRequested(requested)
                if !self.quiet.approvals.contains(&requested.approval) =>
            {
                let action = words.action(&requested.proposal.action);
                let role = words.role(&requested.by);
                let actor = ("actor", self.actor(&event.actor));
                let proposal = [actor, ("action", action), ("role", role)];
                lines.begin(words.say("demo.proposed", proposal));
            }
            Body::ApprovalGiven(given) if !self.quiet.approvals.contains(&given.approval) => {
                lines.begin(actor("demo.consented"));
            }
            Body::FilingReceived(received) if !self.quiet.filings.contains(&received.filing) => {
                let at = words.minute_beside(received.effective_at, event.recorded_at);
                lines.begin(words.say("demo.received", [("at", at)]));
            }
            Body::ApprovalRefused(_) => lines.begin(actor("demo.dissented")),
            Body::ApprovalLapsed(_) => lines.begin(words.say("demo.consent-lapsed", [])),
            Body::FilingUndone(_) => lines.begin(actor("demo.undone")),
            Body::EvidenceAttached(_) => lines.begin(actor("demo.attached")),
            Body::ReminderDue(due) => self.reminder(due),
            Body::FactsRecorded(_)
            | Body::CaseLinked(_)
            | Body::ActionTaken(_)
            | Body::NoteAdded(_)
            | Body::ApprovalRequested(_)
            | Body::ApprovalGiven(_)
            | Body::FilingReceived(_)
            | Body::ClockStarted(_)
            | Body::ClockMoved(_)
            | Body::ClockPassed(_)
            | Body::ClockStopped(_)
            | Body::ClockLapsed(_)
            | Body::ClockWaived(_) => {}
        }
    }

    /// Tells an action that files nothing; one that leaves the case where it is is only summed up.
    fn action(&mut self, taken: &ActionTaken, event: &Event<Body>, lines: &mut Lines) {
        let action = ("action", self.words.action(&taken.action));
        let actor = ("actor", self.actor(&event.actor));
        if taken.from == taken.to {
            let said = self.words.say("demo.also.action", [action, actor]);
            self.aside.actions.push(said);
        } else {
            lines.begin(self.words.say("demo.taken", [action, actor]));
        }
    }

    fn reminder(&mut self, due: &ReminderDue) {
        let raised = due.reminders.len();
        let reminders = &mut self.aside.reminders;
        match reminders.iter_mut().find(|(duty, _)| *duty == due.duty) {
            Some((_, count)) => *count += raised,
            None => reminders.push((due.duty.clone(), raised)),
        }
    }

    /// Tells what was sent, to whom, how, and when that was.
    fn filing(&self, past: &Past, event: &Event<Body>, filing: &FilingMade, lines: &mut Lines) {
        let words = self.words;
        let action = ("action", words.action(&filing.action));
        let actor = ("actor", self.actor(&event.actor));
        if filing.version > 1 {
            let number = ("number", (filing.version - 1).to_string());
            lines.begin(words.say("demo.supplement", [actor, action, number]));
            if let Some((by, at)) = consenting(past, filing) {
                let at = words.minute_beside(at, event.recorded_at);
                let consent = [("actor", self.actor(by)), ("at", at)];
                lines.go_on(&words.say("demo.supplement.consent", consent));
            }
            if filing.version == 2 {
                lines.go_on(&words.say("demo.supplement.meaning", []));
            }
        } else {
            let channel = ("channel", words.channel(&filing.channel));
            let recipients = filing.recipients.iter().map(|name| words.authority(name));
            let recipients = ("recipients", words.list(recipients.collect()));
            lines.begin(words.say("demo.filed", [actor, action, recipients, channel]));
        }
        let gap = event.recorded_at.since(event.occurred_at);
        if gap >= Span::from_minutes(1) {
            let happened = words.minute_beside(event.occurred_at, event.recorded_at);
            let gap = words.span(gap);
            lines.go_on(&words.say("demo.gap", [("happened", happened), ("gap", gap)]));
        }
        if filing.version == 1 && !filing.gaps.is_empty() {
            let count = filing.gaps.len().to_string();
            lines.go_on(&words.say("demo.gaps", [("count", count)]));
        }
        if filing.version == 1 && filing.effective_at.is_none() {
            lines.go_on(&words.say("demo.counts-on-receipt", []));
        }
    }
}

/// Returns who consented to a filing, and when.
fn consenting<'a>(past: &'a Past, filing: &FilingMade) -> Option<(&'a Actor, Timestamp)> {
    let mut decisions = past
        .events
        .chunk_by(|one, next| one.command == next.command);
    let decision =
        decisions.find(|events| made(events).any(|made| made.filing == filing.filing))?;
    let approval = decision.iter().find_map(taken)?.approval?;
    past.events.iter().find_map(|event| match &event.body {
        Body::ApprovalGiven(given) if given.approval == approval => {
            Some((&event.actor, event.recorded_at))
        }
        _ => None,
    })
}

/// Tells the second case: only how its clocks moved, and what became of that.
pub(super) fn what_if(past: &Past, words: &Words<'_>) -> Vec<(String, Vec<String>)> {
    let mut told = Vec::new();
    for decision in past.decisions() {
        let mut lines = Lines::new(words.language);
        let moves =
            |event: &&Event<Body>| matches!(event.body, Body::ClockMoved(_) | Body::ClockPassed(_));
        let moves: Vec<&Event<Body>> = decision.events.iter().filter(moves).collect();
        let Some(event) = decision.events.first().filter(|_| !moves.is_empty()) else {
            continue;
        };
        for event in moves {
            clocks::tell(words, &decision.after, event, &mut lines);
        }
        told.push((words.minute(event.recorded_at), lines.into_list()));
    }
    told
}
