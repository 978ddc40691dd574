//! Finds in which order facts and obligations are computed, and reports what depends on itself (rule Z1).
//! What depends on what is read off the compiled expressions; computing is left to `case`.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::found::Found;
use super::scope::Known;
use crate::diagnostic::{DEPENDENCY_CYCLE, DEPENDENCY_TOO_LONG, Diagnostic, Location};
use crate::name::{FactName, ObligationName};
use crate::workflow::guard::{Expr, Reference, SinceOf};
use crate::workflow::rules::{FactRule, ObligationRule, Owner, PeriodSource};

/// Something that is computed anew at every step of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// Whether the workflow applies.
    Applies,
    /// A computed fact.
    Fact(FactName),
    /// The due moment of an obligation, owed or not.
    Clock(ObligationName),
    /// Whether an obligation is owed.
    Owed(ObligationName),
}

impl Step {
    const fn clock(&self) -> Option<&ObligationName> {
        match self {
            Self::Clock(name) => Some(name),
            Self::Applies | Self::Fact(_) | Self::Owed(_) => None,
        }
    }

    const fn fact(&self) -> Option<&FactName> {
        match self {
            Self::Fact(name) => Some(name),
            Self::Applies | Self::Clock(_) | Self::Owed(_) => None,
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Applies => f.write_str("applies"),
            Self::Fact(name) => write!(f, "{name}"),
            Self::Clock(name) => write!(f, "due.{name}"),
            Self::Owed(name) => write!(f, "{name}.when"),
        }
    }
}

/// The order of everything that is computed.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// Computed facts.
    pub(super) facts: Vec<FactName>,
    /// Obligations, by their clocks.
    pub(super) obligations: Vec<ObligationName>,
}

/// Orders what is computed.
pub(super) fn order(
    known: &Known<'_>,
    applies: Option<&Expr>,
    facts: &BTreeMap<FactName, FactRule>,
    obligations: &[ObligationRule],
    found: &mut Found,
) -> Order {
    let mut needs: BTreeMap<Step, BTreeSet<Step>> = BTreeMap::new();
    let day = known.resolved.in_force.map(|in_force| &in_force.by.value);
    let steps = |read: BTreeSet<Reference>| steps(read, facts, day);
    let of = |expr: Option<&Expr>| expr.into_iter().flat_map(Expr::references).collect();
    needs.insert(Step::Applies, steps(of(applies)));
    for (name, rule) in facts.iter().filter(|(_, rule)| rule.is.is_some()) {
        needs.insert(Step::Fact(name.clone()), steps(of(rule.is.as_ref())));
    }
    for rule in obligations {
        let clocks = rule.clock.iter().flat_map(|case| {
            let targets = case
                .item
                .targets
                .iter()
                .filter_map(|target| target.anchor.as_ref());
            let read = case.when.iter().chain([&case.item.anchor]).chain(targets);
            let period = case.item.within.number().and_then(PeriodSource::fact);
            read.flat_map(Expr::references)
                .chain(period.cloned().map(Reference::Fact))
                .collect::<Vec<_>>()
        });
        needs.insert(Step::Clock(rule.name.clone()), steps(clocks.collect()));
        let mut owed = steps(of(rule.when.as_ref()));
        owed.insert(Step::Applies);
        needs.insert(Step::Owed(rule.name.clone()), owed);
    }
    let place: BTreeMap<&ObligationName, usize> = obligations
        .iter()
        .enumerate()
        .map(|(place, rule)| (&rule.name, place))
        .collect();
    let (sorted, circle) = sort(&needs, &place);
    if let Some(circle) = circle {
        report(known, &circle, found);
    }
    check_length(known, &sorted, &needs, found);
    // An obligation as a whole stands behind those that its clock or its condition names, where that is possible:
    // two may each be owed by the other's due moment, and then the clocks alone have an order.
    let (whole, circle) = sort(&joined(&needs), &place);
    let clocks = if circle.is_none() { &whole } else { &sorted };
    Order {
        obligations: clocks.iter().filter_map(Step::clock).cloned().collect(),
        facts: sorted.iter().filter_map(Step::fact).cloned().collect(),
    }
}

/// Most steps that one thing may take to compute: each is computed within the one that needs it, and the longest of
/// the regimes written so far takes four.
const MOST_STEPS: usize = 32;

/// Checks that nothing takes too many steps to compute; what stands first in the order is reported, once.
fn check_length(
    known: &Known<'_>,
    sorted: &[Step],
    needs: &BTreeMap<Step, BTreeSet<Step>>,
    found: &mut Found,
) {
    let mut lengths: BTreeMap<&Step, usize> = BTreeMap::new();
    for step in sorted {
        let before = needs.get(step).into_iter().flatten();
        let longest = before.filter_map(|earlier| lengths.get(earlier)).max();
        let length = longest.map_or(1, |length| length + 1);
        if length > MOST_STEPS {
            let at = place(known, step);
            let at = at.unwrap_or_else(|| known.resolved.document().name.at.clone());
            let long = Diagnostic::new(DEPENDENCY_TOO_LONG, at).with("name", step.to_string());
            found.push(long.with("most", MOST_STEPS));
            return;
        }
        lengths.insert(step, length);
    }
}

/// Joins whether an obligation is owed with its clock.
fn joined(needs: &BTreeMap<Step, BTreeSet<Step>>) -> BTreeMap<Step, BTreeSet<Step>> {
    let mut joined: BTreeMap<Step, BTreeSet<Step>> = BTreeMap::new();
    for (step, before) in needs {
        let step = match step {
            Step::Owed(name) => Step::Clock(name.clone()),
            Step::Applies | Step::Fact(_) | Step::Clock(_) => step.clone(),
        };
        let others: Vec<Step> = before
            .iter()
            .filter(|other| **other != step)
            .cloned()
            .collect();
        joined.entry(step).or_default().extend(others);
    }
    joined
}

/// Returns what is to be computed before what is read. What the law says is read off the day that picks the version.
fn steps(
    read: BTreeSet<Reference>,
    facts: &BTreeMap<FactName, FactRule>,
    day: Option<&FactName>,
) -> BTreeSet<Step> {
    let computed = |name: &FactName| facts.get(name).is_some_and(|rule| rule.is.is_some());
    let is_law = |name: &FactName| {
        let rule = facts.get(name);
        rule.is_some_and(|rule| rule.owner == Owner::Law)
    };
    read.into_iter()
        .filter_map(|reference| match reference {
            Reference::Fact(name) | Reference::Since(SinceOf::Fact(name)) => {
                let name = if is_law(&name) { day?.clone() } else { name };
                computed(&name).then_some(Step::Fact(name))
            }
            Reference::Applies | Reference::Since(SinceOf::Applies) => Some(Step::Applies),
            Reference::Due(name) => Some(Step::Clock(name)),
            // Tables are recorded, and the rest is history.
            Reference::Column { .. }
            | Reference::Did(_)
            | Reference::Entered(_)
            | Reference::Filed(_)
            | Reference::Gaps(_) => None,
        })
        .collect()
}

/// Sorts steps so that each stands behind what it needs, obligations otherwise as in the file; what is left over
/// contains a circle, of which one is returned. Nothing recurses: a hostile file may chain ten thousand facts.
fn sort(
    needs: &BTreeMap<Step, BTreeSet<Step>>,
    place: &BTreeMap<&ObligationName, usize>,
) -> (Vec<Step>, Option<Vec<Step>>) {
    let rank = |step: &Step| match step {
        Step::Applies | Step::Fact(_) => 0,
        Step::Clock(name) | Step::Owed(name) => 1 + place.get(name).copied().unwrap_or_default(),
    };
    let mut open: BTreeMap<&Step, usize> = BTreeMap::new();
    let mut needed_by: BTreeMap<&Step, Vec<&Step>> = BTreeMap::new();
    for (step, before) in needs {
        // A name with a mistake has no step of its own, and was reported.
        let before = before.iter().filter(|step| needs.contains_key(step));
        open.insert(step, before.clone().count());
        before.for_each(|earlier| needed_by.entry(earlier).or_default().push(step));
    }
    let mut ready: BTreeSet<(usize, &Step)> = open
        .iter()
        .filter(|(_, count)| **count == 0)
        .map(|(step, _)| (rank(step), *step))
        .collect();
    let mut sorted = Vec::new();
    while let Some((_, step)) = ready.pop_first() {
        open.remove(step);
        sorted.push(step.clone());
        for later in needed_by.get(step).into_iter().flatten() {
            if let Some(count) = open.get_mut(*later) {
                *count -= 1;
                if *count == 0 {
                    ready.insert((rank(later), *later));
                }
            }
        }
    }
    let circle = open.keys().next().map(|first| circle(first, needs, &open));
    (sorted, circle)
}

/// Walks back along what is needed until a step comes again.
fn circle(
    first: &Step,
    needs: &BTreeMap<Step, BTreeSet<Step>>,
    open: &BTreeMap<&Step, usize>,
) -> Vec<Step> {
    let mut path: Vec<&Step> = vec![first];
    let mut seen: BTreeMap<&Step, usize> = BTreeMap::from([(first, 0)]);
    loop {
        let last = path.last().expect("the path begins with a step");
        let next = needs
            .get(*last)
            .into_iter()
            .flatten()
            .find(|step| open.contains_key(step));
        // Every step that is left over needs another that is left over, or it would have been sorted.
        let next = next.expect("what is left over needs something that is left over");
        if let Some(&start) = seen.get(next) {
            return path[start..].iter().map(|step| (*step).clone()).collect();
        }
        seen.insert(next, path.len());
        path.push(next);
    }
}

fn report(known: &Known<'_>, circle: &[Step], found: &mut Found) {
    let names: Vec<String> = circle
        .iter()
        .chain(circle.first())
        .map(ToString::to_string)
        .collect();
    let place = circle.iter().find_map(|step| place(known, step));
    let at = place.unwrap_or_else(|| known.resolved.document().name.at.clone());
    found.push(Diagnostic::new(DEPENDENCY_CYCLE, at).with("path", names.join(" → ")));
}

/// Returns where a step is declared.
fn place(known: &Known<'_>, step: &Step) -> Option<Location> {
    let facts: &Facts = &known.facts;
    match step {
        Step::Applies => {
            let when = known
                .resolved
                .applies
                .and_then(|applies| applies.when.as_ref());
            when.map(|when| when.node.at.clone())
        }
        Step::Fact(name) => facts.place(name).map(|name| name.at.clone()),
        Step::Clock(name) | Step::Owed(name) => {
            let item = known
                .resolved
                .obligations
                .iter()
                .find(|item| item.name.value == *name);
            item.map(|item| item.name.at.clone())
        }
    }
}
