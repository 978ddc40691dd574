//! Facts: versions, owners, types, and what decisions never see (A1 to A4, invariant 9).

use crate::play::{Play, choice, day, name, number, step, text};
use tsuho_core::case::Rejection;
use tsuho_core::case::event::{Body, Change};
use tsuho_core::case::request::{Content, Text};
use tsuho_core::value::Value;

fn refused(came: crate::play::Came) -> &'static str {
    came.expect_err("the request is refused").code()
}

#[test]
fn a_personal_text_stands_on_its_sheet_and_leaves_its_class_in_the_event() {
    let mut play = Play::lost();
    play.record(
        "10-27 13:00",
        &[("cause", text("Mr Sato left the bag in a train"))],
    )
    .expect("facts are recorded");
    let event = play.history.last().expect("there is a history");
    assert_eq!(
        event.personal.get("cause"),
        Some(&Value::Text("Mr Sato left the bag in a train".to_owned()))
    );
    assert!(!format!("{:?}", event.body).contains("Sato"));
    assert!(
        !format!("{:?}", play.case).contains("Sato"),
        "the folded case holds no personal value"
    );
}

#[test]
fn a_personal_cell_stands_on_the_sheet_too() {
    let mut play = Play::lost();
    play.record("10-27 13:00", &[("steps", step("m1", None))])
        .expect("facts are recorded");
    let event = play.history.last().expect("there is a history");
    assert_eq!(
        event.personal.keys().collect::<Vec<_>>(),
        ["steps/m1/in_charge"]
    );
}

#[test]
fn a_row_replaces_the_row_of_its_key_and_the_others_stay() {
    let mut play = Play::lost();
    play.record("10-27 13:00", &[("steps", step("m1", None))])
        .expect("facts are recorded");
    play.record("10-27 13:10", &[("steps", step("m2", None))])
        .expect("facts are recorded");
    play.record("10-27 13:20", &[("steps", step("m1", Some("2023-12-01")))])
        .expect("facts are recorded");
    let Some(Value::Table(rows)) = play.case.facts["steps"].value() else {
        panic!("steps is a table")
    };
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["m1", "m2"]);
    assert!(rows["m1"].contains_key("done_on"));
}

#[test]
fn what_is_not_declared_computed_or_the_operators_is_refused() {
    let mut play = Play::lost();
    let came = play.record("10-27 13:00", &[("page", number(1))]);
    assert!(
        matches!(&came, Err(Rejection::UnknownFact { similar, .. }) if similar == &["pages"]),
        "{came:?}"
    );
    assert_eq!(
        refused(play.record(
            "10-27 13:00",
            &[("heavy", Change::Set(Value::Boolean(true)))]
        )),
        "not_recordable"
    );
    assert_eq!(
        refused(play.record(
            "10-27 13:00",
            &[("bureau", Change::Set(Value::Authority(name("bureau-west"))))]
        )),
        "not_recordable"
    );
}

#[test]
fn a_value_of_another_type_or_outside_the_choices_is_refused() {
    let mut play = Play::lost();
    assert_eq!(
        refused(play.record("10-27 13:00", &[("pages", text("many"))])),
        "type"
    );
    assert_eq!(
        refused(play.record("10-27 13:00", &[("lost", choice("maybe"))])),
        "choice"
    );
    assert_eq!(
        refused(play.record("10-27 13:00", &[("pages", number(i64::MAX))])),
        "too_large"
    );
    assert_eq!(
        refused(play.record("10-27 13:00", &[("pages", number(i64::MIN))])),
        "too_large"
    );
    assert_eq!(
        refused(play.record("10-27 13:00", &[("cause", text(&"x".repeat(20_000)))])),
        "too_large"
    );
    assert_eq!(refused(play.record("10-27 13:00", &[])), "nothing");
}

#[test]
fn withdrawing_needs_a_reason_and_the_reason_is_personal() {
    let mut play = Play::lost();
    assert_eq!(
        refused(play.record("10-27 13:00", &[("known_at", Change::Absent)])),
        "reason"
    );
    play.reason = Some("a mistake of Ms Ito");
    play.record("10-27 13:00", &[("known_at", Change::Absent)])
        .expect("withdrawn with a reason");
    assert!(play.history.iter().any(|event| event.personal.get("reason")
        == Some(&Value::Text("a mistake of Ms Ito".to_owned()))));
    let bodies: Vec<&Body> = play.history.iter().map(|event| &event.body).collect();
    assert!(!format!("{bodies:?}").contains("Ito"));
}

#[test]
fn a_refused_request_writes_nothing() {
    let mut play = Play::lost();
    let before = (play.case.clone(), play.history.len());
    let _ = play.record(
        "10-27 13:00",
        &[("known_at", day("10-26")), ("pages", text("many"))],
    );
    assert_eq!((play.case.clone(), play.history.len()), before);
}

#[test]
fn a_note_stands_in_the_part_of_its_class() {
    let mut play = Play::lost();
    let text = Text::personal("called back");
    let came = play.ask("10-27 13:00", "clerk", Content::Note { text });
    assert_eq!(came, Ok(vec!["NoteAdded"]));
    let event = play.history.last().expect("there is a history");
    let expected = Value::Text("called back".to_owned());
    assert_eq!(event.personal.get("text"), Some(&expected));
}
