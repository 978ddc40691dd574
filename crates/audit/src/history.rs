//! Tells a case's history: one entry for each event, with who, what, when it happened and when it was put on record.
//! The words for each kind of event are in `history/words.rs`, an incident's in `history/incident.rs`; reading records from a file is the program's business.

mod clock;
mod fact;
mod incident;
mod value;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;
use tsuho_core::case::event::{Actor, Event, EventBody, Sheet};
use tsuho_core::case::record::{Unreadable, read_case, read_system};
use tsuho_core::case::{Case, evolve, open};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::ids::PersonId;
use tsuho_core::people::SystemBody;
use tsuho_core::time::{Span, Timestamp, Zone};
use tsuho_core::value::Value;
use tsuho_core::workflow::Rules;
use tsuho_ledger::{PartClass, Record};

pub use self::incident::IncidentHistory;
use self::words::Words;
use crate::stream::Kind;

/// A sentence for people: its key in the catalogue and what it names.
pub type Sentence = (&'static str, Args);

/// The names of persons, as far as the personal parts of the stream `system` are at hand.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<PersonId, String>);

impl Names {
    /// Takes the next record of the stream `system`.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn take(&mut self, record: &Record) -> Result<(), Unreadable> {
        let event = read_system(record)?;
        let person = match &event.body {
            SystemBody::InstallationCreated(body) => body.person,
            SystemBody::PersonAdded(body) => body.person,
            SystemBody::RoleGranted(_)
            | SystemBody::RoleRevoked(_)
            | SystemBody::WorkflowPublished(_)
            | SystemBody::CalendarPublished(_) => return Ok(()),
        };
        if let Some(Value::Text(name)) = event.personal.get("name") {
            self.0.insert(person, name.clone());
        }
        Ok(())
    }

    /// Returns a person's name, if it is at hand.
    #[must_use]
    pub fn of(&self, person: PersonId) -> Option<&str> {
        self.0.get(&person).map(String::as_str)
    }
}

/// One event of a case or an incident, told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The record's place in the ledger.
    pub position: u64,
    /// Its place in its stream.
    pub seq: u64,
    /// The type of the event.
    pub r#type: &'static str,
    /// When it happened in the world, as stated.
    pub occurred_at: Timestamp,
    /// When it was put on record.
    pub recorded_at: Timestamp,
    /// How long after it happened it was put on record, in microseconds.
    pub recorded_after: Span,
    /// Who did it, as a pseudonym; `clock` for what the clock did.
    pub person: String,
    /// Their name, if it is at hand.
    pub name: Option<String>,
    /// How they were known.
    pub via: String,
    /// The role that they used.
    pub role: Option<String>,
    /// The decision to which it belongs.
    pub command: String,
    /// The state of the case after it; an incident has none.
    pub state: Option<String>,
    /// What decisions use.
    pub operational: Json,
    /// What is personal, if it is at hand.
    pub personal: Option<Json>,
    /// What is privileged, if it is at hand.
    pub privileged: Option<Json>,
    /// The parts that are not at hand.
    pub absent: Vec<PartClass>,
    /// Who, in words.
    #[serde(skip)]
    pub who: Sentence,
    /// What, in words.
    #[serde(skip)]
    pub what: Sentence,
    /// The facts that matter, in words.
    #[serde(skip)]
    pub details: Vec<Sentence>,
}

/// Tells the records of one case, in their order.
#[derive(Debug)]
pub struct History<'a> {
    teller: Teller<'a>,
    case: Option<Case>,
}

impl<'a> History<'a> {
    /// Begins a history. With the case's workflow, things have their titles, without it their names; times are shown as
    /// clocks in `zone` show them.
    #[must_use]
    pub fn new(names: &'a Names, rules: Option<&'a Rules>, zone: Zone) -> Self {
        let rules = rules.into_iter().collect();
        let words = Words { rules, zone };
        Self {
            teller: Teller { names, words },
            case: None,
        }
    }

    /// Tells the next record.
    ///
    /// # Errors
    ///
    /// If it is of no case or says nothing that this program knows.
    pub fn tell(&mut self, position: u64, record: &Record) -> Result<Entry, Unreadable> {
        let header = record.header();
        let event = read_case(record)?;
        let before = self.case.take();
        let words = &self.teller.words;
        let what = words.what(before.as_ref(), &event);
        let details = words.details(before.as_ref(), header.seq, &event);
        self.case = match before {
            Some(case) => Some(evolve(case, &event)),
            None => match Kind::of(header.stream.as_str()) {
                Some(Kind::Case(id)) => open(id, &event),
                Some(Kind::System | Kind::Operator | Kind::Incident(_)) | None => None,
            },
        };
        let told = (what, details);
        Ok(self.teller.entry((position, record), &event, told))
    }
}

/// Puts together what is told of any event.
#[derive(Debug)]
struct Teller<'a> {
    names: &'a Names,
    words: Words<'a>,
}

impl Teller<'_> {
    /// Returns the entry of an event, with what is said of it.
    fn entry<B: EventBody>(
        &self,
        (position, record): (u64, &Record),
        event: &Event<B>,
        (what, said): (Sentence, Vec<Sentence>),
    ) -> Entry {
        let header = record.header();
        let (name, who) = self.who(&event.actor);
        let gap = self.gap(event).into_iter();
        let json = |class| {
            let part = record.part(class)?;
            serde_json::from_slice(&part.bytes).ok()
        };
        Entry {
            position,
            seq: header.seq,
            r#type: EventBody::type_name(&event.body),
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            recorded_after: event.recorded_at.since(event.occurred_at),
            person: header.person.to_string(),
            name,
            via: header.via.to_string(),
            role: header.role.as_ref().map(ToString::to_string),
            command: header.command.to_string(),
            state: header.state.as_ref().map(ToString::to_string),
            operational: json(PartClass::Operational).unwrap_or_default(),
            personal: json(PartClass::Personal),
            privileged: json(PartClass::Privileged),
            absent: record.withheld().collect(),
            who,
            what,
            details: gap.chain(said).collect(),
        }
    }

    /// Returns the name of who did it, if it is at hand, and the sentence for them.
    fn who(&self, actor: &Actor) -> (Option<String>, Sentence) {
        let Actor::Person { person, role, .. } = actor else {
            return (None, ("audit.who.clock", Args::new()));
        };
        let mut args = Args::from([
            ("person", Arg::from(person.to_string())),
            ("role", self.words.role(role)),
        ]);
        match self.names.of(*person) {
            None => (None, ("audit.who.pseudonym", args)),
            Some(name) => {
                args.insert("name", Arg::from(name));
                (Some(name.to_owned()), ("audit.who.person", args))
            }
        }
    }

    /// Returns how long after it happened the event was put on record, if it was.
    fn gap<B>(&self, event: &Event<B>) -> Option<Sentence> {
        let gap = event.recorded_at.since(event.occurred_at);
        (gap > Span::ZERO).then(|| {
            let args = Args::from([
                ("recorded_at", self.words.time(event.recorded_at)),
                ("gap", value::span(gap)),
            ]);
            ("audit.detail.gap", args)
        })
    }
}

/// Returns the sheet of a class.
fn sheet<B>(event: &Event<B>, class: PartClass) -> Option<&Sheet> {
    match class {
        PartClass::Operational => None,
        PartClass::Personal => Some(&event.personal),
        PartClass::Privileged => Some(&event.privileged),
    }
}
