//! Several at once on the cases of one incident: nothing is lost, and nothing is half written.

use std::sync::Arc;

use tsuho_core::case::Request;
use tsuho_core::ids::CaseId;
use tsuho_core::value::Value;
use tsuho_executor::{Error, Executor, How, MOST_LOST_RACES};
use tsuho_store::Store;

use crate::desk::{Desk, granted};
use crate::given::fact;
use crate::incidents::{count, record};
use crate::meddled::{Meddled, Meddling};

/// Returns an executor in whose way somebody stands.
async fn meddled(desk: &Desk, commits: Vec<Meddling>) -> Arc<Executor> {
    let store: Arc<dyn Store> = Arc::new(desk.reopened().await);
    desk.executor_on(Meddled::new(store, commits), "meddled")
}

#[tokio::test]
async fn who_was_slower_on_any_of_the_streams_decides_again() {
    let desk = Desk::open("race").await;
    let (id, [one, other]) = desk.incident_of_two().await;
    let first = |case: CaseId, request: Request| {
        let executor = desk.executor.clone();
        Meddling::First(Box::pin(async move {
            granted(executor.submit(case, &request, &How::default()).await);
        }))
    };
    // The first is faster on the incident, the second on the other case alone.
    let commits = vec![
        first(other, desk.request("privacy_officer", record(count(5)))),
        first(other, desk.request("executive", crate::given::note("seen"))),
    ];
    let slow = meddled(&desk, commits).await;
    let request = desk.request("privacy_officer", record(count(6)));
    granted(slow.submit(one, &request, &How::default()).await);
    assert_eq!(desk.users(other).await, Some(Value::Integer(6)));
    assert_eq!(desk.users(one).await, desk.on_incident(id).await);
    // Somebody who is faster every time is told of.
    let many = (0..MOST_LOST_RACES).map(|round| {
        first(
            other,
            desk.request("privacy_officer", record(count(i64::from(round)))),
        )
    });
    let hopeless = meddled(&desk, many.collect()).await;
    let crowded = hopeless.submit(one, &request, &How::default()).await;
    assert!(matches!(crowded, Err(Error::Crowded { .. })));
}

#[tokio::test]
async fn a_disk_that_fails_leaves_nothing_on_any_stream() {
    let desk = Desk::open("disk").await;
    let (id, [one, other]) = desk.incident_of_two().await;
    let length = desk.length().await;
    let broken = meddled(&desk, vec![Meddling::Fail]).await;
    let request = desk.request("privacy_officer", record(count(5)));
    assert!(broken.submit(one, &request, &How::default()).await.is_err());
    assert_eq!(desk.length().await, length);
    assert_eq!(
        (desk.users(other).await, desk.on_incident(id).await),
        (None, None)
    );
}

#[tokio::test]
async fn callers_on_all_cases_of_one_incident_lose_nothing() {
    let desk = Arc::new(Desk::open("crowd").await);
    let (id, cases) = desk.incident_of_two().await;
    let other = desk.other_process("other").await;
    let tasks: Vec<_> = (0..24)
        .map(|round: usize| {
            let executor = if round.is_multiple_of(3) {
                &other
            } else {
                &desk.executor
            }
            .clone();
            let request = desk.request(
                "privacy_officer",
                record(count(i64::try_from(round).expect("small"))),
            );
            let case = cases[round % 2];
            tokio::spawn(async move {
                for _ in 0..MOST_LOST_RACES {
                    match executor.submit(case, &request, &How::default()).await {
                        Err(Error::Crowded { .. }) => {}
                        answer => return drop(granted(answer)),
                    }
                }
                panic!("others were faster every time");
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("it is granted");
    }
    let incident = desk.executor.incident(id).await.expect("the incident");
    assert_eq!(incident.recordings().len(), 24);
    for case in cases {
        let ground = desk.executor.ground(case).await.expect("the case");
        assert_eq!(
            ground.case.facts[&fact("users_affected")].versions().len(),
            24
        );
        assert_eq!(desk.users(case).await, desk.on_incident(id).await);
    }
}
