//! Holds a compiled workflow: everything that a decision needs, checked, with names resolved.
//! Which action leaves which state is not here: only the graph knows that.

mod library;
mod obligation;
mod reading;

use std::collections::{BTreeMap, BTreeSet};

use tsuho_ledger::{Digest, PartClass};

pub use self::library::{
    AuthorityKind, AuthorityRule, Confidence, CountingOrigin, DocumentItem, DocumentRule,
    Effective, ReadingReason, SourceRule, is_spoken,
};
pub use self::obligation::{
    Cased, ClockRule, Contains, EachRule, Force, Missed, ObligationRule, Offset, PeriodSource,
    Reminder, Rhythm, SeriesRule, StepLength, TargetRule, Within,
};

use crate::calendar::Counting;
use crate::name::{
    ActionName, AuthorityName, ChannelName, ColumnName, CountingName, DocumentName, FactName,
    ObligationName, RoleName, SourceName, StateName, WorkflowName,
};
use crate::time::Date;
use crate::value::{Limits, Title, Type, Value};
use crate::workflow::graph::Graph;
use crate::workflow::guard::Expr;

/// A compiled workflow.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Its name.
    pub name: WorkflowName,
    /// Its version, from 1.
    pub version: u32,
    /// What it is called.
    pub title: Title,
    /// The digest of the resolved form, to which a case is pinned.
    pub digest: Digest,
    /// Default recipients of its obligations.
    pub authority: Vec<Recipient>,
    /// The days for which this text is asserted (L1).
    pub in_force: Option<InForce>,
    /// Whether the workflow applies to a case.
    pub applies: Applies,
    /// Every fact that the workflow can name, its own and the libraries'.
    pub facts: BTreeMap<FactName, FactRule>,
    /// Computed facts in the order of their dependencies (Z1).
    pub computed: Vec<FactName>,
    /// Every state.
    pub states: BTreeMap<StateName, StateRule>,
    /// Every action, in file order, which is the order in which the clock tries them (§10).
    pub actions: Vec<ActionRule>,
    /// States as nodes, actions as edges.
    pub graph: Graph,
    /// Who records what authorities decide; nobody does unless the workflow says who (C9).
    pub decisions: Option<DecisionsRule>,
    /// Every obligation, in the order of their dependencies (Z1).
    pub obligations: Vec<ObligationRule>,
    /// Authorities of the libraries in use.
    pub authorities: BTreeMap<AuthorityName, AuthorityRule>,
    /// Roles of the libraries in use.
    pub roles: BTreeMap<RoleName, Title>,
    /// Sources of law of the libraries in use.
    pub sources: BTreeMap<SourceName, SourceRule>,
    /// Forms and documents of the libraries in use.
    pub documents: BTreeMap<DocumentName, DocumentRule>,
    /// Where the counting rules of the libraries in use come from; what they say stands in the clocks.
    pub countings: BTreeMap<CountingName, CountingOrigin>,
}

impl Rules {
    /// Returns the action of that name.
    #[must_use]
    pub fn action(&self, name: &ActionName) -> Option<&ActionRule> {
        self.actions.iter().find(|action| action.name == *name)
    }

    /// Returns what makes a filing through a channel count for a recipient; `None` where the recipient or one of the
    /// obligations does not list the channel.
    #[must_use]
    pub fn counted(
        &self,
        obligations: &BTreeSet<ObligationName>,
        channel: &ChannelName,
        recipient: &AuthorityName,
    ) -> Option<Effective> {
        let refused = |name: &ObligationName| {
            let listed = self
                .obligation(name)
                .and_then(|rule| rule.channels.as_ref());
            listed.is_some_and(|listed| !listed.contains(channel))
        };
        if obligations.iter().any(refused) {
            return None;
        }
        let authority = self.authorities.get(recipient)?;
        authority.channels.get(channel).copied()
    }

    /// Returns the obligation of that name.
    #[must_use]
    pub fn obligation(&self, name: &ObligationName) -> Option<&ObligationRule> {
        self.obligations
            .iter()
            .find(|obligation| obligation.name == *name)
    }

    /// Returns a state's rule.
    ///
    /// # Panics
    ///
    /// If the state is of another workflow: compilation gives a rule to every node of the graph.
    #[must_use]
    pub fn state(&self, name: &StateName) -> &StateRule {
        self.states
            .get(name)
            .expect("compilation gives a rule to every state of the graph")
    }
}

/// Who receives what an obligation owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// An authority by name.
    Authority(AuthorityName),
    /// The authority that a fact holds; while the fact is absent its duties wait (C1).
    Fact(FactName),
    /// The authority that a cell of the duty's own row holds; while it is empty the duty waits.
    Cell(CellName),
}

/// A cell of a row that `each` binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellName {
    /// The name under which `each` binds the row.
    pub row: FactName,
    /// The fact that holds the table.
    pub table: FactName,
    /// The column.
    pub column: ColumnName,
}

/// For which days a text is asserted, and which fact picks it (L1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// First day.
    pub from: Date,
    /// Last day, if it has ended.
    pub until: Option<Date>,
    /// The fact whose date counts; an instant or a date.
    pub by: FactName,
}

/// When a workflow applies to a case.
#[derive(Debug, Clone)]
pub struct Applies {
    /// The condition; none means always.
    pub when: Option<Expr>,
    /// Why, in words.
    pub because: Title,
}

/// Who keeps a fact (A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The law: dated values of a library, recorded by nobody.
    Law,
    /// About the company, on the stream `operator`.
    Operator,
    /// Shared by the cases of an incident.
    Incident,
    /// One regime's own view.
    Case,
}

/// A fact as declared.
#[derive(Debug, Clone)]
pub struct FactRule {
    /// Its name.
    pub name: FactName,
    /// Its type.
    pub value_type: Type,
    /// What its values keep to.
    pub limits: Limits,
    /// Who keeps it.
    pub owner: Owner,
    /// The part in which its value is kept (A3).
    pub class: PartClass,
    /// What it is called.
    pub title: Title,
    /// What computes it; such a fact is recorded by nobody.
    pub is: Option<Expr>,
    /// The value of an operator's fact before one is recorded.
    pub default: Option<Value>,
    /// The values of a fact of the law, the earliest first (L3); none of any other.
    pub values: Vec<DatedValue>,
}

impl FactRule {
    /// Returns the value of a fact of the law that is in force on a day; `None` before the first.
    #[must_use]
    pub fn in_force_on(&self, day: Date) -> Option<&DatedValue> {
        let later = self.values.partition_point(|value| value.from <= day);
        self.values[..later].last()
    }
}

/// A value of a fact of the law, in force until the next one is (L3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedValue {
    /// First day.
    pub from: Date,
    /// Where the law says so.
    pub law: Vec<SourceName>,
    /// The value.
    pub value: Value,
}

/// The part of the path in which a state lies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Finding out what happened.
    Detect,
    /// Telling the authority.
    Notify,
    /// Reporting the cause.
    Report,
    /// Preventing recurrence.
    Prevent,
    /// Done.
    Closed,
}

impl Phase {
    /// Returns the word with which a workflow writes the phase.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Notify => "notify",
            Self::Report => "report",
            Self::Prevent => "prevent",
            Self::Closed => "closed",
        }
    }
}

/// How a closed state ends a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Everything owed was done.
    Completed,
    /// Nothing was owed.
    NotReported,
}

/// Which duties a closed state lets lapse (S6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Releases {
    /// None: a running duty bars the way in.
    Nothing,
    /// Every one.
    All,
    /// Those of some obligations.
    Some(BTreeSet<ObligationName>),
}

/// A state as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRule {
    /// The part of the path in which it lies.
    pub phase: Phase,
    /// What it is called.
    pub title: Title,
    /// How it ends a case; set exactly in phase `closed`.
    pub outcome: Option<Outcome>,
    /// Which duties it lets lapse; `Nothing` outside phase `closed`.
    pub releases: Releases,
}

/// Who takes an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The engine, as soon as it is possible (S2).
    Clock,
    /// A person in a role.
    Role(RoleName),
}

/// Four eyes (S5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRule {
    /// The role of the second person.
    pub by: RoleName,
}

/// Who records what an authority decides about duties (C9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionsRule {
    /// The role of whoever records it.
    pub by: RoleName,
    /// The second person's consent, where four eyes are asked for.
    pub approval: Option<ApprovalRule>,
}

/// A time that must have passed before an action (S3).
#[derive(Debug, Clone)]
pub struct StandstillRule {
    /// From when it is counted.
    pub anchor: Expr,
    /// How long the action is barred.
    pub after: PeriodSource,
    /// How that is counted, in the days of the workflow's first authority.
    pub counting: Counting,
}

/// An action as declared, but for its edges.
#[derive(Debug, Clone)]
pub struct ActionRule {
    /// Its name.
    pub name: ActionName,
    /// What it is called.
    pub title: Title,
    /// Who takes it.
    pub by: By,
    /// Facts that must have a value, given with the action or before.
    pub needs: Vec<FactName>,
    /// The guard.
    pub when: Option<Expr>,
    /// Until when it is barred: the first case that holds.
    pub not_before: Vec<Cased<StandstillRule>>,
    /// The obligations whose duties it may discharge (S4).
    pub files: Vec<ObligationName>,
    /// The second person's consent, where four eyes are asked for.
    pub approval: Option<ApprovalRule>,
}
