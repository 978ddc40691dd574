//! Holds a compiled workflow: everything that a decision needs, checked, with names resolved.
//! Which action leaves which state is not here: only the graph knows that.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_ledger::{Digest, PartClass};

use crate::calendar::{Counting, CountingRule, ReadingName};
use crate::name::{
    ActionName, AuthorityName, CalendarName, ChannelName, CountingName, DocumentName, FactName,
    ObligationName, RoleName, SourceName, StateName, WorkflowName,
};
use crate::time::{Date, Period, Zone};
use crate::value::{Title, Type, Value};
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
    /// The obligations whose duties it may discharge (S4).
    pub files: Vec<ObligationName>,
    /// The second person's consent, where four eyes are asked for.
    pub approval: Option<ApprovalRule>,
}

/// One of a list of cases (F6).
#[derive(Debug, Clone)]
pub struct Cased<T> {
    /// The condition; none means always.
    pub when: Option<Expr>,
    /// What holds under it.
    pub item: T,
}

/// How binding an obligation or a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Force {
    /// By law.
    Statutory,
    /// By an authority's guidance: late is a matter of reputation.
    Guidance,
    /// By the operator's own rule.
    Internal,
    /// Asked for, not owed; it has no clock.
    Voluntary,
}

impl Force {
    /// Returns the word with which a workflow writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Statutory => "statutory",
            Self::Guidance => "guidance",
            Self::Internal => "internal",
            Self::Voluntary => "voluntary",
        }
    }
}

/// A period written in the workflow or held by a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeriodSource {
    /// Written.
    Fixed(Period),
    /// Held by a fact of type `period`; while it is absent there is no number.
    Fact(FactName),
}

/// The law's limit: a number, or none, or both (§7, `within`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// `promptly`: the law gives no number, nothing is judged late.
    Promptly,
    /// `30 days`.
    Number(PeriodSource),
    /// `promptly and at most 24 hours`.
    PromptlyAtMost(PeriodSource),
}

impl Within {
    /// Returns the number that the law gives, if it gives one.
    #[must_use]
    pub const fn number(&self) -> Option<&PeriodSource> {
        match self {
            Self::Promptly => None,
            Self::Number(period) | Self::PromptlyAtMost(period) => Some(period),
        }
    }
}

/// An aim of the operator's or of a guideline, never judged (P2).
#[derive(Debug, Clone)]
pub struct TargetRule {
    /// From when; by default the clock's anchor.
    pub anchor: Option<Expr>,
    /// How long.
    pub within: PeriodSource,
    /// How it is counted; by default as written.
    pub counting: Counting,
    /// Whose aim it is: internal unless a guideline's.
    pub force: Force,
    /// Where it is written, if it is.
    pub law: Vec<SourceName>,
}

/// The clock of an obligation's duties.
#[derive(Debug, Clone)]
pub struct ClockRule {
    /// The instant or date from which the law counts.
    pub anchor: Expr,
    /// The law's limit.
    pub within: Within,
    /// How the law's limit is counted.
    pub counting: Counting,
    /// Aims beside the limit.
    pub targets: Vec<TargetRule>,
}

/// What a filing must and should contain (O4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contains {
    /// Refused without a value.
    pub always: Vec<FactName>,
    /// Filed as "under investigation" without a value.
    pub as_known: Vec<FactName>,
}

/// Where a reminder lies relative to the due moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offset {
    /// This long before; days are calendar days of the recipient's zone at the same time of day (O5).
    Before(Period),
    /// This long after.
    After(Period),
}

/// A reminder of a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// When.
    pub offset: Offset,
    /// Whom.
    pub to: RoleName,
}

/// An obligation as declared.
#[derive(Debug, Clone)]
pub struct ObligationRule {
    /// Its name.
    pub name: ObligationName,
    /// What it is called.
    pub title: Title,
    /// By which law.
    pub law: Vec<SourceName>,
    /// How binding it is.
    pub force: Force,
    /// Owed only if, together with `applies`.
    pub when: Option<Expr>,
    /// To whom; one duty each.
    pub to: Vec<Recipient>,
    /// Its clock: the first case that holds; none without a clock.
    pub clock: Vec<Cased<ClockRule>>,
    /// What its filings contain.
    pub contains: Vec<Cased<Contains>>,
    /// The form.
    pub document: Vec<Cased<DocumentName>>,
    /// Whom to remind when.
    pub remind: Vec<Reminder>,
    /// Facts required in a filing after the earliest reading.
    pub late_needs: Vec<FactName>,
    /// Channels that discharge it; none means those of the recipient.
    pub channels: Option<Vec<ChannelName>>,
}

/// When a channel's filing is effective (D2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Effective {
    /// When it was sent.
    Sent,
    /// When it was received.
    Received,
}

/// Whether somebody decides about what it receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthorityKind {
    /// A ministry, a bureau, a commission.
    Authority,
    /// Customers, data subjects, the public.
    Audience,
}

/// An authority as declared, with what it inherits from the one above it.
#[derive(Debug, Clone)]
pub struct AuthorityRule {
    /// What it is called.
    pub title: Title,
    /// What it is.
    pub kind: AuthorityKind,
    /// The one above it.
    pub under: Option<AuthorityName>,
    /// The zone in which its days end.
    pub zone: Zone,
    /// Its closed days.
    pub calendar: Option<CalendarName>,
    /// How it may be told, and what then counts.
    pub channels: BTreeMap<ChannelName, Effective>,
}

/// How sure we are of what a source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Not confirmed; no rule may rest on it.
    NotConfirmed,
    /// Weak.
    Low,
    /// Established press or law firm.
    Medium,
    /// Statute text, or a ministry's or company's own page.
    High,
}

/// A source of law.
#[derive(Debug, Clone)]
pub struct SourceRule {
    /// The citation.
    pub citation: Title,
    /// Where it was read.
    pub link: String,
    /// The day it was read.
    pub read: Date,
    /// Which revision was read, in words.
    pub revision: Option<String>,
    /// How sure we are.
    pub confidence: Confidence,
}

/// A form or other document.
#[derive(Debug, Clone)]
pub struct DocumentRule {
    /// What it is called.
    pub title: Title,
    /// Where it is prescribed.
    pub law: Vec<SourceName>,
    /// What whoever fills it in should know.
    pub note: Option<Title>,
}

/// Where a counting rule comes from.
#[derive(Debug, Clone)]
pub struct CountingOrigin {
    /// What it says.
    pub rule: CountingRule,
    /// What it is called.
    pub title: Title,
    /// The acts that say so.
    pub law: Vec<SourceName>,
    /// Why there is each reading.
    pub readings: BTreeMap<ReadingName, ReadingReason>,
}

/// Why there is a reading (C7).
#[derive(Debug, Clone)]
pub struct ReadingReason {
    /// The texts that can be read so.
    pub law: Vec<SourceName>,
    /// In words.
    pub because: Option<Title>,
}
