//! Judges the commands of a batch against what is stored, the same way for every backend.
//!
//! Reads and writes nothing: a backend loads a [`Bench`] under its write lock, and afterwards writes what was kept.

use std::collections::BTreeMap;

use tsuho_ledger::Digest;

use crate::{
    Answer, Batch, Command, Conflict, DefinitionKey, LedgerState, Outcome, Position, StreamHead,
    StreamName,
};

/// A person and the key that the person chose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestKey {
    /// The person.
    pub person: String,
    /// The key.
    pub key: String,
}

/// What a batch is judged by, as the database holds it while nobody else can write.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The ledger's row.
    pub ledger: LedgerState,
    /// Head of the system stream.
    pub system: Option<Digest>,
    /// Heads of the streams that the batch touches or was decided on; a stream without records is absent.
    pub streams: BTreeMap<StreamName, StreamHead>,
    /// Rows of the requests that the batch carries, where they were sent before.
    pub requests: BTreeMap<RequestKey, Answer>,
    /// Workflows that share name and version, or the digest, with one that the batch publishes.
    pub workflows: BTreeMap<DefinitionKey, Digest>,
    /// Calendars that share name and version, or the digest, with one that the batch publishes.
    pub calendars: BTreeMap<DefinitionKey, Digest>,
}

/// A command that was kept, and the position of its first record.
#[derive(Debug, Clone, Copy)]
pub struct Placement<'batch> {
    /// The command.
    pub command: &'batch Command,
    /// Where its records begin; they follow each other in the order of its appends.
    pub first: Position,
}

impl Bench {
    /// Judges every command in order, counting what is kept as written. A lost command changes nothing, so that what
    /// was decided on top of it finds another head and is lost with it.
    pub fn judge<'batch>(
        &mut self,
        batch: &'batch Batch,
    ) -> (Vec<Outcome>, Vec<Placement<'batch>>) {
        let mut outcomes = Vec::with_capacity(batch.commands().len());
        let mut kept = Vec::new();
        for command in batch.commands() {
            if let Some(conflict) = self.conflict(command) {
                outcomes.push(Outcome::Lost(conflict));
                continue;
            }
            let first = self.ledger.size;
            self.keep(command);
            let positions = (first.0..self.ledger.size.0).map(Position).collect();
            outcomes.push(Outcome::Committed { positions });
            kept.push(Placement { command, first });
        }
        (outcomes, kept)
    }

    /// Returns what the command loses to. The request comes first: a repeated one must not look like a lost race.
    fn conflict(&self, command: &Command) -> Option<Conflict> {
        self.request_conflict(command)
            .or_else(|| self.stream_conflict(command))
            .or_else(|| self.system_conflict(command))
            .or_else(|| self.number_conflict(command))
            .or_else(|| self.definition_conflict(command))
    }

    fn request_conflict(&self, command: &Command) -> Option<Conflict> {
        let request = command.request.as_ref()?;
        let answer = self.requests.get(&RequestKey::of(request))?.clone();
        Some(if answer.digest == request.digest {
            Conflict::Repeated(answer)
        } else {
            Conflict::KeyReused(answer)
        })
    }

    fn stream_conflict(&self, command: &Command) -> Option<Conflict> {
        command.seen().find_map(|(stream, expected)| {
            let head = self.streams.get(stream);
            let version = head.map_or(0, |head| head.version);
            let digest = head.map(|head| head.digest);
            let moved = version != expected.version() || digest.as_ref() != expected.digest();
            moved.then(|| Conflict::StreamMoved {
                stream: stream.clone(),
                version,
                digest,
            })
        })
    }

    fn system_conflict(&self, command: &Command) -> Option<Conflict> {
        let moved = command.system.is_some() && command.system != self.system;
        moved.then_some(Conflict::SystemMoved {
            digest: self.system,
        })
    }

    fn number_conflict(&self, command: &Command) -> Option<Conflict> {
        let next = self.ledger.next_case_number;
        if (next..)
            .zip(&command.case_numbers)
            .any(|(next, number)| next != *number)
        {
            return Some(Conflict::CaseNumberTaken { next });
        }
        let next = self.ledger.next_incident_number;
        let taken = command.incident_number.is_some_and(|number| number != next);
        taken.then_some(Conflict::IncidentNumberTaken { next })
    }

    fn definition_conflict(&self, command: &Command) -> Option<Conflict> {
        let workflow = command.workflows.iter().find_map(|workflow| {
            let (key, digest) = taken(&self.workflows, &workflow.key(), &workflow.digest)?;
            let DefinitionKey { name, version } = key;
            Some(Conflict::WorkflowExists {
                name,
                version,
                digest,
            })
        });
        workflow.or_else(|| {
            command.calendars.iter().find_map(|calendar| {
                let (key, digest) = taken(&self.calendars, &calendar.key(), &calendar.digest)?;
                let DefinitionKey { name, version } = key;
                Some(Conflict::CalendarExists {
                    name,
                    version,
                    digest,
                })
            })
        })
    }

    /// Counts the command as written.
    fn keep(&mut self, command: &Command) {
        for append in &command.appends {
            let revision = self
                .streams
                .get(append.stream())
                .map_or(0, |head| head.revision);
            let head = StreamHead {
                version: append.head().version,
                digest: append.head().digest,
                revision: revision + append.revisions,
                wake_at: append.wake_at,
            };
            if *append.stream() == StreamName::system() {
                self.system = Some(head.digest);
            }
            self.streams.insert(append.stream().clone(), head);
            self.ledger.size.0 += append.records().len() as u64;
        }
        if let Some(last) = command.case_numbers.last() {
            self.ledger.next_case_number = last + 1;
        }
        if let Some(number) = command.incident_number {
            self.ledger.next_incident_number = number + 1;
        }
        if let Some(request) = &command.request {
            let first = &command.appends[command.answered_by];
            let answer = Answer {
                digest: request.digest,
                command: request.command.clone(),
                stream: first.stream().clone(),
                first_seq: first.expected().version(),
                last_seq: first.head().version - 1,
            };
            self.requests.insert(RequestKey::of(request), answer);
        }
        for workflow in &command.workflows {
            self.workflows.insert(workflow.key(), workflow.digest);
        }
        for calendar in &command.calendars {
            self.calendars.insert(calendar.key(), calendar.digest);
        }
    }
}

/// Returns the definition that has this name and version, or this digest under another name.
fn taken(
    existing: &BTreeMap<DefinitionKey, Digest>,
    key: &DefinitionKey,
    digest: &Digest,
) -> Option<(DefinitionKey, Digest)> {
    let named = existing.get_key_value(key);
    let found = named.or_else(|| existing.iter().find(|(_, other)| *other == digest));
    found.map(|(key, digest)| (key.clone(), *digest))
}

impl RequestKey {
    /// Returns what tells a request apart.
    #[must_use]
    pub fn of(request: &crate::Request) -> Self {
        Self {
            person: request.person.clone(),
            key: request.key.clone(),
        }
    }
}
