//! Streams: the histories that records belong to, such as `case/<id>` or `system`.
//!
//! Leaves the meaning of a stream's name to the caller.

use std::fmt;
use std::str::FromStr;

use tsuho_ledger::{Digest, Label, LabelError, Moment};

/// The name of a stream, as it stands in every header of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamName(Label);

impl StreamName {
    /// Takes a name as headers spell it.
    #[must_use]
    pub fn new(name: Label) -> Self {
        Self(name)
    }

    /// Returns the stream of people, roles and publications, whose head every command may compare.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "the name is a constant, and a test makes it"
    )]
    pub fn system() -> Self {
        Self(Label::new("system").expect("six letters are a label"))
    }

    /// Returns the name as headers spell it.
    #[must_use]
    pub fn label(&self) -> &Label {
        &self.0
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for StreamName {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

/// Where a stream stands; a stream without records has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamHead {
    /// Number of records, which is the `seq` of the next one.
    pub version: u64,
    /// Hash of the last record.
    pub digest: Digest,
    /// What people have changed, counted.
    pub revision: u64,
    /// The earliest pending instant of the folded stream.
    pub wake_at: Option<Moment>,
}
