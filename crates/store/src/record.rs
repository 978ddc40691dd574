//! Records as stored: their place in the ledger, their bytes, and the parts that are still there.
//!
//! Leaves sealing, commitments and the chain to `tsuho-ledger`, and judging a history to `tsuho-audit`.

use std::fmt;

use tsuho_ledger::{Digest, Part, PartClass, Record};

use crate::{Error, StreamName};

/// A record's place in the ledger, counted from 0 without gaps, in commit order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A record that was read back and whose header, hash and commitments hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its place in the ledger.
    pub position: Position,
    /// The record.
    pub record: Record,
}

/// A part that is gone by law, and the record that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Which part is gone.
    pub class: PartClass,
    /// Position of the `PartErased` record.
    pub erased_by: Position,
}

/// A record exactly as its row holds it, unchecked, for an auditor to judge byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its place in the ledger.
    pub position: Position,
    /// The stream that the row names.
    pub stream: StreamName,
    /// The place in that stream that the row names.
    pub seq: u64,
    /// The header's bytes.
    pub header: Vec<u8>,
    /// The hash that the row names.
    pub hash: Digest,
    /// The parts that are there, in the order of their classes.
    pub parts: Vec<Part>,
    /// The parts that were erased.
    pub erased: Vec<Erasure>,
}

impl StoredRecord {
    /// Opens the record: checks header, hash, commitments, and that the row stands where the header says.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] with the column that differs, if any does.
    pub fn open(self) -> Result<Placed, Error> {
        let row = self.position;
        let record = Record::open(self.header, self.parts).map_err(|source| Error::Corrupt {
            table: "events",
            column: "header",
            row: row.to_string(),
            source: Some(source.into()),
        })?;
        if record.header().stream != *self.stream.label() {
            return Err(Error::corrupt("events", "stream", &row));
        }
        if record.header().seq != self.seq {
            return Err(Error::corrupt("events", "seq", &row));
        }
        if record.hash() != self.hash {
            return Err(Error::corrupt("events", "hash", &row));
        }
        Ok(Placed {
            position: self.position,
            record,
        })
    }
}
