//! Says on which recorded facts an expression rests, through computed ones and through `applies`, and what it reads.
//! What they are worth is for the expression to find.

use std::collections::BTreeSet;

use crate::case::authority_decision::decisions;
use crate::name::FactName;
use crate::workflow::Rules;
use crate::workflow::guard::{Expr, Reference, SinceOf};
use crate::workflow::rules::{ObligationRule, Owner, PeriodSource, Recipient};

/// Returns the recorded facts on which references rest.
pub(crate) fn recorded_facts(rules: &Rules, references: BTreeSet<Reference>) -> BTreeSet<FactName> {
    let mut seen: BTreeSet<Reference> = BTreeSet::new();
    let mut open: Vec<Reference> = references.into_iter().collect();
    let mut facts = BTreeSet::new();
    while let Some(reference) = open.pop() {
        if !seen.insert(reference.clone()) {
            continue;
        }
        match reference {
            Reference::Fact(fact) => match computed_from(rules, &fact) {
                Some(from) => open.extend(from),
                None => {
                    facts.insert(fact);
                }
            },
            Reference::Column { table, .. } => open.push(Reference::Fact(table)),
            Reference::Applies => open.extend(rules.applies.when.iter().flat_map(Expr::references)),
            Reference::Did(_)
            | Reference::Entered(_)
            | Reference::Filed(_)
            | Reference::Due(_)
            | Reference::Since(_)
            | Reference::Gaps(_) => {}
        }
    }
    facts
}

/// Returns what a fact is computed from; `None` if somebody records it. What the law says follows from the day that
/// picks the version.
pub(crate) fn computed_from(rules: &Rules, fact: &FactName) -> Option<BTreeSet<Reference>> {
    let rule = rules.facts.get(fact)?;
    match (&rule.is, rule.owner) {
        (Some(is), _) => Some(is.references()),
        (None, Owner::Law) => {
            let by = rules.in_force.iter().map(|in_force| in_force.by.clone());
            Some(by.map(Reference::Fact).collect())
        }
        (None, Owner::Operator | Owner::Incident | Owner::Case) => None,
    }
}

/// What an expression reads of a case, through everything that is computed on the way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Read {
    /// Recorded facts.
    pub(crate) facts: BTreeSet<FactName>,
    /// Whether it reads what was done and filed.
    pub(crate) history: History,
}

/// Whether something reads what was done, entered and filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum History {
    /// It reads facts alone.
    #[default]
    Unread,
    /// It reads that too.
    Read,
}

/// Returns everything that references read, also through the clocks and the times that they name.
pub(crate) fn read_by(rules: &Rules, references: BTreeSet<Reference>) -> Read {
    let mut seen: BTreeSet<Reference> = BTreeSet::new();
    let mut open: Vec<Reference> = references.into_iter().collect();
    let mut read = Read::default();
    while let Some(reference) = open.pop() {
        if !seen.insert(reference.clone()) {
            continue;
        }
        match reference {
            Reference::Fact(fact) => match computed_from(rules, &fact) {
                Some(from) => open.extend(from),
                None => drop(read.facts.insert(fact)),
            },
            Reference::Column { table, .. } => open.push(Reference::Fact(table)),
            Reference::Applies => open.extend(rules.applies.when.iter().flat_map(Expr::references)),
            Reference::Since(SinceOf::Applies) => open.push(Reference::Applies),
            Reference::Since(SinceOf::Fact(fact)) => open.push(Reference::Fact(fact)),
            Reference::Did(_)
            | Reference::Entered(_)
            | Reference::Filed(_)
            | Reference::Gaps(_) => read.history = History::Read,
            Reference::Due(obligation) => {
                open.extend(
                    rules
                        .obligation(&obligation)
                        .into_iter()
                        .flat_map(clocks_of),
                );
            }
        }
    }
    read
}

/// Returns what the clocks of an obligation name: their conditions, anchors and periods, and who receives.
fn clocks_of(obligation: &ObligationRule) -> BTreeSet<Reference> {
    let recipients = obligation.to.iter().filter_map(|to| match to {
        Recipient::Authority(_) => None,
        Recipient::Fact(fact) => Some(Reference::Fact(fact.clone())),
        Recipient::Cell(cell) => Some(Reference::Fact(cell.table.clone())),
    });
    let tables = obligation
        .each
        .iter()
        .map(|each| Reference::Fact(each.table.clone()));
    let clocks = obligation.clock.iter().flat_map(|case| {
        let period = match case.item.within.number() {
            Some(PeriodSource::Fact(fact)) => Some(Reference::Fact(fact.clone())),
            Some(PeriodSource::Fixed(_)) | None => None,
        };
        let condition = case.when.iter().flat_map(Expr::references);
        condition
            .chain(case.item.anchor.references())
            .chain(period)
            .collect::<Vec<_>>()
    });
    // Extensions and holds put due moments off.
    let decided = [Reference::Fact(decisions())];
    recipients
        .chain(tables)
        .chain(clocks)
        .chain(decided)
        .collect()
}
