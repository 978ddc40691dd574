//! Stands in for a file: a scenario says what a file is called, and that is all that is in it.
//! Which step speaks of which file is said by the step.

use tsuho_ledger::Digest;

use crate::case::Content;
use crate::case::request::Text;

/// A file in a scenario: what it is called is all that it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StandIn(pub String);

impl StandIn {
    /// Returns its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Returns the digest of its bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.bytes())
    }

    /// Returns what asks that it be attached.
    #[must_use]
    pub fn attaching(&self) -> Content {
        Content::Attach {
            digest: self.digest(),
            size: self.0.len() as u64,
            name: Text::personal(&self.0),
            filing: None,
            fact: None,
        }
    }
}
