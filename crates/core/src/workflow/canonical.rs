//! Writes a compiled workflow as one canonical value, whose digest pins a case to it (rule F5).
//! Comments, order of libraries, places and the dates of calendars are not in it; every rule that a decision reads is.

mod action;
mod fact;
mod library;
mod obligation;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use tsuho_ledger::{Digest, canonical};

use crate::case::authority_decision::decisions;
use crate::value::Title;
use crate::workflow::guard::Expr;
use crate::workflow::rules::{CellName, ObligationRule, Recipient, Rules};

/// A value of the canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Several, in an order that matters.
    List(Vec<Tree>),
    /// By name.
    Map(BTreeMap<String, Tree>),
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(list) => serializer.collect_seq(list),
            Self::Map(map) => serializer.collect_map(map),
        }
    }
}

/// Returns the resolved form of a workflow; its digest is that of the canonical bytes.
#[must_use]
pub fn resolved(rules: &Rules) -> Tree {
    let Rules {
        name,
        version,
        title,
        digest: _,
        authority,
        in_force,
        applies,
        facts: _,    // below, but for the language's own
        computed: _, // follows from the facts
        states,
        actions,
        graph,
        decisions: recorded,
        obligations,
        authorities,
        roles,
        sources,
        documents,
        countings,
    } = rules;
    // The order of obligations follows from what they name; by name it is the same whatever the order of the file.
    let mut obligations: Vec<&ObligationRule> = obligations.iter().collect();
    obligations.sort_by(|one, other| one.name.cmp(&other.name));
    let in_force = in_force.as_ref().map(|in_force| {
        map([
            ("from", Some(text(&in_force.from))),
            ("until", in_force.until.as_ref().map(text)),
            ("by", Some(text(&in_force.by))),
        ])
    });
    map([
        ("workflow", Some(text(name))),
        ("version", Some(Tree::Integer(i64::from(*version)))),
        ("title", Some(self::title(title))),
        ("authority", Some(list(authority, recipient))),
        ("in_force", in_force),
        (
            "applies",
            Some(map([
                ("when", applies.when.as_ref().map(expression)),
                ("because", Some(self::title(&applies.because))),
            ])),
        ),
        ("facts", Some(own_facts(rules))),
        ("states", Some(named(states, action::state))),
        ("initial", Some(text(graph.initial()))),
        (
            "actions",
            Some(list(actions, |rule| action::action(rule, rules))),
        ),
        (
            "obligations",
            Some(Tree::List(
                obligations
                    .into_iter()
                    .map(obligation::obligation)
                    .collect(),
            )),
        ),
        ("decisions", recorded.as_ref().map(action::decisions)),
        ("authorities", Some(named(authorities, library::authority))),
        ("roles", Some(named(roles, self::title))),
        ("sources", Some(named(sources, library::source))),
        ("documents", Some(named(documents, library::document))),
        ("counting", Some(named(countings, library::counting_origin))),
    ])
}

/// Returns the digest of a workflow's resolved form.
///
/// # Panics
///
/// Never: the form has no floats and no nulls, its depth is fixed, and its size is bounded by that of the files.
#[must_use]
pub fn digest(rules: &Rules) -> Digest {
    Digest::of(&bytes(rules))
}

/// Returns the canonical bytes of a workflow's resolved form.
///
/// # Panics
///
/// Never: see [`digest`].
#[must_use]
pub fn bytes(rules: &Rules) -> Vec<u8> {
    canonical::to_bytes(&resolved(rules))
        .expect("the resolved form is bounded by its files and has only canonical values")
}

fn text<T: ToString + ?Sized>(value: &T) -> Tree {
    Tree::Text(value.to_string())
}

fn map<const N: usize>(entries: [(&str, Option<Tree>); N]) -> Tree {
    let present = entries
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Tree::Map(present.collect())
}

fn named<N: ToString, R>(rules: &BTreeMap<N, R>, tree: impl Fn(&R) -> Tree) -> Tree {
    Tree::Map(
        rules
            .iter()
            .map(|(name, rule)| (name.to_string(), tree(rule)))
            .collect(),
    )
}

/// Writes the facts that somebody declared; the table of decisions is the language's and follows from the obligations.
fn own_facts(rules: &Rules) -> Tree {
    let mut facts = rules.facts.clone();
    if rules.decisions.is_some() {
        facts.remove(&decisions());
    }
    named(&facts, fact::fact)
}

fn list<T>(items: &[T], tree: impl Fn(&T) -> Tree) -> Tree {
    Tree::List(items.iter().map(tree).collect())
}

fn names<N: ToString>(names: &[N]) -> Tree {
    list(names, |name| text(name))
}

fn title(title: &Title) -> Tree {
    map([("en", Some(text(&title.en))), ("ja", Some(text(&title.ja)))])
}

/// Returns an expression with each stretch of blanks outside quotes as one space, so that folding a line changes nothing.
fn expression(expr: &Expr) -> Tree {
    let mut result = String::new();
    let mut quote = None;
    let mut characters = expr.text().trim().chars();
    while let Some(character) = characters.next() {
        match quote {
            Some(_) if character == '\\' => {
                result.push(character);
                result.extend(characters.next());
                continue;
            }
            Some(open) if character == open => quote = None,
            None if character == '"' || character == '\'' => quote = Some(character),
            Some(_) | None => {}
        }
        let blank = quote.is_none() && character.is_whitespace();
        if !blank {
            result.push(character);
        } else if !result.ends_with(' ') {
            result.push(' ');
        }
    }
    Tree::Text(result)
}

fn recipient(recipient: &Recipient) -> Tree {
    match recipient {
        Recipient::Authority(name) => map([("authority", Some(text(name)))]),
        Recipient::Fact(name) => map([("fact", Some(text(name)))]),
        Recipient::Cell(CellName { row, table, column }) => map([
            ("row", Some(text(row))),
            ("table", Some(text(table))),
            ("column", Some(text(column))),
        ]),
    }
}
