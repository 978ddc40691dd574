//! Holds a checked expression as a tree of our own, with every name resolved and every type known to fit.
//! Making one is left to `check`, its value to `evaluate`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::Fault;
use super::ratio::Ratio;
use crate::name::{
    ActionName, AuthorityName, ChoiceName, ColumnName, FactName, ObligationName, StateName,
};
use crate::time::Span;

/// A checked expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub(super) text: Arc<str>,
    pub(super) root: Node,
    pub(super) warnings: Vec<Fault>,
}

impl Expr {
    /// Returns the text that was compiled.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what is worth knowing about the text although it can be used: always true, always false, never known.
    #[must_use]
    pub fn warnings(&self) -> &[Fault] {
        &self.warnings
    }

    /// Returns everything that the expression names, whether or not its value depends on it.
    #[must_use]
    pub fn references(&self) -> BTreeSet<Reference> {
        self.root.references().into_iter().cloned().collect()
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Something outside an expression that it reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// A fact.
    Fact(FactName),
    /// A cell of a table.
    Column {
        /// The fact that holds the table.
        table: FactName,
        /// The key of the row, where one row is meant and not each.
        row: Option<Arc<str>>,
        /// The column.
        column: ColumnName,
    },
    /// Whether the workflow applies.
    Applies,
    /// When an action was first taken.
    Did(ActionName),
    /// When the present or latest stay in a state began.
    Entered(StateName),
    /// When a duty was discharged.
    Filed(ObligationName),
    /// When a duty falls due at the earliest.
    Due(ObligationName),
    /// Since when something has been true and known.
    Since(SinceOf),
    /// How many items had no value in a duty's latest filing.
    Gaps(ObligationName),
}

/// What `since.` can follow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SinceOf {
    /// Whether the workflow applies.
    Applies,
    /// A boolean fact.
    Fact(FactName),
}

impl fmt::Display for SinceOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applies => f.write_str("applies"),
            Self::Fact(name) => write!(f, "{name}"),
        }
    }
}

impl fmt::Display for Reference {
    /// Writes the reference as the language does; a cell as `services[mobile].users`, or `services.users` of every row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(name) => write!(f, "{name}"),
            Self::Column {
                table,
                row: Some(row),
                column,
            } => write!(f, "{table}[{row}].{column}"),
            Self::Column {
                table,
                row: None,
                column,
            } => write!(f, "{table}.{column}"),
            Self::Applies => f.write_str("applies"),
            Self::Did(action) => write!(f, "did.{action}"),
            Self::Entered(state) => write!(f, "entered.{state}"),
            Self::Filed(obligation) => write!(f, "filed.{obligation}"),
            Self::Due(obligation) => write!(f, "due.{obligation}"),
            Self::Since(of) => write!(f, "since.{of}"),
            Self::Gaps(obligation) => write!(f, "gaps.{obligation}"),
        }
    }
}

/// A value that stands in the text, or was computed from what does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Constant {
    Boolean(bool),
    Number(Ratio),
    Text(String),
    Choice(ChoiceName),
    Authority(AuthorityName),
    Duration(Span),
}

/// Whose cell is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holder {
    /// The row that the duty's `each` binds to a name.
    Each(FactName),
    /// The row of an `exists`, `all`, `filter` or `map` around, counted from the outermost.
    Bound(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Different,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    /// Returns how it is written, or how what it is not is written.
    pub(super) const fn sign(self, is: bool) -> &'static str {
        match (self, is) {
            (Self::Equal, true) | (Self::Different, false) => "==",
            (Self::Different, true) | (Self::Equal, false) => "!=",
            (Self::Less, true) | (Self::AtLeast, false) => "<",
            (Self::AtMost, true) | (Self::Greater, false) => "<=",
            (Self::Greater, true) | (Self::AtMost, false) => ">",
            (Self::AtLeast, true) | (Self::Less, false) => ">=",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Plus,
    Minus,
    Times,
    DividedBy,
}

/// What a function over the rows of a table asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    Exists,
    All,
    Filter,
    Map,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extreme {
    Earliest,
    Latest,
}

/// `lasted(from, until) >= length`, or `>`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lasted {
    pub(super) from: Node,
    pub(super) until: Node,
    /// `AtLeast` or `Greater`; E3 allows no other.
    pub(super) comparison: Comparison,
    pub(super) length: Node,
}

/// A checked expression or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Constant(Constant),
    /// A fact or something of the history.
    Named(Reference),
    Cell {
        holder: Holder,
        column: ColumnName,
        reference: Reference,
    },
    Not(Box<Node>),
    /// Terms joined by `&&`, in the order of the text.
    Every(Vec<Node>),
    /// Terms joined by `||`, in the order of the text.
    Any(Vec<Node>),
    Compare(Comparison, Box<(Node, Node)>),
    In(Box<(Node, Node)>),
    Compute(Operation, Box<(Node, Node)>),
    Negative(Box<Node>),
    List(Vec<Node>),
    /// `known(x)`; `unknown(x)` is its negation.
    Known(Box<Node>),
    Past(Box<Node>),
    Lasted(Box<Lasted>),
    /// `minutes`, `hours`, `days`: a number of these.
    Duration(Span, Box<Node>),
    /// `earliest`, `latest`: over a list.
    Extreme(Extreme, Box<Node>),
    Size(Box<Node>),
    /// Over a list; the constant is the sum of an empty one.
    Sum(Constant, Box<Node>),
    DateOf(Box<Node>),
    Rows {
        asks: Rows,
        table: Box<Node>,
        body: Box<Node>,
    },
}

impl Node {
    /// Returns what the node's value is computed from.
    pub(super) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Constant(_) | Self::Named(_) | Self::Cell { .. } => Vec::new(),
            Self::Not(of)
            | Self::Negative(of)
            | Self::Known(of)
            | Self::Past(of)
            | Self::Duration(_, of)
            | Self::Extreme(_, of)
            | Self::Size(of)
            | Self::Sum(_, of)
            | Self::DateOf(of) => vec![of],
            Self::Every(of) | Self::Any(of) | Self::List(of) => of.iter().collect(),
            Self::Compare(_, of) | Self::In(of) | Self::Compute(_, of) => vec![&of.0, &of.1],
            Self::Lasted(lasted) => vec![&lasted.from, &lasted.until, &lasted.length],
            Self::Rows { table, body, .. } => vec![table, body],
        }
    }

    /// Tells whether the value stands in the text, or in a list there.
    pub(super) fn is_constant(&self) -> bool {
        match self {
            Self::Constant(_) => true,
            Self::List(of) => of.iter().all(Self::is_constant),
            _ => false,
        }
    }

    /// Returns everything that the node names, in the order of the text, repeated where the text repeats it.
    pub(super) fn references(&self) -> Vec<&Reference> {
        match self {
            Self::Named(reference) | Self::Cell { reference, .. } => vec![reference],
            _ => self
                .children()
                .into_iter()
                .flat_map(Self::references)
                .collect(),
        }
    }
}
