//! A point in time as a person states it: with the zone in which it was said and how exactly (V2).
//! The moment itself is a `Timestamp`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Date, Timestamp, Zone};

/// How exactly somebody stated an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the minute or better.
    Minute,
    /// To the hour.
    Hour,
    /// To the day: `at` is the first moment of that day in the zone (V2).
    Day,
}

/// A point in time as a person states it: with the zone in which it was said and how exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instant {
    /// The moment; of a day its first in `zone`.
    pub at: Timestamp,
    /// How exactly it was stated.
    pub precision: Precision,
    /// The zone in which it was stated.
    pub zone: Zone,
}

impl Instant {
    /// Makes an instant to the minute.
    #[must_use]
    pub const fn new(at: Timestamp, zone: Zone) -> Self {
        Self {
            at,
            zone,
            precision: Precision::Minute,
        }
    }

    /// Makes an instant known only to the day.
    #[must_use]
    pub fn day(date: Date, zone: Zone) -> Self {
        Self {
            at: zone.first_moment(date),
            zone,
            precision: Precision::Day,
        }
    }

    /// Returns its day: what was stated to the day is that day, wherever it was stated; else the day in a zone (V2).
    #[must_use]
    pub fn date_in(&self, zone: &Zone) -> Date {
        match self.precision {
            Precision::Day => self.at.date(&self.zone),
            Precision::Minute | Precision::Hour => self.at.date(zone),
        }
    }
}

impl fmt::Display for Instant {
    /// Writes the civil time with the zone's name, or the date alone when no more is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.at.civil(&self.zone);
        match self.precision {
            Precision::Day => write!(f, "{}", civil.date()),
            Precision::Minute | Precision::Hour => {
                write!(
                    f,
                    "{} {:02}:{:02}",
                    civil.date(),
                    civil.hour(),
                    civil.minute()
                )?;
                if civil.second() != 0 || civil.subsec_nanosecond() != 0 {
                    write!(f, ":{:02}", civil.second())?;
                }
                write!(f, " {}", self.zone)
            }
        }
    }
}
