//! Holds the kinds of time: points in time, elapsed lengths, legal periods, zones, and instants as people state them.
//! Nobody here asks what time it is; zone data come from the release compiled in (invariant 1), never from the machine.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tsuho_ledger::Moment;

pub use jiff::civil::Date;

/// The zone data that are compiled in.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;

/// Says why a text is no time of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}: expected {form}")]
pub struct InvalidTime {
    /// What was given.
    pub text: String,
    /// The kind that was expected, in words.
    pub what: &'static str,
    /// How such a time is written.
    pub form: &'static str,
}

impl InvalidTime {
    fn new(text: &str, what: &'static str, form: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            what,
            form,
        }
    }
}

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
                .saturating_add(span.0)
                .clamp(Self::FIRST.0, Self::LAST.0),
        )
    }

    /// Returns the length from `earlier` to here; negative if it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0 - earlier.0)
    }

    /// Returns the civil date and time at this moment in a zone.
    #[must_use]
    pub fn civil(self, zone: &Zone) -> civil::DateTime {
        zone.0.to_datetime(self.jiff())
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
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let moment: Moment = text.parse().map_err(serde::de::Error::custom)?;
        Self::from_micros(moment.micros())
            .ok_or_else(|| serde::de::Error::custom("time out of range"))
    }
}

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

/// A time zone of the compiled-in data, by its IANA name.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Returns UTC.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
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
        let micros = zoned.map_or(Timestamp::LAST.0, |zoned| {
            zoned.timestamp().as_microsecond()
        });
        Timestamp(micros.clamp(Timestamp::FIRST.0, Timestamp::LAST.0))
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
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

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
    /// The zone in which it was stated.
    pub zone: Zone,
    /// How exactly it was stated.
    pub precision: Precision,
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

/// The unit of a legal period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Elapsed.
    Minutes,
    /// Elapsed.
    Hours,
    /// Calendar days, every one of them.
    Days,
    /// Days on which the recipient's calendar is open.
    WorkingDays,
    /// Seven calendar days each.
    Weeks,
    /// Same-numbered day of a later month.
    Months,
    /// Twelve months each.
    Years,
}

impl Unit {
    /// Every unit with its singular and plural in words.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Minutes, "minute", "minutes"),
        (Self::Hours, "hour", "hours"),
        (Self::Days, "day", "days"),
        (Self::WorkingDays, "working day", "working days"),
        (Self::Weeks, "week", "weeks"),
        (Self::Months, "month", "months"),
        (Self::Years, "year", "years"),
    ];

    /// Tells whether the unit counts exact time (minutes, hours) and not dates (V1).
    #[must_use]
    pub const fn is_elapsed(self) -> bool {
        matches!(self, Self::Minutes | Self::Hours)
    }
}

/// A legal period: one number and one unit, `30 days`; what it means is for a counting rule to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

impl Period {
    /// The largest count of any unit: a century of days.
    pub const MOST: u32 = 36_525;

    /// Returns the elapsed length, if the unit is elapsed.
    #[must_use]
    pub fn span(self) -> Option<Span> {
        match self.unit {
            Unit::Minutes => Some(Span::from_minutes(i64::from(self.count))),
            Unit::Hours => Some(Span::from_hours(i64::from(self.count))),
            Unit::Days | Unit::WorkingDays | Unit::Weeks | Unit::Months | Unit::Years => None,
        }
    }

    /// Reads an ISO 8601 duration of one component, `P30D` or `PT120M`.
    fn from_iso(text: &str) -> Option<(u32, Unit)> {
        let rest = text.strip_prefix('P')?;
        let (rest, timed) = rest
            .strip_prefix('T')
            .map_or((rest, false), |rest| (rest, true));
        let (digits, letter) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
        let unit = match (timed, letter) {
            (true, "M") => Unit::Minutes,
            (true, "H") => Unit::Hours,
            (false, "D") => Unit::Days,
            (false, "W") => Unit::Weeks,
            (false, "M") => Unit::Months,
            (false, "Y") => Unit::Years,
            _ => return None,
        };
        Some((count_of(digits)?, unit))
    }

    /// Reads words, `7 working days`.
    fn from_words(text: &str) -> Option<(u32, Unit)> {
        let (digits, word) = text.split_once(' ')?;
        let (unit, ..) = Unit::ALL
            .into_iter()
            .find(|(_, one, many)| word == *one || word == *many)?;
        Some((count_of(digits)?, unit))
    }
}

/// Reads a plain number without sign, leading zero or surroundings.
fn count_of(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    (plain && !padded).then(|| digits.parse().ok()).flatten()
}

impl FromStr for Period {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        Self::from_words(text)
            .or_else(|| Self::from_iso(text))
            .filter(|&(count, _)| count <= Self::MOST)
            .map(|(count, unit)| Self { count, unit })
            .ok_or_else(|| {
                InvalidTime::new(
                    text,
                    "period",
                    "a number up to 36525 and a unit, such as `30 days` or `PT120M`",
                )
            })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, one, many) = Unit::ALL
            .into_iter()
            .find(|(unit, ..)| *unit == self.unit)
            .expect("`Unit::ALL` names every unit");
        write!(
            f,
            "{} {}",
            self.count,
            if self.count == 1 { one } else { many }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_iso_give_the_same_period() {
        for (words, iso) in [
            ("30 days", "P30D"),
            ("120 minutes", "PT120M"),
            ("1 month", "P1M"),
            ("1 year", "P1Y"),
        ] {
            assert_eq!(words.parse::<Period>(), iso.parse::<Period>());
            assert_eq!(
                words.parse::<Period>().map(|period| period.to_string()),
                Ok(words.to_owned())
            );
        }
        for wrong in [
            "",
            "30",
            "days",
            "-1 days",
            "030 days",
            "1.5 hours",
            "P1DT2H",
            "30  days",
            "99999999 days",
        ] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_span_is_written_in_the_units_people_use() {
        for (span, text) in [
            (Span::from_minutes(17 * 60 + 26), "17 h 26 min"),
            (Span::ZERO, "0 s"),
            (Span::from_hours(-25), "-1 d 1 h"),
            (Span::from_micros(1_500_000), "1.5 s"),
        ] {
            assert_eq!(span.to_string(), text);
        }
    }

    #[test]
    fn a_day_begins_with_its_first_moment_even_where_midnight_is_skipped() {
        let santiago: Zone = "America/Santiago"
            .parse()
            .expect("zone data are compiled in");
        let date = Date::new(2026, 9, 6).expect("a date");
        assert_eq!(santiago.first_moment(date).civil(&santiago).hour(), 1);
    }
}
