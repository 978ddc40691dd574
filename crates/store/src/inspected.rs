//! What an auditor is given of a database: every row as it stands, and each cell that holds nothing of its column's kind.
//!
//! Leaves reading to each backend and judging to `tsuho-audit`. Whoever works with a database reads it through
//! [`crate::Store`], which stops at the first such cell.

use std::collections::BTreeMap;

use tsuho_ledger::{Digest, Moment, Part, PartClass, Salt};

use crate::{DefinitionKey, Erasure, Kind, Position, StreamName};

/// A cell that holds what no version writes there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's key, as text.
    pub row: String,
    /// What is there, as SQL writes it.
    pub found: String,
}

/// A value, or the cell that does not hold one.
pub type Readable<T> = Result<T, Unreadable>;

/// A record as its rows hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedRecord {
    /// The number of its row, whatever its cells say.
    pub number: i64,
    /// Its place in the ledger.
    pub position: Readable<Position>,
    /// Its stream.
    pub stream: Readable<StreamName>,
    /// Its place in the stream.
    pub seq: Readable<u64>,
    /// The header's bytes.
    pub header: Readable<Vec<u8>>,
    /// Its hash.
    pub hash: Readable<Digest>,
    /// Its parts.
    pub parts: Vec<InspectedPart>,
    /// What is said to have been erased of it.
    pub erased: Vec<Readable<Erasure>>,
}

/// A part as its row holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedPart {
    /// Which part it is.
    pub class: Readable<PartClass>,
    /// Its salt.
    pub salt: Readable<Salt>,
    /// Its bytes.
    pub bytes: Readable<Vec<u8>>,
}

impl InspectedPart {
    /// Returns the part, or the first cell that cannot be read.
    ///
    /// # Errors
    ///
    /// Returns that cell.
    pub fn read(self) -> Readable<Part> {
        Ok(Part {
            class: self.class?,
            salt: self.salt?,
            bytes: self.bytes?,
        })
    }
}

/// One chunk of a file, without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobChunk {
    /// The file's digest.
    pub digest: Digest,
    /// Which chunk of it, counted from 0.
    pub chunk: u64,
    /// The size of the whole file, as the row says.
    pub size: u64,
    /// How many bytes the chunk has.
    pub length: u64,
}

/// A published definition, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionRow {
    /// Its digest.
    pub digest: Digest,
    /// Its name and version.
    pub key: DefinitionKey,
}

/// Something that the schema consists of: as the migrations make it, and as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaObject {
    /// What it is: `table`, `index`, `trigger`, `view`, `migration` or `pragma`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its text as the migrations make it; absent if they make no such thing.
    pub expected: Option<String>,
    /// Its text as it is; absent if it is not there.
    pub found: Option<String>,
}

/// A row that belongs to one that is not there, such as a part of no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayRow {
    /// The table.
    pub table: String,
    /// The row's key, as text.
    pub row: String,
}

/// What can be held against what it should be without reading a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// A row refers to another that is not there.
    Reference,
    /// A setting is not the one with which this program writes.
    Setting,
    /// What was written to the log cannot all be read.
    Log,
    /// There are fewer records than the ledger says, or more.
    Ledger,
    /// A table has another number of rows than the records say.
    Rows,
}

/// Something of a database that was held against what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What kind of thing it is.
    pub aspect: Aspect,
    /// Its name: of a setting, a table, a row.
    pub name: String,
    /// What it should be.
    pub expected: String,
    /// What it is; absent if there is nothing.
    pub found: Option<String>,
}

impl Condition {
    /// Tells whether it is as it should be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.found.as_deref() == Some(self.expected.as_str())
    }
}

/// How far a database's ledger goes, and how much it holds of what is never taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Whether it is a drill.
    pub kind: Kind,
    /// The number of records, which is the position of the next.
    pub size: Position,
    /// The last record.
    pub last: Option<LastRecord>,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
}

/// The record at which a ledger ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRecord {
    /// Its place in the ledger.
    pub position: Position,
    /// Its hash.
    pub head: Digest,
    /// When it was recorded, if its header can be read.
    pub recorded_at: Option<Moment>,
}
