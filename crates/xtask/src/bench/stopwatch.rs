//! Reads the machine's steady clock, for what is measured; nothing here knows a date.

use std::time::Instant;

/// Returns the present, only good for telling how long something took.
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures real time; the product is given a clock"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}
