//! Says what evaluation reads of a case and what it answers: three truth values, with reasons for the third.
//! How the answer is found is left to `evaluate`.

use std::collections::BTreeSet;

use super::tree::{Reference, SinceOf};
use crate::name::{ActionName, FactName, ObligationName, StateName};
use crate::time::{Timestamp, Zone};
use crate::value::{Row, Value};

/// A truth value of three (E5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// What would decide it is not known.
    Unknown,
}

impl From<Option<bool>> for Truth {
    fn from(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Unknown,
        }
    }
}

impl From<Truth> for Option<bool> {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown => None,
        }
    }
}

/// The row that a duty's `each` binds to a name.
#[derive(Debug, Clone, Copy)]
pub struct BoundRow<'e> {
    /// Its key in the table.
    pub key: &'e str,
    /// Its cells.
    pub cells: &'e Row,
}

/// What evaluation reads: a case as it stands, seen from one duty where there is one.
pub trait Env {
    /// Returns the current value of a fact, recorded or computed; `None` while it is absent.
    fn fact(&self, name: &FactName) -> Option<&Value>;

    /// Returns the row that `each` binds to a name.
    fn row(&self, name: &FactName) -> Option<BoundRow<'_>>;

    /// Tells whether the workflow applies.
    fn applies(&self) -> Truth;

    /// Returns when an action was first taken.
    fn did(&self, action: &ActionName) -> Option<Timestamp>;

    /// Returns when the present or latest stay in a state began.
    fn entered(&self, state: &StateName) -> Option<Timestamp>;

    /// Returns when the duty was discharged.
    fn filed(&self, obligation: &ObligationName) -> Option<Timestamp>;

    /// Returns the earliest reading of the duty's due moment.
    fn due(&self, obligation: &ObligationName) -> Option<Timestamp>;

    /// Returns since when something has been true and known.
    fn since(&self, of: &SinceOf) -> Option<Timestamp>;

    /// Returns how many items had no value in the duty's latest filing.
    fn gaps(&self, obligation: &ObligationName) -> Option<i64>;

    /// Returns the zone of the first authority, in which dates begin and end.
    fn zone(&self) -> &Zone;

    /// Returns the next change of what is itself computed and was read; it is handed on (E6).
    fn next_change(&self, of: &Reference) -> Option<Timestamp> {
        let _ = of;
        None
    }
}

/// Why a value is unknown although every fact that it needs is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// Something was divided by zero.
    DivisionByZero,
    /// A number, length or instant left the range that can be written.
    Overflow,
    /// More than a million rows were looked at.
    TooManySteps,
    /// A value is of another type than the workflow declares, or stands in a part that decisions do not see.
    Unreadable,
}

impl Trouble {
    /// Returns the key of its description in the catalogue.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::DivisionByZero => "guard.trouble.division-by-zero",
            Self::Overflow => "guard.trouble.overflow",
            Self::TooManySteps => "guard.trouble.too-many-steps",
            Self::Unreadable => "guard.trouble.unreadable",
        }
    }
}

/// The value of an expression at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// The value; `None` is unknown.
    pub value: Option<Value>,
    /// What would decide it while it is unknown.
    pub because: BTreeSet<Reference>,
    /// What else keeps it from being known.
    pub trouble: BTreeSet<Trouble>,
    /// The earliest instant after this one at which the value can change without anything being recorded.
    pub next_change: Option<Timestamp>,
}

impl Evaluated {
    /// Returns the value as one of three; a value that is no boolean counts as unknown.
    #[must_use]
    pub const fn truth(&self) -> Truth {
        match self.value {
            Some(Value::Boolean(true)) => Truth::True,
            Some(Value::Boolean(false)) => Truth::False,
            Some(_) | None => Truth::Unknown,
        }
    }
}

/// An environment in which nothing has a value.
pub(super) struct Nothing {
    zone: Zone,
}

impl Default for Nothing {
    fn default() -> Self {
        Self { zone: Zone::utc() }
    }
}

impl Env for Nothing {
    fn fact(&self, _: &FactName) -> Option<&Value> {
        None
    }

    fn row(&self, _: &FactName) -> Option<BoundRow<'_>> {
        None
    }

    fn applies(&self) -> Truth {
        Truth::Unknown
    }

    fn did(&self, _: &ActionName) -> Option<Timestamp> {
        None
    }

    fn entered(&self, _: &StateName) -> Option<Timestamp> {
        None
    }

    fn filed(&self, _: &ObligationName) -> Option<Timestamp> {
        None
    }

    fn due(&self, _: &ObligationName) -> Option<Timestamp> {
        None
    }

    fn since(&self, _: &SinceOf) -> Option<Timestamp> {
        None
    }

    fn gaps(&self, _: &ObligationName) -> Option<i64> {
        None
    }

    fn zone(&self) -> &Zone {
        &self.zone
    }
}
