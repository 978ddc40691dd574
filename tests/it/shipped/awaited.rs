//! Draws what waits for somebody: a consent, a receipt, a filing that came back.

use tsuho_core::case::event::Undone;
use tsuho_core::case::request::Content;
use tsuho_core::case::{Case, Consent};
use tsuho_core::name::RoleName;
use tsuho_ledger::Digest;

use super::draw::{Draws, FILE};

/// Draws what waits for somebody: a consent, a receipt, a filing that came back.
pub(super) fn awaited(draws: &mut Draws, case: &Case) -> Option<(RoleName, Content)> {
    let pending = case
        .approvals
        .values()
        .find(|approval| approval.consent == Consent::Pending);
    if let Some(approval) = pending {
        let action = approval.proposal.action.clone();
        let content = if draws.once_in(6) {
            Content::Refuse { action }
        } else {
            Content::Approve {
                action,
                digest: None,
            }
        };
        return Some((approval.by.clone(), content));
    }
    let standing = case
        .filings
        .iter()
        .find(|(_, filing)| filing.undone.is_none());
    if let Some((&filing, _)) = standing.filter(|_| draws.once_in(5)) {
        let how = *draws.one_of(&[Undone::Failed, Undone::Withdrawn]);
        return Some((
            "duty_officer".parse().expect("a role"),
            Content::Undo { filing, how },
        ));
    }
    let sent = case
        .filings
        .iter()
        .find(|(_, filing)| filing.undone.is_none() && filing.effective_at.is_none());
    let (&filing, _) = sent?;
    let content = Content::Receive {
        filing,
        received_at: None,
        receipt: draws.once_in(2).then(|| Digest::of(FILE)),
    };
    Some(("duty_officer".parse().expect("a role"), content))
}
