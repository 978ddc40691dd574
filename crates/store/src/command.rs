//! What a caller asks to be written: commands that were decided, sealed and hashed before the write lock.
//!
//! Leaves judging them against what is stored to `crates/store/src/bench.rs`.

use std::collections::BTreeSet;

use tsuho_ledger::{Digest, Moment, Record};

use crate::{Calendar, CaseRow, ClockRow, IncidentRow, Request, Snapshot, StreamName, Workflow};

/// Commands in one batch at most, so that one flush serves many without keeping the first of them waiting.
pub const MAX_COMMANDS: usize = 256;

/// Records in one batch at most, which is also the most that one decision yields.
pub const MAX_RECORDS: usize = 32_768;

/// The head that a stream had when the command was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The stream had no record.
    New,
    /// The stream had `version` records, the last of them with this hash.
    At {
        /// Number of records.
        version: u64,
        /// Hash of the last one.
        digest: Digest,
    },
}

impl Expected {
    /// Returns the `seq` of the next record.
    #[must_use]
    pub fn version(&self) -> u64 {
        match self {
            Self::New => 0,
            Self::At { version, .. } => *version,
        }
    }

    /// Returns the hash of the last record.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        match self {
            Self::New => None,
            Self::At { digest, .. } => Some(digest),
        }
    }
}

/// The head that a stream has once records are appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of records.
    pub version: u64,
    /// Hash of the last one.
    pub digest: Digest,
}

/// Records that follow each other on one stream, and what the stream's row becomes with them.
#[derive(Debug, Clone)]
pub struct Append {
    /// At least one, of one stream, numbered and chained from `expected` on.
    records: Vec<Record>,
    stream: StreamName,
    expected: Expected,
    head: Head,
    /// How many of the changes people made: what the stream's revision grows by.
    pub revisions: u64,
    /// The earliest pending instant of the stream once these records are folded.
    pub wake_at: Option<Moment>,
}

/// Records that do not follow each other: a defect of the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedAppend {
    /// There is nothing to append.
    #[error("no record to append to `{stream}`")]
    Empty {
        /// The stream.
        stream: StreamName,
    },
    /// A header names another place than the one it would get.
    #[error(
        "record {index} does not continue `{stream}` at seq {seq}: its header differs in `{field}`"
    )]
    Unlinked {
        /// The stream.
        stream: StreamName,
        /// Which of the records, from 0.
        index: usize,
        /// The `seq` that it would get.
        seq: u64,
        /// The header's field.
        field: &'static str,
    },
}

impl Append {
    /// Takes records that continue `stream` from `expected` on, leaving the revision and without a wake-up.
    ///
    /// # Errors
    ///
    /// If there is none, or one does not continue the record before it.
    pub fn new(
        stream: StreamName,
        expected: Expected,
        records: Vec<Record>,
    ) -> Result<Self, MalformedAppend> {
        let mut version = expected.version();
        let mut prev = None;
        for (index, record) in records.iter().enumerate() {
            let header = record.header();
            let before = prev.or(expected.digest().copied());
            let wrong = if header.stream != *stream.label() {
                Some("stream")
            } else if header.seq != version {
                Some("seq")
            } else if header.prev != before.unwrap_or(Digest::ZERO) {
                Some("prev")
            } else {
                None
            };
            if let Some(field) = wrong {
                return Err(MalformedAppend::Unlinked {
                    stream,
                    index,
                    seq: version,
                    field,
                });
            }
            version += 1;
            prev = Some(record.hash());
        }
        let Some(digest) = prev else {
            return Err(MalformedAppend::Empty { stream });
        };
        let head = Head { version, digest };
        Ok(Self {
            records,
            stream,
            expected,
            head,
            revisions: 0,
            wake_at: None,
        })
    }

    /// Returns the stream.
    #[must_use]
    pub fn stream(&self) -> &StreamName {
        &self.stream
    }

    /// Returns the head that the stream had when the command was decided.
    #[must_use]
    pub fn expected(&self) -> &Expected {
        &self.expected
    }

    /// Returns the records, in order; there is at least one.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Returns the head that the stream has once the records are written.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }
}

/// One command: everything that is written together or not at all.
#[derive(Debug, Clone, Default)]
pub struct Command {
    /// Records for one or more streams, each stream once, in the order of the ledger.
    pub appends: Vec<Append>,
    /// Which of the appends, from 0, the request row points at.
    pub answered_by: usize,
    /// Head of the system stream that the decision saw; absent where it saw none, as before the first record.
    pub system: Option<Digest>,
    /// Other streams that the decision read and does not write on, with the heads that it saw.
    pub read: Vec<(StreamName, Expected)>,
    /// The numbers that the cases opened by this command take, which follow each other.
    pub case_numbers: Vec<u64>,
    /// The number that the incident opened by this command takes.
    pub incident_number: Option<u64>,
    /// The request that the command answers; absent for what the clock does.
    pub request: Option<Request>,
    /// Rows of the cases view, written over those of the same id.
    pub cases: Vec<CaseRow>,
    /// Rows of the incidents view, written over those of the same id.
    pub incidents: Vec<IncidentRow>,
    /// Rows of the clocks view, written over those of the same case and duty. A clock that is not named stays as it is.
    pub clocks: Vec<ClockRow>,
    /// Streams as they are folded once the command is written, each in the place of the one before it.
    pub snapshots: Vec<Snapshot>,
    /// Workflows to publish.
    pub workflows: Vec<Workflow>,
    /// Calendars to publish.
    pub calendars: Vec<Calendar>,
}

impl Command {
    /// Returns the streams whose heads the decision saw: those that it writes on, and those that it only read.
    pub fn seen(&self) -> impl Iterator<Item = (&StreamName, &Expected)> {
        let written = self.appends.iter();
        let written = written.map(|append| (&append.stream, &append.expected));
        let read = self.read.iter();
        written.chain(read.map(|(stream, expected)| (stream, expected)))
    }
}

/// Commands that are written in one transaction, each judged on its own.
#[derive(Debug, Clone)]
pub struct Batch {
    commands: Vec<Command>,
}

/// Commands that no transaction takes: a defect of the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedBatch {
    /// Too many commands.
    #[error("{count} commands are more than the {MAX_COMMANDS} of one batch")]
    TooManyCommands {
        /// How many there are.
        count: usize,
    },
    /// Too many records.
    #[error("{count} records are more than the {MAX_RECORDS} of one batch")]
    TooManyRecords {
        /// How many there are.
        count: usize,
    },
    /// A command without any record, which would leave no trace.
    #[error("command {index} appends nothing")]
    NoAppend {
        /// Which of the commands, from 0.
        index: usize,
    },
    /// A command whose request row points at none of its appends.
    #[error("command {index} is answered by append {append}, which it does not have")]
    Unanswered {
        /// Which of the commands, from 0.
        index: usize,
        /// Which append was named.
        append: usize,
    },
    /// A command that names a stream twice.
    #[error("command {index} appends twice to `{stream}`")]
    StreamTwice {
        /// Which of the commands, from 0.
        index: usize,
        /// The stream.
        stream: StreamName,
    },
    /// A command on `system` beside others, which would be decided on a head that it moves.
    #[error("command {index} appends to `system` and needs a batch of its own")]
    SystemNotAlone {
        /// Which of the commands, from 0.
        index: usize,
    },
}

impl Batch {
    /// Takes commands in the order in which they are judged.
    ///
    /// # Errors
    ///
    /// If there are more than one transaction takes, or one of them could never be written.
    pub fn new(commands: Vec<Command>) -> Result<Self, MalformedBatch> {
        if commands.len() > MAX_COMMANDS {
            return Err(MalformedBatch::TooManyCommands {
                count: commands.len(),
            });
        }
        let records = commands
            .iter()
            .flat_map(|command| &command.appends)
            .map(|append| append.records.len())
            .sum();
        if records > MAX_RECORDS {
            return Err(MalformedBatch::TooManyRecords { count: records });
        }
        let system = StreamName::system();
        for (index, command) in commands.iter().enumerate() {
            if command.appends.is_empty() {
                return Err(MalformedBatch::NoAppend { index });
            }
            if command.answered_by >= command.appends.len() {
                let append = command.answered_by;
                return Err(MalformedBatch::Unanswered { index, append });
            }
            let mut seen = BTreeSet::new();
            for append in &command.appends {
                if !seen.insert(&append.stream) {
                    let stream = append.stream.clone();
                    return Err(MalformedBatch::StreamTwice { index, stream });
                }
            }
            if commands.len() > 1 && seen.contains(&system) {
                return Err(MalformedBatch::SystemNotAlone { index });
            }
        }
        Ok(Self { commands })
    }

    /// Returns the commands.
    #[must_use]
    pub fn commands(&self) -> &[Command] {
        &self.commands
    }

    /// Gives the commands back, to decide the lost ones again.
    #[must_use]
    pub fn into_commands(self) -> Vec<Command> {
        self.commands
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sample::{append, behind, command, record, stream};

    /// Checks which field of the second record is found wrong, `None` if it follows the first.
    fn check_second(second: impl FnOnce(&Record) -> Record, expected: Option<&str>) {
        let first = record(&stream("case/one"), 0, Digest::ZERO, "first");
        let records = vec![first.clone(), second(&first)];
        let found = match Append::new(stream("case/one"), Expected::New, records) {
            Ok(_) => None,
            Err(MalformedAppend::Unlinked {
                index: 1,
                seq: 1,
                field,
                ..
            }) => Some(field),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn records_of_an_append_follow_each_other() {
        let one = stream("case/one");
        check_second(|first| record(&one, 1, first.hash(), "x"), None);
        check_second(
            |first| record(&stream("case/two"), 1, first.hash(), "x"),
            Some("stream"),
        );
        check_second(|first| record(&one, 2, first.hash(), "x"), Some("seq"));
        check_second(|_| record(&one, 1, Digest::ZERO, "x"), Some("prev"));
    }

    #[test]
    fn the_first_record_of_an_append_follows_what_is_expected() {
        let one = stream("case/one");
        let expected = Expected::At {
            version: 3,
            digest: Digest::of(b"third"),
        };
        let linked = record(&one, 3, Digest::of(b"third"), "x");
        let append = Append::new(one.clone(), expected.clone(), vec![linked]).expect("it follows");
        assert_eq!(append.head().version, 4);
        let loose = record(&one, 3, Digest::of(b"another"), "x");
        let refused = Append::new(one, expected, vec![loose]).expect_err("it follows another");
        assert_eq!(
            refused.to_string(),
            "record 0 does not continue `case/one` at seq 3: its header differs in `prev`"
        );
    }

    #[test]
    fn an_append_has_a_record() {
        let refused = Append::new(stream("case/one"), Expected::New, Vec::new());
        assert_eq!(
            refused.map(drop),
            Err(MalformedAppend::Empty {
                stream: stream("case/one")
            })
        );
    }

    #[test]
    fn a_batch_has_bounds() {
        let small = command(vec![append(&stream("case/one"), Expected::New, 1, "x")]);
        let refused = Batch::new(vec![small; MAX_COMMANDS + 1]).map(drop);
        assert_eq!(refused, Err(MalformedBatch::TooManyCommands { count: 257 }));
        let half = command(vec![append(
            &stream("case/one"),
            Expected::New,
            16_385,
            "x",
        )]);
        let refused = Batch::new(vec![half.clone(), half]).map(drop);
        assert_eq!(
            refused,
            Err(MalformedBatch::TooManyRecords { count: 32_770 })
        );
        assert_eq!(
            Batch::new(vec![Command::default()]).map(drop),
            Err(MalformedBatch::NoAppend { index: 0 })
        );
    }

    #[test]
    fn a_request_row_points_at_an_append() {
        let mut asked = command(vec![append(&stream("case/one"), Expected::New, 1, "x")]);
        asked.answered_by = 1;
        let refused = Batch::new(vec![asked]).map(drop);
        let index = 0;
        assert_eq!(
            refused,
            Err(MalformedBatch::Unanswered { index, append: 1 })
        );
    }

    #[test]
    fn a_command_names_a_stream_once_and_system_alone() {
        let first = append(&stream("case/one"), Expected::New, 1, "x");
        let second = append(&stream("case/one"), behind(&first), 1, "x");
        let refused = Batch::new(vec![command(vec![first.clone(), second])]).map(drop);
        assert_eq!(
            refused,
            Err(MalformedBatch::StreamTwice {
                index: 0,
                stream: stream("case/one")
            })
        );
        let system = command(vec![append(&StreamName::system(), Expected::New, 1, "x")]);
        assert_eq!(Batch::new(vec![system.clone()]).map(drop), Ok(()));
        let refused = Batch::new(vec![command(vec![first]), system]).map(drop);
        assert_eq!(refused, Err(MalformedBatch::SystemNotAlone { index: 1 }));
    }
}
