//! Turns the written types of facts into those of values, and reads a value that the workflow writes.
//! Who keeps a fact and what computes it is left to `facts`.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use tsuho_ledger::PartClass;

use super::entries::as_words;
use super::found::Found;
use super::vocabulary::{Vocabulary, choice_list};
use crate::catalogue::Arg;
use crate::diagnostic::{
    BAD_TABLE_KEY, BAD_VALUE, Diagnostic, Location, MISPLACED_KEY, NESTED_TABLE, NOT_SUPPORTED,
    UNKNOWN_TYPE, WRONG_SHAPE,
};
use crate::name::{ChoiceListName, ColumnName};
use crate::time::Period;
use crate::value::{Column, LARGEST_INTEGER, TableType, Type, Value};
use crate::workflow::document::{At, ColumnDocument, Form, Item, TypeDocument, nearest};
use crate::workflow::source::{Kind, Node};

/// The words of types that stand alone; lists of choices of libraries are types beside them.
const WORDS: [&str; 11] = [
    "boolean",
    "integer",
    "text",
    "choice",
    "choices",
    "date",
    "instant",
    "duration",
    "period",
    "authority",
    "table",
];

/// Turns a written type into one of values.
pub(super) fn value_type(
    document: &TypeDocument,
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Option<Type> {
    let plain = match (document.word.value.as_str(), &document.form) {
        ("boolean", _) => Type::Boolean,
        ("integer", _) => Type::Integer,
        ("text", _) => Type::Text,
        ("date", _) => Type::Date,
        ("instant", _) => Type::Instant,
        ("duration", _) => Type::Duration,
        ("period", _) => Type::Period,
        ("authority", Form::Under(roots)) => {
            let roots = vocabulary
                .authorities
                .known(roots, found)
                .into_iter()
                .collect();
            let all = vocabulary.authorities.names();
            Type::Authority(
                all.filter(|name| vocabulary.is_under(name, &roots))
                    .cloned()
                    .collect(),
            )
        }
        ("authority", _) => Type::Authority(BTreeSet::new()),
        ("choice", Form::Of(of)) => Type::Choice(choice_list(None, of)),
        ("choices", Form::Of(of)) => Type::Choices(choice_list(None, of)),
        ("table", Form::Table { key, columns }) => {
            return table(key.as_ref(), columns, vocabulary, found);
        }
        (word, _) => return named_list(word, document.at(), vocabulary, found),
    };
    Some(plain)
}

/// Finds the list of choices that a library names.
fn named_list(
    word: &str,
    at: &Location,
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Option<Type> {
    let list = word
        .parse::<ChoiceListName>()
        .ok()
        .filter(|name| vocabulary.choices.has(name));
    if let Some(name) = list {
        return vocabulary
            .choices
            .get(&name)
            .map(|list| Type::Choice(Arc::clone(list)));
    }
    if word == "table" {
        // Only a column has the word without its keys.
        found.push(Diagnostic::new(NESTED_TABLE, at.clone()));
        return None;
    }
    let candidates = WORDS
        .iter()
        .copied()
        .chain(vocabulary.choices.names().map(ChoiceListName::as_str));
    let meant = nearest(word, candidates).map_or(Arg::Key("workflow.hint.types"), |name| {
        Arg::Message("workflow.hint.nearest", [("name", Arg::from(name))].into())
    });
    found.push(
        Diagnostic::new(UNKNOWN_TYPE, at.clone())
            .with("type", word)
            .with("hint", meant),
    );
    None
}

fn table(
    key: Option<&At<ColumnName>>,
    columns: &[Item<ColumnName, ColumnDocument>],
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Option<Type> {
    let mut read = BTreeMap::new();
    let mut whole = true;
    for item in columns {
        let is_key = key.is_some_and(|key| key.value == item.name.value);
        match item
            .sound()
            .and_then(|document| column(item, document, vocabulary, found))
        {
            Some(mut column) => {
                if is_key {
                    check_key(item, &column, found);
                    column.class = PartClass::Operational;
                }
                read.insert(item.name.value.clone(), column);
            }
            None => whole = false,
        }
    }
    let key = key?;
    if !columns.iter().any(|item| item.name.value == key.value) {
        found.push(Diagnostic::new(BAD_TABLE_KEY, key.at.clone()).with("key", key.value.as_str()));
        return None;
    }
    whole.then(|| {
        Type::Table(Arc::new(TableType {
            key: key.value.clone(),
            columns: read,
        }))
    })
}

/// Checks that rows can be named by a column: a text that nobody may be named in (A3).
fn check_key(item: &Item<ColumnName, ColumnDocument>, column: &Column, found: &mut Found) {
    let class = item.sound().and_then(|document| document.class.as_ref());
    let personal = class.is_some_and(|class| class.value != PartClass::Operational);
    if personal || column.value_type != Type::Text {
        let bad = Diagnostic::new(BAD_TABLE_KEY, item.name.at.clone());
        found.push(bad.with("key", item.name.value.as_str()));
    }
}

fn column(
    item: &Item<ColumnName, ColumnDocument>,
    document: &ColumnDocument,
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Option<Column> {
    let value_type = value_type(&document.value_type, vocabulary, found)?;
    let class = document
        .class
        .as_ref()
        .map_or_else(|| default_class(&value_type), |class| class.value);
    let title = document
        .title
        .clone()
        .unwrap_or_else(|| as_words(&item.name.value));
    Some(Column {
        value_type,
        limits: document.value_type.limits,
        class,
        title,
    })
}

/// Returns the part in which a value is kept unless the workflow says otherwise: free text may name a person (A3).
pub(super) const fn default_class(value_type: &Type) -> PartClass {
    match value_type {
        Type::Text => PartClass::Personal,
        Type::Boolean
        | Type::Integer
        | Type::Choice(_)
        | Type::Choices(_)
        | Type::Date
        | Type::Instant
        | Type::Duration
        | Type::Period
        | Type::Authority(_)
        | Type::Table(_) => PartClass::Operational,
    }
}

/// Reports a class at a table, whose columns have classes of their own.
pub(super) fn class_of_table(class: &At<PartClass>, found: &mut Found) {
    found.push(
        Diagnostic::new(MISPLACED_KEY, class.at.clone())
            .with("key", "class")
            .with("type", "table"),
    );
}

/// Reads a value that the workflow writes for a type.
pub(super) fn value(
    node: &Node,
    value_type: &Type,
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Option<Value> {
    match (value_type, &node.kind) {
        (Type::Boolean, Kind::Boolean(value)) => Some(Value::Boolean(*value)),
        (Type::Integer, Kind::Integer(value)) if value.abs() <= LARGEST_INTEGER => {
            Some(Value::Integer(*value))
        }
        (Type::Text, Kind::Text { text, .. }) => Some(Value::Text(text.clone())),
        (Type::Choice(list), Kind::Text { text, .. }) if list.has(text) => {
            text.parse().ok().map(Value::Choice)
        }
        (Type::Date, Kind::Text { .. }) => {
            parsed(node, "workflow.form.date", found).map(Value::Date)
        }
        (Type::Period, Kind::Text { .. }) => {
            parsed(node, "workflow.form.period", found).map(Value::Period)
        }
        (Type::Duration, Kind::Text { .. }) => {
            let period: Period = parsed(node, "workflow.form.duration", found)?;
            if period.span().is_none() {
                bad_value(node, "workflow.form.duration", found);
            }
            period.span().map(Value::Duration)
        }
        (Type::Authority(roots), Kind::Text { .. }) => {
            let name = At {
                value: parsed(node, "workflow.form.kebab", found)?,
                at: node.at.clone(),
            };
            vocabulary.authorities.find(&name, found)?;
            if !roots.is_empty() && !vocabulary.is_under(&name.value, roots) {
                bad_value(node, "workflow.form.under", found);
            }
            Some(Value::Authority(name.value))
        }
        (Type::Choice(_), Kind::Text { .. }) => {
            bad_value(node, "workflow.form.choice", found);
            None
        }
        (Type::Choices(_) | Type::Instant | Type::Table(_), _) => {
            let construct = format!("`default` ({})", value_type.word());
            found
                .push(Diagnostic::new(NOT_SUPPORTED, node.at.clone()).with("construct", construct));
            None
        }
        (
            Type::Boolean
            | Type::Integer
            | Type::Text
            | Type::Choice(_)
            | Type::Date
            | Type::Duration
            | Type::Period
            | Type::Authority(_),
            _,
        ) => {
            if !node.is_faulty() {
                let wrong = Diagnostic::new(WRONG_SHAPE, node.at.clone());
                let expected = Arg::Text(format!("`{}`", value_type.word()));
                found.push(
                    wrong
                        .with("expected", expected)
                        .with("found", Arg::Key(node.word())),
                );
            }
            None
        }
    }
}

fn parsed<T: FromStr>(node: &Node, form: &'static str, found: &mut Found) -> Option<T> {
    let value = node.as_text().and_then(|text| text.parse().ok());
    if value.is_none() {
        bad_value(node, form, found);
    }
    value
}

/// Reports a number outside what its fact keeps to.
pub(super) fn bad_number(node: &Node, number: i64, found: &mut Found) {
    let bad = Diagnostic::new(BAD_VALUE, node.at.clone()).with("text", number.to_string());
    found.push(bad.with("form", Arg::Key("workflow.form.limits")));
}

fn bad_value(node: &Node, form: &'static str, found: &mut Found) {
    let text = node.as_text().unwrap_or_default();
    found.push(
        Diagnostic::new(BAD_VALUE, node.at.clone())
            .with("text", text)
            .with("form", Arg::Key(form)),
    );
}
