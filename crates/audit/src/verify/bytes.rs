//! First layer: each record by itself, byte by byte.
//! How records follow each other is in `chain.rs`; the files that records name are measured in `files.rs`.

use tsuho_ledger::{Digest, Header, OpenError, PartClass, Record};

use super::Notes;
use crate::finding::{Fault, Place};
use crate::said::words;
use crate::source::{Absent, StoredRecord};

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
}

/// Reads a stored record and notes everything in it that does not fit.
pub(super) fn open(stored: &StoredRecord, notes: &mut Notes) -> Opened {
    let place = stored.stated_place();
    notes.counts.records += 1;
    notes.counts.parts += stored.parts.len() as u64;
    let mut opened = Opened {
        hash: stored.hash,
        stream: place.stream.clone(),
        seq: place.seq,
        record: None,
        place: place.clone(),
    };
    for cell in &stored.unreadable {
        notes.push(cell.finding(Some(&place)));
    }
    if stored.lacks("events.header") {
        return opened;
    }
    let Some((record, foreign)) = open_record(stored, &place, notes) else {
        return opened;
    };
    let header = record.header();
    if stored.lacks("events.hash") {
        opened.hash = record.hash();
    }
    if header.stream.as_str() != stored.stream && !stored.lacks("events.stream") {
        notes.at(&place).add(
            Fault::Column,
            "stream",
            header.stream.as_str(),
            &stored.stream,
        );
    }
    if header.seq != stored.seq && !stored.lacks("events.seq") {
        notes
            .at(&place)
            .add(Fault::Column, "seq", header.seq, stored.seq);
    }
    if record.hash() != opened.hash {
        notes
            .at(&place)
            .add(Fault::Column, "hash", record.hash(), stored.hash);
    }
    if record.hash() == opened.hash {
        header.stream.as_str().clone_into(&mut opened.stream);
        opened.seq = header.seq;
    }
    check_absences(stored, &record, &foreign, notes);
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
                    .add(Fault::Header, "header", words("audit.said.canonical"), why);
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
                    words("audit.said.named_part"),
                    &error,
                );
                *class
            }
            OpenError::Part { class, source } => {
                let field = format!("parts.{class}");
                notes
                    .at(place)
                    .add(Fault::Part, field, words("audit.said.canonical"), source);
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
) {
    let place = stored.stated_place();
    let missing: Vec<PartClass> = record
        .withheld()
        .filter(|class| !foreign.contains(class) && !stored.lacks_part(*class))
        .collect();
    for class in &missing {
        let explained = stored.absent.iter().any(|absence| absence.class == *class);
        if !explained {
            notes.at(&place).add(
                Fault::PartMissing,
                format!("parts.{class}"),
                words("audit.said.part_or_reason"),
                words("audit.said.nothing"),
            );
        }
    }
    for absence in &stored.absent {
        let class = absence.class;
        if !missing.contains(&class) || class == PartClass::Operational {
            let expected = if class == PartClass::Operational {
                words("audit.said.operational_stays")
            } else {
                words("audit.said.no_reason")
            };
            let field = format!("parts.{class}");
            notes
                .at(&place)
                .add(Fault::Absence, field, expected, words(absence.why.key()));
            continue;
        }
        match absence.why {
            Absent::Erased { .. } => {
                notes.counts.erased += 1;
                // No event of this version erases a part: whoever wrote the row of `erasures` did it past the program.
                let field = format!("parts.{class}");
                let expected = words("audit.said.erasing_event");
                let found = words("audit.said.nothing");
                notes.at(&place).add(Fault::Absence, field, expected, found);
            }
            Absent::Withheld => notes.counts.withheld += 1,
        }
    }
}

impl Absent {
    /// Returns the key of the word for it.
    const fn key(self) -> &'static str {
        match self {
            Self::Erased { .. } => "audit.said.erased",
            Self::Withheld => "audit.said.withheld",
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

    /// Returns its place, as its row says, or its header where the row's cells cannot be read.
    fn stated_place(&self) -> Place {
        let mut place = self.place();
        if self.unreadable.is_empty() {
            return place;
        }
        if let Ok(header) = Header::from_bytes(&self.header) {
            if self.lacks("events.stream") {
                header.stream.as_str().clone_into(&mut place.stream);
            }
            if self.lacks("events.seq") {
                place.seq = header.seq;
            }
        }
        place
    }

    /// Tells whether a cell of it cannot be read.
    fn lacks(&self, field: &str) -> bool {
        self.unreadable.iter().any(|cell| cell.field == field)
    }

    /// Tells whether a part may be there that cannot be read: of this class, or of none that is known.
    fn lacks_part(&self, class: PartClass) -> bool {
        self.lacks("parts.class") || self.lacks(&format!("parts.{class}"))
    }
}
