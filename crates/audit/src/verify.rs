//! Checks a history again from its records alone, in eight layers, reading each record once.
//! What was found is told in a `Report`; where records come from is the business of whoever implements `Source`.
//!
//! Memory is bounded by what the streams fold to: records are read one after the other, and of the one decision that
//! is being read all events are kept, at most as many as a decision may have.

mod bytes;
mod cases;
mod chain;
mod condition;
mod database;
mod decision;
mod definition;
mod due;
mod files;
mod incidents;
mod installation;
mod people;
mod requests;
mod snapshots;
mod views;

use tsuho_core::case::decide::MOST_EVENTS;
use tsuho_core::case::event::{Body, Event, EventBody};
use tsuho_core::case::record;
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::incident::IncidentBody;
use tsuho_core::operator::OperatorBody;
use tsuho_core::people::SystemBody;
use tsuho_ledger::{Digest, Label, PartClass, Record};

use self::bytes::Opened;
use self::cases::Cases;
use self::chain::{Chains, Follows};
pub use self::condition::{Depth, check};
pub(crate) use self::definition::Compiled;
use self::files::{Named, Records};
use self::incidents::Incidents;
use self::installation::{Installation, Whole};
use self::snapshots::Snapshots;
use self::views::Views;
use crate::finding::{Fault, Finding, Place};
use crate::report::{Counts, Report};
use crate::said::{Say, words, words_with};
use crate::source::{Source, StoredRecord};
use crate::stream::Kind;

/// Checks a history and the views beside it.
///
/// # Errors
///
/// If the source cannot be read. Whatever is wrong with the history itself is in the report.
pub fn verify<S: Source>(source: &S) -> Result<Report, S::Error> {
    let mut auditor = Auditor {
        source,
        report: Report::default(),
        chains: Chains::default(),
        installation: Installation::default(),
        cases: Cases::default(),
        incidents: Incidents::default(),
        snapshots: Snapshots::default(),
        named: Named::new(),
        records: Records::All,
        decision: None,
    };
    auditor.noting(|auditor, notes| {
        database::check(source, notes)?;
        auditor.snapshots = Snapshots::read(source, notes)?;
        Ok(())
    })?;
    for stored in source.records() {
        match stored? {
            Ok(stored) => auditor.take(&stored)?,
            Err(cell) => auditor.report.add(cell.finding(None)),
        }
    }
    auditor.finish()
}

/// An event on record: where it stands, and what its header says of the case.
#[derive(Debug)]
pub(crate) struct Entry<B> {
    pub(crate) place: Place,
    pub(crate) event: Event<B>,
    pub(crate) workflow: Option<Digest>,
    pub(crate) state: Option<Label>,
}

/// What was found of some records, and how much was looked at.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    counts: Counts,
    findings: Vec<Finding>,
    named: Named,
}

impl Notes {
    /// Turns to one record.
    const fn at<'a>(&'a mut self, place: &'a Place) -> NotesAt<'a> {
        NotesAt { notes: self, place }
    }

    fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

/// Notes on one record.
struct NotesAt<'a> {
    notes: &'a mut Notes,
    place: &'a Place,
}

impl NotesAt<'_> {
    /// Notes that a field differs.
    fn add(self, fault: Fault, field: impl Into<String>, expected: impl Say, found: impl Say) {
        let place = Some(self.place.clone());
        self.notes
            .push(Finding::new(fault, place, field, expected, found));
    }
}

/// The decision that is being read.
#[derive(Debug)]
struct Decision {
    stream: String,
    command: Label,
    events: Events,
}

/// The events of a decision, by what their stream holds.
#[derive(Debug)]
enum Events {
    System(Vec<Entry<SystemBody>>),
    Operator(Vec<Entry<OperatorBody>>),
    Incident(IncidentId, Vec<Entry<IncidentBody>>),
    Case(CaseId, Vec<Entry<Body>>),
}

/// Reads a history from its first record to its last.
struct Auditor<'s, S> {
    source: &'s S,
    report: Report,
    chains: Chains,
    installation: Installation,
    cases: Cases,
    incidents: Incidents,
    snapshots: Snapshots,
    /// The files that records name.
    named: Named,
    /// Whether every record could be read as an event.
    records: Records,
    decision: Option<Decision>,
}

impl<S: Source> Auditor<'_, S> {
    /// Takes the next record.
    fn take(&mut self, stored: &StoredRecord) -> Result<(), S::Error> {
        let mut notes = self.notes();
        let opened = bytes::open(stored, &mut notes);
        let follows = self.chains.follow(&opened, &mut notes);
        self.snapshots.follow(&opened, &mut notes);
        // Bytes that are not those on record say nothing, least of all which decision they belong to.
        let event = match &opened.record {
            Some(record) if follows != Follows::Gap && record.hash() == opened.hash => {
                read(&opened, record, &mut notes)
            }
            Some(_) | None => None,
        };
        let findings = self.taken(notes);
        // The record that should have come may have been the rest of the decision that is being read.
        if follows == Follows::Jump
            && let Some(decision) = &self.decision
        {
            let stream = decision.stream.clone();
            self.give_up(&stream);
        }
        let Some((command, events)) = event else {
            self.records = Records::Some;
            self.give_up(&opened.stream);
            self.close()?;
            self.note(findings);
            return Ok(());
        };
        let continues = self.decision.as_ref().is_some_and(|decision| {
            decision.stream == opened.stream && decision.command == command
        });
        if !continues {
            self.close()?;
        }
        self.note(findings);
        self.add(opened, command, events);
        Ok(())
    }

    /// Adds an event to its decision.
    fn add(&mut self, opened: Opened, command: Label, events: Events) {
        let Some(decision) = &mut self.decision else {
            self.decision = Some(Decision {
                stream: opened.stream,
                command,
                events,
            });
            return;
        };
        let length = match (&mut decision.events, events) {
            (Events::System(list), Events::System(next)) => extend(list, next),
            (Events::Operator(list), Events::Operator(next)) => extend(list, next),
            (Events::Incident(_, list), Events::Incident(_, next)) => extend(list, next),
            (Events::Case(_, list), Events::Case(_, next)) => extend(list, next),
            (
                Events::System(_) | Events::Operator(_) | Events::Incident(..) | Events::Case(..),
                _,
            ) => 0,
        };
        if length > MOST_EVENTS {
            let expected = words_with("audit.said.at_most_events", [("count", &MOST_EVENTS)]);
            let found = words_with("audit.said.events", [("count", &length)]);
            let place = Some(opened.place.clone());
            let finding = Finding::new(Fault::EventCount, place, "command", expected, found);
            self.report.add(finding);
            self.give_up(&opened.stream);
        }
    }

    /// Gives a stream up whose records cannot be read to their end, with the decision that was being read of it.
    fn give_up(&mut self, stream: &str) {
        if self
            .decision
            .as_ref()
            .is_some_and(|decision| decision.stream == stream)
        {
            self.decision = None;
            self.report.counts.undecided += 1;
        }
        match Kind::of(stream) {
            None => {}
            Some(Kind::System) => self.installation.lose_system(),
            Some(Kind::Operator) => self.installation.facts = Whole::Damaged,
            Some(Kind::Incident(id)) => self.incidents.lose(id),
            Some(Kind::Case(id)) => self.cases.lose(id),
        }
    }

    /// Makes the decision again that was read to its end.
    fn close(&mut self) -> Result<(), S::Error> {
        let Some(decision) = self.decision.take() else {
            return Ok(());
        };
        let mut notes = self.notes();
        match decision.events {
            Events::System(entries) => {
                self.installation
                    .system(self.source, &entries, &mut notes)?;
            }
            Events::Operator(entries) => self.installation.operator(&entries, &mut notes),
            Events::Incident(id, entries) => {
                let ground = (&self.installation, &self.cases);
                self.incidents.decide(ground, (id, &entries), &mut notes);
            }
            Events::Case(id, entries) => {
                let ground = (&self.installation, &mut self.incidents);
                self.cases.decide(ground, (id, &entries), &mut notes);
                self.snapshots.compare(id, &self.cases, &mut notes);
            }
        }
        let findings = self.taken(notes);
        self.note(findings);
        Ok(())
    }

    /// Begins to note, from what was counted so far.
    fn notes(&mut self) -> Notes {
        Notes {
            counts: std::mem::take(&mut self.report.counts),
            findings: Vec::new(),
            named: std::mem::take(&mut self.named),
        }
    }

    /// Takes back what was counted, and returns what was found.
    fn taken(&mut self, notes: Notes) -> Vec<Finding> {
        self.report.counts = notes.counts;
        self.named = notes.named;
        notes.findings
    }

    /// Does something with notes of its own and reports what was found.
    fn noting<T>(
        &mut self,
        work: impl FnOnce(&mut Self, &mut Notes) -> Result<T, S::Error>,
    ) -> Result<T, S::Error> {
        let mut notes = self.notes();
        let done = work(self, &mut notes)?;
        let findings = self.taken(notes);
        self.note(findings);
        Ok(done)
    }

    fn note(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            self.report.add(finding);
        }
    }

    /// Compares the views and closes the report.
    fn finish(mut self) -> Result<Report, S::Error> {
        self.close()?;
        self.noting(|auditor, notes| {
            auditor.incidents.check_missing(&auditor.cases, notes);
            let views = Views {
                chains: &auditor.chains,
                installation: &auditor.installation,
                cases: &auditor.cases,
                incidents: &auditor.incidents,
            };
            views.check(auditor.source, notes)?;
            std::mem::take(&mut auditor.snapshots).finish(&auditor.cases, notes);
            notes.counts.streams = auditor.chains.streams().len() as u64;
            Ok(())
        })?;
        let records = self.records;
        self.report.unnamed =
            self.noting(|auditor, notes| files::check(auditor.source, records, notes))?;
        self.report.sort();
        Ok(self.report)
    }
}

/// Reads a record as an event of its stream.
fn read(opened: &Opened, record: &Record, notes: &mut Notes) -> Option<(Label, Events)> {
    let place = &opened.place;
    let Some(kind) = Kind::of(&opened.stream) else {
        let expected = words("audit.said.streams");
        notes
            .at(place)
            .add(Fault::Stream, "stream", expected, &opened.stream);
        return None;
    };
    // A part that is not the record's own was noted when its bytes were read.
    let is_noted = record.part(PartClass::Operational).is_none()
        && notes
            .findings
            .iter()
            .any(|finding| finding.field.starts_with("parts."));
    if is_noted {
        return None;
    }
    let command = record.header().command.clone();
    let events = match kind {
        Kind::System => Events::System(vec![entry(place, record, notes)?]),
        Kind::Operator => Events::Operator(vec![entry(place, record, notes)?]),
        Kind::Incident(id) => Events::Incident(id, vec![entry(place, record, notes)?]),
        Kind::Case(id) => Events::Case(id, vec![entry(place, record, notes)?]),
    };
    Some((command, events))
}

/// Reads a record as an event, or notes why it is none.
fn entry<B: EventBody>(place: &Place, record: &Record, notes: &mut Notes) -> Option<Entry<B>> {
    match record::read(record) {
        Ok(event) => Some(Entry {
            place: place.clone(),
            event,
            workflow: record.header().workflow,
            state: record.header().state.clone(),
        }),
        Err(unreadable) => {
            let expected = words("audit.said.known");
            notes.at(place).add(
                Fault::Unreadable,
                unreadable.field,
                expected,
                unreadable.why,
            );
            None
        }
    }
}

fn extend<B>(list: &mut Vec<Entry<B>>, mut next: Vec<Entry<B>>) -> usize {
    list.append(&mut next);
    list.len()
}
