//! Making the installation and publishing in it.

use tsuho_core::calendar;
use tsuho_core::people::SystemBody;
use tsuho_executor::{Error, How, Opening, PersonChange};
use tsuho_store::{DefinitionRef, Limit};

use crate::desk::{Desk, WORKFLOW, bundle, granted, refusal, types};
use crate::replay::agree;

#[tokio::test]
async fn an_installation_is_made_once_with_every_shipped_calendar() {
    let desk = Desk::open("made").await;
    let events = desk.executor.system_events().await.expect("events");
    assert!(matches!(events[0].body, SystemBody::InstallationCreated(_)));
    let published = calendar::all_shipped().len();
    assert_eq!(
        types(&events[1..=published]),
        vec!["CalendarPublished"; published]
    );
    assert_ne!(
        events[0].command, events[1].command,
        "each publication is a decision of its own"
    );
    let installation = desk.executor.installation().await.expect("an installation");
    let shipped: Vec<_> = calendar::all_shipped().iter().collect();
    assert_eq!(installation.calendars.values().collect::<Vec<_>>(), shipped);

    let via = tsuho_core::case::event::Via::Os;
    let founder = tsuho_executor::Founder {
        person: desk.founder,
        via,
        name: "Again".to_owned(),
        account: None,
    };
    assert_eq!(
        refusal(desk.executor.create(&founder).await).code(),
        "already_created"
    );
}

#[tokio::test]
async fn a_workflow_is_published_once_and_kept_whole() {
    let desk = Desk::open("published").await;
    let again = desk
        .executor
        .publish_workflow(&desk.sender(), &bundle(), &How::default())
        .await;
    assert_eq!(refusal(again).code(), "published");
    let mut other = bundle();
    other.files[1].text = other.files[1]
        .text
        .replace("within: 30 days", "within: 31 days");
    let other = desk
        .executor
        .publish_workflow(&desk.sender(), &other, &How::default())
        .await;
    assert_eq!(refusal(other).code(), "other_digest");
    let mut torn = bundle();
    torn.files.truncate(2);
    let torn = desk
        .executor
        .publish_workflow(&desk.sender(), &torn, &How::default())
        .await;
    assert!(matches!(torn, Err(Error::Unpublishable { .. })));

    let id = desk.case().await;
    let digest = desk
        .executor
        .ground(id)
        .await
        .expect("the case")
        .case
        .digest;
    let stored = desk
        .store
        .workflow(&DefinitionRef::Digest(digest))
        .await
        .expect("a read")
        .expect("a workflow");
    assert_eq!(
        stored.source.as_bytes(),
        bundle().to_bytes().expect("canonical")
    );
    assert_eq!(tsuho_ledger::Digest::of(&stored.canonical), digest);
}

#[tokio::test]
async fn a_case_is_opened_under_the_version_that_was_asked_for() {
    let desk = Desk::open("versions").await;
    let mut second = bundle();
    second.files[1].text = second.files[1].text.replacen("version: 1", "version: 2", 1);
    granted(
        desk.executor
            .publish_workflow(&desk.sender(), &second, &How::default())
            .await,
    );
    for (version, expected) in [(None, 2), (Some(1), 1), (Some(2), 2)] {
        let opening = Opening {
            version,
            ..desk.opening()
        };
        let opened = granted(desk.executor.open_case(&opening, &How::default()).await);
        let (_, case) = agree(&desk.executor, opened.case_id().expect("a case")).await;
        assert_eq!(case.workflow_version, expected);
    }
    let unknown = Opening {
        version: Some(3),
        ..desk.opening()
    };
    match desk.executor.open_case(&unknown, &How::default()).await {
        Err(error @ Error::UnknownWorkflow { .. }) => {
            assert_eq!(
                error.to_string(),
                format!("no workflow `{WORKFLOW}` of version 3 is published")
            );
        }
        answer => panic!("{answer:?}"),
    }
}

#[tokio::test]
async fn only_who_administers_changes_the_installation() {
    let desk = Desk::open("administers").await;
    let mut sender = desk.sender();
    sender.person = desk.people[0];
    let grant = PersonChange::Grant {
        person: desk.people[1],
        role: "executive".parse().expect("a role"),
    };
    let refused = desk
        .executor
        .change_person(&sender, grant, &How::default())
        .await;
    assert_eq!(refusal(refused).code(), "not_administrator");
}

#[tokio::test]
async fn a_calendar_that_is_published_again_wakes_the_cases_and_another_text_of_its_version_is_refused()
 {
    let desk = Desk::open("calendar").await;
    crate::operator::record_company(&desk).await;
    let id = desk.case().await;
    desk.does(id, "privacy_officer", crate::given::known_on("2023-10-17"))
        .await;
    let text = calendar::shipped_texts()[0];
    granted(
        desk.executor
            .publish_calendar(&desk.sender(), text, &How::default())
            .await,
    );
    assert_eq!(
        desk.store
            .calendars(None, Limit::MAX)
            .await
            .expect("a read")
            .len(),
        calendar::all_shipped().len()
    );
    let other = format!("{text}# one more line\n");
    match desk
        .executor
        .publish_calendar(&desk.sender(), &other, &How::default())
        .await
    {
        Err(Error::CalendarExists { published, .. }) => {
            assert_eq!(published, tsuho_ledger::Digest::of(text.as_bytes()));
        }
        answer => panic!("{answer:?}"),
    }
    // A later release closes the day on which the detailed report is due: its clock moves, visibly.
    let version = calendar::all_shipped()[0].version.clone();
    let later = text.replace(&format!("version {version}"), "version test-2")
        + "2023-11-15 A new holiday / 新しい祝日\n2023-11-16 A new holiday / 新しい祝日\n";
    granted(
        desk.executor
            .publish_calendar(&desk.sender(), &later, &How::default())
            .await,
    );
    let (history, _) = agree(&desk.executor, id).await;
    let events: Vec<_> = history.into_iter().map(|(_, event)| event).collect();
    assert!(
        types(&events).contains(&"ClockMoved"),
        "{:?}",
        types(&events)
    );
}
