//! Reads rows that a statement gathered into one cell, as a JSON array of arrays with bytes in hex.
//!
//! A row of SQLite's is a message from its thread to ours; where a command waits for a handful of rows, one is enough.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::de::{DeserializeOwned, Error as _};
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

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let digits = text.as_bytes().chunks_exact(2);
        if !digits.remainder().is_empty() {
            return Err(D::Error::custom("half a byte"));
        }
        // Of an iterator that may end early nobody knows the length, and the bytes of a page would move again and again.
        let mut bytes = Vec::with_capacity(digits.len());
        for pair in digits {
            let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
                return Err(D::Error::custom("no hex"));
            };
            bytes.push(high << 4 | low);
        }
        Ok(Self(bytes))
    }
}

const fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

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

    fn digest(&self, column: &'static str, bytes: &Hex) -> Result<Digest, Error> {
        self.read(column, Digest::try_from(&bytes.0[..]))
    }

    fn count(&self, column: &'static str, value: i64) -> Result<u64, Error> {
        self.read(column, u64::try_from(value))
    }
}

fn rows<T: DeserializeOwned>(
    row: &SqliteRow,
    (table, column): (&'static str, &'static str),
) -> Result<Vec<T>, Error> {
    let cells = Cells::new(table, row, &"all");
    serde_json::from_str(&cells.text(column)?).map_err(|error| cells.corrupt(column, error))
}

/// Reads the heads of streams, and where the first event of each lies.
pub(crate) fn streams(
    row: &SqliteRow,
) -> Result<(BTreeMap<StreamName, StreamHead>, FirstPositions), Error> {
    type Gathered = (String, i64, i64, Hex, i64, Option<i64>);
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
            digest: at.digest("head", &head)?,
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
    type Gathered = (String, String, Hex, String, String, i64, i64);
    let gathered: Vec<Gathered> = rows(row, ("requests", "requests"))?;
    let answers = gathered.into_iter();
    let answers = answers.map(|(person, key, digest, command, stream, first, last)| {
        let at = At {
            table: "requests",
            row: &key,
        };
        let answer = Answer {
            digest: at.digest("digest", &digest)?,
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
    let gathered: Vec<(String, String, Hex)> = rows(row, (table, table))?;
    let definitions = gathered.into_iter().map(|(name, version, digest)| {
        let at = At { table, row: &name };
        let digest = at.digest("digest", &digest)?;
        Ok((DefinitionKey { name, version }, digest))
    });
    definitions.collect()
}

/// An event with its parts and erasures, as it is gathered.
type Gathered = (
    i64,
    String,
    i64,
    Hex,
    Hex,
    Vec<(String, Hex, Hex)>,
    Vec<(String, i64)>,
);

/// Reads the ids of cases.
pub(crate) fn case_ids(row: &SqliteRow) -> Result<Vec<String>, Error> {
    rows(row, ("cases", "ids"))
}

/// Reads events with what belongs to them, stream by stream.
pub(crate) fn records(row: &SqliteRow) -> Result<Vec<StoredRecord>, Error> {
    let gathered: Vec<Gathered> = rows(row, ("events", "page"))?;
    let records: Result<Vec<_>, Error> = gathered.into_iter().map(record).collect();
    let mut records = records?;
    // An aggregate promises no order.
    records.sort_by(|one, other| (&one.stream, one.seq).cmp(&(&other.stream, other.seq)));
    for record in &mut records {
        record.parts.sort_by_key(|part| part.class);
        record.erased.sort_by_key(|erasure| erasure.class);
    }
    Ok(records)
}

fn record(gathered: Gathered) -> Result<StoredRecord, Error> {
    let (position, stream, seq, header, hash, parts, erased) = gathered;
    let at = |table| At {
        table,
        row: &position,
    };
    let event = at("events");
    Ok(StoredRecord {
        position: Position(event.count("position", position)?),
        stream: event.stream(&stream)?,
        seq: event.count("seq", seq)?,
        header: header.0,
        hash: event.digest("hash", &hash)?,
        parts: parts
            .into_iter()
            .map(|(class, salt, bytes)| part(&at("parts"), &class, &salt, bytes))
            .collect::<Result<_, _>>()?,
        erased: erased
            .into_iter()
            .map(|(class, by)| erasure(&at("erasures"), &class, by))
            .collect::<Result<_, _>>()?,
    })
}

fn part(at: &At<'_>, class: &str, salt: &Hex, bytes: Hex) -> Result<Part, Error> {
    Ok(Part {
        class: at.read("class", class.parse())?,
        salt: at.read("salt", Salt::try_from(&salt.0[..]))?,
        bytes: bytes.0,
    })
}

fn erasure(at: &At<'_>, class: &str, erased_by: i64) -> Result<Erasure, Error> {
    Ok(Erasure {
        class: at.read("class", class.parse())?,
        erased_by: Position(at.count("erased_by_position", erased_by)?),
    })
}
