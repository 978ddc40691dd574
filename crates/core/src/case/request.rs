//! What somebody asks of a case, parsed and typed; whether it is granted is for `decide` to say.
//! Reading requests from arguments or JSON belongs to the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tsuho_ledger::{Digest, PartClass};

use crate::case::clock::DutyKey;
use crate::case::event::{CaseLinked, Certainty, Change, Delivered, Undone, Via};
use crate::ids::{CommandId, PersonId};
use crate::name::{ActionName, AuthorityName, ChannelName, FactName, RoleName};
use crate::time::Timestamp;

/// A request as it comes to a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Names the decision.
    pub command: CommandId,
    /// Who asks.
    pub asker: Asker,
    /// When it happened in the world, as they say; by default the moment of deciding.
    pub occurred_at: Option<Timestamp>,
    /// Why: needed where time runs back, a value is withdrawn or a filing undone.
    pub reason: Option<Text>,
    /// The revision that they saw, if they want to be told when somebody was faster.
    pub seen: Option<u64>,
    /// What they ask.
    pub content: Content,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// The engine.
    Clock,
    /// A person in a role.
    Person {
        /// Who.
        person: PersonId,
        /// How they were known.
        via: Via,
        /// The role that they use.
        role: RoleName,
    },
}

/// A text and the part in which it is kept; its `Debug` form shows the part alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// The part.
    pub class: PartClass,
    /// The words; absent when a decision is made again from the operational part alone.
    pub words: Option<String>,
}

impl Text {
    /// Makes a text of the personal part, where free text belongs unless somebody says otherwise (A3).
    #[must_use]
    pub fn personal(words: impl Into<String>) -> Self {
        Self {
            class: PartClass::Personal,
            words: Some(words.into()),
        }
    }
}

/// A fact as somebody gives it; its `Debug` form does not show the value, which may be personal.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    /// The value with everything that it holds, or its absence.
    pub change: Change,
    /// When it was learnt; by default when the request occurred.
    pub as_of: Option<Timestamp>,
    /// Whether it is an estimate.
    pub certainty: Certainty,
    /// Where it comes from, in words.
    pub source: Option<Text>,
}

impl Given {
    /// Makes an exact value without source, learnt when the request occurred.
    #[must_use]
    pub const fn new(change: Change) -> Self {
        Self {
            change,
            as_of: None,
            certainty: Certainty::Exact,
            source: None,
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({})", self.class)
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given")
            .field("as_of", &self.as_of)
            .field("certainty", &self.certainty)
            .finish_non_exhaustive()
    }
}

/// Facts by name.
pub type Facts = BTreeMap<FactName, Given>;

/// Facts that another stream keeps, and the event of it that recorded them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which.
    pub facts: Facts,
    /// From where.
    pub delivered: Delivered,
}

/// What a case that is opened in an incident takes over from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// The incident, and the case as the incident names it.
    pub link: CaseLinked,
    /// Everything that was recorded on the incident for such a case, event by event.
    pub shared: Vec<Delivery>,
}

/// What was sent, how and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dispatch {
    /// How; by default the only channel of the recipients.
    pub channel: Option<ChannelName>,
    /// The number called or the address written to.
    pub address: Option<Text>,
    /// To whom; by default the recipients of the duties.
    pub recipients: BTreeSet<AuthorityName>,
    /// Which duties it serves; by default the only one that runs.
    pub duties: BTreeSet<DutyKey>,
    /// When it left; by default when the action occurred.
    pub sent_at: Option<Timestamp>,
    /// When it was received, if that is known.
    pub received_at: Option<Timestamp>,
    /// The file that was sent.
    pub document: Option<Digest>,
    /// Call sheets and records of sending.
    pub evidence: BTreeSet<Digest>,
}

/// What somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Opens the case.
    Open {
        /// The number that the installation gives it.
        number: u64,
        /// The operator's facts as they stand.
        delivered: Option<(Facts, Delivered)>,
    },
    /// Records facts.
    Record {
        /// Which.
        facts: Facts,
    },
    /// Delivers an owner's facts.
    Deliver {
        /// Which.
        facts: Facts,
        /// From where.
        delivered: Delivered,
    },
    /// Makes the case one of an incident.
    Link {
        /// The incident, and the case as the incident names it.
        link: CaseLinked,
    },
    /// Takes an action.
    Advance {
        /// Which.
        action: ActionName,
        /// Facts given with it.
        facts: Facts,
        /// What was sent, if the action files.
        dispatch: Dispatch,
    },
    /// Consents to what an action proposes.
    Approve {
        /// The action.
        action: ActionName,
        /// The digest of the proposal that was seen, if the caller wants to be sure.
        digest: Option<Digest>,
    },
    /// Refuses what an action proposes; the reason is the request's.
    Refuse {
        /// The action.
        action: ActionName,
    },
    /// Records that a filing was received, or confirms that it counts.
    Receive {
        /// The filing.
        filing: u64,
        /// When; by default when the request occurred.
        received_at: Option<Timestamp>,
        /// The receipt.
        receipt: Option<Digest>,
    },
    /// Withdraws a filing or records that it failed; the reason is the request's.
    Undo {
        /// The filing.
        filing: u64,
        /// How.
        how: Undone,
    },
    /// Attaches a file whose bytes are kept already.
    Attach {
        /// SHA-256 of its bytes.
        digest: Digest,
        /// Bytes.
        size: u64,
        /// Its name.
        name: Text,
        /// The filing for which it is evidence.
        filing: Option<u64>,
        /// The fact that it bears out.
        fact: Option<FactName>,
    },
    /// Writes something down.
    Note {
        /// The words.
        text: Text,
    },
    /// Lets happen what fell due; asked by the clock.
    Wake,
}
