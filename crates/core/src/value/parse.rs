//! Reads values as people write them: on a command line, in a scenario, in a request.
//! Estimates, sources and withdrawals are for `case::given`; whether a fact may be recorded is for `decide`.

mod malformed;
mod moment;

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

pub(crate) use malformed::hint;
pub use malformed::{Malformed, Place, Problem};
pub use moment::{date, instant, moment};

use crate::name::{ChoiceName, ColumnName};
use crate::time::{Period, Zone};
use crate::value::{ChoiceList, LARGEST_INTEGER, Row, TableType, Type, Value};
use crate::workflow::source::{self, Kind, Node};

/// A value as it is written, in YAML or JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Nothing.
    Nothing,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Several in order.
    List(Vec<Written>),
    /// Several by key, each key once.
    Map(Vec<(String, Written)>),
}

impl Written {
    /// Returns the catalogue's key of what is written, for messages.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "value.shape.nothing",
            Self::Boolean(_) => "value.shape.boolean",
            Self::Integer(_) => "value.shape.integer",
            Self::Text(_) => "value.shape.text",
            Self::List(_) => "value.shape.list",
            Self::Map(_) => "value.shape.map",
        }
    }
}

impl From<&Node> for Written {
    fn from(node: &Node) -> Self {
        match &node.kind {
            Kind::Null => Self::Nothing,
            Kind::Boolean(value) => Self::Boolean(*value),
            Kind::Integer(value) => Self::Integer(*value),
            Kind::Text { text, .. } => Self::Text(text.clone()),
            Kind::List(items) => Self::List(items.iter().map(Self::from).collect()),
            Kind::Map(entries) => Self::Map(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), Self::from(&entry.value)))
                    .collect(),
            ),
        }
    }
}

/// Reads a value of a type from a YAML node; times without an offset are of `zone`.
///
/// # Errors
///
/// Says what is wrong and where within the node.
pub fn from_node(value_type: &Type, node: &Node, zone: &Zone) -> Result<Value, Malformed> {
    from_written(value_type, &Written::from(node), zone)
}

/// Reads a value of a type; times without an offset are of `zone`.
///
/// # Errors
///
/// Says what is wrong and where within what is written.
pub fn from_written(value_type: &Type, written: &Written, zone: &Zone) -> Result<Value, Malformed> {
    match (value_type, written) {
        (Type::Boolean, Written::Boolean(value)) => Ok(Value::Boolean(*value)),
        (Type::Integer, Written::Integer(value)) => within_bounds(*value),
        (Type::Choices(list), Written::List(items)) => {
            let names = items.iter().enumerate().map(|(place, item)| match item {
                Written::Text(text) => {
                    choice(list, text).map_err(|malformed| malformed.within(Place::Item(place)))
                }
                other => Err(wrong_shape("value.shape.text", other).within(Place::Item(place))),
            });
            names.collect::<Result<_, _>>().map(Value::Choices)
        }
        (Type::Table(table), Written::List(items)) => rows(table, items, zone).map(Value::Table),
        (
            Type::Text
            | Type::Choice(_)
            | Type::Date
            | Type::Instant
            | Type::Duration
            | Type::Period
            | Type::Authority(_),
            Written::Text(text),
        ) => plain(value_type, text, zone),
        (_, other) => Err(wrong_shape(expected(value_type), other)),
    }
}

/// Reads a value of a type from plain text, as a command line has it. Choices are joined by commas; a table is the list
/// of its rows as a workflow file would have it, `[{ id: a, what: b }]`.
///
/// # Errors
///
/// Says what is wrong with the text.
pub fn parse_text(value_type: &Type, text: &str, zone: &Zone) -> Result<Value, Malformed> {
    match value_type {
        Type::Boolean => match text {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            _ => Err(bad_form(text, "value.form.boolean")),
        },
        Type::Integer => {
            let number = text.parse::<i64>().ok();
            match number.filter(|number| number.to_string() == text) {
                Some(number) => within_bounds(number),
                None => Err(bad_form(text, "value.form.integer")),
            }
        }
        Type::Choices(list) => {
            let names = text.split(',').map(|name| choice(list, name.trim()));
            names.collect::<Result<_, _>>().map(Value::Choices)
        }
        Type::Table(_) => from_written(value_type, &flow(text)?, zone),
        Type::Text
        | Type::Choice(_)
        | Type::Date
        | Type::Instant
        | Type::Duration
        | Type::Period
        | Type::Authority(_) => plain(value_type, text, zone),
    }
}

/// Reads the types that a single text writes.
fn plain(value_type: &Type, text: &str, zone: &Zone) -> Result<Value, Malformed> {
    match value_type {
        Type::Text => Ok(Value::Text(text.nfc().collect())),
        Type::Choice(list) => choice(list, text).map(Value::Choice),
        Type::Date => date(text).map(Value::Date).map_err(Malformed::new),
        Type::Instant => instant(text, zone)
            .map(Value::Instant)
            .map_err(Malformed::new),
        Type::Duration => text
            .parse::<Period>()
            .ok()
            .and_then(Period::span)
            .map(Value::Duration)
            .ok_or_else(|| bad_form(text, "value.form.duration")),
        Type::Period => text
            .parse()
            .map(Value::Period)
            .map_err(|_| bad_form(text, "value.form.period")),
        Type::Authority(_) => text
            .parse()
            .map(Value::Authority)
            .map_err(|_| bad_form(text, "value.form.authority")),
        Type::Boolean | Type::Integer | Type::Choices(_) | Type::Table(_) => {
            Err(Malformed::new(Problem::Shape {
                expected: expected(value_type),
                found: "value.shape.text",
            }))
        }
    }
}

fn within_bounds(number: i64) -> Result<Value, Malformed> {
    if (-LARGEST_INTEGER..=LARGEST_INTEGER).contains(&number) {
        Ok(Value::Integer(number))
    } else {
        Err(bad_form(&number.to_string(), "value.form.integer"))
    }
}

fn choice(list: &ChoiceList, text: &str) -> Result<ChoiceName, Malformed> {
    text.parse().ok().filter(|_| list.has(text)).ok_or_else(|| {
        Malformed::new(Problem::Choice {
            given: text.to_owned(),
            choices: list.clone(),
        })
    })
}

/// Reads the rows of a table, each with its key in the key's own column; a cell with nothing in it is left out.
fn rows(
    table: &TableType,
    items: &[Written],
    zone: &Zone,
) -> Result<BTreeMap<String, Row>, Malformed> {
    let mut rows = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        let (key, row) = row(table, item, zone).map_err(|one| one.within(Place::Item(place)))?;
        if rows.insert(key.clone(), row).is_some() {
            return Err(Malformed::new(Problem::RowTwice { key }).within(Place::Item(place)));
        }
    }
    Ok(rows)
}

fn row(table: &TableType, item: &Written, zone: &Zone) -> Result<(String, Row), Malformed> {
    let Written::Map(cells) = item else {
        return Err(wrong_shape("value.shape.row", item));
    };
    let mut row = Row::new();
    for (name, written) in cells {
        let within = || Place::Key(name.clone());
        let Some((column_name, column)) = table.columns.get_key_value(name.as_str()) else {
            let among = table.columns.keys().map(ColumnName::to_string).collect();
            let unknown = Problem::UnknownColumn {
                column: name.clone(),
                among,
            };
            return Err(Malformed::new(unknown).within(within()));
        };
        if *written != Written::Nothing {
            let value = from_written(&column.value_type, written, zone)
                .map_err(|one| one.within(within()))?;
            row.insert(column_name.clone(), value);
        }
    }
    match row.get(&table.key) {
        Some(key) => Ok((key.to_string(), row)),
        None => Err(Malformed::new(Problem::NoRowKey {
            column: table.key.to_string(),
        })),
    }
}

/// Reads a text as a value of a workflow file.
fn flow(text: &str) -> Result<Written, Malformed> {
    let wrapped = format!("value: {text}");
    let (documents, findings) = source::read("", wrapped.as_bytes());
    match (documents.as_slice(), findings.has_errors()) {
        ([only], false) if only.root.entries().len() == 1 => Ok(only
            .root
            .get("value")
            .map_or(Written::Nothing, Written::from)),
        _ => Err(bad_form(text, "value.form.table")),
    }
}

fn wrong_shape(expected: &'static str, found: &Written) -> Malformed {
    Malformed::new(Problem::Shape {
        expected,
        found: found.word(),
    })
}

fn bad_form(text: &str, form: &'static str) -> Malformed {
    Malformed::new(Problem::Form {
        text: text.to_owned(),
        form,
    })
}

/// Returns the key of what a type expects, in words.
const fn expected(value_type: &Type) -> &'static str {
    match value_type {
        Type::Boolean => "value.form.boolean",
        Type::Integer => "value.form.integer",
        Type::Text => "value.form.text",
        Type::Choice(_) => "value.form.choice",
        Type::Choices(_) => "value.form.choices",
        Type::Date => "value.form.date",
        Type::Instant => "value.form.instant",
        Type::Duration => "value.form.duration",
        Type::Period => "value.form.period",
        Type::Authority(_) => "value.form.authority",
        Type::Table(_) => "value.form.table",
    }
}

#[cfg(test)]
mod tests;
