//! Says what an expression may name where it stands: facts, rows, and the history of the case (E2).
//! Values are left to `Env`, which is asked when the expression is evaluated.

use std::sync::Arc;

use tsuho_ledger::PartClass;

use crate::name::FactName;
use crate::value::{TableType, Type};

/// A fact as expressions see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactInfo {
    /// Its type.
    pub value_type: Type,
    /// Its part; outside the operational one an expression sees only whether there is a value (A3).
    pub class: PartClass,
}

/// A row that `each` binds: one row of a table at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowInfo {
    /// The fact that holds the table.
    pub table: FactName,
    /// Its columns.
    pub table_type: Arc<TableType>,
}

/// Whether a name of the history stands for something that an expression can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It can be read.
    Present,
    /// Nothing has that name.
    Missing,
    /// It is a series: there is not one moment to speak of.
    Series,
    /// The law gives no number, so there is no due moment.
    NoNumber,
}

/// A kind of name, to look for one that was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// Facts, and rows bound by `each`.
    Fact,
    /// Actions.
    Action,
    /// States.
    State,
    /// Obligations.
    Obligation,
}

/// What an expression may name.
pub trait Scope {
    /// Returns the fact of that name.
    fn fact(&self, name: &str) -> Option<FactInfo>;

    /// Returns the table whose row the duty's `each` binds to that name.
    fn row(&self, name: &str) -> Option<RowInfo>;

    /// Tells whether there is such an action.
    fn did(&self, action: &str) -> Availability;

    /// Tells whether there is such a state.
    fn entered(&self, state: &str) -> Availability;

    /// Tells whether there is such an obligation with a single filing.
    fn filed(&self, obligation: &str) -> Availability;

    /// Tells whether there is such an obligation with a due moment.
    fn due(&self, obligation: &str) -> Availability;

    /// Tells whether there is such an obligation whose filings can have gaps.
    fn gaps(&self, obligation: &str) -> Availability;

    /// Tells whether `since.` can follow a name: `applies`, or a boolean fact that decisions see.
    fn since(&self, name: &str) -> Availability {
        let boolean = self.fact(name).is_some_and(|fact| {
            fact.value_type == Type::Boolean && fact.class == PartClass::Operational
        });
        if name == "applies" || boolean {
            Availability::Present
        } else {
            Availability::Missing
        }
    }

    /// Returns names of a kind, among which a misspelt one is looked for.
    fn suggestions(&self, kind: NameKind) -> Vec<String>;
}
