//! Holds obligations as compiled: to whom, by when, with what, and whom to remind.
//! Owing, counting and judging are left to `case`.

use super::Recipient;
use crate::calendar::Counting;
use crate::name::{ChannelName, DocumentName, FactName, ObligationName, RoleName, SourceName};
use crate::time::Period;
use crate::value::Title;
use crate::workflow::guard::Expr;

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
