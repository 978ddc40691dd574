//! What the operator knows reaches every case that uses it, open and closed, and goes before any command.

use tsuho_core::case::Body;
use tsuho_core::case::event::Change;
use tsuho_core::case::request::Content;
use tsuho_core::value::Value;
use tsuho_executor::{How, Opening, Standing};
use tsuho_ledger::PartClass;
use tsuho_store::Store;

use crate::crowd::Crowd;
use crate::desk::{Desk, granted, refusal, types};
use crate::given::{company, fact, facts, known_on, note, text};
use crate::meddled::{Meddled, Meddling};
use crate::replay::{Library, agree};

/// Records the facts of the company.
pub(crate) async fn record_company(desk: &Desk) {
    let request = desk.request("head_of_compliance", Content::Record { facts: company() });
    granted(
        desk.executor
            .record_operator_facts(&request, &How::default())
            .await,
    );
}

/// Returns the value of the operator's registration number in a case.
async fn number(desk: &Desk, id: tsuho_core::ids::CaseId) -> Option<Value> {
    let ground = desk.executor.ground(id).await.expect("the case");
    ground
        .case
        .facts
        .get(&fact("registration_number"))
        .and_then(|history| history.value().cloned())
}

#[tokio::test]
async fn open_and_closed_cases_are_given_what_the_operator_records() {
    let desk = Desk::open("given").await;
    let closed = crate::history::play(&desk).await;
    assert_eq!(desk.state(closed).await, "closed");
    let open = desk.case().await;
    assert_eq!(
        number(&desk, open).await,
        Some(text("A-00-0000")),
        "an opening brings what is known"
    );
    let change = facts([("registration_number", text("B-11-1111"))]);
    let request = desk.request("counsel", Content::Record { facts: change });
    granted(
        desk.executor
            .record_operator_facts(&request, &How::default())
            .await,
    );
    for id in [closed, open] {
        assert_eq!(number(&desk, id).await, Some(text("B-11-1111")));
        let (history, case) = agree(&desk.executor, id).await;
        let library = Library::read(&desk.executor, id).await;
        assert_eq!(library.again(id, None, &history), Ok(Some(case)));
    }
    assert_eq!(
        desk.executor
            .deliver_operator_facts()
            .await
            .expect("a walk"),
        0,
        "everything was delivered"
    );
}

#[tokio::test]
async fn what_was_not_delivered_goes_before_the_next_command() {
    let desk = Desk::open("missed").await;
    let id = desk.case().await;
    // The process dies on its way from the operator's stream to the case.
    let store: std::sync::Arc<dyn Store> = std::sync::Arc::new(desk.reopened().await);
    let pass = || Meddling::First(Box::pin(async {}));
    let other = desk.executor_on(Meddled::new(store, [pass(), Meddling::Fail]), "dying");
    let request = desk.request("counsel", Content::Record { facts: company() });
    assert!(
        other
            .record_operator_facts(&request, &How::default())
            .await
            .is_err()
    );
    assert_eq!(number(&desk, id).await, None);

    let tried = desk.request("counsel", note("a"));
    let tried = granted(desk.executor.submit(id, &tried, &How::dry_run()).await);
    assert_eq!(
        (types(&tried.before), types(&tried.events)),
        (vec!["FactsRecorded"], vec!["NoteAdded"])
    );
    let done = desk.does(id, "counsel", note("a")).await;
    assert_eq!(
        (types(&done.before), types(&done.events)),
        (vec!["FactsRecorded"], vec!["NoteAdded"])
    );
    assert_eq!((done.first_seq, tried.first_seq), (2, 2));
    assert_eq!(number(&desk, id).await, Some(text("A-00-0000")));
    agree(&desk.executor, id).await;
}

#[tokio::test]
async fn a_delivery_starts_the_clocks_that_waited_for_it() {
    let desk = Desk::open("waiting").await;
    let id = desk.case().await;
    desk.does(id, "privacy_officer", known_on("2023-10-17"))
        .await;
    let before = agree(&desk.executor, id).await.1;
    assert!(
        before.duties.is_empty(),
        "nobody is known to receive the reports"
    );
    record_company(&desk).await;
    let after = agree(&desk.executor, id).await.1;
    assert_eq!(after.duties.len(), 2);
}

#[tokio::test]
async fn facts_that_no_workflow_declares_or_of_another_type_are_refused() {
    let desk = Desk::open("declared").await;
    for (name, value, code) in [
        ("registration", text("A"), "unknown_fact"),
        ("registration_number", Value::Integer(1), "type"),
        (
            "mic_bureau",
            Value::Authority("jp-holidays".parse().expect("a name")),
            "choice",
        ),
        ("known_at", text("today"), "not_recordable"),
    ] {
        let request = desk.request(
            "counsel",
            Content::Record {
                facts: facts([(name, value)]),
            },
        );
        let refused = refusal(
            desk.executor
                .record_operator_facts(&request, &How::default())
                .await,
        );
        assert_eq!(refused.code(), code, "{name}");
    }
    let mut withdrawn = company();
    for given in withdrawn.values_mut() {
        given.change = Change::Absent;
    }
    for code in ["not_recorded", "reason"] {
        let request = desk.request(
            "counsel",
            Content::Record {
                facts: withdrawn.clone(),
            },
        );
        let refused = desk
            .executor
            .record_operator_facts(&request, &How::default())
            .await;
        assert_eq!(refusal(refused).code(), code);
        record_company(&desk).await;
    }
    let request = desk.reasoned("counsel", Content::Record { facts: withdrawn });
    let done = granted(
        desk.executor
            .record_operator_facts(&request, &How::default())
            .await,
    );
    assert!(matches!(done.standing, Standing::Written { .. }));
    let request = desk.request("counsel", note("no facts"));
    assert_eq!(
        refusal(
            desk.executor
                .record_operator_facts(&request, &How::default())
                .await
        )
        .code(),
        "nothing"
    );
}

#[tokio::test]
async fn a_fact_that_names_a_person_reaches_the_case_with_its_words() {
    let desk = Desk::open("words").await;
    let crowd = Crowd {
        branches: 1,
        reminders: 1,
    };
    let before = crowd.case(&desk).await;
    let contact = facts([("contact", text("佐藤花子"))]);
    let request = desk.request("duty_officer", Content::Record { facts: contact });
    let recorded = desk
        .executor
        .record_operator_facts(&request, &How::default())
        .await;
    granted(recorded);
    // One case is given it later, one is opened with it, by a process that reads everything anew.
    let other = desk.other_process("anew").await;
    let opening = Opening {
        workflow: "crowd".parse().expect("a name"),
        ..desk.opening()
    };
    let after = granted(other.open_case(&opening, &How::default()).await);
    for id in [before, after.case_id().expect("the stream of a case")] {
        let (history, case) = agree(&other, id).await;
        let delivered = history
            .iter()
            .find(|(_, event)| matches!(event.body, Body::FactsRecorded(_)));
        let (_, event) = delivered.expect("a delivery");
        assert_eq!(event.personal.get("contact"), Some(&text("佐藤花子")));
        let seen = case.facts[&fact("contact")].value();
        assert_eq!(seen, Some(&Value::Held(PartClass::Personal)));
    }
}

#[tokio::test]
async fn a_late_note_about_the_company_is_given_to_no_case() {
    let desk = Desk::open("yesterday").await;
    record_company(&desk).await;
    let id = desk.case().await;
    let versions = agree(&desk.executor, id).await.1.version;
    let mut earlier = facts([("registration_number", text("Z-99-9999"))]);
    for given in earlier.values_mut() {
        given.as_of = Some(crate::desk::tokyo("2023-10-01T09:00"));
    }
    let request = desk.request("counsel", Content::Record { facts: earlier });
    let recorded = desk
        .executor
        .record_operator_facts(&request, &How::default())
        .await;
    granted(recorded);
    assert_eq!(number(&desk, id).await, Some(text("A-00-0000")));
    let done = desk.does(id, "counsel", note("nothing before it")).await;
    assert!(done.before.is_empty(), "{:?}", types(&done.before));
    assert_eq!(agree(&desk.executor, id).await.1.version, versions + 1);
}
