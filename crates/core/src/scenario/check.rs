//! Compares a case with what a step expects of it and says both, what was expected and what was found.
//! How a case came to stand so is not asked here.

use std::collections::BTreeMap;

use super::{DueExpected, DueMoment, DutyName, Expectation, Expected, Lateness, StandingWord};
use crate::calendar::Reading;
use crate::case::clock::{DutyKey, Verdict};
use crate::case::event::EventBody;
use crate::case::settle::{Owing, WithoutRecipient, owed};
use crate::case::view::{View, zone_of};
use crate::case::{Body, Case, Context, Duty, Event, Running};
use crate::catalogue::Arg;
use crate::diagnostic::{
    Diagnostic, Location, SCENARIO_OTHER_DUE, SCENARIO_OTHER_EVENTS, SCENARIO_OTHER_LATENESS,
    SCENARIO_OTHER_STANDING, SCENARIO_OTHER_STATE, SCENARIO_UNNAMED_DUTY,
};
use crate::time::{Span, Timestamp, Zone};

/// What there is to see after a step.
pub(super) struct Seen<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) case: &'a Case,
    pub(super) now: Timestamp,
    pub(super) happened: &'a [Event<Body>],
}

/// A duty as it stands, with or without a clock.
#[derive(Clone, Copy)]
enum Standing<'a> {
    NotOwed,
    Waiting,
    Clock(&'a DutyKey, &'a Duty),
}

impl Seen<'_> {
    /// Returns everything in which the case differs from what is expected.
    pub(super) fn check(&self, expected: &Expected) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if let Some((state, at)) = &expected.state
            && *state != self.case.state
        {
            let other = Diagnostic::new(SCENARIO_OTHER_STATE, at.clone());
            let other = other.with("expected", state.as_str());
            found.push(other.with("found", self.case.state.as_str()));
        }
        if let Some((happened, at)) = &expected.happened {
            let types = types(self.happened);
            if types != *happened {
                let other = Diagnostic::new(SCENARIO_OTHER_EVENTS, at.clone());
                found.push(
                    other
                        .with("expected", listed(happened))
                        .with("found", listed(&types)),
                );
            }
        }
        if let Some((duties, at)) = &expected.duties {
            self.check_duties(duties, at, &mut found);
        }
        found
    }

    fn check_duties(
        &self,
        expected: &BTreeMap<DutyName, Expectation>,
        at: &Location,
        found: &mut Vec<Diagnostic>,
    ) {
        let view = View::new(self.context, self.case, self.now);
        let owing = owed(self.context, &view);
        for (name, expectation) in expected {
            // Where a duty is named more exactly too, that name means it.
            let exact: Vec<&DutyName> = expected
                .keys()
                .filter(|other| {
                    other.obligation == name.obligation && other.exactness() > name.exactness()
                })
                .collect();
            for standing in self.meant(name, &exact, &owing) {
                self.check_duty(name, expectation, standing, found);
            }
        }
        let named = |key: &DutyKey| expected.keys().any(|name| name.means(key));
        let running = self
            .case
            .duties
            .iter()
            .filter(|(_, duty)| duty.is_running());
        for (key, duty) in running.filter(|(key, _)| !named(key)) {
            let unnamed = Diagnostic::new(SCENARIO_UNNAMED_DUTY, at.clone());
            let due = self.shown_due(key, duty);
            found.push(unnamed.with("duty", key.to_string()).with("due", due));
        }
    }

    /// Returns the duties that a name means. An obligation alone means all of its duties, without those that lapsed
    /// while there are others: a recipient that was replaced leaves one behind.
    fn meant(&self, name: &DutyName, exact: &[&DutyName], owing: &Owing) -> Vec<Standing<'_>> {
        let is_meant =
            |key: &DutyKey| name.means(key) && !exact.iter().any(|other| other.means(key));
        let clocks: Vec<(&DutyKey, &Duty)> = self
            .case
            .duties
            .iter()
            .filter(|(key, _)| is_meant(key))
            .collect();
        let alive = |duty: &Duty| duty.running != Running::Lapsed;
        let mut meant: Vec<Standing<'_>> = clocks
            .iter()
            .filter(|(_, duty)| alive(duty))
            .map(|&(key, duty)| Standing::Clock(key, duty))
            .collect();
        let has_clock = |key: &DutyKey| {
            clocks
                .iter()
                .any(|&(other, duty)| other == key && alive(duty))
        };
        let waiting = owing
            .duties
            .iter()
            .filter(|owed| owed.is_waiting(self.case));
        meant.extend(
            waiting
                .filter(|owed| is_meant(&owed.duty) && !has_clock(&owed.duty))
                .map(|_| Standing::Waiting),
        );
        let nobody = owing.without_recipient.iter();
        let waits = |one: &&WithoutRecipient| {
            let may_be = |name: &DutyName| name.means_rows(&one.obligation, &one.rows);
            name.recipient.is_none() && may_be(name) && !exact.iter().any(|other| may_be(other))
        };
        meant.extend(nobody.filter(waits).map(|_| Standing::Waiting));
        if meant.is_empty() {
            meant.extend(clocks.iter().map(|&(key, duty)| Standing::Clock(key, duty)));
        }
        if meant.is_empty() && exact.is_empty() {
            meant.push(Standing::NotOwed);
        }
        meant
    }

    fn check_duty(
        &self,
        name: &DutyName,
        expected: &Expectation,
        standing: Standing<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let words = self.words(standing);
        if !words.contains(&expected.standing.word()) {
            let other = Diagnostic::new(SCENARIO_OTHER_STANDING, expected.at.clone());
            let other = other.with("duty", shown_name(name, standing));
            let other = other.with("expected", expected.standing.word());
            found.push(other.with("found", listed(&words)));
            return;
        }
        if let Some((lateness, at)) = &expected.lateness {
            let is_late = words.contains(&StandingWord::Late.word());
            if is_late != (*lateness == Lateness::Late) {
                let other = Diagnostic::new(SCENARIO_OTHER_LATENESS, at.clone());
                let key = match lateness {
                    Lateness::Late => "scenario.late",
                    Lateness::NotLate => "scenario.not_late",
                };
                let other = other.with("duty", shown_name(name, standing));
                found.push(
                    other
                        .with("expected", Arg::Key(key))
                        .with("found", listed(&words)),
                );
            }
        }
        if let Some((due, at)) = &expected.due {
            let matches = match standing {
                Standing::Clock(key, duty) => self.is_due(key, duty, due),
                Standing::NotOwed | Standing::Waiting => false,
            };
            if !matches {
                let other = Diagnostic::new(SCENARIO_OTHER_DUE, at.clone());
                let other = other.with("duty", shown_name(name, standing));
                let other = other.with("expected", self.shown_expected(due, standing));
                let found_due = match standing {
                    Standing::Clock(key, duty) => self.shown_due(key, duty),
                    Standing::NotOwed | Standing::Waiting => Arg::Key("scenario.no_due"),
                };
                found.push(other.with("found", found_due));
            }
        }
    }

    /// Returns every word that is true of a duty.
    fn words(&self, standing: Standing<'_>) -> Vec<&'static str> {
        let word = StandingWord::word;
        let (_, duty) = match standing {
            Standing::NotOwed => return vec!["not_owed"],
            Standing::Waiting => return vec![word(StandingWord::Waiting)],
            Standing::Clock(key, duty) => (key, duty),
        };
        let (stands, judged) = match &duty.running {
            Running::Lapsed => return vec![word(StandingWord::Lapsed)],
            Running::Waived { .. } => return vec![word(StandingWord::Waived)],
            Running::Running if duty.face.is_held() => {
                (StandingWord::Running, Some(StandingWord::Held))
            }
            Running::Running => (StandingWord::Running, self.judged_now(&duty.face.readings)),
            Running::Stopped { judgement, .. } => {
                let judged = match judgement.verdict {
                    Verdict::InTime => Some(StandingWord::InTime),
                    Verdict::Arguable => Some(StandingWord::Arguable),
                    Verdict::Late(_) => Some(StandingWord::Late),
                    Verdict::Held => Some(StandingWord::Held),
                    Verdict::NoNumber { .. } => None,
                };
                (StandingWord::Stopped, judged)
            }
        };
        [Some(stands), judged]
            .into_iter()
            .flatten()
            .map(word)
            .collect()
    }

    /// Judges the present of a running clock: at its due moment with no filing on record it has passed (C8).
    fn judged_now(&self, readings: &[Reading]) -> Option<StandingWord> {
        let moments = || readings.iter().map(|reading| reading.due);
        let (earliest, last) = (moments().min()?, moments().max()?);
        Some(if self.now >= last {
            StandingWord::Late
        } else if self.now >= earliest {
            StandingWord::Arguable
        } else {
            StandingWord::InTime
        })
    }

    fn is_due(&self, key: &DutyKey, duty: &Duty, expected: &DueExpected) -> bool {
        let zone = self.zone_of(key);
        let is = |due: Timestamp, expected: &DueMoment| match expected {
            DueMoment::Day(date) => last_moment_before(due).date(&zone) == *date,
            DueMoment::Moment(moment) => due == *moment,
        };
        let readings = &duty.face.readings;
        match expected {
            DueExpected::EveryReading(moment) => {
                !readings.is_empty() && readings.iter().all(|reading| is(reading.due, moment))
            }
            DueExpected::ByReading(moments) => {
                readings.len() == moments.len()
                    && readings.iter().all(|reading| {
                        moments
                            .get(&reading.name)
                            .is_some_and(|moment| is(reading.due, moment))
                    })
            }
        }
    }

    /// Returns the zone in which a duty's days end (C5).
    fn zone_of(&self, key: &DutyKey) -> Zone {
        zone_of(self.context, self.case, key)
    }

    /// Writes when a duty is due as a scenario would, one moment if all readings agree.
    fn shown_due(&self, key: &DutyKey, duty: &Duty) -> Arg {
        let zone = self.zone_of(key);
        let readings = &duty.face.readings;
        let Some(first) = readings.first() else {
            return Arg::Key("scenario.no_due");
        };
        if readings.iter().all(|reading| reading.due == first.due) {
            return Arg::Text(shown_moment(first.due, &zone));
        }
        let each = readings.iter().map(|reading| {
            Arg::Text(format!(
                "{}: {}",
                reading.name.word(),
                shown_moment(reading.due, &zone)
            ))
        });
        Arg::List(each.collect())
    }

    fn shown_expected(&self, due: &DueExpected, standing: Standing<'_>) -> Arg {
        let zone = match standing {
            Standing::Clock(key, _) => self.zone_of(key),
            Standing::NotOwed | Standing::Waiting => Zone::utc(),
        };
        let moment = |moment: &DueMoment| match moment {
            DueMoment::Day(date) => date.to_string(),
            DueMoment::Moment(moment) => written(*moment, &zone),
        };
        match due {
            DueExpected::EveryReading(one) => Arg::Text(moment(one)),
            DueExpected::ByReading(readings) => {
                let each = readings
                    .iter()
                    .map(|(name, one)| Arg::Text(format!("{}: {}", name.word(), moment(one))));
                Arg::List(each.collect())
            }
        }
    }
}

/// Returns the types of events.
pub(super) fn types(events: &[Event<Body>]) -> Vec<&'static str> {
    events.iter().map(|event| event.body.type_name()).collect()
}

/// Writes several words, or that there are none.
pub(super) fn listed<T: ToString>(words: &[T]) -> Arg {
    if words.is_empty() {
        return Arg::Key("scenario.nothing");
    }
    Arg::List(
        words
            .iter()
            .map(|word| Arg::Text(word.to_string()))
            .collect(),
    )
}

/// Returns the last moment before one: a day that ends at 24:00 is due at the first moment of the next.
fn last_moment_before(moment: Timestamp) -> Timestamp {
    moment.plus(Span::from_micros(-1))
}

/// Writes a due moment: the day alone where the day's end is meant.
fn shown_moment(due: Timestamp, zone: &Zone) -> String {
    if zone.first_moment(due.date(zone)) == due {
        return last_moment_before(due).date(zone).to_string();
    }
    written(due, zone)
}

fn written(moment: Timestamp, zone: &Zone) -> String {
    let civil = moment.civil(zone);
    let mut text = format!("{}T{:02}:{:02}", civil.date(), civil.hour(), civil.minute());
    if civil.second() != 0 || civil.subsec_nanosecond() != 0 {
        text = civil.to_string();
    }
    text
}

/// Names a duty as exactly as it is known.
fn shown_name(name: &DutyName, standing: Standing<'_>) -> String {
    match standing {
        Standing::Clock(key, _) => key.to_string(),
        Standing::NotOwed | Standing::Waiting => name.to_string(),
    }
}
