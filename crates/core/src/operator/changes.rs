//! Finds what a case that was given the operator's facts once has to be given since: what counts now and did not then.
//! A note about yesterday that does not overwrite today's value changes nothing, and is given to nobody (A4).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tsuho_ledger::PartClass;

use super::OperatorBody;
use crate::case::decide::{Sheets, split};
use crate::case::event::{Change, Event, Sheet, cell_path, with_words};
use crate::case::fact::{History, Version};
use crate::case::request::{Facts, Given};
use crate::name::{ColumnName, FactName};
use crate::value::{Row, Type, Value};
use crate::workflow::rules::FactRule;

/// The words of personal and privileged values by the event that recorded them; its `Debug` form shows none.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Spoken(BTreeMap<u64, (Sheet, Sheet)>);

impl Spoken {
    /// Keeps what the parts of an event say.
    pub(super) fn keep(&mut self, seq: u64, event: &Event<OperatorBody>) {
        if !event.personal.is_empty() || !event.privileged.is_empty() {
            let sheets = (event.personal.clone(), event.privileged.clone());
            self.0.insert(seq, sheets);
        }
    }

    /// Returns the words of a value that an event keeps in a part; the value itself where they are not known.
    fn told(&self, seq: u64, path: &str, value: &Value) -> Value {
        let Some((personal, privileged)) = self.0.get(&seq) else {
            return value.clone();
        };
        with_words(value, path, personal, privileged)
    }
}

impl fmt::Debug for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spoken({} events)", self.0.len())
    }
}

/// Returns what changed after one event up to another; with the words that parts keep, where they are given.
pub(super) fn between(
    facts: &BTreeMap<FactName, History>,
    declared: &BTreeMap<FactName, FactRule>,
    since: Option<u64>,
    until: u64,
    spoken: Option<&Spoken>,
) -> Facts {
    let silent = Spoken::default();
    let words = spoken.unwrap_or(&silent);
    let is_fresh = |seq: u64| since.is_none_or(|since| seq > since);
    let change = |(name, history): (&FactName, &History)| {
        let rule = declared.get(name)?;
        let versions = history.versions().iter();
        let known: Vec<&Version> = versions.filter(|version| version.seq <= until).collect();
        let current = *known.last()?;
        let is_hidden_here = known.iter().any(|version| hides(rule, &version.change));
        if is_hidden_here {
            return None;
        }
        let change = match &rule.value_type {
            Type::Table(_) => of_table(name, &known, is_fresh, words)?,
            Type::Boolean
            | Type::Integer
            | Type::Text
            | Type::Choice(_)
            | Type::Choices(_)
            | Type::Date
            | Type::Instant
            | Type::Duration
            | Type::Period
            | Type::Authority(_) => {
                if !is_fresh(current.seq) {
                    return None;
                }
                match &current.change {
                    Change::Set(value) => {
                        Change::Set(words.told(current.seq, name.as_str(), value))
                    }
                    change @ (Change::Absent | Change::Rows { .. }) => change.clone(),
                }
            }
        };
        // Without the words, what the workflow keeps in a part is seen as its class.
        let change = match spoken {
            Some(_) => change,
            None => split(rule, &change, &mut Sheets::default()),
        };
        let given = Given {
            as_of: Some(current.as_of),
            certainty: current.certainty,
            ..Given::new(change)
        };
        Some((name.clone(), given))
    };
    facts.iter().filter_map(change).collect()
}

/// Tells whether a change keeps something in another part than the workflow does: such a fact is given to none of its
/// cases, lest what is personal stands where everybody reads it.
fn hides(rule: &FactRule, change: &Change) -> bool {
    let elsewhere =
        |value: &Value, own: PartClass| matches!(value, Value::Held(class) if *class != own);
    match (change, &rule.value_type) {
        (Change::Set(value), _) => elsewhere(value, rule.class),
        (Change::Rows { set, .. }, Type::Table(table)) => {
            let mut cells = set.values().flatten();
            cells.any(|(column, value)| {
                let declared = table.columns.get(column);
                declared.is_some_and(|declared| elsewhere(value, declared.class))
            })
        }
        (Change::Rows { .. } | Change::Absent, _) => false,
    }
}

/// Returns the rows that count now and were not given, and those that count no longer.
fn of_table(
    name: &FactName,
    known: &[&Version],
    is_fresh: impl Fn(u64) -> bool,
    spoken: &Spoken,
) -> Option<Change> {
    // Each row that ever was, with the event that changed it last; and the event that took the table as a whole away.
    let mut rows: BTreeMap<&str, (u64, Option<&Row>)> = BTreeMap::new();
    let mut absent = None;
    for version in known {
        match &version.change {
            Change::Absent => {
                for row in rows.values_mut() {
                    *row = (version.seq, None);
                }
                absent = Some(version.seq);
            }
            Change::Rows { set, dropped } => {
                rows.extend(
                    dropped
                        .iter()
                        .map(|key| (key.as_str(), (version.seq, None))),
                );
                let set = set.iter();
                rows.extend(set.map(|(key, row)| (key.as_str(), (version.seq, Some(row)))));
                absent = None;
            }
            // A table is recorded row by row.
            Change::Set(_) => {}
        }
    }
    if let Some(seq) = absent {
        return is_fresh(seq).then_some(Change::Absent);
    }
    let (mut set, mut dropped) = (BTreeMap::new(), BTreeSet::new());
    for (key, (seq, row)) in rows.into_iter().filter(|(_, (seq, _))| is_fresh(*seq)) {
        let Some(row) = row else {
            dropped.insert(key.to_owned());
            continue;
        };
        let told = |(column, value): (&ColumnName, &Value)| {
            let path = cell_path(name, key, column);
            (column.clone(), spoken.told(seq, &path, value))
        };
        set.insert(key.to_owned(), row.iter().map(told).collect());
    }
    let is_last_fresh = known.last().is_some_and(|version| is_fresh(version.seq));
    let changes = !set.is_empty() || !dropped.is_empty() || is_last_fresh;
    changes.then_some(Change::Rows { set, dropped })
}

#[cfg(test)]
mod tests;
