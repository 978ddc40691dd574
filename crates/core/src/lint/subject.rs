//! What a rule looks at: a workflow as rules and as written, with the place of everything that it names.
//! Looking is for the rules.

use std::collections::BTreeSet;

use crate::case::recorded_facts;
use crate::diagnostic::Location;
use crate::name::{ActionName, FactName, ObligationName, StateName};
use crate::workflow::Rules;
use crate::workflow::document::{Item, StateDocument};
use crate::workflow::guard::Expr;
use crate::workflow::resolve::Resolved;
use crate::workflow::rules::{Owner, Phase};

/// A workflow that can be run, and what it was compiled from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'s> {
    pub(crate) rules: &'s Rules,
    pub(crate) resolved: &'s Resolved<'s>,
}

impl Subject<'_> {
    /// Tells whether the workflow extends a template, from near or far.
    pub(super) fn extends(&self, template: &str) -> bool {
        let mut parents = self.resolved.chain.iter().skip(1);
        parents.any(|parent| parent.name.value.as_str() == template)
    }

    /// Returns the part of the path in which a state lies.
    pub(super) fn phase(&self, state: &StateName) -> Phase {
        self.rules.state(state).phase
    }

    /// Returns where an action's name stands.
    pub(super) fn action_at(&self, name: &ActionName) -> Location {
        self.at(&self.resolved.actions, name)
    }

    /// Returns where an obligation's name stands.
    pub(super) fn obligation_at(&self, name: &ObligationName) -> Location {
        self.at(&self.resolved.obligations, name)
    }

    /// Returns where a state's name stands.
    pub(super) fn state_at(&self, name: &StateName) -> Location {
        self.at(&self.resolved.states, name)
    }

    /// Returns a state as it is written.
    pub(super) fn state_document(&self, name: &StateName) -> Option<&StateDocument> {
        let mut states = self.resolved.states.iter();
        states
            .find(|item| item.name.value == *name)
            .and_then(|item| item.sound())
    }

    fn at<N: PartialEq, T>(&self, items: &[&Item<N, T>], name: &N) -> Location {
        let item = items.iter().find(|item| item.name.value == *name);
        let workflow = &self.resolved.document().name.at;
        item.map_or_else(|| workflow.clone(), |item| item.name.at.clone())
    }

    /// Returns the facts on which expressions rest and that somebody records in a case or its incident.
    pub(super) fn recorded<'e>(
        &self,
        expressions: impl IntoIterator<Item = &'e Expr>,
    ) -> BTreeSet<FactName> {
        let references = expressions.into_iter().flat_map(Expr::references);
        let facts = recorded_facts(self.rules, references.collect());
        let of_case = |fact: &FactName| {
            let owner = self.rules.facts.get(fact).map(|rule| rule.owner);
            matches!(owner, Some(Owner::Case | Owner::Incident))
        };
        facts.into_iter().filter(of_case).collect()
    }

    /// Returns the facts for which somebody is asked: those that an action needs, and those without which a filing is
    /// refused.
    pub(super) fn asked(&self) -> BTreeSet<&FactName> {
        let needed = self.rules.actions.iter().flat_map(|action| &action.needs);
        let obligations = self.rules.obligations.iter();
        let contained = obligations.flat_map(|obligation| &obligation.contains);
        needed
            .chain(contained.flat_map(|case| &case.item.always))
            .collect()
    }
}
