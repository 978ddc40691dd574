//! Leases: which of several processes does what only one should do, such as waking cases when their time comes.
//!
//! A lease keeps work from being done twice, and nothing else: that nothing happens twice is promised by the comparison
//! of heads in [`crate::Store::commit`], whoever believes to hold a lease.

use std::time::Duration;

/// Somebody asks for a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What the lease is for.
    pub name: String,
    /// Who asks, to be told to whoever asks next.
    pub holder: String,
    /// How long it lasts unless it is renewed.
    pub lasting: Duration,
}

/// A lease as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenure {
    /// What the lease is for.
    pub name: String,
    /// Who took it.
    pub holder: String,
    /// How often it was taken, this time included.
    pub epoch: u64,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is held now.
    Taken(Tenure),
    /// Somebody else holds it.
    Held {
        /// Who holds it; absent if it was given back meanwhile.
        holder: Option<String>,
        /// How much longer, unless it is renewed.
        remaining: Duration,
    },
}

/// What became of a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// The lease lasts longer.
    Renewed,
    /// Somebody else has taken it, or it was given back.
    Lost,
}
