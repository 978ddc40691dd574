//! Many ask one case at once, through three processes on its file: what they were answered is what one case would answer, one
//! after the other. Whether it is, says `checker`.

#[path = "linear/checker.rs"]
mod checker;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tsuho_core::case::request::{Content, Request};
use tsuho_core::case::{Case, Rejection};
use tsuho_core::ids::CaseId;
use tsuho_core::value::Value;
use tsuho_executor::{Answer, Error, Executor, How};

use crate::desk::Desk;
use crate::drawn::Draws;
use crate::given::{fact, facts};
use checker::{Came, MOST, Operation, Seen, is_linearizable};

/// Histories, few and many.
const HISTORIES: (u64, u64) = (4, 60);
/// Who asks at once.
const ASKING: u64 = 6;
/// What each of them asks.
const OPERATIONS: u64 = 20;

fn histories() -> u64 {
    match std::env::var("TSUHO_COUNTS").as_deref() {
        Ok("full") => HISTORIES.1,
        _ => HISTORIES.0,
    }
}

/// What is done to the processes so that what they answer is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Nothing.
    None,
    /// They change a case whatever revision was named.
    Unchecked,
    /// They answer readers with what they remember, without asking whether it still stands.
    Remembered,
}

/// One case and everybody who asks it.
struct Scene {
    id: CaseId,
    fault: Fault,
    clock: AtomicU64,
    /// Operations that met somebody else's.
    conflicts: AtomicU64,
}

fn seen(case: &Case) -> Seen {
    let history = case.facts.get(&fact("users_affected"));
    Seen {
        version: case.version,
        revision: case.revision,
        value: match history.and_then(|history| history.value()) {
            Some(Value::Integer(value)) => Some(*value),
            _ => None,
        },
    }
}

impl Scene {
    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }

    async fn read(&self, executor: &Executor) -> Seen {
        let kept = executor.kept_ground(self.id);
        if let (Fault::Remembered, Some(kept)) = (self.fault, kept) {
            return seen(&kept.case);
        }
        seen(&executor.ground(self.id).await.expect("the case").case)
    }

    /// Asks again and again: mostly to change what was seen last, sometimes to change whatever there is, else to read.
    async fn ask(
        self: Arc<Self>,
        executor: Arc<Executor>,
        who: u64,
        request: Request,
    ) -> Vec<Operation> {
        let mut draws = Draws(who.wrapping_mul(0x9e37_79b9));
        let mut last = self.read(&executor).await.revision;
        let mut done = Vec::new();
        for nth in 0..OPERATIONS {
            let begun = self.tick();
            let came = if draws.below(10) < 3 {
                let seen = self.read(&executor).await;
                last = seen.revision;
                Some(Came::Read(seen))
            } else {
                let on = (draws.below(10) < 7).then_some(last);
                let value = i64::try_from(who * 1_000 + nth).expect("a small number");
                let came = self.write(&executor, &request, (on, value)).await;
                match came {
                    Some(Came::Refused { now, .. }) => last = now,
                    Some(Came::Wrote { .. }) => last += 1,
                    Some(Came::Read(_)) | None => {}
                }
                came
            };
            let ended = self.tick();
            done.extend(came.map(|came| Operation { begun, ended, came }));
        }
        done
    }

    /// Records a value; `None` if everybody else was faster every time, so that nothing was done.
    async fn write(
        &self,
        executor: &Executor,
        request: &Request,
        (on, value): (Option<u64>, i64),
    ) -> Option<Came> {
        let request = Request {
            command: executor.new_command(),
            seen: on.filter(|_| self.fault != Fault::Unchecked),
            content: Content::Record {
                facts: facts([("users_affected", Value::Integer(value))]),
            },
            ..request.clone()
        };
        match executor.submit(self.id, &request, &How::default()).await {
            Ok(Answer::Done(done)) => Some(Came::Wrote {
                on,
                value,
                first: done.first_seq,
                events: done.events.len() as u64,
            }),
            Ok(Answer::Refused(Rejection::Revision { seen, now, .. })) => {
                self.conflicts.fetch_add(1, Ordering::Relaxed);
                Some(Came::Refused { on: seen, now })
            }
            Err(Error::Crowded { .. }) => {
                self.conflicts.fetch_add(1, Ordering::Relaxed);
                None
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What was seen of one case, and how many operations met another.
struct Played {
    first: Seen,
    history: Vec<Operation>,
    conflicts: u64,
}

/// Has one case asked by everybody at once.
async fn play(desk: &Desk, fault: Fault, round: u64) -> Played {
    let id = desk.case().await;
    let other = desk.other_process(&format!("other {round}")).await;
    let third = desk.other_process(&format!("third {round}")).await;
    let scene = Arc::new(Scene {
        id,
        fault,
        clock: AtomicU64::new(0),
        conflicts: AtomicU64::new(0),
    });
    let first = seen(&desk.executor.ground(id).await.expect("the case").case);
    let mut asking = tokio::task::JoinSet::new();
    for who in 0..ASKING {
        let executor = match who % 3 {
            0 => desk.executor.clone(),
            1 => other.clone(),
            _ => third.clone(),
        };
        let request = desk.request("privacy_officer", crate::given::note(""));
        let who = round * ASKING + who + 1;
        asking.spawn(scene.clone().ask(executor, who, request));
    }
    Played {
        first,
        history: asking.join_all().await.concat(),
        conflicts: scene.conflicts.load(Ordering::Relaxed),
    }
}

/// Returns the history with something in it that was not so, in each of four ways that can be found.
fn falsified(played: &Played) -> Vec<Vec<Operation>> {
    let Played { history, .. } = played;
    let place = |wanted: &dyn Fn(&Came) -> bool| history.iter().position(|one| wanted(&one.came));
    let with = |nth: usize, came: Came| {
        let mut changed = history.clone();
        changed[nth].came = came;
        changed
    };
    let mut all = Vec::new();
    let read = |value: i64| {
        let is_it =
            |one: &Operation| matches!(one.came, Came::Read(seen) if seen.value == Some(value));
        history.iter().any(is_it)
    };
    // A write is forgotten that somebody read.
    if let Some(nth) = place(&|came| matches!(came, Came::Wrote { value, .. } if read(*value))) {
        let mut changed = history.clone();
        changed.remove(nth);
        all.push(changed);
    }
    // A value is read that nobody wrote, or from before everything.
    if let Some(nth) = place(&|came| matches!(came, Came::Read(seen) if seen.value.is_some()))
        && let Came::Read(seen) = history[nth].came
    {
        let value = Some(-1);
        all.push(with(nth, Came::Read(Seen { value, ..seen })));
        let mut changed = history.clone();
        let late = history.iter().map(|one| one.ended).max().unwrap_or(0);
        changed.push(Operation {
            begun: late + 1,
            ended: late + 2,
            came: Came::Read(played.first),
        });
        all.push(changed);
    }
    // Two are told that they came at one place.
    if let Some(nth) = place(&|came| matches!(came, Came::Wrote { .. })) {
        let mut changed = history.clone();
        changed.push(history[nth]);
        all.push(changed);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_many_are_answered_at_once_is_what_one_case_answers_in_turn() {
    let (mut operations, mut conflicts, mut wrong) = (0, 0, 0);
    let (mut planted, mut caught) = (0, 0);
    let desk = Desk::open("linear").await;
    for round in 0..histories() {
        let played = play(&desk, Fault::None, round).await;
        wrong += usize::from(!is_linearizable(played.first, &played.history));
        operations += played.history.len() as u64;
        conflicts += played.conflicts;
        for changed in falsified(&played) {
            assert!(changed.len() <= MOST, "room for one more");
            planted += 1;
            caught += usize::from(!is_linearizable(played.first, &changed));
        }
    }
    println!(
        "FIGURE concurrent histories of one case: {} by three processes, {operations} operations of which {conflicts} met \
         another; not linearizable {wrong} of {}",
        histories(),
        histories()
    );
    println!("FIGURE histories falsified: planted {planted}, caught {caught}");
    assert_eq!((wrong, caught), (0, planted));
    assert!(conflicts * 5 >= operations, "{conflicts} of {operations}");
}

/// How many histories are played at most until a planted fault shows.
const MOST_HISTORIES: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_process_that_does_not_compare_is_found() {
    let (mut planted, mut caught) = (0, 0);
    for (fault, name) in [
        (Fault::Unchecked, "unchecked"),
        (Fault::Remembered, "remembered"),
    ] {
        let desk = Desk::open(name).await;
        planted += 1;
        let mut found = 0;
        let mut rounds = 0;
        // Whether it shows in a history is chance; that it shows in none of very many is not.
        while rounds < histories() || (found == 0 && rounds < MOST_HISTORIES) {
            let played = play(&desk, fault, rounds).await;
            found += usize::from(!is_linearizable(played.first, &played.history));
            rounds += 1;
        }
        println!("FIGURE {name}: {found} of {rounds} histories found");
        caught += usize::from(found > 0);
    }
    println!("FIGURE processes that compare nothing: planted {planted}, caught {caught}");
    assert_eq!(caught, planted);
}
