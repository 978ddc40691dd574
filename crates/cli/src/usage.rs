//! Explains a command line that cannot be understood, in the reader's language.
//! What is understood is declared in `crates/cli/src/arguments.rs`.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use tsuho_core::catalogue::Language;

use crate::message::Message;

/// Returns what is wrong, what was probably meant, and how the command is used.
pub(crate) fn explain(error: &Error, language: Language) -> String {
    let mut text = Message::new("program.error").text(language);
    text.push_str(&what(error).text(language));
    for (kind, key) in [
        (ContextKind::SuggestedArg, "usage.meant"),
        (ContextKind::SuggestedSubcommand, "usage.meant"),
        (ContextKind::SuggestedValue, "usage.meant"),
        (ContextKind::ValidValue, "usage.possible"),
    ] {
        if let Some(value) = context(error, kind) {
            text.push('\n');
            text.push_str(&Message::new("program.hint").text(language));
            text.push_str(&Message::new(key).with("value", value).text(language));
        }
    }
    text.push('\n');
    text.push_str(&Message::new("usage.help").text(language));
    text
}

/// Returns what is wrong.
fn what(error: &Error) -> Message {
    let key = match error.kind() {
        ErrorKind::InvalidValue => "usage.invalid-value",
        ErrorKind::UnknownArgument => "usage.unknown-argument",
        ErrorKind::InvalidSubcommand => "usage.unknown-command",
        ErrorKind::ValueValidation => "usage.bad-value",
        ErrorKind::ArgumentConflict => "usage.conflict",
        ErrorKind::MissingRequiredArgument => "usage.missing-argument",
        ErrorKind::MissingSubcommand => "usage.missing-command",
        ErrorKind::InvalidUtf8 => "usage.not-utf8",
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            "usage.number-of-values"
        }
        // clap may learn more kinds; its own words are better than none.
        _ => return Message::new("usage.other").with("text", error.kind().to_string()),
    };
    let mut message = Message::new(key);
    for (kind, name) in [
        (ContextKind::InvalidArg, "argument"),
        (ContextKind::InvalidSubcommand, "command"),
        (ContextKind::InvalidValue, "value"),
        (ContextKind::PriorArg, "other"),
    ] {
        message = message.with(name, context(error, kind).unwrap_or_default());
    }
    let why = std::error::Error::source(error).map(ToString::to_string);
    message.with("why", why.unwrap_or_default())
}

/// Returns what clap knows of one kind.
fn context(error: &Error, kind: ContextKind) -> Option<String> {
    let text = match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => {
            let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            texts.join(", ")
        }
        ContextValue::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
