//! Turns rows into the types of `tsuho-store`, or says which column of which row cannot be read.
//!
//! Nothing else looks into a row.

mod inspected;

use std::fmt::Display;
use std::time::Duration;

use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Sqlite, Type};
use sqlx::{Row, ValueRef};
use tsuho_ledger::{Digest, Moment, Part, PartClass, Salt};
use tsuho_store::{
    Answer, BlobChunk, Calendar, CaseRow, ClockRow, DefinitionKey, DefinitionRow, Erasure, Error,
    IncidentRow, Kind, LedgerState, Position, RequestKey, Snapshot, Source, StoredRecord,
    StreamHead, StreamName, Workflow,
};

use crate::cell;

pub(crate) use inspected::{inspected, inspected_erasure, inspected_part};

/// The cells of one row, each read as what it has to be.
pub(crate) struct Cells<'row> {
    table: &'static str,
    row: &'row SqliteRow,
    key: String,
}

impl<'row> Cells<'row> {
    /// Takes a row of `table`; `key` names it to whoever has to look for it.
    pub(crate) fn new(table: &'static str, row: &'row SqliteRow, key: &dyn Display) -> Self {
        Self {
            table,
            row,
            key: key.to_string(),
        }
    }

    /// Takes a row of `table` that is named by its column `key`.
    fn keyed(table: &'static str, row: &'row SqliteRow, key: &'static str) -> Self {
        let text = row.try_get_unchecked::<String, _>(key).unwrap_or_default();
        Self::new(table, row, &text)
    }

    pub(crate) fn corrupt(&self, column: &'static str, source: impl Into<Source>) -> Error {
        Error::Corrupt {
            table: self.table,
            column,
            row: self.key.clone(),
            source: Some(source.into()),
        }
    }

    fn get<T: Decode<'row, Sqlite> + Type<Sqlite>>(
        &self,
        column: &'static str,
    ) -> Result<T, Error> {
        // SQLite reads nothing as zero or as an empty text; here it is neither.
        let is_null = self
            .row
            .try_get_raw(column)
            .is_ok_and(|cell| cell.is_null());
        if is_null {
            return Err(self.corrupt(column, "nothing in it"));
        }
        self.get_if_any(column)
    }

    fn get_if_any<T: Decode<'row, Sqlite> + Type<Sqlite>>(
        &self,
        column: &'static str,
    ) -> Result<T, Error> {
        self.row
            .try_get(column)
            .map_err(|error| self.corrupt(column, error))
    }

    pub(crate) fn integer(&self, column: &'static str) -> Result<i64, Error> {
        self.get(column)
    }

    pub(crate) fn count(&self, column: &'static str) -> Result<u64, Error> {
        self.integer(column)?
            .try_into()
            .map_err(|error: std::num::TryFromIntError| self.corrupt(column, error))
    }

    fn count_if_any(&self, column: &'static str) -> Result<Option<u64>, Error> {
        let count: Option<i64> = self.get_if_any(column)?;
        count
            .map(u64::try_from)
            .transpose()
            .map_err(|error| self.corrupt(column, error))
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, Error> {
        self.get(column)
    }

    /// Returns a text where it lies in the row.
    pub(crate) fn text_in_place(&self, column: &'static str) -> Result<&'row str, Error> {
        self.get(column)
    }

    fn text_if_any(&self, column: &'static str) -> Result<Option<String>, Error> {
        self.get_if_any(column)
    }

    pub(crate) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, Error> {
        self.get(column)
    }

    pub(crate) fn digest(&self, column: &'static str) -> Result<Digest, Error> {
        let bytes: &[u8] = self.get(column)?;
        bytes
            .try_into()
            .map_err(|error: tsuho_ledger::DigestError| self.corrupt(column, error))
    }

    fn moment(&self, column: &'static str) -> Result<Moment, Error> {
        Moment::from_micros(self.integer(column)?).map_err(|error| self.corrupt(column, error))
    }

    fn moment_if_any(&self, column: &'static str) -> Result<Option<Moment>, Error> {
        let micros: Option<i64> = self.get_if_any(column)?;
        micros
            .map(Moment::from_micros)
            .transpose()
            .map_err(|error| self.corrupt(column, error))
    }

    fn stream(&self, column: &'static str) -> Result<StreamName, Error> {
        let text: &str = self.get(column)?;
        text.parse()
            .map_err(|error: tsuho_ledger::LabelError| self.corrupt(column, error))
    }

    fn class(&self, column: &'static str) -> Result<PartClass, Error> {
        let text: &str = self.get(column)?;
        text.parse()
            .map_err(|error: tsuho_ledger::UnknownClass| self.corrupt(column, error))
    }
}

pub(crate) fn ledger(row: &SqliteRow) -> Result<LedgerState, Error> {
    let cells = Cells::new("ledger", row, &0);
    let kind = cells.text("kind")?;
    Ok(LedgerState {
        size: Position(cells.count("size")?),
        next_case_number: cells.count("next_case_number")?,
        next_incident_number: cells.count("next_incident_number")?,
        kind: Kind::parse(&kind)
            .ok_or_else(|| cells.corrupt("kind", format!("`{kind}` is no kind")))?,
        virtual_now: cells.moment_if_any("virtual_now")?,
        created_at: cells.moment("created_at")?,
    })
}

/// Reads the position behind the last event.
pub(crate) fn next_position(row: &SqliteRow) -> Result<Position, Error> {
    Cells::new("events", row, &"last")
        .count("events")
        .map(Position)
}

/// Reads a row of the ledger, whichever it claims to be; there is one, and its id is 0.
pub(crate) fn any_ledger(row: &SqliteRow) -> Result<LedgerState, Error> {
    let cells = Cells::new("ledger", row, &cell::key(row, &["id"]));
    match cells.integer("id")? {
        0 => ledger(row),
        other => Err(cells.corrupt("id", format!("{other} instead of 0"))),
    }
}

pub(crate) fn stream(row: &SqliteRow) -> Result<(StreamName, StreamHead), Error> {
    let cells = Cells::keyed("streams", row, "stream");
    let head = StreamHead {
        version: cells.count("version")?,
        digest: cells.digest("head")?,
        revision: cells.count("revision")?,
        wake_at: cells.moment_if_any("wake_at")?,
    };
    Ok((cells.stream("stream")?, head))
}

/// Reads a stream's row with where the stream begins.
pub(crate) fn placed_stream(row: &SqliteRow) -> Result<(Position, StreamName, StreamHead), Error> {
    let first = Cells::keyed("streams", row, "stream").count("first_position")?;
    let (name, head) = stream(row)?;
    Ok((Position(first), name, head))
}

pub(crate) fn due_stream(row: &SqliteRow) -> Result<(Moment, StreamName), Error> {
    let cells = Cells::keyed("streams", row, "stream");
    Ok((cells.moment("wake_at")?, cells.stream("stream")?))
}

pub(crate) fn lease_epoch(row: &SqliteRow, name: &str) -> Result<u64, Error> {
    Cells::new("leases", row, &name).count("epoch")
}

/// Reads who holds a lease, and for how much longer.
pub(crate) fn held_lease(row: &SqliteRow, name: &str) -> Result<(Option<String>, Duration), Error> {
    let cells = Cells::new("leases", row, &name);
    let remaining = cells.count("remaining")?;
    Ok((
        cells.text_if_any("holder")?,
        Duration::from_micros(remaining),
    ))
}

pub(crate) fn snapshot(row: &SqliteRow) -> Result<Snapshot, Error> {
    let cells = Cells::keyed("snapshots", row, "stream");
    Ok(Snapshot {
        stream: cells.stream("stream")?,
        version: cells.count("version")?,
        head: cells.digest("head")?,
        format: cells.text("format")?,
        digest: cells.digest("digest")?,
        bytes: cells.bytes("bytes")?,
    })
}

/// Reads an event; its parts and erasures are rows of their own.
pub(crate) fn event(row: &SqliteRow) -> Result<StoredRecord, Error> {
    let cells = Cells::keyed("events", row, "position");
    Ok(StoredRecord {
        position: Position(cells.count("position")?),
        stream: cells.stream("stream")?,
        seq: cells.count("seq")?,
        header: cells.bytes("header")?,
        hash: cells.digest("hash")?,
        parts: Vec::new(),
        erased: Vec::new(),
    })
}

pub(crate) fn part(row: &SqliteRow) -> Result<(Position, Part), Error> {
    let cells = Cells::keyed("parts", row, "position");
    let salt: &[u8] = cells.get("salt")?;
    let part = Part {
        class: cells.class("class")?,
        salt: Salt::try_from(salt).map_err(|error| cells.corrupt("salt", error))?,
        bytes: cells.bytes("bytes")?,
    };
    Ok((Position(cells.count("position")?), part))
}

pub(crate) fn erasure(row: &SqliteRow) -> Result<(Position, Erasure), Error> {
    let cells = Cells::keyed("erasures", row, "position");
    let erasure = Erasure {
        class: cells.class("class")?,
        erased_by: Position(cells.count("erased_by_position")?),
    };
    Ok((Position(cells.count("position")?), erasure))
}

pub(crate) fn request(row: &SqliteRow) -> Result<(RequestKey, Answer), Error> {
    let cells = Cells::keyed("requests", row, "key");
    let key = RequestKey {
        person: cells.text("person")?,
        key: cells.text("key")?,
    };
    let answer = Answer {
        digest: cells.digest("digest")?,
        command: cells.text("command")?,
        stream: cells.stream("stream")?,
        first_seq: cells.count("first_seq")?,
        last_seq: cells.count("last_seq")?,
    };
    Ok((key, answer))
}

pub(crate) fn case(row: &SqliteRow) -> Result<CaseRow, Error> {
    let cells = Cells::keyed("cases", row, "case_id");
    Ok(CaseRow {
        case_id: cells.text("case_id")?,
        number: cells.count("number")?,
        workflow: cells.text("workflow")?,
        workflow_version: cells.text("workflow_version")?,
        workflow_digest: cells.digest("workflow_digest")?,
        state: cells.text("state")?,
        phase: cells.text("phase")?,
        title: cells.text("title")?,
        opened_at: cells.moment("opened_at")?,
        closed_at: cells.moment_if_any("closed_at")?,
        incident_id: cells.text_if_any("incident_id")?,
        pending: cells.count_if_any("pending")?,
    })
}

pub(crate) fn incident(row: &SqliteRow) -> Result<IncidentRow, Error> {
    let cells = Cells::keyed("incidents", row, "incident_id");
    Ok(IncidentRow {
        incident_id: cells.text("incident_id")?,
        number: cells.count("number")?,
        opened_at: cells.moment("opened_at")?,
        cases: cells.count("cases")?,
    })
}

pub(crate) fn clock(row: &SqliteRow) -> Result<ClockRow, Error> {
    let cells = Cells::keyed("clocks", row, "duty");
    Ok(ClockRow {
        // The number of a case that is not there leads to no id.
        case_id: cells
            .text_if_any("case_id")?
            .ok_or_else(|| cells.corrupt("case_number", "no case has it"))?,
        case_number: cells.count("case_number")?,
        duty: cells.text("duty")?,
        obligation: cells.text("obligation")?,
        recipient: cells.text("recipient")?,
        due_at: cells.moment_if_any("due_at")?,
        status: cells.text("status")?,
        provisional: match cells.integer("provisional")? {
            0 => false,
            1 => true,
            other => {
                return Err(cells.corrupt("provisional", format!("{other} is neither 0 nor 1")));
            }
        },
    })
}

/// Reads what a commit has to know of a definition of `table`.
pub(crate) fn definition(
    table: &'static str,
    row: &SqliteRow,
) -> Result<(DefinitionKey, Digest), Error> {
    let cells = Cells::keyed(table, row, "name");
    let key = DefinitionKey {
        name: cells.text("name")?,
        version: cells.text("version")?,
    };
    Ok((key, cells.digest("digest")?))
}

pub(crate) fn workflow_row(row: &SqliteRow) -> Result<DefinitionRow, Error> {
    definition("workflows", row).map(|(key, digest)| DefinitionRow { digest, key })
}

pub(crate) fn calendar_row(row: &SqliteRow) -> Result<DefinitionRow, Error> {
    definition("calendars", row).map(|(key, digest)| DefinitionRow { digest, key })
}

pub(crate) fn workflow(row: &SqliteRow) -> Result<Workflow, Error> {
    let cells = Cells::keyed("workflows", row, "name");
    Ok(Workflow {
        digest: cells.digest("digest")?,
        name: cells.text("name")?,
        version: cells.text("version")?,
        source: cells.text("source")?,
        canonical: cells.bytes("canonical")?,
    })
}

pub(crate) fn calendar(row: &SqliteRow) -> Result<Calendar, Error> {
    let cells = Cells::keyed("calendars", row, "name");
    Ok(Calendar {
        digest: cells.digest("digest")?,
        name: cells.text("name")?,
        version: cells.text("version")?,
        source: cells.text("source")?,
    })
}

pub(crate) fn chunk(row: &SqliteRow) -> Result<BlobChunk, Error> {
    let cells = Cells::new("blobs", row, &cell::key(row, &["digest", "chunk"]));
    Ok(BlobChunk {
        digest: cells.digest("digest")?,
        chunk: cells.count("chunk")?,
        size: cells.count("size")?,
        length: cells.count("length")?,
    })
}

/// Reads an event's header and hash where nothing else is read.
pub(crate) fn only_header(row: &SqliteRow) -> Result<(Vec<u8>, Digest), Error> {
    let cells = Cells::new("events", row, &"");
    Ok((cells.bytes("header")?, cells.digest("hash")?))
}

/// Reads a stream's name where nothing else is read.
pub(crate) fn only_stream(row: &SqliteRow) -> Result<StreamName, Error> {
    Cells::new("streams", row, &"").stream("stream")
}

/// Reads an event's number and header.
pub(crate) fn header(row: &SqliteRow) -> Result<(u64, Vec<u8>), Error> {
    let cells = Cells::keyed("events", row, "seq");
    Ok((cells.count("seq")?, cells.bytes("header")?))
}
