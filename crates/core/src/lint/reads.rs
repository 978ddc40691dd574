//! Lists everything that a workflow reads of its facts: in expressions, in what is asked for and in what is filed.
//! What is wrong about that is for the rules.

use std::collections::BTreeSet;

use super::Subject;
use crate::name::FactName;
use crate::workflow::guard::{Expr, Reference, SinceOf};
use crate::workflow::rules::{
    ActionRule, ClockRule, ObligationRule, PeriodSource, Recipient, StepLength,
};

impl Subject<'_> {
    /// Returns every fact that the workflow reads, asks for or files.
    pub(super) fn used(&self) -> BTreeSet<FactName> {
        let rules = self.rules;
        let read = self.expressions().into_iter().flat_map(Expr::references);
        let read = read.filter_map(fact_of);
        let picks = rules.in_force.iter().map(|in_force| in_force.by.clone());
        let actions = rules.actions.iter().flat_map(of_action);
        let obligations = rules.obligations.iter().flat_map(of_obligation);
        let stated = rules.documents.values().flat_map(|form| &form.items);
        let recipients = rules.authority.iter().filter_map(of_recipient);
        read.chain(picks)
            .chain(actions.cloned())
            .chain(obligations)
            .chain(stated.flat_map(|item| item.facts.iter().cloned()))
            .chain(recipients)
            .collect()
    }

    /// Returns every expression of the workflow.
    pub(super) fn expressions(&self) -> Vec<&Expr> {
        let rules = self.rules;
        let mut all: Vec<&Expr> = rules.applies.when.iter().collect();
        all.extend(rules.facts.values().filter_map(|fact| fact.is.as_ref()));
        for action in &rules.actions {
            all.extend(&action.when);
            for case in &action.not_before {
                all.extend(&case.when);
                all.push(&case.item.anchor);
            }
        }
        for obligation in &rules.obligations {
            all.extend(expressions(obligation));
        }
        all
    }
}

/// Returns the fact that a reference names.
fn fact_of(reference: Reference) -> Option<FactName> {
    match reference {
        Reference::Fact(fact)
        | Reference::Column { table: fact, .. }
        | Reference::Since(SinceOf::Fact(fact)) => Some(fact),
        Reference::Applies
        | Reference::Since(SinceOf::Applies)
        | Reference::Did(_)
        | Reference::Entered(_)
        | Reference::Filed(_)
        | Reference::Due(_)
        | Reference::Gaps(_) => None,
    }
}

/// Returns every expression of an obligation.
fn expressions(obligation: &ObligationRule) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = obligation.when.iter().chain(&obligation.met).collect();
    for case in &obligation.clock {
        all.extend(&case.when);
        all.extend(of_clock(&case.item));
    }
    let contains = obligation.contains.iter().map(|case| &case.when);
    let documents = obligation.document.iter().map(|case| &case.when);
    all.extend(contains.chain(documents).flatten());
    all
}

fn of_clock(clock: &ClockRule) -> Vec<&Expr> {
    let mut all = vec![&clock.anchor];
    all.extend(
        clock
            .targets
            .iter()
            .filter_map(|target| target.anchor.as_ref()),
    );
    if let Some(series) = &clock.series {
        all.extend(&series.until);
        for rhythm in &series.rhythms {
            match &rhythm.step {
                StepLength::Fixed(_) => {}
                StepLength::Computed(step) => all.push(step),
            }
        }
    }
    all
}

fn of_action(action: &ActionRule) -> impl Iterator<Item = &FactName> {
    let periods = action.not_before.iter().map(|case| &case.item.after);
    action
        .needs
        .iter()
        .chain(periods.filter_map(PeriodSource::fact))
}

fn of_obligation(obligation: &ObligationRule) -> Vec<FactName> {
    let clocks = obligation.clock.iter().map(|case| &case.item);
    let periods = clocks.flat_map(|clock| {
        let aims = clock.targets.iter().map(|target| &target.within);
        clock.within.number().into_iter().chain(aims)
    });
    let contains = obligation.contains.iter().map(|case| &case.item);
    let contains = contains.flat_map(|contains| contains.always.iter().chain(&contains.as_known));
    let tables = obligation.each.iter().map(|each| &each.table);
    let facts = periods.filter_map(PeriodSource::fact).chain(contains);
    let facts = facts.chain(tables).chain(&obligation.late_needs).cloned();
    facts
        .chain(obligation.to.iter().filter_map(of_recipient))
        .collect()
}

fn of_recipient(recipient: &Recipient) -> Option<FactName> {
    match recipient {
        Recipient::Authority(_) => None,
        Recipient::Fact(fact) => Some(fact.clone()),
        Recipient::Cell(cell) => Some(cell.table.clone()),
    }
}
