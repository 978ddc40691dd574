//! A legal period: one number and one unit (V1).
//! What it means from an anchor is for a counting rule to say.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidTime, Span};

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
