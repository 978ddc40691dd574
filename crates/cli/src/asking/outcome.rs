//! Holds what became of a request, and writes it for programs: the acknowledgement of `docs/reference/requests.md`.
//! For people it is told by `crates/cli/src/telling.rs`.

use serde_json::{Map, Value, json};
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::EventBody as _;
use tsuho_core::case::{Body, Event};
use tsuho_core::catalogue::Language;
use tsuho_core::ids::{CaseId, CommandId, IncidentId};
use tsuho_core::incident::IncidentBody;
use tsuho_core::operator::OperatorBody;
use tsuho_executor::Standing;
use tsuho_store::Position;

use super::{Invalid, Lost, Refusal};
use crate::exit::Exit;
use crate::telling::{Voluntary, Waiting};

/// What became of a request. A failure, after which nobody knows, is none of these.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It was granted, or had been before.
    Granted(Box<Granted>),
    /// It was refused, and nothing was written.
    Refused(Refusal),
    /// It is no request, and nothing was written.
    Invalid(Invalid),
}

/// A request that was granted.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) target: Target,
    pub(crate) command: CommandId,
    pub(crate) standing: Standing,
    /// Number of the first event in its stream.
    pub(crate) first_seq: u64,
    /// The place of the first record in the ledger, if it is on record.
    pub(crate) first_position: Option<Position>,
    /// What had to be written before.
    pub(crate) before: Vec<Event<Body>>,
    pub(crate) events: Events,
    /// What is owed after it and has no clock.
    pub(crate) waiting: Vec<Waiting>,
    /// Duties of law that ended with it, for which nothing was filed that counts.
    pub(crate) unfiled: Vec<DutyKey>,
    /// What was filed with it, or proposed to be, and serves no duty.
    pub(crate) voluntary: Option<Voluntary>,
    /// What came of it on the cases of the incident on which it was done.
    pub(crate) cases: Vec<Granted>,
    /// What came of it on the case's incident, and on the other cases of that.
    pub(crate) elsewhere: Vec<Granted>,
    /// Cells that rows lost, which were replaced as a whole.
    pub(crate) lost: Vec<Lost>,
}

/// On what it was done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Case { id: CaseId, number: u64 },
    Incident { id: IncidentId, number: u64 },
    Operator,
}

/// What was or would be written.
#[derive(Debug)]
pub(crate) enum Events {
    Case(Vec<Event<Body>>),
    Incident(Vec<Event<IncidentBody>>),
    Operator(Vec<Event<OperatorBody>>),
}

impl Target {
    fn named(self) -> Map<String, Value> {
        let pairs = match self {
            Self::Case { id, number } => {
                vec![("case", json!(id.to_string())), ("number", json!(number))]
            }
            Self::Incident { id, number } => vec![
                ("incident", json!(id.to_string())),
                ("number", json!(number)),
            ],
            Self::Operator => vec![("case", json!(super::OPERATOR))],
        };
        let pairs = pairs.into_iter();
        pairs.map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

impl Events {
    /// Returns the types in order.
    fn types(&self) -> Vec<&'static str> {
        match self {
            Self::Case(events) => events.iter().map(|event| event.body.type_name()).collect(),
            Self::Incident(events) => events.iter().map(|event| event.body.type_name()).collect(),
            Self::Operator(events) => events.iter().map(|event| event.body.type_name()).collect(),
        }
    }
}

impl Outcome {
    /// Returns how a program ends whose only request this was.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Granted(_) => Exit::Fine,
            Self::Refused(refusal) => refusal.exit,
            Self::Invalid(invalid) => invalid.exit,
        }
    }

    /// Writes the acknowledgement.
    pub(crate) fn acknowledgement(&self, language: Language) -> Map<String, Value> {
        let mut object = Map::new();
        let mut put = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
        match self {
            Self::Granted(granted) => {
                put("outcome", json!(word(granted.standing)));
                for (key, value) in granted.named() {
                    put(&key, value);
                }
                if granted.is_on_record() {
                    put("command", json!(granted.command.to_string()));
                }
                if !granted.before.is_empty() {
                    let before: Vec<&str> = granted
                        .before
                        .iter()
                        .map(|event| event.body.type_name())
                        .collect();
                    put("before", json!(before));
                }
                put("records", granted.records());
                if !granted.waiting.is_empty() {
                    put("waiting", granted.waiting_json());
                }
                if !granted.unfiled.is_empty() {
                    put("unfiled", json!(granted.unfiled));
                }
                if let Some(voluntary) = &granted.voluntary {
                    put("serves_no_duty", voluntary.json());
                }
                if !granted.cases.is_empty() {
                    put(
                        "cases",
                        granted.cases.iter().map(Granted::as_part).collect(),
                    );
                }
                if !granted.elsewhere.is_empty() {
                    let elsewhere = granted.elsewhere.iter().map(Granted::as_part);
                    put("elsewhere", elsewhere.collect());
                }
            }
            Self::Refused(refusal) => {
                put("outcome", json!("refused"));
                put("code", json!(refusal.code));
                if let Some(place) = &refusal.place {
                    put("place", json!(place));
                }
                put("message", json!(refusal.message.text(language)));
                let hints: Vec<String> = refusal
                    .hints
                    .iter()
                    .map(|hint| hint.text(language))
                    .collect();
                if !hints.is_empty() {
                    put("hints", json!(hints));
                }
            }
            Self::Invalid(invalid) => {
                put("outcome", json!("invalid"));
                if !invalid.place.is_empty() {
                    put("place", json!(invalid.place));
                }
                put("message", json!(invalid.problem.text(language)));
            }
        }
        object
    }
}

impl Granted {
    /// Tells whether its events are on record.
    pub(crate) const fn is_on_record(&self) -> bool {
        match self.standing {
            Standing::Written { .. } | Standing::Repeated => true,
            Standing::Tried | Standing::Nothing => false,
        }
    }

    /// Returns what it was done on, as programs name it. Whoever only tries an opening is not given the names that it
    /// would make.
    fn named(&self) -> Map<String, Value> {
        let mut named = Map::new();
        if matches!(self.target, Target::Operator) || self.is_on_record() || self.first_seq > 0 {
            named.extend(self.target.named());
        }
        named
    }

    /// Returns what came of it on one case or on the incident, where more than one was written on.
    fn as_part(&self) -> Value {
        let mut object = self.named();
        object.insert("records".to_owned(), self.records());
        if !self.waiting.is_empty() {
            object.insert("waiting".to_owned(), self.waiting_json());
        }
        if !self.unfiled.is_empty() {
            object.insert("unfiled".to_owned(), json!(self.unfiled));
        }
        Value::Object(object)
    }

    fn waiting_json(&self) -> Value {
        self.waiting.iter().map(Waiting::json).collect()
    }

    fn records(&self) -> Value {
        let types = self.events.types().into_iter().enumerate();
        let records = types.map(|(index, type_name)| {
            let index = u64::try_from(index).unwrap_or(u64::MAX);
            let mut record = Map::new();
            record.insert("seq".to_owned(), json!(self.first_seq + index));
            if let Some(first) = self.first_position {
                record.insert("position".to_owned(), json!(first.0 + index));
            }
            record.insert("type".to_owned(), json!(type_name));
            Value::Object(record)
        });
        records.collect()
    }
}

/// Returns the word of an acknowledgement.
const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Written { .. } => "committed",
        Standing::Repeated => "repeated",
        Standing::Tried => "tried",
        Standing::Nothing => "nothing",
    }
}
