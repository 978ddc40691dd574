//! An elapsed length of time, exact across days, zones and summer time.
//! Periods that count dates are a `Period`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;

/// An elapsed length, exact to the microsecond; it may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// Makes a length of microseconds.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Makes a length of whole minutes; saturates at 292,000 years.
    #[must_use]
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60 * SECOND))
    }

    /// Makes a length of whole hours.
    #[must_use]
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3600 * SECOND))
    }

    /// Makes a length of days of 24 hours, whatever a zone does meanwhile.
    #[must_use]
    pub const fn from_days(days: i64) -> Self {
        Self(days.saturating_mul(24 * 3600 * SECOND))
    }

    /// Returns the length in microseconds.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Returns the length backwards.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl fmt::Display for Span {
    /// Writes days, hours, minutes and seconds, leaving out what is zero: `17 h 26 min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut wrote = false;
        for (unit, micros) in [
            ("d", 86_400_000_000),
            ("h", 3_600_000_000),
            ("min", 60_000_000),
        ] {
            let count = rest / micros;
            rest %= micros;
            if count > 0 {
                write!(f, "{}{count} {unit}", if wrote { " " } else { "" })?;
                wrote = true;
            }
        }
        if rest > 0 || !wrote {
            let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
            write!(f, "{}{seconds}", if wrote { " " } else { "" })?;
            if micros > 0 {
                write!(f, "{}", format!(".{micros:06}").trim_end_matches('0'))?;
            }
            f.write_str(" s")?;
        }
        Ok(())
    }
}
