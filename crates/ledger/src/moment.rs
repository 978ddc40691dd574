//! Instants in UTC with microseconds, written `2023-10-27T13:40:00.000000Z`.
//!
//! Time zones, calendars and the counting of days are the domain's business; this file only reads and writes.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::label::deserialize_text;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;
/// Where each part of the text stands: `Y` a digit of the year, and so on; anything else stands for itself.
const SHAPE: &[u8; 27] = b"YYYY-MM-DDTHH:MM:SS.FFFFFFZ";

/// An instant between the years 1 and 9999, to the microsecond.
///
/// It is kept as microseconds since 1970-01-01T00:00:00Z, and every such number has exactly one text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// Says why a text or a number is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// The text has another shape.
    #[error("not of the form YYYY-MM-DDTHH:MM:SS.FFFFFFZ")]
    Shape,
    /// The text has the right shape and names no day or no time of day; leap seconds are not written.
    #[error("no such day or time of day between the years 0001 and 9999")]
    NoSuchInstant,
    /// The number of microseconds lies before the year 1 or after the year 9999.
    #[error("{0} microseconds from 1970 lie outside the years 0001 to 9999")]
    OutOfRange(i64),
}

impl Moment {
    /// The first moment that can be written, `0001-01-01T00:00:00.000000Z`.
    pub const MIN: Self = Self(days_from_civil(1, 1, 1) * MICROS_PER_DAY);
    /// The last moment that can be written, `9999-12-31T23:59:59.999999Z`.
    pub const MAX: Self = Self(days_from_civil(10_000, 1, 1) * MICROS_PER_DAY - 1);

    /// Returns the moment so many microseconds after (or before) 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// Refuses a number outside [`Moment::MIN`] to [`Moment::MAX`].
    pub fn from_micros(micros: i64) -> Result<Self, MomentError> {
        if (Self::MIN.0..=Self::MAX.0).contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(MomentError::OutOfRange(micros))
        }
    }

    /// Returns the microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Moment {
    type Error = MomentError;

    fn try_from(micros: i64) -> Result<Self, MomentError> {
        Self::from_micros(micros)
    }
}

impl From<Moment> for i64 {
    fn from(moment: Moment) -> i64 {
        moment.micros()
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let bytes = text.as_bytes().try_into().map_err(|_| MomentError::Shape)?;
        Self::read(bytes)
    }
}

impl Moment {
    /// Reads a moment from the bytes of its text.
    pub(crate) fn read(bytes: &[u8; 27]) -> Result<Self, MomentError> {
        let fits = bytes.iter().zip(SHAPE).all(|(byte, shape)| match shape {
            b'Y' | b'M' | b'D' | b'H' | b'S' | b'F' => byte.is_ascii_digit(),
            _ => byte == shape,
        });
        if !fits {
            return Err(MomentError::Shape);
        }
        let number = |from: usize, to: usize| {
            bytes[from..to]
                .iter()
                .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
        };
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
        let real = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !real {
            return Err(MomentError::NoSuchInstant);
        }
        let seconds = days_from_civil(year, month, day) * SECONDS_PER_DAY
            + (hour * 60 + minute) * 60
            + second;
        Ok(Self(seconds * MICROS_PER_SECOND + number(20, 26)))
    }
}

/// The text of a moment. Every record holds several, and most of what is read is written again to be sure of it, so that
/// the digits are put in their places here and not by the formatter.
struct Text([u8; 27]);

impl Text {
    fn of(moment: Moment) -> Self {
        let (year, month, day) = civil_from_days(moment.0.div_euclid(MICROS_PER_DAY));
        let micros_of_day = moment.0.rem_euclid(MICROS_PER_DAY);
        let second_of_day = micros_of_day / MICROS_PER_SECOND;
        let mut text = Self(*SHAPE);
        text.put(0..4, year);
        text.put(5..7, month);
        text.put(8..10, day);
        text.put(11..13, second_of_day / 3600);
        text.put(14..16, second_of_day / 60 % 60);
        text.put(17..19, second_of_day % 60);
        text.put(20..26, micros_of_day % MICROS_PER_SECOND);
        text
    }

    /// Writes a number that is not negative, with as many digits as there are places.
    fn put(&mut self, places: Range<usize>, mut number: i64) {
        for place in self.0[places].iter_mut().rev() {
            *place = b"0123456789"[usize::try_from(number % 10).unwrap_or_default()];
            number /= 10;
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits and the signs between them are ASCII")
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Text::of(*self).as_str())
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Text::of(*self).as_str())
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "an instant in UTC with six fractional digits")
    }
}

const fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

const fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Counts the days from 1970-01-01 to a day of the Gregorian calendar, for years from 1 on.
///
/// Years begin in March here, so that the leap day is the last of its year and months before it have fixed lengths:
/// 31, 30, 31, 30, 31 days repeat every five months, which is what `(153 * month + 2) / 5` counts.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

/// Returns the year, month and day that lie so many days after 1970-01-01: the way back from [`days_from_civil`].
const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    // 146,097 days are four hundred years; 719,468 lie between 0000-03-01 and 1970-01-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_from_year_1_to_9999_follows_the_one_before() {
        // Counted day by day with the lengths of months alone, which anyone can check.
        let mut days = Moment::MIN.micros() / MICROS_PER_DAY;
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=days_of_month(year, month) {
                    assert_eq!(days_from_civil(year, month, day), days);
                    assert_eq!(civil_from_days(days), (year, month, day));
                    days += 1;
                }
            }
        }
        assert_eq!(days * MICROS_PER_DAY - 1, Moment::MAX.micros());
    }

    #[test]
    fn known_instants_have_their_known_numbers() {
        for (text, micros) in [
            ("1970-01-01T00:00:00.000000Z", 0),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2000-02-29T12:00:00.000001Z", 951_825_600_000_001),
            ("2001-09-09T01:46:40.000000Z", 1_000_000_000_000_000),
            ("2023-10-27T13:40:00.000000Z", 1_698_414_000_000_000),
            ("2038-01-19T03:14:07.000000Z", 2_147_483_647_000_000),
            ("0001-01-01T00:00:00.000000Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] {
            assert_eq!(text.parse::<Moment>().map(Moment::micros), Ok(micros));
            assert_eq!(Moment(micros).to_string(), text);
        }
    }

    #[test]
    fn an_instant_has_exactly_one_text() {
        for wrong in [
            "",
            "2023-10-27T13:40:00Z",
            "2023-10-27T13:40:00.000Z",
            "2023-10-27T13:40:00.0000000Z",
            "2023-10-27T13:40:00.000000+00:00",
            "2023-10-27T13:40:00.000000z",
            "2023-10-27 13:40:00.000000Z",
            "+023-10-27T13:40:00.000000Z",
            "2023-10-27T13:40:00.00000案",
            "２023-10-27T13:40:00.0000Z",
        ] {
            assert_eq!(wrong.parse::<Moment>(), Err(MomentError::Shape), "{wrong}");
        }
        for wrong in [
            "0000-12-31T00:00:00.000000Z",
            "2023-00-01T00:00:00.000000Z",
            "2023-13-01T00:00:00.000000Z",
            "2023-02-29T00:00:00.000000Z",
            "1900-02-29T00:00:00.000000Z",
            "2023-04-31T00:00:00.000000Z",
            "2023-04-00T00:00:00.000000Z",
            "2023-04-01T24:00:00.000000Z",
            "2023-04-01T00:60:00.000000Z",
            "2016-12-31T23:59:60.000000Z",
        ] {
            assert_eq!(
                wrong.parse::<Moment>(),
                Err(MomentError::NoSuchInstant),
                "{wrong}"
            );
        }
    }

    #[test]
    fn moments_outside_the_four_digit_years_are_refused() {
        for micros in [i64::MIN, Moment::MIN.0 - 1, Moment::MAX.0 + 1, i64::MAX] {
            assert_eq!(
                Moment::from_micros(micros),
                Err(MomentError::OutOfRange(micros))
            );
        }
    }
}
