//! First layer: each record by itself, byte by byte.
//! How records follow each other is in `chain.rs`.

use tsuho_ledger::{Digest, OpenError, PartClass, Record};

use super::Notes;
use crate::finding::{Fault, Place};
use crate::source::{Absent, File, Source, StoredRecord};

/// A stored record as far as it can be read.
pub(super) struct Opened {
    /// The place that its row names.
    pub place: Place,
    /// The hash that its row names.
    pub hash: Digest,
    /// The stream to which it belongs: as the header says if that has the hash on record, else as the row says.
    pub stream: String,
    /// Its number in the stream, said by the same.
    pub seq: u64,
    /// The record, without the parts that are not its own; `None` if its header is none.
    pub record: Option<Record>,
    /// The latest record that is said to have erased a part of it.
    pub erased_by: Option<u64>,
}

/// Reads a stored record and notes everything in it that does not fit.
pub(super) fn open(stored: &StoredRecord, notes: &mut Notes) -> Opened {
    let place = stored.place();
    notes.counts.records += 1;
    notes.counts.parts += stored.parts.len() as u64;
    let mut opened = Opened {
        hash: stored.hash,
        stream: stored.stream.clone(),
        seq: stored.seq,
        record: None,
        erased_by: None,
        place: place.clone(),
    };
    let Some((record, foreign)) = open_record(stored, &place, notes) else {
        return opened;
    };
    let header = record.header();
    if header.stream.as_str() != stored.stream {
        notes.at(&place).add(
            Fault::Column,
            "stream",
            header.stream.as_str(),
            &stored.stream,
        );
    }
    if header.seq != stored.seq {
        notes
            .at(&place)
            .add(Fault::Column, "seq", header.seq, stored.seq);
    }
    if record.hash() != stored.hash {
        notes
            .at(&place)
            .add(Fault::Column, "hash", record.hash(), stored.hash);
    }
    if record.hash() == stored.hash {
        header.stream.as_str().clone_into(&mut opened.stream);
        opened.seq = header.seq;
    }
    opened.erased_by = check_absences(stored, &record, &foreign, notes);
    opened.record = Some(record);
    opened
}

/// Opens a record, setting parts aside that are not its own.
fn open_record(
    stored: &StoredRecord,
    place: &Place,
    notes: &mut Notes,
) -> Option<(Record, Vec<PartClass>)> {
    let mut parts = stored.parts.clone();
    let mut foreign = Vec::new();
    // Each round but the last takes away every part of one class, so that there are at most four.
    loop {
        let error = match Record::open(stored.header.clone(), parts.clone()) {
            Ok(record) => return Some((record, foreign)),
            Err(error) => error,
        };
        let class = match &error {
            OpenError::Header(source) => {
                let why = std::error::Error::source(source).map(ToString::to_string);
                let why = why.unwrap_or_else(|| source.to_string());
                notes
                    .at(place)
                    .add(Fault::Header, "header", "a canonical header", why);
                return None;
            }
            OpenError::Commitment {
                class,
                expected,
                found,
            } => {
                notes
                    .at(place)
                    .add(Fault::Part, format!("parts.{class}"), expected, found);
                *class
            }
            OpenError::TwoParts(class) | OpenError::Unnamed(class) => {
                notes.at(place).add(
                    Fault::Part,
                    format!("parts.{class}"),
                    "a part that the header names, once",
                    &error,
                );
                *class
            }
            OpenError::Part { class, source } => {
                let field = format!("parts.{class}");
                notes
                    .at(place)
                    .add(Fault::Part, field, "canonical bytes", source);
                *class
            }
        };
        parts.retain(|part| part.class != class);
        foreign.push(class);
    }
}

/// Holds the parts that are missing against the reasons that are stored for it.
fn check_absences(
    stored: &StoredRecord,
    record: &Record,
    foreign: &[PartClass],
    notes: &mut Notes,
) -> Option<u64> {
    let place = stored.place();
    let missing: Vec<PartClass> = record
        .withheld()
        .filter(|class| !foreign.contains(class))
        .collect();
    for class in &missing {
        let explained = stored.absent.iter().any(|absence| absence.class == *class);
        if !explained {
            notes.at(&place).add(
                Fault::PartMissing,
                format!("parts.{class}"),
                "the part, or a reason why it is not there",
                "nothing",
            );
        }
    }
    let mut erased_by = None;
    for absence in &stored.absent {
        let class = absence.class;
        if !missing.contains(&class) || class == PartClass::Operational {
            let expected = if class == PartClass::Operational {
                "an operational part, which is never erased or withheld"
            } else {
                "no reason, since no such part is missing"
            };
            let field = format!("parts.{class}");
            notes
                .at(&place)
                .add(Fault::Absence, field, expected, absence.why.word());
            continue;
        }
        match absence.why {
            Absent::Erased { by } => {
                notes.counts.erased += 1;
                erased_by = erased_by.max(Some(by));
                // No event of this version erases a part: whoever wrote the row of `erasures` did it past the program.
                let field = format!("parts.{class}");
                let expected = "an event on record that erased the part";
                notes
                    .at(&place)
                    .add(Fault::Absence, field, expected, "no such event");
            }
            Absent::Withheld => notes.counts.withheld += 1,
        }
    }
    erased_by
}

/// Measures a file that a record names by its digest and size.
pub(super) fn measure<S: Source>(
    source: &S,
    place: &Place,
    digest: Digest,
    size: u64,
    notes: &mut Notes,
) -> Result<(), S::Error> {
    notes.counts.files += 1;
    match source.file(&digest)? {
        File::Missing => {
            notes
                .at(place)
                .add(Fault::FileMissing, "file", digest, "nothing");
        }
        File::Broken => {
            notes
                .at(place)
                .add(Fault::FileDiffers, "file", digest, "broken bytes");
        }
        File::Bytes(bytes) if Digest::of(&bytes) != digest => {
            notes
                .at(place)
                .add(Fault::FileDiffers, "file", digest, Digest::of(&bytes));
        }
        File::Bytes(bytes) if bytes.len() as u64 != size => {
            notes
                .at(place)
                .add(Fault::FileDiffers, "file size", size, bytes.len());
        }
        File::Bytes(_) => {}
    }
    Ok(())
}

impl Absent {
    /// Returns the word for it.
    const fn word(self) -> &'static str {
        match self {
            Self::Erased { .. } => "erased",
            Self::Withheld => "withheld",
        }
    }
}

impl StoredRecord {
    /// Returns its place, as its row says.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            position: self.position,
            stream: self.stream.clone(),
            seq: self.seq,
        }
    }
}
