//! What is recorded on an incident, or on one of its cases, reaches the others.

use tsuho_core::case::event::{Actor, Body};
use tsuho_core::case::request::{Content, Dispatch};

use crate::play::{Play, code};
use crate::words::{choice, day, name, number, sent, text};

const ALL: [&str; 3] = ["loss-of-papers", "loss-of-names", "loss-of-face"];

#[test]
fn a_fact_recorded_on_one_case_reaches_every_case_that_uses_it() {
    let mut play = Play::opened(&ALL[..2]);
    let came = play
        .tell(
            "10-27 13:00",
            1,
            &[("pages", number(2000)), ("known_at", day("10-27"))],
        )
        .expect("recorded");
    assert_eq!(came.incident, "FactsRecorded");
    assert_eq!(came.cases[&1], "FactsRecorded FactsRecorded ClockStarted");
    // The other is settled with it: its clock runs.
    assert_eq!(came.cases[&2], "FactsRecorded ClockStarted");
    assert_eq!(play.kept("pages"), play.value(2, "pages"));
    assert_eq!(play.value(2, "known_at"), None);
    assert_eq!(play.apart(), Vec::<String>::new());
}

#[test]
fn a_copy_names_the_event_of_the_incident_and_who_gave_it_where() {
    let mut play = Play::opened(&ALL[..2]);
    play.tell("10-27 13:00", 1, &[("pages", number(20))])
        .expect("recorded");
    let copy = |case: u8| {
        let last = play.cases[&case].decisions.last().expect("a decision");
        let copy = last
            .iter()
            .find(|event| matches!(event.body, Body::FactsRecorded(_)));
        let Some(Body::FactsRecorded(body)) = copy.map(|event| &event.body) else {
            panic!("no facts");
        };
        let delivered = body.delivered.clone().expect("it is delivered");
        (delivered.seq, copy.map(|event| event.actor == Actor::Clock))
    };
    // The opening and two links stand before it.
    assert_eq!(copy(1), (3, Some(false)));
    assert_eq!(copy(2), (3, Some(true)));
    assert_eq!(play.cases[&1].case.revision, 2);
    assert_eq!(play.cases[&2].case.revision, 1);
}

#[test]
fn what_an_action_needs_may_be_given_with_it() {
    let mut play = Play::opened(&ALL[..2]);
    play.tell(
        "10-27 13:00",
        1,
        &[("known_at", day("10-27")), ("lost", choice("yes"))],
    )
    .expect("recorded");
    let mut dispatch = sent("phone");
    dispatch.duties.insert(name("notice@ministry"));
    let bare = play.act("10-27 14:00", (1, "clerk"), "tell", (&[], dispatch.clone()));
    assert_eq!(code(bare), "needs");
    let given = [("pages", number(2000))];
    let came = play
        .act("10-27 14:00", (1, "clerk"), "tell", (&given, dispatch))
        .expect("told");
    assert_eq!(came.incident, "FactsRecorded");
    assert_eq!(
        came.cases[&1],
        "FactsRecorded ActionTaken FilingMade ClockStopped"
    );
    assert_eq!(play.value(2, "pages").as_deref(), Some("2000"));
    play.decided_again().expect("every decision is made again");
}

#[test]
fn a_refused_action_leaves_the_incident_and_every_case_alone() {
    let mut play = Play::opened(&ALL[..2]);
    let before = play.incident.clone();
    let given = [("pages", number(2000))];
    let refused = play.act(
        "10-27 14:00",
        (1, "officer"),
        "tell",
        (&given, sent("phone")),
    );
    assert_eq!(code(refused), "role");
    assert_eq!(play.incident, before);
    assert_eq!(play.value(2, "pages"), None);
}

#[test]
fn a_closed_case_takes_shared_facts_and_opens_again() {
    let mut play = Play::opened(&ALL[..2]);
    play.record("10-27 13:00", &[("lost", choice("no"))])
        .expect("recorded");
    play.act(
        "10-27 14:00",
        (1, "officer"),
        "dismiss",
        (&[], Dispatch::default()),
    )
    .expect("dismissed");
    assert_eq!(play.cases[&1].case.state.as_str(), "nothing");
    play.tell("10-28 13:00", 2, &[("lost", choice("yes"))])
        .expect("recorded");
    assert_eq!(play.cases[&1].case.state.as_str(), "open");
    play.decided_again().expect("every decision is made again");
}

#[test]
fn a_note_about_yesterday_reaches_every_case_too() {
    let mut play = Play::opened(&ALL[..1]);
    play.tell("10-29 13:00", 1, &[("lost", choice("yes"))])
        .expect("recorded");
    let added = play.add("10-30 12:00", ALL[1]).expect("another case");
    play.occurred = Some(crate::words::at("10-28 09:00"));
    play.reason = Some("found in the log");
    play.record("10-30 13:00", &[("lost", choice("perhaps"))])
        .expect("recorded");
    assert_eq!(play.value(added, "lost").as_deref(), Some("yes"));
    // It was perhaps lost a day before: the clock runs from then.
    let duty = &play.cases[&1].case.duties[&name("report@ministry")];
    assert_eq!(
        duty.face.readings[0].due.to_string(),
        "2023-11-27T15:00:00.000000Z"
    );
    assert_eq!(play.apart(), Vec::<String>::new());
    play.decided_again().expect("every decision is made again");
}

#[test]
fn what_happened_long_ago_needs_a_reason_on_the_incident_as_on_its_cases() {
    let mut play = Play::opened(&ALL[..2]);
    let list = [("pages", number(5))];
    for (occurred, wanted) in [("10-01 09:00", "reason"), ("10-29 09:00", "future")] {
        play.occurred = Some(crate::words::at(occurred));
        assert_eq!(
            code(play.record("10-28 13:00", &list)),
            wanted,
            "{occurred}"
        );
        play.occurred = Some(crate::words::at(occurred));
        let of_case = play.tell("10-28 13:00", 1, &list);
        assert_eq!(code(of_case), wanted, "{occurred}");
    }
    assert_eq!(play.value(1, "pages"), None);
    play.occurred = Some(crate::words::at("10-28 09:00"));
    play.record("10-28 13:00", &list)
        .expect("hours back it needs none");
    play.occurred = Some(crate::words::at("10-01 09:00"));
    play.reason = Some("found in the log");
    play.record("10-28 13:00", &list).expect("it has a reason");
    play.decided_again().expect("every decision is made again");
}

#[test]
fn an_incident_that_is_opened_long_after_needs_a_reason() {
    let mut play = Play::new();
    play.occurred = Some(crate::words::at("10-01 09:00"));
    assert_eq!(code(play.open("10-27 12:00", &ALL[..1], &[])), "reason");
    play.occurred = Some(crate::words::at("10-01 09:00"));
    play.reason = Some("a letter that lay in a drawer");
    play.open("10-27 12:00", &ALL[..1], &[]).expect("it opens");
    play.decided_again().expect("every decision is made again");
}

#[test]
fn a_workflow_that_sees_a_fact_otherwise_keeps_its_own() {
    let mut play = Play::opened(&ALL);
    play.tell("10-27 13:00", 1, &[("pages", number(5))])
        .expect("recorded");
    assert_eq!(play.value(3, "pages"), None);
    let few = play.tell("10-27 14:00", 3, &[("pages", number(5))]);
    assert_eq!(code(few), "below");
    let came = play
        .tell("10-27 14:00", 3, &[("pages", number(50))])
        .expect("recorded");
    assert_eq!(came.incident, "");
    assert_eq!(play.value(1, "pages").as_deref(), Some("5"));
    play.tell("10-27 15:00", 3, &[("lost", choice("no"))])
        .expect("recorded");
    assert_eq!(play.value(2, "lost").as_deref(), Some("no"));
    play.decided_again().expect("every decision is made again");
}

#[test]
fn words_stand_in_the_personal_part_of_every_stream_and_nowhere_else() {
    let mut play = Play::opened(&ALL[..2]);
    play.tell("10-27 13:00", 2, &[("cause", text("Mr Mori's bag"))])
        .expect("recorded");
    let all = play
        .cases
        .values()
        .flat_map(|played| played.decisions.concat());
    let mut copies = 0;
    for event in all {
        assert!(!format!("{:?}", event.body).contains("Mori"));
        copies += usize::from(event.personal.contains_key("cause"));
    }
    assert_eq!(copies, 2);
    let on_incident = play.decisions.concat();
    assert!(
        on_incident
            .iter()
            .any(|event| event.personal.contains_key("cause"))
    );
    assert!(
        on_incident
            .iter()
            .all(|event| !format!("{:?}", event.body).contains("Mori"))
    );
}

#[test]
fn what_the_incident_does_not_keep_is_the_cases_own() {
    let mut play = Play::opened(&ALL[..2]);
    let note = Content::Note {
        text: tsuho_core::case::request::Text::personal("called twice"),
    };
    let came = play.ask("10-27 13:00", (1, "clerk"), note).expect("noted");
    assert_eq!((came.incident.as_str(), came.cases.len()), ("", 1));
    let nothing = play.ask(
        "10-27 13:00",
        (1, "clerk"),
        Content::Record {
            facts: crate::play::none(),
        },
    );
    assert_eq!(code(nothing), "nothing");
}
