//! Finds the next moment at which time alone brings something: a condition that changes, a reading that passes, a
//! reminder. Letting it happen is `step`'s business.

use crate::case::clock::DutyKey;
use crate::case::decide::{Context, Draft};
use crate::case::event::{Face, Reminded, ReminderOffset};
use crate::case::settle::owed::{Owing, owed};
use crate::case::settle::{Outlook, standstill, step};
use crate::case::view::{View, zone_of};
use crate::case::{Case, Duty};
use crate::time::{Period, Timestamp, Unit, Zone};
use crate::workflow::rules::{By, Offset};

/// Returns the earliest moment after one at which something may happen by itself; `None` if nothing waits.
/// What the last step on the case remembers need not be found again.
#[must_use]
pub fn next_moment(
    context: &Context<'_>,
    (case, outlook): (&Case, Option<Outlook>),
    after: Timestamp,
) -> Option<Timestamp> {
    let conditions = next_change(context, (case, outlook), after);
    conditions
        .into_iter()
        .chain(next_of_clocks(context, case, after))
        .min()
}

/// Returns the earliest moment after one at which a condition may change: as it is remembered, if it is. Nothing may come
/// of that.
fn next_change(
    context: &Context<'_>,
    (case, outlook): (&Case, Option<Outlook>),
    after: Timestamp,
) -> Option<Timestamp> {
    if let Some(outlook) = outlook.filter(|outlook| outlook.reaches(after)) {
        debug_assert_eq!(
            outlook.next_change,
            look(context, case, after).1.next_change
        );
        return outlook.next_change;
    }
    look(context, case, after).1.next_change
}

/// Looks at a case: what is owed at a moment, and what is known of the case once that is on record.
pub(super) fn look(context: &Context<'_>, case: &Case, at: Timestamp) -> (Owing, Outlook) {
    let view = View::new(context, case, at);
    // Asking for what is owed and possible makes the view see every condition, and with it when each may change (E6).
    let owing = owed(context, &view);
    for action in context
        .rules
        .actions
        .iter()
        .filter(|action| action.by == By::Clock)
    {
        let _ = view.truth(action.when.as_ref());
        let _ = standstill(context, &view, action);
        for fact in &action.needs {
            let _ = view.fact(fact);
        }
    }
    let outlook = Outlook {
        settled: at,
        next_change: view.next_change().filter(|&moment| moment > at),
        reads_duties: view.asked_duties(),
    };
    (owing, outlook)
}

/// Returns the earliest moment after one at which a running clock passes or reminds: unless something else happens then,
/// that is put on record.
fn next_of_clocks(context: &Context<'_>, case: &Case, after: Timestamp) -> Option<Timestamp> {
    let running = case
        .duties
        .iter()
        .filter(|(_, duty)| duty.is_running() && !duty.face.is_held());
    let moments = running.flat_map(|(key, duty)| {
        let last = duty.face.readings.iter().map(|reading| reading.due).max();
        let passes = last.filter(|due| !duty.passed.contains(due));
        let reminders = reminders(context, case, (key, duty));
        passes
            .into_iter()
            .chain(reminders.into_iter().map(|reminder| reminder.at))
    });
    moments.filter(|&moment| moment > after).min()
}

/// Most moments that are passed over because nothing comes of them. Only conditions that change and move nothing are;
/// after so many the wake-up is a hint that finds nothing to do.
const MOST_SILENT_MOMENTS: usize = 64;

/// Returns the first moment, after what is settled, at which something will happen by itself: when to wake the case.
/// What the decision that settled it remembers need not be found again.
#[must_use]
pub fn wake_at(context: &Context<'_>, case: &Case, outlook: Option<Outlook>) -> Option<Timestamp> {
    let clocks = next_of_clocks(context, case, case.settled_to);
    let mut after = case.settled_to;
    for _ in 0..MOST_SILENT_MOMENTS {
        let Some(moment) = next_change(context, (case, outlook), after) else {
            return clocks;
        };
        if clocks.is_some_and(|clocks| clocks <= moment) {
            return clocks;
        }
        let mut draft = Draft::new((case.clone(), None), moment, case.last_command);
        step(context, &mut draft, moment);
        if !draft.events.is_empty() {
            return Some(moment);
        }
        after = moment;
    }
    Some(after)
}

/// Returns the moment from which a clock's reminders count: the earliest reading, without a number the earliest aim; none
/// while a hold lasts of which nobody knows the end.
pub(super) fn basis(face: &Face) -> Option<Timestamp> {
    if face.is_held() {
        return None;
    }
    let readings = face.readings.iter().map(|reading| reading.due).min();
    readings.or_else(|| face.targets.iter().map(|target| target.due).min())
}

/// Returns a duty's reminders that are still to be raised, in the order of the obligation's list.
pub(super) fn reminders(
    context: &Context<'_>,
    case: &Case,
    (key, duty): (&DutyKey, &Duty),
) -> Vec<Reminded> {
    let (Some(due), Some(obligation)) =
        (basis(&duty.face), context.rules.obligation(&key.obligation))
    else {
        return Vec::new();
    };
    let zone = &zone_of(context, case, key);
    (0_u64..)
        .zip(&obligation.remind)
        .filter(|(index, _)| !duty.reminded.contains(&(due, *index)))
        .map(|(index, reminder)| {
            let (offset, at) = match reminder.offset {
                Offset::Before(period) => {
                    (ReminderOffset::Before(period), moved(due, period, -1, zone))
                }
                Offset::After(period) => {
                    (ReminderOffset::After(period), moved(due, period, 1, zone))
                }
            };
            Reminded {
                index,
                offset,
                to: reminder.to.clone(),
                at,
            }
        })
        .collect()
}

/// Moves a moment by a period: exactly if it is elapsed, else by calendar days at the same time of day (O5).
fn moved(moment: Timestamp, period: Period, direction: i64, zone: &Zone) -> Timestamp {
    match period.span() {
        Some(span) if direction < 0 => moment.plus(span.negated()),
        Some(span) => moment.plus(span),
        None => same_time_of_day(moment, period, direction, zone),
    }
}

/// Moves a moment by calendar days, weeks, months or years in a zone, keeping the time of day. Reminders are the
/// operator's own, so working days count as days here.
fn same_time_of_day(moment: Timestamp, period: Period, direction: i64, zone: &Zone) -> Timestamp {
    let count = direction * i64::from(period.count);
    let span = match period.unit {
        Unit::Months => jiff::Span::new().try_months(count),
        Unit::Years => jiff::Span::new().try_years(count),
        Unit::Weeks => jiff::Span::new().try_weeks(count),
        Unit::Days | Unit::WorkingDays | Unit::Minutes | Unit::Hours => {
            jiff::Span::new().try_days(count)
        }
    };
    let civil = moment.civil(zone);
    let moved = span.and_then(|span| civil.checked_add(span));
    moved.map_or(moment, |civil| zone.resolve(civil))
}
