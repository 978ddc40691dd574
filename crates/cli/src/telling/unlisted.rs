//! Says of a filing that it went through a channel, or to an address, that a recipient does not list.
//! It counts once it is confirmed with a receipt; when it counts is decided in `tsuho-core`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::Filing;
use tsuho_core::case::event::FilingMade;
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::{AuthorityName, ChannelName, ObligationName};

use super::Words;

/// How a filing went, and for whom it does not count.
pub(crate) struct Went<'a> {
    obligations: &'a BTreeSet<ObligationName>,
    channel: &'a ChannelName,
    /// Recipients who do not list the address.
    elsewhere: &'a BTreeSet<AuthorityName>,
    /// Recipients for whom it does not count.
    waits: Vec<&'a AuthorityName>,
}

impl<'a> From<&'a FilingMade> for Went<'a> {
    fn from(made: &'a FilingMade) -> Self {
        Self {
            obligations: &made.obligations,
            channel: &made.channel,
            elsewhere: &made.elsewhere,
            waits: waiting(&made.recipients, &made.counts),
        }
    }
}

impl<'a> From<&'a Filing> for Went<'a> {
    fn from(filing: &'a Filing) -> Self {
        Self {
            obligations: &filing.obligations,
            channel: &filing.channel,
            elsewhere: &filing.elsewhere,
            waits: waiting(&filing.recipients, &filing.counts),
        }
    }
}

/// Returns the recipients for whom nothing counts yet.
fn waiting<'a, V>(
    recipients: &'a BTreeSet<AuthorityName>,
    counts: &BTreeMap<AuthorityName, V>,
) -> Vec<&'a AuthorityName> {
    let recipients = recipients.iter();
    recipients
        .filter(|name| !counts.contains_key(*name))
        .collect()
}

impl Words<'_> {
    /// Says what is not listed, if that keeps a filing from counting.
    pub(crate) fn unlisted(&self, went: &Went<'_>) -> Option<Arg> {
        let mut waits = went.waits.iter();
        let (name, key) = waits.find_map(|name| {
            if self
                .rules
                .counted(went.obligations, went.channel, name)
                .is_none()
            {
                return Some((name, "unlisted.channel"));
            }
            went.elsewhere
                .contains(*name)
                .then_some((name, "unlisted.address"))
        })?;
        let args = Args::from([
            ("recipient", self.authority(name)),
            ("channel", super::channel(went.channel)),
        ]);
        Some(Arg::Message(key, args))
    }
}
