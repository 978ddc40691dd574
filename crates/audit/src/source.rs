//! What an auditor is given: records exactly as they are stored, the definitions that they name, and the views beside them.
//! Where they come from, a database or a bundle, is the caller's business; nothing here was checked by anybody.
//!
//! The rows look like those of `crates/store/src/view.rs` and are types of their own: this crate knows no storage, and a
//! bundle has none.

mod database;

use tsuho_core::people::InstallationKind;
use tsuho_ledger::{Digest, Moment, Part, PartClass};

pub use self::database::{Aspect, Condition, SchemaObject, StrayRow};
use crate::finding::{Fault, Finding, Place};
use crate::said::words;

/// A cell that holds no value of its column's kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The table and the column, or `parts.` and the class.
    pub field: String,
    /// The key of its row.
    pub row: String,
    /// What is there.
    pub found: String,
}

impl Unreadable {
    /// Returns what is found of it.
    pub(crate) fn finding(&self, place: Option<&Place>) -> Finding {
        let expected = words("audit.said.readable");
        let found = self.found.as_str();
        Finding::new(
            Fault::RowUnreadable,
            place.cloned(),
            &self.field,
            expected,
            found,
        )
        .of(&self.row)
    }
}

/// A row, or the cell at which reading it failed.
pub type Row<T> = Result<T, Unreadable>;

/// A record exactly as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its place in the ledger, as its row says.
    pub position: u64,
    /// Its stream, as its row says.
    pub stream: String,
    /// Its place in the stream, as its row says.
    pub seq: u64,
    /// The header's bytes.
    pub header: Vec<u8>,
    /// Its hash, as its row says.
    pub hash: Digest,
    /// The parts that are there.
    pub parts: Vec<Part>,
    /// The parts that are said to be missing for a reason.
    pub absent: Vec<Absence>,
    /// Its cells that cannot be read. What is said of them above says nothing.
    pub unreadable: Vec<Unreadable>,
}

/// A part that is not there, with the reason that is stored for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Which part.
    pub class: PartClass,
    /// Why.
    pub why: Absent,
}

/// Why a part is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It was erased by law.
    Erased {
        /// The position of the record that says so.
        by: u64,
    },
    /// Whoever hands over the history kept it back.
    Withheld,
}

/// The ledger's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerRow {
    /// How many records there are.
    pub size: u64,
    /// The number that the next case takes.
    pub next_case_number: u64,
    /// The number that the next incident takes.
    pub next_incident_number: u64,
    /// Real or drill.
    pub kind: InstallationKind,
    /// The virtual present of a drill.
    pub virtual_now: Option<Moment>,
    /// When the database was made.
    pub created_at: Moment,
}

/// The row of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamRow {
    /// The stream.
    pub stream: String,
    /// The position of its first record, by which records are said to belong to it.
    pub first_position: u64,
    /// How many records it has.
    pub version: u64,
    /// The hash of the last one.
    pub head: Digest,
    /// What people have changed, counted.
    pub revision: u64,
    /// The earliest pending instant.
    pub wake_at: Option<Moment>,
}

/// The row of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The case's id.
    pub case_id: String,
    /// Its number.
    pub number: u64,
    /// Name of its workflow.
    pub workflow: String,
    /// Version of its workflow.
    pub workflow_version: String,
    /// Digest of the workflow to which it is pinned.
    pub workflow_digest: Digest,
    /// The state where it stands.
    pub state: String,
    /// The phase of that state.
    pub phase: String,
    /// Its title.
    pub title: String,
    /// When it was opened.
    pub opened_at: Moment,
    /// When it was closed, if it is.
    pub closed_at: Option<Moment>,
    /// The incident to which it belongs, if it belongs to one.
    pub incident_id: Option<String>,
    /// How many proposals wait for consent; absent where an earlier version wrote the row.
    pub pending: Option<u64>,
}

/// The row of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// The incident's id.
    pub incident_id: String,
    /// Its number.
    pub number: u64,
    /// When it was opened.
    pub opened_at: Moment,
    /// How many cases it has.
    pub cases: u64,
}

/// The row of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// The case that owes the duty.
    pub case_id: String,
    /// The duty.
    pub duty: String,
    /// Its obligation.
    pub obligation: String,
    /// To whom it is owed.
    pub recipient: String,
    /// When it falls due by its earliest reading.
    pub due_at: Option<Moment>,
    /// Where the clock stands.
    pub status: String,
    /// Whether the due instant may still change: 1 or 0 in the row.
    pub provisional: bool,
}

/// The row of what is kept of a stream so that it need not be read from its first record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRow {
    /// The stream.
    pub stream: String,
    /// How many records it folds.
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

/// The row of a request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// The number of the row: they are given one after the other, and no row is ever taken out.
    pub number: i64,
    /// Who sent it.
    pub person: String,
    /// The key that they chose.
    pub key: String,
    /// The command that it became.
    pub command: String,
    /// The stream of its records.
    pub stream: String,
    /// The first of them.
    pub first_seq: u64,
    /// The last of them.
    pub last_seq: u64,
}

/// A published workflow as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWorkflow {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The bundle of texts from which it was compiled.
    pub source: String,
    /// The canonical form that its digest covers.
    pub canonical: Vec<u8>,
}

/// A published calendar as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCalendar {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The text of its data file.
    pub source: String,
}

/// The row of a published workflow or calendar, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionRow {
    /// The table.
    pub table: &'static str,
    /// Its digest.
    pub digest: Digest,
    /// Its name and version, as its row says.
    pub key: String,
}

/// The row of a chunk of a file, without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkRow {
    /// The file's digest.
    pub digest: Digest,
    /// Which chunk of it, counted from 0.
    pub chunk: u64,
    /// The size of the whole file, as the row says.
    pub size: u64,
    /// How many bytes the chunk has.
    pub length: u64,
}

/// A file that a history refers to by digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// It is not there.
    Missing,
    /// Something is there that cannot be read whole.
    Broken,
    /// Its bytes.
    Bytes(Vec<u8>),
}

/// Rows, one after the other.
pub type Rows<'a, T, E> = Box<dyn Iterator<Item = Result<Row<T>, E>> + 'a>;

/// Where an auditor reads. Each method gives what is stored at one moment, whatever is written meanwhile.
///
/// A source that has no such rows, such as a bundle, gives `None` for them; the report then says that none were compared.
pub trait Source {
    /// Why it cannot be read.
    type Error;

    /// Returns every record by position.
    fn records(&self) -> Rows<'_, StoredRecord, Self::Error>;

    /// Returns the headers of a stretch of a stream in their order, each with its number, at most so many.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn headers(
        &self,
        stream: &str,
        stretch: (u64, u64),
        most: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, Self::Error>;

    /// Returns the workflow that is stored under a digest.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn workflow(&self, digest: &Digest) -> Result<Option<Row<StoredWorkflow>>, Self::Error>;

    /// Returns the calendar that is stored under a digest.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn calendar(&self, digest: &Digest) -> Result<Option<Row<StoredCalendar>>, Self::Error>;

    /// Returns the file that is stored under a digest.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn file(&self, digest: &Digest) -> Result<File, Self::Error>;

    /// Returns the ledger's row: exactly one, if all is well.
    fn ledger(&self) -> Option<Rows<'_, LedgerRow, Self::Error>>;

    /// Returns the rows of all streams.
    fn streams(&self) -> Option<Rows<'_, StreamRow, Self::Error>>;

    /// Returns the rows of all cases.
    fn cases(&self) -> Option<Rows<'_, CaseRow, Self::Error>>;

    /// Returns the rows of all incidents.
    fn incidents(&self) -> Option<Rows<'_, IncidentRow, Self::Error>>;

    /// Returns the rows of all clocks.
    fn clocks(&self) -> Option<Rows<'_, ClockRow, Self::Error>>;

    /// Returns what is kept of streams so that they need not be read from their first records.
    fn snapshots(&self) -> Option<Rows<'_, SnapshotRow, Self::Error>> {
        None
    }

    /// Returns the rows of all requests.
    fn requests(&self) -> Option<Rows<'_, RequestRow, Self::Error>>;

    /// Returns the rows of all definitions.
    fn definitions(&self) -> Option<Rows<'_, DefinitionRow, Self::Error>>;

    /// Returns the rows of all files.
    fn chunks(&self) -> Option<Rows<'_, ChunkRow, Self::Error>>;

    /// Returns what belongs to no record.
    fn strays(&self) -> Option<Rows<'_, StrayRow, Self::Error>>;

    /// Returns everything of the schema, with what this program makes.
    fn schema(&self) -> Option<Rows<'_, SchemaObject, Self::Error>>;

    /// Returns what the database itself says is broken, in its words.
    fn damage(&self) -> Option<Rows<'_, String, Self::Error>>;

    /// Returns what the database itself says is broken where it looks less closely.
    fn damage_at_a_glance(&self) -> Option<Rows<'_, String, Self::Error>> {
        None
    }

    /// Returns what can be held against what it should be without reading a record.
    fn conditions(&self) -> Option<Rows<'_, Condition, Self::Error>> {
        None
    }
}
