//! Puts what somebody said in words into the part of its class.
//! Which texts an event has is its own business.

use tsuho_ledger::PartClass;

use super::facts::LONGEST_TEXT;
use super::sense::check_words;
use crate::case::event::Sheet;
use crate::case::rejection::{Rejection, Spot};
use crate::case::request::{Content, Facts, Request, Text};
use crate::value::Value;
use crate::wording::Lines;

/// The personal and the privileged sheet of an event.
pub(crate) type Sheets = (Sheet, Sheet);

/// Puts a text into the sheet of its class.
pub(crate) fn write_text(sheets: &mut Sheets, path: &str, text: &Text) {
    let Some(words) = &text.words else {
        return;
    };
    let value = Value::Text(words.clone());
    match text.class {
        PartClass::Privileged => sheets.1.insert(path.to_owned(), value),
        PartClass::Operational | PartClass::Personal => sheets.0.insert(path.to_owned(), value),
    };
}

/// Puts the request's reason into the sheet of its class; returns the class, which the event names.
pub(crate) fn write_reason(sheets: &mut Sheets, request: &Request) -> Option<PartClass> {
    let reason = request.reason.as_ref()?;
    write_text(sheets, "reason", reason);
    Some(reason.class)
}

/// Refuses texts that are longer than a text may be, say nothing, or hold what nobody sees: reasons, notes, names,
/// addresses, sources.
pub(crate) fn check(request: &Request) -> Result<(), Rejection> {
    use Lines::{One, Several};
    let reason = request.reason.iter();
    let mut texts: Vec<(&'static str, Lines, &Text)> = reason
        .map(|reason| ("words.reason", Several, reason))
        .collect();
    match &request.content {
        Content::Record { facts } | Content::Deliver { facts, .. } => texts.extend(sources(facts)),
        Content::Advance {
            facts, dispatch, ..
        } => {
            texts.extend(sources(facts));
            let address = dispatch.address.iter();
            texts.extend(address.map(|text| ("words.address", Several, text)));
        }
        Content::Note { text } => texts.push(("words.note", Several, text)),
        Content::Attach { name, .. } => texts.push(("words.name", One, name)),
        Content::Open { .. }
        | Content::Link { .. }
        | Content::Approve { .. }
        | Content::Refuse { .. }
        | Content::Receive { .. }
        | Content::Undo { .. }
        | Content::Wake => {}
    }
    for (what, lines, text) in texts {
        let Some(words) = &text.words else {
            continue;
        };
        check_one(words, lines, what)?;
    }
    Ok(())
}

/// Refuses one such text.
pub(crate) fn check_one(words: &str, lines: Lines, what: &'static str) -> Result<(), Rejection> {
    if words.len() > LONGEST_TEXT {
        return Err(Rejection::TooLarge {
            text: Spot::Text(what),
            most: LONGEST_TEXT,
        });
    }
    check_words(words, lines, || Spot::Text(what))
}

/// Returns where facts come from, as somebody says it.
fn sources(facts: &Facts) -> impl Iterator<Item = (&'static str, Lines, &Text)> {
    let sources = facts.values().filter_map(|given| given.source.as_ref());
    sources.map(|source| ("words.source", Lines::Several, source))
}
