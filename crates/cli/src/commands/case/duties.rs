//! Shows duties with their clocks: due moments by every reading, our targets, what is in doubt, how it was judged.
//! How each moment follows from the law is told by `derivations`.

use serde_json::{Value, json};
use tsuho_core::calendar::Reading;
use tsuho_core::case::authority_decision::{AuthorityDecision, decisions};
use tsuho_core::case::clock::{DutyKey, TargetForce};
use tsuho_core::case::{Duty, Running};
use tsuho_core::catalogue::Arg;
use tsuho_core::value::Value as FactValue;

use super::page::Page;
use super::stand::Stand;
use crate::message::Message;
use crate::telling::{self, Waiting, Words, due, span, standing};

/// Puts a duty on a page.
pub(crate) fn tell(
    page: &mut Page,
    words: &Words<'_>,
    stand: &Stand,
    (key, duty): (&DutyKey, &Duty),
) {
    let zone = words.zone_of(key);
    let heading = Message::new("duty.heading").with("duty", words.duty(key));
    page.put(1, heading.with("key", key.to_string()));
    for message in due_words(duty) {
        page.put(2, message);
    }
    let standing = standing(duty, stand.now);
    page.put(
        2,
        Message::new("telling.plain").with("text", words.standing(key, duty, stand.now)),
    );
    if let telling::Standing::Discharged { judgement, .. } = &standing {
        for judged in &judgement.readings {
            let after = judged.after;
            let key = if after.as_micros() > 0 {
                "duty.judged_late"
            } else {
                "duty.judged_in_time"
            };
            let message = Message::new(key).with("reading", Arg::Key(judged.reading.key()));
            if judgement.verdict == tsuho_core::case::clock::Verdict::Arguable {
                page.put(3, message.with("by", span(after)));
            }
        }
    }
    for evidence in evidence(stand, duty) {
        page.put(2, evidence);
    }
    for doubt in doubts(duty) {
        page.put(2, doubt);
    }
    for passed in &duty.passed {
        let message = Message::new(if words.bond(&key.obligation).is_deed() {
            "duty.passed_deed"
        } else {
            "duty.passed"
        });
        let message = message.with("due", telling::due_at(*passed, zone));
        page.put(2, message);
    }
}

/// Returns the files that bear out the decisions of the authority under which a duty stands.
fn evidence(stand: &Stand, duty: &Duty) -> Vec<Message> {
    let history = stand.case.facts.get(&decisions());
    let Some(FactValue::Table(rows)) = history.and_then(|history| history.value()) else {
        return Vec::new();
    };
    let applied = duty.face.decisions.iter().map(|one| &one.decision);
    let waived = match &duty.running {
        Running::Waived { decision } => Some(decision),
        Running::Running | Running::Stopped { .. } | Running::Lapsed => None,
    };
    let files = applied.chain(waived).filter_map(|id| {
        let decision = AuthorityDecision::read(id, rows.get(id)?)?;
        let message = Message::new("decided.evidence").with("decision", id.as_str());
        Some(message.with("digest", decision.evidence?))
    });
    files.collect()
}

/// Returns what is owed and waits, for its anchor or for its recipient.
pub(crate) fn waiting(stand: &Stand) -> Vec<Waiting> {
    Waiting::of(&stand.ground.context(), &stand.case, stand.now)
}

/// Returns when it is due: once if every reading agrees, else by each, the earliest first.
fn due_words(duty: &Duty) -> Vec<Message> {
    let readings = &duty.face.readings;
    let mut messages = Vec::new();
    match readings.as_slice() {
        [] => {}
        [only] => messages.push(Message::new("duty.due").with("due", due_of(only))),
        [first, rest @ ..] if rest.iter().all(|other| other.due == first.due) => {
            let names: Vec<Arg> = readings
                .iter()
                .map(|reading| Arg::Key(reading.name.key()))
                .collect();
            let message = Message::new("duty.due_agreed").with("due", due_of(first));
            messages.push(message.with("readings", Arg::List(names)));
        }
        several => {
            for (place, reading) in several.iter().enumerate() {
                let key = if place == 0 {
                    "duty.due_governing"
                } else {
                    "duty.due_other"
                };
                let message = Message::new(key).with("due", due_of(reading));
                messages.push(message.with("reading", Arg::Key(reading.name.key())));
            }
        }
    }
    for target in &duty.face.targets {
        let key = match target.force {
            TargetForce::Internal => "duty.target_internal",
            TargetForce::Guidance => "duty.target_guidance",
        };
        messages.push(Message::new(key).with("due", due(target.due, &target.derivation)));
    }
    for candidate in &duty.face.candidates {
        messages.push(Message::new("duty.candidate").with("due", due_of(candidate)));
    }
    messages
}

fn due_of(reading: &Reading) -> Arg {
    due(reading.due, &reading.derivation)
}

/// Tells whether what the clock shows may still change without anybody changing their mind.
pub(crate) fn is_provisional(duty: &Duty) -> bool {
    let beyond = |reading: &Reading| reading.derivation.beyond_calendar.is_some();
    duty.is_running() && (!duty.face.doubts.is_empty() || duty.face.readings.iter().any(beyond))
}

/// Returns why what the clock shows is provisional.
fn doubts(duty: &Duty) -> Vec<Message> {
    let reasons: Vec<Arg> = duty
        .face
        .doubts
        .iter()
        .map(|doubt| Arg::Key(telling::doubt_key(*doubt)))
        .collect();
    let provisional = (!reasons.is_empty())
        .then(|| Message::new("duty.provisional").with("reasons", Arg::List(reasons)));
    let beyond = duty.face.readings.iter().find_map(|reading| {
        let (key, args) = reading.derivation.beyond_calendar.as_ref()?.message();
        Some(Message::of(key, args))
    });
    provisional.into_iter().chain(beyond).collect()
}

/// Returns a duty for programs.
pub(crate) fn json(stand: &Stand, (key, duty): (&DutyKey, &Duty)) -> Value {
    let rules = &stand.ground.compiled.rules;
    let authorities = &rules.authorities;
    let recipient = key.recipient.as_ref();
    let zone = recipient
        .and_then(|name| authorities.get(name))
        .map(|rule| rule.zone.to_string());
    let standing = standing(duty, stand.now);
    let readings: Vec<Value> = duty.face.readings.iter().map(reading_json).collect();
    let candidates: Vec<Value> = duty.face.candidates.iter().map(reading_json).collect();
    let targets: Vec<Value> = duty
        .face
        .targets
        .iter()
        .map(|target| json!({ "due": target.due, "force": target.force }))
        .collect();
    let mut value = json!({
        "duty": key,
        "obligation": key.obligation,
        "rows": key.rows,
        "occurrence": key.occurrence,
        "recipient": key.recipient,
        "zone": zone,
        "standing": standing.word(),
        "force": rules.obligation(&key.obligation).map(|rule| rule.force.word()),
        "readings": readings,
        "targets": targets,
        "candidates": candidates,
        "provisional": duty.face.doubts,
        "passed": duty.passed,
        "decisions": duty.face.decisions,
    });
    if let Running::Waived { decision } = &duty.running {
        value["waived_by"] = json!(decision);
    }
    if let telling::Standing::Discharged {
        filing,
        at,
        judgement,
    } = standing
    {
        value["filing"] = json!(filing);
        value["discharged_at"] = json!(at);
        value["judgement"] = json!(judgement);
    }
    value
}

fn reading_json(reading: &Reading) -> Value {
    let zone = &reading.derivation.zone;
    let last_day = reading.derivation.ends_day();
    let last_day = last_day.map(|(date, _)| date.to_string());
    json!({
        "reading": reading.name,
        "due": reading.due,
        "local": tsuho_core::time::Instant::new(reading.due, zone.clone()).to_string(),
        "last_day": last_day,
        "rule": reading.derivation.rule,
        "beyond_calendar": reading.derivation.beyond_calendar.is_some(),
    })
}
