//! Rebuilds a due moment from the steps of its derivation alone, for auditors and tests.
//! Shares no code with the counting: dates are numbered by its own arithmetic, and zones are read the other way round.

mod days;

use days::{Day, begins, closes, ends_then, is_next_full_hour};

use super::Anchor;
use super::closed_days::Closure;
use super::derivation::{ClosedDay, Derivation, Step};
use super::rule::EndOfDay;
use crate::time::{Date, Instant, Period, Precision, Timestamp, Unit, Zone};

/// Says which step of a derivation does not follow from those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("step {step} of the derivation: {why}")]
pub struct Broken {
    /// Which step, from 1; one more than there are if the steps stop short.
    pub step: usize,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Follows a derivation step by step from its anchor and returns the moment at which it arrives.
///
/// # Errors
/// Names the first step that does not follow from those before it.
pub fn rebuild(derivation: &Derivation) -> Result<Timestamp, Broken> {
    let mut place = Place::Anchor;
    for (index, step) in derivation.steps.iter().enumerate() {
        let followed = match (place, put_off_by(step)) {
            (Place::Due(before), Some(decided)) => put_off(before, decided, &derivation.zone),
            (_, Some(_) | None) => follow(derivation, place, step),
        };
        place = followed.map_err(|why| Broken {
            step: index + 1,
            why,
        })?;
    }
    match place {
        Place::Due(at) => Ok(at),
        Place::Anchor | Place::Moment(_) | Place::Counted(_) | Place::LastDay(_) => Err(Broken {
            step: derivation.steps.len() + 1,
            why: "the steps stop before the due moment",
        }),
    }
}

/// Where the steps have led so far.
#[derive(Clone, Copy)]
enum Place {
    Anchor,
    Moment(Timestamp),
    Counted(Counted),
    LastDay(Day),
    Due(Timestamp),
}

/// What is known of a period of days before its last day.
#[derive(Clone, Copy)]
struct Counted {
    anchor: Day,
    first: Option<Day>,
    passed: i64,
    before_first: i64,
    last_passed: Option<Day>,
}

/// Takes one step, or says why it does not follow.
fn follow(derivation: &Derivation, place: Place, step: &Step) -> Result<Place, &'static str> {
    let zone = &derivation.zone;
    match (place, step) {
        (Place::Anchor, Step::Moment { at }) => moment(derivation, *at).map(Place::Moment),
        (Place::Anchor, Step::NamedMoment { at }) => moment(derivation, *at).map(Place::Due),
        (Place::Anchor, Step::FirstMoment { date, at }) => {
            first_moment(derivation, Day::of(*date), *at).map(Place::Moment)
        }
        (Place::Moment(start), Step::NextFullHour { at }) => {
            check(
                is_next_full_hour(start, *at, zone),
                "it is not the next full hour",
            )?;
            Ok(Place::Moment(*at))
        }
        (Place::Moment(start), Step::Elapsed { period, at }) => {
            elapsed(start, *period, *at).map(Place::Due)
        }
        (Place::Anchor, Step::AnchorDate { date }) => {
            let anchor = day(derivation, *date)?;
            Ok(Place::Counted(Counted {
                anchor,
                first: None,
                passed: 0,
                before_first: 0,
                last_passed: None,
            }))
        }
        (Place::Anchor, Step::NamedDay { date }) => day(derivation, *date).map(Place::LastDay),
        (Place::Counted(counted @ Counted { first: None, .. }), Step::FirstDay { date }) => {
            Ok(Place::Counted(Counted {
                first: Some(Day::of(*date)),
                ..counted
            }))
        }
        (
            Place::Counted(
                counted @ Counted {
                    last_passed: None, ..
                },
            ),
            Step::PassedOver { days },
        ) => pass_over(counted, days).map(Place::Counted),
        (Place::Counted(counted), Step::LastDay { period, date }) => {
            last_day(counted, *period, Day::of(*date)).map(Place::LastDay)
        }
        (Place::LastDay(last), Step::Rolled { date, because, to }) => {
            rolled(last, Day::of(*date), because, Day::of(*to)).map(Place::LastDay)
        }
        (Place::LastDay(last), Step::EndOfDay { date, ends, at }) => {
            check(Day::of(*date) == last, "another day is the last")?;
            check(
                ends_then(*at, last, *ends, zone),
                "the day does not end then",
            )?;
            Ok(Place::Due(*at))
        }
        (
            Place::Anchor
            | Place::Moment(_)
            | Place::Counted(_)
            | Place::LastDay(_)
            | Place::Due(_),
            _,
        ) => Err("no such step can stand here"),
    }
}

/// Turns a condition into a result.
const fn check(holds: bool, why: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(why) }
}

/// Checks that the anchor is this moment.
fn moment(derivation: &Derivation, at: Timestamp) -> Result<Timestamp, &'static str> {
    match &derivation.anchor {
        Anchor::Instant(instant) if instant.at == at => Ok(at),
        Anchor::Instant(_) => Err("the anchor is another moment"),
        Anchor::Date(_) => Err("the anchor is no moment"),
    }
}

/// Checks that the anchor is this moment, and that a day begins with it where the anchor was stated.
fn first_moment(
    derivation: &Derivation,
    date: Day,
    at: Timestamp,
) -> Result<Timestamp, &'static str> {
    let zone = match &derivation.anchor {
        Anchor::Instant(instant) => &instant.zone,
        Anchor::Date(_) => &derivation.zone,
    };
    check(begins(at, date, zone), "the day does not begin then")?;
    moment(derivation, at)
}

/// Checks that the anchor has this date: as stated, or in the recipient's zone.
fn day(derivation: &Derivation, date: Date) -> Result<Day, &'static str> {
    let anchor = match &derivation.anchor {
        Anchor::Date(date) => *date,
        Anchor::Instant(instant) => {
            let zone = match instant.precision {
                Precision::Day => &instant.zone,
                Precision::Minute | Precision::Hour => &derivation.zone,
            };
            instant.at.civil(zone).date()
        }
    };
    check(anchor == date, "the anchor has another date").map(|()| Day::of(date))
}

/// Checks that exactly the period has passed.
fn elapsed(start: Timestamp, period: Period, at: Timestamp) -> Result<Timestamp, &'static str> {
    let minutes = match period.unit {
        Unit::Minutes => 1,
        Unit::Hours => 60,
        Unit::Days | Unit::WorkingDays | Unit::Weeks | Unit::Months | Unit::Years => {
            return Err("the period is not exact time");
        }
    };
    let passed = at.as_micros() - start.as_micros();
    // A length that fits no number is longer than any that passed.
    let wanted = i64::from(period.count).saturating_mul(minutes * 60_000_000);
    check(passed == wanted, "another length has passed").map(|()| at)
}

/// Checks that the days passed over are in order, after the anchor and closed as they say.
fn pass_over(counted: Counted, days: &[ClosedDay]) -> Result<Counted, &'static str> {
    let first = counted.first.ok_or("counting has not begun")?;
    let mut before = counted.anchor;
    for closed in days {
        let day = Day::of(closed.date);
        check(
            day > before && day != first,
            "the days passed over are not in order",
        )?;
        check(
            closes(&closed.because, day),
            "a day passed over is another day of the week",
        )?;
        before = day;
    }
    let number = |count: usize| i64::try_from(count).map_err(|_| "more days than a calendar has");
    let before_first = number(
        days.iter()
            .filter(|closed| Day::of(closed.date) < first)
            .count(),
    )?;
    Ok(Counted {
        passed: number(days.len())?,
        before_first,
        last_passed: Some(before),
        ..counted
    })
}

/// Checks that a period ends with this day.
fn last_day(counted: Counted, period: Period, last: Day) -> Result<Day, &'static str> {
    let Counted {
        anchor,
        first,
        passed,
        before_first,
        last_passed,
    } = counted;
    let first = first.ok_or("counting has not begun")?;
    let skipped = first.number - anchor.number;
    let count = i64::from(period.count);
    let all_days = last_passed.is_none() && (0..=1).contains(&skipped);
    let (expected, begins) = match period.unit {
        Unit::Days => (anchor.number + count, all_days),
        Unit::Weeks => (anchor.number + 7 * count, all_days),
        Unit::Months => (anchor.months_later(count).number, all_days),
        Unit::Years => (anchor.months_later(12 * count).number, all_days),
        Unit::WorkingDays => (anchor.number + count + passed, skipped == 1 + before_first),
        Unit::Minutes | Unit::Hours => return Err("the period counts no dates"),
    };
    check(begins, "counting cannot begin on that day")?;
    check(
        last_passed.is_none_or(|day| day < last),
        "days after the last are passed over",
    )?;
    check(
        last.number == expected - i64::from(skipped == 0),
        "the period ends on another day",
    )?;
    Ok(last)
}

/// Returns what an authority's decision named, when that ends and what is due then, if the step is one.
const fn put_off_by(step: &Step) -> Option<(&Instant, Timestamp, Timestamp)> {
    match step {
        Step::Extended {
            until, ends, at, ..
        }
        | Step::Held {
            until, ends, at, ..
        } => Some((until, *ends, *at)),
        Step::Moment { .. }
        | Step::FirstMoment { .. }
        | Step::NextFullHour { .. }
        | Step::Elapsed { .. }
        | Step::AnchorDate { .. }
        | Step::FirstDay { .. }
        | Step::PassedOver { .. }
        | Step::LastDay { .. }
        | Step::Rolled { .. }
        | Step::EndOfDay { .. }
        | Step::NamedDay { .. }
        | Step::NamedMoment { .. } => None,
    }
}

/// Checks that a due moment is put off to the later of the two, and never brought forward.
fn put_off(
    before: Timestamp,
    (until, ends, at): (&Instant, Timestamp, Timestamp),
    zone: &Zone,
) -> Result<Place, &'static str> {
    check(
        is_end_of(until, ends, zone),
        "what the decision names does not end then",
    )?;
    let later = if before < ends { ends } else { before };
    check(at == later, "it is not the later of the two moments")?;
    Ok(Place::Due(at))
}

/// Tells whether a moment is the end of what a decision names: a day that was stated as one ends at 24:00.
fn is_end_of(named: &Instant, ends: Timestamp, zone: &Zone) -> bool {
    match named.precision {
        Precision::Day => {
            let day = Day::of(named.at.civil(&named.zone).date());
            ends_then(ends, day, EndOfDay::MIDNIGHT, zone)
        }
        Precision::Minute | Precision::Hour => named.at == ends,
    }
}

/// Checks that a closed last day gives way to the next.
fn rolled(last: Day, date: Day, because: &Closure, to: Day) -> Result<Day, &'static str> {
    check(date == last, "another day is the last")?;
    check(closes(because, last), "the day is another day of the week")?;
    check(to.number == last.number + 1, "it is not the next day")?;
    Ok(to)
}
