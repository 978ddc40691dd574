//! What opens with an incident, what is opened in it later, and what is taken into it.

use tsuho_core::case::Rejection;
use tsuho_core::case::request::Dispatch;
use tsuho_core::incident::MOST_CASES;

use crate::play::{Play, code, rejection};
use crate::words::{choice, day, number, text};

const BOTH: [&str; 2] = ["loss-of-papers", "loss-of-names"];

#[test]
fn cases_opened_together_share_facts_from_the_start() {
    let mut play = Play::new();
    let given = [("lost", choice("yes")), ("pages", number(2000))];
    play.open("10-27 12:00", &BOTH, &given)
        .expect("an incident opens");
    let incident = play.incident.as_ref().expect("an incident");
    assert_eq!(incident.cases().len(), 2);
    assert_eq!(play.value(1, "pages"), play.value(2, "pages"));
    let first = &play.cases[&1];
    assert_eq!(first.case.incident.map(|of| of.number), Some(1));
    assert_eq!(play.apart(), Vec::<String>::new());
    play.decided_again().expect("every decision is made again");
}

#[test]
fn a_case_opened_later_knows_what_was_known_when() {
    let mut play = Play::opened(&BOTH[..1]);
    play.tell("10-27 13:00", 1, &[("pages", number(1000))])
        .expect("recorded");
    play.tell(
        "10-28 09:00",
        1,
        &[("pages", number(2000)), ("lost", choice("yes"))],
    )
    .expect("recorded");
    let added = play.add("11-03 10:00", BOTH[1]).expect("another case");
    let versions = |case: u8| {
        play.cases[&case].case.facts[&crate::play::fact("pages")]
            .versions()
            .len()
    };
    assert_eq!((versions(1), versions(added)), (2, 2));
    // It is owed since the count was known, not since the case was opened.
    let due = |obligation: &str, case: u8| {
        let duties = &play.cases[&case].case.duties;
        let duty = duties
            .iter()
            .find(|(key, _)| key.obligation.as_str() == obligation);
        duty.map(|(_, duty)| duty.face.readings[0].due.to_string())
    };
    assert_eq!(
        due("letter", added).as_deref(),
        Some("2023-11-27T15:00:00.000000Z")
    );
    assert_eq!(play.apart(), Vec::<String>::new());
    play.decided_again().expect("every decision is made again");
}

#[test]
fn a_case_of_no_incident_brings_its_facts_into_the_one_that_is_opened_for_it() {
    let mut play = Play::new();
    let alone = play.alone("10-27 12:00", BOTH[0]);
    play.tell(
        "10-27 13:00",
        alone,
        &[("pages", number(1)), ("known_at", day("10-27"))],
    )
    .expect("recorded");
    play.tell(
        "10-27 14:00",
        alone,
        &[("pages", number(1500)), ("cause", text("a hole"))],
    )
    .expect("recorded");
    play.open_for("10-28 12:00", Some(alone), &BOTH[1..], &[])
        .expect("an incident opens");
    assert_eq!(play.kept("pages").as_deref(), Some("1500"));
    assert_eq!(play.kept("known_at"), None);
    assert_eq!(play.value(2, "pages").as_deref(), Some("1500"));
    let copied = play.cases[&2].decisions[0]
        .iter()
        .find(|event| !event.personal.contains_key("cause"));
    assert!(copied.is_some());
    let words = play.cases[&2].decisions.concat();
    let told = words
        .iter()
        .any(|event| format!("{:?}", event.personal.get("cause")).contains("a hole"));
    assert!(told, "the words go with what is taken over");
    // What it had recorded itself is not given back to it.
    let own = play.cases[&alone].decisions.last().expect("a decision");
    assert_eq!(own.len(), 1);
    play.tell("10-28 13:00", 2, &[("pages", number(1600))])
        .expect("recorded");
    assert_eq!(play.value(alone, "pages").as_deref(), Some("1600"));
    assert_eq!(play.apart(), Vec::<String>::new());
    play.decided_again().expect("every decision is made again");
}

#[test]
fn an_open_approval_outlives_the_opening_of_the_incident() {
    let mut play = Play::new();
    let alone = play.alone("10-27 12:00", BOTH[0]);
    let given = [
        ("pages", number(5)),
        ("known_at", day("10-27")),
        ("lost", choice("yes")),
        ("cause", text("a hole")),
    ];
    play.tell("10-27 13:00", alone, &given).expect("recorded");
    let sent = crate::words::sent("phone");
    let mut dispatch = sent.clone();
    dispatch
        .duties
        .insert(crate::words::name("notice@ministry"));
    play.act("10-27 14:00", (alone, "clerk"), "tell", (&[], dispatch))
        .expect("told");
    play.act(
        "10-27 15:00",
        (alone, "officer"),
        "explain",
        (&[], Dispatch::default()),
    )
    .expect("proposed");
    play.open_for("10-27 16:00", Some(alone), &BOTH[1..], &[])
        .expect("an incident opens");
    let is_open = |play: &Play| {
        play.cases[&alone]
            .case
            .approvals
            .values()
            .all(tsuho_core::case::Approval::is_open)
    };
    assert!(is_open(&play));
    play.record("10-27 17:00", &[("cause", text("a hole in the bag"))])
        .expect("recorded");
    assert!(!is_open(&play), "what it consents to has changed");
}

#[test]
fn a_case_belongs_to_one_incident() {
    let mut play = Play::opened(&BOTH);
    let twice = play.open_for("10-28 12:00", Some(1), &[], &[]);
    let expected = Rejection::Linked {
        case: 1,
        incident: 1,
    };
    assert_eq!(rejection(twice), expected);
}

#[test]
fn an_incident_keeps_a_bounded_number_of_cases() {
    let many: Vec<&str> = vec![BOTH[1]; MOST_CASES + 1];
    assert_eq!(
        code(Play::new().open("10-27 12:00", &many, &[])),
        "many_cases"
    );
    let mut play = Play::opened(&many[1..]);
    assert_eq!(code(play.add("10-28 12:00", BOTH[0])), "many_cases");
    let came = play
        .record("10-28 13:00", &[("pages", number(2000))])
        .expect("recorded");
    assert_eq!(came.cases.len(), MOST_CASES);
}

#[test]
fn an_incident_is_opened_by_who_has_a_part_in_it() {
    let mut play = Play::new();
    assert_eq!(code(play.open("10-27 12:00", &[], &[])), "nothing");
    play.open("10-27 12:00", &BOTH, &[])
        .expect("an incident opens");
    let unknown = play.record("10-27 13:00", &[("weather", number(1))]);
    assert_eq!(code(unknown), "unknown_fact");
    let own = play.record("10-27 13:00", &[("known_at", day("10-27"))]);
    assert_eq!(code(own), "not_recordable");
}
