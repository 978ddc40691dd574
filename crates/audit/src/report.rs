//! What an audit found and how much it looked at, so that every "none" names what it is none of.
//! Looking is `verify`'s business; printing the caller's.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_ledger::Digest;

use crate::finding::{Fault, Finding};

/// Most findings that a report holds; all are counted. One cause can make every later record differ, and who reads the
/// first hundred knows where to look.
pub const MOST_FINDINGS: usize = 100;

/// What is looked at, in the order in which one rests on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The schema, the file itself, and cells that cannot be read.
    Database,
    /// Headers, parts, commitments, stored columns, files.
    Bytes,
    /// The order of records, and what each decision saw.
    Chain,
    /// Who acted, and in which role.
    People,
    /// Which workflows and calendars held.
    Definitions,
    /// Whether every decision would be made again.
    Decisions,
    /// Whether every due date follows.
    DueDates,
    /// Whether what lists show equals the records.
    Views,
}

impl Layer {
    /// Every layer.
    pub const ALL: [Self; 8] = [
        Self::Database,
        Self::Bytes,
        Self::Chain,
        Self::People,
        Self::Definitions,
        Self::Decisions,
        Self::DueDates,
        Self::Views,
    ];

    /// Returns its stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Bytes => "bytes",
            Self::Chain => "chain",
            Self::People => "people",
            Self::Definitions => "definitions",
            Self::Decisions => "decisions",
            Self::DueDates => "due_dates",
            Self::Views => "views",
        }
    }

    /// Returns the key of its name for people.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Database => "audit.layer.database",
            Self::Bytes => "audit.layer.bytes",
            Self::Chain => "audit.layer.chain",
            Self::People => "audit.layer.people",
            Self::Definitions => "audit.layer.definitions",
            Self::Decisions => "audit.layer.decisions",
            Self::DueDates => "audit.layer.due_dates",
            Self::Views => "audit.layer.views",
        }
    }

    /// Returns the key of the sentence that says how much was looked at.
    const fn count_key(self) -> &'static str {
        match self {
            Self::Database => "audit.count.database",
            Self::Bytes => "audit.count.bytes",
            Self::Chain => "audit.count.chain",
            Self::People => "audit.count.people",
            Self::Definitions => "audit.count.definitions",
            Self::Decisions => "audit.count.decisions",
            Self::DueDates => "audit.count.due_dates",
            Self::Views => "audit.count.views",
        }
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident in $layer:ident,)+) => {
        /// How much was looked at.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)+
        }

        impl Counts {
            /// Returns what the sentence of a layer names.
            fn args(&self, layer: Layer) -> Args {
                [$((Layer::$layer, stringify!($name), self.$name)),+]
                    .into_iter()
                    .filter(|(of, _, _)| *of == layer)
                    .map(|(_, name, count)| (name, Arg::from(count.to_string())))
                    .collect()
            }
        }
    };
}

counts! {
    /// Tables, indexes, triggers and migrations held against those that this program makes.
    objects in Database,
    /// Records read.
    records in Bytes,
    /// Parts held against their commitments.
    parts in Bytes,
    /// Parts that were erased.
    erased in Bytes,
    /// Parts that were withheld.
    withheld in Bytes,
    /// Files measured.
    files in Bytes,
    /// Files among them that no record names.
    unnamed in Bytes,
    /// Links followed, one for each record.
    links in Chain,
    /// Streams followed.
    streams in Chain,
    /// Acts of persons whose role was looked up.
    roles in People,
    /// Persons known at the end.
    persons in People,
    /// Consents and refusals held against their proposals.
    approvals in People,
    /// Publications of workflows compiled again.
    workflows in Definitions,
    /// Publications of calendars read again.
    calendars in Definitions,
    /// Records whose workflow was held against the publications.
    pins in Definitions,
    /// Decisions on cases made again.
    case_decisions in Decisions,
    /// Decisions on the installation made again.
    system_decisions in Decisions,
    /// Decisions on the operator's facts made again.
    operator_decisions in Decisions,
    /// Decisions on incidents made again.
    incident_decisions in Decisions,
    /// Copies of shared facts held against the incident's record.
    copies in Decisions,
    /// Decisions that could not be made again, because something before them is damaged.
    undecided in Decisions,
    /// Due dates on record, each rebuilt from its steps.
    due_dates in DueDates,
    /// Those of them that were counted again from their anchors too.
    counted in DueDates,
    /// Those of them that were counted under another release of the zone data than this program's.
    other_zones in DueDates,
    /// Rows of the ledger compared.
    ledger_rows in Views,
    /// Rows of streams compared.
    stream_rows in Views,
    /// Rows of cases compared.
    case_rows in Views,
    /// Rows of incidents compared.
    incident_rows in Views,
    /// Rows of clocks compared.
    clock_rows in Views,
    /// Snapshots of cases compared.
    snapshot_rows in Views,
    /// Rows of requests compared.
    request_rows in Views,
    /// Rows of workflows and calendars compared.
    definition_rows in Views,
}

impl Counts {
    /// Returns how many decisions were made again.
    #[must_use]
    pub const fn decisions(&self) -> u64 {
        self.case_decisions
            + self.system_decisions
            + self.operator_decisions
            + self.incident_decisions
    }

    /// Returns how many rows of views were compared.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.ledger_rows
            + self.stream_rows
            + self.case_rows
            + self.incident_rows
            + self.clock_rows
            + self.snapshot_rows
            + self.request_rows
            + self.definition_rows
    }
}

/// What an audit found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How much was looked at.
    pub counts: Counts,
    /// How many findings there are in each layer that has any.
    pub faults: BTreeMap<Layer, u64>,
    /// The first findings, by position.
    pub findings: Vec<Finding>,
    /// The first files that no record names. A command that was refused or broke off leaves its file behind, so that one
    /// is no finding; who audits may still want to look at it.
    pub unnamed: Vec<Digest>,
}

/// What a report says of one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The layer.
    pub layer: Layer,
    /// How many findings it has.
    pub faults: u64,
    /// How much was looked at: key and arguments of the sentence.
    pub message: (&'static str, Args),
}

impl Report {
    /// Returns how many findings there are, those that the report does not hold among them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.faults.values().sum()
    }

    /// Returns one line for each layer.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        Layer::ALL
            .into_iter()
            .map(|layer| Line {
                layer,
                faults: self.faults.get(&layer).copied().unwrap_or(0),
                message: (layer.count_key(), self.counts.args(layer)),
            })
            .collect()
    }

    /// Returns the keys of the sentences that say what no audit of a history alone can show.
    #[must_use]
    pub const fn limits() -> &'static [&'static str] {
        &[
            "audit.limit.end",
            "audit.limit.whole",
            "audit.limit.statements",
            "audit.limit.requests",
        ]
    }

    /// Adds a finding.
    pub(crate) fn add(&mut self, finding: Finding) {
        *self.faults.entry(finding.fault.layer()).or_default() += 1;
        // What is wrong with the ledger as a whole is found last and explains the most.
        if self.findings.len() < MOST_FINDINGS || finding.fault == Fault::LedgerSize {
            self.findings.push(finding);
        }
    }

    /// Puts first what is wrong with the database and the ledger as a whole, since what follows may rest on it; then the
    /// findings in the order of positions; last the rows that no record is to blame for.
    pub(crate) fn sort(&mut self) {
        // Where a record is missing in between, that says where to look, and the ledger's size only that it is so.
        let is_missed = |finding: &Finding| matches!(finding.fault, Fault::Position | Fault::Seq);
        let is_cut = !self.findings.iter().any(is_missed);
        self.findings.sort_by_key(|finding| {
            let position = finding.place.as_ref().map(|place| place.position);
            let is_foremost = match finding.fault {
                Fault::LedgerSize => is_cut,
                Fault::Damage => false,
                fault => fault.layer() == Layer::Database,
            };
            let is_after = position.is_none() && !is_foremost;
            (is_after, position, finding.fault.layer())
        });
    }
}
