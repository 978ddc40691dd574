//! One leak from alarm to the end, through the shipped workflow, and what the database says of it afterwards.

use tsuho_core::case::event::Via;
use tsuho_core::case::request::{Asker, Content};
use tsuho_core::case::{Body, Rejection};
use tsuho_executor::{How, PersonChange, Standing};
use tsuho_store::Limit;

use crate::desk::{Desk, granted, refusal, tokyo, types};
use crate::given::{
    advance, approve, company, facts, file, known_on, measure, note, paper, receive, text,
};
use crate::replay::{Library, agree};

/// Plays the whole course: known on 27 October, notified by telephone, reported by e-mail, prevented, closed.
pub(crate) async fn play(desk: &Desk) -> tsuho_core::ids::CaseId {
    let company = desk.request("head_of_compliance", Content::Record { facts: company() });
    granted(
        desk.executor
            .record_operator_facts(&company, &How::default())
            .await,
    );
    let id = desk.case().await;
    desk.clock.set(tokyo("2023-10-27T18:10"));
    desk.does(id, "privacy_officer", known_on("2023-10-27"))
        .await;
    desk.does(id, "privacy_officer", advance("confirm")).await;
    desk.clock.set(tokyo("2023-10-27T22:40"));
    desk.does(id, "duty_officer", file("notify", "phone")).await;
    desk.clock.set(tokyo("2023-11-27T09:00"));
    let learnt = facts([
        ("cause", text("A computer was infected.")),
        ("measures", measure(None)),
    ]);
    desk.does(id, "privacy_officer", Content::Record { facts: learnt })
        .await;
    desk.does(id, "privacy_officer", paper()).await;
    desk.does(id, "privacy_officer", file("report", "email"))
        .await;
    desk.does(id, "executive", approve("report")).await;
    desk.does(id, "privacy_officer", file("report", "email"))
        .await;
    desk.clock.set(tokyo("2023-11-27T15:20"));
    desk.does(id, "privacy_officer", receive(2)).await;
    desk.clock.set(tokyo("2024-04-01T17:00"));
    desk.does(id, "head_of_compliance", advance("prevent"))
        .await;
    let checked = facts([("measures", measure(Some("2024-03-31")))]);
    desk.does(id, "head_of_compliance", Content::Record { facts: checked })
        .await;
    desk.does(id, "head_of_compliance", advance("close")).await;
    desk.does(id, "executive", approve("close")).await;
    id
}

#[tokio::test]
async fn a_leak_is_carried_from_its_alarm_to_its_end() {
    let desk = Desk::open("whole").await;
    let id = play(&desk).await;
    let (history, case) = agree(&desk.executor, id).await;
    assert_eq!((case.state.as_str(), case.number), ("closed", 1));
    let happened: Vec<_> = history.iter().map(|(_, event)| event.clone()).collect();
    let happened = types(&happened);
    for wanted in [
        "CaseOpened",
        "ClockStarted",
        "FilingMade",
        "ReminderDue",
        "ClockStopped",
        "ApprovalGiven",
    ] {
        assert!(
            happened.contains(&wanted),
            "{wanted} is missing in {happened:?}"
        );
    }
    let library = Library::read(&desk.executor, id).await;
    let again = library
        .again(id, None, &history)
        .expect("every decision is made again");
    assert_eq!(again, Some(case));
    // Another process, which has folded nothing yet, sees the same case.
    let other = desk.other_process("other").await;
    agree(&other, id).await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_written_and_writes_nothing() {
    let desk = Desk::open("dry").await;
    let id = desk.case().await;
    desk.clock.set(tokyo("2023-10-27T18:10"));
    let before = desk.store.ledger().await.expect("the ledger");
    let request = desk.request("privacy_officer", known_on("2023-10-27"));
    let tried = granted(desk.executor.submit(id, &request, &How::dry_run()).await);
    assert_eq!(tried.standing, Standing::Tried);
    let opening = granted(
        desk.executor
            .open_case(&desk.opening(), &How::dry_run())
            .await,
    );
    assert_eq!(types(&opening.events), ["CaseOpened"]);
    let company = desk.request("counsel", Content::Record { facts: company() });
    let recorded = granted(
        desk.executor
            .record_operator_facts(&company, &How::dry_run())
            .await,
    );
    assert_eq!(types(&recorded.events), ["FactsRecorded"]);
    assert_eq!(desk.store.ledger().await.expect("the ledger"), before);

    let written = granted(desk.executor.submit(id, &request, &How::default()).await);
    assert_eq!(written.events, tried.events);
    assert!(types(&tried.events).contains(&"FactsRecorded"));
}

#[tokio::test]
async fn a_clock_that_is_behind_the_record_is_refused_everywhere() {
    let desk = Desk::open("behind").await;
    let id = desk.case().await;
    let company = desk.request("counsel", Content::Record { facts: company() });
    granted(
        desk.executor
            .record_operator_facts(&company, &How::default())
            .await,
    );
    let earlier = tokyo("2023-10-17T17:59");
    desk.clock.set(earlier);
    let now = tokyo("2023-10-17T18:00");
    let behind = Rejection::ClockBehind {
        now: earlier,
        last_recorded: now,
    };
    assert_eq!(
        desk.refused(id, &desk.request("counsel", note("a"))).await,
        behind
    );
    assert_eq!(
        refusal(
            desk.executor
                .record_operator_facts(&company, &How::default())
                .await
        ),
        behind
    );
    let grant = PersonChange::Grant {
        person: desk.founder,
        role: "counsel".parse().expect("a role"),
    };
    let refused = refusal(
        desk.executor
            .change_person(&desk.sender(), grant, &How::default())
            .await,
    );
    assert_eq!(refused.code(), "clock_behind");
    desk.clock.set(now);
    desk.does(id, "counsel", note("time may stand still")).await;
}

#[tokio::test]
async fn what_identifies_people_stands_in_parts_alone() {
    let desk = Desk::open("private").await;
    let id = desk.case().await;
    let request = desk.reasoned("counsel", note("Sato called"));
    granted(desk.executor.submit(id, &request, &How::default()).await);
    let events = desk.executor.case_events(id).await.expect("events");
    assert!(
        events
            .iter()
            .any(|event| event.personal.contains_key("text")),
        "the words are kept"
    );
    let rows = desk
        .store
        .stream_records(
            &format!("case/{id}").parse().expect("a stream"),
            0,
            Limit::MAX,
        )
        .await;
    for stored in rows.expect("records") {
        let operational = stored
            .parts
            .iter()
            .filter(|part| part.class == tsuho_ledger::PartClass::Operational);
        let readable = operational
            .map(|part| part.bytes.clone())
            .chain([stored.header.clone()]);
        for bytes in readable {
            assert!(!String::from_utf8_lossy(&bytes).contains("Sato"));
        }
    }
    assert!(matches!(
        events.last().expect("a note").body,
        Body::NoteAdded(_)
    ));
}

#[tokio::test]
async fn a_person_without_the_role_is_refused_until_it_is_granted() {
    let desk = Desk::open("role").await;
    let id = desk.case().await;
    let role: tsuho_core::name::RoleName = "counsel".parse().expect("a role");
    let person = desk.people[0];
    let mut request = desk.request("duty_officer", note("a"));
    request.asker = Asker::Person {
        person,
        via: Via::Os,
        role: role.clone(),
    };
    // Another process read the people before the role was granted.
    let other = desk.other_process("other").await;
    let refused = refusal(other.submit(id, &request, &How::default()).await);
    assert_eq!(
        refused,
        Rejection::RoleNotHeld {
            person,
            role: role.clone()
        }
    );
    desk.change(PersonChange::Grant { person, role }).await;
    granted(other.submit(id, &request, &How::default()).await);
}
