//! Holds the types of facts and their values (rule table of the language's section 2).
//! A value knows its own kind, because events carry their results and are folded without a workflow.

pub mod parse;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tsuho_ledger::PartClass;

use crate::catalogue::Arg;
use crate::name::{AuthorityName, ChoiceListName, ChoiceName, ColumnName};
use crate::time::{Date, Instant, Period, Span};

/// Largest integer that a fact holds: 2^53 - 1, which every JSON reader keeps exactly.
pub const LARGEST_INTEGER: i64 = 9_007_199_254_740_991;

/// A text in both languages; a workflow that gives one text means it for both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Title {
    /// In English.
    pub en: Arc<str>,
    /// In Japanese.
    pub ja: Arc<str>,
}

impl Title {
    /// Makes a title that reads the same in both languages.
    #[must_use]
    pub fn both(text: &str) -> Self {
        let text: Arc<str> = text.into();
        Self {
            en: Arc::clone(&text),
            ja: text,
        }
    }
}

/// The values that a choice can take, in the order in which they are declared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ChoiceList {
    /// The name under which a library shares the list; a list written at one fact has none.
    pub name: Option<ChoiceListName>,
    /// Each value with its title.
    pub of: Vec<(ChoiceName, Title)>,
}

impl ChoiceList {
    /// Tells whether the list has a value of that name.
    #[must_use]
    pub fn has(&self, value: &str) -> bool {
        self.of.iter().any(|(name, _)| name.as_str() == value)
    }

    /// Returns the values as a message offers them: each with what it is called, where that says more.
    #[must_use]
    pub fn offered(&self) -> Vec<Arg> {
        let offered = |(name, title): &(ChoiceName, Title)| {
            let word = Arg::from(name.as_str());
            if *title == Title::both(name.as_str()) || *title == Title::default() {
                return word;
            }
            let args = [("name", word), ("title", Arg::Title(title.clone()))];
            Arg::Message("choice.offered", args.into())
        };
        self.of.iter().map(offered).collect()
    }
}

/// Whether a date or an instant may lie ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tense {
    /// It may: a due date, an expected end.
    #[default]
    Any,
    /// It tells when something happened, and nobody knows today what happens tomorrow.
    Past,
}

/// What a value keeps to beside its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Limits {
    /// The least that a whole number may be.
    pub least: Option<i64>,
    /// The most that a whole number may be.
    pub most: Option<i64>,
    /// Whether a date or an instant may lie ahead.
    pub tense: Tense,
}

impl Limits {
    /// Tells whether a whole number lies within.
    #[must_use]
    pub fn hold(&self, number: i64) -> bool {
        self.least.is_none_or(|least| least <= number)
            && self.most.is_none_or(|most| number <= most)
    }
}

/// A column of a table: its type and who may see what stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Any type but a table.
    pub value_type: Type,
    /// What its cells keep to.
    pub limits: Limits,
    /// The part in which its cells are kept.
    pub class: PartClass,
    /// What it is called.
    pub title: Title,
}

/// The shape of a table: rows by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableType {
    /// The column that names a row; always operational, never personal (A3).
    pub key: ColumnName,
    /// Every column, the key among them.
    pub columns: BTreeMap<ColumnName, Column>,
}

/// The type of a fact, of a column or of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// `true` or `false`.
    Boolean,
    /// A whole number within ±(2^53 - 1).
    Integer,
    /// Free text, personal unless the workflow says otherwise (A3).
    Text,
    /// One of a list.
    Choice(Arc<ChoiceList>),
    /// A set out of a list.
    Choices(Arc<ChoiceList>),
    /// A civil date without a zone.
    Date,
    /// A point in time with the zone and precision in which it was stated.
    Instant,
    /// An elapsed length.
    Duration,
    /// A legal period, one number and one unit.
    Period,
    /// Who receives; one of these (whoever is written under `under` and those below them), or anyone when empty.
    Authority(BTreeSet<AuthorityName>),
    /// Rows by key.
    Table(Arc<TableType>),
}

impl Type {
    /// Returns the catalogue's key of what such a value is.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Boolean => "type.boolean",
            Self::Integer => "type.integer",
            Self::Text => "type.text",
            Self::Choice(_) => "type.choice",
            Self::Choices(_) => "type.choices",
            Self::Date => "type.date",
            Self::Instant => "type.instant",
            Self::Duration => "type.duration",
            Self::Period => "type.period",
            Self::Authority(_) => "type.authority",
            Self::Table(_) => "type.table",
        }
    }

    /// Returns the word with which a workflow writes the type.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Choice(_) => "choice",
            Self::Choices(_) => "choices",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Duration => "duration",
            Self::Period => "period",
            Self::Authority(_) => "authority",
            Self::Table(_) => "table",
        }
    }
}

/// One row of a table: the cells that have a value.
pub type Row = BTreeMap<ColumnName, Value>;

/// A value of a fact or of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number within ±(2^53 - 1).
    Integer(i64),
    /// Free text in NFC.
    Text(String),
    /// One value of a choice.
    Choice(ChoiceName),
    /// A set of choice values.
    Choices(BTreeSet<ChoiceName>),
    /// A civil date.
    Date(Date),
    /// A point in time.
    Instant(Instant),
    /// An elapsed length, in microseconds.
    Duration(Span),
    /// A legal period.
    Period(Period),
    /// Who receives.
    Authority(AuthorityName),
    /// Rows by key.
    Table(BTreeMap<String, Row>),
    /// There is a value, and it stands in a part of this class, which decisions do not see (A3, invariant 9).
    Held(PartClass),
}

impl Value {
    /// Returns the catalogue's key of what the value is.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "type.boolean",
            Self::Integer(_) => "type.integer",
            Self::Text(_) => "type.text",
            Self::Choice(_) => "type.choice",
            Self::Choices(_) => "type.choices",
            Self::Date(_) => "type.date",
            Self::Instant(_) => "type.instant",
            Self::Duration(_) => "type.duration",
            Self::Period(_) => "type.period",
            Self::Authority(_) => "type.authority",
            Self::Table(_) => "type.table",
            Self::Held(_) => "type.held",
        }
    }

    /// Returns the word of the value's type, or of what hides it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "boolean",
            Self::Integer(_) => "integer",
            Self::Text(_) => "text",
            Self::Choice(_) => "choice",
            Self::Choices(_) => "choices",
            Self::Date(_) => "date",
            Self::Instant(_) => "instant",
            Self::Duration(_) => "duration",
            Self::Period(_) => "period",
            Self::Authority(_) => "authority",
            Self::Table(_) => "table",
            Self::Held(_) => "held",
        }
    }
}

impl fmt::Display for Value {
    /// Writes the value for people, in one line; what a part hides is written as its class in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::Choice(value) => write!(f, "{value}"),
            Self::Choices(values) => {
                let names: Vec<&str> = values.iter().map(ChoiceName::as_str).collect();
                f.write_str(&names.join(", "))
            }
            Self::Date(value) => write!(f, "{value}"),
            Self::Instant(value) => write!(f, "{value}"),
            Self::Duration(value) => write!(f, "{value}"),
            Self::Period(value) => write!(f, "{value}"),
            Self::Authority(value) => write!(f, "{value}"),
            Self::Table(rows) => {
                let keys: Vec<&str> = rows.keys().map(String::as_str).collect();
                write!(f, "{} rows: {}", rows.len(), keys.join(", "))
            }
            Self::Held(class) => write!(f, "[{}]", class.as_str()),
        }
    }
}
