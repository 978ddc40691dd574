//! Settles a case at a moment: what is owed, since when, until when, and what time brings by itself (§10).
//! Whether a request is granted is for `decide`; how days are counted for `calendar`.

mod cause;
mod decided;
mod diff;
mod face;
mod outlook;
mod owed;
mod rows;
mod series;
mod standstill;
mod timers;

pub use outlook::Outlook;
pub(crate) use owed::recipient_of;
pub use owed::{Owed, Owing, WithoutRecipient, due_of, owed};
pub use rows::{Bound, MOST_DUTIES, Standpoint, combinations, exceeds};
pub use standstill::{Standstill, standstill};
pub use timers::{next_moment, wake_at};

use std::collections::BTreeSet;

use self::timers::look;
use crate::case::decide::{Context, Draft, bars_closing};
use crate::case::event::{ActionTaken, Actor, ApprovalLapsed, LapseOfApproval};
use crate::case::view::{Truth, View};
use crate::name::FactName;
use crate::time::Timestamp;
use crate::workflow::graph::Move;
use crate::workflow::rules::By;

/// Lets everything happen that is due at a moment: clocks, reminders, lapsed approvals, then actions by the clock, one
/// at a time and at most one more than there are states, because each of them moves the state (Z2).
///
/// Where the draft was settled before and no condition changed since, only clocks and reminders are left.
pub fn step(context: &Context<'_>, draft: &mut Draft, moment: Timestamp) {
    if draft.outlook.is_some_and(|outlook| outlook.reaches(moment)) {
        debug_assert!(brings_only_what_is_due(context, draft, moment));
        return diff::write_due(context, draft, moment);
    }
    for _ in 0..=context.rules.states.len() {
        let (owing, outlook) = look(context, &draft.case, moment);
        // It is forgotten again if something is written that a condition reads.
        draft.outlook = Some(outlook);
        diff::write(context, draft, owing, moment);
        diff::write_due(context, draft, moment);
        lapse_approvals(draft, moment);
        if !take_by_clock(context, draft, moment) {
            return;
        }
    }
}

/// Tells whether a whole step writes what one writes that only raises what is due.
fn brings_only_what_is_due(context: &Context<'_>, draft: &Draft, moment: Timestamp) -> bool {
    let (mut whole, mut due) = (draft.clone(), draft.clone());
    whole.outlook = None;
    step(context, &mut whole, moment);
    diff::write_due(context, &mut due, moment);
    whole.events == due.events
}

/// Lapses every open approval whose state or facts are no longer those it was asked for.
fn lapse_approvals(draft: &mut Draft, moment: Timestamp) {
    let lapsed: Vec<ApprovalLapsed> = draft
        .case
        .approvals
        .iter()
        .filter(|(_, approval)| approval.is_open())
        .filter_map(|(&number, approval)| {
            let changed: BTreeSet<FactName> = approval
                .proposal
                .versions
                .iter()
                .filter(|&(fact, version)| draft.case.fact_version(fact).unwrap_or(0) != *version)
                .map(|(fact, _)| fact.clone())
                .collect();
            let cause = if approval.proposal.state != draft.case.state {
                LapseOfApproval::State
            } else if changed.is_empty() {
                return None;
            } else {
                LapseOfApproval::Facts(changed)
            };
            Some(ApprovalLapsed {
                approval: number,
                cause,
            })
        })
        .collect();
    for body in lapsed {
        draft.by_clock(body, moment);
    }
}

/// Takes the first action by the clock that is possible, in file order; tells whether there was one.
fn take_by_clock(context: &Context<'_>, draft: &mut Draft, moment: Timestamp) -> bool {
    let rules = context.rules;
    let view = View::new(context, &draft.case, moment);
    let possible = rules.actions.iter().find_map(|action| {
        let (target, moves) = rules.graph.target(&draft.case.state, &action.name)?;
        let ready = action.by == By::Clock
            && moves == Move::Enters
            && action.needs.iter().all(|fact| view.fact(fact).is_some())
            && view.truth(action.when.as_ref()).truth == Truth::True
            && !standstill(context, &view, action).bars(moment)
            && bars_closing(context, draft, target, &BTreeSet::new()).is_empty();
        ready.then(|| (action.name.clone(), target.clone()))
    });
    let Some((action, to)) = possible else {
        return false;
    };
    let state = rules.state(&to);
    let taken = ActionTaken {
        action,
        from: draft.case.state.clone(),
        phase: state.phase,
        entered_at: Some(moment.max(draft.case.entered_at)),
        releases: (&state.releases).into(),
        to,
        approval: None,
        proposed_by: None,
        reason: None,
    };
    draft.push(taken, Actor::Clock, moment);
    true
}
