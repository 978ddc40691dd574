//! Holds counting rules: how an act says that its periods run (rules C4 and C6 of the language).
//! Applying one to an anchor is left to `count.rs`; reading one from a library to the workflow compiler.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::CountingName;
use crate::time::{InvalidTime, Unit};

/// A counting rule: one of the two built in, or one that a library names after an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// Anchor plus period, exact (minutes and hours).
    Elapsed,
    /// Periods as they stand: first day not counted, to the end of the last day, no rolling (C6).
    AsWritten,
    /// As an act says.
    Rule(CountingRule),
}

static ELAPSED: LazyLock<CountingName> =
    LazyLock::new(|| "elapsed".parse().expect("`elapsed` is a counting name"));
static AS_WRITTEN: LazyLock<CountingName> = LazyLock::new(|| {
    "as-written"
        .parse()
        .expect("`as-written` is a counting name")
});

impl Counting {
    /// Returns the name under which a derivation shows the rule.
    ///
    /// # Panics
    /// Never: the names of the built-in rules are names.
    #[must_use]
    pub fn name(&self) -> CountingName {
        match self {
            Self::Elapsed => ELAPSED.clone(),
            Self::AsWritten => AS_WRITTEN.clone(),
            Self::Rule(rule) => rule.name.clone(),
        }
    }

    /// Returns the rule built in under a name; libraries cannot declare these names again.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        match name {
            "elapsed" => Some(Self::Elapsed),
            "as-written" => Some(Self::AsWritten),
            _ => None,
        }
    }

    /// Returns how the rule counts a unit; `None` where it says nothing about it.
    ///
    /// A week is seven days and a year twelve months, so they follow the rule for days and for months. An act's rule
    /// never covers minutes: they are counted exactly or not at all.
    #[must_use]
    pub fn manner(&self, unit: Unit) -> Option<Manner<'_>> {
        match (self, unit) {
            (Self::Elapsed | Self::AsWritten, Unit::Minutes | Unit::Hours) => {
                Some(Manner::Elapsed(&[HourStart::Moment]))
            }
            (
                Self::Elapsed,
                Unit::Days | Unit::WorkingDays | Unit::Weeks | Unit::Months | Unit::Years,
            )
            | (Self::Rule(_), Unit::Minutes) => None,
            (
                Self::AsWritten,
                Unit::Days | Unit::WorkingDays | Unit::Weeks | Unit::Months | Unit::Years,
            ) => Some(Manner::Dates {
                first: &[FirstDay::Excluded],
                ends: EndOfDay::MIDNIGHT,
                roll: Roll::None,
            }),
            (Self::Rule(rule), Unit::Hours) => rule.hours.as_deref().map(Manner::Elapsed),
            (Self::Rule(rule), Unit::Days | Unit::Weeks) => rule.days.as_ref().map(DayRule::manner),
            (Self::Rule(rule), Unit::WorkingDays) => {
                rule.working_days.as_ref().map(DayRule::manner)
            }
            (Self::Rule(rule), Unit::Months | Unit::Years) => {
                rule.months.as_ref().map(DayRule::manner)
            }
        }
    }
}

/// How a rule counts one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner<'a> {
    /// Exact time from each of these starts.
    Elapsed(&'a [HourStart]),
    /// Dates.
    Dates {
        /// Whether the first day counts; one reading each.
        first: &'a [FirstDay],
        /// When the last day ends.
        ends: EndOfDay,
        /// What happens to a last day that is closed.
        roll: Roll,
    },
}

/// A rule that a library names after the act that says how periods run; it speaks of the units it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountingRule {
    /// `jp-periods`.
    pub name: CountingName,
    /// From when hours run; several give several readings.
    pub hours: Option<Vec<HourStart>>,
    /// How days and weeks are counted.
    pub days: Option<DayRule>,
    /// How working days are counted.
    pub working_days: Option<DayRule>,
    /// How months and years are counted.
    pub months: Option<DayRule>,
}

/// From when hours run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HourStart {
    /// From the event itself.
    Moment,
    /// From the next full hour, unless the event lies on one.
    NextFullHour,
}

/// How dates are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayRule {
    /// Whether the first day counts; two values give two readings. Working days know only `Excluded` (C4).
    pub first: Vec<FirstDay>,
    /// When the last day ends.
    pub ends: EndOfDay,
    /// What happens to a last day that is closed.
    pub roll: Roll,
}

impl DayRule {
    /// Returns the rule as a manner of counting.
    fn manner(&self) -> Manner<'_> {
        Manner::Dates {
            first: &self.first,
            ends: self.ends,
            roll: self.roll,
        }
    }
}

/// Whether the day of the event counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstDay {
    /// Counting begins with the day after it.
    Excluded,
    /// It is day one.
    Included,
}

/// What happens to a last day on which the recipient is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// It stays.
    None,
    /// The next open day takes its place.
    Forward,
}

/// The civil time at which a last day ends, in minutes from its beginning: 1 to 1,440.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndOfDay(u16);

impl EndOfDay {
    /// `24:00`: the first moment of the next day.
    pub const MIDNIGHT: Self = Self(1_440);

    /// Returns hour and minute; 24 and 0 for the end of the whole day.
    #[must_use]
    pub const fn hour_and_minute(self) -> (u16, u16) {
        (self.0 / 60, self.0 % 60)
    }
}

impl fmt::Display for EndOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = self.hour_and_minute();
        write!(f, "{hour:02}:{minute:02}")
    }
}

impl FromStr for EndOfDay {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let two = |digits: &str| {
            (digits.len() == 2)
                .then(|| digits.parse::<u8>().ok())
                .flatten()
                .map(u16::from)
        };
        text.split_once(':')
            .filter(|_| {
                text.bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b':')
            })
            .and_then(|(hour, minute)| Some((two(hour)?, two(minute)?)))
            .filter(|&(_, minute)| minute < 60)
            .map(|(hour, minute)| hour * 60 + minute)
            .filter(|minutes| (1..=1_440).contains(minutes))
            .map(Self)
            .ok_or_else(|| InvalidTime {
                text: text.to_owned(),
                what: "end of a day",
                form: "a time from `00:01` to `24:00`",
            })
    }
}

impl Serialize for EndOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EndOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_within_itself() {
        for right in ["24:00", "17:00", "00:01", "23:59"] {
            assert_eq!(
                right.parse::<EndOfDay>().map(|ends| ends.to_string()),
                Ok(right.to_owned())
            );
        }
        for wrong in [
            "", "24:01", "00:00", "25:00", "17:60", "1:00", "+1:00", "17:00:00", "17", "１7:00",
        ] {
            assert!(wrong.parse::<EndOfDay>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_rule_speaks_only_of_the_units_it_has() {
        assert_eq!(Counting::Elapsed.manner(Unit::Days), None);
        assert_eq!(
            Counting::Elapsed.manner(Unit::Minutes),
            Some(Manner::Elapsed(&[HourStart::Moment]))
        );
        let name = "eu-1182-71".parse().expect("a name");
        let rule = CountingRule {
            name,
            hours: Some(vec![HourStart::Moment]),
            days: None,
            working_days: None,
            months: None,
        };
        let rule = Counting::Rule(rule);
        assert!(rule.manner(Unit::Hours).is_some());
        for unit in [
            Unit::Minutes,
            Unit::Days,
            Unit::WorkingDays,
            Unit::Weeks,
            Unit::Months,
            Unit::Years,
        ] {
            assert_eq!(rule.manner(unit), None, "{unit:?}");
        }
    }

    #[test]
    fn the_built_in_rules_are_found_by_the_name_they_show() {
        for counting in [Counting::Elapsed, Counting::AsWritten] {
            assert_eq!(Counting::built_in(counting.name().as_str()), Some(counting));
        }
        assert_eq!(Counting::built_in("jp-periods"), None);
    }
}
