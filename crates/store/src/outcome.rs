//! What became of a command: committed, or lost to somebody else's.
//!
//! Losing is an answer, not a failure; failures are in `crates/store/src/error.rs`.

use tsuho_ledger::Digest;

use crate::{Answer, Position, StreamName};

/// What became of one command of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every record of the command is durable.
    Committed {
        /// The records' places, in the order of the command's appends.
        positions: Vec<Position>,
    },
    /// Nothing of the command was written.
    Lost(Conflict),
}

impl Outcome {
    /// Tells whether the command was found to be written before.
    #[must_use]
    pub const fn is_repeated(&self) -> bool {
        matches!(self, Self::Lost(Conflict::Repeated(_)))
    }
}

/// Why a command lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// A stream has another head than the command was decided on: load and decide again.
    StreamMoved {
        /// The stream.
        stream: StreamName,
        /// Number of records that it has.
        version: u64,
        /// Hash of its last record; absent while it has none.
        digest: Option<Digest>,
    },
    /// The system stream has another head than the decision saw: load and decide again.
    SystemMoved {
        /// Hash of its last record; absent while it has none.
        digest: Option<Digest>,
    },
    /// Another case took the number: decide again with this one.
    CaseNumberTaken {
        /// The next free number.
        next: u64,
    },
    /// Another incident took the number: decide again with this one.
    IncidentNumberTaken {
        /// The next free number.
        next: u64,
    },
    /// The person already used the key for another request: refuse.
    KeyReused(Answer),
    /// The same request was committed before: give the same answer.
    Repeated(Answer),
    /// A workflow of that name and version exists: refuse, or find it done if the digests are equal.
    WorkflowExists {
        /// Its name.
        name: String,
        /// Its version.
        version: String,
        /// The digest that it has.
        digest: Digest,
    },
    /// A calendar of that name and version exists: refuse, or find it done if the digests are equal.
    CalendarExists {
        /// Its name.
        name: String,
        /// Its version.
        version: String,
        /// The digest that it has.
        digest: Digest,
    },
}
