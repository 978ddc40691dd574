//! Opens the occurrences of a series one after another, and says which of them are owed (C10).
//! What an occurrence's moment is, `calendar` counts from the series' anchor and not from the occurrence before.

use std::collections::{BTreeMap, BTreeSet};

use super::decided::under_decisions;
use super::face::{anchor, rests_on_estimate, unknown_in};
use super::owed::Owed;
use super::rows::{MOST_DUTIES, Standpoint};
use crate::calendar::{self, Anchor, EndOfDay, Reading};
use crate::case::clock::{Doubt, DutyKey};
use crate::case::decide::Context;
use crate::case::event::{Face, LapseOfClock};
use crate::case::view::View;
use crate::name::AuthorityName;
use crate::time::{Period, Timestamp, Unit, Zone};
use crate::value::Value;
use crate::workflow::rules::{ClockRule, Missed, SeriesRule, StepLength};

/// The occurrences of a series towards one recipient.
#[derive(Debug, Default)]
pub(super) struct Occurrences {
    /// Those that are owed.
    pub(super) owed: Vec<Owed>,
    /// Those that are owed no longer, and why.
    pub(super) lapsing: Vec<(DutyKey, LapseOfClock)>,
}

/// A series as one duty of it is seen.
pub(super) struct Series<'a, 'v> {
    pub(super) context: &'a Context<'a>,
    /// The case from where the duty stands.
    pub(super) view: &'a View<'v>,
    pub(super) clock: &'a ClockRule,
    pub(super) rule: &'a SeriesRule,
    pub(super) standpoint: &'a Standpoint,
    pub(super) recipient: &'a AuthorityName,
}

impl Series<'_, '_> {
    /// Finds the occurrences that have opened: the first at once, each further one when the one before was filed or fell due.
    pub(super) fn occurrences(&self, doubts: &BTreeSet<Doubt>) -> Occurrences {
        let mut occurrences = Occurrences::default();
        let (view, rule) = (self.view, self.rule);
        let zone = match self.context.rules.authorities.get(self.recipient) {
            Some(authority) => &authority.zone,
            None => return occurrences,
        };
        let (Some(anchor), Some(steps)) = (anchor(view, &self.clock.anchor), self.steps()) else {
            occurrences.owed.push(self.waiting(doubts));
            return occurrences;
        };
        let mut doubts = doubts.clone();
        if rests_on_estimate(self.context, view, self.clock) {
            doubts.insert(Doubt::Estimate);
        }
        let filed = self.filed();
        let until = rule.until.as_ref().and_then(|until| view.value(until));
        for number in 1..=u32::try_from(MOST_DUTIES).unwrap_or(u32::MAX) {
            let moment = total(&steps, number)
                .and_then(|period| calendar::occurrence(&anchor, period, rule.ends, zone).ok());
            let Some(reading) = moment else {
                break; // beyond what can be written
            };
            if until
                .as_ref()
                .is_some_and(|until| self.is_after(&reading, until, zone))
            {
                occurrences.lapsing.extend(self.ended(number));
                break;
            }
            let (key, due) = (self.key(number), reading.due);
            let filed_at = filed.get(&number).copied();
            let filed = filed_at.is_some();
            let has_come = due <= view.at();
            // The rhythm goes on as it was; an extension gives one occurrence more time, and a hold lets none be missed.
            let face = Face {
                readings: vec![reading],
                doubts: doubts.clone(),
                ..Face::default()
            };
            let face = under_decisions(view, &key, face, filed_at, zone);
            let put_off = face.readings.iter().map(|reading| reading.due).max();
            let lies_ahead = put_off.filter(|due| *due > view.at());
            if rule.missed == Missed::Passes && lies_ahead.is_none() && !face.is_held() && !filed {
                occurrences.lapsing.push((key, LapseOfClock::Missed));
            } else {
                if !filed {
                    view.note_change(lies_ahead);
                }
                occurrences.owed.push(Owed {
                    duty: key,
                    face: Some(face.into()),
                    doubts: doubts.clone(),
                    waits_for: Vec::new(),
                    met: None,
                });
            }
            if !filed && !has_come {
                view.note_change(Some(due));
                break;
            }
        }
        occurrences
    }

    /// Returns when each occurrence was filed for that was, as `Case::discharge` finds it for one.
    fn filed(&self) -> BTreeMap<u32, Timestamp> {
        let mut filed = BTreeMap::new();
        let all = (self.key(1), self.key(u32::MAX));
        for (key, filing) in self.view.case().filings.serving_any(all) {
            let at = filing.discharges_at(self.recipient);
            if let (Some(number), Some(at)) = (key.occurrence, at) {
                let first = filed.entry(number).or_insert(at);
                *first = at.min(*first);
            }
        }
        filed
    }

    /// Returns the length of each rhythm's steps and how long it lasts; `None` while one is unknown.
    fn steps(&self) -> Option<Vec<(Period, Option<Period>)>> {
        let rhythms = self.rule.rhythms.iter();
        let steps = rhythms.map(|rhythm| {
            let step = match &rhythm.step {
                StepLength::Fixed(period) => *period,
                StepLength::Computed(expr) => match self.view.value(expr)? {
                    Value::Period(period) => period,
                    _ => return None,
                },
            };
            Some((step, rhythm.stretch))
        });
        steps.collect()
    }

    fn key(&self, number: u32) -> DutyKey {
        DutyKey {
            obligation: self.standpoint.obligation.clone(),
            rows: self.standpoint.keys(),
            recipient: Some(self.recipient.clone()),
            occurrence: Some(number),
        }
    }

    /// Returns the first occurrence while its moment cannot be told.
    fn waiting(&self, doubts: &BTreeSet<Doubt>) -> Owed {
        let steps = self
            .rule
            .rhythms
            .iter()
            .filter_map(|rhythm| match &rhythm.step {
                StepLength::Fixed(_) => None,
                StepLength::Computed(expr) => Some(expr),
            });
        let asked = [&self.clock.anchor].into_iter().chain(steps);
        Owed {
            duty: self.key(1),
            face: None,
            doubts: doubts.clone(),
            waits_for: asked.flat_map(|expr| unknown_in(self.view, expr)).collect(),
            met: None,
        }
    }

    /// Tells whether an occurrence lies after the end of the series. An occurrence of dates is its whole day.
    fn is_after(&self, reading: &Reading, until: &Value, zone: &Zone) -> bool {
        let whole_days = self.rule.ends == EndOfDay::MIDNIGHT && reading.derivation.is_of_dates();
        let end: Option<Timestamp> = match until {
            Value::Date(date) => end_of(&Anchor::Date(*date), zone),
            Value::Instant(instant) if whole_days => {
                end_of(&Anchor::Date(instant.at.date(zone)), zone)
            }
            Value::Instant(instant) => Some(instant.at),
            _ => None,
        };
        end.is_some_and(|end| reading.due > end)
    }

    /// Returns the occurrences on record from one on.
    fn ended(&self, from: u32) -> Vec<(DutyKey, LapseOfClock)> {
        let own = self.key(from);
        let same = |key: &&DutyKey| {
            key.occurrence.is_some_and(|number| number >= from)
                && (&key.obligation, &key.rows, &key.recipient)
                    == (&own.obligation, &own.rows, &own.recipient)
        };
        let keys = self.view.duties().keys().filter(same);
        keys.map(|key| (key.clone(), LapseOfClock::Ended)).collect()
    }
}

/// Returns the end of what somebody names.
fn end_of(named: &Anchor, zone: &Zone) -> Option<Timestamp> {
    let reading = calendar::as_written(named, zone).ok()?;
    Some(reading.due)
}

/// Returns how long after the anchor an occurrence lies: each rhythm adds its steps for as long as it lasts. `None` where the
/// sum exceeds what a period can count, or its units cannot be added, as those that facts hold may not.
fn total(steps: &[(Period, Option<Period>)], number: u32) -> Option<Period> {
    let unit = steps.first()?.0.unit;
    let (unit, mixed) = match unit {
        Unit::Hours if steps.iter().any(|(step, _)| step.unit == Unit::Minutes) => {
            (Unit::Minutes, true)
        }
        Unit::Minutes => (Unit::Minutes, true),
        Unit::Hours | Unit::Days | Unit::WorkingDays | Unit::Weeks | Unit::Months | Unit::Years => {
            (unit, false)
        }
    };
    let length = |period: Period| match period.unit {
        Unit::Hours if mixed => period.count.checked_mul(60),
        other if other == unit => Some(period.count),
        _ => None,
    };
    let (mut sum, mut left) = (0_u32, number);
    for (step, stretch) in steps {
        let step = length(*step).filter(|step| *step > 0)?;
        let occurrences = match stretch {
            Some(stretch) => (length(*stretch)? / step).min(left),
            None => left,
        };
        sum = sum.checked_add(step.checked_mul(occurrences)?)?;
        left -= occurrences;
        if left == 0 {
            break;
        }
    }
    (sum <= Period::MOST && left == 0).then_some(Period { count: sum, unit })
}
