//! How fast the records of a database are checked again, once they are in memory, by one thread: their bytes and chains, and
//! what they fold to. `cargo xtask bench` runs it; with another database: `cargo bench --bench recheck -- FILE`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

// For the program's own allocator: what is measured with another is not what the program takes.
use tsuho_cli as _;
use tsuho_core::case::{Body, Case, evolve, open, record};
use tsuho_ledger::{Chain, Record};
use tsuho_store::{Limit, Position, Store as _, StoredRecord};
use tsuho_store_sqlite::Mode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = std::env::args().skip(1);
    let mut files = arguments.filter(|argument| !argument.starts_with("--"));
    let Some(file) = files.next() else {
        println!("no database is named");
        return Ok(());
    };
    let stored = read(Path::new(&file)).await?;
    let count = stored.len();
    let begun = now();
    let records = bytes_and_chains(stored)?;
    told("bytes and chain", count, begun);
    let begun = now();
    let cases = fold(&records)?;
    told("fold", count, begun);
    assert!(!cases.is_empty(), "a database with cases");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 records")]
fn told(what: &str, count: usize, begun: Instant) {
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    println!("{what} {rate:.0}");
}

/// Reads every record into memory.
async fn read(file: &Path) -> Result<Vec<StoredRecord>, tsuho_store::Error> {
    let store = tsuho_store_sqlite::open(file, Mode::ReadOnly).await?;
    let mut stored = Vec::new();
    loop {
        let from = Position(stored.len() as u64);
        let page = store.ledger_records(from, Limit::MAX).await?;
        if page.is_empty() {
            return Ok(stored);
        }
        stored.extend(page);
    }
}

/// Checks every record's bytes, commitments and hash, and that it follows the one before it in its stream.
fn bytes_and_chains(stored: Vec<StoredRecord>) -> Result<Vec<Record>, Box<dyn std::error::Error>> {
    let mut chains: BTreeMap<String, Chain> = BTreeMap::new();
    let mut records = Vec::with_capacity(stored.len());
    for stored in stored {
        let record = stored.open()?.record;
        let stream = record.header().stream.as_str();
        let chain = match chains.get_mut(stream) {
            Some(chain) => chain,
            None => chains
                .entry(stream.to_owned())
                .or_insert_with(|| Chain::new(record.header().stream.clone())),
        };
        chain.follow(&record)?;
        records.push(record);
    }
    Ok(records)
}

/// Folds the records of every case.
fn fold(records: &[Record]) -> Result<BTreeMap<&str, Case>, Box<dyn std::error::Error>> {
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    for record in records {
        let stream = record.header().stream.as_str();
        let Some(id) = stream.strip_prefix("case/") else {
            continue;
        };
        let event = record::read::<Body>(record)?;
        let case = match cases.remove(stream) {
            Some(case) => evolve(case, &event),
            None => open(id.parse()?, &event).ok_or("a case begins with its opening")?,
        };
        cases.insert(stream, case);
    }
    Ok(cases)
}
