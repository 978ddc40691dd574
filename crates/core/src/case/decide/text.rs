//! Puts what somebody said in words into the part of its class.
//! Which texts an event has is its own business.

use tsuho_ledger::PartClass;

use super::facts::LONGEST_TEXT;
use crate::case::event::Sheet;
use crate::case::rejection::Rejection;
use crate::case::request::{Content, Facts, Request, Text};
use crate::value::Value;

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

/// Refuses texts that are longer than a text may be: reasons, notes, names, addresses, sources.
pub(super) fn check(request: &Request) -> Result<(), Rejection> {
    let mut texts: Vec<(&str, &Text)> = request
        .reason
        .iter()
        .map(|reason| ("reason", reason))
        .collect();
    let sources = |facts: &'_ Facts| {
        facts
            .values()
            .filter_map(|given| given.source.clone())
            .collect::<Vec<_>>()
    };
    let sources: Vec<Text> = match &request.content {
        Content::Record { facts }
        | Content::Deliver { facts, .. }
        | Content::Advance { facts, .. } => sources(facts),
        Content::Open { .. }
        | Content::Approve { .. }
        | Content::Refuse { .. }
        | Content::Receive { .. }
        | Content::Undo { .. }
        | Content::Attach { .. }
        | Content::Note { .. }
        | Content::Wake => Vec::new(),
    };
    texts.extend(sources.iter().map(|source| ("source", source)));
    match &request.content {
        Content::Note { text } => texts.push(("note", text)),
        Content::Attach { name, .. } => texts.push(("name", name)),
        Content::Advance { dispatch, .. } => {
            texts.extend(dispatch.address.iter().map(|text| ("address", text)));
        }
        Content::Open { .. }
        | Content::Record { .. }
        | Content::Deliver { .. }
        | Content::Approve { .. }
        | Content::Refuse { .. }
        | Content::Receive { .. }
        | Content::Undo { .. }
        | Content::Wake => {}
    }
    let long = |text: &Text| {
        text.words
            .as_ref()
            .is_some_and(|words| words.len() > LONGEST_TEXT)
    };
    match texts.into_iter().find(|(_, text)| long(text)) {
        Some((what, _)) => Err(Rejection::TooLarge {
            fact: what.to_owned(),
            most: LONGEST_TEXT,
        }),
        None => Ok(()),
    }
}
