//! Reads off an event what was given and sent: the values themselves where no part keeps them.
//! Which event says what was asked is found by the parent.

use std::collections::BTreeSet;

use tsuho_ledger::PartClass;

use crate::case::event::{ApprovalRequested, FactRecorded, FactsRecorded, FilingMade};
use crate::case::request::{Dispatch, Facts, Given, Text};

/// Returns a text of which only the class is known.
pub(crate) const fn unspoken(class: PartClass) -> Text {
    Text { class, words: None }
}

/// Returns facts as they were given, without the words that parts keep.
pub(crate) fn given(body: &FactsRecorded) -> Facts {
    let one = |recorded: &FactRecorded| Given {
        change: recorded.change.clone(),
        as_of: Some(recorded.as_of),
        certainty: recorded.certainty,
        source: recorded.source.map(unspoken),
    };
    body.facts
        .iter()
        .map(|(name, recorded)| (name.clone(), one(recorded)))
        .collect()
}

pub(super) fn dispatched(body: &FilingMade) -> Dispatch {
    Dispatch {
        channel: Some(body.channel.clone()),
        address: address(body),
        recipients: body.recipients.clone(),
        duties: body.duties.clone(),
        sent_at: Some(body.sent_at),
        received_at: body.received_at,
        document: body.document,
        evidence: body.evidence.clone(),
    }
}

/// Returns the address that was said: in words where a recipient lists it, else only that there is one.
fn address(body: &FilingMade) -> Option<Text> {
    let listed = body.said.as_ref().map(|words| Text {
        class: PartClass::Personal,
        words: Some(words.clone()),
    });
    listed.or_else(|| body.address.map(unspoken))
}

pub(super) fn proposed(body: &ApprovalRequested) -> Dispatch {
    Dispatch {
        channel: body.channel.clone(),
        address: None,
        recipients: body.proposal.recipients.clone(),
        duties: body.proposal.duties.clone(),
        sent_at: None,
        received_at: None,
        document: body.proposal.document,
        evidence: BTreeSet::new(),
    }
}
