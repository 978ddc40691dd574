//! A stream as it was folded, kept so that reading it need not begin with its first record.
//!
//! Leaves making one, and deciding whether one is believed, to whoever folds.

use tsuho_ledger::Digest;

use crate::StreamName;

/// A stream as it was folded up to one of its records. Every one may be lost at any time: it is no part of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The stream.
    pub stream: StreamName,
    /// How many records were folded.
    pub version: u64,
    /// The hash of the last of them.
    pub head: Digest,
    /// What the bytes are.
    pub format: String,
    /// What binds the bytes to all of the above.
    pub digest: Digest,
    /// What the stream folds to.
    pub bytes: Vec<u8>,
}
