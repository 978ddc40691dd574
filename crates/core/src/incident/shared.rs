//! Says which facts an incident keeps, and for which of its cases: those that its workflows declare alike.
//! A workflow that declares a fact in another way sees it in another way, and keeps it on its case (A2).

use std::collections::{BTreeMap, BTreeSet};

use crate::case::decide::anchors;
use crate::case::event::{
    Body, Change, Delivered, Event, FactsRecorded, Sheet, cell_path, with_words,
};
use crate::case::request::{Delivery, Facts, Given};
use crate::ids::CaseId;
use crate::name::{FactName, RoleName};
use crate::value::{TableType, Type, Value};
use crate::workflow::Rules;
use crate::workflow::rules::{FactRule, Owner};

/// The facts that an incident keeps: as the first of its workflows that has each of them declares it.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    facts: BTreeMap<FactName, FactRule>,
    /// Every fact of its workflows, so that who tries to record one on the incident is told whose it is.
    declared: BTreeMap<FactName, FactRule>,
    anchors: BTreeSet<FactName>,
    roles: BTreeSet<RoleName>,
}

impl Shared {
    /// Finds what an incident keeps for cases under these rules, given in the order in which they were linked.
    #[must_use]
    pub fn of<'a>(workflows: impl IntoIterator<Item = &'a Rules>) -> Self {
        let mut shared = Self::default();
        for rules in workflows {
            for (name, rule) in &rules.facts {
                if is_shareable(rule) && !shared.facts.contains_key(name) {
                    shared.facts.insert(name.clone(), rule.clone());
                    shared.declared.insert(name.clone(), rule.clone());
                }
                let known = shared.declared.entry(name.clone());
                known.or_insert_with(|| rule.clone());
            }
            shared.anchors.extend(anchors(rules));
            shared.roles.extend(rules.roles.keys().cloned());
        }
        shared
    }

    /// Returns the facts that the incident keeps.
    #[must_use]
    pub const fn facts(&self) -> &BTreeMap<FactName, FactRule> {
        &self.facts
    }

    /// Returns every fact that one of its workflows declares, those that the incident keeps as it keeps them.
    #[must_use]
    pub const fn declared(&self) -> &BTreeMap<FactName, FactRule> {
        &self.declared
    }

    /// Returns the roles that have a part in one of its workflows.
    #[must_use]
    pub const fn roles(&self) -> &BTreeSet<RoleName> {
        &self.roles
    }

    /// Returns the facts from which a clock of one of its workflows counts.
    pub(super) const fn anchors(&self) -> &BTreeSet<FactName> {
        &self.anchors
    }

    /// Tells whether the incident keeps a fact for a case under these rules.
    #[must_use]
    pub fn keeps(&self, rules: &Rules, fact: &FactName) -> bool {
        match (self.facts.get(fact), rules.facts.get(fact)) {
            (Some(kept), Some(here)) => is_shareable(here) && alike(kept, here),
            _ => false,
        }
    }

    /// Parts what is given to a case into what it keeps itself and what the incident keeps for it.
    #[must_use]
    pub fn part(&self, rules: &Rules, facts: &Facts) -> (Facts, Facts) {
        let mut own = facts.clone();
        let kept = facts.keys().filter(|fact| self.keeps(rules, fact));
        let shared = kept
            .filter_map(|fact| own.remove_entry(fact))
            .collect::<Facts>();
        (own, shared)
    }

    /// Returns what a recording gives a case under these rules, with the words that its parts keep.
    pub(super) fn copied(&self, rules: &Rules, recording: &Event<FactsRecorded>) -> Facts {
        let sheets = (&recording.personal, &recording.privileged);
        given(&recording.body, sheets, |fact| self.keeps(rules, fact))
    }
}

/// Returns what the incident takes over from a case that had kept its facts itself: every recording of the case, so that
/// the incident knows what was known when, as the case does.
#[must_use]
pub fn handover(
    shared: &Shared,
    (case, rules): (CaseId, &Rules),
    events: &[Event<Body>],
) -> Vec<Delivery> {
    let recording = |(seq, event): (u64, &Event<Body>)| {
        let Body::FactsRecorded(body) = &event.body else {
            return None;
        };
        let sheets = (&event.personal, &event.privileged);
        let facts = given(body, sheets, |fact| shared.keeps(rules, fact));
        let stream = super::case_stream(case);
        (!facts.is_empty()).then_some(Delivery {
            facts,
            delivered: Delivered { seq, stream },
        })
    };
    (0..).zip(events).filter_map(recording).collect()
}

/// Returns what a recording says of some facts. Sources stay where they were named, under the event that a delivery
/// names.
fn given(
    body: &FactsRecorded,
    sheets: (&Sheet, &Sheet),
    is_kept: impl Fn(&FactName) -> bool,
) -> Facts {
    let facts = body.facts.iter().filter(|(fact, _)| is_kept(fact));
    let one = |(fact, recorded): (&FactName, &crate::case::event::FactRecorded)| {
        let given = Given {
            as_of: Some(recorded.as_of),
            certainty: recorded.certainty,
            ..Given::new(spoken(fact, &recorded.change, sheets))
        };
        (fact.clone(), given)
    };
    facts.map(one).collect()
}

/// Returns a change with the words that the sheets keep of it.
fn spoken(fact: &FactName, change: &Change, (personal, privileged): (&Sheet, &Sheet)) -> Change {
    let told = |path: &str, value: &Value| with_words(value, path, personal, privileged);
    match change {
        Change::Absent => Change::Absent,
        Change::Set(value) => Change::Set(told(fact.as_str(), value)),
        Change::Rows { set, dropped } => {
            let rows = set.iter().map(|(key, row)| {
                let cell = |(column, value): (&_, &Value)| {
                    let column: &crate::name::ColumnName = column;
                    (column.clone(), told(&cell_path(fact, key, column), value))
                };
                (key.clone(), row.iter().map(cell).collect())
            });
            Change::Rows {
                set: rows.collect(),
                dropped: dropped.clone(),
            }
        }
    }
}

/// Tells whether a fact is one that an incident keeps.
fn is_shareable(rule: &FactRule) -> bool {
    rule.owner == Owner::Incident && rule.is.is_none()
}

/// Tells whether two workflows mean the same by a fact, whatever they call it.
fn alike(one: &FactRule, other: &FactRule) -> bool {
    one.class == other.class
        && one.limits == other.limits
        && same_type(&one.value_type, &other.value_type)
}

fn same_type(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Choice(one), Type::Choice(other)) | (Type::Choices(one), Type::Choices(other)) => {
            let names = |list: &crate::value::ChoiceList| {
                let names = list.of.iter().map(|(name, _)| name.clone());
                names.collect::<BTreeSet<_>>()
            };
            names(one) == names(other)
        }
        (Type::Table(one), Type::Table(other)) => same_table(one, other),
        (one, other) => one == other,
    }
}

fn same_table(one: &TableType, other: &TableType) -> bool {
    one.key == other.key
        && one.columns.len() == other.columns.len()
        && one.columns.iter().all(|(name, here)| {
            other.columns.get(name).is_some_and(|there| {
                here.class == there.class
                    && here.limits == there.limits
                    && same_type(&here.value_type, &there.value_type)
            })
        })
}
