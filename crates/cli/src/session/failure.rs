//! Puts failures of the executor into words: what happened, whether anything was written, and what to do next.
//! Failures of the store alone are in `crates/cli/src/open.rs`.

use std::path::Path;

use tsuho_executor::Error;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::message::Message;
use crate::open;

/// Returns what a person reads of a failure.
pub(super) fn of(error: Error, database: &Path) -> Failure {
    let error = match error {
        Error::Store(error) => return open::failure(error, database),
        Error::Unacknowledged { source, .. } if is_known(&source) => {
            return open::failure(source, database);
        }
        other => other,
    };
    let (exit, key) = nature(&error);
    let named = |key: String| {
        Message::new(key)
            .with("database", database.display().to_string())
            .with("what", error.to_string())
    };
    let (message, hint) = (
        named(format!("session.{key}")),
        named(format!("session.{key}.hint")),
    );
    let failure = Failure::new(exit, message).hint(hint);
    match std::error::Error::source(&error) {
        Some(_) => failure.cause(error),
        None => failure,
    }
}

/// Tells whether the store's own sentence says all. After most of these it knows that nothing was written: a row that cannot
/// be read is met before the first is written.
fn is_known(error: &tsuho_store::Error) -> bool {
    matches!(
        error,
        tsuho_store::Error::Locked { .. }
            | tsuho_store::Error::ReadOnly { .. }
            | tsuho_store::Error::Full { .. }
            | tsuho_store::Error::Refused { .. }
            | tsuho_store::Error::Corrupt { .. }
            | tsuho_store::Error::Stopped { .. }
            // What was written lies where its sentence says that it does not belong.
            | tsuho_store::Error::Displaced { .. }
    )
}

/// Returns how the program ends, and what the sentences about the failure are called.
const fn nature(error: &Error) -> (Exit, &'static str) {
    match error {
        Error::Unacknowledged { .. } => (Exit::Undecided, "unacknowledged"),
        Error::Store(_)
        | Error::Unreadable(_)
        | Error::Unchained(_)
        | Error::NotOpened { .. }
        | Error::IncidentNotOpened { .. }
        | Error::Workflow { .. }
        | Error::Calendar { .. } => (Exit::Malformed, "damaged"),
        Error::Unpublishable { .. } => (Exit::Findings, "unpublishable"),
        Error::NoInstallation => (Exit::NothingToRead, "no-installation"),
        Error::UnknownCase { .. } => (Exit::NothingToRead, "unknown-case"),
        Error::UnknownIncident { .. } => (Exit::NothingToRead, "unknown-incident"),
        Error::UnknownWorkflow { .. } => (Exit::NothingToRead, "unknown-workflow"),
        Error::CalendarExists { .. } => (Exit::Findings, "calendar-exists"),
        Error::KeyReused { .. } => (Exit::Findings, "key-reused"),
        Error::Crowded { .. } => (Exit::Internal, "crowded"),
        Error::FarBehind { .. } => (Exit::Internal, "far-behind"),
        Error::ClockBehind { .. } => (Exit::Internal, "clock-behind"),
        Error::ClockJumped { .. } => (Exit::Internal, "clock-jumped"),
        Error::Unsealable(_) | Error::Append(_) | Error::Batch(_) => (Exit::Internal, "defect"),
    }
}

#[cfg(test)]
mod tests {
    use tsuho_core::catalogue::Language;
    use tsuho_core::time::Timestamp;

    use super::*;

    #[test]
    fn a_clock_that_jumped_is_explained_in_both_languages() {
        let jumped = Error::ClockJumped {
            found: Timestamp::LAST,
            expected: Timestamp::FIRST,
        };
        let failure = of(jumped, Path::new("a.db"));
        assert_eq!(failure.exit(), Exit::Internal);
        let advice = failure.hints().first().expect("it says what to do");
        for language in [Language::En, Language::Ja] {
            for text in [failure.message().text(language), advice.text(language)] {
                assert!(!text.contains(['[', '{']), "{text}");
            }
        }
    }
}
