//! What fell due and is more than one decision may write is written in portions, before whatever somebody asks.
//! How a case is settled at one moment is for `tsuho-core`.

use tsuho_core::case::Body;
use tsuho_core::case::decide::MOST_EVENTS;
use tsuho_core::case::request::Content;
use tsuho_executor::Standing;

use crate::crowd::Crowd;
use crate::desk::{Desk, granted, tokyo, types};
use crate::given::{day, facts, note};
use crate::replay::{Library, agree};

#[tokio::test]
async fn a_long_catch_up_is_written_in_portions_before_the_request() {
    let desk = Desk::open("portions").await;
    let crowd = Crowd {
        branches: 950,
        reminders: 35,
    };
    let id = crowd.case(&desk).await;
    let known = facts([("known_at", day("2023-10-17"))]);
    desk.does(id, "duty_officer", Content::Record { facts: known })
        .await;
    // Nobody woke the case for a quarter: every reminder of every duty is due, and every clock has passed.
    desk.clock.set(tokyo("2024-01-20T09:00"));
    let done = desk.does(id, "duty_officer", note("back again")).await;
    let due = crowd.branches * (crowd.reminders + 1);
    assert!(due > MOST_EVENTS, "more than one decision may write");
    assert!(done.before.len() > MOST_EVENTS / 2);
    assert_eq!(done.before.len() + done.events.len(), due + 1);
    assert_eq!(types(&done.events).last(), Some(&"NoteAdded"));

    let (history, case) = agree(&desk.executor, id).await;
    let written = &history[history.len() - due - 1..];
    let portions: Vec<usize> = written
        .chunk_by(|(_, one), (_, other)| one.command == other.command)
        .map(<[_]>::len)
        .collect();
    assert!(portions.len() > 1, "{portions:?}");
    assert!(
        portions.iter().all(|portion| *portion <= MOST_EVENTS),
        "{portions:?}"
    );
    let occurred = |at: usize| written[at].1.occurred_at;
    assert!(
        (1..due).all(|at| occurred(at - 1) <= occurred(at)),
        "the oldest first"
    );
    let passed = written
        .iter()
        .filter(|(_, event)| matches!(event.body, Body::ClockPassed(_)));
    assert_eq!(passed.count(), crowd.branches);
    let library = Library::read(&desk.executor, id).await;
    assert_eq!(library.again(id, None, &history), Ok(Some(case)));
    println!(
        "FIGURE executor: events of a catch-up written before one note {due}, in portions {portions:?}"
    );

    let woken = granted(desk.executor.wake(id).await);
    assert_eq!((woken.standing, woken.events.len()), (Standing::Nothing, 0));
}
