//! Request rows: what makes a repeated request harmless.
//!
//! Leaves building the repeated answer to the caller, who reads the events that the row points at.

use tsuho_ledger::Digest;

use crate::StreamName;

/// A request as it was sent, told apart by person and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The person who sent it.
    pub person: String,
    /// The key that the person chose.
    pub key: String,
    /// Digest of the request as sent.
    pub digest: Digest,
    /// Id of the command that it became.
    pub command: String,
}

/// Where the events of an earlier request are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Digest of that request as sent.
    pub digest: Digest,
    /// Id of the command that it became.
    pub command: String,
    /// The stream of the command's first append.
    pub stream: StreamName,
    /// First `seq` there.
    pub first_seq: u64,
    /// Last `seq` there.
    pub last_seq: u64,
}
