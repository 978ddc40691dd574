//! A point in time in UTC, as the history keeps it.
//! How people state one, with zone and precision, is an `Instant`.

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tsuho_ledger::Moment;

use super::{Date, Span, Zone};
use crate::read_text::read_text;

/// A point in time in UTC, to the microsecond, because that is what every database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last moment that the history format can write (end of the year 9998, one year of slack for zones).
    pub const LAST: Self = Self(253_370_764_799_999_999);
    /// The first moment that is taken for a time at all: the year 1900, before any telephone law in force.
    pub const FIRST: Self = Self(-2_208_988_800_000_000);

    /// Makes a point in time of microseconds since 1970 in UTC; `None` outside [`Self::FIRST`]..=[`Self::LAST`].
    #[must_use]
    pub fn from_micros(micros: i64) -> Option<Self> {
        (Self::FIRST.0..=Self::LAST.0)
            .contains(&micros)
            .then_some(Self(micros))
    }

    /// Makes a point in time of microseconds since 1970, the nearest one within what can be written.
    pub(super) fn clamped(micros: i64) -> Self {
        Self(micros.clamp(Self::FIRST.0, Self::LAST.0))
    }

    /// Returns microseconds since 1970 in UTC.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Adds an elapsed length; the result stays within what can be written.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self(
            self.0
                .saturating_add(span.as_micros())
                .clamp(Self::FIRST.0, Self::LAST.0),
        )
    }

    /// Returns the length from `earlier` to here; negative if it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span::from_micros(self.0 - earlier.0)
    }

    /// Returns the civil date and time at this moment in a zone.
    #[must_use]
    pub fn civil(self, zone: &Zone) -> civil::DateTime {
        zone.tz().to_datetime(self.jiff())
    }

    /// Returns the date at this moment in a zone.
    #[must_use]
    pub fn date(self, zone: &Zone) -> Date {
        self.civil(zone).date()
    }

    /// Returns this moment as the time crate's type.
    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0)
            .expect("the range of `Timestamp` lies within jiff's")
    }

    /// Returns the moment in the form that the history keeps.
    ///
    /// # Panics
    ///
    /// Never: the range of this type lies within what the history can write.
    #[must_use]
    pub fn moment(self) -> Moment {
        Moment::from_micros(self.0)
            .expect("the range of `Timestamp` lies within the years 1 to 9999")
    }
}

impl From<Moment> for Timestamp {
    fn from(moment: Moment) -> Self {
        Self(moment.micros().clamp(Self::FIRST.0, Self::LAST.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.moment())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.moment().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let moment: Moment = read_text(deserializer)?;
        Self::from_micros(moment.micros())
            .ok_or_else(|| serde::de::Error::custom("time out of range"))
    }
}
