//! Holds obligations as compiled: to whom, by when, with what, and whom to remind.
//! Owing, counting and judging are left to `case`.

use super::Recipient;
use crate::calendar::{Counting, EndOfDay};
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

impl PeriodSource {
    /// Returns the fact that holds it, where one does.
    #[must_use]
    pub const fn fact(&self) -> Option<&FactName> {
        match self {
            Self::Fixed(_) => None,
            Self::Fact(fact) => Some(fact),
        }
    }
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
    /// `due`: no period at all; the moment is the one that a letter, an order or a request names (C6).
    Named,
}

impl Within {
    /// Returns the number that the law gives, if it gives one.
    #[must_use]
    pub const fn number(&self) -> Option<&PeriodSource> {
        match self {
            Self::Promptly | Self::Named => None,
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

/// How long one step of a series takes.
#[derive(Debug, Clone)]
pub enum StepLength {
    /// Written.
    Fixed(Period),
    /// Computed, as from a cell of a row: `letter.progress_every`; while it is unknown the duties wait.
    Computed(Expr),
}

/// A stretch of a series with one rhythm.
#[derive(Debug, Clone)]
pub struct Rhythm {
    /// From each occurrence to the next.
    pub step: StepLength,
    /// How long this rhythm lasts, a multiple of its step; the last one goes on.
    pub stretch: Option<Period>,
}

/// What becomes of an occurrence that nobody filed for, once the next one opens or the series ends (C10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// It stays owed.
    Stays,
    /// It lapses, as missed.
    Passes,
}

/// A series of duties, one for each occurrence (C10).
#[derive(Debug, Clone)]
pub struct SeriesRule {
    /// Its rhythms, one after another; there is at least one, and all count in units of one kind.
    pub rhythms: Vec<Rhythm>,
    /// Occurrences after this instant or date are not owed; while it is unknown the series goes on.
    pub until: Option<Expr>,
    /// The time of day at which an occurrence of dates is due.
    pub ends: EndOfDay,
    /// What becomes of an occurrence that was missed.
    pub missed: Missed,
}

/// The clock of an obligation's duties.
#[derive(Debug, Clone)]
pub struct ClockRule {
    /// The instant or date from which the law counts; with `due` the one at which it ends.
    pub anchor: Expr,
    /// The law's limit; of a series none, for an occurrence is due at its own moment.
    pub within: Within,
    /// The occurrences, counted from the anchor.
    pub series: Option<SeriesRule>,
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

/// A table that an obligation looks at row by row: one duty for each (O1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EachRule {
    /// The name under which its expressions read the row.
    pub row: FactName,
    /// The fact that holds the table.
    pub table: FactName,
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
    /// The tables whose rows have a duty each; of several, every combination of rows.
    pub each: Vec<EachRule>,
    /// Owed only if, together with `applies`.
    pub when: Option<Expr>,
    /// To whom; one duty each. Nobody where something is to be done and nothing filed.
    pub to: Vec<Recipient>,
    /// The instant or date at which what is owed was done, where no filing discharges it (O3).
    pub met: Option<Expr>,
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
