//! Finds duties of law that are no longer owed and for which nothing was filed that counts, and says so aloud.
//! Whether that is right is for people to judge; nothing is refused for it.

use std::collections::BTreeSet;

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::LapseOfClock;
use tsuho_core::case::{Body, Case, Event};
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::Force;

use super::Words;
use crate::message::Message;

/// Tells whether the law asks for something for which nothing was filed that counts.
pub(crate) fn is_unfiled(rules: &Rules, case: &Case, key: &DutyKey) -> bool {
    is_statutory(rules, key) && case.discharge(key).is_none()
}

fn is_statutory(rules: &Rules, key: &DutyKey) -> bool {
    let rule = rules.obligation(&key.obligation);
    rule.is_some_and(|rule| rule.force == Force::Statutory)
}

/// Returns the duties that events ended unfiled. A case that is only tried to be opened is nowhere, and has no filings.
pub(crate) fn ended<'a>(
    rules: &Rules,
    case: Option<&Case>,
    events: impl Iterator<Item = &'a Event<Body>>,
) -> Vec<DutyKey> {
    let mut ended = BTreeSet::new();
    for event in events {
        match &event.body {
            // The next occurrence takes its place, and its passing was told.
            Body::ClockLapsed(body) if body.cause == LapseOfClock::Missed => {}
            Body::ClockLapsed(body) => drop(ended.insert(&body.duty)),
            Body::ClockStarted(body) => drop(ended.remove(&body.duty)),
            Body::ClockStopped(body) => drop(ended.remove(&body.duty)),
            _ => {}
        }
    }
    let ended = ended.into_iter();
    let unfiled = ended.filter(|key| match case {
        Some(case) => is_unfiled(rules, case, key),
        None => is_statutory(rules, key),
    });
    unfiled.cloned().collect()
}

impl Words<'_> {
    /// Says which duties of a case ended unfiled.
    pub(crate) fn unfiled(&self, number: u64, duties: &[DutyKey]) -> Vec<Message> {
        let said = duties.iter().map(|key| {
            let is_deed = self.bond(&key.obligation).is_deed();
            Message::new(if is_deed {
                "change.undone"
            } else {
                "change.unfiled"
            })
            .with("duty", self.duty(key))
            .with("number", number.to_string())
        });
        said.collect()
    }
}
