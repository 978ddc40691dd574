//! Sixth layer: every due date on record follows from its anchor, step by step, and is found again by counting.
//! That a clock has the right anchor and rule is checked when the decision is made again.

use std::collections::BTreeMap;

use tsuho_core::calendar::{
    Calendar, Counting, Derivation, Reading, Step, ZONE_RELEASE, as_written, due, rebuild,
};
use tsuho_core::case::event::{Body, DecisionApplied, Face};
use tsuho_core::time::{Period, Timestamp};
use tsuho_core::workflow::Rules;
use tsuho_ledger::Digest;

use super::Notes;
use crate::finding::{Fault, Place};
use crate::said::{Said, words, words_with};

/// What due dates are held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    /// The workflow of the case, if it is sound.
    pub rules: Option<&'a Rules>,
    /// Every calendar that was published before, by digest, if it is stored; `None` where publications are damaged.
    pub releases: Option<&'a BTreeMap<Digest, Option<Calendar>>>,
}

/// Checks the due dates that an event brings.
pub(super) fn check(ground: Ground<'_>, body: &Body, place: &Place, notes: &mut Notes) {
    match body {
        Body::ClockStarted(body) => check_face(ground, &body.face, "body.face", place, notes),
        // What the clock showed before was checked when it came, and is compared when the decision is made again.
        Body::ClockMoved(body) => check_face(ground, &body.to, "body.to", place, notes),
        Body::CaseOpened(_)
        | Body::FactsRecorded(_)
        | Body::ActionTaken(_)
        | Body::FilingMade(_)
        | Body::FilingReceived(_)
        | Body::FilingUndone(_)
        | Body::ApprovalRequested(_)
        | Body::ApprovalGiven(_)
        | Body::ApprovalRefused(_)
        | Body::ApprovalLapsed(_)
        | Body::ClockPassed(_)
        | Body::ClockStopped(_)
        | Body::ClockLapsed(_)
        | Body::ClockWaived(_)
        | Body::ReminderDue(_)
        | Body::EvidenceAttached(_)
        | Body::NoteAdded(_)
        | Body::CaseLinked(_) => {}
    }
}

fn check_face(ground: Ground<'_>, face: &Face, path: &str, place: &Place, notes: &mut Notes) {
    let lists = [
        ("readings", &face.readings),
        ("candidates", &face.candidates),
    ];
    for (list, readings) in lists {
        for (index, reading) in readings.iter().enumerate() {
            let one = One {
                ground,
                due: reading.due,
                derivation: &reading.derivation,
                path: format!("{path}.{list}[{index}]"),
                place,
            };
            one.check(notes);
            one.check_decisions(&face.decisions, notes);
        }
    }
    for (index, target) in face.targets.iter().enumerate() {
        let one = One {
            ground,
            due: target.due,
            derivation: &target.derivation,
            path: format!("{path}.targets[{index}]"),
            place,
        };
        one.check(notes);
    }
}

/// One due date with its derivation.
struct One<'a> {
    ground: Ground<'a>,
    due: Timestamp,
    derivation: &'a Derivation,
    path: String,
    place: &'a Place,
}

impl One<'_> {
    fn check(&self, notes: &mut Notes) {
        notes.counts.due_dates += 1;
        match rebuild(self.derivation) {
            Err(broken) => notes.at(self.place).add(
                Fault::Derivation,
                format!("{}.derivation.steps[{}]", self.path, broken.step - 1),
                words("audit.said.next_step"),
                broken.why,
            ),
            Ok(at) if at != self.due => {
                let field = format!("{}.due", self.path);
                notes
                    .at(self.place)
                    .add(Fault::DueDate, field, at, self.due);
            }
            Ok(_) => {}
        }
        let calendar = match &self.derivation.calendar {
            None => None,
            Some(used) => {
                let Some(releases) = self.ground.releases else {
                    return;
                };
                match releases.get(&used.digest) {
                    Some(Some(release)) if release.name == used.name => Some(release),
                    // That it is missing was found where it was published.
                    Some(None) => return,
                    Some(Some(_)) | None => {
                        let expected = words_with("audit.said.publication", [("name", &used.name)]);
                        let field = format!("{}.derivation.calendar.digest", self.path);
                        notes.at(self.place).add(
                            Fault::CalendarUnpublished,
                            field,
                            expected,
                            used.digest,
                        );
                        return;
                    }
                }
            }
        };
        self.count_again(calendar, notes);
    }

    /// Checks that each decision under which the clock stands, and that names an end, has its step, and no other has.
    fn check_decisions(&self, decisions: &[DecisionApplied], notes: &mut Notes) {
        let named = decisions.iter().filter(|one| one.until.is_some());
        let named: Vec<(&str, Option<Timestamp>)> = named
            .map(|one| (one.decision.as_str(), one.until))
            .collect();
        let steps = self.derivation.steps.iter();
        let told: Vec<(&str, Option<Timestamp>)> = steps
            .filter_map(|step| match step {
                Step::Extended { decision, ends, .. } | Step::Held { decision, ends, .. } => {
                    Some((decision.as_str(), Some(*ends)))
                }
                _ => None,
            })
            .collect();
        if named == told {
            return;
        }
        let listed = |list: &[(&str, Option<Timestamp>)]| {
            let ids: Vec<&str> = list.iter().map(|(decision, _)| *decision).collect();
            format!("[{}]", ids.join(", "))
        };
        notes.at(self.place).add(
            Fault::Derivation,
            format!("{}.derivation.steps", self.path),
            Said::Value(listed(&named)),
            listed(&told),
        );
    }

    /// Counts from the anchor again, by the rule and for the period that the derivation names.
    fn count_again(&self, calendar: Option<&Calendar>, notes: &mut Notes) {
        // What an authority decided is no counting; its steps were followed one by one.
        let derivation = &before_decisions(self.derivation);
        let Ok(counted) = rebuild(derivation) else {
            return;
        };
        if derivation.zone_release != ZONE_RELEASE {
            notes.counts.other_zones += 1;
        }
        let anchor = &derivation.anchor;
        let found = match (period(&derivation.steps), self.ground.rules) {
            (Some(period), Some(rules)) => {
                let Some(counting) = counting(rules, derivation) else {
                    let field = format!("{}.derivation.rule", self.path);
                    let expected = words("audit.said.counting_rule");
                    let found = &derivation.rule;
                    notes
                        .at(self.place)
                        .add(Fault::Counting, field, expected, found);
                    return;
                };
                due(anchor, period, &counting, calendar, &derivation.zone)
            }
            (Some(_), None) => return,
            (None, _) => as_written(anchor, &derivation.zone).map(|reading| vec![reading]),
        };
        notes.counts.counted += 1;
        let expected = match found {
            Ok(readings)
                if readings
                    .iter()
                    .any(|reading| agrees(reading, (derivation, counted))) =>
            {
                return;
            }
            Ok(readings) => {
                let dues: Vec<String> = readings.iter().map(|one| one.due.to_string()).collect();
                if dues.contains(&counted.to_string()) {
                    words_with("audit.said.other_steps", [("due", &counted)])
                } else {
                    Said::Value(dues.join(", "))
                }
            }
            Err(error) => Said::Value(error.to_string()),
        };
        let field = format!("{}.due", self.path);
        notes
            .at(self.place)
            .add(Fault::Counting, field, expected, counted);
    }
}

/// Tells whether a reading is the one on record. Under other zone data only the moment can be compared.
fn agrees(reading: &Reading, (derivation, due): (&Derivation, Timestamp)) -> bool {
    let other_zones = derivation.zone_release != ZONE_RELEASE;
    reading.due == due && (other_zones || reading.derivation == *derivation)
}

/// Returns a derivation without what an authority decided about it.
fn before_decisions(derivation: &Derivation) -> Derivation {
    let mut counted = derivation.clone();
    let decided = |step: &Step| matches!(step, Step::Extended { .. } | Step::Held { .. });
    counted.steps.retain(|step| !decided(step));
    counted
}

/// Returns the period that a derivation counts; none where a letter names the day or the moment.
fn period(steps: &[Step]) -> Option<Period> {
    steps.iter().find_map(|step| match step {
        Step::Elapsed { period, .. } | Step::LastDay { period, .. } => Some(*period),
        Step::Moment { .. }
        | Step::FirstMoment { .. }
        | Step::NextFullHour { .. }
        | Step::AnchorDate { .. }
        | Step::FirstDay { .. }
        | Step::PassedOver { .. }
        | Step::Rolled { .. }
        | Step::EndOfDay { .. }
        | Step::NamedDay { .. }
        | Step::NamedMoment { .. }
        | Step::Extended { .. }
        | Step::Held { .. } => None,
    })
}

/// Returns the counting rule that a derivation names.
fn counting(rules: &Rules, derivation: &Derivation) -> Option<Counting> {
    let origin = rules.countings.get(&derivation.rule);
    origin
        .map(|origin| Counting::Rule(origin.rule.clone()))
        .or_else(|| Counting::built_in(derivation.rule.as_str()))
}
