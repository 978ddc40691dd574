//! Follows the records of one stream: each has to come after the one before it, with nothing between.
//!
//! Each record was checked by itself in `record.rs`; the places of all streams in the ledger are the store's business.

use std::fmt;

use crate::digest::Digest;
use crate::label::Label;
use crate::moment::Moment;
use crate::record::Record;

/// Follows the records of one stream in order.
#[derive(Debug, Clone)]
pub struct Chain {
    stream: Label,
    length: u64,
    head: Digest,
    recorded_at: Moment,
}

/// The field of a header that does not fit the record before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainField {
    /// The record belongs to another stream.
    Stream,
    /// The record has another number: one is missing, repeated or out of place.
    Seq,
    /// The record follows another one.
    Prev,
    /// The record was put on record before the one that it follows.
    RecordedAt,
}

/// Says which record does not follow, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{stream} seq {seq}: {field} expected {expected}, found {found}")]
pub struct ChainError {
    /// The stream that was followed.
    pub stream: Label,
    /// The number that the record should have in it.
    pub seq: u64,
    /// The field that does not fit.
    pub field: ChainField,
    /// What it should hold.
    pub expected: String,
    /// What it holds.
    pub found: String,
}

impl Chain {
    /// Begins before the first record of a stream.
    #[must_use]
    pub fn new(stream: Label) -> Self {
        Self {
            stream,
            length: 0,
            head: Digest::ZERO,
            recorded_at: Moment::MIN,
        }
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// Refuses a record of another stream, with another number or link than the next one's, or put on record earlier
    /// than the one before. The chain then stands where it stood.
    pub fn follow(&mut self, record: &Record) -> Result<(), ChainError> {
        let header = record.header();
        let differs = |field, expected: &dyn fmt::Display, found: &dyn fmt::Display| {
            Err(ChainError {
                stream: self.stream.clone(),
                seq: self.length,
                field,
                expected: expected.to_string(),
                found: found.to_string(),
            })
        };
        if header.stream != self.stream {
            return differs(ChainField::Stream, &self.stream, &header.stream);
        }
        if header.seq != self.length {
            return differs(ChainField::Seq, &self.length, &header.seq);
        }
        if header.prev != self.head {
            return differs(ChainField::Prev, &self.head, &header.prev);
        }
        if header.recorded_at < self.recorded_at {
            let earliest = format!("{} or later", self.recorded_at);
            return differs(ChainField::RecordedAt, &earliest, &header.recorded_at);
        }
        self.length += 1;
        self.head = record.hash();
        self.recorded_at = header.recorded_at;
        Ok(())
    }

    /// Returns the stream that is followed.
    #[must_use]
    pub fn stream(&self) -> &Label {
        &self.stream
    }

    /// Returns how many records were taken, which is the next one's `seq`.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Returns the hash of the last record, which is the next one's `prev`.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.head
    }
}

impl ChainField {
    /// Returns the field's key in the header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Seq => "seq",
            Self::Prev => "prev",
            Self::RecordedAt => "recorded_at",
        }
    }
}

impl fmt::Display for ChainField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
