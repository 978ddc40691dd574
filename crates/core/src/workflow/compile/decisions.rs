//! Gives a workflow whose people record an authority's decisions the table for them (C9).
//! What a decision does is left to `case`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tsuho_ledger::PartClass;

use super::facts::Facts;
use super::found::Found;
use super::scope::Known;
use super::vocabulary::titled;
use crate::case::authority_decision::{DECISIONS, DecisionKind, column, decisions};
use crate::catalogue::{Args, Language, text};
use crate::diagnostic::{Diagnostic, RESERVED_NAME, SAME_ROLE_APPROVES};
use crate::name::{ChoiceName, RoleName};
use crate::value::{ChoiceList, Column, Limits, TableType, Tense, Title, Type};
use crate::workflow::document::At;
use crate::workflow::resolve::Resolved;
use crate::workflow::rules::{ApprovalRule, DecisionsRule, FactRule, Owner};

/// Adds the table of decisions to the facts of a workflow that says who records them.
pub(super) fn add_table(facts: &mut Facts, resolved: &Resolved<'_>, found: &mut Found) {
    let Some(document) = resolved.decisions else {
        return;
    };
    let rule = FactRule {
        name: decisions(),
        value_type: table(resolved),
        limits: Limits::default(),
        owner: Owner::Case,
        class: PartClass::Operational,
        title: said("decision.table"),
        is: None,
        default: None,
        values: Vec::new(),
    };
    let name = At {
        value: decisions(),
        at: document.at.clone(),
    };
    facts.add(&name, Some(rule), found);
}

/// Turns who records decisions and who consents into a rule.
pub(super) fn decisions_rule(known: &Known<'_>, found: &mut Found) -> Option<DecisionsRule> {
    let document = known.resolved.decisions?;
    let role = |role: &At<RoleName>, found: &mut Found| {
        known.vocabulary.roles.find(role, found);
        role.value.clone()
    };
    let by = role(&document.by, found);
    let approval = document.approval.as_ref().map(|approval| {
        let second = role(approval, found);
        if second == by {
            let same = Diagnostic::new(SAME_ROLE_APPROVES, approval.at.clone());
            found.push(same.with("role", second.as_str()));
        }
        ApprovalRule { by: second }
    });
    // Consent to a decision is asked for under the name of the table.
    let actions = known.resolved.actions.iter();
    for item in actions.filter(|item| item.name.value.as_str() == DECISIONS) {
        found.push(Diagnostic::new(RESERVED_NAME, item.name.at.clone()).with("name", DECISIONS));
    }
    Some(DecisionsRule { by, approval })
}

/// Returns the table: one row for each decision.
fn table(resolved: &Resolved<'_>) -> Type {
    let timed = resolved.obligations.iter().filter_map(|item| {
        let document = item.sound()?;
        let name: ChoiceName = item.name.value.as_str().parse().ok()?;
        let title = titled(document.title.as_ref(), &item.name.value);
        document.clock.is_some().then_some((name, title))
    });
    let kinds = DecisionKind::ALL.map(|kind| {
        let name = kind.word().parse().expect("a kind's word is a name");
        (name, said(kind.key()))
    });
    let choice =
        |of: Vec<(ChoiceName, Title)>| Type::Choice(Arc::new(ChoiceList { name: None, of }));
    let past = Limits {
        tense: Tense::Past,
        ..Limits::default()
    };
    let from_one = Limits {
        least: Some(1),
        ..Limits::default()
    };
    let columns = [
        ("id", Type::Text, Limits::default()),
        ("obligation", choice(timed.collect()), Limits::default()),
        ("row", Type::Text, Limits::default()),
        (
            "recipient",
            Type::Authority(BTreeSet::new()),
            Limits::default(),
        ),
        ("occurrence", Type::Integer, from_one),
        ("kind", choice(kinds.into()), Limits::default()),
        ("decided_at", Type::Instant, past),
        ("until", Type::Instant, Limits::default()),
        ("released_at", Type::Instant, past),
        ("evidence", Type::Text, Limits::default()),
    ];
    let columns: BTreeMap<_, _> = columns
        .into_iter()
        .map(|(name, value_type, limits)| {
            let column_of = Column {
                value_type,
                limits,
                class: PartClass::Operational,
                title: said(&format!("decision.column.{name}")),
            };
            (column(name), column_of)
        })
        .collect();
    let key = column("id");
    Type::Table(Arc::new(TableType { key, columns }))
}

/// Returns a title of the language's own.
fn said(key: &str) -> Title {
    let of = |language| text(language, key, &Args::new()).into();
    Title {
        en: of(Language::En),
        ja: of(Language::Ja),
    }
}
