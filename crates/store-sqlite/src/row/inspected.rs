//! Reads records for an auditor, each cell by itself, so that one which cannot be read hides no other.
//!
//! Leaves rows that are read as a whole to `crates/store-sqlite/src/row.rs`.

use sqlx::sqlite::SqliteRow;
use tsuho_ledger::Salt;
use tsuho_store::{Erasure, Error, InspectedPart, InspectedRecord, Position, Readable};

use super::{Cells, erasure};
use crate::cell;

/// Reads every cell of an event by itself. Its stream is a number, under which somebody has to look for the name; until then
/// it counts as unreadable.
pub(crate) fn inspected(row: &SqliteRow) -> (Option<i64>, InspectedRecord) {
    let key = ["row_number"];
    let cells = Cells::keyed("events", row, "row_number");
    let nameless = cells.corrupt("stream", "the first event of no stream");
    let record = InspectedRecord {
        number: cell::number(row, "row_number"),
        position: each(row, &key, cells.count("position")).map(Position),
        stream: each(row, &key, Err(nameless)),
        seq: each(row, &key, cells.count("seq")),
        header: each(row, &key, cells.bytes("header")),
        hash: each(row, &key, cells.digest("hash")),
        parts: Vec::new(),
        erased: Vec::new(),
    };
    (cells.integer("stream").ok(), record)
}

/// Reads every cell of a part by itself.
pub(crate) fn inspected_part(row: &SqliteRow) -> InspectedPart {
    let key = ["position", "class"];
    let cells = Cells::keyed("parts", row, "position");
    let salt = || {
        let salt: &[u8] = cells.get("salt")?;
        Salt::try_from(salt).map_err(|error| cells.corrupt("salt", error))
    };
    InspectedPart {
        class: each(row, &key, cells.class("class")),
        salt: each(row, &key, salt()),
        bytes: each(row, &key, cells.bytes("bytes")),
    }
}

pub(crate) fn inspected_erasure(row: &SqliteRow) -> Readable<Erasure> {
    let read = erasure(row).map(|(_, erasure)| erasure);
    each(row, &["position", "class"], read)
}

fn each<T>(row: &SqliteRow, key: &[&str], read: Result<T, Error>) -> Readable<T> {
    read.map_err(|error| cell::unreadable(row, key, &error))
}
