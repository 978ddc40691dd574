//! Histories that a broken engine would write, each with one thing that must not be: what the watch of `watch.rs` is for.

use tsuho_core::case::clock::{Judgement, Proof, Verdict};
use tsuho_core::case::event::{
    ActionTaken, Actor, ClockLapsed, ClockStarted, ClockStopped, Face, FilingUndone, LapseOfClock,
    Released, Undone,
};
use tsuho_core::ids::CommandId;
use tsuho_core::time::Timestamp;
use tsuho_ledger::PartClass;

use std::collections::BTreeMap;

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::{Body, Event};
use tsuho_core::workflow::rules::Phase;

use super::watch::Watch;

fn event(body: Body) -> Event<Body> {
    let at = Timestamp::from_micros(0).expect("a moment");
    Event {
        body,
        actor: Actor::Clock,
        occurred_at: at,
        recorded_at: at,
        command: CommandId::from_bytes([0; 16]),
        personal: BTreeMap::new(),
        privileged: BTreeMap::new(),
    }
}

fn duty() -> DutyKey {
    "report@jp-mic".parse().expect("a duty")
}

fn starts() -> Event<Body> {
    let face = Face::default();
    event(Body::ClockStarted(ClockStarted {
        duty: duty(),
        face: face.into(),
    }))
}

fn stops() -> Event<Body> {
    event(Body::ClockStopped(ClockStopped {
        duty: duty(),
        filing: Some(1),
        at: Timestamp::from_micros(0).expect("a moment"),
        judgement: Judgement {
            verdict: Verdict::InTime,
            readings: Vec::new(),
            proof: Proof::Statement,
        },
    }))
}

fn undoes() -> Event<Body> {
    event(Body::FilingUndone(FilingUndone {
        filing: 1,
        how: Undone::Failed,
        reason: PartClass::Personal,
    }))
}

fn lapses() -> Event<Body> {
    let cause = LapseOfClock::Released("close".parse().expect("an action"));
    event(Body::ClockLapsed(ClockLapsed {
        duty: duty(),
        cause,
    }))
}

fn closes() -> Event<Body> {
    let at = Timestamp::from_micros(0).expect("a moment");
    event(Body::ActionTaken(ActionTaken {
        action: "close".parse().expect("an action"),
        from: "preventing".parse().expect("a state"),
        to: "closed".parse().expect("a state"),
        phase: Phase::Closed,
        entered_at: Some(at),
        releases: Released::All,
        approval: None,
        proposed_by: None,
        reason: None,
    }))
}

fn watched(decisions: &[&[Event<Body>]]) -> Result<(), String> {
    let mut watch = Watch::of(duty().obligation);
    decisions
        .iter()
        .try_for_each(|events| watch.decided(events))
}

#[test]
fn a_history_in_which_a_clock_does_what_it_may_not_is_noticed() {
    let sound: [&[&[Event<Body>]]; 4] = [
        &[
            &[starts()],
            &[stops()],
            &[undoes(), starts()],
            &[stops()],
            &[closes()],
        ],
        &[&[starts()], &[closes(), lapses()]],
        &[&[starts()], &[closes(), stops()]],
        // Owed again after closing: nothing ran when the case was closed.
        &[&[closes(), starts()]],
    ];
    for decisions in sound {
        assert_eq!(watched(decisions), Ok(()));
    }
    let broken: [&[&[Event<Body>]]; 6] = [
        &[&[starts()], &[closes()]],
        &[&[starts()], &[stops()], &[undoes(), starts()], &[closes()]],
        &[&[starts()], &[stops()], &[starts()]],
        &[&[starts()], &[starts()]],
        &[&[starts()], &[lapses()], &[stops()]],
        &[&[starts()], &[stops()], &[lapses()]],
    ];
    let caught = broken
        .iter()
        .filter(|decisions| watched(decisions).is_err())
        .count();
    println!(
        "clocks that do what they may not: planted {}, caught {caught}",
        broken.len()
    );
    assert_eq!(caught, broken.len());
}
