//! Turns the dated values of facts of the law into rules: each with its first day and its source (L3).
//! Which of them is in force is for the case to find.

use std::collections::BTreeMap;
use std::sync::Arc;

use tsuho_ledger::PartClass;

use super::found::Found;
use super::types;
use super::vocabulary::Vocabulary;
use crate::diagnostic::{
    Diagnostic, LAW_VALUES_ORDER, MISSING_KEY, NAMED_TWICE, NOT_OF_THIS_OWNER, WRONG_SHAPE,
};
use crate::name::{ColumnName, FactName};
use crate::value::{Row, TableType, Type, Value};
use crate::workflow::document::{At, DatedDocument, FactDocument, Form, unnamed};
use crate::workflow::rules::{DatedValue, FactRule, Owner};
use crate::workflow::source::{Kind, Node};

/// Gives a fact its dated values, and reports values that nobody asked for and a fact of the law without any.
pub(super) fn values(
    rule: &mut FactRule,
    document: &FactDocument,
    vocabulary: &Vocabulary,
    found: &mut Found,
) {
    if rule.owner != Owner::Law {
        if let Some(written) = &document.values {
            found.push(misplaced(&rule.name, "values", written));
        }
        return;
    }
    disclose(rule, document, found);
    let Some(written) = document
        .values
        .as_ref()
        .filter(|written| !written.value.is_empty())
    else {
        let at = document.value_type.at().clone();
        found.push(Diagnostic::new(MISSING_KEY, at).with("key", "values"));
        return;
    };
    check_order(&written.value, found);
    rule.values = written
        .value
        .iter()
        .filter_map(|dated| {
            let law = vocabulary.confirmed(&dated.law, found);
            if law.is_empty() && dated.law.is_empty() {
                found.push(Diagnostic::new(MISSING_KEY, dated.at.clone()).with("key", "law"));
            }
            Some(DatedValue {
                from: dated.from.value,
                law,
                value: value(&dated.value, rule, vocabulary, found)?,
            })
        })
        .collect();
}

/// Opens a fact of the law to decisions, whatever its type: what the law says names no person.
fn disclose(rule: &mut FactRule, document: &FactDocument, found: &mut Found) {
    if let Some(class) = &document.class {
        found.push(misplaced(&rule.name, "class", class));
    }
    rule.class = PartClass::Operational;
    if let Form::Table { columns, .. } = &document.value_type.form {
        for column in columns.iter().filter_map(|item| item.sound()) {
            if let Some(class) = &column.class {
                found.push(misplaced(&rule.name, "class", class));
            }
        }
    }
    if let Type::Table(table) = &mut rule.value_type {
        let mut open = TableType::clone(table);
        for column in open.columns.values_mut() {
            column.class = PartClass::Operational;
        }
        *table = Arc::new(open);
    }
}

fn misplaced<T>(name: &FactName, key: &'static str, written: &At<T>) -> Diagnostic {
    Diagnostic::new(NOT_OF_THIS_OWNER, written.at.clone())
        .with("name", name.as_str())
        .with("key", key)
}

/// Checks that each value begins after the one before it: two of one day would overlap.
fn check_order(values: &[DatedDocument], found: &mut Found) {
    for pair in values.windows(2) {
        let [before, after] = pair else { continue };
        if after.from.value <= before.from.value {
            let order = Diagnostic::new(LAW_VALUES_ORDER, after.from.at.clone())
                .with("from", after.from.value.to_string())
                .with("before", before.from.value.to_string());
            found.push(order.label(before.from.at.clone(), "workflow.label.first"));
        }
    }
}

/// Reads a value: the rows of a table, or what any fact of the type may have by default.
fn value(
    node: &Node,
    rule: &FactRule,
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Option<Value> {
    if let Type::Table(table) = &rule.value_type {
        return rows(node, table, vocabulary, found).map(Value::Table);
    }
    let value = types::value(node, &rule.value_type, vocabulary, found)?;
    check_number(node, rule.limits, &value, found);
    Some(value)
}

fn check_number(node: &Node, limits: crate::value::Limits, value: &Value, found: &mut Found) {
    if let Value::Integer(number) = value
        && !limits.hold(*number)
    {
        types::bad_number(node, *number, found);
    }
}

fn rows(
    node: &Node,
    table: &TableType,
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Option<BTreeMap<String, Row>> {
    let Kind::List(items) = &node.kind else {
        wrong_shape(node, "workflow.shape.rows", found);
        return None;
    };
    let mut rows = BTreeMap::new();
    for item in items {
        let row = row(item, table, vocabulary, found)?;
        let key = row.get(&table.key)?.to_string();
        if rows.insert(key.clone(), row).is_some() {
            found.push(Diagnostic::new(NAMED_TWICE, item.at.clone()).with("name", key));
        }
    }
    Some(rows)
}

/// Reads a row. Every cell has a value: what one lacks, nobody could record.
fn row(node: &Node, table: &TableType, vocabulary: &Vocabulary, found: &mut Found) -> Option<Row> {
    if !matches!(node.kind, Kind::Map(_)) {
        wrong_shape(node, "workflow.shape.map", found);
        return None;
    }
    let (mut row, mut whole) = (Row::new(), true);
    for entry in node.entries() {
        let Some((name, column)) = table.columns.get_key_value(entry.key.as_str()) else {
            if let Ok(value) = entry.key.parse::<ColumnName>() {
                let at = entry.key_at.clone();
                let among = table.columns.keys().map(ColumnName::as_str);
                found.push(unnamed(&At { value, at }, among));
            }
            whole = false;
            continue;
        };
        match types::value(&entry.value, &column.value_type, vocabulary, found) {
            Some(value) => {
                check_number(&entry.value, column.limits, &value, found);
                row.insert(name.clone(), value);
            }
            None => whole = false,
        }
    }
    for column in table.columns.keys() {
        if node.get(column.as_str()).is_none() {
            let missing = Diagnostic::new(MISSING_KEY, node.at.clone());
            found.push(missing.with("key", column.as_str()));
            whole = false;
        }
    }
    whole.then_some(row)
}

fn wrong_shape(node: &Node, expected: &'static str, found: &mut Found) {
    if !node.is_faulty() {
        let wrong = Diagnostic::new(WRONG_SHAPE, node.at.clone());
        let stands = crate::catalogue::Arg::Key(node.word());
        let expected = crate::catalogue::Arg::Key(expected);
        found.push(wrong.with("expected", expected).with("found", stands));
    }
}
