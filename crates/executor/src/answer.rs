//! Says how a request is to be carried out, and what became of it.
//! Failures, after which nobody knows an answer, are in `crates/executor/src/error.rs`.

use std::fmt;

use tsuho_core::case::{Body, Event};
use tsuho_core::ids::{CaseId, CommandId, IncidentId};
use tsuho_core::incident::{self, IncidentBody};
use tsuho_ledger::Digest;
use tsuho_store::{Position, StreamName};

/// Most bytes of a key: a digest in hex or a long id fits, a document does not.
const LONGEST_KEY: usize = 128;

/// The key that a person chose for a request, and the digest of the request as they sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    text: String,
    digest: Digest,
}

/// Says why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no key: expected 1 to {LONGEST_KEY} bytes without control characters")]
pub struct InvalidKey {
    /// What was given.
    pub text: String,
}

impl Key {
    /// Takes a key and the digest of the request as it was sent.
    ///
    /// # Errors
    ///
    /// If the key is empty, long, or holds control characters.
    pub fn new(text: &str, digest: Digest) -> Result<Self, InvalidKey> {
        let fits = (1..=LONGEST_KEY).contains(&text.len()) && !text.chars().any(char::is_control);
        let text = text.to_owned();
        if fits {
            Ok(Self { text, digest })
        } else {
            Err(InvalidKey { text })
        }
    }

    /// Returns the key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the digest of the request as it was sent.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// Whether a request is carried out or only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// What is decided is written.
    #[default]
    Write,
    /// Nothing is written; the answer says what would be.
    DryRun,
}

/// How a request is to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct How {
    /// The key under which it is answered once, if the person chose one.
    pub key: Option<Key>,
    /// Whether it is written.
    pub mode: Mode,
}

impl How {
    /// Returns that of a request with a key, to be written.
    #[must_use]
    pub fn keyed(key: Key) -> Self {
        Self {
            key: Some(key),
            mode: Mode::Write,
        }
    }

    /// Returns that of a request that is only tried.
    #[must_use]
    pub fn dry_run() -> Self {
        Self {
            key: None,
            mode: Mode::DryRun,
        }
    }
}

/// What became of a request: `B` says what its events are, `R` why it may be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<B, R> {
    /// It was granted.
    Done(Done<B>),
    /// It was refused, and nothing of it was written. Refusals are not remembered.
    Refused(R),
}

/// A request that was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<B> {
    /// The stream of its events.
    pub stream: StreamName,
    /// The decision.
    pub command: CommandId,
    /// Number of the first event in the stream.
    pub first_seq: u64,
    /// Its events; none where there was nothing to do, as when nothing has fallen due.
    pub events: Vec<Event<B>>,
    /// What had to be written before, as commands of their own: facts of the operator, and what fell due meanwhile
    /// where that is more than one decision handles. Empty in an answer that is given again.
    pub before: Vec<Event<B>>,
    /// Whether the events are on record.
    pub standing: Standing,
    /// What the same decision did on the incident of the case, and on the others of its cases: they share what was
    /// recorded. None where nothing was shared.
    pub elsewhere: Option<Box<Together>>,
}

/// What one decision did on an incident and its cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// On the incident.
    pub incident: Done<IncidentBody>,
    /// On each case to which something happened, in the order in which the cases were linked.
    pub cases: Vec<Done<Body>>,
}

/// Whether events are on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They were written, the first of them at this place of the ledger.
    Written {
        /// The place.
        first: Position,
    },
    /// They were written when the same request came before.
    Repeated,
    /// They would be written.
    Tried,
    /// There is none.
    Nothing,
}

impl<B> Done<B> {
    /// Returns the case, if the events are a case's.
    #[must_use]
    pub fn case_id(&self) -> Option<CaseId> {
        self.stream
            .as_str()
            .strip_prefix(crate::ground::CASE_PREFIX)?
            .parse()
            .ok()
    }

    /// Returns the incident, if the events are an incident's.
    #[must_use]
    pub fn incident_id(&self) -> Option<IncidentId> {
        self.stream
            .as_str()
            .strip_prefix(incident::PREFIX)?
            .parse()
            .ok()
    }
}

impl Together {
    /// Returns the incident.
    #[must_use]
    pub fn incident_id(&self) -> Option<IncidentId> {
        self.incident.incident_id()
    }

    /// Tells whether nothing was done, neither on the incident nor on a case.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.incident.events.is_empty() && self.cases.is_empty()
    }
}

impl<B, R: fmt::Debug> Answer<B, R> {
    /// Returns what was granted.
    ///
    /// # Errors
    ///
    /// Returns the refusal.
    pub fn granted(self) -> Result<Done<B>, R> {
        match self {
            Self::Done(done) => Ok(done),
            Self::Refused(refusal) => Err(refusal),
        }
    }
}
