//! First layer, of files: each has its digest and size, and whatever a record names is there.
//! Which records name them is noted where their cases are folded; each file is read once.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_ledger::Digest;

use super::Notes;
use crate::finding::{Fault, Finding, Place};
use crate::report::MOST_FINDINGS;
use crate::said::words;
use crate::source::{ChunkRow, File, Source};

/// The records that name a file, with the size that each of them states.
pub(super) type Named = BTreeMap<Digest, Vec<(Place, u64)>>;

/// Whether every record could be read, so that what none of them names is named by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Records {
    /// Each was read.
    All,
    /// Some were not.
    Some,
}

/// What the chunks of one file say.
#[derive(Debug, Default)]
struct Chunks {
    numbers: BTreeSet<u64>,
    sizes: BTreeSet<u64>,
    bytes: u64,
}

/// Measures every file.
pub(super) fn check<S: Source>(
    source: &S,
    records: Records,
    notes: &mut Notes,
) -> Result<Vec<Digest>, S::Error> {
    for (digest, places) in std::mem::take(&mut notes.named) {
        notes.counts.files += 1;
        let file = source.file(&digest)?;
        for (place, size) in &places {
            measure(&file, digest, (place, *size), notes);
        }
        notes.named.insert(digest, places);
    }
    let mut unnamed = Vec::new();
    for (digest, chunks) in chunks(source, notes)? {
        let is_named = notes.named.contains_key(&digest);
        let is_differing = chunks.sizes.len() > 1 || !chunks.are_one_after_the_other();
        let size = chunks.sizes.first().copied().unwrap_or(0);
        // Of a file that was not written to its end the first chunks are there, and nobody can name it.
        let is_begun = !is_named && chunks.bytes < size;
        if is_differing || chunks.bytes != size && !is_begun {
            let finding = Finding::new(Fault::FileDiffers, None, "blobs.size", chunks.bytes, size);
            notes.push(finding.of(&digest.to_string()));
        }
        if is_named {
            continue;
        }
        notes.counts.files += 1;
        let found = match source.file(&digest)? {
            File::Bytes(bytes) if Digest::of(&bytes) != digest => {
                Some(Digest::of(&bytes).to_string())
            }
            File::Broken => None,
            File::Bytes(_) | File::Missing => {
                if records == Records::All {
                    notes.counts.unnamed += 1;
                    unnamed.push(digest);
                }
                continue;
            }
        };
        let broken = words("audit.said.broken_bytes");
        let finding = match found {
            Some(found) => Finding::new(Fault::FileDiffers, None, "blobs.bytes", digest, found),
            None => Finding::new(Fault::FileDiffers, None, "blobs.bytes", digest, broken),
        };
        notes.push(finding.of(&digest.to_string()));
    }
    unnamed.truncate(MOST_FINDINGS);
    Ok(unnamed)
}

/// Collects the chunks of every file.
fn chunks<S: Source>(source: &S, notes: &mut Notes) -> Result<BTreeMap<Digest, Chunks>, S::Error> {
    let mut files: BTreeMap<Digest, Chunks> = BTreeMap::new();
    for row in source.chunks().into_iter().flatten() {
        match row? {
            Err(cell) => notes.push(cell.finding(None)),
            Ok(ChunkRow {
                digest,
                chunk,
                size,
                length,
            }) => {
                let file = files.entry(digest).or_default();
                file.numbers.insert(chunk);
                file.sizes.insert(size);
                file.bytes = file.bytes.saturating_add(length);
            }
        }
    }
    Ok(files)
}

impl Chunks {
    fn are_one_after_the_other(&self) -> bool {
        self.numbers
            .iter()
            .zip(0..)
            .all(|(number, place)| *number == place)
    }
}

/// Holds a file against what one record says of it.
fn measure(file: &File, digest: Digest, (place, size): (&Place, u64), notes: &mut Notes) {
    let notes = notes.at(place);
    match file {
        File::Missing => {
            notes.add(
                Fault::FileMissing,
                "file",
                digest,
                words("audit.said.nothing"),
            );
        }
        File::Broken => {
            let broken = words("audit.said.broken_bytes");
            notes.add(Fault::FileDiffers, "file", digest, broken);
        }
        File::Bytes(bytes) if Digest::of(bytes) != digest => {
            notes.add(Fault::FileDiffers, "file", digest, Digest::of(bytes));
        }
        File::Bytes(bytes) if bytes.len() as u64 != size => {
            notes.add(Fault::FileDiffers, "file.size", size, bytes.len());
        }
        File::Bytes(_) => {}
    }
}
