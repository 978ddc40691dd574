//! Fifth layer: every decision on a case is made again with the people, rules and calendars of its time.
//! Its events are folded as they stand on record, so that one difference does not make all that follows differ.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use tsuho_core::calendar::Calendar;
use tsuho_core::case::again::again;
use tsuho_core::case::decide::check_value;
use tsuho_core::case::event::{Body, Change, Delivered, Event, FactsRecorded};
use tsuho_core::case::request::Facts;
use tsuho_core::case::{Case, Context, evolve, open};
use tsuho_core::ids::CaseId;
use tsuho_core::incident;
use tsuho_core::name::{CalendarName, FactName};
use tsuho_core::operator::{self, Operator};
use tsuho_core::value::Value;
use tsuho_ledger::Label;

use super::definition::Compiled;
use super::incidents::Incidents;
use super::installation::{Installation, Whole};
use super::{Entry, Notes, decision, due, people};
use crate::finding::{Fault, Place};
use crate::said::{Say, or_absent, words, words_with};

/// Every case as far as it was folded.
#[derive(Debug, Default)]
pub(super) struct Cases {
    standings: BTreeMap<CaseId, Standing>,
    /// The number of the case that was opened last.
    pub numbered: u64,
    /// How many cases there are whose opening cannot be read, so that theirs may be any numbers that are left out.
    pub unnumbered: u64,
}

/// A case as it stands.
#[derive(Debug)]
pub(super) enum Standing {
    /// Folded, with what its last decision saw.
    Folded(Box<Folded>),
    /// A record is damaged or missing, so that nothing can be said of what follows.
    Lost,
}

/// A case with what its last decision saw.
#[derive(Debug)]
pub(super) struct Folded {
    pub case: Case,
    pub compiled: Option<Arc<Compiled>>,
    pub calendars: Arc<BTreeMap<CalendarName, Calendar>>,
}

impl Cases {
    /// Gives a case up.
    pub(super) fn lose(&mut self, id: CaseId) {
        if self.standings.insert(id, Standing::Lost).is_none() {
            self.unnumbered += 1;
        }
    }

    /// Returns every case that was folded or lost.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&CaseId, &Standing)> {
        self.standings.iter()
    }

    /// Returns a case.
    pub(super) fn get(&self, id: CaseId) -> Option<&Standing> {
        self.standings.get(&id)
    }

    /// Makes a decision on a case again, and folds it.
    pub(super) fn decide(
        &mut self,
        (installation, incidents): (&Installation, &mut Incidents),
        (id, entries): (CaseId, &[Entry<Body>]),
        notes: &mut Notes,
    ) {
        let (case, compiled) = match self.standings.remove(&id) {
            Some(Standing::Lost) => {
                notes.counts.undecided += 1;
                self.standings.insert(id, Standing::Lost);
                return;
            }
            Some(Standing::Folded(folded)) => (Some(folded.case), folded.compiled),
            None => (None, self.opened(installation, entries, notes)),
        };
        check_command(case.as_ref(), entries, notes);
        match &compiled {
            Some(compiled) if installation.is_sound() => {
                notes.counts.case_decisions += 1;
                let context = Context {
                    rules: &compiled.rules,
                    people: &installation.people,
                    calendars: &installation.calendars,
                };
                let events: Vec<Event<Body>> =
                    entries.iter().map(|entry| entry.event.clone()).collect();
                if let Err(difference) = again(&context, id, case.as_ref(), &events) {
                    decision::note(&difference, entries, notes);
                }
            }
            _ => notes.counts.undecided += 1,
        }
        let mut fold = Fold {
            installation,
            incidents,
            compiled: compiled.as_deref(),
        };
        let standing = match fold.all(id, case, entries, notes) {
            Some(case) => Standing::Folded(Box::new(Folded {
                case,
                compiled,
                calendars: Arc::clone(&installation.calendars),
            })),
            None => Standing::Lost,
        };
        self.standings.insert(id, standing);
    }

    /// Checks a case's number and workflow at its opening.
    fn opened(
        &mut self,
        installation: &Installation,
        entries: &[Entry<Body>],
        notes: &mut Notes,
    ) -> Option<Arc<Compiled>> {
        let first = entries.first()?;
        let Body::CaseOpened(body) = &first.event.body else {
            return None;
        };
        let left_out = body.number.checked_sub(self.numbered + 1);
        match left_out.filter(|left_out| *left_out <= self.unnumbered) {
            Some(left_out) => self.unnumbered -= left_out,
            None => notes.at(&first.place).add(
                Fault::CaseNumber,
                "body.number",
                self.numbered + 1,
                body.number,
            ),
        }
        self.numbered = self.numbered.max(body.number);
        let published = installation.people.workflow(&body.workflow, body.version);
        if published != Some(body.digest) && installation.system == Whole::Whole {
            let (name, version) = (&body.workflow, &body.version);
            let unpublished = [("name", name as &dyn Display), ("version", version)];
            let expected = published.map_or_else(
                || words_with("audit.said.publication_of_version", unpublished),
                Say::say,
            );
            let field = "body.digest";
            notes
                .at(&first.place)
                .add(Fault::WorkflowUnpublished, field, expected, body.digest);
        }
        installation.workflows.get(&body.digest).cloned().flatten()
    }
}

/// Checks that a decision's name is its own: its records stand together, so that the decision before has another.
fn check_command(case: Option<&Case>, entries: &[Entry<Body>], notes: &mut Notes) {
    if let (Some(case), Some(first)) = (case, entries.first())
        && case.last_command == first.event.command
    {
        let expected = words("audit.said.other_decision");
        let found = first.event.command;
        notes
            .at(&first.place)
            .add(Fault::Command, "command", expected, found);
    }
}

/// Folds the events of one decision as they stand on record.
struct Fold<'a> {
    installation: &'a Installation,
    incidents: &'a mut Incidents,
    compiled: Option<&'a Compiled>,
}

impl Fold<'_> {
    /// Folds every event, checking each; `None` if they do not begin a case.
    fn all(
        &mut self,
        id: CaseId,
        mut case: Option<Case>,
        entries: &[Entry<Body>],
        notes: &mut Notes,
    ) -> Option<Case> {
        for entry in entries {
            let (event, place) = (&entry.event, &entry.place);
            let (people, kind) = (&self.installation.people, self.installation.kind);
            if self.installation.system == Whole::Whole {
                people::check_actor(people, kind, &event.actor, place, notes);
            }
            let after = match case.take() {
                None => open(id, event),
                Some(case) => {
                    people::check_consent(&case, event, place, notes);
                    self.check_delivery(&case, event, place, notes);
                    let compiled = self.compiled;
                    self.incidents
                        .check_case((&case, compiled), event, place, notes);
                    Some(evolve(case, event))
                }
            };
            let Some(after) = after else {
                decision::no_request(place, notes);
                return None;
            };
            check_header(&after, entry, notes);
            notes.counts.pins += 1;
            let ground = due::Ground {
                rules: self.compiled.map(|compiled| &compiled.rules),
                releases: match self.installation.system {
                    Whole::Whole => Some(&self.installation.releases),
                    Whole::Damaged => None,
                },
            };
            due::check(ground, &event.body, place, notes);
            if let Body::EvidenceAttached(body) = &event.body {
                let named = notes.named.entry(body.digest).or_default();
                named.push((place.clone(), body.size));
            }
            case = Some(after);
        }
        case
    }

    /// Checks that delivered facts are the operator's, as they stood at the event that the delivery names.
    fn check_delivery(&self, case: &Case, event: &Event<Body>, place: &Place, notes: &mut Notes) {
        let Body::FactsRecorded(FactsRecorded {
            facts,
            delivered: Some(delivered),
            ..
        }) = &event.body
        else {
            return;
        };
        if incident::is_stream(&delivered.stream) && case.incident.is_some() {
            return;
        }
        let (Some(compiled), Whole::Whole) = (self.compiled, self.installation.facts) else {
            return;
        };
        let operator = &self.installation.operator;
        if delivered.stream != operator::STREAM || delivered.seq >= operator.version() {
            let (stream, seq) = (operator::STREAM, operator.version());
            let expected = words_with("audit.said.before", [("stream", &stream), ("seq", &seq)]);
            let found = format!("{} seq {}", delivered.stream, delivered.seq);
            notes
                .at(place)
                .add(Fault::Delivery, "body.delivered", expected, found);
            return;
        }
        let since = case.delivered.get(operator::STREAM).copied();
        let expected = owed(compiled, operator, since, delivered);
        let names: std::collections::BTreeSet<&FactName> =
            expected.keys().chain(facts.keys()).collect();
        for name in names {
            let found = facts.get(name);
            let wanted = expected.get(name);
            let same = match (wanted, found) {
                (Some(given), Some(found)) => {
                    given.change == found.change
                        && given.as_of == Some(found.as_of)
                        && given.certainty == found.certainty
                }
                (None, Some(_)) | (Some(_), None) => false,
                (None, None) => true,
            };
            if !same {
                let field = format!("body.facts.{name}");
                let expected = or_absent(wanted.map(|wanted| format!("{:?}", wanted.change)));
                let found = or_absent(found.map(|found| format!("{:?}", found.change)));
                notes.at(place).add(Fault::Delivery, field, expected, found);
            }
        }
    }
}

/// Returns what a delivery that reflects one event of the operator's stream gives a case that was given everything up to
/// another: what counts now and did not then.
fn owed(
    compiled: &Compiled,
    operator: &Operator,
    since: Option<u64>,
    delivered: &Delivered,
) -> Facts {
    let mut owed = operator.changes(&compiled.operator_facts, since, delivered.seq);
    owed.retain(|name, given| holds(compiled, name, &given.change));
    owed
}

/// Checks what the header says of the case after its event.
fn check_header(case: &Case, entry: &Entry<Body>, notes: &mut Notes) {
    if entry.workflow != Some(case.digest) {
        let found = or_absent(entry.workflow);
        notes
            .at(&entry.place)
            .add(Fault::Pin, "workflow", case.digest, found);
    }
    let state = entry.state.as_ref().map(Label::as_str);
    if state != Some(case.state.as_str()) {
        let found = or_absent(state);
        notes
            .at(&entry.place)
            .add(Fault::State, "state", &case.state, found);
    }
}

/// Tells whether a workflow's fact can hold what a change of the operator's brings; one that cannot stays away.
fn holds(compiled: &Compiled, fact: &FactName, change: &Change) -> bool {
    let Some(rule) = compiled.operator_facts.get(fact) else {
        return false;
    };
    let fits = |value: &Value| check_value(fact.as_str(), &rule.value_type, value).is_ok();
    match change {
        Change::Absent => true,
        Change::Set(value) => fits(value),
        Change::Rows { set, .. } => fits(&Value::Table(set.clone())),
    }
}
