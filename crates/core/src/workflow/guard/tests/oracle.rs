//! Compares evaluation with a second evaluator that shares no code with it, on random expressions and facts.
//! The comparison counts only because it catches the faults that `planted` makes.

mod maker;
mod planted;
mod second;

use maker::{Case, NAMES, micros, random_case, random_value, world_of};
use second::{Flaw, Oracle};

use super::*;
use crate::diagnostic::GUARD_TOO_DEEP;

/// How the answer of the first evaluator is falsified, to see that a difference shows.
type Falsify = fn(Evaluated) -> Evaluated;

/// Returns how the two evaluators differ, if they do.
fn difference(
    case: &Case,
    expr: &Expr,
    falsify: Falsify,
    flaw: Flaw,
    chance: &mut Chance,
) -> Option<String> {
    let world = world_of(&case.facts);
    let ours = |at: Timestamp| falsify(expr.evaluate(&world, at));
    let theirs = |at: Timestamp| {
        let now = i128::from(at.as_micros());
        let mut oracle = Oracle {
            facts: &case.facts,
            now,
            flaw,
            bound: Vec::new(),
            moments: BTreeSet::new(),
        };
        let value = oracle.truth(&case.made);
        (Truth::from(value), oracle.moments)
    };
    let (_, moments) = theirs(case.at);
    let moments: Vec<Timestamp> = moments
        .into_iter()
        .filter_map(|at| Timestamp::from_micros(micros(at)))
        .collect();
    // Around every moment that anything waits for, and where the case stands.
    let mut instants = vec![case.at, Timestamp::FIRST, Timestamp::LAST];
    instants.extend(
        moments
            .iter()
            .flat_map(|at| [micros_later(*at, -1), *at, micros_later(*at, 1)]),
    );
    instants.sort();
    for at in &instants {
        let (found, expected) = (ours(*at), theirs(*at).0);
        if found.truth() != expected {
            return Some(format!(
                "at {at}: found {:?}, expected {expected:?}",
                found.truth()
            ));
        }
        if found.truth() == Truth::Unknown && found.because.is_empty() && found.trouble.is_empty() {
            return Some(format!("at {at}: unknown without a reason"));
        }
        // Until the next change nothing changes, and it is a moment that something waits for.
        let next = found.next_change;
        let until = next.unwrap_or(Timestamp::LAST);
        if next.is_some_and(|next| next <= *at || !moments.contains(&next)) {
            return Some(format!(
                "at {at}: the next change {until} is no moment of the expression"
            ));
        }
        let changed = instants
            .iter()
            .find(|later| at < *later && **later < until && theirs(**later).0 != expected);
        if let Some(changed) = changed {
            return Some(format!("at {at}: changes at {changed}, before {until}"));
        }
    }
    let found = ours(case.at);
    if case.plain && found.truth() == Truth::Unknown && found.trouble.is_empty() {
        return still_unknown_with_everything_else(case, expr, &found, chance);
    }
    None
}

/// Fills in every fact that is absent and not named as deciding: the value has to stay unknown.
fn still_unknown_with_everything_else(
    case: &Case,
    expr: &Expr,
    found: &Evaluated,
    chance: &mut Chance,
) -> Option<String> {
    let named: BTreeSet<String> = found.because.iter().map(ToString::to_string).collect();
    let mut facts = case.facts.clone();
    for (name, kind) in NAMES {
        if !named.contains(name) {
            facts
                .values
                .entry(name)
                .or_insert_with(|| random_value(kind, chance));
        }
    }
    for (key, row) in ["x", "y", "z"]
        .into_iter()
        .zip(facts.rows.iter_mut().flatten())
    {
        for (column, kind) in [("b", 'b'), ("n", 'n'), ("i", 'i'), ("c", 'c')] {
            if !named.contains(&format!("rows[{key}].{column}")) {
                row.entry(column)
                    .or_insert_with(|| random_value(kind, chance));
            }
        }
    }
    if facts.rows.is_none() && !named.contains("rows") {
        facts.rows = Some(Vec::new());
    }
    let truth = expr.evaluate(&world_of(&facts), case.at).truth();
    (truth != Truth::Unknown).then(|| format!("{truth:?} although {named:?} are still absent"))
}

/// Compiles what was made; `None` if it nests deeper than an expression may, which no generator should get around.
fn within_the_bound(world: &World, text: &str) -> Option<Expr> {
    match world.compile(text) {
        Ok(expr) => Some(expr),
        Err(faults) if faults.iter().all(|fault| fault.code == GUARD_TOO_DEEP) => None,
        Err(faults) => panic!("`{text}`: {faults:#?}"),
    }
}

#[test]
fn two_evaluators_agree_on_random_expressions() {
    let tries = counts(4_000, 200_000);
    let mut chance = Chance(20_261_123);
    let (mut unknown, mut too_deep) = (0, 0);
    let mut at = 0;
    while at < tries {
        let case = random_case(&mut chance);
        let text = case.made.to_string();
        let world = world_of(&case.facts);
        let Some(expr) = within_the_bound(&world, &text) else {
            // Another is drawn instead, so that as many are compared as are asked for.
            too_deep += 1;
            assert!(
                too_deep <= tries / 100,
                "the generator makes what nobody may write"
            );
            continue;
        };
        at += 1;
        if expr.evaluate(&world, case.at).truth() == Truth::Unknown {
            unknown += 1;
        }
        if let Some(difference) = difference(&case, &expr, |found| found, Flaw::None, &mut chance) {
            panic!("case {at}: `{text}` with {:?}: {difference}", case.facts);
        }
    }
    assert!(
        unknown > tries / 10 && unknown < tries * 9 / 10,
        "{unknown} of {tries} are unknown: too one-sided"
    );
    println!(
        "FIGURE guards: random expressions compared {tries}, of them unknown {unknown}, different 0 of {tries}; drawn besides and refused as too deep {too_deep}"
    );
}
