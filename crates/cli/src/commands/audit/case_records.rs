//! Finds a case, and reads the records of a stream as they are stored, with the row that lists show of it.
//! Telling and replaying them is left to `tsuho-audit`.

use std::path::Path;

use tsuho_core::ids::CaseId;
use tsuho_ledger::{PartClass, Record};
use tsuho_store::{CaseKey, CaseRow, Limit, Store, StreamName};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open;

/// A record of a stream with its place in the ledger.
#[derive(Debug)]
pub(super) struct Placed {
    /// Its place in the ledger.
    pub(super) position: u64,
    /// The record, with the parts that were asked for.
    pub(super) record: Record,
}

/// How often a row and its records are read again because somebody wrote meanwhile: the present is asked for, and no two
/// commands on one stream follow each other so closely so often.
const MOST_READINGS: usize = 8;

/// Reads a row and the records from which it was made, so that neither holds what the other does not know yet.
pub(super) async fn together<R: PartialEq>(
    row: impl AsyncFn() -> Result<R>,
    records: impl AsyncFn() -> Result<Vec<Placed>>,
) -> Result<(R, Vec<Placed>)> {
    let mut before = row().await?;
    let mut read = records().await?;
    for _ in 0..MOST_READINGS {
        let after = row().await?;
        if after == before {
            break;
        }
        before = after;
        read = records().await?;
    }
    Ok((before, read))
}

/// Finds a case by its number or its id.
pub(super) async fn find(store: &dyn Store, database: &Path, named: &str) -> Result<CaseRow> {
    let number = named.parse().map(CaseKey::Number);
    let key = number.unwrap_or_else(|_| CaseKey::Id(named.to_owned()));
    let row = store.case(&key).await;
    row.map_err(|error| open::failure(error, database))?
        .ok_or_else(|| unknown(named))
}

/// Returns what a person reads who names no case of the database.
pub(super) fn unknown(named: &str) -> Failure {
    let message = Message::new("audit.no-case").with("case", named);
    Failure::new(Exit::NothingToRead, message).hint(Message::new("audit.no-case.hint"))
}

/// Returns the id of a case.
pub(super) fn id(row: &CaseRow) -> Result<CaseId> {
    row.case_id.parse().map_err(|_| unknown(&row.case_id))
}

/// Returns the stream of a case.
pub(super) fn stream(row: &CaseRow) -> String {
    format!("case/{}", row.case_id)
}

/// Reads every record of a stream, with those of its parts that are asked for.
pub(super) async fn read(
    store: &dyn Store,
    database: &Path,
    stream: &str,
    parts: &[PartClass],
) -> Result<Vec<Placed>> {
    let failed = |error| open::failure(error, database);
    let Ok(name) = stream.parse::<StreamName>() else {
        return Err(failed(tsuho_store::Error::corrupt(
            "cases", "case_id", &stream,
        )));
    };
    let mut placed = Vec::new();
    loop {
        let from = placed.len() as u64;
        let page = store.stream_records(&name, from, Limit::MAX).await;
        let page = page.map_err(failed)?;
        let is_last = page.len() < Limit::MAX.get() as usize;
        for row in page {
            let position = row.position;
            let record = row.open().map_err(failed)?.record;
            let kept = record.parts().iter();
            let kept = kept.filter(|part| parts.contains(&part.class)).cloned();
            let record = Record::open(record.header_bytes().to_vec(), kept.collect())
                .expect("a record stays sound without some of its parts");
            placed.push(Placed {
                position: position.0,
                record,
            });
        }
        if is_last {
            return Ok(placed);
        }
    }
}
