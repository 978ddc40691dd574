//! Holds how a due moment follows from its anchor: each computed date, in order, with its reason.
//! Stored inside event parts for ever (format 0), so no name here changes; `check.rs` rebuilds the moment from it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tsuho_ledger::Digest;

use super::Anchor;
use super::closed_days::{Calendar, ClosedWeekday, Closure};
use super::rule::EndOfDay;
use crate::catalogue::{Arg, Args};
use crate::name::{CalendarName, CountingName};
use crate::time::{Date, Instant, Period, Precision, Timestamp, Unit, Zone};

/// How a due moment follows from its anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// From what it was counted.
    pub anchor: Anchor,
    /// Present if the calendar was asked about days that it does not know: the due moment may then still change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond_calendar: Option<BeyondCalendar>,
    /// The calendar, if a closed day could have mattered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarUsed>,
    /// The counting rule.
    pub rule: CountingName,
    /// What was computed, in order; the last step names the due moment.
    pub steps: Vec<Step>,
    /// The recipient's zone, where instants become dates and days end (C5).
    pub zone: Zone,
    /// The release of the zone data that was used.
    pub zone_release: Cow<'static, str>,
}

impl Derivation {
    /// Returns the sentences for people: each step in order, then the doubt about the calendar, if any.
    #[must_use]
    pub fn messages(&self) -> Vec<(&'static str, Args)> {
        let doubt = self.beyond_calendar.iter().map(BeyondCalendar::message);
        self.steps
            .iter()
            .map(|step| step.message(&self.zone))
            .chain(doubt)
            .collect()
    }
}

impl Derivation {
    /// Tells whether dates were counted, and not exact time.
    #[must_use]
    pub fn is_of_dates(&self) -> bool {
        self.ends_day().is_some()
    }

    /// Returns the day with whose end something is due, and when that day ends; `None` where it is due at a moment.
    #[must_use]
    pub fn ends_day(&self) -> Option<(Date, EndOfDay)> {
        for step in self.steps.iter().rev() {
            match step {
                Step::EndOfDay { date, ends, .. } => return Some((*date, *ends)),
                Step::Extended {
                    until, ends, at, ..
                }
                | Step::Held {
                    until, ends, at, ..
                } if ends == at => {
                    let to_the_day = until.precision == Precision::Day;
                    return to_the_day.then(|| (until.at.date(&until.zone), EndOfDay::MIDNIGHT));
                }
                // What changed nothing leaves it to the steps before.
                Step::Extended { .. } | Step::Held { .. } => {}
                Step::Moment { .. }
                | Step::FirstMoment { .. }
                | Step::NextFullHour { .. }
                | Step::Elapsed { .. }
                | Step::AnchorDate { .. }
                | Step::FirstDay { .. }
                | Step::PassedOver { .. }
                | Step::LastDay { .. }
                | Step::Rolled { .. }
                | Step::NamedDay { .. }
                | Step::NamedMoment { .. } => return None,
            }
        }
        None
    }
}

/// The IANA release of the zone data that are compiled in; a test compares it with the data.
pub const ZONE_RELEASE: &str = "2026f";

/// Names exactly the closed days that were used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarUsed {
    /// SHA-256 of its data file.
    pub digest: Digest,
    /// The calendar.
    pub name: CalendarName,
}

impl From<&Calendar> for CalendarUsed {
    fn from(calendar: &Calendar) -> Self {
        Self {
            name: calendar.name.clone(),
            digest: calendar.digest,
        }
    }
}

/// The days that a calendar was asked about and does not know; there only days of the week close (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeyondCalendar {
    /// First day that it was asked about and does not know.
    pub first: Date,
    /// Last such day.
    pub last: Date,
    /// First day that the calendar knows.
    pub valid_from: Date,
    /// Last day that it knows.
    pub valid_until: Date,
}

impl BeyondCalendar {
    /// Returns its sentence for people.
    #[must_use]
    pub fn message(&self) -> (&'static str, Args) {
        let args = Args::from([
            ("valid_from", Arg::from(self.valid_from.to_string())),
            ("valid_until", Arg::from(self.valid_until.to_string())),
            ("first", date(self.first)),
            ("last", date(self.last)),
        ]);
        ("calendar.beyond", args)
    }
}

/// A closed day and why it is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedDay {
    /// Why the day is closed.
    pub because: Closure,
    /// The day.
    pub date: Date,
}

/// One step of a derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Exact time runs from the anchor's moment.
    Moment {
        /// That moment.
        at: Timestamp,
    },
    /// Exact time runs from the first moment of a day, since no more is known (V2).
    FirstMoment {
        /// Its first moment.
        at: Timestamp,
        /// The day, in the zone in which it was stated.
        date: Date,
    },
    /// Exact time runs from the next full hour instead.
    NextFullHour {
        /// That hour.
        at: Timestamp,
    },
    /// The period has passed.
    Elapsed {
        /// The due moment.
        at: Timestamp,
        /// The period.
        period: Period,
    },
    /// The anchor's date.
    AnchorDate {
        /// The date.
        date: Date,
    },
    /// The first day that counts.
    FirstDay {
        /// The date.
        date: Date,
    },
    /// Closed days that do not count as working days, up to the last day.
    PassedOver {
        /// Each of them, in order.
        days: Vec<ClosedDay>,
    },
    /// The last day of the period.
    LastDay {
        /// The date.
        date: Date,
        /// The period.
        period: Period,
    },
    /// The last day is closed, and the next takes its place.
    Rolled {
        /// Why the day is closed.
        because: Closure,
        /// The closed day.
        date: Date,
        /// The next day.
        to: Date,
    },
    /// The day ends.
    EndOfDay {
        /// The due moment.
        at: Timestamp,
        /// The day.
        date: Date,
        /// The civil time at which it ends.
        ends: EndOfDay,
    },
    /// A letter names the day.
    NamedDay {
        /// The day.
        date: Date,
    },
    /// A letter names the moment.
    NamedMoment {
        /// The due moment.
        at: Timestamp,
    },
    /// An authority extended the time: the later of the two moments is due.
    Extended {
        /// The due moment.
        at: Timestamp,
        /// The key of its decision.
        decision: String,
        /// When what follows ends.
        ends: Timestamp,
        /// Until when.
        until: Instant,
    },
    /// An authority held the filing: the later of the two moments is due.
    Held {
        /// The due moment.
        at: Timestamp,
        /// The key of its decision.
        decision: String,
        /// When what follows ends.
        ends: Timestamp,
        /// What ended the hold.
        until: Instant,
    },
}

impl Step {
    /// Returns the step's sentence for people, with times as clocks in `zone` show them.
    #[must_use]
    pub fn message(&self, zone: &Zone) -> (&'static str, Args) {
        let time = |at: &Timestamp| ("at", Arg::from(Instant::new(*at, zone.clone()).to_string()));
        let day = |day: &Date| ("date", date(*day));
        match self {
            Self::Moment { at } => ("calendar.step.moment", Args::from([time(at)])),
            Self::FirstMoment { date, at } => (
                "calendar.step.first_moment",
                Args::from([day(date), time(at)]),
            ),
            Self::NextFullHour { at } => ("calendar.step.next_full_hour", Args::from([time(at)])),
            Self::Elapsed { period, at } => (
                "calendar.step.elapsed",
                Args::from([("period", period_arg(*period)), time(at)]),
            ),
            Self::AnchorDate { date } => (
                "calendar.step.anchor_date",
                Args::from([day(date), ("zone", Arg::from(zone.name()))]),
            ),
            Self::FirstDay { date } => ("calendar.step.first_day", Args::from([day(date)])),
            Self::PassedOver { days } => {
                let days: Vec<Arg> = days
                    .iter()
                    .map(|closed| closed_day(closed.date, &closed.because))
                    .collect();
                (
                    "calendar.step.passed_over",
                    Args::from([("days", Arg::List(days))]),
                )
            }
            Self::LastDay { period, date } => (
                "calendar.step.last_day",
                Args::from([("period", period_arg(*period)), day(date)]),
            ),
            Self::Rolled {
                date: closed,
                because,
                to,
            } => (
                "calendar.step.rolled",
                Args::from([day(closed), ("reason", because.arg()), ("to", date(*to))]),
            ),
            Self::EndOfDay { date, ends, at } => (
                "calendar.step.end_of_day",
                Args::from([day(date), ("ends", Arg::from(ends.to_string())), time(at)]),
            ),
            Self::NamedDay { date } => ("calendar.step.named_day", Args::from([day(date)])),
            Self::NamedMoment { at } => ("calendar.step.named_moment", Args::from([time(at)])),
            Self::Extended {
                decision, ends, at, ..
            } => (
                "calendar.step.extended",
                by_decision(decision, *ends, *at, zone),
            ),
            Self::Held {
                decision, ends, at, ..
            } => (
                "calendar.step.held",
                by_decision(decision, *ends, *at, zone),
            ),
        }
    }
}

/// Returns what a step of an authority's decision names.
fn by_decision(decision: &str, ends: Timestamp, at: Timestamp, zone: &Zone) -> Args {
    let time = |at: Timestamp| Arg::from(Instant::new(at, zone.clone()).to_string());
    Args::from([
        ("decision", Arg::from(decision)),
        ("ends", time(ends)),
        ("at", time(at)),
    ])
}

/// Returns a date with its day of the week.
fn date(date: Date) -> Arg {
    let args = Args::from([
        ("date", Arg::from(date.to_string())),
        ("weekday", Arg::Key(ClosedWeekday::of(date).key())),
    ]);
    Arg::Message("calendar.date", args)
}

/// Returns a closed day with its reason.
fn closed_day(date: Date, because: &Closure) -> Arg {
    let args = Args::from([
        ("date", Arg::from(date.to_string())),
        ("reason", because.arg()),
    ]);
    Arg::Message("calendar.closed_day", args)
}

/// Returns a period as an argument of another message.
fn period_arg(period: Period) -> Arg {
    let (key, args) = period_message(period);
    Arg::Message(key, args)
}

/// Returns a period in words of both languages.
#[must_use]
pub fn period_message(period: Period) -> (&'static str, Args) {
    let key = match (period.unit, period.count) {
        (Unit::Minutes, 1) => "calendar.period.minute",
        (Unit::Minutes, _) => "calendar.period.minutes",
        (Unit::Hours, 1) => "calendar.period.hour",
        (Unit::Hours, _) => "calendar.period.hours",
        (Unit::Days, 1) => "calendar.period.day",
        (Unit::Days, _) => "calendar.period.days",
        (Unit::WorkingDays, 1) => "calendar.period.working_day",
        (Unit::WorkingDays, _) => "calendar.period.working_days",
        (Unit::Weeks, 1) => "calendar.period.week",
        (Unit::Weeks, _) => "calendar.period.weeks",
        (Unit::Months, 1) => "calendar.period.month",
        (Unit::Months, _) => "calendar.period.months",
        (Unit::Years, 1) => "calendar.period.year",
        (Unit::Years, _) => "calendar.period.years",
    };
    (
        key,
        Args::from([("count", Arg::from(period.count.to_string()))]),
    )
}

/// Returns the key of a unit's name.
pub(super) const fn unit_key(unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => "calendar.unit.minutes",
        Unit::Hours => "calendar.unit.hours",
        Unit::Days => "calendar.unit.days",
        Unit::WorkingDays => "calendar.unit.working_days",
        Unit::Weeks => "calendar.unit.weeks",
        Unit::Months => "calendar.unit.months",
        Unit::Years => "calendar.unit.years",
    }
}
