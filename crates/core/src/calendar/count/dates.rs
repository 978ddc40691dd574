//! Counts dates: first day, last day, rolling and the end of the day (rules C4 to C6), asking the calendar on the way.
//! Exact time, and what becomes of the result, are left to `count.rs`.

use jiff::civil;

use super::{Asked, Count, Walk};
use crate::calendar::closed_days::{Calendar, Closure};
use crate::calendar::derivation::{ClosedDay, Step};
use crate::calendar::rule::{EndOfDay, FirstDay, Roll};
use crate::calendar::{CannotCount, MOST_WORKING_DAYS};
use crate::time::{Date, Period, Timestamp, Unit, Zone};

/// Longest run of closed days: the longest known (Golden Week 2019) had ten, and a search must end.
const LONGEST_CLOSURE: u32 = 60;

/// How many steps most ways have: anchor, first day, last day, end of the day.
const USUAL_STEPS: usize = 4;

/// First date on which a period may end: within [`Timestamp::FIRST`] in every zone.
const FIRST_LAST_DAY: Date = civil::date(1900, 1, 3);

/// Last date on which a period may end: its end lies within [`Timestamp::LAST`] in every zone.
const LAST_LAST_DAY: Date = civil::date(9998, 12, 28);

/// Steps taken so far, and what the calendar was asked for them.
pub(super) struct Dates<'a> {
    count: &'a Count<'a>,
    steps: Vec<Step>,
    asked: Asked,
}

impl<'a> Dates<'a> {
    /// Begins with a step.
    pub(super) fn from(count: &'a Count<'a>, step: Step) -> Self {
        let mut steps = Vec::with_capacity(USUAL_STEPS);
        steps.push(step);
        Self {
            count,
            steps,
            asked: Asked::Nothing,
        }
    }

    /// Counts a period from the anchor's date to its last day.
    pub(super) fn last_day(
        &mut self,
        anchor: Date,
        first: FirstDay,
        period: Period,
    ) -> Result<Date, CannotCount> {
        if period.count == 0 {
            return Err(CannotCount::NothingToCount { unit: period.unit });
        }
        let last = match period.unit {
            Unit::WorkingDays => self.working_days(anchor, first, period)?,
            Unit::Minutes | Unit::Hours | Unit::Days | Unit::Weeks | Unit::Months | Unit::Years => {
                let date = match first {
                    FirstDay::Excluded => tomorrow(anchor)?,
                    FirstDay::Included => anchor,
                };
                self.steps.push(Step::FirstDay { date });
                self.all_days(anchor, first, period)?
            }
        };
        self.steps.push(Step::LastDay { period, date: last });
        Ok(last)
    }

    /// Moves a closed last day to the next open one, if the rule says so.
    pub(super) fn roll(&mut self, roll: Roll, mut last: Date) -> Result<Date, CannotCount> {
        match roll {
            Roll::None => Ok(last),
            Roll::Forward => {
                let calendar = self.calendar()?;
                let raw = last;
                for _ in 0..=LONGEST_CLOSURE {
                    let Some(because) = self.ask(calendar, last) else {
                        return Ok(last);
                    };
                    let to = tomorrow(last)?;
                    self.steps.push(Step::Rolled {
                        date: last,
                        because,
                        to,
                    });
                    last = to;
                }
                Err(never_open(calendar, raw))
            }
        }
    }

    /// Ends the way at the end of a day in the recipient's zone.
    pub(super) fn end(mut self, date: Date, ends: EndOfDay) -> Result<Walk, CannotCount> {
        if !(FIRST_LAST_DAY..=LAST_LAST_DAY).contains(&date) {
            return Err(CannotCount::OutOfRange);
        }
        let due = end_of(date, ends, self.count.zone)?;
        self.steps.push(Step::EndOfDay {
            date,
            ends,
            at: due,
        });
        Ok(Walk {
            steps: self.steps,
            due,
            asked: self.asked,
        })
    }

    /// Returns the last day of a period in which every day counts, before any rolling (C4).
    ///
    /// Adding days to the anchor's date leaves that date out, and adding months ends on the same-numbered day or the
    /// month's last; a first day that counts brings either one day forward.
    fn all_days(&self, anchor: Date, first: FirstDay, period: Period) -> Result<Date, CannotCount> {
        let count = i64::from(period.count);
        let span = match period.unit {
            Unit::Days => jiff::Span::new().try_days(count),
            Unit::Weeks => jiff::Span::new().try_weeks(count),
            Unit::Months => jiff::Span::new().try_months(count),
            Unit::Years => jiff::Span::new().try_years(count),
            Unit::Minutes | Unit::Hours | Unit::WorkingDays => {
                return Err(self.count.not_covered(period.unit));
            }
        };
        let after = span
            .and_then(|span| anchor.checked_add(span))
            .map_err(|_| CannotCount::OutOfRange)?;
        match first {
            FirstDay::Excluded => Ok(after),
            FirstDay::Included => after.yesterday().map_err(|_| CannotCount::OutOfRange),
        }
    }

    /// Counts days on which the calendar is open, never the anchor's (C4), and returns the last.
    fn working_days(
        &mut self,
        anchor: Date,
        first: FirstDay,
        period: Period,
    ) -> Result<Date, CannotCount> {
        match first {
            FirstDay::Excluded => {}
            FirstDay::Included => {
                return Err(CannotCount::FirstWorkingDay {
                    counting: self.count.rule.clone(),
                });
            }
        }
        if period.count > MOST_WORKING_DAYS {
            return Err(CannotCount::TooManyWorkingDays {
                count: period.count,
            });
        }
        let calendar = self.calendar()?;
        let (mut first_open, mut passed) = (None, Vec::new());
        let (mut date, mut left, mut closed_in_a_row) = (anchor, period.count, 0);
        while left > 0 {
            date = tomorrow(date)?;
            if let Some(because) = self.ask(calendar, date) {
                passed.push(ClosedDay { because, date });
                closed_in_a_row += 1;
                if closed_in_a_row > LONGEST_CLOSURE {
                    return Err(never_open(calendar, date));
                }
            } else {
                first_open.get_or_insert(date);
                left -= 1;
                closed_in_a_row = 0;
            }
        }
        self.steps
            .extend(first_open.map(|date| Step::FirstDay { date }));
        if !passed.is_empty() {
            self.steps.push(Step::PassedOver { days: passed });
        }
        Ok(date)
    }

    /// Returns the recipient's calendar, or that there is none.
    fn calendar(&self) -> Result<&'a Calendar, CannotCount> {
        let counting = &self.count.rule;
        self.count.calendar.ok_or_else(|| CannotCount::NoCalendar {
            counting: counting.clone(),
        })
    }

    /// Asks a calendar why a date is closed, and notes what was asked.
    fn ask(&mut self, calendar: &Calendar, date: Date) -> Option<Closure> {
        self.asked = match (calendar.knows(date), self.asked) {
            (true, Asked::Nothing) => Asked::KnownDays,
            (true, before @ (Asked::KnownDays | Asked::UnknownDays { .. })) => before,
            (false, Asked::Nothing | Asked::KnownDays) => Asked::UnknownDays {
                first: date,
                last: date,
            },
            (false, Asked::UnknownDays { first, .. }) => Asked::UnknownDays { first, last: date },
        };
        calendar.closure(date)
    }
}

/// Returns the moment at which a day ends in a zone.
fn end_of(date: Date, ends: EndOfDay, zone: &Zone) -> Result<Timestamp, CannotCount> {
    if ends == EndOfDay::MIDNIGHT {
        return Ok(zone.first_moment(tomorrow(date)?));
    }
    let (hour, minute) = ends.hour_and_minute();
    let small =
        |number: u16| i8::try_from(number).expect("hours and minutes of a day are below 60");
    Ok(zone.resolve(date.to_datetime(civil::time(small(hour), small(minute), 0, 0))))
}

/// Returns the day after a date.
fn tomorrow(date: Date) -> Result<Date, CannotCount> {
    date.tomorrow().map_err(|_| CannotCount::OutOfRange)
}

/// Says that a calendar has no open day within reach of a date.
fn never_open(calendar: &Calendar, date: Date) -> CannotCount {
    CannotCount::NeverOpen {
        calendar: calendar.name.clone(),
        date,
    }
}
