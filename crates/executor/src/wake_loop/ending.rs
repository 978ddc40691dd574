//! Which failures end a loop of wake-ups, and which of several is told.

use crate::Error;

/// Returns which of two failures says why the loop ends: one that only tells that nothing is written any more came after
/// another.
pub(super) fn first(one: Error, other: Error) -> Error {
    if is_aftermath(&one) { other } else { one }
}

fn is_aftermath(error: &Error) -> bool {
    use tsuho_store::Error as Store;
    matches!(error, Error::Store(Store::Stopped { .. }))
        || matches!(error, Error::Unacknowledged { source, .. } if matches!(**source, Store::Stopped { .. }))
}

/// Tells whether nothing can be written after a failure, so that no other case can be woken either.
pub(super) fn ends(error: &Error) -> bool {
    use tsuho_store::Error as Store;
    match error {
        Error::ClockJumped { .. } | Error::Store(Store::Stopped { .. }) => true,
        // Somebody else held the database, or this case's rows were refused: nothing was written, and others may be.
        Error::Unacknowledged { source, .. } => {
            !matches!(**source, Store::Locked { .. } | Store::Refused { .. })
        }
        Error::Store(_)
        | Error::Unreadable(_)
        | Error::Unchained(_)
        | Error::NotOpened { .. }
        | Error::IncidentNotOpened { .. }
        | Error::Workflow { .. }
        | Error::Unpublishable { .. }
        | Error::Calendar { .. }
        | Error::NoInstallation
        | Error::UnknownCase { .. }
        | Error::UnknownIncident { .. }
        | Error::UnknownWorkflow { .. }
        | Error::CalendarExists { .. }
        | Error::KeyReused { .. }
        | Error::Crowded { .. }
        | Error::FarBehind { .. }
        | Error::ClockBehind { .. }
        | Error::Unsealable(_)
        | Error::Append(_)
        | Error::Batch(_) => false,
    }
}
