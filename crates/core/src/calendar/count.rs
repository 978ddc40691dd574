//! Counts: from an anchor, a period and a rule to readings, writing down every date on the way (rules V1, V2, C4 to C6).
//! It decides nothing about what a reading means for a case.

mod dates;

use dates::Dates;

use super::closed_days::Calendar;
use super::derivation::{BeyondCalendar, CalendarUsed, Derivation, Step, ZONE_RELEASE};
use super::rule::{Counting, EndOfDay, FirstDay, HourStart, Manner, Roll};
use super::{Anchor, CannotCount, Reading, ReadingName};
use crate::name::CountingName;
use crate::time::{Date, Instant, Period, Precision, Timestamp, Unit, Zone};

/// Most working days of one period: a derivation lists each closed day that was passed over, and goes into a record.
pub const MOST_WORKING_DAYS: u32 = 500;

/// Returns when a period ends: one reading for each value that the rule leaves open, the earliest first.
///
/// `calendar` and `zone` are the recipient's (C5). Readings that fall together are all returned, in a fixed order.
///
/// ```
/// use tsuho_core::calendar::{Anchor, Counting, due};
///
/// let tokyo = "Asia/Tokyo".parse()?;
/// let anchor = Anchor::Date("2023-10-27".parse()?);
/// let readings = due(&anchor, "30 days".parse()?, &Counting::AsWritten, None, &tokyo)?;
/// assert_eq!(readings[0].due.to_string(), "2023-11-26T15:00:00.000000Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Says why the rule gives no due moment for such a period.
pub fn due(
    anchor: &Anchor,
    period: Period,
    counting: &Counting,
    calendar: Option<&Calendar>,
    zone: &Zone,
) -> Result<Vec<Reading>, CannotCount> {
    let count = Count {
        anchor,
        rule: counting.name(),
        calendar,
        zone,
    };
    let manner = counting.manner(period.unit);
    count.readings(
        manner.ok_or_else(|| count.not_covered(period.unit))?,
        period,
    )
}

/// Returns the moment of a series that lies a period after its anchor (C10): counted as it stands, so that dates keep
/// their number where a month has it and nothing rolls. A day ends at `ends`, exact time where it ends.
///
/// # Errors
/// Says why such a period gives no moment.
pub fn occurrence(
    anchor: &Anchor,
    period: Period,
    ends: EndOfDay,
    zone: &Zone,
) -> Result<Reading, CannotCount> {
    let count = Count {
        anchor,
        rule: Counting::AsWritten.name(),
        calendar: None,
        zone,
    };
    let manner = if period.unit.is_elapsed() {
        Manner::Elapsed(&[HourStart::Moment])
    } else {
        Manner::Dates {
            first: &[FirstDay::Excluded],
            ends,
            roll: Roll::None,
        }
    };
    let mut readings = count.readings(manner, period)?;
    Ok(readings.remove(0))
}

/// Returns when something is due that a letter, an order or a request names, as it stands there (C6).
///
/// A date, or a moment stated to the day, lasts to the end of that day; a moment is itself. Nothing rolls.
///
/// # Errors
/// Refuses what lies outside the years that the history can write.
pub fn as_written(named: &Anchor, zone: &Zone) -> Result<Reading, CannotCount> {
    let count = Count {
        anchor: named,
        rule: Counting::AsWritten.name(),
        calendar: None,
        zone,
    };
    let walk = match count.stated() {
        Stated::Moment(at) => Walk {
            steps: vec![Step::NamedMoment { at }],
            due: at,
            asked: Asked::Nothing,
        },
        Stated::Day(date) => {
            Dates::from(&count, Step::NamedDay { date }).end(date, EndOfDay::MIDNIGHT)?
        }
    };
    Ok(count.reading(ReadingName::Only, walk))
}

/// Names the reading of a first day.
const fn first_name(first: FirstDay) -> ReadingName {
    match first {
        FirstDay::Excluded => ReadingName::Excluded,
        FirstDay::Included => ReadingName::Included,
    }
}

/// Names the reading of a start of hours.
const fn start_name(start: HourStart) -> ReadingName {
    match start {
        HourStart::Moment => ReadingName::Moment,
        HourStart::NextFullHour => ReadingName::NextFullHour,
    }
}

/// What all readings of one clock share.
struct Count<'a> {
    anchor: &'a Anchor,
    rule: CountingName,
    calendar: Option<&'a Calendar>,
    zone: &'a Zone,
}

/// What an anchor says.
enum Stated {
    /// A time of day.
    Moment(Timestamp),
    /// No more than a day, which stays that day in every zone (V2).
    Day(Date),
}

/// The way to one due moment.
struct Walk {
    steps: Vec<Step>,
    due: Timestamp,
    asked: Asked,
}

/// What a calendar was asked.
#[derive(Clone, Copy)]
enum Asked {
    Nothing,
    KnownDays,
    UnknownDays { first: Date, last: Date },
}

impl Count<'_> {
    /// Returns the readings of a period, the earliest first; there is at least one.
    fn readings(&self, manner: Manner<'_>, period: Period) -> Result<Vec<Reading>, CannotCount> {
        let walks: Result<Vec<_>, _> = match manner {
            Manner::Elapsed(starts) => starts
                .iter()
                .map(|start| Ok((start_name(*start), self.elapsed(*start, period)?)))
                .collect(),
            Manner::Dates { first, ends, roll } => {
                let walk = |first| {
                    let anchor = self.anchor_date();
                    let mut dates = Dates::from(self, Step::AnchorDate { date: anchor });
                    let last = dates.last_day(anchor, first, period)?;
                    let last = dates.roll(roll, last)?;
                    dates.end(last, ends)
                };
                first
                    .iter()
                    .map(|first| Ok((first_name(*first), walk(*first)?)))
                    .collect()
            }
        };
        let mut walks = walks?;
        walks.sort_by_key(|(name, walk)| (walk.due, *name));
        walks.dedup_by_key(|(name, _)| *name);
        let only = walks.len() == 1;
        let readings = walks
            .into_iter()
            .map(|(name, walk)| self.reading(if only { ReadingName::Only } else { name }, walk));
        let readings: Vec<Reading> = readings.collect();
        if readings.is_empty() {
            Err(self.not_covered(period.unit))
        } else {
            Ok(readings)
        }
    }

    /// Returns what the anchor says.
    fn stated(&self) -> Stated {
        match self.anchor {
            Anchor::Date(date) => Stated::Day(*date),
            Anchor::Instant(Instant {
                at,
                zone,
                precision: Precision::Day,
            }) => Stated::Day(at.date(zone)),
            Anchor::Instant(Instant {
                at,
                precision: Precision::Minute | Precision::Hour,
                ..
            }) => Stated::Moment(*at),
        }
    }

    /// Returns the date from which days are counted: as stated, or where the recipient is (C5).
    fn anchor_date(&self) -> Date {
        match self.stated() {
            Stated::Day(date) => date,
            Stated::Moment(at) => at.date(self.zone),
        }
    }

    /// Says that the rule does not cover a unit.
    fn not_covered(&self, unit: Unit) -> CannotCount {
        CannotCount::UnitNotCovered {
            unit,
            counting: self.rule.clone(),
        }
    }

    /// Makes the reading of a way.
    fn reading(&self, name: ReadingName, walk: Walk) -> Reading {
        let calendar = match walk.asked {
            Asked::Nothing => None,
            Asked::KnownDays | Asked::UnknownDays { .. } => self.calendar,
        };
        let beyond_calendar = match (walk.asked, self.calendar) {
            (Asked::UnknownDays { first, last }, Some(calendar)) => Some(BeyondCalendar {
                valid_from: calendar.valid_from,
                valid_until: calendar.valid_until,
                first,
                last,
            }),
            (Asked::Nothing | Asked::KnownDays | Asked::UnknownDays { .. }, _) => None,
        };
        let derivation = Derivation {
            rule: self.rule.clone(),
            anchor: self.anchor.clone(),
            zone: self.zone.clone(),
            zone_release: ZONE_RELEASE.into(),
            calendar: calendar.map(CalendarUsed::from),
            steps: walk.steps,
            beyond_calendar,
        };
        Reading {
            name,
            due: walk.due,
            derivation,
        }
    }

    /// Counts exact time (V1): neither days nor summer time nor holidays matter.
    fn elapsed(&self, start: HourStart, period: Period) -> Result<Walk, CannotCount> {
        let mut steps = Vec::new();
        let mut at = match self.anchor {
            Anchor::Date(_) => return Err(CannotCount::DateHasNoTime { unit: period.unit }),
            Anchor::Instant(Instant {
                at,
                zone,
                precision: Precision::Day,
            }) => {
                steps.push(Step::FirstMoment {
                    date: at.date(zone),
                    at: *at,
                });
                *at
            }
            Anchor::Instant(Instant {
                at,
                precision: Precision::Minute | Precision::Hour,
                ..
            }) => {
                steps.push(Step::Moment { at: *at });
                *at
            }
        };
        match start {
            HourStart::Moment => {}
            HourStart::NextFullHour => {
                at = next_full_hour(at, self.zone).ok_or(CannotCount::OutOfRange)?;
                steps.push(Step::NextFullHour { at });
            }
        }
        let span = period.span().ok_or_else(|| self.not_covered(period.unit))?;
        let due = at
            .as_micros()
            .checked_add(span.as_micros())
            .and_then(Timestamp::from_micros);
        let due = due.ok_or(CannotCount::OutOfRange)?;
        steps.push(Step::Elapsed { period, at: due });
        Ok(Walk {
            steps,
            due,
            asked: Asked::Nothing,
        })
    }
}

/// Returns the next full hour of the zone's clocks, or the moment itself if it lies on one.
fn next_full_hour(at: Timestamp, zone: &Zone) -> Option<Timestamp> {
    const HOUR: i64 = 3_600_000_000;
    let civil = at.civil(zone);
    let minutes = i64::from(civil.minute()) * 60 + i64::from(civil.second());
    let into = minutes * 1_000_000 + i64::from(civil.subsec_nanosecond()) / 1_000;
    Timestamp::from_micros(at.as_micros() + (HOUR - into) % HOUR)
}
