//! Numbers days and reads clocks for the check of derivations, by arithmetic of its own.
//! Which steps may follow each other is left to `check.rs`.

use crate::calendar::{ClosedWeekday, Closure, EndOfDay};
use crate::time::{Date, Span, Timestamp, Zone};

/// Tells whether a reason for a closed day can be true; what is a holiday, only the calendar knows.
pub(super) fn closes(because: &Closure, day: Day) -> bool {
    const DAYS: [ClosedWeekday; 7] = [
        ClosedWeekday::Thursday,
        ClosedWeekday::Friday,
        ClosedWeekday::Saturday,
        ClosedWeekday::Sunday,
        ClosedWeekday::Monday,
        ClosedWeekday::Tuesday,
        ClosedWeekday::Wednesday,
    ];
    match because {
        // Day 0, the first of 1970, was a Thursday.
        Closure::Weekday(weekday) => usize::try_from(day.number.rem_euclid(7))
            .is_ok_and(|index| DAYS.get(index) == Some(weekday)),
        Closure::Holiday(_) => true,
    }
}

/// Tells whether a day of a zone begins at a moment: it is that day or later there, and was not so before.
pub(super) fn begins(at: Timestamp, day: Day, zone: &Zone) -> bool {
    let before = at.plus(Span::from_micros(-1));
    Day::of(at.civil(zone).date()) >= day && Day::of(before.civil(zone).date()) < day
}

/// Tells whether clocks in a zone first show the end of a day at a moment.
pub(super) fn ends_then(at: Timestamp, day: Day, ends: EndOfDay, zone: &Zone) -> bool {
    if ends == EndOfDay::MIDNIGHT {
        return begins(
            at,
            Day {
                number: day.number + 1,
            },
            zone,
        );
    }
    let (hour, minute) = ends.hour_and_minute();
    let wanted =
        day.number * 86_400_000_000 + (i64::from(hour) * 60 + i64::from(minute)) * 60_000_000;
    let shown = |moment: Timestamp| clock(moment, zone);
    // Clocks that skip the time show one that is later by what they skipped; as much earlier they still ran as before.
    let skipped = shown(at) - wanted;
    let was_skipped =
        skipped > 0 && shown(at.plus(Span::from_micros(-skipped))) == wanted - skipped;
    let first_time = [30, 60, 120]
        .into_iter()
        .all(|minutes| shown(at.plus(Span::from_minutes(-minutes))) != wanted);
    (shown(at) == wanted && first_time) || was_skipped
}

/// Returns what clocks show at a moment, in microseconds since the first moment of 1970 by those clocks.
fn clock(at: Timestamp, zone: &Zone) -> i64 {
    let civil = at.civil(zone);
    let seconds =
        (i64::from(civil.hour()) * 60 + i64::from(civil.minute())) * 60 + i64::from(civil.second());
    Day::of(civil.date()).number * 86_400_000_000
        + seconds * 1_000_000
        + i64::from(civil.subsec_nanosecond()) / 1_000
}

/// Tells whether a moment is the first full hour not before a start.
pub(super) fn is_next_full_hour(start: Timestamp, at: Timestamp, zone: &Zone) -> bool {
    const HOUR: i64 = 3_600_000_000;
    let distance = at.as_micros() - start.as_micros();
    // A clock may be put forward at the full hour itself, so the microsecond before is the one that tells.
    let completed = (clock(at.plus(Span::from_micros(-1)), zone) + 1) % HOUR == 0;
    let on_the_hour = clock(start, zone) % HOUR == 0;
    if on_the_hour {
        distance == 0
    } else {
        (1..HOUR).contains(&distance) && completed
    }
}

/// A date as a number: days since the first of January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day {
    pub(super) number: i64,
}

impl Day {
    /// Numbers a date of the Gregorian calendar.
    pub(super) fn of(date: Date) -> Self {
        Self::from_parts(
            i64::from(date.year()),
            i64::from(date.month()),
            i64::from(date.day()),
        )
    }

    /// Numbers a day by whole years before it, months before it in its year, and its day.
    fn from_parts(year: i64, month: i64, day: i64) -> Self {
        let whole = year - 1;
        let leap_days = whole.div_euclid(4) - whole.div_euclid(100) + whole.div_euclid(400);
        let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
        // 719,162 days lie between the first of the year 1 and the first of 1970.
        Self {
            number: whole * 365 + leap_days + months + day - 1 - 719_162,
        }
    }

    /// Returns the same-numbered day so many months later, or that month's last.
    pub(super) fn months_later(self, count: i64) -> Self {
        let (year, month, day) = self.parts();
        let months = year * 12 + (month - 1) + count;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        Self::from_parts(year, month, day.min(days_in(year, month)))
    }

    /// Returns year, month and day.
    fn parts(self) -> (i64, i64, i64) {
        // Never too late for the years since 1900, so that the search can only go forward.
        let mut year = 1968 + self.number.div_euclid(366);
        while Self::from_parts(year + 1, 1, 1) <= self {
            year += 1;
        }
        let month = (1..=12)
            .rev()
            .find(|month| Self::from_parts(year, *month, 1) <= self)
            .unwrap_or(1);
        (
            year,
            month,
            self.number - Self::from_parts(year, month, 1).number + 1,
        )
    }
}

/// Returns how many days a month has.
const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
