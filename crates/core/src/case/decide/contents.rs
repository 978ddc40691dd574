//! Says what a filing must contain, and what a late one must state besides (O4, `late_needs`).
//! For which duties it is made and how it went is in `file`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Context;
use crate::case::Case;
use crate::case::clock::DutyKey;
use crate::case::event::Face;
use crate::case::rejection::Rejection;
use crate::case::settle::owed;
use crate::case::view::{Truth, View};
use crate::name::{FactName, ObligationName};
use crate::time::Timestamp;
use crate::workflow::rules::{Contains, ObligationRule};

/// Returns what the filing contains, for all its obligations together; refused while an `always` item has no value.
pub(super) fn contents(
    view: &View<'_>,
    obligations: &[&ObligationRule],
) -> Result<Contains, Rejection> {
    let mut all = Contains::default();
    for obligation in obligations {
        let Some(contains) = first_case(view, obligation)? else {
            continue;
        };
        let missing: Vec<FactName> = contains
            .always
            .iter()
            .filter(|fact| view.fact(fact).is_none())
            .cloned()
            .collect();
        if !missing.is_empty() {
            return Err(Rejection::Contains {
                obligation: obligation.name.clone(),
                facts: missing,
            });
        }
        all.always.extend(contains.always.iter().cloned());
        all.as_known.extend(contains.as_known.iter().cloned());
    }
    Ok(all)
}

/// Returns the first case of `contains` that holds; an undecided one is refused, naming its facts (E7).
fn first_case<'a>(
    view: &View<'_>,
    obligation: &'a ObligationRule,
) -> Result<Option<&'a Contains>, Rejection> {
    for case in &obligation.contains {
        let found = view.truth(case.when.as_ref());
        match found.truth {
            Truth::True => return Ok(Some(&case.item)),
            Truth::False => {}
            Truth::Unknown => {
                return Err(Rejection::ContainsUndecided {
                    obligation: obligation.name.clone(),
                    because: found.because.iter().map(ToString::to_string).collect(),
                });
            }
        }
    }
    Ok(None)
}

/// Returns the facts that the filings of these duties state because they are late (`late_needs`): those of each duty that
/// still runs, or is about to, and whose earliest reading lies before the moment at which its filing counts.
pub(super) fn late_facts<'a>(
    context: &Context<'a>,
    view: &View<'_>,
    duties: &BTreeSet<DutyKey>,
    counts_at: impl Fn(&DutyKey) -> Timestamp,
) -> Vec<(&'a ObligationRule, BTreeSet<FactName>)> {
    let rule = |key: &DutyKey| {
        let rule = context.rules.obligation(&key.obligation);
        rule.filter(|rule| !rule.late_needs.is_empty())
    };
    if !duties.iter().any(|key| rule(key).is_some()) {
        return Vec::new();
    }
    let case = view.case();
    // What the facts given with the action make owed, or move, counts already and is not on record yet.
    let owing = owed(context, view).duties.into_iter();
    let owing = owing.filter_map(|owed| Some((owed.duty, owed.face?)));
    let on_record = case
        .duties
        .iter()
        .filter(|(_, duty)| duty.is_running())
        .map(|(key, duty)| (key.clone(), duty.face.clone()));
    let faces: BTreeMap<DutyKey, Arc<Face>> = on_record.chain(owing).collect();
    let mut late: BTreeMap<&ObligationName, BTreeSet<FactName>> = BTreeMap::new();
    for key in duties.iter().filter(|key| case.discharge(key).is_none()) {
        let readings = faces.get(key).into_iter().flat_map(|face| &face.readings);
        let earliest = readings.map(|reading| reading.due).min();
        if let (Some(rule), Some(due)) = (rule(key), earliest)
            && counts_at(key) > due
        {
            late.entry(&rule.name)
                .or_default()
                .extend(rule.late_needs.iter().cloned());
        }
    }
    late.into_iter()
        .filter_map(|(name, facts)| Some((context.rules.obligation(name)?, facts)))
        .collect()
}

/// Refuses a late filing that does not state its reasons.
pub(super) fn check_late(
    view: &View<'_>,
    late: &[(&ObligationRule, BTreeSet<FactName>)],
) -> Result<(), Rejection> {
    for (rule, facts) in late {
        let missing = facts.iter().filter(|fact| view.fact(fact).is_none());
        let missing: Vec<FactName> = missing.cloned().collect();
        if !missing.is_empty() {
            return Err(Rejection::LateNeeds {
                obligation: rule.name.clone(),
                facts: missing,
            });
        }
    }
    Ok(())
}

/// Returns what a filing for an obligation would have to state beside its contents because it is late, if it left and
/// counted now; nothing while none of its duties that run is late.
#[must_use]
pub fn late_now(
    context: &Context<'_>,
    case: &Case,
    now: Timestamp,
    rule: &ObligationRule,
) -> BTreeSet<FactName> {
    let running = case.duties.iter().filter(|(_, duty)| duty.is_running());
    let own = running.filter(|(key, _)| key.obligation == rule.name);
    let own: BTreeSet<DutyKey> = own.map(|(key, _)| key.clone()).collect();
    let view = View::new(context, case, now);
    let late = late_facts(context, &view, &own, |_| now);
    late.into_iter().flat_map(|(_, facts)| facts).collect()
}
