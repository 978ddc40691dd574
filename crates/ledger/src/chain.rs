//! Follows the records of one stream: each has to come after the one before it, with nothing between.
//!
//! Each record was checked by itself in `record.rs`; the places of all streams in the ledger are the store's business.

use std::fmt;

use crate::digest::Digest;
use crate::label::Label;
use crate::moment::Moment;
use crate::record::Record;

/// Follows the records of one stream in order.
#[derive(Debug, Clone)]
pub struct Chain {
    stream: Label,
    length: u64,
    head: Digest,
    recorded_at: Moment,
}

/// The field of a header that does not fit the record before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainField {
    /// The record belongs to another stream.
    Stream,
    /// The record has another number: one is missing, repeated or out of place.
    Seq,
    /// The record follows another one.
    Prev,
    /// The record was put on record before the one that it follows.
    RecordedAt,
}

/// Says which record does not follow, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{stream} seq {seq}: {field} expected {expected}, found {found}")]
pub struct ChainError {
    /// The stream that was followed.
    pub stream: Label,
    /// The number that the record should have in it.
    pub seq: u64,
    /// The field that does not fit.
    pub field: ChainField,
    /// What it should hold.
    pub expected: String,
    /// What it holds.
    pub found: String,
}

impl Chain {
    /// Begins before the first record of a stream.
    #[must_use]
    pub fn new(stream: Label) -> Self {
        Self {
            stream,
            length: 0,
            head: Digest::ZERO,
            recorded_at: Moment::MIN,
        }
    }

    /// Goes on behind a record, whatever stands before it: for whoever knows by its hash that it is the right one.
    #[must_use]
    pub fn behind(record: &Record) -> Self {
        let header = record.header();
        Self {
            stream: header.stream.clone(),
            length: header.seq + 1,
            head: record.hash(),
            recorded_at: header.recorded_at,
        }
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// Refuses a record of another stream, with another number or link than the next one's, or put on record earlier
    /// than the one before. The chain then stands where it stood.
    pub fn follow(&mut self, record: &Record) -> Result<(), ChainError> {
        let header = record.header();
        let differs = |field, expected: &dyn fmt::Display, found: &dyn fmt::Display| {
            Err(ChainError {
                stream: self.stream.clone(),
                seq: self.length,
                field,
                expected: expected.to_string(),
                found: found.to_string(),
            })
        };
        if header.stream != self.stream {
            return differs(ChainField::Stream, &self.stream, &header.stream);
        }
        if header.seq != self.length {
            return differs(ChainField::Seq, &self.length, &header.seq);
        }
        if header.prev != self.head {
            return differs(ChainField::Prev, &self.head, &header.prev);
        }
        if header.recorded_at < self.recorded_at {
            let earliest = format!("{} or later", self.recorded_at);
            return differs(ChainField::RecordedAt, &earliest, &header.recorded_at);
        }
        self.length += 1;
        self.head = record.hash();
        self.recorded_at = header.recorded_at;
        Ok(())
    }

    /// Returns the stream that is followed.
    #[must_use]
    pub fn stream(&self) -> &Label {
        &self.stream
    }

    /// Returns how many records were taken, which is the next one's `seq`.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Returns the hash of the last record, which is the next one's `prev`.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.head
    }
}

impl ChainField {
    /// Returns the field's key in the header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Seq => "seq",
            Self::Prev => "prev",
            Self::RecordedAt => "recorded_at",
        }
    }
}

impl fmt::Display for ChainField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::Header;

    fn record(stream: &str, seq: u64, prev: Digest, minute: u8) -> Record {
        let text = format!(
            "{{\"command\":\"c\",\"occurred_at\":\"2023-10-27T13:05:00.000000Z\",\"parts\":{{}},\"person\":\"p\",\
             \"prev\":\"{prev}\",\"recorded_at\":\"2023-10-27T13:{minute:02}:00.000000Z\",\"semantics\":1,\
             \"seq\":{seq},\"stream\":\"{stream}\",\"type\":\"NoteAdded\",\"type_v\":1,\"v\":0,\"via\":\"os\"}}"
        );
        let header = Header::from_bytes(text.as_bytes()).expect("a header");
        Record::seal(header, Vec::new()).expect("a record")
    }

    #[test]
    fn records_that_follow_each_other_are_taken() {
        let stream: Label = "case/1".parse().expect("a label");
        let mut chain = Chain::new(stream.clone());
        for seq in 0..5 {
            assert_eq!((chain.stream(), chain.length()), (&stream, seq));
            // The same minute twice: time may stand still.
            let minute = u8::try_from(seq / 2).expect("small");
            let next = record("case/1", seq, chain.head(), minute);
            chain.follow(&next).expect("it follows");
            assert_eq!(chain.head(), next.hash());
            assert_eq!(
                format!("{:?}", Chain::behind(&next)),
                format!("{chain:?}"),
                "whoever goes on behind a record stands where the chain does"
            );
        }
    }

    #[test]
    fn a_record_that_does_not_follow_is_refused_by_its_field() {
        let first = record("case/1", 0, Digest::ZERO, 30);
        let mut chain = Chain::new("case/1".parse().expect("a label"));
        chain.follow(&first).expect("it follows");
        let head = first.hash();
        let other = Digest::of(b"another record");
        let planted = [
            (ChainField::Stream, record("case/2", 1, head, 30), "case/2"),
            (ChainField::Seq, first.clone(), "0"),
            (ChainField::Seq, record("case/1", 2, head, 30), "2"),
            (
                ChainField::Prev,
                record("case/1", 1, other, 30),
                &other.to_hex(),
            ),
            (
                ChainField::Prev,
                record("case/1", 1, Digest::ZERO, 30),
                &Digest::ZERO.to_hex(),
            ),
            (
                ChainField::RecordedAt,
                record("case/1", 1, head, 29),
                "2023-10-27T13:29:00.000000Z",
            ),
        ];
        let mut caught = 0;
        for (field, record, found) in &planted {
            let error = chain.follow(record).expect_err("it does not follow");
            assert_eq!(
                (error.field, error.found.as_str(), error.seq),
                (*field, *found, 1)
            );
            caught += 1;
        }
        println!(
            "records out of place: planted {}, caught {caught}",
            planted.len()
        );
        // A refusal leaves the chain where it stood.
        chain
            .follow(&record("case/1", 1, head, 30))
            .expect("it follows");
    }

    #[test]
    fn the_first_record_has_number_0_and_no_record_before_it() {
        let chain = || Chain::new("case/1".parse().expect("a label"));
        let error = chain().follow(&record("case/1", 1, Digest::ZERO, 0));
        assert_eq!(
            error.expect_err("a second record").to_string(),
            "case/1 seq 0: seq expected 0, found 1"
        );
        let error = chain().follow(&record("case/1", 0, Digest::of(b""), 0));
        assert_eq!(
            error.expect_err("it follows another").field,
            ChainField::Prev
        );
    }
}
