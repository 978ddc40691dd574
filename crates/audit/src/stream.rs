//! Tells streams apart by their names.
//! What their records say is read by core.

use tsuho_core::ids::{CaseId, IncidentId};

/// What a stream holds, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// People, roles and publications.
    System,
    /// The operator's facts.
    Operator,
    /// An incident.
    Incident(IncidentId),
    /// A case.
    Case(CaseId),
}

/// The stream of people, roles and publications.
pub(crate) const SYSTEM: &str = "system";

impl Kind {
    /// Returns what a stream of this name holds; `None` if no such stream is known.
    pub(crate) fn of(stream: &str) -> Option<Self> {
        match stream {
            SYSTEM => Some(Self::System),
            tsuho_core::operator::STREAM => Some(Self::Operator),
            _ => match stream.strip_prefix(tsuho_core::incident::PREFIX) {
                Some(id) => id.parse().ok().map(Self::Incident),
                None => stream.strip_prefix("case/")?.parse().ok().map(Self::Case),
            },
        }
    }
}
