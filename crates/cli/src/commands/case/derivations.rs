//! Explains clocks: each step from the anchor to the due moment, by which law, as read on which day, and how sure.
//! The steps themselves stand on record with the clock; nothing is counted again here.

use std::collections::BTreeSet;

use tsuho_core::calendar::{Derivation, Reading};
use tsuho_core::case::Duty;
use tsuho_core::case::clock::{DutyKey, TargetForce};
use tsuho_core::catalogue::Arg;
use tsuho_core::name::{CountingName, SourceName};
use tsuho_core::workflow::rules::{Confidence, Force};

use super::page::Page;
use crate::message::Message;
use crate::telling::{Words, due};

/// Puts how a duty's due moments follow on a page.
pub(crate) fn tell(page: &mut Page, words: &Words<'_>, (key, duty): (&DutyKey, &Duty)) {
    if let Some(obligation) = words.rules.obligation(&key.obligation) {
        let (alone, with_sources) = match obligation.force {
            Force::Statutory => (None, "derived.law"),
            Force::Guidance => (Some("derived.guidance_alone"), "derived.guidance"),
            Force::Internal => (Some("derived.internal_alone"), "derived.internal"),
            Force::Voluntary => (Some("derived.voluntary_alone"), "derived.voluntary"),
        };
        let heading = if obligation.law.is_empty() {
            alone
        } else {
            Some(with_sources)
        };
        if let Some(heading) = heading {
            page.put(2, Message::new(heading));
        }
        sources(page, words, 3, &obligation.law);
    }
    for reading in &duty.face.readings {
        of_reading(page, words, reading, "derived.reading");
    }
    for reading in &duty.face.candidates {
        of_reading(page, words, reading, "derived.candidate");
    }
    for target in &duty.face.targets {
        let due = due(target.due, &target.derivation);
        let key = match target.force {
            TargetForce::Internal => "derived.target",
            TargetForce::Guidance => "derived.target_guidance",
        };
        page.put(2, Message::new(key).with("due", due));
        sources(page, words, 3, &target.law);
        steps(page, &target.derivation);
    }
    let rules: BTreeSet<&CountingName> = duty
        .face
        .readings
        .iter()
        .map(|reading| &reading.derivation.rule)
        .collect();
    for rule in rules {
        if let Some(origin) = words.rules.countings.get(rule) {
            let message = Message::new("derived.counting").with("title", origin.title.clone());
            page.put(2, message.with("name", rule.to_string()));
            sources(page, words, 3, &origin.law);
        }
    }
}

fn of_reading(page: &mut Page, words: &Words<'_>, reading: &Reading, key: &'static str) {
    let message = Message::new(key).with("reading", Arg::Key(reading.name.key()));
    page.put(
        2,
        message.with("due", due(reading.due, &reading.derivation)),
    );
    let origin = words.rules.countings.get(&reading.derivation.rule);
    if let Some(reason) = origin.and_then(|origin| origin.readings.get(&reading.name)) {
        if let Some(because) = &reason.because {
            page.put(
                3,
                Message::new("derived.because").with("because", because.clone()),
            );
        }
        sources(page, words, 3, &reason.law);
    }
    steps(page, &reading.derivation);
}

fn steps(page: &mut Page, derivation: &Derivation) {
    for (key, args) in derivation.messages() {
        page.put(
            3,
            Message::new("derived.step").with("step", Arg::Message(key, args)),
        );
    }
    let data = Message::new("derived.data")
        .with("rule", derivation.rule.to_string())
        .with("zone", derivation.zone.to_string())
        .with("release", derivation.zone_release.as_ref());
    page.put(3, data);
    if let Some(calendar) = &derivation.calendar {
        let message = Message::new("derived.calendar").with("name", calendar.name.to_string());
        page.put(3, message.with("digest", calendar.digest.to_string()));
    }
}

fn sources(page: &mut Page, words: &Words<'_>, depth: usize, names: &[SourceName]) {
    for name in names {
        let Some(source) = words.rules.sources.get(name) else {
            continue;
        };
        page.put(
            depth,
            Message::new("derived.source").with("citation", source.citation.clone()),
        );
        let confidence = match source.confidence {
            Confidence::High => "derived.confidence.high",
            Confidence::Medium => "derived.confidence.medium",
            Confidence::Low => "derived.confidence.low",
            Confidence::NotConfirmed => "derived.confidence.not_confirmed",
        };
        let read = Message::new("derived.read")
            .with("link", source.link.as_str())
            .with("read", source.read.to_string())
            .with("confidence", Arg::Key(confidence));
        page.put(depth + 1, read);
        if let Some(revision) = &source.revision {
            page.put(
                depth + 1,
                Message::new("derived.revision").with("revision", revision.clone()),
            );
        }
    }
}
