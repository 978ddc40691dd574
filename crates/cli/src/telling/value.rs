//! Shows values of facts, with what stands in parts of its own put back in its place for whoever may read it.
//! Decisions never see such values; only what is printed here does.

use std::collections::BTreeMap;

use tsuho_core::calendar::period_message;
use tsuho_core::case::event::{Certainty, Change, FactsRecorded, Sheet, cell_path};
use tsuho_core::case::fact::{History, Version};
use tsuho_core::case::{Body, Event};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::incident::IncidentBody;
use tsuho_core::name::FactName;
use tsuho_core::value::{Row, TableType, Type, Value};
use tsuho_ledger::PartClass;

use super::Words;

/// Every version of every fact of a case, with personal values where they are still there.
#[derive(Debug, Default)]
pub(crate) struct FactTable {
    facts: BTreeMap<FactName, History>,
    /// Where a version comes from, by fact and event.
    sources: BTreeMap<(FactName, u64), String>,
}

impl FactTable {
    /// Reads the events of a case.
    pub(crate) fn of(events: &[Event<Body>]) -> Self {
        let mut table = Self::default();
        for (seq, event) in (0..).zip(events) {
            if let Body::FactsRecorded(body) = &event.body {
                table.take(seq, body, &event.personal);
            }
        }
        table
    }

    /// Reads events of an incident, each with its number.
    pub(crate) fn of_incident(events: &[(u64, Event<IncidentBody>)]) -> Self {
        let mut table = Self::default();
        for (seq, event) in events {
            if let IncidentBody::FactsRecorded(body) = &event.body {
                table.take(*seq, body, &event.personal);
            }
        }
        table
    }

    fn take(&mut self, seq: u64, body: &FactsRecorded, personal: &Sheet) {
        for (name, recorded) in &body.facts {
            self.facts.entry(name.clone()).or_default().push(Version {
                as_of: recorded.as_of,
                seq,
                change: filled(name, &recorded.change, personal),
                certainty: recorded.certainty,
            });
            if let Some(Value::Text(source)) = personal.get(&format!("source/{name}")) {
                self.sources.insert((name.clone(), seq), source.clone());
            }
        }
    }

    pub(crate) fn history(&self, fact: &FactName) -> Option<&History> {
        self.facts.get(fact)
    }

    /// Returns the value that a fact had at a version, and whether it was an estimate.
    pub(crate) fn value_at(&self, fact: &FactName, seq: u64) -> Option<(Value, Certainty)> {
        let mut history = History::default();
        let versions = self.history(fact)?.versions();
        for version in versions.iter().take_while(|version| version.seq <= seq) {
            history.push(version.clone());
        }
        let certainty = history.versions().last()?.certainty;
        Some((history.value()?.clone(), certainty))
    }

    pub(crate) fn source(&self, fact: &FactName, seq: u64) -> Option<&str> {
        self.sources.get(&(fact.clone(), seq)).map(String::as_str)
    }
}

/// Returns a change with its personal values; privileged ones stay where they are.
pub(super) fn filled(fact: &FactName, change: &Change, personal: &Sheet) -> Change {
    let find = |path: &str, value: &Value| match value {
        Value::Held(_) => personal.get(path).unwrap_or(value).clone(),
        other => other.clone(),
    };
    match change {
        Change::Absent => Change::Absent,
        Change::Set(value) => Change::Set(find(fact.as_str(), value)),
        Change::Rows { set, dropped } => {
            let rows = set.iter().map(|(key, row)| {
                let cells = row.iter().map(|(column, value)| {
                    (column.clone(), find(&cell_path(fact, key, column), value))
                });
                (key.clone(), cells.collect())
            });
            Change::Rows {
                set: rows.collect(),
                dropped: dropped.clone(),
            }
        }
    }
}

impl Words<'_> {
    /// Returns a value in words: choices and authorities by their titles, rows one after the other.
    pub(crate) fn value(&self, value_type: Option<&Type>, value: &Value) -> Arg {
        match (value_type, value) {
            (Some(Type::Choice(list)), Value::Choice(name)) => {
                let title = list.of.iter().find(|(other, _)| other == name);
                title.map_or_else(|| name.as_str().into(), |(_, title)| title.clone().into())
            }
            (Some(Type::Choices(list)), Value::Choices(names)) => {
                let one = Type::Choice(list.clone());
                let names = names
                    .iter()
                    .map(|name| self.value(Some(&one), &Value::Choice(name.clone())));
                several(names)
            }
            (Some(Type::Table(table)), Value::Table(rows)) => {
                several(rows.iter().map(|(key, row)| self.row(table, key, row)))
            }
            (_, Value::Authority(name)) => super::titled(Some(self.authority(name)), name.as_str()),
            (_, Value::Period(period)) => {
                let (key, args) = period_message(*period);
                Arg::Message(key, args)
            }
            (_, Value::Duration(length)) => super::span(*length),
            (_, Value::Boolean(true)) => Arg::Key("telling.yes"),
            (_, Value::Boolean(false)) => Arg::Key("telling.no"),
            (_, Value::Held(class)) => held(*class),
            (_, other) => Arg::Text(other.to_string()),
        }
    }

    /// Returns a row of a table in words.
    pub(crate) fn row_of(&self, fact: &FactName, key: &str, row: &Row) -> Arg {
        match self.rules.facts.get(fact).map(|rule| &rule.value_type) {
            Some(Type::Table(table)) => self.row(table, key, row),
            _ => key.into(),
        }
    }

    /// Returns what stands in the cells of a row.
    pub(crate) fn cells_of(&self, fact: &FactName, row: &Row) -> Arg {
        match self.rules.facts.get(fact).map(|rule| &rule.value_type) {
            Some(Type::Table(table)) => self.cells(table, row),
            _ => Arg::Key("none"),
        }
    }

    fn row(&self, table: &TableType, key: &str, row: &Row) -> Arg {
        let args = [("key", key.into()), ("cells", self.cells(table, row))];
        Arg::Message("telling.row", args.into())
    }

    fn cells(&self, table: &TableType, row: &Row) -> Arg {
        let cells = row.iter().filter(|(name, _)| **name != table.key);
        let cells = cells.map(|(name, cell)| {
            let column = table.columns.get(name);
            let title = column.map_or_else(
                || name.as_str().into(),
                |column| column.title.clone().into(),
            );
            let cell = self.value(column.map(|column| &column.value_type), cell);
            Arg::Message(
                "telling.cell",
                Args::from([("column", title), ("value", cell)]),
            )
        });
        several(cells)
    }
}

/// Returns what stands in the place of a value that is not told.
pub(crate) const fn held(class: PartClass) -> Arg {
    Arg::Key(match class {
        PartClass::Operational => "telling.held.operational",
        PartClass::Personal => "telling.held.personal",
        PartClass::Privileged => "telling.held.privileged",
    })
}

/// Returns what is told of a list; of an empty one that there is none.
pub(super) fn several(list: impl Iterator<Item = Arg>) -> Arg {
    let list: Vec<Arg> = list.collect();
    if list.is_empty() {
        Arg::Key("none")
    } else {
        Arg::List(list)
    }
}

/// Writes a number with its thousands apart.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let said: Vec<String> = [0, 999, 1_000, -440_027, 9_007_199_254_740_991]
            .into_iter()
            .map(grouped)
            .collect();
        assert_eq!(
            said,
            ["0", "999", "1,000", "-440,027", "9,007,199,254,740,991"]
        );
    }
}
