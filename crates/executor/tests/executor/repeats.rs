//! A request that is sent twice is granted once, and a key means one request.

use tsuho_core::case::Event;
use tsuho_core::case::event::EventBody;
use tsuho_core::case::request::Content;
use tsuho_executor::{Error, How, Key, Standing};
use tsuho_ledger::Digest;

use crate::desk::{Desk, granted, refusal, types};
use crate::given::{advance, company, known_on, note};

fn keyed(key: &str, sent: &str) -> How {
    How::keyed(Key::new(key, Digest::of(sent.as_bytes())).expect("a key"))
}

/// Returns the parts that answers have in common; salts and names of decisions are drawn anew.
fn parts<B: EventBody>(events: &[Event<B>]) -> Vec<Vec<u8>> {
    events
        .iter()
        .map(|event| event.body.to_part().expect("a part"))
        .collect()
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer_and_is_written_once() {
    let desk = Desk::open("same").await;
    let how = keyed("open-1", "open");
    let opened = granted(desk.executor.open_case(&desk.opening(), &how).await);
    let again = granted(desk.executor.open_case(&desk.opening(), &how).await);
    assert_eq!(
        (again.standing, again.case_id(), &again.events),
        (Standing::Repeated, opened.case_id(), &opened.events)
    );
    let id = opened.case_id().expect("a case");

    let how = keyed("record-1", "record");
    let first = granted(
        desk.executor
            .submit(
                id,
                &desk.request("privacy_officer", known_on("2023-10-17")),
                &how,
            )
            .await,
    );
    let size = desk.store.ledger().await.expect("the ledger").size;
    for executor in [desk.executor.clone(), desk.other_process("other").await] {
        let request = desk.request("privacy_officer", known_on("2023-10-17"));
        let again = granted(executor.submit(id, &request, &how).await);
        assert_eq!(again.standing, Standing::Repeated);
        assert_eq!(
            (again.command, again.first_seq, &again.events),
            (first.command, first.first_seq, &first.events)
        );
    }
    // An action that was granted does not leave the state any more, and is answered all the same.
    let how = keyed("confirm-1", "confirm");
    let first = granted(
        desk.executor
            .submit(
                id,
                &desk.request("privacy_officer", advance("confirm")),
                &how,
            )
            .await,
    );
    let again = granted(
        desk.executor
            .submit(
                id,
                &desk.request("privacy_officer", advance("confirm")),
                &how,
            )
            .await,
    );
    assert_eq!(parts(&again.events), parts(&first.events));
    let tried = How {
        mode: tsuho_executor::Mode::DryRun,
        ..how
    };
    let request = desk.request("privacy_officer", advance("confirm"));
    assert_eq!(
        granted(desk.executor.submit(id, &request, &tried).await).standing,
        Standing::Repeated
    );
    assert_eq!(
        desk.store.ledger().await.expect("the ledger").size.0,
        size.0 + first.events.len() as u64
    );
}

#[tokio::test]
async fn a_key_that_meant_another_request_is_named() {
    let desk = Desk::open("other").await;
    let id = desk.case().await;
    let first = granted(
        desk.executor
            .submit(id, &desk.request("counsel", note("a")), &keyed("k", "a"))
            .await,
    );
    let other = desk.case().await;
    for (id, how) in [(id, keyed("k", "b")), (other, keyed("k", "a"))] {
        let answer = desk
            .executor
            .submit(id, &desk.request("counsel", note("b")), &how)
            .await;
        match answer {
            Err(Error::KeyReused { key, command, .. }) => {
                assert_eq!((key.as_str(), command), ("k", first.command.to_string()));
            }
            answer => panic!("{answer:?}"),
        }
    }
    // Keys are each person's own.
    granted(
        desk.executor
            .submit(id, &desk.request("executive", note("c")), &keyed("k", "c"))
            .await,
    );
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let desk = Desk::open("refusal").await;
    let id = desk.case().await;
    let how = keyed("confirm", "confirm");
    let request = desk.request("privacy_officer", advance("confirm"));
    assert_eq!(
        refusal(desk.executor.submit(id, &request, &how).await).code(),
        "needs"
    );
    desk.does(id, "privacy_officer", known_on("2023-10-17"))
        .await;
    let request = desk.request("privacy_officer", advance("confirm"));
    let done = granted(desk.executor.submit(id, &request, &how).await);
    assert!(matches!(done.standing, Standing::Written { .. }));
    assert_eq!(types(&done.events), ["ActionTaken"]);
}

#[tokio::test]
async fn operator_facts_and_changes_of_people_are_repeated_too() {
    let desk = Desk::open("kinds").await;
    let how = keyed("facts", "facts");
    let record = |content| desk.request("counsel", content);
    let first = record(Content::Record { facts: company() });
    let first = granted(desk.executor.record_operator_facts(&first, &how).await);
    let again = record(Content::Record { facts: company() });
    let again = granted(desk.executor.record_operator_facts(&again, &how).await);
    assert_eq!(
        (again.standing, again.command),
        (Standing::Repeated, first.command)
    );

    let how = keyed("person", "person");
    let person = desk.executor.new_person();
    let add = || tsuho_executor::PersonChange::Add {
        person,
        name: "One more".to_owned(),
        account: None,
    };
    let first = granted(
        desk.executor
            .change_person(&desk.sender(), add(), &how)
            .await,
    );
    let again = granted(
        desk.executor
            .change_person(&desk.sender(), add(), &how)
            .await,
    );
    assert_eq!(
        (again.standing, again.events),
        (Standing::Repeated, first.events)
    );
}

#[test]
fn a_key_is_short_and_printable() {
    let digest = Digest::of(b"request");
    assert!(Key::new(&"k".repeat(128), digest).is_ok());
    for wrong in ["", &"k".repeat(129), "a\nb"] {
        assert!(Key::new(wrong, digest).is_err());
    }
}
