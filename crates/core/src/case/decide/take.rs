//! Takes an action: the state moves, unless that would close the case over a duty (S6, T3).
//! Whether it is possible at all was checked before.

use std::collections::BTreeSet;

use super::asker::Asked;
use super::{Context, Draft, write_reason};
use crate::case::Duty;
use crate::case::clock::DutyKey;
use crate::case::event::{ActionTaken, Released, Sheet};
use crate::case::rejection::Rejection;
use crate::case::request::Request;
use crate::case::settle::owed;
use crate::case::view::View;
use crate::ids::PersonId;
use crate::name::StateName;
use crate::workflow::graph::Move;
use crate::workflow::rules::{ActionRule, Phase};

/// An action about to be taken.
pub(super) struct Taking<'a> {
    pub(super) action: &'a ActionRule,
    pub(super) to: StateName,
    pub(super) moves: Move,
    pub(super) approval: Option<u64>,
    pub(super) proposed_by: Option<PersonId>,
}

/// Refuses to close a case over duties that run, or that are certainly owed and wait (S6).
pub(super) fn check_closing(
    context: &Context<'_>,
    draft: &Draft,
    taking: &Taking<'_>,
    served: &BTreeSet<DutyKey>,
) -> Result<(), Rejection> {
    if taking.moves == Move::Stays {
        return Ok(());
    }
    let duties = bars_closing(context, draft, &taking.to, served);
    if duties.is_empty() {
        return Ok(());
    }
    Err(Rejection::Duties {
        action: taking.action.name.clone(),
        state: taking.to.clone(),
        duties,
    })
}

/// Returns the duties that bar the way into a state: none unless it is closed, and none that it releases or that a
/// filing serves which counts already.
pub(crate) fn bars_closing(
    context: &Context<'_>,
    draft: &Draft,
    to: &StateName,
    served: &BTreeSet<DutyKey>,
) -> Vec<String> {
    let state = context.rules.state(to);
    let released: Released = (&state.releases).into();
    if state.phase != Phase::Closed || released == Released::All {
        return Vec::new();
    }
    let owing = owed(context, &View::new(context, &draft.case, draft.now));
    let runs = |duty| draft.case.duties.get(duty).is_some_and(Duty::is_running);
    let open = owing
        .duties
        .iter()
        .filter(|owed| owed.met.is_none())
        // A clock that runs bars, also one whose anchor is gone while it is undecided whether anything is owed.
        .filter(|owed| owed.face.is_some() || owed.is_certain() || runs(&owed.duty))
        .map(|owed| &owed.duty)
        .filter(|duty| draft.case.discharge(duty).is_none() && !served.contains(duty))
        .filter(|duty| !released.covers(&duty.obligation));
    let without = owing.without_recipient.iter().filter(|one| {
        let mut kept = draft
            .case
            .duties
            .iter()
            .filter(|(_, duty)| duty.is_running());
        let kept =
            kept.any(|(key, _)| (&key.obligation, &key.rows) == (&one.obligation, &one.rows));
        (one.is_certain() || kept) && !released.covers(&one.obligation)
    });
    open.map(ToString::to_string)
        .chain(without.map(ToString::to_string))
        .collect()
}

/// Writes that the action was taken.
pub(super) fn take(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    taking: &Taking<'_>,
) {
    let state = context.rules.state(&taking.to);
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request);
    let entered_at = match taking.moves {
        // The later of the two, so that `entered.` never runs backwards while a filing keeps its true time (T3).
        Move::Enters => Some(by.occurred_at.max(draft.case.entered_at)),
        Move::Stays => None,
    };
    let body = ActionTaken {
        action: taking.action.name.clone(),
        from: draft.case.state.clone(),
        to: taking.to.clone(),
        phase: state.phase,
        entered_at,
        releases: entered_at
            .map(|_| (&state.releases).into())
            .unwrap_or_default(),
        approval: taking.approval,
        proposed_by: taking.proposed_by,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
}
