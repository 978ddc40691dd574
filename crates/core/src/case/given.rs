//! Reads facts as somebody gives them: a value alone, with estimate, source and time of learning, or its absence.
//! Values themselves are read by `value::parse`; whether they may be recorded is for `decide`.

use std::collections::BTreeMap;

use crate::case::event::{Certainty, Change};
use crate::case::request::{Facts, Given, Text};
use crate::name::FactName;
use crate::time::{Timestamp, Zone};
use crate::value::parse::{self, Malformed, Place, Problem, Written};
use crate::value::{Type, Value};
use crate::workflow::rules::FactRule;

/// The keys with which a fact is given that is more than a value.
const KEYS: [&str; 4] = ["value", "estimate", "as_of", "source"];

/// Reads a fact: a value, `{ value, estimate, as_of, source }`, or nothing, which withdraws it.
///
/// # Errors
///
/// Says what is wrong and where within what is written.
pub fn from_written(value_type: &Type, written: &Written, zone: &Zone) -> Result<Given, Malformed> {
    let Written::Map(entries) = written else {
        return Ok(Given::new(change(value_type, written, zone)?));
    };
    let mut value = None;
    let mut given = Given::new(Change::Absent);
    for (key, entry) in entries {
        let within = |one: Malformed| one.within(Place::Key(key.clone()));
        match (key.as_str(), entry) {
            ("value", entry) => value = Some(change(value_type, entry, zone).map_err(within)?),
            ("estimate", Written::Boolean(true)) => given.certainty = Certainty::Estimate,
            ("estimate", Written::Boolean(false)) => given.certainty = Certainty::Exact,
            ("as_of", Written::Text(text)) => {
                given.as_of = Some(as_of(text, zone).map_err(within)?);
            }
            ("source", Written::Text(text)) => given.source = Some(Text::personal(text)),
            ("estimate", other) => return Err(within(shape("value.form.boolean", other))),
            ("as_of", other) => return Err(within(shape("value.form.moment", other))),
            ("source", other) => return Err(within(shape("value.shape.text", other))),
            _ => {
                let among = KEYS.map(str::to_owned).to_vec();
                let unknown = Problem::UnknownKey {
                    key: key.clone(),
                    among,
                };
                return Err(within(Malformed::new(unknown)));
            }
        }
    }
    given.change = value.ok_or_else(|| Malformed::new(Problem::NoValue))?;
    Ok(given)
}

/// Reads facts by name, with everything that is wrong with them.
#[must_use]
pub fn facts(
    declared: &BTreeMap<FactName, FactRule>,
    written: &Written,
    zone: &Zone,
) -> (Facts, Vec<Malformed>) {
    let Written::Map(entries) = written else {
        return (Facts::new(), vec![shape("value.shape.map", written)]);
    };
    let (mut facts, mut malformed) = (Facts::new(), Vec::new());
    for (name, written) in entries {
        let read = find(declared, name)
            .and_then(|rule| Ok((rule, from_written(&rule.value_type, written, zone)?)));
        match read {
            Ok((rule, given)) => drop(facts.insert(rule.name.clone(), given)),
            Err(one) => malformed.push(one.within(Place::Key(name.clone()))),
        }
    }
    (facts, malformed)
}

/// Reads `fact=value` from a command line. A leading `~` marks an estimate (of a free text it is part of the text), and
/// nothing behind the `=` withdraws the fact.
///
/// ```text
/// known_at=2023-10-27    users_affected=~440027    leak_content=content,metadata    cause=
/// ```
///
/// # Errors
///
/// Says what is wrong with the text.
pub fn parse_assignment(
    declared: &BTreeMap<FactName, FactRule>,
    text: &str,
    zone: &Zone,
) -> Result<(FactName, Given), Malformed> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        Malformed::new(Problem::NoAssignment {
            text: text.to_owned(),
        })
    })?;
    let rule = find(declared, name)?;
    let within = |one: Malformed| one.within(Place::Key(name.to_owned()));
    let (value, certainty) = match value.strip_prefix('~') {
        Some(rest) if rule.value_type != Type::Text => (rest, Certainty::Estimate),
        Some(_) | None => (value, Certainty::Exact),
    };
    let change = match value {
        "" => Change::Absent,
        value => {
            let value = parse::parse_text(&rule.value_type, value, zone).map_err(within)?;
            set(value)
        }
    };
    let given = Given {
        certainty,
        ..Given::new(change)
    };
    Ok((rule.name.clone(), given))
}

fn find<'a>(
    declared: &'a BTreeMap<FactName, FactRule>,
    name: &str,
) -> Result<&'a FactRule, Malformed> {
    declared.get(name).ok_or_else(|| {
        Malformed::new(Problem::UnknownFact {
            fact: name.to_owned(),
            among: declared.keys().map(ToString::to_string).collect(),
        })
    })
}

fn change(value_type: &Type, written: &Written, zone: &Zone) -> Result<Change, Malformed> {
    match written {
        Written::Nothing => Ok(Change::Absent),
        Written::Boolean(_)
        | Written::Integer(_)
        | Written::Text(_)
        | Written::List(_)
        | Written::Map(_) => parse::from_written(value_type, written, zone).map(set),
    }
}

/// Returns the change that a value makes: of a table, the rows that are given replace those of their keys.
fn set(value: Value) -> Change {
    match value {
        Value::Table(set) => Change::Rows {
            set,
            dropped: std::collections::BTreeSet::new(),
        },
        value => Change::Set(value),
    }
}

/// Reads when something was learnt; a day means its first moment (V2).
fn as_of(text: &str, zone: &Zone) -> Result<Timestamp, Malformed> {
    parse::instant(text, zone)
        .map(|instant| instant.at)
        .map_err(Malformed::new)
}

fn shape(expected: &'static str, found: &Written) -> Malformed {
    Malformed::new(Problem::Shape {
        expected,
        found: found.word(),
    })
}

#[cfg(test)]
mod tests;
