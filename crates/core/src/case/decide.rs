//! Decides what a request does to a case: first what fell due meanwhile, then the checks, then the events, then
//! settling (design §4). It may refuse; it never writes half.

mod advance;
mod approve;
mod asker;
mod consent;
mod contents;
mod counting;
mod decision;
mod draft;
mod facts;
mod file;
mod filing;
mod other;
mod prospect;
mod room;
mod sending;
mod sense;
mod take;
mod text;

pub(crate) use asker::occurred_at;
pub use contents::late_now;
pub use draft::{Context, Draft};
pub use facts::{LONGEST_TEXT, check_value, split};
pub(crate) use facts::{Recorder, recorded};
pub use prospect::{Prospect, prospects};
pub(crate) use sense::{Giving, anchors};
pub(crate) use take::bars_closing;
pub(crate) use text::{
    Sheets, check as check_texts, check_one as check_text, write_reason, write_text,
};

use crate::case::event::{Body, CaseOpened, Event};
use crate::case::rejection::Rejection;
use crate::case::request::{Content, Delivery, Joining, Request};
use crate::case::settle::{Outlook, next_moment, step};
use crate::case::view::first_zone;
use crate::case::{Case, open};
use crate::ids::CaseId;
use crate::name::ActionName;
use crate::time::Timestamp;
use crate::workflow::rules::By;

/// Most moments that one decision catches up on; more is written by the clock first, in portions (Z2).
pub const MOST_MOMENTS: usize = 10_000;

/// Most moments at which one catch-up looks, also where nothing comes of it: each row of a table may have one.
const MOST_LOOKS: usize = 100_000;

/// Most events of one decision: a dispatch may stop and start the clocks of 10,000 duties (design §4).
pub const MOST_EVENTS: usize = 32_768;

/// Decides a request on a case.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn decide(
    context: &Context<'_>,
    case: &Case,
    request: &Request,
    now: Timestamp,
) -> Result<Vec<Event<Body>>, Rejection> {
    decide_with(context, case, (request, None), now)
}

/// Decides a request with which facts are recorded on the case's incident: the case takes them over with it.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn decide_with(
    context: &Context<'_>,
    case: &Case,
    (request, shared): (&Request, Option<&Delivery>),
    now: Timestamp,
) -> Result<Vec<Event<Body>>, Rejection> {
    decide_draft(context, (case, None), (request, shared), now).map(|draft| draft.events)
}

/// Decides a request on a case of which something may be known since its last decision, under the same context; returns
/// what is to be written together with the case as it would stand then, and what is known of that.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn decide_draft(
    context: &Context<'_>,
    (case, outlook): (&Case, Option<Outlook>),
    (request, shared): (&Request, Option<&Delivery>),
    now: Timestamp,
) -> Result<Draft, Rejection> {
    if now < case.last_recorded {
        return Err(Rejection::ClockBehind {
            now,
            last_recorded: case.last_recorded,
        });
    }
    let draft = Draft::new((case.clone(), outlook), now, request.command);
    let (mut draft, left) = catch_up(context, draft);
    if request.content == Content::Wake {
        if left == 0 {
            step(context, &mut draft, now);
        }
        return Ok(draft);
    }
    if left > 0 {
        return Err(Rejection::CatchUpFirst { moments: left });
    }
    let asked = asker::check(context, case, request, now)?;
    text::check(request)?;
    apply(context, &mut draft, (request, shared), &asked)?;
    step(context, &mut draft, now);
    check_size(&draft.events)?;
    Ok(draft)
}

/// Decides the opening of a case that belongs to no incident; everything that is owed at once is settled with it.
///
/// # Errors
///
/// Returns the refusal, and no case is opened.
///
/// # Panics
///
/// Never: what opens a case is an opening.
pub fn decide_open(
    context: &Context<'_>,
    id: CaseId,
    request: &Request,
    now: Timestamp,
) -> Result<Vec<Event<Body>>, Rejection> {
    decide_open_in(context, id, (request, None), now)
}

/// Decides the opening of a case in an incident, or in none.
///
/// # Errors
///
/// Returns the refusal, and no case is opened.
///
/// # Panics
///
/// Never: what opens a case is an opening.
pub fn decide_open_in(
    context: &Context<'_>,
    id: CaseId,
    (request, joining): (&Request, Option<&Joining>),
    now: Timestamp,
) -> Result<Vec<Event<Body>>, Rejection> {
    let Content::Open { number, delivered } = &request.content else {
        return Err(Rejection::Nothing {});
    };
    let actor = asker::actor_of(context, request)?;
    text::check(request)?;
    let occurred_at = asker::occurred_at(request, now, None)?;
    check_in_force(context, occurred_at)?;
    let initial = context.rules.graph.initial();
    let mut sheets = Sheets::default();
    let reason = write_reason(&mut sheets, request);
    let opened = Event {
        body: Body::CaseOpened(CaseOpened {
            number: *number,
            workflow: context.rules.name.clone(),
            version: context.rules.version,
            digest: context.rules.digest,
            state: initial.clone(),
            phase: context.rules.state(initial).phase,
            reason,
        }),
        actor: actor.clone(),
        occurred_at,
        recorded_at: now,
        command: request.command,
        personal: sheets.0,
        privileged: sheets.1,
    };
    let case = open(id, &opened).expect("the event is an opening");
    let mut draft = Draft::new((case, None), now, request.command);
    draft.events.push(opened);
    let by = asker::Asked::of_opening(actor, occurred_at);
    if let Some(joining) = joining {
        other::link(&mut draft, request, &by, &joining.link)?;
    }
    let operators = delivered
        .iter()
        .map(|(facts, delivered)| (facts, delivered));
    let shared = joining.iter().flat_map(|joining| &joining.shared);
    for (facts, delivered) in operators.chain(shared.map(|one| (&one.facts, &one.delivered))) {
        other::deliver(context, &mut draft, occurred_at, facts, delivered)?;
    }
    step(context, &mut draft, now);
    check_size(&draft.events)?;
    Ok(draft.events)
}

/// Refuses what would write more than one decision may.
fn check_size(events: &[Event<Body>]) -> Result<(), Rejection> {
    if events.len() > MOST_EVENTS {
        return Err(Rejection::TooMuch {
            events: events.len(),
        });
    }
    Ok(())
}

/// Checks that the workflow's text is asserted for the day of opening (L1). Whether it is for the day that the law
/// means is seen once the fact behind it is known, and shown then; nothing changes by itself (L2).
fn check_in_force(context: &Context<'_>, opened_at: Timestamp) -> Result<(), Rejection> {
    let Some(in_force) = &context.rules.in_force else {
        return Ok(());
    };
    let day = opened_at.date(&first_zone(context, None));
    let ended = in_force.until.is_some_and(|until| until < day);
    if day < in_force.from || ended {
        let (from, until) = (in_force.from, in_force.until.map(|until| until.to_string()));
        return Err(Rejection::NotInForce {
            day,
            from,
            until: until.into_iter().collect(),
        });
    }
    Ok(())
}

/// Lets everything happen that fell due up to now, oldest first; returns how many moments were left for the next
/// decision, which is none unless there were more than one decision handles.
fn catch_up(context: &Context<'_>, mut draft: Draft) -> (Draft, usize) {
    let (mut after, mut eventful) = (draft.case.settled_to, 0);
    for _ in 0..MOST_LOOKS {
        if eventful >= MOST_MOMENTS || draft.events.len() > MOST_EVENTS / 2 {
            return (draft, 1);
        }
        match next_moment(context, (&draft.case, draft.outlook), after) {
            Some(moment) if moment < draft.now => {
                let before = draft.events.len();
                step(context, &mut draft, moment);
                eventful += usize::from(draft.events.len() > before);
                after = moment;
            }
            _ => return (draft, 0),
        }
    }
    (draft, 1)
}

/// Writes the request's own events.
fn apply(
    context: &Context<'_>,
    draft: &mut Draft,
    (request, shared): (&Request, Option<&Delivery>),
    asked: &asker::Asked,
) -> Result<(), Rejection> {
    match &request.content {
        Content::Record { facts } => other::record(context, draft, request, asked, (facts, shared)),
        Content::Deliver { facts, delivered } => {
            other::deliver(context, draft, asked.occurred_at, facts, delivered)
        }
        Content::Link { link } => {
            other::link(draft, request, asked, link)?;
            other::share(context, draft, (request, asked), shared)
        }
        Content::Advance {
            action,
            facts,
            dispatch,
        } => {
            let wish = advance::Wish {
                action,
                facts,
                shared,
                dispatch,
            };
            advance::advance(context, draft, request, asked, &wish)
        }
        Content::Approve { action, digest } => {
            approve::approve(context, draft, request, asked, (action, *digest))
        }
        Content::Refuse { action } => approve::refuse(draft, request, asked, action),
        Content::Receive {
            filing,
            received_at,
            receipt,
        } => {
            let receipt = filing::Receipt {
                filing: *filing,
                received_at: *received_at,
                evidence: *receipt,
            };
            filing::receive(context, draft, request, asked, &receipt)
        }
        Content::Undo { filing, how } => filing::undo(draft, request, asked, *filing, *how),
        Content::Attach {
            digest,
            size,
            name,
            filing,
            fact,
        } => {
            let file = other::File {
                digest: *digest,
                size: *size,
                name,
                filing: *filing,
                fact: fact.as_ref(),
            };
            other::attach(context, draft, request, asked, &file)
        }
        Content::Note { text } => {
            other::note(draft, request, asked, text);
            Ok(())
        }
        // A case is opened once, and what the clock wakes was handled before the checks.
        Content::Open { .. } | Content::Wake => Err(Rejection::Nothing {}),
    }
}

/// Returns the actions that a person could take from the present state, by name.
pub(crate) fn possible(context: &Context<'_>, case: &Case) -> Vec<ActionName> {
    let leaving = context.rules.graph.actions_from(&case.state);
    context
        .rules
        .actions
        .iter()
        .filter(|action| leaving.contains(&action.name) && action.by != By::Clock)
        .map(|action| action.name.clone())
        .collect()
}
