//! The installation itself: whether it is real or a drill, and how far its ledger has come.
//!
//! Leaves paths, versions and locks to the backends.

use tsuho_ledger::Moment;

use crate::Position;

/// Tells whether a database holds real cases or a drill; it is born one or the other and stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Real cases, in the time of the injected clock.
    Real,
    /// A drill, in virtual time that the database itself remembers.
    Drill,
}

impl Kind {
    /// Returns the word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Drill => "drill",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Real, Self::Drill]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// The one row of `ledger`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerState {
    /// Number of records, which is the position of the next one.
    pub size: Position,
    /// The number that the next opened case takes, counted from 1.
    pub next_case_number: u64,
    /// The number that the next opened incident takes, counted from 1.
    pub next_incident_number: u64,
    /// Real or drill.
    pub kind: Kind,
    /// The virtual present of a drill; absent in a real database.
    pub virtual_now: Option<Moment>,
    /// When the database was created, by the clock of whoever created it.
    pub created_at: Moment,
}
