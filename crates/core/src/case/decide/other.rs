//! Decides what leaves the state alone: facts recorded or delivered, the incident, files attached, notes.
//! Facts given with an action are recorded by the action.

use tsuho_ledger::Digest;

use super::asker::Asked;
use super::facts::{self, Recorder};
use super::{Context, Draft, decision, room, sense, write_reason, write_text};
use crate::case::event::{
    Actor, CaseLinked, Delivered, EvidenceAttached, FactsRecorded, NoteAdded, Sheet,
};
use crate::case::rejection::Rejection;
use crate::case::request::{Content, Delivery, Facts, Request, Text};
use crate::name::FactName;
use crate::time::Timestamp;

/// Records facts, with those that the incident keeps.
pub(super) fn record(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    (facts, shared): (&Facts, Option<&Delivery>),
) -> Result<(), Rejection> {
    if facts.is_empty() && shared.is_none() {
        return Err(Rejection::Nothing {});
    }
    if decision::are_given(facts) {
        return match shared {
            None => decision::record(context, draft, request, by, facts),
            Some(_) => Err(Rejection::DecisionAlone {}),
        };
    }
    share(context, draft, (request, by), shared)?;
    if facts.is_empty() {
        return Ok(());
    }
    let declared = &context.rules.facts;
    let (recorded, mut sheets) =
        facts::recorded(declared, facts, by.occurred_at, draft.now, Recorder::Case)?;
    sense::check(context, &draft.case, request, facts, draft.now)?;
    let reason = write_reason(&mut sheets, request);
    let body = FactsRecorded {
        facts: recorded,
        delivered: None,
        approval: None,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
    room::check(context, draft)
}

/// Takes over facts that somebody gives to this case and its incident keeps: on this case they are that person's.
pub(super) fn share(
    context: &Context<'_>,
    draft: &mut Draft,
    (request, by): (&Request, &Asked),
    shared: Option<&Delivery>,
) -> Result<(), Rejection> {
    let Some(Delivery { facts, delivered }) = shared else {
        return Ok(());
    };
    let (recorded, mut sheets) = facts::recorded(
        &context.rules.facts,
        facts,
        by.occurred_at,
        draft.now,
        Recorder::of(delivered),
    )?;
    sense::check(context, &draft.case, request, facts, draft.now)?;
    // Where nothing else of the request's own is written, its reason stands here.
    let is_alone = matches!(&request.content, Content::Record { facts } if facts.is_empty());
    let reason = is_alone
        .then(|| write_reason(&mut sheets, request))
        .flatten();
    let body = FactsRecorded {
        facts: recorded,
        delivered: Some(delivered.clone()),
        approval: None,
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
    room::check(context, draft)
}

/// Makes the case one of an incident.
pub(super) fn link(
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    link: &CaseLinked,
) -> Result<(), Rejection> {
    if let Some(of) = draft.case.incident {
        return Err(Rejection::Linked {
            case: draft.case.number,
            incident: of.number,
        });
    }
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request);
    let link = CaseLinked {
        reason,
        ..link.clone()
    };
    draft.push_with(link, by.actor.clone(), by.occurred_at, sheets);
    Ok(())
}

/// Takes over facts of an owner's stream.
pub(super) fn deliver(
    context: &Context<'_>,
    draft: &mut Draft,
    occurred_at: Timestamp,
    facts: &Facts,
    delivered: &Delivered,
) -> Result<(), Rejection> {
    let declared = &context.rules.facts;
    let (facts, sheets) = facts::recorded(
        declared,
        facts,
        occurred_at,
        draft.now,
        Recorder::of(delivered),
    )?;
    let body = FactsRecorded {
        facts,
        delivered: Some(delivered.clone()),
        approval: None,
        reason: None,
    };
    draft.push_with(body, Actor::Clock, occurred_at, sheets);
    match Recorder::of(delivered) {
        // The operator's facts bar no case from its next command.
        Recorder::Operator | Recorder::Case => Ok(()),
        Recorder::Incident => room::check(context, draft),
    }
}

/// A file whose bytes are kept already.
pub(super) struct File<'a> {
    /// SHA-256 of its bytes.
    pub(super) digest: Digest,
    /// Bytes.
    pub(super) size: u64,
    /// Its name.
    pub(super) name: &'a Text,
    /// The filing for which it is evidence.
    pub(super) filing: Option<u64>,
    /// The fact that it bears out.
    pub(super) fact: Option<&'a FactName>,
}

/// Attaches a file, to a filing or a fact of the case if it speaks of one.
pub(super) fn attach(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    file: &File<'_>,
) -> Result<(), Rejection> {
    let known = |number: &u64| draft.case.filings.contains_key(number);
    if let Some(filing) = file.filing.filter(|number| !known(number)) {
        return Err(Rejection::UnknownFiling { filing });
    }
    let declared = &context.rules.facts;
    if let Some(fact) = file.fact.filter(|fact| !declared.contains_key(*fact)) {
        return Err(Rejection::UnknownFact {
            fact: fact.clone(),
            similar: Vec::new(),
        });
    }
    let mut sheets = (Sheet::new(), Sheet::new());
    let reason = write_reason(&mut sheets, request);
    write_text(&mut sheets, "name", file.name);
    let body = EvidenceAttached {
        digest: file.digest,
        size: file.size,
        name: file.name.class,
        filing: file.filing,
        fact: file.fact.cloned(),
        reason,
    };
    draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
    Ok(())
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
