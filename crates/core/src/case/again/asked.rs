//! Reads off an event what was given and sent: the values themselves where no part keeps them.
//! Which event says what was asked is found by the parent.

use std::collections::BTreeSet;

use tsuho_ledger::PartClass;

use crate::case::authority_decision::decisions;
use crate::case::event::{ApprovalRequested, FactRecorded, FactsRecorded, FilingMade};
use crate::case::request::{Content, Dispatch, Facts, Given, Text};

/// Returns a text of which only the class is known.
pub(crate) const fn unspoken(class: PartClass) -> Text {
    Text { class, words: None }
}

/// Returns facts as they were given, without the words that parts keep.
pub(crate) fn given(body: &FactsRecorded) -> Facts {
    body.facts
        .iter()
        .map(|(name, recorded)| (name.clone(), given_one(recorded)))
        .collect()
}

/// Returns one fact as it was given.
fn given_one(recorded: &FactRecorded) -> Given {
    Given {
        change: recorded.change.clone(),
        as_of: Some(recorded.as_of),
        certainty: recorded.certainty,
        source: recorded.source.map(unspoken),
    }
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

/// Returns what was asked that only a second person's consent takes: an action, or to record an authority's decisions.
pub(super) fn of_proposal(body: &ApprovalRequested, facts: Facts) -> Content {
    match &body.proposal.decisions {
        Some(recorded) => Content::Record {
            facts: [(decisions(), given_one(recorded))].into(),
        },
        None => Content::Advance {
            action: body.proposal.action.clone(),
            facts,
            dispatch: proposed(body),
        },
    }
}

fn proposed(body: &ApprovalRequested) -> Dispatch {
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
