//! An elapsed length of time, exact across days, zones and summer time.
//! Periods that count dates are a `Period`.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tsuho_ledger::canonical::MAX_INTEGER;

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;

/// An elapsed length, exact to the microsecond; it may be negative.
///
/// It is written as a number, and beyond what a canonical text holds as one, some 285 years, as text: nothing that a
/// clock finds is too long to be put on record, as where a year was mistyped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    const fn is_written_as_number(self) -> bool {
        self.0.unsigned_abs() <= MAX_INTEGER.unsigned_abs()
    }

    /// Returns the length backwards.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_written_as_number() {
            serializer.serialize_i64(self.0)
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Micros)
    }
}

/// Reads microseconds, each length in the one form in which it is written.
struct Micros;

impl Visitor<'_> for Micros {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of microseconds, as text from 2^53 on")
    }

    fn visit_i64<E: Error>(self, micros: i64) -> Result<Span, E> {
        Ok(Span(micros))
    }

    fn visit_u64<E: Error>(self, micros: u64) -> Result<Span, E> {
        let micros = i64::try_from(micros);
        micros
            .map(Span)
            .map_err(|_| E::custom("more microseconds than a length has"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Span, E> {
        let read = text
            .parse()
            .ok()
            .filter(|micros: &i64| micros.to_string() == text);
        let read = read.map(Span).filter(|span| !span.is_written_as_number());
        read.ok_or_else(|| E::custom("no number of microseconds that is written as text"))
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

#[cfg(test)]
mod tests {
    use tsuho_ledger::canonical::{from_bytes, to_bytes};

    use super::*;

    #[test]
    fn a_length_of_some_thousand_years_is_written_and_read_again() {
        for (micros, written) in [
            (0, "0"),
            (-1, "-1"),
            (MAX_INTEGER, "9007199254740991"),
            (-MAX_INTEGER, "-9007199254740991"),
            (MAX_INTEGER + 1, "\"9007199254740992\""),
            (-MAX_INTEGER - 1, "\"-9007199254740992\""),
            (i64::MIN, "\"-9223372036854775808\""),
        ] {
            let span = Span::from_micros(micros);
            let text = to_bytes(&span).expect("it is written");
            assert_eq!(text, written.as_bytes());
            assert_eq!(from_bytes(&text), Ok(span));
        }
    }

    #[test]
    fn each_length_is_read_in_one_form_only() {
        let others = [
            "\"1\"",
            "\"+9007199254740992\"",
            "\"09007199254740992\"",
            "1.5",
            "\"\"",
        ];
        let caught = others.map(|text| from_bytes::<Span>(text.as_bytes()).is_err());
        assert_eq!(caught, [true; 5]);
        println!(
            "other forms of a length: planted {}, caught {}",
            others.len(),
            caught.len()
        );
    }
}
