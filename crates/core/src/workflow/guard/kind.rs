//! Knows the types that parts of an expression have: those of facts, and a few that only expressions know.
//! Which operator takes which types is left to `check`.

use std::sync::Arc;

use crate::catalogue::{Arg, Args};
use crate::name::FactName;
use crate::value::{ChoiceList, TableType, Type};

/// The type of a part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Boolean,
    /// A whole number.
    Integer,
    /// A number that `/` may have made a fraction.
    Fraction,
    Text,
    /// A quoted text that becomes a text, a choice or an authority by what it stands beside.
    Quoted,
    Choice(Arc<ChoiceList>),
    Choices(Arc<ChoiceList>),
    Date,
    Instant,
    Duration,
    Period,
    Authority,
    /// Rows of the table that a fact holds.
    Table(Arc<TableType>, FactName),
    /// Several of a kind; of no kind when it is empty.
    List(Option<Box<Kind>>),
}

impl Kind {
    /// Returns the kind of a fact or column; `table` is the fact's name, for what its rows are called.
    pub(super) fn of(value_type: &Type, table: &FactName) -> Self {
        match value_type {
            Type::Boolean => Self::Boolean,
            Type::Integer => Self::Integer,
            Type::Text => Self::Text,
            Type::Choice(list) => Self::Choice(Arc::clone(list)),
            Type::Choices(list) => Self::Choices(Arc::clone(list)),
            Type::Date => Self::Date,
            Type::Instant => Self::Instant,
            Type::Duration => Self::Duration,
            Type::Period => Self::Period,
            Type::Authority(_) => Self::Authority,
            Type::Table(columns) => Self::Table(Arc::clone(columns), table.clone()),
        }
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Fraction)
    }

    /// Tells whether values of the kind have an order (E4).
    pub(super) const fn is_ordered(&self) -> bool {
        self.is_number() || matches!(self, Self::Duration | Self::Date | Self::Instant)
    }

    /// Tells whether a value of the kind is one value, and not rows or a list.
    pub(super) const fn is_single(&self) -> bool {
        !matches!(self, Self::Table(..) | Self::List(_))
    }

    /// Tells whether values of two kinds can be compared with each other; a whole number is a number.
    pub(super) fn compares_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer | Self::Fraction, Self::Integer | Self::Fraction) => true,
            (Self::Table(one, _), Self::Table(two, _)) => one == two,
            _ => self == other,
        }
    }

    /// Returns the kind's name for a message.
    pub(super) fn name(&self) -> Arg {
        let of = |key: &'static str, name: &'static str, arg: Arg| {
            Arg::Message(key, Args::from([(name, arg)]))
        };
        match self {
            Self::Boolean => Arg::Key("guard.type.boolean"),
            Self::Integer => Arg::Key("guard.type.integer"),
            Self::Fraction => Arg::Key("guard.type.fraction"),
            Self::Text => Arg::Key("guard.type.text"),
            Self::Quoted => Arg::Key("guard.type.quoted"),
            Self::Choice(list) => of("guard.type.choice", "values", values(list)),
            Self::Choices(list) => of("guard.type.choices", "values", values(list)),
            Self::Date => Arg::Key("guard.type.date"),
            Self::Instant => Arg::Key("guard.type.instant"),
            Self::Duration => Arg::Key("guard.type.duration"),
            Self::Period => Arg::Key("guard.type.period"),
            Self::Authority => Arg::Key("guard.type.authority"),
            Self::Table(..) => Arg::Key("guard.type.table"),
            Self::List(Some(kind)) => of("guard.type.list", "kind", kind.name()),
            Self::List(None) => Arg::Key("guard.type.empty-list"),
        }
    }
}

/// Returns the values of a list for a message: all of a short one, the first of a long one.
pub(super) fn values(list: &ChoiceList) -> Arg {
    let mut names: Vec<Arg> = list
        .of
        .iter()
        .take(8)
        .map(|(name, _)| Arg::Text(format!("`{name}`")))
        .collect();
    if list.of.len() > 8 {
        names.push("…".into());
    }
    Arg::List(names)
}
