//! Says which facts of the law a workflow reads: a library may hold many that are of other regimes.
//! What they say on a day is for `case::view`.

use std::collections::BTreeSet;

use super::{ClockRule, Owner, PeriodSource, Rules, StepLength};
use crate::name::FactName;
use crate::workflow::guard::{Expr, Reference};

impl Rules {
    /// Returns the facts of the law that the workflow reads, wherever it does.
    #[must_use]
    pub fn law_read(&self) -> BTreeSet<FactName> {
        let computed = self.facts.values().filter_map(|fact| fact.is.as_ref());
        let actions = self.actions.iter().flat_map(|action| {
            let bars = action.not_before.iter();
            let bars = bars.flat_map(|bar| bar.when.iter().chain([&bar.item.anchor]));
            action.when.iter().chain(bars)
        });
        let obligations = self.obligations.iter().flat_map(|obligation| {
            let clocks = obligation.clock.iter();
            let contains = obligation
                .contains
                .iter()
                .filter_map(|case| case.when.as_ref());
            let forms = obligation
                .document
                .iter()
                .filter_map(|case| case.when.as_ref());
            clocks
                .flat_map(|case| case.when.iter().chain(of_clock(&case.item)))
                .chain(contains)
                .chain(forms)
                .chain(&obligation.when)
                .chain(&obligation.met)
        });
        let expressions = self.applies.when.iter().chain(computed);
        let read = expressions
            .chain(actions)
            .chain(obligations)
            .flat_map(Expr::references);
        let named = read.filter_map(|one| match one {
            Reference::Fact(fact) => Some(fact),
            _ => None,
        });
        let is_law = |fact: &FactName| {
            let rule = self.facts.get(fact);
            rule.is_some_and(|rule| rule.owner == Owner::Law)
        };
        named.chain(self.periods()).filter(is_law).collect()
    }

    /// Returns the facts that hold periods.
    fn periods(&self) -> impl Iterator<Item = FactName> {
        let clocks = self.obligations.iter().flat_map(|one| &one.clock);
        let clocks = clocks.flat_map(|case| {
            let aims = case.item.targets.iter().map(|target| &target.within);
            case.item.within.number().into_iter().chain(aims)
        });
        let bars = self.actions.iter().flat_map(|action| &action.not_before);
        clocks
            .chain(bars.map(|bar| &bar.item.after))
            .filter_map(PeriodSource::fact)
            .cloned()
    }
}

/// Returns every expression of a clock.
fn of_clock(clock: &ClockRule) -> impl Iterator<Item = &Expr> {
    let aims = clock
        .targets
        .iter()
        .filter_map(|target| target.anchor.as_ref());
    let series = clock.series.iter().flat_map(|series| {
        let steps = series
            .rhythms
            .iter()
            .filter_map(|rhythm| match &rhythm.step {
                StepLength::Computed(expr) => Some(expr),
                StepLength::Fixed(_) => None,
            });
        steps.chain(&series.until)
    });
    [&clock.anchor].into_iter().chain(aims).chain(series)
}
