//! Says when something is due: an anchor, a period and a counting rule give readings, each with its derivation.
//! Which clock has which anchor, and which reading drives what, is left to cases; `docs/reference/counting.md` is the prose.

mod check;
mod closed_days;
mod count;
mod derivation;
pub mod era;
mod put_off;
mod rule;

use serde::{Deserialize, Serialize};

pub use check::{Broken, rebuild};
pub use closed_days::{
    Calendar, ClosedWeekday, Closure, HolidayName, InvalidCalendar, all_shipped, shipped,
    shipped_texts,
};
pub use count::{MOST_WORKING_DAYS, as_written, due, occurrence};
pub use derivation::{
    BeyondCalendar, CalendarUsed, ClosedDay, Derivation, Step, ZONE_RELEASE, period_message,
};
pub use put_off::{PutOff, end_of, put_off};
pub use rule::{Counting, CountingRule, DayRule, EndOfDay, FirstDay, HourStart, Manner, Roll};

use crate::catalogue::{Arg, Args};
use crate::name::{CalendarName, CountingName};
use crate::time::{Date, Instant, Timestamp, Unit};

/// From what the law counts, or what a letter names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// A moment, or a day stated as a moment (V2).
    Instant(Instant),
    /// A civil date; it belongs to whatever zone counts it (C5).
    Date(Date),
}

/// One of several defensible results of a clock (C7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// How the due moment follows.
    pub derivation: Derivation,
    /// A filing at this moment or before is in time (C8).
    pub due: Timestamp,
    /// What distinguishes it from the others.
    pub name: ReadingName,
}

/// What distinguishes a reading from its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingName {
    /// The rule leaves no choice.
    Only,
    /// The first day does not count.
    Excluded,
    /// The first day counts.
    Included,
    /// Hours run from the event itself.
    Moment,
    /// Hours run from the next full hour.
    NextFullHour,
}

impl ReadingName {
    /// Every name.
    pub const ALL: [Self; 5] = [
        Self::Only,
        Self::Excluded,
        Self::Included,
        Self::Moment,
        Self::NextFullHour,
    ];

    /// Returns the word under which scenarios and output know the reading.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Only => "only",
            Self::Excluded => "excluded",
            Self::Included => "included",
            Self::Moment => "moment",
            Self::NextFullHour => "next_full_hour",
        }
    }

    /// Returns the key of its words for people in the catalogue.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Only => "calendar.reading.only",
            Self::Excluded => "calendar.reading.excluded",
            Self::Included => "calendar.reading.included",
            Self::Moment => "calendar.reading.moment",
            Self::NextFullHour => "calendar.reading.next_full_hour",
        }
    }
}

/// Says why a due moment cannot be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotCount {
    /// The rule says nothing about the unit.
    #[error("counting rule `{counting}` does not cover {unit:?}")]
    UnitNotCovered {
        /// The unit of the period.
        unit: Unit,
        /// The rule.
        counting: CountingName,
    },
    /// Minutes and hours need a moment, and a date has none.
    #[error("a date has no time from which {unit:?} could run")]
    DateHasNoTime {
        /// The unit of the period.
        unit: Unit,
    },
    /// Rolling and working days need closed days, and the recipient has no calendar.
    #[error("counting rule `{counting}` needs a calendar")]
    NoCalendar {
        /// The rule.
        counting: CountingName,
    },
    /// The anchor's date is never a working day of the period (C4).
    #[error("counting rule `{counting}` includes the first day in working days")]
    FirstWorkingDay {
        /// The rule.
        counting: CountingName,
    },
    /// A period of no days has no last day.
    #[error("a period of zero {unit:?} has no last day")]
    NothingToCount {
        /// The unit of the period.
        unit: Unit,
    },
    /// The derivation of so many working days would not fit a history.
    #[error("{count} working days are more than {MOST_WORKING_DAYS}")]
    TooManyWorkingDays {
        /// How many were asked for.
        count: u32,
    },
    /// The calendar has no open day for longer than any office closes.
    #[error("calendar `{calendar}` has no open day after `{date}`")]
    NeverOpen {
        /// The calendar.
        calendar: CalendarName,
        /// Where the search began.
        date: Date,
    },
    /// The result lies outside the years that the history can write.
    #[error("the due moment lies outside the years 1900 to 9998")]
    OutOfRange,
}

impl CannotCount {
    /// Returns its sentence for people.
    #[must_use]
    pub fn message(&self) -> (&'static str, Args) {
        let counting = |name: &CountingName| Args::from([("counting", Arg::from(name.as_str()))]);
        let unit = |unit: &Unit| ("unit", Arg::Key(derivation::unit_key(*unit)));
        match self {
            Self::UnitNotCovered {
                unit: what,
                counting: name,
            } => {
                let mut args = counting(name);
                args.extend([unit(what)]);
                ("calendar.cannot.unit_not_covered", args)
            }
            Self::DateHasNoTime { unit: what } => {
                ("calendar.cannot.date_has_no_time", Args::from([unit(what)]))
            }
            Self::NoCalendar { counting: name } => ("calendar.cannot.no_calendar", counting(name)),
            Self::FirstWorkingDay { counting: name } => {
                ("calendar.cannot.first_working_day", counting(name))
            }
            Self::NothingToCount { unit: what } => {
                ("calendar.cannot.nothing_to_count", Args::from([unit(what)]))
            }
            Self::TooManyWorkingDays { count } => (
                "calendar.cannot.too_many_working_days",
                Args::from([
                    ("count", Arg::from(count.to_string())),
                    ("most", Arg::from(MOST_WORKING_DAYS.to_string())),
                ]),
            ),
            Self::NeverOpen { calendar, date } => (
                "calendar.cannot.never_open",
                Args::from([
                    ("calendar", Arg::from(calendar.as_str())),
                    ("date", Arg::from(date.to_string())),
                ]),
            ),
            Self::OutOfRange => ("calendar.cannot.out_of_range", Args::new()),
        }
    }
}

#[cfg(test)]
mod tests;
