//! Decides an action: the checks in the order of the language's §10, then the events.
//! What is filed with it is in `file`, consent in `consent` and `approve`, its effect in `take`.

use std::collections::BTreeSet;

use super::asker::Asked;
use super::facts::{self, Recorder};
use super::take::{Taking, check_closing, take};
use super::{Context, Draft, Sheets, consent, decision, file, other, possible, room, sense};
use crate::case::Case;
use crate::case::event::FactsRecorded;
use crate::case::rejection::Rejection;
use crate::case::request::{Delivery, Dispatch, Facts, Request};
use crate::case::settle::{Standstill, standstill};
use crate::case::view::{Truth, View};
use crate::catalogue::Arg;
use crate::name::{ActionName, FactName, StateName};
use crate::time::Timestamp;
use crate::workflow::graph::Move;
use crate::workflow::rules::{ActionRule, By};

/// What is asked of an action.
pub(super) struct Wish<'a> {
    /// Which.
    pub(super) action: &'a ActionName,
    /// Facts given with it.
    pub(super) facts: &'a Facts,
    /// Facts given with it that the incident keeps.
    pub(super) shared: Option<&'a Delivery>,
    /// What was sent with it.
    pub(super) dispatch: &'a Dispatch,
}

/// Decides an action that a person takes or proposes.
pub(super) fn advance(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    asked: &Wish<'_>,
) -> Result<(), Rejection> {
    let action = find(context, &draft.case, asked.action)?;
    let (to, moves) = target(context, &draft.case, action)?;
    check_role(action, by)?;
    other::share(context, draft, (request, by), asked.shared)?;
    record_with(context, draft, request, by, asked.facts)?;
    let left_at = asked.dispatch.sent_at.unwrap_or(by.occurred_at);
    check_possible(context, draft, action, by.occurred_at.min(left_at))?;
    let filed = prepare(context, draft, by, action, asked.dispatch)?;
    let mut taking = Taking {
        action,
        to,
        moves,
        approval: None,
        proposed_by: None,
    };
    if let Some(rule) = &action.approval {
        let proposal = consent::propose(context, &draft.case, action, filed.as_ref());
        taking.approval = consent::permitted(&draft.case, &proposal, filed.as_ref())?;
        if taking.approval.is_none() {
            // What files nothing is taken by the consent itself; nobody need consent to what a duty bars.
            if filed.is_none() {
                check_closing(context, draft, &taking, &BTreeSet::new())?;
            }
            // What is proposed has not been sent: the times of sending belong to the filing alone.
            let unsent = Dispatch {
                sent_at: None,
                received_at: None,
                ..asked.dispatch.clone()
            };
            let channel =
                prepare(context, draft, by, action, &unsent)?.map(|filed| filed.body.channel);
            consent::ask(
                draft,
                request,
                by,
                consent::Asking {
                    proposal,
                    role: rule.by.clone(),
                    channel,
                    sheets: Sheets::default(),
                },
            );
            return Ok(());
        }
    }
    let served = filed.as_ref().map(file::Filed::served).unwrap_or_default();
    check_closing(context, draft, &taking, &served)?;
    take(context, draft, request, by, &taking);
    if let Some(filed) = filed {
        draft.push_with(filed.body, by.actor.clone(), by.occurred_at, filed.sheets);
    }
    Ok(())
}

/// Prepares what the action files; refuses to say anything of a filing where there is none.
fn prepare(
    context: &Context<'_>,
    draft: &Draft,
    by: &Asked,
    action: &ActionRule,
    dispatch: &Dispatch,
) -> Result<Option<file::Filed>, Rejection> {
    if !action.files.is_empty() {
        return file::prepare(context, draft, by, action, dispatch).map(Some);
    }
    if *dispatch == Dispatch::default() {
        Ok(None)
    } else {
        Err(Rejection::FilesNothing {
            action: action.name.clone(),
        })
    }
}

/// Returns the action, or says what is possible instead.
pub(super) fn find<'a>(
    context: &Context<'a>,
    case: &Case,
    name: &ActionName,
) -> Result<&'a ActionRule, Rejection> {
    let Some(action) = context.rules.action(name) else {
        return Err(Rejection::UnknownAction {
            action: name.clone(),
            possible: possible(context, case),
        });
    };
    match &action.by {
        By::Clock => Err(Rejection::ByClock {
            action: name.clone(),
        }),
        By::Role(_) => Ok(action),
    }
}

/// Returns where the action leads from the present state. One that may be repeated there stays there (S4).
pub(super) fn target(
    context: &Context<'_>,
    case: &Case,
    action: &ActionRule,
) -> Result<(StateName, Move), Rejection> {
    let graph = &context.rules.graph;
    if let Some((to, moves)) = graph.target(&case.state, &action.name) {
        return Ok((to.clone(), moves));
    }
    if may_be_repeated(context, case, action) {
        return Ok((case.state.clone(), Move::Stays));
    }
    let leaves = graph.sources_of(&action.name);
    Err(Rejection::State {
        action: action.name.clone(),
        state: case.state.clone(),
        leaves: leaves.into_iter().cloned().collect(),
        possible: possible(context, case),
    })
}

/// Tells whether an action that files is possible where it does not belong, because a duty of its own is running: once
/// it was taken in any later state, so that what came back is sent again (S4). In a closed state also the first time:
/// what comes to be owed after closing can be met without taking the closing back (S6).
pub(super) fn may_be_repeated(context: &Context<'_>, case: &Case, action: &ActionRule) -> bool {
    let mut duties = case.duties.iter();
    let own_runs =
        duties.any(|(key, duty)| duty.is_running() && action.files.contains(&key.obligation));
    // A history that somebody forged may stand in a state that the workflow does not have.
    let is_known = context.rules.states.contains_key(&case.state);
    own_runs && is_known && (case.is_closed() || case.did.contains_key(&action.name))
}

/// Checks that the person uses the action's role.
fn check_role(action: &ActionRule, by: &Asked) -> Result<(), Rejection> {
    match (&action.by, by.role()) {
        (By::Role(needed), Some(used)) if needed != used => Err(Rejection::Role {
            action: action.name.clone(),
            needed: needed.clone(),
            used: used.clone(),
        }),
        (By::Role(_), Some(_)) => Ok(()),
        (By::Clock, _) | (By::Role(_), None) => Err(Rejection::ByClock {
            action: action.name.clone(),
        }),
    }
}

/// Records the facts that are given with an action.
fn record_with(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    facts: &Facts,
) -> Result<(), Rejection> {
    if facts.is_empty() {
        return Ok(());
    }
    if decision::are_given(facts) {
        return Err(Rejection::DecisionAlone {});
    }
    let (recorded, sheets) = facts::recorded(
        &context.rules.facts,
        facts,
        by.occurred_at,
        draft.now,
        Recorder::Case,
    )?;
    sense::check(context, &draft.case, request, facts, draft.now)?;
    let body = FactsRecorded {
        facts: recorded,
        delivered: None,
        approval: None,
        reason: None,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
    room::check(context, draft)
}

/// Checks what an action needs, its guard (P1: unknown never permits), and its standstill at the moment at which it is
/// said to have happened.
pub(super) fn check_possible(
    context: &Context<'_>,
    draft: &Draft,
    action: &ActionRule,
    moment: Timestamp,
) -> Result<(), Rejection> {
    let view = View::new(context, &draft.case, draft.now);
    let missing: Vec<FactName> = action
        .needs
        .iter()
        .filter(|fact| view.fact(fact).is_none())
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(Rejection::Needs {
            action: action.name.clone(),
            facts: missing,
        });
    }
    if let Some(guard) = &action.when {
        let found = view.truth(Some(guard));
        match found.truth {
            Truth::True => {}
            Truth::False => {
                return Err(Rejection::Guard {
                    action: action.name.clone(),
                    guard: guard.to_string(),
                });
            }
            Truth::Unknown => {
                return Err(Rejection::Undecided {
                    action: action.name.clone(),
                    guard: guard.to_string(),
                    because: found.because.iter().map(ToString::to_string).collect(),
                });
            }
        }
    }
    check_standstill(context, &view, action, moment)
}

/// Checks that the time has passed that must pass before an action (S3).
fn check_standstill(
    context: &Context<'_>,
    view: &View<'_>,
    action: &ActionRule,
    moment: Timestamp,
) -> Result<(), Rejection> {
    let standstill = standstill(context, view, action);
    match standstill {
        Standstill::Until(reading) if moment < reading.due => {
            let how = reading.derivation.messages().into_iter();
            Err(Rejection::NotBefore {
                action: action.name.clone(),
                until: reading.due,
                how: how.map(|(key, args)| Arg::Message(key, args)).collect(),
            })
        }
        Standstill::None | Standstill::Until(_) => Ok(()),
        Standstill::Waiting(waits_for) => Err(Rejection::StandstillWaits {
            action: action.name.clone(),
            waits_for,
        }),
    }
}
