//! Two processes on one case: one wins each time, the other is decided again; a process that dies leaves nothing half.

use std::sync::Arc;

use tokio::sync::Notify;
use tsuho_core::case::Rejection;
use tsuho_executor::{Error, Executor, How, Key, MOST_LOST_RACES, Mode, Standing};
use tsuho_ledger::Digest;
use tsuho_store::Store;

use crate::desk::{Desk, granted, refusal, types};
use crate::given::{advance, file, known_on, note};
use crate::meddled::{Meddled, Meddling};
use crate::replay::{Library, agree};

/// Returns an executor in whose way somebody stands, and the store that does.
async fn meddled(desk: &Desk, commits: Vec<Meddling>) -> (Arc<Executor>, Arc<Meddled>) {
    let store: Arc<dyn Store> = Arc::new(desk.reopened().await);
    let store = Meddled::new(store, commits);
    (desk.executor_on(store.clone(), "meddled"), store)
}

/// Lets the desk's own process do something first.
fn first(desk: &Desk, id: tsuho_core::ids::CaseId, request: tsuho_core::case::Request) -> Meddling {
    let executor = desk.executor.clone();
    Meddling::First(Box::pin(async move {
        granted(executor.submit(id, &request, &How::default()).await);
    }))
}

#[tokio::test]
async fn the_loser_of_a_race_is_decided_again_on_what_won() {
    let desk = Desk::open("race").await;
    let id = desk.case().await;
    let winner = first(&desk, id, desk.request("executive", note("the winner's")));
    let (other, _) = meddled(&desk, vec![winner]).await;
    let done = granted(
        other
            .submit(
                id,
                &desk.request("counsel", note("the loser's")),
                &How::default(),
            )
            .await,
    );
    assert_eq!(
        done.first_seq, 2,
        "the opening, the winner's note, the loser's"
    );
    agree(&other, id).await;
    agree(&desk.executor, id).await;
}

#[tokio::test]
async fn what_the_winner_made_impossible_is_refused_to_the_loser() {
    let desk = Desk::open("exclusive").await;
    let id = crate::history::play(&desk).await;
    desk.does(
        id,
        "privacy_officer",
        note("the case is closed and takes notes"),
    )
    .await;
    let id = desk.case().await;
    desk.does(id, "privacy_officer", known_on("2024-04-01"))
        .await;
    let winner = first(
        &desk,
        id,
        desk.request("duty_officer", file("notify", "phone")),
    );
    let (other, _) = meddled(&desk, vec![winner]).await;
    let loser = desk.request("duty_officer", file("notify", "phone"));
    match refusal(other.submit(id, &loser, &How::default()).await) {
        Rejection::State { state, .. } => assert_eq!(state.as_str(), "notified"),
        other => panic!("{other:?}"),
    }
    let (history, _) = agree(&desk.executor, id).await;
    let taken = history
        .iter()
        .filter(|(_, event)| types(std::slice::from_ref(event)) == ["ActionTaken"])
        .count();
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn the_same_key_in_two_processes_is_granted_once() {
    let desk = Desk::open("both").await;
    let id = desk.case().await;
    let how = How::keyed(Key::new("k", Digest::of(b"note")).expect("a key"));
    let (executor, theirs, their_how) = (
        desk.executor.clone(),
        desk.request("counsel", note("a")),
        how.clone(),
    );
    let winner = Meddling::First(Box::pin(async move {
        granted(executor.submit(id, &theirs, &their_how).await);
    }));
    let (other, _) = meddled(&desk, vec![winner]).await;
    let done = granted(
        other
            .submit(id, &desk.request("counsel", note("a")), &how)
            .await,
    );
    assert_eq!((done.standing, done.first_seq), (Standing::Repeated, 1));
    assert_eq!(agree(&desk.executor, id).await.1.version, 2);
}

#[tokio::test]
async fn who_loses_every_race_is_told_so() {
    let desk = Desk::open("crowd").await;
    let id = desk.case().await;
    let faster =
        (0..MOST_LOST_RACES).map(|_| first(&desk, id, desk.request("executive", note("faster"))));
    let (other, _) = meddled(&desk, faster.collect()).await;
    let request = desk.request("counsel", note("slow"));
    match other.submit(id, &request, &How::default()).await {
        Err(Error::Crowded { times, .. }) => assert_eq!(times, MOST_LOST_RACES),
        answer => panic!("{answer:?}"),
    }
    granted(other.submit(id, &request, &How::default()).await);
}

#[tokio::test]
async fn a_case_number_that_was_taken_is_not_given_twice() {
    let desk = Desk::open("numbers").await;
    let (executor, opening) = (desk.executor.clone(), desk.opening());
    let winner = Meddling::First(Box::pin(async move {
        granted(executor.open_case(&opening, &How::default()).await);
    }));
    let (other, _) = meddled(&desk, vec![winner]).await;
    let opened = granted(other.open_case(&desk.opening(), &How::default()).await);
    let id = opened.case_id().expect("a case");
    assert_eq!(agree(&other, id).await.1.number, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_of_two_processes_lose_nothing() {
    const TASKS: usize = 24;
    let desk = Desk::open("many").await;
    let id = desk.case().await;
    let other = desk.other_process("second").await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..TASKS {
        let executor = if number % 2 == 0 {
            desk.executor.clone()
        } else {
            other.clone()
        };
        let request = desk.request("counsel", note(&format!("note {number}")));
        let opening = desk.opening();
        tasks.spawn(async move {
            let done = granted(executor.submit(id, &request, &How::default()).await);
            granted(executor.open_case(&opening, &How::default()).await);
            done.first_seq
        });
    }
    let mut places = tasks.join_all().await;
    places.sort_unstable();
    assert_eq!(places, (1..=TASKS as u64).collect::<Vec<_>>());
    let (history, _) = agree(&other, id).await;
    let library = Library::read(&other, id).await;
    library
        .again(id, None, &history)
        .expect("every decision is made again");
    assert_eq!(
        desk.store
            .ledger()
            .await
            .expect("the ledger")
            .next_case_number,
        TASKS as u64 + 2
    );
}

#[tokio::test]
async fn a_command_that_dies_before_or_after_its_commit_is_whole_or_not_there() {
    let desk = Desk::open("death").await;
    let id = desk.case().await;
    for (dies_after, expected) in [(false, 1), (true, 2)] {
        let reached = Arc::new(Notify::new());
        let hang = if dies_after {
            Meddling::HangAfter(reached.clone())
        } else {
            Meddling::HangBefore(reached.clone())
        };
        let (other, _) = meddled(&desk, vec![hang]).await;
        let how = How::keyed(Key::new("note", Digest::of(b"note")).expect("a key"));
        let (dying, request, dying_how) = (
            other.clone(),
            desk.request("counsel", note("a")),
            how.clone(),
        );
        let task = tokio::spawn(async move { dying.submit(id, &request, &dying_how).await });
        reached.notified().await;
        task.abort();
        assert!(task.await.expect_err("it was killed").is_cancelled());
        assert_eq!(agree(&desk.executor, id).await.1.version, expected);
        // Who asks again with the same key learns what became of it, also from the process that survived.
        let tried = How {
            mode: Mode::DryRun,
            ..how
        };
        let again = granted(
            other
                .submit(id, &desk.request("counsel", note("a")), &tried)
                .await,
        );
        assert_eq!(again.standing == Standing::Repeated, dies_after);
    }
}

#[tokio::test]
async fn after_a_failed_write_nothing_is_acknowledged_and_the_request_row_knows() {
    let desk = Desk::open("failure").await;
    let id = desk.case().await;
    let how = How::keyed(Key::new("k", Digest::of(b"note")).expect("a key"));
    let (other, store) = meddled(&desk, vec![Meddling::Fail]).await;
    for (written, standing) in [(1, "Written"), (2, "Repeated")] {
        let request = desk.request("counsel", note("a"));
        match other.submit(id, &request, &how).await {
            Err(Error::Unacknowledged { command, .. }) => {
                assert_eq!(command, request.command.to_string());
            }
            answer => panic!("{answer:?}"),
        }
        assert_eq!(agree(&desk.executor, id).await.1.version, written);
        if standing == "Repeated" {
            let again = granted(
                other
                    .submit(id, &desk.request("counsel", note("a")), &how)
                    .await,
            );
            assert_eq!(again.standing, Standing::Repeated);
        }
        store.then(Meddling::LoseAnswer);
    }
}

#[tokio::test]
async fn a_damaged_history_is_named_by_stream_record_and_field() {
    let desk = Desk::open("damage").await;
    let id = desk.case().await;
    desk.does(id, "counsel", note("a")).await;
    desk.does(id, "counsel", note("b")).await;
    let request = desk.request("privacy_officer", advance("confirm"));
    let stream = format!("case/{id}");

    let (other, store) = meddled(&desk, vec![]).await;
    *store.records.lock().expect("a lock") = Some(|mut records| {
        if records.len() > 1 {
            records.remove(1);
        }
        records
    });
    match other.submit(id, &request, &How::default()).await {
        Err(Error::Unchained(error)) => {
            assert_eq!(
                (error.stream.as_str(), error.seq, error.field.as_str()),
                (stream.as_str(), 1, "seq")
            );
        }
        answer => panic!("{answer:?}"),
    }
    *store.records.lock().expect("a lock") = Some(|mut records| {
        for record in &mut records {
            record.parts[0].bytes.push(b' ');
        }
        records
    });
    match other.submit(id, &request, &How::default()).await {
        Err(Error::Store(tsuho_store::Error::Corrupt { table, column, .. })) => {
            assert_eq!((table, column), ("events", "header"));
        }
        answer => panic!("{answer:?}"),
    }
    *store.records.lock().expect("a lock") = None;
    assert_eq!(
        refusal(other.submit(id, &request, &How::default()).await).code(),
        "needs"
    );
    println!("damage to a history: planted 2, caught 2");
}

#[tokio::test]
async fn a_workflow_that_is_no_longer_the_published_one_decides_nothing() {
    let desk = Desk::open("workflow").await;
    let id = desk.case().await;
    let changes: [fn(tsuho_store::Workflow) -> tsuho_store::Workflow; 3] = [
        |mut workflow| {
            workflow.source = workflow
                .source
                .replace("within: 30 days", "within: 31 days");
            workflow
        },
        |mut workflow| {
            workflow.source.push(' ');
            workflow
        },
        |mut workflow| {
            workflow.source = workflow.source.replace("from: detected", "from: detecte");
            workflow
        },
    ];
    for change in changes {
        let (other, store) = meddled(&desk, vec![]).await;
        *store.workflows.lock().expect("a lock") = Some(change);
        match other
            .submit(id, &desk.request("counsel", note("a")), &How::default())
            .await
        {
            Err(Error::Workflow { digest, .. }) => {
                assert_eq!(
                    digest,
                    desk.executor
                        .ground(id)
                        .await
                        .expect("the case")
                        .case
                        .digest
                );
            }
            answer => panic!("{answer:?}"),
        }
    }
    println!("damage to a stored workflow: planted 3, caught 3");
}
