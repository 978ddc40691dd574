//! Writes facts and their types in canonical form.
//! What computes a fact is written as any expression is.

use super::{Tree, expression, list, map, named, names, text, title};
use crate::name::AuthorityName;
use crate::value::{ChoiceList, Limits, TableType, Tense, Type, Value};
use crate::workflow::rules::{DatedValue, FactRule, Owner};

/// Writes a fact.
pub(super) fn fact(rule: &FactRule) -> Tree {
    let FactRule {
        name: _,
        value_type,
        limits,
        owner,
        class,
        title,
        is,
        default,
        values,
    } = rule;
    let owner = match owner {
        Owner::Law => "law",
        Owner::Operator => "operator",
        Owner::Incident => "incident",
        Owner::Case => "case",
    };
    let [least, most, happened] = limits_of(limits);
    map([
        ("type", Some(self::value_type(value_type))),
        least,
        most,
        happened,
        ("owner", Some(text(owner))),
        ("class", Some(text(class.as_str()))),
        ("title", Some(super::title(title))),
        ("is", is.as_ref().map(expression)),
        ("default", default.as_ref().map(value)),
        ("values", (!values.is_empty()).then(|| list(values, dated))),
    ])
}

/// Writes a dated value.
fn dated(dated: &DatedValue) -> Tree {
    let DatedValue { from, law, value } = dated;
    map([
        ("from", Some(text(from))),
        ("law", Some(names(law))),
        ("value", Some(self::value(value))),
    ])
}

/// Writes what values keep to; what is not said is not written.
fn limits_of(limits: &Limits) -> [(&'static str, Option<Tree>); 3] {
    let Limits { least, most, tense } = limits;
    let happened = match tense {
        Tense::Any => None,
        Tense::Past => Some(Tree::Boolean(true)),
    };
    [
        ("min", least.map(Tree::Integer)),
        ("max", most.map(Tree::Integer)),
        ("happened", happened),
    ]
}

fn value_type(value_type: &Type) -> Tree {
    let word = Some(text(value_type.word()));
    match value_type {
        Type::Boolean
        | Type::Integer
        | Type::Text
        | Type::Date
        | Type::Instant
        | Type::Duration
        | Type::Period => map([("type", word)]),
        Type::Choice(of) | Type::Choices(of) => map([("type", word), ("of", Some(choices(of)))]),
        Type::Authority(roots) => {
            let roots: Vec<&AuthorityName> = roots.iter().collect();
            map([("type", word), ("under", Some(names(&roots)))])
        }
        Type::Table(table) => {
            let TableType { key, columns } = table.as_ref();
            let columns = named(columns, |column| {
                let [least, most, happened] = limits_of(&column.limits);
                map([
                    ("type", Some(self::value_type(&column.value_type))),
                    least,
                    most,
                    happened,
                    ("class", Some(text(column.class.as_str()))),
                    ("title", Some(title(&column.title))),
                ])
            });
            map([
                ("type", word),
                ("key", Some(text(key))),
                ("columns", Some(columns)),
            ])
        }
    }
}

fn choices(of: &ChoiceList) -> Tree {
    list(&of.of, |(name, title)| {
        map([
            ("value", Some(text(name))),
            ("title", Some(super::title(title))),
        ])
    })
}

fn value(value: &Value) -> Tree {
    match value {
        Value::Boolean(value) => Tree::Boolean(*value),
        Value::Integer(value) => Tree::Integer(*value),
        Value::Duration(span) => Tree::Integer(span.as_micros()),
        Value::Table(rows) => named(rows, |row| named(row, self::value)),
        Value::Text(_)
        | Value::Choice(_)
        | Value::Choices(_)
        | Value::Date(_)
        | Value::Instant(_)
        | Value::Period(_)
        | Value::Authority(_)
        | Value::Held(_) => text(value),
    }
}
