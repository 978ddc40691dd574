//! Writes a folded case down and reads it again, so that opening a case need not begin with its first event.
//! Where a snapshot is kept and when one is made is for whoever loads cases.
//!
//! It is no part of the history and no promise: whoever does not understand one throws it away, and folds.

use tsuho_ledger::Digest;

use crate::case::Case;

/// What the bytes are and mean. It changes whenever a field of [`Case`] or of what it holds is written differently, and
/// whenever `evolve` makes something else of the same events: a snapshot of before is then read by nobody.
pub const FORMAT: &str = "tsuho/snapshot/case/2";

/// Where in a history a snapshot was made: it is the fold of every record of the stream up to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The stream.
    pub stream: &'a str,
    /// How many records were folded.
    pub version: u64,
    /// The hash of the last of them.
    pub head: Digest,
}

/// Writes a case down; equal cases give equal bytes.
///
/// # Panics
///
/// Never: every key of the maps that a case holds is a text or a number.
#[must_use]
pub fn write(case: &Case) -> Vec<u8> {
    serde_json::to_vec(case).expect("keys are texts or numbers")
}

/// Reads a case; `None` if the bytes are none of [`FORMAT`].
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Case> {
    serde_json::from_slice(bytes).ok()
}

/// Returns what binds bytes to their format and to the place where they were made.
#[must_use]
pub fn digest(format: &str, place: Place<'_>, bytes: &[u8]) -> Digest {
    let version = place.version.to_be_bytes();
    Digest::of_all(&[
        format.as_bytes(),
        b"\0",
        place.stream.as_bytes(),
        b"\0",
        &version,
        place.head.as_bytes(),
        bytes,
    ])
}
