//! Says what a filing must contain, and what a late one must state besides (O4, `late_needs`).
//! For which duties it is made and how it went is in `file`.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::case::clock::DutyKey;
use crate::case::rejection::Rejection;
use crate::case::view::{Truth, View};
use crate::name::FactName;
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

/// Checks that a filing after the earliest reading states its reasons (`late_needs`).
pub(super) fn check_late(
    case: &Case,
    view: &View<'_>,
    obligations: &[&ObligationRule],
    duties: &BTreeSet<DutyKey>,
    at: Timestamp,
) -> Result<(), Rejection> {
    for key in duties {
        let earliest = case
            .duties
            .get(key)
            .filter(|duty| duty.is_running())
            .and_then(|duty| duty.face.readings.iter().map(|reading| reading.due).min());
        let rule = obligations.iter().find(|rule| rule.name == key.obligation);
        if let (Some(rule), Some(_)) = (rule, earliest.filter(|due| at > *due)) {
            let missing: Vec<FactName> = rule
                .late_needs
                .iter()
                .filter(|fact| view.fact(fact).is_none())
                .cloned()
                .collect();
            if !missing.is_empty() {
                return Err(Rejection::LateNeeds {
                    obligation: rule.name.clone(),
                    facts: missing,
                });
            }
        }
    }
    Ok(())
}
