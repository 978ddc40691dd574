//! Names what can be wrong with a history, where it is, and what was expected there.
//! Looking for it belongs to `verify`; the words for people stand in the catalogue.

use serde::{Serialize, Serializer};
use tsuho_core::catalogue::{Arg, Args};

use crate::report::Layer;
use crate::said::{Said, Say};

/// Longest text of a finding that is kept of what was expected and found: enough to tell two values apart.
const LONGEST_VALUE: usize = 200;

/// The place of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Its place in the ledger.
    pub position: u64,
    /// Its stream.
    pub stream: String,
    /// Its place in the stream.
    pub seq: u64,
}

/// Something that differs: in which record and field, what was expected, and what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// The record; of a row, the last record that should have made it so.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// The field of the header, of a part, or the table and column.
    pub field: String,
    /// The key of the row, where the field is one of a table's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What should be there.
    pub expected: Said,
    /// What is there.
    pub found: Said,
}

impl Finding {
    /// Makes a finding; long values are cut, and what would disturb a terminal is replaced.
    #[must_use]
    pub(crate) fn new(
        fault: Fault,
        place: Option<Place>,
        field: impl Into<String>,
        expected: impl Say,
        found: impl Say,
    ) -> Self {
        let place = place.map(|place| Place {
            stream: plain(&place.stream),
            ..place
        });
        Self {
            fault,
            place,
            field: plain(&field.into()),
            row: None,
            expected: expected.say().plain(),
            found: found.say().plain(),
        }
    }

    /// Names the row.
    #[must_use]
    pub(crate) fn of(self, row: &str) -> Self {
        Self {
            row: Some(plain(row)),
            ..self
        }
    }

    /// Returns its sentence for people.
    #[must_use]
    pub fn message(&self) -> (&'static str, Args) {
        let mut args = Args::from([
            ("what", Arg::Key(self.fault.key())),
            ("field", self.field()),
            ("expected", self.expected.arg()),
            ("found", self.found.arg()),
        ]);
        let Some(place) = &self.place else {
            return ("audit.finding.ledger", args);
        };
        args.insert("position", Arg::from(place.position.to_string()));
        args.insert("stream", Arg::from(place.stream.as_str()));
        args.insert("seq", Arg::from(place.seq.to_string()));
        ("audit.finding.record", args)
    }

    fn field(&self) -> Arg {
        let field = Arg::from(self.field.as_str());
        match &self.row {
            None => field,
            Some(row) => {
                let args = Args::from([("field", field), ("row", Arg::from(row.as_str()))]);
                Arg::Message("audit.finding.field", args)
            }
        }
    }
}

/// Returns a text as one short line without characters that steer a terminal or turn the direction of writing.
pub(crate) fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut plain: String = text
        .chars()
        .take(LONGEST_VALUE)
        .map(|c| if steers(c) { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(LONGEST_VALUE).is_some() {
        plain.push('…');
    }
    plain
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $word:literal in $layer:ident;)+) => {
        /// What can be wrong with a history; each has a stable word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $($(#[$doc])* $name,)+
        }

        impl Fault {
            /// Every fault.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Returns its stable word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// Returns the key of its words for people.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("audit.fault.", $word),)+
                }
            }

            /// Returns the layer that looks for it.
            #[must_use]
            pub const fn layer(self) -> Layer {
                match self {
                    $(Self::$name => Layer::$layer,)+
                }
            }
        }
    };
}

impl Fault {
    /// Returns the key of the sentence that says what it looks like and what to do.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::SchemaMissing | Self::SchemaExtra | Self::SchemaDiffers => "audit.help.schema",
            Self::Damage | Self::Reference => "audit.help.damage",
            Self::Setting => "audit.help.setting",
            Self::LogBroken => "audit.help.log",
            Self::RowUnreadable | Self::Header | Self::Column | Self::Part => "audit.help.bytes",
            Self::PartMissing | Self::Absence => "audit.help.part",
            Self::FileMissing | Self::FileDiffers => "audit.help.file",
            Self::LedgerSize => "audit.help.size",
            Self::Position | Self::Seq | Self::Prev | Self::RecordedAt | Self::Stream => {
                "audit.help.order"
            }
            Self::System => "audit.help.system",
            Self::UnknownPerson | Self::RoleNotHeld | Self::Via | Self::SamePerson => {
                "audit.help.people"
            }
            Self::WorkflowUnpublished
            | Self::WorkflowMissing
            | Self::WorkflowDiffers
            | Self::Pin
            | Self::CalendarUnpublished
            | Self::CalendarMissing
            | Self::CalendarDiffers => "audit.help.definitions",
            Self::Unreadable
            | Self::Refused
            | Self::EventDiffers
            | Self::EventCount
            | Self::NoRequest
            | Self::Command
            | Self::State
            | Self::CaseNumber
            | Self::IncidentNumber
            | Self::Link
            | Self::CopyMissing
            | Self::Delivery => "audit.help.decisions",
            Self::Derivation | Self::DueDate | Self::Counting => "audit.help.due_dates",
            Self::RowMissing | Self::RowExtra | Self::RowDiffers | Self::RowCount => {
                "audit.help.views"
            }
            Self::Snapshot => "audit.help.snapshot",
        }
    }

    /// Tells whether something that was stored is lost or broken, so that no other row beside it can be believed before a
    /// backup was held against it.
    #[must_use]
    pub const fn is_damage(self) -> bool {
        matches!(
            self,
            Self::Damage
                | Self::Reference
                | Self::LogBroken
                | Self::RowUnreadable
                | Self::FileDiffers
                | Self::FileMissing
                | Self::LedgerSize
        )
    }
}

faults! {
    /// Something that the migrations make is not there, such as a trigger.
    SchemaMissing = "schema_missing" in Database;
    /// Something is there that no migration makes.
    SchemaExtra = "schema_extra" in Database;
    /// Something is another than the migrations make it.
    SchemaDiffers = "schema_differs" in Database;
    /// Pages, indexes or constraints of the file are broken.
    Damage = "damage" in Database;
    /// A row refers to another that is not there.
    Reference = "reference" in Database;
    /// A setting is another than the one with which this program writes.
    Setting = "setting" in Database;
    /// Something was written that can no longer be read, and stands only in what is written ahead of the file.
    LogBroken = "log_broken" in Database;
    /// A cell holds no value of its column's kind.
    RowUnreadable = "row_unreadable" in Database;
    /// The header is not a header in its one canonical form.
    Header = "header" in Bytes;
    /// A stored column says something else than the header.
    Column = "column" in Bytes;
    /// A part is not the one that the header names, or not in canonical form.
    Part = "part" in Bytes;
    /// A part is missing, and nothing says that it was erased or withheld.
    PartMissing = "part_missing" in Bytes;
    /// A part is said to be erased or withheld that is there, was never there, or cannot be erased.
    Absence = "absence" in Bytes;
    /// A file is missing.
    FileMissing = "file_missing" in Bytes;
    /// A file is another than the one on record.
    FileDiffers = "file_differs" in Bytes;
    /// The record stands at another position than the next one.
    Position = "position" in Chain;
    /// The ledger counts other records than there are.
    LedgerSize = "ledger_size" in Chain;
    /// The record has another number in its stream than the next one.
    Seq = "seq" in Chain;
    /// The record follows another one.
    Prev = "prev" in Chain;
    /// The record was put on record before the one that it follows.
    RecordedAt = "recorded_at" in Chain;
    /// The decision saw another state of people and publications than the one on record.
    System = "system" in Chain;
    /// The stream is of a kind that is unknown.
    Stream = "stream" in Chain;
    /// Nobody of that name was known.
    UnknownPerson = "unknown_person" in People;
    /// The person did not hold the role.
    RoleNotHeld = "role_not_held" in People;
    /// The person was known in a way that the installation does not allow.
    Via = "via" in People;
    /// One person proposed and consented.
    SamePerson = "same_person" in People;
    /// A workflow was used that was not published before.
    WorkflowUnpublished = "workflow_unpublished" in Definitions;
    /// A published workflow is missing.
    WorkflowMissing = "workflow_missing" in Definitions;
    /// A stored workflow is not the one that was published.
    WorkflowDiffers = "workflow_differs" in Definitions;
    /// A record names another workflow than its case is pinned to.
    Pin = "pin" in Definitions;
    /// A calendar was used that was not published before.
    CalendarUnpublished = "calendar_unpublished" in Definitions;
    /// A published calendar is missing.
    CalendarMissing = "calendar_missing" in Definitions;
    /// A stored calendar is not the one that was published.
    CalendarDiffers = "calendar_differs" in Definitions;
    /// The record says nothing that this program knows.
    Unreadable = "unreadable" in Decisions;
    /// The decision would be refused.
    Refused = "refused" in Decisions;
    /// An event of the decision would be another.
    EventDiffers = "event_differs" in Decisions;
    /// The decision would have more events, or fewer.
    EventCount = "event_count" in Decisions;
    /// Nothing in the events could have been asked.
    NoRequest = "no_request" in Decisions;
    /// The records of one decision do not stand together.
    Command = "command" in Decisions;
    /// The header names another state than the events lead to.
    State = "state" in Decisions;
    /// The case has another number than the next one.
    CaseNumber = "case_number" in Decisions;
    /// The incident has another number than the next one.
    IncidentNumber = "incident_number" in Decisions;
    /// A case and an incident do not say the same of each other.
    Link = "link" in Decisions;
    /// A case was not given what was recorded for it, or an incident did not take over what its case had.
    CopyMissing = "copy_missing" in Decisions;
    /// Facts were delivered that are not their owner's.
    Delivery = "delivery" in Decisions;
    /// A step of a derivation does not follow from those before it.
    Derivation = "derivation" in DueDates;
    /// A derivation leads to another moment.
    DueDate = "due_date" in DueDates;
    /// Counting again gives another moment or other steps.
    Counting = "counting" in DueDates;
    /// A row is missing.
    RowMissing = "row_missing" in Views;
    /// A row is there for which there is no record.
    RowExtra = "row_extra" in Views;
    /// A column says something else than the records.
    RowDiffers = "row_differs" in Views;
    /// A table has another number of rows than the ledger says.
    RowCount = "row_count" in Views;
    /// What is kept of a case so that it opens faster is not what its records come to.
    Snapshot = "snapshot" in Views;
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsuho_core::catalogue::has;

    #[test]
    fn every_fault_has_its_own_word_and_its_words() {
        let words: std::collections::BTreeSet<_> = Fault::ALL.iter().map(|f| f.word()).collect();
        assert_eq!(words.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            assert!(has(fault.key()), "{} has no words", fault.word());
            assert!(has(fault.help()), "{} has no help", fault.word());
        }
    }

    #[test]
    fn a_hostile_value_cannot_steer_a_terminal() {
        let long = "x".repeat(1_000);
        let finding = Finding::new(Fault::Header, None, "a\u{1b}[31mb", "\u{202e}c\n", &long);
        assert_eq!(finding.field, "a\u{fffd}[31mb");
        assert_eq!(
            finding.expected,
            Said::Value("\u{fffd}c\u{fffd}".to_owned())
        );
        let Said::Value(found) = finding.found else {
            panic!("a value");
        };
        assert_eq!(found.chars().count(), LONGEST_VALUE + 1);
    }
}
