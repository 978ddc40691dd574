//! Decides what leaves the state alone: facts recorded or delivered, files attached, notes.
//! Facts given with an action are recorded by the action.

use tsuho_ledger::Digest;

use super::asker::Asked;
use super::facts::{self, Recorder};
use super::{Context, Draft, room, sense, write_reason, write_text};
use crate::case::event::{Actor, Delivered, EvidenceAttached, FactsRecorded, NoteAdded, Sheet};
use crate::case::rejection::Rejection;
use crate::case::request::{Facts, Request, Text};

/// Records facts.
pub(super) fn record(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    facts: &Facts,
) -> Result<(), Rejection> {
    if facts.is_empty() {
        return Err(Rejection::Nothing {});
    }
    let declared = &context.rules.facts;
    let (recorded, mut sheets) =
        facts::recorded(declared, facts, by.occurred_at, draft.now, Recorder::Case)?;
    sense::check(context, &draft.case, request, facts, draft.now)?;
    let reason = write_reason(&mut sheets, request);
    let body = FactsRecorded {
        facts: recorded,
        delivered: None,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
    room::check(context, draft)
}

/// Takes over facts of an owner's stream.
pub(super) fn deliver(
    context: &Context<'_>,
    draft: &mut Draft,
    by: &Asked,
    facts: &Facts,
    delivered: &Delivered,
) -> Result<(), Rejection> {
    let declared = &context.rules.facts;
    let (facts, sheets) =
        facts::recorded(declared, facts, by.occurred_at, draft.now, Recorder::Owner)?;
    let body = FactsRecorded {
        facts,
        delivered: Some(delivered.clone()),
        reason: None,
    };
    draft.push_with(body, Actor::Clock, by.occurred_at, sheets);
    Ok(())
}

/// Attaches a file whose bytes are kept already.
pub(super) fn attach(
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    (digest, size): (Digest, u64),
    name: &Text,
) {
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request);
    write_text(&mut sheets, "name", name);
    let body = EvidenceAttached {
        digest,
        size,
        name: name.class,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
}

/// Writes something down.
pub(super) fn note(draft: &mut Draft, request: &Request, by: &Asked, text: &Text) {
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request);
    write_text(&mut sheets, "text", text);
    let body = NoteAdded {
        class: text.class,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
}
