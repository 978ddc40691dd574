//! Checks facts as given against their declaration and splits them into what decisions see and what they do not.
//! Who may record them and when is for `decide`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_ledger::PartClass;

use super::{Sheets, write_text};
use crate::case::event::{Change, Delivered, FactRecorded, cell_path};
use crate::case::rejection::{Rejection, Spot};
use crate::case::request::{Facts, Given};
use crate::catalogue::Arg;
use crate::name::{ChoiceName, FactName};
use crate::time::Timestamp;
use crate::value::{LARGEST_INTEGER, Row, TableType, Type, Value};
use crate::workflow::rules::{FactRule, Owner};

/// Longest text of a fact, in bytes: a page and more, and small beside what a part may hold.
pub const LONGEST_TEXT: usize = 16_384;

/// Most rows that a table takes.
const MOST_ROWS: usize = 10_000;

/// Whose stream the facts are written to or come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorder {
    /// The case's own.
    Case,
    /// The operator's.
    Operator,
    /// An incident's.
    Incident,
}

impl Recorder {
    /// Returns whose stream facts were delivered from.
    pub(crate) fn of(delivered: &Delivered) -> Self {
        if crate::incident::is_stream(&delivered.stream) {
            Self::Incident
        } else {
            Self::Operator
        }
    }
}

/// Facts as an event keeps them, with the sheets of what is personal and privileged.
pub(crate) type Recorded = (BTreeMap<FactName, FactRecorded>, Sheets);

/// Checks facts and returns them as an event keeps them, with the sheets of what is personal and privileged.
pub(crate) fn recorded(
    declared: &BTreeMap<FactName, FactRule>,
    facts: &Facts,
    occurred_at: Timestamp,
    now: Timestamp,
    recorder: Recorder,
) -> Result<Recorded, Rejection> {
    let mut sheets = Sheets::default();
    let mut result = BTreeMap::new();
    for (name, given) in facts {
        let rule = find(declared, name, recorder)?;
        let as_of = given.as_of.unwrap_or(occurred_at);
        if as_of > now {
            return Err(Rejection::Future { given: as_of, now });
        }
        result.insert(name.clone(), one(rule, given, as_of, &mut sheets)?);
    }
    Ok((result, sheets))
}

/// Returns a fact's declaration, if it can be recorded here.
fn find<'a>(
    declared: &'a BTreeMap<FactName, FactRule>,
    name: &FactName,
    recorder: Recorder,
) -> Result<&'a FactRule, Rejection> {
    let Some(rule) = declared.get(name) else {
        let similar = similar(name.as_str(), declared.keys().map(FactName::as_str));
        return Err(Rejection::UnknownFact {
            fact: name.clone(),
            similar,
        });
    };
    let key = match (rule.owner, recorder) {
        _ if rule.is.is_some() => "not_recordable.computed",
        (Owner::Law, _) => "not_recordable.law",
        (Owner::Operator, Recorder::Case | Recorder::Incident) => "not_recordable.operator",
        (Owner::Incident | Owner::Case, Recorder::Operator) | (Owner::Case, Recorder::Incident) => {
            "not_recordable.case"
        }
        (Owner::Operator, Recorder::Operator)
        | (Owner::Incident | Owner::Case, Recorder::Case)
        | (Owner::Incident, Recorder::Incident) => return Ok(rule),
    };
    Err(Rejection::NotRecordable {
        fact: name.clone(),
        why: key,
    })
}

/// Checks one fact and splits it.
fn one(
    rule: &FactRule,
    given: &Given,
    as_of: Timestamp,
    sheets: &mut Sheets,
) -> Result<FactRecorded, Rejection> {
    match &given.change {
        Change::Absent => {}
        Change::Set(value) => {
            check_held(rule.name.as_str(), rule.class, value)?;
            check_value(rule.name.as_str(), &rule.value_type, value)?;
        }
        Change::Rows { set, .. } => {
            let Type::Table(table) = &rule.value_type else {
                return Err(wrong_type(
                    rule.name.as_str(),
                    &rule.value_type,
                    "type.table",
                ));
            };
            if set.len() > MOST_ROWS {
                return Err(Rejection::TooLarge {
                    text: Spot::Fact(rule.name.to_string()),
                    most: MOST_ROWS,
                });
            }
            for (key, row) in set {
                check_row(&rule.name, table, key, row)?;
            }
        }
    }
    if let Some(source) = &given.source {
        write_text(sheets, &format!("source/{}", rule.name), source);
    }
    Ok(FactRecorded {
        change: split(rule, &given.change, sheets),
        as_of,
        certainty: given.certainty,
        source: given.source.as_ref().map(|source| source.class),
    })
}

fn wrong_type(fact: &str, expected: &Type, given: &'static str) -> Rejection {
    Rejection::Type {
        fact: fact.to_owned(),
        expected: expected.key(),
        given,
    }
}

/// Checks a value against a type.
///
/// # Errors
///
/// Returns the refusal that names `fact`.
pub fn check_value(fact: &str, expected: &Type, value: &Value) -> Result<(), Rejection> {
    let choice = |name: &ChoiceName, list: &crate::value::ChoiceList| {
        if list.has(name.as_str()) {
            return Ok(());
        }
        Err(Rejection::Choice {
            fact: fact.to_owned(),
            given: name.to_string(),
            choices: list.offered(),
        })
    };
    match (expected, value) {
        (_, Value::Held(_))
        | (Type::Boolean, Value::Boolean(_))
        | (Type::Date, Value::Date(_))
        | (Type::Instant, Value::Instant(_))
        | (Type::Duration, Value::Duration(_))
        | (Type::Period, Value::Period(_)) => Ok(()),
        (Type::Integer, Value::Integer(number))
            if (-LARGEST_INTEGER..=LARGEST_INTEGER).contains(number) =>
        {
            Ok(())
        }
        (Type::Integer, Value::Integer(_)) => Err(Rejection::TooLarge {
            text: Spot::Fact(fact.to_owned()),
            most: usize::try_from(LARGEST_INTEGER).unwrap_or(usize::MAX),
        }),
        (Type::Text, Value::Text(text)) if text.len() <= LONGEST_TEXT => Ok(()),
        (Type::Text, Value::Text(_)) => Err(Rejection::TooLarge {
            text: Spot::Fact(fact.to_owned()),
            most: LONGEST_TEXT,
        }),
        (Type::Choice(list), Value::Choice(name)) => choice(name, list),
        (Type::Choices(list), Value::Choices(names)) => {
            names.iter().try_for_each(|name| choice(name, list))
        }
        (Type::Authority(among), Value::Authority(name)) => {
            if among.is_empty() || among.contains(name) {
                Ok(())
            } else {
                let choices = among.iter().map(|name| Arg::from(name.as_str())).collect();
                Err(Rejection::Choice {
                    fact: fact.to_owned(),
                    given: name.to_string(),
                    choices,
                })
            }
        }
        (Type::Table(table), Value::Table(rows)) => {
            let name: FactName = fact
                .parse()
                .map_err(|_| wrong_type(fact, expected, value.key()))?;
            if rows.len() > MOST_ROWS {
                return Err(Rejection::TooLarge {
                    text: Spot::Fact(fact.to_owned()),
                    most: MOST_ROWS,
                });
            }
            rows.iter()
                .try_for_each(|(key, row)| check_row(&name, table, key, row))
        }
        _ => Err(wrong_type(fact, expected, value.key())),
    }
}

/// Checks that a value which stands in a part stands in the part of its fact: only a decision made again has such.
fn check_held(fact: &str, class: PartClass, value: &Value) -> Result<(), Rejection> {
    match value {
        Value::Held(held) if *held != class || class == PartClass::Operational => {
            Err(Rejection::Type {
                fact: fact.to_owned(),
                expected: "type.any",
                given: value.key(),
            })
        }
        _ => Ok(()),
    }
}

/// Checks a row against its table; the key's own column says the same as the key.
fn check_row(fact: &FactName, table: &TableType, key: &str, row: &Row) -> Result<(), Rejection> {
    if key.is_empty() || key.len() > crate::name::LONGEST_NAME {
        return Err(Rejection::Cell {
            fact: fact.clone(),
            name: key.to_owned(),
        });
    }
    for (name, value) in row {
        let Some(column) = table.columns.get(name) else {
            return Err(Rejection::Cell {
                fact: fact.clone(),
                name: name.to_string(),
            });
        };
        let cell = format!("{fact}.{name}");
        check_held(&cell, column.class, value)?;
        check_value(&cell, &column.value_type, value)?;
    }
    match row.get(&table.key) {
        Some(value) if value.to_string() != key => Err(Rejection::Cell {
            fact: fact.clone(),
            name: value.to_string(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// Puts what is personal or privileged into the sheets and leaves its class in its place (invariant 9).
pub fn split(rule: &FactRule, change: &Change, sheets: &mut Sheets) -> Change {
    let mut rows = |rows: &BTreeMap<String, Row>| match &rule.value_type {
        Type::Table(table) => rows
            .iter()
            .map(|(key, row)| (key.clone(), split_row(&rule.name, table, key, row, sheets)))
            .collect(),
        _ => rows.clone(),
    };
    match change {
        Change::Absent => Change::Absent,
        Change::Rows { set, dropped } => Change::Rows {
            set: rows(set),
            dropped: dropped.clone(),
        },
        // A table given as a whole is its rows: those of before stay, and dropping one needs its own change.
        Change::Set(Value::Table(table)) => Change::Rows {
            set: rows(table),
            dropped: BTreeSet::new(),
        },
        Change::Set(value) => Change::Set(hide(rule.class, rule.name.to_string(), value, sheets)),
    }
}

fn split_row(fact: &FactName, table: &TableType, key: &str, row: &Row, sheets: &mut Sheets) -> Row {
    row.iter()
        .map(|(name, value)| {
            let class = table
                .columns
                .get(name)
                .map_or(PartClass::Personal, |column| column.class);
            (
                name.clone(),
                hide(class, cell_path(fact, key, name), value, sheets),
            )
        })
        .collect()
}

/// Returns the value itself if it is operational, else its class, with the value on the sheet.
fn hide(class: PartClass, path: String, value: &Value, sheets: &mut Sheets) -> Value {
    let sheet = match class {
        PartClass::Operational => return value.clone(),
        PartClass::Personal => &mut sheets.0,
        PartClass::Privileged => &mut sheets.1,
    };
    if !matches!(value, Value::Held(_)) {
        sheet.insert(path, value.clone());
    }
    Value::Held(class)
}

/// Returns the names most like one that is unknown.
pub(crate) fn similar<'a>(name: &str, among: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ranked: Vec<(usize, &str)> = among
        .map(|other| (strsim::damerau_levenshtein(name, other), other))
        .filter(|(distance, other)| {
            *distance <= 2 || other.starts_with(name) || name.starts_with(other)
        })
        .collect();
    ranked.sort_unstable();
    ranked
        .into_iter()
        .take(3)
        .map(|(_, other)| other.to_owned())
        .collect()
}
