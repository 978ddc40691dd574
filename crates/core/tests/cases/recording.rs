//! Who records decisions of an authority, with which evidence and whose consent, and what is refused.

use tsuho_core::case::Rejection;
use tsuho_core::case::request::{Content, Dispatch, Facts, Given, Text};
use tsuho_ledger::Digest;

use super::decisions::{BY_TWO, decide, dropped, dues, recording, rows, told, told_by};
use super::rows::order;
use crate::play::{Play, at, name, number};

#[test]
fn a_second_person_consents_to_exactly_that_decision() {
    let mut play = told_by(BY_TWO, "10-27");
    let before = dues(&play, "report@bureau-east");
    let cells = "obligation=report kind=extension decided_at=11-10 until=12-08";
    assert_eq!(
        decide(&mut play, "11-10 10:00", "d1", cells),
        Ok(vec!["ApprovalRequested"])
    );
    assert_eq!(
        dues(&play, "report@bureau-east"),
        before,
        "a proposal moves nothing"
    );
    assert!(matches!(
        play.approve("11-10 10:01", "officer", "decisions"),
        Err(Rejection::Role { .. })
    ));
    assert_eq!(
        play.approve("11-10 10:01", "chief", "decisions"),
        Ok(vec!["ApprovalGiven", "FactsRecorded", "ClockMoved"])
    );
    assert_eq!(dues(&play, "report@bureau-east"), [at("12-09 00:00"); 2]);
    assert!(matches!(
        play.approve("11-10 10:02", "chief", "decisions"),
        Err(Rejection::NoProposal { .. })
    ));
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn a_decision_whose_row_has_gone_is_not_consented_to() {
    let mut play = told_by(BY_TWO, "10-27");
    play.record(
        "10-28 09:00",
        &[(
            "orders",
            order("A", "bureau-east", "2023-11-20", None, None),
        )],
    )
    .expect("recorded");
    let cells = "obligation=answer row=A kind=exemption decided_at=11-10";
    decide(&mut play, "11-10 10:00", "d1", cells).expect("proposed");
    play.reason = Some("sent to somebody else");
    play.record("11-10 10:01", &[("orders", dropped("A"))])
        .expect("recorded");
    let came = play.approve("11-10 10:02", "chief", "decisions");
    assert!(
        matches!(came, Err(Rejection::DecisionAbout { .. })),
        "{came:?}"
    );
}

/// Rows of which none is a decision, and why it is refused.
const REFUSED: &[(&str, &str)] = &[
    (
        "obligation=report kind=extension until=12-08",
        "decision_lacks",
    ),
    (
        "obligation=report kind=extension decided_at=11-10",
        "decision_lacks",
    ),
    ("kind=exemption decided_at=11-10", "decision_lacks"),
    ("obligation=report decided_at=11-10", "decision_lacks"),
    (
        "obligation=report kind=exemption decided_at=11-10 until=12-08",
        "decision_idle",
    ),
    (
        "obligation=report kind=extension decided_at=11-10 until=12-08 released_at=11-10",
        "decision_idle",
    ),
    (
        "obligation=nothing kind=exemption decided_at=11-10",
        "choice",
    ),
    ("obligation=report kind=pardon decided_at=11-10", "choice"),
    (
        "obligation=answer row=Z kind=exemption decided_at=11-10",
        "decision_about",
    ),
    (
        "obligation=report row=A kind=exemption decided_at=11-10",
        "decision_about",
    ),
    (
        "obligation=answer row=A recipient=bureau-west kind=exemption decided_at=11-10",
        "decision_about",
    ),
    (
        "obligation=report occurrence=1 kind=exemption decided_at=11-10",
        "decision_about",
    ),
    (
        "obligation=occurrences occurrence=0 kind=exemption decided_at=11-10",
        "below",
    ),
    (
        "obligation=report kind=exemption decided_at=11-12",
        "not_yet",
    ),
    (
        "obligation=report kind=extension decided_at=11-10 until=11-08",
        "order",
    ),
    (
        "obligation=report kind=exemption decided_at=11-10 evidence=letter.pdf",
        "decision_evidence",
    ),
];

#[test]
fn what_decides_nothing_is_refused_with_what_there_is() {
    let mut play = told();
    play.record(
        "10-28 09:00",
        &[(
            "orders",
            order("A", "bureau-east", "2023-11-20", None, None),
        )],
    )
    .expect("recorded");
    for (cells, code) in REFUSED {
        let came = decide(&mut play, "11-10 10:00", "d1", cells);
        assert_eq!(
            came.as_ref().map_err(Rejection::code),
            Err(*code),
            "{cells}"
        );
    }
    let came = decide(
        &mut play,
        "11-10 10:00",
        "d1",
        "obligation=answer row=Z kind=exemption decided_at=11-10",
    );
    assert!(
        matches!(&came, Err(Rejection::DecisionAbout { there, .. }) if *there == ["A"]),
        "{came:?}"
    );
}

#[test]
fn a_decision_rests_on_a_file_of_the_case_or_on_a_stated_source() {
    let mut play = told();
    let letter = Digest::of(b"the letter");
    let cells = format!("obligation=report kind=exemption decided_at=11-10 evidence={letter}");
    let bare = |cells: &str| Content::Record {
        facts: Facts::from([(name("decisions"), Given::new(rows("d1", cells)))]),
    };
    let came = play.ask(
        "11-10 10:00",
        "officer",
        bare("obligation=report kind=exemption decided_at=11-10"),
    );
    assert_eq!(
        came,
        Err(Rejection::DecisionEvidence {
            decision: "d1".to_owned()
        })
    );
    let came = play.ask("11-10 10:00", "officer", bare(&cells));
    assert_eq!(came, Err(Rejection::UnknownEvidence { digest: letter }));
    let attach = Content::Attach {
        digest: letter,
        size: 10,
        name: Text::personal("letter.pdf"),
        filing: None,
        fact: None,
    };
    play.ask("11-10 10:01", "clerk", attach).expect("attached");
    let came = play.ask("11-10 10:02", "officer", bare(&cells));
    assert_eq!(came, Ok(vec!["FactsRecorded", "ClockWaived"]));
}

#[test]
fn only_the_role_that_the_workflow_names_records_decisions_and_by_themselves() {
    let mut play = told();
    let change = || rows("d1", "obligation=report kind=exemption decided_at=11-10");
    let came = play.ask("11-10 10:00", "clerk", recording(change()));
    assert!(matches!(came, Err(Rejection::Role { .. })), "{came:?}");
    let Content::Record { mut facts } = recording(change()) else {
        panic!("a recording");
    };
    facts.insert(name("pages"), Given::new(number(4)));
    let came = play.ask(
        "11-10 10:00",
        "officer",
        Content::Record {
            facts: facts.clone(),
        },
    );
    assert_eq!(came, Err(Rejection::DecisionAlone {}));
    let with_action = Content::Advance {
        action: name("report"),
        facts,
        dispatch: Dispatch::default(),
    };
    assert_eq!(
        play.ask("11-10 10:00", "officer", with_action),
        Err(Rejection::DecisionAlone {})
    );
    let mut plain = Play::told();
    let came = plain.ask("11-10 10:00", "officer", recording(change()));
    assert_eq!(came, Err(Rejection::NoDecisions {}));
}
