//! Turns the facts of a workflow and of its libraries into rules.
//! What computes a fact is compiled last, when every name is known.

use std::collections::BTreeMap;

use tsuho_ledger::PartClass;

use super::dated;
use super::entries::Entries;
use super::found::Found;
use super::scope::Known;
use super::types::{self, default_class};
use super::vocabulary::{Vocabulary, titled};
use crate::catalogue::Arg;
use crate::diagnostic::{
    COMPUTED_RECORDED, DEFAULT_MISPLACED, Diagnostic, LAW_OUTSIDE_LIBRARY, RESERVED_NAME,
    WRONG_FACT_TYPE,
};
use crate::name::FactName;
use crate::value::{Limits, Type, Value};
use crate::workflow::document::{At, FactDocument, Item, LibraryDocument};
use crate::workflow::guard::{self, Wanted};
use crate::workflow::rules::{FactRule, Owner};

/// The facts that a workflow can name, by name, without what computes them.
pub(super) type Facts = Entries<FactName, FactRule>;

/// Reads the facts of libraries.
pub(super) fn of_libraries(
    libraries: &[&LibraryDocument],
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Facts {
    let mut facts = Facts::new();
    for library in libraries {
        let owner = library.owner.unwrap_or(Owner::Case);
        for item in &library.facts {
            add(&mut facts, item, owner, vocabulary, found);
        }
    }
    facts
}

/// Adds a workflow's own facts.
pub(super) fn add_own(
    facts: &mut Facts,
    own: &[&Item<FactName, FactDocument>],
    vocabulary: &Vocabulary,
    found: &mut Found,
) {
    for item in own {
        let owner = item.sound().and_then(|document| document.owner.as_ref());
        if let Some(owner) = owner.filter(|owner| owner.value == Owner::Law) {
            let outside = Diagnostic::new(LAW_OUTSIDE_LIBRARY, owner.at.clone());
            found.push(outside.with("name", item.name.value.as_str()));
        }
        add(facts, item, Owner::Case, vocabulary, found);
    }
}

/// Compiles what computes the facts, now that every name is known.
pub(super) fn computed(known: &Known<'_>, found: &mut Found) -> BTreeMap<FactName, FactRule> {
    let mut rules = known.facts.rules();
    let libraries = known
        .resolved
        .libraries
        .iter()
        .flat_map(|library| &library.facts);
    for item in libraries.chain(known.resolved.facts.iter().copied()) {
        let written = item.sound().and_then(|document| document.is.as_ref());
        if let (Some(written), Some(rule)) = (written, rules.get_mut(&item.name.value)) {
            rule.is = known.expression(written, Wanted::Type(rule.value_type.clone()), found);
        }
    }
    rules
}

fn add(
    facts: &mut Facts,
    item: &Item<FactName, FactDocument>,
    owner: Owner,
    vocabulary: &Vocabulary,
    found: &mut Found,
) {
    let name = &item.name;
    if guard::is_reserved(name.value.as_str()) {
        found.push(
            Diagnostic::new(RESERVED_NAME, name.at.clone()).with("name", name.value.as_str()),
        );
    }
    let rule = item
        .sound()
        .and_then(|document| fact(&name.value, document, owner, vocabulary, found));
    facts.add(name, rule, found);
}

fn fact(
    name: &FactName,
    document: &FactDocument,
    owner: Owner,
    vocabulary: &Vocabulary,
    found: &mut Found,
) -> Option<FactRule> {
    let value_type = types::value_type(&document.value_type, vocabulary, found)?;
    let mut rule = FactRule {
        name: name.clone(),
        owner: document.owner.as_ref().map_or(owner, |owner| owner.value),
        class: default_class(&value_type),
        title: titled(document.title.as_ref(), name),
        is: None,
        default: None,
        values: Vec::new(),
        value_type,
        limits: document.value_type.limits,
    };
    if document.is.is_some() {
        // What is computed is computed from what decisions see, so it hides nothing.
        rule.class = PartClass::Operational;
        if rule.limits != Limits::default() {
            // Nobody gives it, so nobody can be told that it is wrong.
            let at = document.value_type.at().clone();
            found.push(Diagnostic::new(COMPUTED_RECORDED, at).with("name", name.as_str()));
        }
        if let Some(owner) = &document.owner {
            found.push(
                Diagnostic::new(COMPUTED_RECORDED, owner.at.clone()).with("name", name.as_str()),
            );
        }
        rule.owner = Owner::Case;
    }
    dated::values(&mut rule, document, vocabulary, found);
    match &document.class {
        _ if rule.owner == Owner::Law => {}
        Some(class) if matches!(rule.value_type, Type::Table(_)) => {
            types::class_of_table(class, found);
        }
        Some(class) => rule.class = class.value,
        None => {}
    }
    if let Some(node) = &document.default {
        if document.is.is_some() || rule.owner != Owner::Operator {
            found.push(
                Diagnostic::new(DEFAULT_MISPLACED, node.at.clone()).with("name", name.as_str()),
            );
        } else {
            rule.default = types::value(node, &rule.value_type, vocabulary, found);
            if let Some(Value::Integer(number)) = rule.default
                && !rule.limits.hold(number)
            {
                types::bad_number(node, number, found);
            }
        }
    }
    Some(rule)
}

/// What a fact is used for, with the types that serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Picks the version: an instant or a date.
    PicksVersion,
    /// Receives: an authority.
    Receives,
    /// Holds the number of a clock: a period.
    Counts,
    /// Has rows that an obligation looks at one by one: a table.
    HasRows,
}

/// Finds a fact for a use, and reports one of another type.
pub(super) fn fitting<'f>(
    facts: &'f Facts,
    name: &At<FactName>,
    used: Use,
    found: &mut Found,
) -> Option<&'f FactRule> {
    let rule = facts.find(name, found)?;
    let (fits, expected) = match used {
        Use::PicksVersion => (
            matches!(rule.value_type, Type::Instant | Type::Date),
            "workflow.type.moment",
        ),
        Use::Receives => (
            matches!(rule.value_type, Type::Authority(_)),
            "workflow.type.authority",
        ),
        Use::Counts => (
            matches!(rule.value_type, Type::Period),
            "workflow.type.period",
        ),
        Use::HasRows => (
            matches!(rule.value_type, Type::Table(_)),
            "workflow.type.table",
        ),
    };
    if !fits {
        let wrong =
            Diagnostic::new(WRONG_FACT_TYPE, name.at.clone()).with("name", name.value.as_str());
        found.push(
            wrong
                .with("found", rule.value_type.word())
                .with("expected", Arg::Key(expected)),
        );
    }
    fits.then_some(rule)
}
