//! Lists what can happen to a case, as it is kept for ever; events carry their results and are folded without rules.
//! Turning events into ledger records belongs to `record`, folding to `evolve`.
//!
//! The fields of what every advance writes stand in the order of their keys, so that nothing has to be put in order when it
//! is written, or is written again to be sure of what was read. In another order it would be right too, and slower.

mod action;
mod approval;
mod clock;
mod fact;
mod filing;
mod link;
mod note;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use tsuho_ledger::Record;

pub use action::{ActionTaken, CaseOpened, Released};
pub use approval::{
    ApprovalGiven, ApprovalLapsed, ApprovalRefused, ApprovalRequested, LapseOfApproval, Proposal,
};
pub use clock::{
    ClockLapsed, ClockMoved, ClockPassed, ClockStarted, ClockStopped, ClockWaived, DecisionApplied,
    Face, LapseOfClock, MoveCause, Reminded, ReminderDue, ReminderOffset,
};
pub use fact::{Certainty, Change, Delivered, FactRecorded, FactsRecorded, cell_path, with_words};
pub use filing::{FilingMade, FilingReceived, FilingUndone, Undone};
pub use link::CaseLinked;
pub use note::{EvidenceAttached, NoteAdded};

use crate::ids::{CommandId, PersonId};
use crate::name::RoleName;
use crate::time::Timestamp;
use crate::value::Value;

/// How the person behind a request was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// By the operating system's account, mapped to a person.
    Os,
    /// Played in a drill.
    Drill,
}

impl Via {
    /// Returns the word that headers carry.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::Drill => "drill",
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The engine, because a moment came.
    Clock,
    /// A person.
    Person {
        /// Who, as a pseudonym.
        person: PersonId,
        /// How they were known.
        via: Via,
        /// The role that they used.
        role: RoleName,
    },
}

/// Values that are kept in a part of their own and may be erased: path (`outline`, `reason`) to value.
pub type Sheet = BTreeMap<String, Value>;

/// One thing that happened: the body with who, when and what stands in the other parts.
///
/// Its `Debug` form names the paths of personal and privileged values and not the values, so that none reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Event<B> {
    /// What happened, without personal or privileged values.
    pub body: B,
    /// Who did it.
    pub actor: Actor,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When the engine wrote it down.
    pub recorded_at: Timestamp,
    /// The decision to which it belongs.
    pub command: CommandId,
    /// Values of the personal part.
    pub personal: Sheet,
    /// Values of the privileged part.
    pub privileged: Sheet,
}

impl<B: fmt::Debug> fmt::Debug for Event<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("body", &self.body)
            .field("actor", &self.actor)
            .field("occurred_at", &self.occurred_at)
            .field("recorded_at", &self.recorded_at)
            .field("command", &self.command)
            .field("personal", &self.personal.keys().collect::<Vec<_>>())
            .field("privileged", &self.privileged.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// What the events of one kind of stream say; each type's name and operational part are a promise.
pub trait EventBody: Sized {
    /// Every type of event of the stream, as headers name it.
    const TYPES: &[&str];

    /// Returns the type as headers name it.
    fn type_name(&self) -> &'static str;

    /// Returns the operational part as canonical bytes.
    ///
    /// # Errors
    ///
    /// If a number exceeds what the canonical form holds.
    fn to_part(&self) -> Result<Vec<u8>, tsuho_ledger::canonical::Error>;

    /// Reads an operational part; `None` if there is no such type of event in the stream.
    ///
    /// # Errors
    ///
    /// If the bytes are not canonical or not of that type.
    fn from_part(
        type_name: &str,
        bytes: &[u8],
    ) -> Option<Result<Self, tsuho_ledger::canonical::Error>>;

    /// Reads the operational part of a record that has one; `None` if there is no such type of event in the stream.
    ///
    /// # Errors
    ///
    /// If it is not of that type.
    fn from_record(record: &Record) -> Option<Result<Self, tsuho_ledger::canonical::Error>>;
}

macro_rules! bodies {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant($variant),)+
        }

        impl $crate::case::event::EventBody for $name {
            const TYPES: &[&str] = &[$(stringify!($variant)),+];

            fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($variant),)+
                }
            }

            fn to_part(&self) -> Result<Vec<u8>, tsuho_ledger::canonical::Error> {
                match self {
                    $(Self::$variant(body) => tsuho_ledger::canonical::to_bytes(body),)+
                }
            }

            fn from_part(type_name: &str, bytes: &[u8]) -> Option<Result<Self, tsuho_ledger::canonical::Error>> {
                match type_name {
                    $(stringify!($variant) => {
                        Some(tsuho_ledger::canonical::from_bytes(bytes).map(Self::$variant))
                    })+
                    _ => None,
                }
            }

            fn from_record(
                record: &tsuho_ledger::Record,
            ) -> Option<Result<Self, tsuho_ledger::canonical::Error>> {
                match record.header().r#type.as_str() {
                    $(stringify!($variant) => record
                        .read(tsuho_ledger::PartClass::Operational)
                        .map(|body| body.map(Self::$variant)),)+
                    _ => None,
                }
            }
        }

        $(impl From<$variant> for $name {
            fn from(body: $variant) -> Self {
                Self::$variant(body)
            }
        })+
    };
}
pub(crate) use bodies;

bodies! {
    /// What happened to a case.
    Body {
        /// The case was opened.
        CaseOpened,
        /// The case became one of an incident.
        CaseLinked,
        /// Facts were recorded, withdrawn or delivered.
        FactsRecorded,
        /// An action was taken.
        ActionTaken,
        /// Something left for an authority.
        FilingMade,
        /// An authority received it.
        FilingReceived,
        /// A filing was withdrawn or failed.
        FilingUndone,
        /// A second person's consent was asked for.
        ApprovalRequested,
        /// It was given.
        ApprovalGiven,
        /// It was refused.
        ApprovalRefused,
        /// What it was asked for changed.
        ApprovalLapsed,
        /// A duty's clock began, or began again.
        ClockStarted,
        /// A clock's readings changed.
        ClockMoved,
        /// The last reading went by with no filing on record.
        ClockPassed,
        /// A duty was discharged.
        ClockStopped,
        /// A duty is no longer owed.
        ClockLapsed,
        /// An authority exempted from a duty.
        ClockWaived,
        /// A reminder's moment came.
        ReminderDue,
        /// A file was attached.
        EvidenceAttached,
        /// Somebody wrote something down.
        NoteAdded,
    }
}
