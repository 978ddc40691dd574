//! What falls due happens once, in order, whoever looks and however late.

use std::sync::Arc;

use tsuho_core::case::event::Via;
use tsuho_core::case::request::Asker;
use tsuho_core::case::{Actor, Body, Content, Request};
use tsuho_core::ids::CaseId;
use tsuho_core::name::RoleName;
use tsuho_executor::{
    Clock, Error, Executor, Founder, How, Opening, PersonChange, Rest, SeededChance, Sender,
    Standing, SystemClock, VirtualClock,
};
use tsuho_store::{Kind, Limit, Store};

use crate::desk::{Desk, WORKFLOW, bundle, granted, tokyo, types};
use crate::given::{company, known_on};
use crate::meddled::{Meddled, Meddling};
use crate::replay::agree;

#[tokio::test]
async fn two_processes_that_wake_at_once_write_it_once() {
    let desk = Desk::open("twice").await;
    let mut cases = Vec::new();
    for _ in 0..5 {
        cases.push(desk.case().await);
    }
    crate::operator::record_company(&desk).await;
    for &id in &cases {
        desk.does(id, "privacy_officer", known_on("2023-10-17"))
            .await;
    }
    let other = desk.other_process("other").await;
    desk.clock.set(tokyo("2023-11-20T00:00"));
    let (one, two) = tokio::join!(
        desk.executor.wake_due(Limit::MAX),
        other.wake_due(Limit::MAX)
    );
    let (one, two) = (one.expect("a look"), two.expect("a look"));
    assert!(one.failed.is_empty() && two.failed.is_empty());
    assert_eq!(one.rest, Rest::Nothing);
    let mut written = 0;
    for &id in &cases {
        let (history, case) = agree(&desk.executor, id).await;
        let passed = history
            .iter()
            .filter(|(_, event)| matches!(event.body, Body::ClockPassed(_)))
            .count();
        assert_eq!(passed, 1, "the detailed report's clock passed once");
        written += history
            .iter()
            .filter(|(_, event)| event.recorded_at == case.last_recorded)
            .count();
    }
    assert_eq!(one.events + two.events, written);
    assert_eq!(
        desk.executor
            .wake_due(Limit::MAX)
            .await
            .expect("a look")
            .cases,
        0,
        "nothing is due any more"
    );
}

#[tokio::test]
async fn who_wakes_second_finds_nothing_to_do() {
    let desk = Desk::open("second").await;
    let id = desk.case().await;
    crate::operator::record_company(&desk).await;
    desk.does(id, "privacy_officer", known_on("2023-10-17"))
        .await;
    desk.clock.set(tokyo("2023-11-07T00:00"));
    let executor = desk.executor.clone();
    let faster = Meddling::First(Box::pin(async move {
        granted(executor.wake(id).await);
    }));
    let other = desk.executor_on(
        Meddled::new(Arc::new(desk.reopened().await), [faster]),
        "other",
    );
    let woken = granted(other.wake(id).await);
    assert_eq!((woken.standing, woken.events.len()), (Standing::Nothing, 0));
}

#[tokio::test]
async fn firing_late_shows_and_changes_nothing_else() {
    let (late, steady) = (Desk::open("late").await, Desk::open("late").await);
    let mut histories = Vec::new();
    for desk in [&late, &steady] {
        let id = desk.case().await;
        crate::operator::record_company(desk).await;
        desk.does(id, "privacy_officer", known_on("2023-10-17"))
            .await;
        if std::ptr::eq(desk, &raw const steady) {
            for day in 18..=30 {
                desk.clock.set(tokyo(&format!("2023-10-{day}T00:00")));
                desk.executor.wake_due(Limit::MAX).await.expect("a look");
            }
        }
        desk.clock.set(tokyo("2023-12-01T12:00"));
        desk.executor.wake_due(Limit::MAX).await.expect("a look");
        let (history, _) = agree(&desk.executor, id).await;
        histories.push(
            history
                .into_iter()
                .map(|(_, event)| (event.body, event.occurred_at))
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(histories[0], histories[1]);
}

#[tokio::test]
async fn a_limit_is_kept_and_the_longest_due_comes_first() {
    let desk = Desk::open("limit").await;
    crate::operator::record_company(&desk).await;
    let mut cases = Vec::new();
    for day in ["2023-10-19", "2023-10-18", "2023-10-17"] {
        desk.clock
            .set(tokyo(&format!("{day}T18:00")).max(desk.executor.now()));
        let id = desk.case().await;
        desk.does(id, "privacy_officer", known_on(day)).await;
        cases.push(id);
    }
    desk.clock.set(tokyo("2023-11-30T00:00"));
    let woken = desk.executor.wake_due(Limit::new(1)).await.expect("a look");
    assert_eq!((woken.cases, woken.rest), (1, Rest::More));
    let head = |id| format!("case/{id}").parse().expect("a stream");
    let oldest = desk
        .store
        .head(&head(cases[2]))
        .await
        .expect("a read")
        .expect("a head");
    assert_eq!(oldest.wake_at, None, "the first known was due first");
    let youngest = desk
        .store
        .head(&head(cases[0]))
        .await
        .expect("a read")
        .expect("a head");
    assert!(youngest.wake_at.is_some());
}

/// Makes a drill with a case whose clocks run; one person plays every role that it takes.
async fn drill(store: Arc<dyn Store>, clock: Arc<VirtualClock>) -> (Executor, CaseId) {
    let executor = Executor::new(store, clock, Arc::new(SeededChance::new("drill")));
    let (via, person) = (Via::Drill, executor.new_person());
    let role: RoleName = "privacy_officer".parse().expect("a role");
    let how = How::default();
    let sender = || Sender {
        command: executor.new_command(),
        person,
        via,
    };
    let founder = Founder {
        person,
        via,
        name: "Founder".to_owned(),
        account: None,
    };
    granted(executor.create(&founder).await);
    granted(executor.publish_workflow(&sender(), &bundle(), &how).await);
    let grant = PersonChange::Grant {
        person,
        role: role.clone(),
    };
    granted(executor.change_person(&sender(), grant, &how).await);
    let asker = Asker::Person { person, via, role };
    let request = |content| Request {
        command: executor.new_command(),
        asker: asker.clone(),
        occurred_at: None,
        reason: None,
        seen: None,
        content,
    };
    let company = request(Content::Record { facts: company() });
    granted(executor.record_operator_facts(&company, &how).await);
    let opening = Opening {
        command: executor.new_command(),
        asker: asker.clone(),
        workflow: WORKFLOW.parse().expect("a name"),
        version: None,
        occurred_at: None,
        reason: None,
    };
    let id = granted(executor.open_case(&opening, &how).await)
        .case_id()
        .expect("a case");
    granted(
        executor
            .submit(id, &request(known_on("2023-10-17")), &how)
            .await,
    );
    (executor, id)
}

#[tokio::test]
async fn a_drill_stops_at_every_moment_at_which_something_falls_due() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("drill.db");
    let now = tokyo("2023-10-17T18:00");
    let store = tsuho_store_sqlite::create(&path, Kind::Drill, now.moment())
        .await
        .expect("a database");
    let store: Arc<dyn Store> = Arc::new(store);
    let clock = Arc::new(VirtualClock::read(store.clone()).await.expect("a drill"));
    assert_eq!(clock.now(), now);
    let (executor, id) = drill(store.clone(), clock.clone()).await;

    executor
        .pass_time(&clock, tokyo("2023-12-01T00:00"))
        .await
        .expect("time passes");
    assert_eq!(clock.now(), tokyo("2023-12-01T00:00"));
    let events = executor.case_events(id).await.expect("events");
    assert!(types(&events).contains(&"ClockPassed"));
    let by_clock: Vec<_> = events
        .iter()
        .filter(|event| event.actor == Actor::Clock)
        .collect();
    assert!(by_clock.len() > 3);
    for event in by_clock {
        assert_eq!(
            event.occurred_at, event.recorded_at,
            "a drill never fires late"
        );
    }
    // The present is kept in the database, for every process.
    let again = VirtualClock::read(store).await.expect("a drill");
    assert_eq!(again.now(), clock.now());
    let back = executor.pass_time(&clock, now).await;
    assert!(matches!(
        back,
        Err(Error::Store(tsuho_store::Error::TimeRunsBack { .. }))
    ));
}

#[tokio::test]
async fn a_real_database_has_no_virtual_clock() {
    let desk = Desk::open("real").await;
    let clock = VirtualClock::read(desk.store.clone()).await;
    assert!(matches!(
        clock,
        Err(Error::Store(tsuho_store::Error::NotADrill))
    ));
}

#[test]
fn the_machines_clock_is_read_in_our_years() {
    assert!(SystemClock.now() > tokyo("2026-01-01T00:00"));
}
