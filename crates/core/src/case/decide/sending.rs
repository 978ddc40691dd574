//! Says how something is sent: when, through which channel, to which address, and that what has a form has its bytes
//! (D1, S5). For which duties it is sent is in `file`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_ledger::Digest;

use super::asker::Asked;
use super::{Context, Draft, Sheets, write_text};
use crate::case::rejection::Rejection;
use crate::case::request::{Dispatch, Text};
use crate::case::view::{Truth, View};
use crate::name::{AuthorityName, ChannelName};
use crate::time::Timestamp;
use crate::workflow::rules::{ActionRule, ObligationRule, is_spoken};

/// Checks the times of sending and receiving, and that what proves it is on the case.
pub(super) fn check_sent(
    draft: &Draft,
    by: &Asked,
    dispatch: &Dispatch,
    sent_at: Timestamp,
) -> Result<(), Rejection> {
    let latest = dispatch
        .received_at
        .map_or(sent_at, |received_at| received_at.max(sent_at));
    if latest > draft.now {
        return Err(Rejection::Future {
            given: latest,
            now: draft.now,
        });
    }
    if let Some(later) = dispatch
        .received_at
        .filter(|received_at| *received_at < sent_at)
    {
        return Err(Rejection::Order {
            earlier: sent_at,
            later,
        });
    }
    by.check_told(draft, sent_at)?;
    let mut files = dispatch.document.iter().chain(&dispatch.evidence);
    match files.find(|digest| !draft.case.evidence.contains(digest)) {
        Some(&digest) => Err(Rejection::UnknownEvidence { digest }),
        None => Ok(()),
    }
}

/// Returns how it went: as said, or the only channel that every recipient takes.
pub(super) fn channel(
    context: &Context<'_>,
    action: &ActionRule,
    recipients: &BTreeSet<AuthorityName>,
    dispatch: &Dispatch,
) -> Result<ChannelName, Rejection> {
    if let Some(channel) = &dispatch.channel {
        return Ok(channel.clone());
    }
    let authorities = recipients
        .iter()
        .filter_map(|name| context.rules.authorities.get(name));
    let listed: BTreeSet<ChannelName> = authorities
        .flat_map(|rule| rule.channels.keys().cloned())
        .collect();
    let mut only = listed.iter();
    match (only.next(), only.next()) {
        (Some(channel), None) => Ok(channel.clone()),
        _ => Err(Rejection::Channel {
            action: action.name.clone(),
            channels: listed.into_iter().collect(),
        }),
    }
}

/// Where something goes.
pub(super) struct Address<'a> {
    /// What was said, where no recipient lists it.
    pub(super) unlisted: Option<&'a Text>,
    /// What was said, where a recipient lists it.
    pub(super) said: Option<String>,
    /// The address of each recipient who lists any for the channel.
    pub(super) known: BTreeMap<AuthorityName, String>,
    /// Those who list addresses for the channel, and not the one that was said.
    pub(super) elsewhere: BTreeSet<AuthorityName>,
}

impl Address<'_> {
    /// Returns the sheets of the filing's event: the address, where nobody lists it.
    pub(super) fn sheets(&self) -> Sheets {
        let mut sheets = Sheets::default();
        if let Some(unlisted) = self.unlisted {
            write_text(&mut sheets, "address", unlisted);
        }
        sheets
    }
}

/// Finds the address of each recipient: the one that was said if they list it, else their usual one. What was said and
/// nobody lists is another address than any of theirs. Who lists no address takes every one.
pub(super) fn addressed<'a>(
    context: &Context<'_>,
    recipients: &BTreeSet<AuthorityName>,
    channel: &ChannelName,
    said: Option<&'a Text>,
) -> Address<'a> {
    let listed = recipients.iter().filter_map(|name| {
        let rule = context.rules.authorities.get(name)?;
        let listed = rule.addresses.get(channel)?;
        Some((name.clone(), listed))
    });
    let listed: BTreeMap<AuthorityName, &Vec<String>> = listed.collect();
    // Of an address that is withheld only that there is one is known, and so it is one that nobody lists.
    let words = said.and_then(|text| text.words.as_ref());
    let words = words.filter(|words| listed.values().any(|one| one.contains(words)));
    let unlisted = said.filter(|_| words.is_none());
    if unlisted.is_some() {
        return Address {
            unlisted,
            said: None,
            known: BTreeMap::new(),
            elsewhere: listed.into_keys().collect(),
        };
    }
    let known = listed.into_iter().filter_map(|(name, listed)| {
        let theirs = words.filter(|words| listed.contains(words));
        Some((name, theirs.or(listed.first())?.clone()))
    });
    Address {
        unlisted: None,
        said: words.cloned(),
        known: known.collect(),
        elsewhere: BTreeSet::new(),
    }
}

/// Checks that what has a form is filed with its bytes (S5). What is said by a channel that the obligation takes for
/// spoken words has none.
pub(super) fn check_document(
    view: &View<'_>,
    action: &ActionRule,
    obligations: &[&ObligationRule],
    (channel, document): (&ChannelName, Option<Digest>),
) -> Result<(), Rejection> {
    if document.is_some() {
        return Ok(());
    }
    for obligation in obligations {
        let listed = obligation.channels.as_ref();
        if is_spoken(channel) && listed.is_none_or(|listed| listed.contains(channel)) {
            continue;
        }
        for case in &obligation.document {
            let found = view.truth(case.when.as_ref());
            match found.truth {
                Truth::False => {}
                Truth::True => {
                    return Err(Rejection::DocumentNeeded {
                        action: action.name.clone(),
                        obligation: obligation.name.clone(),
                        document: case.item.clone(),
                    });
                }
                Truth::Unknown => {
                    return Err(Rejection::DocumentUndecided {
                        obligation: obligation.name.clone(),
                        because: found.because.iter().map(ToString::to_string).collect(),
                    });
                }
            }
        }
    }
    Ok(())
}
