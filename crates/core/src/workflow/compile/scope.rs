//! Holds what a workflow declares and may name, and compiles the expressions that name it.
//! What an expression means is left to `guard`.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::found::Found;
use super::vocabulary::Vocabulary;
use crate::catalogue::Arg;
use crate::diagnostic::{Diagnostic, GUARD_UNKNOWN_NAME, LAW_WITHOUT_DAY, Location};
use crate::name::{ActionName, FactName, ObligationName, StateName};
use crate::workflow::document::{
    At, Expression, Named, ObligationDocument, WithinDocument, WorkflowKind, unnamed,
};
use crate::workflow::guard::{
    self, Availability, Expr, FactInfo, NameKind, Reference, RowInfo, Scope, Wanted,
};
use crate::workflow::resolve::Resolved;
use crate::workflow::rules::Owner;

/// Everything that a workflow declares and that its libraries give it.
#[derive(Debug)]
pub(super) struct Known<'d> {
    pub(super) resolved: &'d Resolved<'d>,
    pub(super) vocabulary: Vocabulary,
    pub(super) facts: Facts,
    /// Facts that an expression computes.
    pub(super) computed: BTreeSet<&'d FactName>,
    pub(super) states: BTreeSet<&'d StateName>,
    pub(super) actions: BTreeSet<&'d ActionName>,
    pub(super) obligations: BTreeMap<&'d ObligationName, Due>,
}

/// Whether the law gives a number for when an obligation is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// In one of the cases of its clock at least.
    Numbered,
    /// In none, or there is no clock.
    Without,
    /// Once for each occurrence of a series: there is not one moment to speak of.
    Occurrences,
}

impl<'d> Known<'d> {
    /// Brings together what a workflow declares.
    pub(super) fn new(resolved: &'d Resolved<'d>, vocabulary: Vocabulary, facts: Facts) -> Self {
        let library_facts = resolved.libraries.iter().flat_map(|library| &library.facts);
        let all_facts = library_facts.chain(resolved.facts.iter().copied());
        Self {
            computed: all_facts
                .filter(|item| item.sound().is_some_and(|fact| fact.is.is_some()))
                .map(|item| &item.name.value)
                .collect(),
            states: resolved
                .states
                .iter()
                .map(|item| &item.name.value)
                .collect(),
            actions: resolved
                .actions
                .iter()
                .map(|item| &item.name.value)
                .collect(),
            obligations: resolved
                .obligations
                .iter()
                // One with a mistake may well have a number, and naming it is not a second mistake.
                .map(|item| (&item.name.value, item.sound().map_or(Due::Numbered, due)))
                .collect(),
            resolved,
            vocabulary,
            facts,
        }
    }

    /// Compiles an expression; what is wrong with it is reported where it stands in the file.
    pub(super) fn expression(
        &self,
        written: &Expression,
        wanted: Wanted,
        found: &mut Found,
    ) -> Option<Expr> {
        self.expression_in(self, written, wanted, found)
    }

    /// Compiles an expression that may name more than the workflow declares.
    pub(super) fn expression_in(
        &self,
        scope: &dyn Scope,
        written: &Expression,
        wanted: Wanted,
        found: &mut Found,
    ) -> Option<Expr> {
        let compiled = guard::compile(&written.text, wanted, scope);
        let faults = match &compiled {
            Ok(expr) => expr.warnings(),
            Err(faults) => faults,
        };
        for fault in faults
            .iter()
            .filter(|fault| !self.names_a_broken_fact(fault))
        {
            let mut diagnostic =
                Diagnostic::new(fault.code, written.node.location_of(fault.span.clone()));
            diagnostic.args.clone_from(&fault.args);
            found.push(diagnostic);
        }
        if let Ok(expr) = &compiled {
            let mut names = expr.references().into_iter();
            let law = names.find_map(|name| match name {
                Reference::Fact(name) if self.is_law(&name) => Some(name),
                _ => None,
            });
            if let Some(name) = law {
                self.check_day(&name, &written.node.at, found);
            }
        }
        compiled.ok()
    }

    /// Tells whether a fact's values are the law's.
    pub(super) fn is_law(&self, name: &FactName) -> bool {
        self.facts
            .get(name)
            .is_some_and(|rule| rule.owner == Owner::Law)
    }

    /// Checks that a workflow says on which day it asks the law; a template leaves that to those who extend it.
    pub(super) fn check_day(&self, name: &FactName, at: &Location, found: &mut Found) {
        let is_workflow = self.resolved.document().kind == WorkflowKind::Workflow;
        if is_workflow && self.resolved.in_force.is_none() && self.is_law(name) {
            found.push(Diagnostic::new(LAW_WITHOUT_DAY, at.clone()).with("name", name.as_str()));
        }
    }

    /// Compiles a condition, where there is one.
    pub(super) fn condition(
        &self,
        written: Option<&Expression>,
        found: &mut Found,
    ) -> Option<Expr> {
        written.and_then(|written| self.expression(written, Wanted::Boolean, found))
    }

    /// Returns whether an obligation has a due moment; `None` where there is no such obligation.
    fn due_of(&self, obligation: &str) -> Option<Due> {
        self.obligations
            .get(&obligation.parse::<ObligationName>().ok()?)
            .copied()
    }

    /// Tells whether an obligation is there and owed once to each.
    fn once(&self, obligation: &str) -> Availability {
        match self.due_of(obligation) {
            Some(Due::Occurrences) => Availability::Series,
            known => present(known.is_some()),
        }
    }

    /// Tells whether a fault only repeats that a fact's declaration has a mistake.
    fn names_a_broken_fact(&self, fault: &guard::Fault) -> bool {
        let name = match fault.args.get("name") {
            Some(Arg::Text(name)) => name.parse::<FactName>().ok(),
            _ => None,
        };
        fault.code == GUARD_UNKNOWN_NAME && name.is_some_and(|name| self.facts.has(&name))
    }
}

/// Tells whether one case of an obligation's clock has a number.
fn due(obligation: &ObligationDocument) -> Due {
    let cases = || obligation.clock.iter().flat_map(|clock| &clock.value);
    if cases().any(|case| case.item.series.is_some()) {
        return Due::Occurrences;
    }
    let mut numbers = cases().map(|case| match case.item.within.value {
        WithinDocument::Promptly => Due::Without,
        WithinDocument::Number(_) | WithinDocument::PromptlyAtMost(_) | WithinDocument::Named => {
            Due::Numbered
        }
    });
    if numbers.any(|due| due == Due::Numbered) {
        Due::Numbered
    } else {
        Due::Without
    }
}

/// Reports the names that are not among those that exist.
pub(super) fn existing<N: Named>(
    names: &[At<N>],
    known: impl Fn(&N) -> bool,
    all: &[&str],
    found: &mut Found,
) {
    for name in names.iter().filter(|name| !known(&name.value)) {
        if !found.is_full() {
            found.push(unnamed(name, all.iter().copied()));
        }
    }
}

impl Known<'_> {
    /// Reports names that no state has.
    pub(super) fn existing_states(&self, names: &[At<StateName>], found: &mut Found) {
        let all: Vec<&str> = self
            .resolved
            .states
            .iter()
            .map(|item| item.name.value.as_str())
            .collect();
        existing(names, |name| self.states.contains(name), &all, found);
    }

    /// Reports names that no obligation has.
    pub(super) fn existing_obligations(&self, names: &[At<ObligationName>], found: &mut Found) {
        let all: Vec<&str> = self
            .resolved
            .obligations
            .iter()
            .map(|item| item.name.value.as_str())
            .collect();
        existing(
            names,
            |name| self.obligations.contains_key(name),
            &all,
            found,
        );
    }
}

impl Scope for Known<'_> {
    fn fact(&self, name: &str) -> Option<FactInfo> {
        let rule = self.facts.get(&name.parse().ok()?)?;
        Some(FactInfo {
            value_type: rule.value_type.clone(),
            class: rule.class,
        })
    }

    fn row(&self, _: &str) -> Option<RowInfo> {
        None // only an obligation binds rows
    }

    fn did(&self, action: &str) -> Availability {
        present(
            action
                .parse()
                .is_ok_and(|name: ActionName| self.actions.contains(&name)),
        )
    }

    fn entered(&self, state: &str) -> Availability {
        present(
            state
                .parse()
                .is_ok_and(|name: StateName| self.states.contains(&name)),
        )
    }

    fn filed(&self, obligation: &str) -> Availability {
        self.once(obligation)
    }

    fn due(&self, obligation: &str) -> Availability {
        match self.due_of(obligation) {
            Some(Due::Numbered) => Availability::Present,
            Some(Due::Without) => Availability::NoNumber,
            Some(Due::Occurrences) => Availability::Series,
            None => Availability::Missing,
        }
    }

    fn gaps(&self, obligation: &str) -> Availability {
        self.once(obligation)
    }

    fn suggestions(&self, kind: NameKind) -> Vec<String> {
        match kind {
            NameKind::Fact => self.facts.names().map(ToString::to_string).collect(),
            NameKind::Action => self.actions.iter().map(ToString::to_string).collect(),
            NameKind::State => self.states.iter().map(ToString::to_string).collect(),
            NameKind::Obligation => self.obligations.keys().map(ToString::to_string).collect(),
        }
    }
}

fn present(there: bool) -> Availability {
    if there {
        Availability::Present
    } else {
        Availability::Missing
    }
}
