//! Asks for a second person's consent, and knows which consent permits what (S5).
//! Giving and refusing it is in `approve`.

use std::collections::{BTreeMap, BTreeSet};

use super::asker::Asked;
use super::file::Filed;
use super::{Context, Draft, Sheets, write_reason};
use crate::case::basis::recorded_facts;
use crate::case::event::{ApprovalLapsed, ApprovalRequested, LapseOfApproval, Proposal};
use crate::case::rejection::Rejection;
use crate::case::request::Request;
use crate::case::{Approval, Case, Consent};
use crate::name::{ChannelName, FactName, RoleName};
use crate::time::{Span, Timestamp};
use crate::workflow::rules::ActionRule;

/// Returns everything that a consent to the action binds to.
pub(super) fn propose(
    context: &Context<'_>,
    case: &Case,
    action: &ActionRule,
    filed: Option<&Filed>,
) -> Proposal {
    let mut facts: BTreeSet<FactName> = action.needs.iter().cloned().collect();
    facts.extend(
        action
            .when
            .iter()
            .flat_map(|guard| recorded_facts(context.rules, guard.references())),
    );
    facts.extend(
        filed
            .iter()
            .flat_map(|filed| filed.contents.iter().cloned()),
    );
    let versions: BTreeMap<FactName, u64> = facts
        .into_iter()
        .map(|fact| (fact.clone(), case.fact_version(&fact).unwrap_or(0)))
        .collect();
    Proposal {
        action: action.name.clone(),
        state: case.state.clone(),
        versions,
        document: filed.and_then(|filed| filed.body.document),
        recipients: filed
            .map(|filed| filed.body.recipients.clone())
            .unwrap_or_default(),
        duties: filed
            .map(|filed| filed.body.duties.clone())
            .unwrap_or_default(),
        decisions: None,
    }
}

/// Returns the consent that permits exactly this proposal; refuses while the same proposal waits, and what left before
/// consent was given.
pub(super) fn permitted(
    case: &Case,
    proposal: &Proposal,
    filed: Option<&Filed>,
) -> Result<Option<u64>, Rejection> {
    let digest = proposal.digest();
    let same = case
        .approvals
        .iter()
        .find(|(_, approval)| approval.is_open() && approval.digest == digest);
    match same {
        Some((&number, approval)) => match approval.consent {
            Consent::Given => {
                check_left(approval, filed)?;
                Ok(Some(number))
            }
            Consent::Pending | Consent::Used | Consent::Refused | Consent::Lapsed => {
                Err(Rejection::AwaitsApproval {
                    action: proposal.action.clone(),
                    by: approval.by.clone(),
                })
            }
        },
        None => Ok(None),
    }
}

/// Tells whether one time lies before another. People tell times to the minute, so nothing lies before its own minute.
pub(super) fn is_before(one: Timestamp, other: Timestamp) -> bool {
    let minute = |time: Timestamp| {
        let micros = Span::from_minutes(1).as_micros();
        time.as_micros().div_euclid(micros)
    };
    minute(one) < minute(other)
}

/// Refuses what left before consent was given.
fn check_left(approval: &Approval, filed: Option<&Filed>) -> Result<(), Rejection> {
    match (filed, approval.decided_by, approval.decided_at) {
        (Some(filed), Some(person), Some(given_at)) if is_before(filed.body.sent_at, given_at) => {
            Err(Rejection::BeforeConsent {
                action: approval.proposal.action.clone(),
                sent_at: filed.body.sent_at,
                person,
                given_at,
            })
        }
        _ => Ok(()),
    }
}

/// What consent is asked for.
pub(super) struct Asking {
    /// The proposal.
    pub(super) proposal: Proposal,
    /// Whose consent.
    pub(super) role: RoleName,
    /// How it is to be sent.
    pub(super) channel: Option<ChannelName>,
    /// What is personal or privileged about it, but for the reason.
    pub(super) sheets: Sheets,
}

/// Asks for consent; an older proposal of the same action gives way.
pub(super) fn ask(draft: &mut Draft, request: &Request, by: &Asked, asking: Asking) {
    let Asking {
        proposal,
        role,
        channel,
        mut sheets,
    } = asking;
    let replaced: Vec<u64> = draft
        .case
        .approvals
        .iter()
        .filter(|(_, approval)| approval.is_open() && approval.proposal.action == proposal.action)
        .map(|(&number, _)| number)
        .collect();
    for approval in replaced {
        draft.by_clock(
            ApprovalLapsed {
                approval,
                cause: LapseOfApproval::Replaced,
            },
            draft.now,
        );
    }
    let approval = draft.case.approvals.keys().max().copied().unwrap_or(0) + 1;
    let digest = proposal.digest();
    let reason = write_reason(&mut sheets, request);
    let body = ApprovalRequested {
        approval,
        proposal,
        digest,
        by: role,
        channel,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
}
