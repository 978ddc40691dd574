//! Every decision on an incident and its cases is made again, each stream by itself; planted faults are found.

use tsuho_core::case::event::{Body, Certainty, Change, Event};
use tsuho_core::case::fact::Version;
use tsuho_core::incident::IncidentBody;
use tsuho_core::value::Value;

use crate::play::Play;
use crate::words::{choice, day, number};

/// An incident of two cases with facts from either side.
fn told() -> Play {
    let mut play = Play::opened(&["loss-of-papers", "loss-of-names"]);
    play.tell(
        "10-27 13:00",
        1,
        &[("pages", number(2000)), ("known_at", day("10-27"))],
    )
    .expect("recorded");
    play.tell("10-27 14:00", 2, &[("lost", choice("yes"))])
        .expect("recorded");
    play.record("10-27 15:00", &[("pages", number(2500))])
        .expect("recorded");
    play
}

/// Returns the facts of the first recording on the incident.
fn recording(play: &mut Play) -> &mut Event<IncidentBody> {
    let events = play.decisions.iter_mut().flatten();
    let mut recordings =
        events.filter(|event| matches!(event.body, IncidentBody::FactsRecorded(_)));
    recordings.next().expect("something was recorded")
}

/// Returns the first fact that an incident recorded, or gave.
fn first_fact(play: &mut Play, case: u8) -> &mut Event<Body> {
    let played = play.cases.get_mut(&case).expect("a case");
    let events = played.decisions.iter_mut().flatten();
    let mut recordings = events.filter(|event| matches!(event.body, Body::FactsRecorded(_)));
    recordings.next().expect("something was given")
}

/// What somebody changes on record.
type Fault = (&'static str, fn(&mut Play));

fn faults() -> [Fault; 7] {
    [
        ("another number", |play| {
            if let IncidentBody::IncidentOpened(body) = &mut play.decisions[0][0].body {
                body.number = 0;
            }
            play.decisions[0].swap(1, 2);
            play.decisions[0].swap(0, 1);
        }),
        ("a value of no such type", |play| {
            if let IncidentBody::FactsRecorded(body) = &mut recording(play).body {
                let fact = body
                    .facts
                    .get_mut(&crate::play::fact("pages"))
                    .expect("the count");
                fact.change = Change::Set(Value::Boolean(true));
            }
        }),
        ("who never held the role", |play| {
            let other = tsuho_core::ids::PersonId::from_bytes([3; 16]);
            if let tsuho_core::case::event::Actor::Person { person, .. } =
                &mut recording(play).actor
            {
                *person = other;
            }
        }),
        ("a recording in the future", |play| {
            let event = recording(play);
            event.occurred_at = crate::words::at("12-01 12:00");
        }),
        (
            "a recording long ago for which nobody gave a reason",
            |play| {
                let event = recording(play);
                event.occurred_at = crate::words::at("10-20 12:00");
            },
        ),
        ("a fact of a case on the incident", |play| {
            if let IncidentBody::FactsRecorded(body) = &mut recording(play).body {
                let fact = body
                    .facts
                    .remove(&crate::play::fact("pages"))
                    .expect("the count");
                body.facts.insert(crate::play::fact("known_at"), fact);
            }
        }),
        ("a copy that settles otherwise", |play| {
            if let Body::FactsRecorded(body) = &mut first_fact(play, 2).body {
                let fact = body
                    .facts
                    .get_mut(&crate::play::fact("pages"))
                    .expect("the count");
                fact.change = Change::Set(Value::Integer(7));
            }
        }),
    ]
}

#[test]
fn every_decision_is_made_again_and_planted_faults_are_found() {
    let decisions = told().decided_again().expect("nothing differs");
    println!("FIGURE incidents: decisions made again {decisions}, different 0");
    let faults = faults();
    let mut caught = 0;
    for (fault, plant) in &faults {
        let mut play = told();
        plant(&mut play);
        match play.decided_again() {
            Err(_) => caught += 1,
            Ok(_) => println!("missed: {fault}"),
        }
    }
    println!(
        "incident decisions: planted {}, caught {caught}",
        faults.len()
    );
    assert_eq!(caught, faults.len());
}

#[test]
fn a_copy_that_says_something_else_is_found_beside_what_the_incident_recorded() {
    let mut play = told();
    assert_eq!(play.apart(), Vec::<String>::new());
    let case = &mut play.cases.get_mut(&2).expect("a case").case;
    let history = case
        .facts
        .get_mut(&crate::play::fact("pages"))
        .expect("a count");
    history.push(Version {
        as_of: crate::words::at("10-27 16:00"),
        seq: 99,
        change: Change::Set(Value::Integer(7)),
        certainty: Certainty::Exact,
    });
    assert_eq!(play.apart().len(), 1);
}
