//! Puts what somebody said in words into the part of its class.
//! Which texts an event has is its own business.

use tsuho_ledger::PartClass;

use crate::case::event::Sheet;
use crate::case::request::{Request, Text};
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
