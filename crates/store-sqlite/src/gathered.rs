//! Reads rows that a statement gathered into one cell, as a JSON array of arrays with bytes in hex.
//!
//! A row of SQLite's is a message from its thread to ours; where a command waits for a handful of rows, one is enough.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use sqlx::sqlite::SqliteRow;
use tsuho_ledger::{Digest, Moment, Part, Salt};
use tsuho_store::{
    Answer, DefinitionKey, Erasure, Error, Position, RequestKey, StoredRecord, StreamHead,
    StreamName,
};

use crate::batch_rows::FirstPositions;
use crate::row::Cells;

/// Bytes, written in hex.
struct Hex(Vec<u8>);

/// The bytes of a digest or a salt, written in hex.
#[derive(Clone, Copy)]
struct Hex32([u8; 32]);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        // Of an iterator that may end early nobody knows the length, and the bytes of a page would move again and again.
        let mut bytes = vec![0; text.len() / 2];
        read_hex(text, &mut bytes).ok_or_else(|| D::Error::custom("no hex"))?;
        Ok(Self(bytes))
    }
}

impl<'de> Deserialize<'de> for Hex32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut bytes = [0; 32];
        let text = <&str>::deserialize(deserializer)?;
        read_hex(text, &mut bytes).ok_or_else(|| D::Error::custom("no 32 bytes in hex"))?;
        Ok(Self(bytes))
    }
}

/// Reads exactly as many bytes as there is room for.
fn read_hex(text: &str, bytes: &mut [u8]) -> Option<()> {
    if text.len() != 2 * bytes.len() {
        return None;
    }
    let mut wrong = 0;
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
        wrong |= high | low;
        *byte = high << 4 | low;
    }
    (wrong < 16).then_some(())
}

/// What each byte is worth as a digit, or more than any is worth.
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value: u8 = 0;
    while value < 16 {
        digits[b"0123456789ABCDEF"[value as usize] as usize] = value;
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// The row of a table at which reading goes on, so that what cannot be read is named.
struct At<'a> {
    table: &'static str,
    row: &'a dyn Display,
}

impl At<'_> {
    fn read<T, E>(&self, column: &'static str, read: Result<T, E>) -> Result<T, Error> {
        read.map_err(|_| Error::corrupt(self.table, column, self.row))
    }

    fn stream(&self, text: &str) -> Result<StreamName, Error> {
        self.read("stream", text.parse())
    }

    fn count(&self, column: &'static str, value: i64) -> Result<u64, Error> {
        self.read(column, u64::try_from(value))
    }
}

fn rows<'row, T: Deserialize<'row>>(
    row: &'row SqliteRow,
    (table, column): (&'static str, &'static str),
) -> Result<Vec<T>, Error> {
    let cells = Cells::new(table, row, &"all");
    serde_json::from_str(cells.text_in_place(column)?).map_err(|error| cells.corrupt(column, error))
}

/// Reads the heads of streams, and where the first event of each lies.
pub(crate) fn streams(
    row: &SqliteRow,
) -> Result<(BTreeMap<StreamName, StreamHead>, FirstPositions), Error> {
    type Gathered = (String, i64, i64, Hex32, i64, Option<i64>);
    let gathered: Vec<Gathered> = rows(row, ("streams", "streams"))?;
    let (mut heads, mut firsts) = (BTreeMap::new(), FirstPositions::new());
    for (stream, first, version, head, revision, wake_at) in gathered {
        let at = At {
            table: "streams",
            row: &stream,
        };
        let wake_at = wake_at.map(Moment::from_micros).transpose();
        let head = StreamHead {
            version: at.count("version", version)?,
            digest: Digest::from_bytes(head.0),
            revision: at.count("revision", revision)?,
            wake_at: at.read("wake_at", wake_at)?,
        };
        let name = at.stream(&stream)?;
        firsts.insert(name.clone(), Position(at.count("first_position", first)?));
        heads.insert(name, head);
    }
    Ok((heads, firsts))
}

/// Reads what was asked before.
pub(crate) fn requests(row: &SqliteRow) -> Result<BTreeMap<RequestKey, Answer>, Error> {
    type Gathered = (String, String, Hex32, String, String, i64, i64);
    let gathered: Vec<Gathered> = rows(row, ("requests", "requests"))?;
    let answers = gathered.into_iter();
    let answers = answers.map(|(person, key, digest, command, stream, first, last)| {
        let at = At {
            table: "requests",
            row: &key,
        };
        let answer = Answer {
            digest: Digest::from_bytes(digest.0),
            command,
            stream: at.stream(&stream)?,
            first_seq: at.count("first_seq", first)?,
            last_seq: at.count("last_seq", last)?,
        };
        Ok((RequestKey { person, key }, answer))
    });
    answers.collect()
}

/// Reads the digests of definitions of `table`, whose name the cell has too.
pub(crate) fn definitions(
    row: &SqliteRow,
    table: &'static str,
) -> Result<BTreeMap<DefinitionKey, Digest>, Error> {
    let gathered: Vec<(String, String, Hex32)> = rows(row, (table, table))?;
    let definitions = gathered.into_iter().map(|(name, version, digest)| {
        let key = DefinitionKey { name, version };
        (key, Digest::from_bytes(digest.0))
    });
    Ok(definitions.collect())
}

/// An event with its parts and erasures, as it is gathered.
type Gathered<'row> = (
    i64,
    &'row str,
    i64,
    Hex,
    Hex32,
    Vec<(&'row str, Hex32, Hex)>,
    Vec<(&'row str, i64)>,
);

/// Reads the ids of cases.
pub(crate) fn case_ids(row: &SqliteRow) -> Result<Vec<String>, Error> {
    rows(row, ("cases", "ids"))
}

/// Reads events with what belongs to them, stream by stream.
pub(crate) fn records(row: &SqliteRow) -> Result<Vec<StoredRecord>, Error> {
    let gathered: Vec<Gathered<'_>> = rows(row, ("events", "page"))?;
    let mut records: Vec<StoredRecord> = Vec::with_capacity(gathered.len());
    for gathered in gathered {
        let next = record(gathered, records.last())?;
        records.push(next);
    }
    // An aggregate promises no order.
    records.sort_by(|one, other| (&one.stream, one.seq).cmp(&(&other.stream, other.seq)));
    for record in &mut records {
        record.parts.sort_by_key(|part| part.class);
        record.erased.sort_by_key(|erasure| erasure.class);
    }
    Ok(records)
}

/// Reads an event; the one `before` it is of the same stream more often than not, and its name need not be read again.
fn record(gathered: Gathered<'_>, before: Option<&StoredRecord>) -> Result<StoredRecord, Error> {
    let (position, stream, seq, header, hash, parts, erased) = gathered;
    let at = |table| At {
        table,
        row: &position,
    };
    let event = at("events");
    let known = before.map(|before| &before.stream);
    let known = known.filter(|known| known.as_str() == stream);
    Ok(StoredRecord {
        position: Position(event.count("position", position)?),
        stream: known.map_or_else(|| event.stream(stream), |known| Ok(known.clone()))?,
        seq: event.count("seq", seq)?,
        header: header.0,
        hash: Digest::from_bytes(hash.0),
        parts: parts
            .into_iter()
            .map(|(class, salt, bytes)| part(&at("parts"), class, salt, bytes))
            .collect::<Result<_, _>>()?,
        erased: erased
            .into_iter()
            .map(|(class, by)| erasure(&at("erasures"), class, by))
            .collect::<Result<_, _>>()?,
    })
}

fn part(at: &At<'_>, class: &str, salt: Hex32, bytes: Hex) -> Result<Part, Error> {
    Ok(Part {
        class: at.read("class", class.parse())?,
        salt: Salt::from_bytes(salt.0),
        bytes: bytes.0,
    })
}

fn erasure(at: &At<'_>, class: &str, erased_by: i64) -> Result<Erasure, Error> {
    Ok(Erasure {
        class: at.read("class", class.parse())?,
        erased_by: Position(at.count("erased_by_position", erased_by)?),
    })
}
