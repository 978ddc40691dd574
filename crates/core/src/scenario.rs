//! Replays a course of events in virtual time against a compiled workflow and says where it went otherwise than expected.
//! Cases decide by their own rules; nothing here knows what a workflow permits (language, section 13).

mod cast;
mod check;
mod company;
mod content;
mod coverage;
mod expect;
mod read;
mod run;
mod sending;
mod shape;
mod spoken;
mod stand_in;
mod step;

pub use content::{of as content, of_incident as content_of_incident};
pub use coverage::{Coverage, Fates};
pub use read::read;
pub use run::{Course, Outcome, Played, Report, run};
pub use stand_in::StandIn;

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::ReadingName;
use crate::case::duty_name::DutyName;
use crate::case::event::Undone;
use crate::case::request::Facts;
use crate::catalogue::Language;
use crate::diagnostic::Location;
use crate::name::{
    ActionName, AuthorityName, ChannelName, FactName, RoleName, StateName, WorkflowName,
};
use crate::time::{Date, Timestamp, Zone};
use crate::value::Title;

/// A scenario as it is written, checked against its workflow's names.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it is called.
    pub title: Title,
    /// Where that is written.
    pub at: Location,
    /// In which language it was read, where a text is written in both.
    pub language: Language,
    /// The cases that it plays, at least one.
    pub cases: Vec<Case>,
    /// Whether they are those of one incident.
    pub plays: Plays,
    /// The zone of its times.
    pub zone: Zone,
    /// Where the course of events is told.
    pub sources: Vec<String>,
    /// The operator's facts as of the opening.
    pub operator: Facts,
    /// What is opened first, and how.
    pub opening: Opening,
    /// What happens then, in order of time.
    pub steps: Vec<Step>,
}

/// What a scenario plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plays {
    /// One case, which belongs to no incident.
    OneCase,
    /// Cases of one incident (N4).
    Incident,
}

/// A case that is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What the steps call it; nothing where there is only one.
    pub name: String,
    /// Its workflow.
    pub workflow: WorkflowName,
}

/// What is opened first, and how.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Where it is written.
    pub at: Location,
    /// When.
    pub moment: Timestamp,
    /// By whom.
    pub by: Player,
    /// The cases that are opened then, by their places among those of the scenario; at least one.
    pub cases: Vec<usize>,
}

/// A person in a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Player {
    /// Who.
    pub who: Who,
    /// As what.
    pub role: RoleName,
}

/// Who plays.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The person whom the role has to itself.
    OfRole(RoleName),
    /// A person of this name, who may play several roles.
    Named(String),
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where it is written.
    pub at: Location,
    /// When the engine records it, or until when time passes.
    pub moment: Timestamp,
    /// What happens.
    pub happening: Happening,
    /// What must hold of cases afterwards, by their places among those of the scenario.
    pub expected: BTreeMap<usize, Expected>,
}

/// What happens in a step.
#[derive(Debug, Clone)]
pub enum Happening {
    /// Time passes.
    TimePasses,
    /// Somebody asks something of a case or of the incident.
    Asked(Box<Asked>),
}

/// Of what something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Of a case, by its place among those of the scenario.
    Case(usize),
    /// Of the incident.
    Incident,
}

/// What somebody asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who.
    pub by: Player,
    /// When it happened in the world, if not at the step's moment.
    pub occurred: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// What.
    pub what: What,
    /// The code of the refusal that is expected, and where it is written.
    pub refused: Option<(&'static str, Location)>,
}

/// What is asked of what.
#[derive(Debug, Clone)]
pub enum What {
    /// That a case of the incident is opened, by its place among those of the scenario.
    Opens(usize),
    /// Something of a case or of the incident.
    Asks(About, Deed),
}

/// What is asked.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Records facts.
    Record(Facts),
    /// Takes or proposes an action.
    Take {
        /// Which.
        action: ActionName,
        /// Facts given with it.
        facts: Facts,
        /// What was sent.
        sending: Box<Sending>,
    },
    /// Consents to an action's proposal.
    Approve(ActionName),
    /// Refuses it.
    Refuse(ActionName),
    /// Records that an action's latest filing was received.
    Receive {
        /// The action.
        action: ActionName,
        /// When, if not at the step's moment.
        received_at: Option<Timestamp>,
        /// The receipt.
        receipt: Option<StandIn>,
    },
    /// Records that an action's latest filing was withdrawn or failed.
    Undo {
        /// The action.
        action: ActionName,
        /// Which of the two.
        how: Undone,
    },
    /// Writes something down.
    Note(String),
}

impl Deed {
    /// Returns the files of which it speaks, in order; whoever plays it attaches first those that the case does not have.
    #[must_use]
    pub fn files(&self) -> Vec<&StandIn> {
        match self {
            Self::Take { sending, .. } => {
                sending.document.iter().chain(&sending.evidence).collect()
            }
            Self::Receive { receipt, .. } => receipt.iter().collect(),
            Self::Record(_)
            | Self::Approve(_)
            | Self::Refuse(_)
            | Self::Undo { .. }
            | Self::Note(_) => Vec::new(),
        }
    }
}

/// What was sent with an action.
#[derive(Debug, Clone, Default)]
pub struct Sending {
    /// How.
    pub channel: Option<ChannelName>,
    /// The number called or the address written to.
    pub address: Option<String>,
    /// To whom, and where that is written.
    pub recipients: Vec<(Recipient, Location)>,
    /// For which duties, and where that is written.
    pub duties: Vec<(DutyName, Location)>,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// When it was received.
    pub received_at: Option<Timestamp>,
    /// What was sent.
    pub document: Option<StandIn>,
    /// Call sheets and records of sending.
    pub evidence: Vec<StandIn>,
}

/// To whom something is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// An authority.
    Authority(AuthorityName),
    /// The authority that a fact holds.
    Fact(FactName),
}

/// What must hold after a step; what is not named is not checked.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// The state.
    pub state: Option<(StateName, Location)>,
    /// Duties; a running one that is not named fails the step (N2).
    pub duties: Option<(BTreeMap<DutyName, Expectation>, Location)>,
    /// The types of all events since the step before.
    pub happened: Option<(Vec<&'static str>, Location)>,
}

/// What must hold of a duty.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Where it is written.
    pub at: Location,
    /// How it stands.
    pub standing: StandingWord,
    /// When it is due.
    pub due: Option<(DueExpected, Location)>,
    /// Whether it is late.
    pub lateness: Option<(Lateness, Location)>,
}

/// How a duty stands, or how its filing or the present is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StandingWord {
    /// Its clock runs.
    Running,
    /// It is owed, and what it counts from is not known.
    Waiting,
    /// A filing discharged it.
    Stopped,
    /// It is no longer owed.
    Lapsed,
    /// Not after the earliest reading.
    InTime,
    /// Between the readings.
    Arguable,
    /// After the last reading.
    Late,
    /// An authority exempted from it.
    Waived,
    /// A hold lasts of which nobody knows the end: nothing is judged.
    Held,
}

impl StandingWord {
    /// Every word.
    pub const ALL: [Self; 9] = [
        Self::Running,
        Self::Waiting,
        Self::Stopped,
        Self::Lapsed,
        Self::InTime,
        Self::Arguable,
        Self::Late,
        Self::Waived,
        Self::Held,
    ];

    /// Returns the word as scenarios write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Stopped => "stopped",
            Self::Lapsed => "lapsed",
            Self::InTime => "in_time",
            Self::Arguable => "arguable",
            Self::Late => "late",
            Self::Waived => "waived",
            Self::Held => "held",
        }
    }
}

/// Whether a duty must be late; what is arguable is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lateness {
    /// `late: true`.
    Late,
    /// `late: false`.
    NotLate,
}

/// When a duty must be due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueExpected {
    /// In every reading.
    EveryReading(DueMoment),
    /// In each reading by its name; there are no others.
    ByReading(BTreeMap<ReadingName, DueMoment>),
}

/// A due moment as a scenario writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueMoment {
    /// The end of this day of the recipient's zone, or a moment within it.
    Day(Date),
    /// This moment.
    Moment(Timestamp),
}

impl Scenario {
    /// Returns what it is called in the language in which it was read.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.language {
            Language::En => &self.title.en,
            Language::Ja => &self.title.ja,
        }
    }

    /// Returns every person in every role that the scenario plays.
    #[must_use]
    pub fn players(&self) -> BTreeSet<&Player> {
        let asked = self.steps.iter().filter_map(|step| match &step.happening {
            Happening::Asked(asked) => Some(&asked.by),
            Happening::TimePasses => None,
        });
        asked.chain([&self.opening.by]).collect()
    }
}

#[cfg(test)]
mod tests;
