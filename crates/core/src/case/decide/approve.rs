//! Decides a second person's consent or refusal (S5).
//! Asking for consent is part of the action itself, in `consent`.

use tsuho_ledger::Digest;

use super::advance::{check_possible, find, target};
use super::asker::Asked;
use super::consent::is_before;
use super::take::{Taking, check_closing, take};
use super::{Context, Draft, decision, write_reason};
use crate::case::event::{Actor, ApprovalGiven, ApprovalRefused, Sheet};
use crate::case::rejection::{ReasonFor, Rejection};
use crate::case::request::Request;
use crate::case::{Approval, Consent};
use crate::name::ActionName;

/// Gives consent; without a filing it takes the action, the guard checked again.
pub(super) fn approve(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    (action, seen): (&ActionName, Option<Digest>),
) -> Result<(), Rejection> {
    let (number, approval) = open(draft, by, action, |consent| consent == Consent::Pending)?;
    if let Some(seen) = seen.filter(|seen| *seen != approval.digest) {
        return Err(Rejection::OtherProposal {
            action: action.clone(),
            seen,
            now: approval.digest,
        });
    }
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request);
    let given = ApprovalGiven {
        approval: number,
        digest: approval.digest,
        reason,
    };
    if let Some(recorded) = &approval.proposal.decisions {
        return decision::consent(context, draft, by, (recorded, given, sheets));
    }
    let rule = find(context, &draft.case, action)?;
    if !rule.files.is_empty() {
        draft.push_with(given, by.actor.clone(), by.occurred_at, sheets);
        return Ok(());
    }
    let (to, moves) = target(context, &draft.case, rule)?;
    check_possible(context, draft, rule, by.occurred_at)?;
    let taking = Taking {
        action: rule,
        to,
        moves,
        approval: Some(number),
        proposed_by: Some(approval.proposed_by),
    };
    check_closing(context, draft, &taking, &std::collections::BTreeSet::new())?;
    draft.push_with(given, by.actor.clone(), by.occurred_at, sheets);
    take(context, draft, request, by, &taking);
    Ok(())
}

/// Refuses consent, or takes it back while it is unused; the reason is kept.
pub(super) fn refuse(
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    action: &ActionName,
) -> Result<(), Rejection> {
    let undecided_or_unused = |consent| matches!(consent, Consent::Pending | Consent::Given);
    let (approval, _) = open(draft, by, action, undecided_or_unused)?;
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request).ok_or(Rejection::Reason {
        what: ReasonFor::Refusing,
    })?;
    draft.push_with(
        ApprovalRefused { approval, reason },
        by.actor.clone(),
        by.occurred_at,
        sheets,
    );
    Ok(())
}

/// Returns the proposal on which there is to decide, if this person may: in the role asked for, and another person than
/// the one who asked, whatever accounts they use.
fn open(
    draft: &Draft,
    by: &Asked,
    action: &ActionName,
    is_meant: impl Fn(Consent) -> bool,
) -> Result<(u64, Approval), Rejection> {
    let waiting =
        draft.case.approvals.iter().rev().find(|(_, approval)| {
            is_meant(approval.consent) && approval.proposal.action == *action
        });
    let Some((&number, approval)) = waiting else {
        return Err(Rejection::NoProposal {
            action: action.clone(),
        });
    };
    let Actor::Person { person, role, .. } = &by.actor else {
        return Err(Rejection::NoProposal {
            action: action.clone(),
        });
    };
    if *role != approval.by {
        let (needed, used) = (approval.by.clone(), role.clone());
        return Err(Rejection::Role {
            action: action.clone(),
            needed,
            used,
        });
    }
    if *person == approval.proposed_by {
        return Err(Rejection::SamePerson {
            action: action.clone(),
            person: *person,
        });
    }
    // Nobody decided on what was not proposed yet, however the time is told.
    if is_before(by.occurred_at, approval.occurred_at) {
        return Err(Rejection::Order {
            earlier: approval.occurred_at,
            later: by.occurred_at,
        });
    }
    Ok((number, approval.clone()))
}
