//! A time zone of the data compiled in.
//! Which zone a date is read in is for callers to say: the recipient's, mostly (C5).

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Date, InvalidTime, Timestamp};
use crate::read_text::read_text;

/// The zone data that are compiled in.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone of the compiled-in data, by its IANA name.
#[derive(Clone)]
pub struct Zone(TimeZone);

/// There is one set of data, so that a name is a zone; the time crate would compare every offset of a century.
impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl Zone {
    /// Returns UTC.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Returns the time crate's zone.
    pub(super) const fn tz(&self) -> &TimeZone {
        &self.0
    }

    /// Returns the zone's IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Returns the first moment of a date: midnight, or where the zone skips midnight the first moment after it.
    #[must_use]
    pub fn first_moment(&self, date: Date) -> Timestamp {
        self.resolve(date.at(0, 0, 0, 0))
    }

    /// Returns the moment of a civil time; one that occurs twice means the earlier, one that is skipped the moment as
    /// far after the gap as it lies in it.
    #[must_use]
    pub fn resolve(&self, civil: civil::DateTime) -> Timestamp {
        let zoned = self.0.to_ambiguous_zoned(civil).compatible();
        let micros = zoned.map_or(Timestamp::LAST.as_micros(), |zoned| {
            zoned.timestamp().as_microsecond()
        });
        Timestamp::clamped(micros)
    }

    /// Tells how many moments the civil time has here: 1, or 2 when clocks go back, or 0 when they go forward.
    #[must_use]
    pub fn moments_of(&self, civil: civil::DateTime) -> u8 {
        match self.0.to_ambiguous_timestamp(civil).offset() {
            jiff::tz::AmbiguousOffset::Unambiguous { .. } => 1,
            jiff::tz::AmbiguousOffset::Gap { .. } => 0,
            jiff::tz::AmbiguousOffset::Fold { .. } => 2,
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Zone {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        if text == "UTC" {
            return Ok(Self::utc());
        }
        ZONES
            .get(text)
            .map(Self)
            .map_err(|_| InvalidTime::new(text, "time zone", "an IANA name such as `Asia/Tokyo`"))
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer)
    }
}
