//! Pins what a snapshot of a case is: the bytes to which one fixed history folds.
//! That random histories fold to cases that are read back as they were is stated in `crates/core/tests/cases/random.rs`.
//!
//! If the bytes are no longer those of the golden file, either what `evolve` makes of events or how a case is written has
//! changed: then `snapshot::FORMAT` takes its next number, and the file of the format before gives way to one of the new.

use tsuho_core::case::event::{Actor, Body, Event, EventBody, MoveCause, Via};
use tsuho_core::case::{Case, evolve, open, snapshot};
use tsuho_core::ids::{CaseId, CommandId, PersonId};
use tsuho_core::time::{Span, Timestamp};
use tsuho_ledger::Digest;

/// The format; below it each event's type with the digest of the snapshot after it; below them the bytes of the last.
const GOLDEN: &str = include_str!("golden/snapshot.txt");

/// The history: every type of event once, in the order in which a case can have them.
const HISTORY: &str = include_str!("golden/events.txt");

/// Reads the events of a case from their golden parts, an hour between each two.
fn history() -> Vec<Event<Body>> {
    let lines = HISTORY
        .lines()
        .filter_map(|line| line.strip_prefix("case "));
    let bodies = lines.map(|line| {
        let (type_name, part) = line.split_once(' ').expect("a line has three fields");
        Body::from_part(type_name, part.as_bytes())
            .expect("the type is known")
            .expect("the part is of its type")
    });
    // What another event refers to has to stand before it, and a clock moves back what a decision moved.
    let place = |body: &Body| match body {
        Body::CaseOpened(_) => 0,
        Body::ClockStarted(_) => 1,
        Body::FilingMade(_) => 2,
        Body::ApprovalRequested(_) => 3,
        Body::ClockMoved(moved) if moved.cause == MoveCause::Decision => 4,
        _ => 5,
    };
    let mut bodies: Vec<Body> = bodies.collect();
    bodies.sort_by_key(place);
    let first = Timestamp::from_micros(1_698_400_000_000_000).expect("a moment of 2023");
    let numbered = (0_u32..).zip(bodies);
    let event = |(number, body): (u32, Body)| {
        let at = first.plus(Span::from_hours(i64::from(number)));
        let by_clock = matches!(body, Body::ClockPassed(_) | Body::ReminderDue(_));
        Event {
            body,
            actor: if by_clock {
                Actor::Clock
            } else {
                Actor::Person {
                    person: PersonId::from_bytes([3; 16]),
                    via: Via::Os,
                    role: "executive".parse().expect("a role"),
                }
            },
            occurred_at: at,
            recorded_at: at.plus(Span::from_minutes(1)),
            command: CommandId::from_bytes(u128::from(number).to_be_bytes()),
            personal: [].into(),
            privileged: [].into(),
        }
    };
    numbered.map(event).collect()
}

/// Returns the case after each event.
fn folded(history: &[Event<Body>]) -> Vec<Case> {
    let (first, rest) = history.split_first().expect("there are events");
    let mut cases = vec![open(CaseId::from_bytes([1; 16]), first).expect("it opens the case")];
    for event in rest {
        let before = cases.last().expect("there is the opened one");
        cases.push(evolve(before.clone(), event));
    }
    cases
}

/// Returns what the golden file holds of a history.
fn written(history: &[Event<Body>]) -> String {
    let cases = folded(history);
    let mut lines = vec![snapshot::FORMAT.to_owned()];
    let mut last = String::new();
    for (event, case) in history.iter().zip(&cases) {
        let bytes = snapshot::write(case);
        lines.push(format!("{} {}", event.body.type_name(), Digest::of(&bytes)));
        last = String::from_utf8(bytes).expect("a snapshot is text");
    }
    format!("{}\n{last}\n", lines.join("\n"))
}

/// Returns the bytes of the golden file's last line.
fn bytes() -> &'static str {
    GOLDEN.lines().last().expect("the golden file has lines")
}

#[test]
fn a_fixed_history_folds_to_the_snapshot_of_this_format() {
    let written = written(&history());
    assert_eq!(
        written, GOLDEN,
        "a snapshot is another than it was: `snapshot::FORMAT` needs its next number"
    );
}

#[test]
fn the_fixed_history_fills_every_field_of_a_case() {
    let case = folded(&history()).pop().expect("a case");
    for (empty, field) in [
        (case.facts.is_empty(), "facts"),
        (case.filings.is_empty(), "filings"),
        (case.approvals.is_empty(), "approvals"),
        (case.duties.is_empty(), "duties"),
        (case.did.is_empty(), "did"),
        (case.evidence.is_empty(), "evidence"),
        (case.delivered.is_empty(), "delivered"),
        (case.incident.is_none(), "incident"),
    ] {
        assert!(!empty, "{field} is empty, so that its form is not pinned");
        assert!(bytes().contains(&format!("\"{field}\":")), "{field}");
    }
    assert_eq!(snapshot::read(bytes().as_bytes()), Some(case));
}

#[test]
fn a_changed_fold_or_form_shows_in_the_golden_snapshot() {
    let history = history();
    let is_note = |event: &&Event<Body>| matches!(event.body, Body::NoteAdded(_));
    let note = history.iter().find(is_note).expect("there is a note");
    let (mut planted, mut missed) = (0, Vec::new());
    for overlooked in 1..history.len() {
        // A fold that counts an event and overlooks what it says. A note says nothing to it.
        if is_note(&&history[overlooked]) {
            continue;
        }
        let mut spoilt = history.clone();
        spoilt[overlooked].body = note.body.clone();
        planted += 1;
        let (good, bad) = (folded(&history), folded(&spoilt));
        if good
            .iter()
            .zip(&bad)
            .all(|(good, bad)| snapshot::write(good) == snapshot::write(bad))
        {
            missed.push(history[overlooked].body.type_name());
        }
    }
    let caught = planted - missed.len();
    println!("folds that overlook an event: planted {planted}, caught {caught}");
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn what_is_no_snapshot_of_this_format_is_not_read() {
    let bytes = bytes();
    let planted = [
        bytes.replacen("\"version\":", "\"Version\":", 1),
        bytes.replacen("{\"id\":", "{\"more\":1,\"id\":", 1),
        bytes.replacen("\"phase\":\"", "\"phase\":\"x", 1),
        bytes[..bytes.len() / 2].to_owned(),
        String::new(),
    ];
    let read = planted
        .iter()
        .filter_map(|bytes| snapshot::read(bytes.as_bytes()));
    assert_eq!(read.count(), 0);
    println!(
        "snapshots of another form: planted {0}, caught {0}",
        planted.len()
    );
}
