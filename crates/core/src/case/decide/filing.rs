//! Decides what happens to a filing after it left: received, confirmed, withdrawn, failed (D2, D3).
//! Making one is part of an action, in `file`.

use std::collections::BTreeMap;

use tsuho_ledger::Digest;

use super::asker::Asked;
use super::counting::{Sending, manner};
use super::{Context, Draft, write_reason};
use crate::case::Filing;
use crate::case::event::{FilingReceived, FilingUndone, Sheet, Undone};
use crate::case::rejection::{ReasonFor, Rejection};
use crate::case::request::Request;
use crate::name::AuthorityName;
use crate::time::Timestamp;
use crate::workflow::rules::Effective;

/// What is said of a filing's arrival.
pub(super) struct Receipt {
    /// Which filing.
    pub(super) filing: u64,
    /// When it arrived; by default when the request occurred.
    pub(super) received_at: Option<Timestamp>,
    /// The proof.
    pub(super) evidence: Option<Digest>,
}

/// Records that a filing was received, or confirms that it counts.
pub(super) fn receive(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    said: &Receipt,
) -> Result<(), Rejection> {
    let (number, receipt) = (said.filing, said.evidence);
    let filing = standing(draft, number)?;
    let received_at = said.received_at.unwrap_or(by.occurred_at);
    if received_at > draft.now {
        return Err(Rejection::Future {
            given: received_at,
            now: draft.now,
        });
    }
    if received_at < filing.sent_at {
        return Err(Rejection::Order {
            earlier: filing.sent_at,
            later: received_at,
        });
    }
    by.check_told(draft, received_at)?;
    if let Some(digest) = receipt.filter(|digest| !draft.case.evidence.contains(digest)) {
        return Err(Rejection::UnknownEvidence { digest });
    }
    let counts = newly_counting(context, (number, &filing), received_at, receipt)?;
    let effective_at = filing.counts.values().chain(counts.values()).max().copied();
    let Some(effective_at) = effective_at.filter(|_| !counts.is_empty() || receipt.is_some())
    else {
        let effective_at = filing.effective_at.unwrap_or(filing.sent_at);
        return Err(Rejection::FilingEffective {
            filing: number,
            effective_at,
        });
    };
    if counts.is_empty() && filing.receipt.is_some() {
        return Err(Rejection::FilingEffective {
            filing: number,
            effective_at,
        });
    }
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request);
    let body = FilingReceived {
        filing: number,
        received_at,
        counts,
        effective_at,
        receipt,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
    Ok(())
}

/// Withdraws a filing or records that it failed; without another the duty's clock runs again (D4).
pub(super) fn undo(
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    number: u64,
    how: Undone,
) -> Result<(), Rejection> {
    standing(draft, number)?;
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request).ok_or(Rejection::Reason {
        what: ReasonFor::Undoing,
    })?;
    let body = FilingUndone {
        filing: number,
        how,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
    Ok(())
}

/// Returns a filing that was not undone.
fn standing(draft: &Draft, number: u64) -> Result<Filing, Rejection> {
    let filing = draft
        .case
        .filings
        .get(&number)
        .ok_or(Rejection::UnknownFiling { filing: number })?;
    match filing.undone {
        None => Ok(filing.clone()),
        Some(Undone::Withdrawn | Undone::Failed) => Err(Rejection::FilingUndone { filing: number }),
    }
}

/// Returns for whom the filing counts from now on: those for whom receipt makes it count, and with a receipt on the case
/// those too who do not list the channel (D1).
fn newly_counting(
    context: &Context<'_>,
    (number, filing): (u64, &Filing),
    received_at: Timestamp,
    receipt: Option<Digest>,
) -> Result<BTreeMap<AuthorityName, Timestamp>, Rejection> {
    let sending = Sending {
        obligations: &filing.obligations,
        channel: &filing.channel,
        sent_at: filing.sent_at,
        elsewhere: &filing.elsewhere,
    };
    let pending = filing
        .recipients
        .iter()
        .filter(|recipient| !filing.counts.contains_key(*recipient));
    let mut counts = BTreeMap::new();
    for recipient in pending {
        let when = match manner(context, &sending, recipient) {
            Some(Effective::Sent) => filing.sent_at,
            None if receipt.is_none() => {
                return Err(Rejection::ReceiptNeeded {
                    filing: number,
                    channel: filing.channel.clone(),
                });
            }
            // Received, or through another channel and confirmed with a receipt.
            Some(Effective::Received) | None => received_at,
        };
        counts.insert(recipient.clone(), when);
    }
    Ok(counts)
}
