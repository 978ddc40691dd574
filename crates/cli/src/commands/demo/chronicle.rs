//! Puts the decisions of an incident and of its cases into one order, each with what stood before it and after it.
//! What of a decision is told is chosen by `crates/cli/src/commands/demo/story.rs`.

use std::collections::BTreeMap;

use tsuho_core::case::{Body, Case, Event, evolve, open};
use tsuho_core::ids::CommandId;
use tsuho_core::incident::{Incident, IncidentBody};
use tsuho_core::time::Timestamp;

use super::past::{Past, Record, Shared};

/// What one decision did to something.
#[derive(Debug)]
pub(super) struct Decision<'a, S, B> {
    /// What it was before; none before it was opened.
    pub(super) before: Option<S>,
    /// What it was after.
    pub(super) after: S,
    /// What happened.
    pub(super) events: &'a [Event<B>],
}

/// What one decision did to a case.
pub(super) type OfCase<'a> = Decision<'a, Case, Body>;

/// What one decision did, wherever it was written.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    /// When it was recorded.
    pub(super) at: Timestamp,
    /// What it did to the incident.
    pub(super) incident: Option<Decision<'a, Incident, IncidentBody>>,
    /// What it did to cases, by their places.
    pub(super) cases: BTreeMap<usize, OfCase<'a>>,
}

/// Returns every decision, in the order in which they were recorded.
pub(super) fn turns(record: &Record) -> Vec<Turn<'_>> {
    let mut turns: Vec<(CommandId, Turn<'_>)> = Vec::new();
    let shared = record.shared.iter().flat_map(of_incident);
    for decision in shared {
        let turn = turn(&mut turns, decision.events);
        turn.incident = Some(decision);
    }
    for (place, past) in record.cases.iter().enumerate() {
        for decision in of_case(past) {
            let turn = turn(&mut turns, decision.events);
            turn.cases.insert(place, decision);
        }
    }
    let mut turns: Vec<Turn<'_>> = turns.into_iter().map(|(_, turn)| turn).collect();
    turns.sort_by_key(|turn| turn.at);
    turns
}

/// Returns the turn to which events belong: that of the same command, which is written at one moment everywhere.
fn turn<'t, 'a, B>(
    turns: &'t mut Vec<(CommandId, Turn<'a>)>,
    events: &[Event<B>],
) -> &'t mut Turn<'a> {
    let first = events.first().expect("a decision has an event");
    let known = turns
        .iter()
        .position(|(command, _)| *command == first.command);
    let place = known.unwrap_or_else(|| {
        let turn = Turn {
            at: first.recorded_at,
            incident: None,
            cases: BTreeMap::new(),
        };
        turns.push((first.command, turn));
        turns.len() - 1
    });
    &mut turns[place].1
}

/// Returns every decision on a case in its order.
pub(super) fn of_case(past: &Past) -> Vec<OfCase<'_>> {
    let begin = |first: &Event<Body>| open(past.ground.case.id, first);
    folded(&past.events, begin, evolve)
}

fn of_incident(shared: &Shared) -> Vec<Decision<'_, Incident, IncidentBody>> {
    let begin = |first: &Event<IncidentBody>| Incident::begin(shared.incident.id, first);
    folded(&shared.events, begin, Incident::evolve)
}

/// Folds a history, and stops after each decision.
fn folded<S: Clone, B>(
    events: &[Event<B>],
    begin: impl Fn(&Event<B>) -> Option<S>,
    evolve: impl Fn(S, &Event<B>) -> S,
) -> Vec<Decision<'_, S, B>> {
    let mut before: Option<S> = None;
    let mut decisions = Vec::new();
    for events in events.chunk_by(|one, next| one.command == next.command) {
        let mut rest = events.iter();
        let mut after = before.clone().unwrap_or_else(|| {
            let first = rest.next().expect("a decision has an event");
            begin(first).expect("a history begins with an opening")
        });
        after = rest.fold(after, &evolve);
        let before = before.replace(after.clone());
        decisions.push(Decision {
            before,
            after,
            events,
        });
    }
    decisions
}
