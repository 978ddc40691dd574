//! Says when a filing counts, for each recipient by itself (D1, D2).
//! Whether it discharges a duty then is seen by settling.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::name::{AuthorityName, ChannelName, ObligationName};
use crate::time::Timestamp;
use crate::workflow::rules::Effective;

/// What was sent, how and when.
pub(super) struct Sending<'a> {
    /// For which obligations.
    pub(super) obligations: &'a BTreeSet<ObligationName>,
    /// How.
    pub(super) channel: &'a ChannelName,
    /// When.
    pub(super) sent_at: Timestamp,
    /// To whom it went at an address that they do not list.
    pub(super) elsewhere: &'a BTreeSet<AuthorityName>,
}

/// Returns what makes the channel count for a recipient; `None` where it or an obligation does not list the channel, or
/// the recipient not the address.
pub(super) fn manner(
    context: &Context<'_>,
    sending: &Sending<'_>,
    recipient: &AuthorityName,
) -> Option<Effective> {
    if sending.elsewhere.contains(recipient) {
        return None;
    }
    let rules = context.rules;
    rules.counted(sending.obligations, sending.channel, recipient)
}

/// Returns when it counts for each recipient for whom it does.
pub(super) fn counts(
    context: &Context<'_>,
    sending: &Sending<'_>,
    recipients: &BTreeSet<AuthorityName>,
    received_at: Option<Timestamp>,
) -> BTreeMap<AuthorityName, Timestamp> {
    let when = |recipient: &AuthorityName| match manner(context, sending, recipient)? {
        Effective::Sent => Some(sending.sent_at),
        Effective::Received => received_at,
    };
    recipients
        .iter()
        .filter_map(|recipient| Some((recipient.clone(), when(recipient)?)))
        .collect()
}

/// Returns when it counts for the last recipient; `None` while it does not for one of them.
pub(super) fn when_for_all(
    recipients: &BTreeSet<AuthorityName>,
    counts: &BTreeMap<AuthorityName, Timestamp>,
) -> Option<Timestamp> {
    let all = recipients
        .iter()
        .all(|recipient| counts.contains_key(recipient));
    all.then(|| counts.values().max().copied()).flatten()
}
