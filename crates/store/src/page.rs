//! How much a listing returns at once.
//!
//! Where a page begins is each listing's own key.

/// Number of rows that a page holds at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// The largest page: enough to amortise a round trip, and small beside the memory of the smallest machine, with
    /// headers under 2 KiB.
    pub const MAX: Self = Self(1024);

    /// Returns a limit between 1 and [`Limit::MAX`].
    #[must_use]
    pub fn new(rows: u32) -> Self {
        Self(rows.clamp(1, Self::MAX.0))
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}
