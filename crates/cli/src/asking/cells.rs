//! Amends single cells of a table, `measures.m1.done_on=2024-03-31`: the other cells of the row stay, and the row is
//! recorded as a whole, as the language has it. Says too what a row loses that is given as a whole.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::Content;
use tsuho_core::case::event::{Certainty, Change};
use tsuho_core::case::request::{Facts, Given};
use tsuho_core::name::{ColumnName, FactName};
use tsuho_core::value::parse::{self, Malformed, Place, Problem, Written};
use tsuho_core::value::{Row, TableType, Type, Value};
use tsuho_core::workflow::rules::FactRule;

use super::entries::Invalid;
use super::meaning::{self, OnCase};
use super::refusal::Refusal;
use super::resolve::Step;
use super::sent::Deed;
use crate::message::Message;
use crate::session::Session;
use crate::telling::FactTable;

/// What is asked, with the cells put into their rows.
pub(super) struct Meant {
    pub(super) content: Content,
    /// The revision whose rows were completed: on another they might undo what somebody else has just recorded.
    pub(super) seen: Option<u64>,
    pub(super) lost: Vec<Lost>,
}

/// What a row loses that is replaced as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Lost {
    pub(crate) table: FactName,
    pub(crate) row: String,
    pub(crate) columns: Vec<ColumnName>,
}

/// A cell that is amended.
struct Cell<'a> {
    rule: &'a FactRule,
    table: &'a TableType,
    row: &'a str,
    column: ColumnName,
    value: Option<Value>,
}

/// Returns what is asked of a case, typed, with amended cells in their rows.
pub(super) async fn content(session: &Session, on: &OnCase<'_>, deed: &Deed) -> Step<Meant> {
    let mut content = meaning::content(on, deed)?;
    let (Deed::Record { facts: written, .. } | Deed::Advance { facts: written, .. }) = deed else {
        return Ok(Meant {
            content,
            seen: None,
            lost: Vec::new(),
        });
    };
    let (Content::Record { facts } | Content::Advance { facts, .. }) = &mut content else {
        unreachable!("a deed that gives facts asks for what gives them");
    };
    let lost = lost(on, facts);
    let texts = assignments(written);
    let declared = &on.context.rules.facts;
    let cells: Vec<&str> = texts.filter(|text| is_cell(declared, text)).collect();
    if cells.is_empty() {
        return Ok(Meant {
            content,
            seen: None,
            lost,
        });
    }
    let events = session.executor().case_events(on.case.id).await;
    let events = events.map_err(|error| session.failed(error))?;
    let told = session.reader()?.told(events, on.context.rules);
    let table = FactTable::of(&told);
    for text in cells {
        let cell = read(declared, text, on)?;
        amend(facts, &table, cell)?;
    }
    Ok(Meant {
        content,
        seen: Some(on.case.revision),
        lost,
    })
}

/// Returns the same facts without the amended cells.
pub(super) fn without(declared: &BTreeMap<FactName, FactRule>, written: &Written) -> Written {
    match written {
        Written::List(items) => {
            let is_whole = |item: &&Written| match item {
                Written::Text(text) => !is_cell(declared, text),
                _ => true,
            };
            Written::List(items.iter().filter(is_whole).cloned().collect())
        }
        other => other.clone(),
    }
}

fn assignments(written: &Written) -> impl Iterator<Item = &str> {
    let items = match written {
        Written::List(items) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(|item| match item {
        Written::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// Tells whether a text amends a cell: what stands before its first `.` is a table.
fn is_cell(declared: &BTreeMap<FactName, FactRule>, text: &str) -> bool {
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    let table = name
        .split_once('.')
        .and_then(|(table, _)| declared.get(table));
    table.is_some_and(|rule| matches!(rule.value_type, Type::Table(_)))
}

/// Reads a cell: the table, the row's key, which may hold dots itself, and the column.
fn read<'a>(
    declared: &'a BTreeMap<FactName, FactRule>,
    text: &'a str,
    on: &OnCase<'_>,
) -> Step<Cell<'a>> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let missing = || Invalid::new("facts", Message::new("request.cell").with("text", text));
    let (fact, rest) = name.split_once('.').ok_or_else(missing)?;
    let (row, column) = rest.rsplit_once('.').ok_or_else(missing)?;
    let rule = declared.get(fact).ok_or_else(missing)?;
    let Type::Table(table) = &rule.value_type else {
        return Err(missing().into());
    };
    let malformed =
        |one: Malformed| Refusal::malformed(&one.within(Place::Key(name.to_owned())), &[]);
    let known = column
        .parse()
        .ok()
        .filter(|column| table.columns.contains_key(column));
    let Some(column): Option<ColumnName> = known else {
        let problem = Problem::UnknownColumn {
            column: column.to_owned(),
            among: table.columns.keys().map(ToString::to_string).collect(),
        };
        return Err(malformed(Malformed::new(problem)).into());
    };
    let value_type = &table.columns[&column].value_type;
    let value = match value {
        "" => None,
        value => Some(parse::parse_text(value_type, value, on.zone).map_err(malformed)?),
    };
    if row.is_empty() || column == table.key {
        return Err(missing().into());
    }
    Ok(Cell {
        rule,
        table,
        row,
        column,
        value,
    })
}

/// Puts a cell into its row, which is completed with the cells that it has.
fn amend(facts: &mut Facts, table: &FactTable, cell: Cell<'_>) -> Step<()> {
    let given = facts.entry(cell.rule.name.clone()).or_insert_with(|| {
        Given::new(Change::Rows {
            set: BTreeMap::new(),
            dropped: BTreeSet::new(),
        })
    });
    let Change::Rows { set, .. } = &mut given.change else {
        let problem = Message::new("request.twice").with("key", cell.rule.name.to_string());
        return Err(Invalid::new("facts", problem).into());
    };
    given.certainty = Certainty::Exact;
    let row = set.entry(cell.row.to_owned()).or_insert_with(|| {
        let known = match table.history(&cell.rule.name).and_then(|one| one.value()) {
            Some(Value::Table(rows)) => rows.get(cell.row).cloned(),
            _ => None,
        };
        let key = Value::Text(cell.row.to_owned());
        known.unwrap_or_else(|| Row::from([(cell.table.key.clone(), key)]))
    });
    match cell.value {
        Some(value) => drop(row.insert(cell.column, value)),
        None => drop(row.remove(&cell.column)),
    }
    let is_held = |value: &&Value| matches!(value, Value::Held(_));
    if row.values().any(|value| is_held(&value)) {
        // A row is recorded as a whole, and nobody can say again what they are not told.
        let message = Message::new("refused.cell_withheld")
            .with("fact", cell.rule.title.clone())
            .with("row", cell.row);
        return Err(Refusal::new("cell_withheld", message).into());
    }
    Ok(())
}

/// Returns what rows lose that are given as a whole.
fn lost(on: &OnCase<'_>, facts: &Facts) -> Vec<Lost> {
    let mut lost = Vec::new();
    for (name, given) in facts {
        let (Change::Rows { set, .. }, Some(Value::Table(rows))) = (
            &given.change,
            on.case.facts.get(name).and_then(|history| history.value()),
        ) else {
            continue;
        };
        for (key, row) in set {
            let before = rows.get(key).into_iter().flat_map(Row::keys);
            let columns: Vec<ColumnName> = before
                .filter(|column| !row.contains_key(*column))
                .cloned()
                .collect();
            if !columns.is_empty() {
                lost.push(Lost {
                    table: name.clone(),
                    row: key.clone(),
                    columns,
                });
            }
        }
    }
    lost
}
