//! Random histories: after every command the stored state, the fold of all events and the decisions made again agree.
//! The same check is then given histories with planted faults.

use std::collections::BTreeSet;
use std::sync::Arc;

use tsuho_core::case::event::EventBody;
use tsuho_core::case::{Body, Case, evolve, open, snapshot};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::time::Span;
use tsuho_executor::{Answer, Executor, How};

use crate::desk::Desk;
use crate::drawn::{Draws, ask, outside};
use crate::replay::{History, Library, agree};
use crate::shared::{agree_together, opened, share};

/// How many histories are played: a few in every run, many in a proof.
const HISTORIES: (usize, usize) = (24, 400);

/// How many commands each of them asks for.
const COMMANDS: usize = 40;

/// What the histories came to.
#[derive(Debug, Default)]
struct Tally {
    commands: usize,
    granted: usize,
    refused: usize,
    events: usize,
    types: BTreeSet<&'static str>,
    states: BTreeSet<String>,
    snapshots: usize,
    incidents: usize,
    shared: usize,
    decisions: usize,
}

fn histories() -> usize {
    match std::env::var("TSUHO_COUNTS").as_deref() {
        Ok("full") => HISTORIES.1,
        _ => HISTORIES.0,
    }
}

#[tokio::test]
async fn stored_state_fold_and_decisions_made_again_agree_over_random_histories() {
    let mut tally = Tally::default();
    for seed in 0..histories() {
        println!("seed {seed}");
        play(seed, &mut tally).await;
    }
    println!(
        "FIGURE histories: {} histories, {} commands ({} granted, {} refused), {} events, 0 disagreements of state column, \
         fold, views and decisions made again",
        histories(),
        tally.commands,
        tally.granted,
        tally.refused,
        tally.events
    );
    println!(
        "FIGURE incidents in random histories: {} incidents, {} values of their cases compared, {} decisions on them made \
         again, 0 disagreements",
        tally.incidents, tally.shared, tally.decisions
    );
    println!(
        "FIGURE snapshots in random histories: {} cases opened from one, at most 7 events apart, and as many compared with \
         the fold up to it, 0 differences",
        tally.snapshots
    );
    assert!(tally.snapshots > tally.commands / 2, "{tally:?}");
    let all: BTreeSet<&str> = Body::TYPES.iter().copied().collect();
    assert_eq!(tally.types, all, "every type of event happens");
    assert_eq!(
        tally.states.len(),
        6,
        "every state is reached: {:?}",
        tally.states
    );
    assert!(tally.granted > tally.commands / 5, "{tally:?}");
    assert!(tally.refused > tally.commands / 20, "{tally:?}");
}

/// Plays one history and checks it after every command.
async fn play(seed: usize, tally: &mut Tally) {
    let desk = Desk::open(&format!("random {seed}")).await;
    let mut draws = Draws(seed as u64);
    if draws.below(3) > 0 {
        crate::operator::record_company(&desk).await;
    }
    // A third of the histories are of a lone case, a third of one that an incident takes in, a third of one of several.
    let mut incident = None;
    let id = if seed.is_multiple_of(3) {
        let (of, cases) = opened(&desk, &mut draws, None).await;
        let id = cases[0];
        incident = Some((of, cases));
        id
    } else {
        desk.case().await
    };
    let other = forgetful(&desk, seed).await;
    let mut checked = (0, None);
    for command in 0..COMMANDS {
        tally.commands += 1;
        if seed % 3 == 1 && command == COMMANDS / 3 {
            incident = Some(opened(&desk, &mut draws, Some(id)).await);
        }
        let later = [0, 1, 20, 300, 3_000, 15_000, 40_000][draws.below(7)];
        desk.clock
            .set(desk.executor.now().plus(Span::from_minutes(later)));
        let executor = if draws.below(4) == 0 {
            &other
        } else {
            &desk.executor
        };
        if let Some((of, cases)) = incident.as_ref().filter(|_| draws.below(6) == 0) {
            share(&desk, &mut draws, (*of, cases)).await;
        } else if !outside(&desk, &mut draws).await {
            let case = executor.ground(id).await.expect("the case").case;
            let request = ask(&desk, &mut draws, &case);
            let tried = executor
                .submit(id, &request, &How::dry_run())
                .await
                .expect("no failure");
            let answer = executor
                .submit(id, &request, &How::default())
                .await
                .expect("no failure");
            match (&tried, &answer) {
                (Answer::Done(tried), Answer::Done(done)) => {
                    assert_eq!(
                        (&tried.events, tried.before.len()),
                        (&done.events, done.before.len())
                    );
                    tally.granted += 1;
                }
                (Answer::Refused(tried), Answer::Refused(refusal)) => {
                    // A refusal may still leave what went before it; it is the same whether tried or meant.
                    assert_eq!(tried, refusal);
                    tally.refused += 1;
                }
                (tried, answer) => panic!("tried {tried:?}, done {answer:?}"),
            }
        }
        checked = check(&desk, id, checked, tally)
            .await
            .unwrap_or_else(|difference| panic!("{difference}"));
        tally.snapshots += usize::from(opens_the_same(&other, id, checked.1.as_ref()).await);
    }
    if let Some((of, cases)) = incident {
        together(&desk, (of, cases), id, tally).await;
    }
    tally.events += checked.0;
}

/// Returns a process that keeps nothing in memory, and writes snapshots far more often than one does.
async fn forgetful(desk: &Desk, seed: usize) -> Arc<Executor> {
    let often = u32::try_from(1 + seed % 7).expect("a small number");
    let name = format!("other {seed}");
    desk.forgetful_process(&name, often).await
}

/// Checks that a process which keeps nothing in memory opens a case as the fold of all its events, and that a snapshot is
/// the fold up to where it was made; tells whether there is one.
async fn opens_the_same(executor: &Executor, id: CaseId, folded: Option<&Case>) -> bool {
    let ground = executor.ground(id).await.expect("the case");
    assert_eq!(Some(&*ground.case), folded, "opened from a snapshot");
    let store = &**executor.store();
    let stream = format!("case/{id}").parse().expect("a stream");
    let Some(kept) = store.snapshot(&stream).await.expect("a read") else {
        return false;
    };
    let (history, _) = crate::replay::history(store, id).await;
    let version = usize::try_from(kept.version).expect("a small number");
    let mut events = history[..version].iter().map(|(_, event)| event);
    let opened = events.next().and_then(|first| open(id, first));
    let then = events.fold(opened.expect("an opening"), evolve);
    assert_eq!(snapshot::read(&kept.bytes), Some(then), "the snapshot");
    true
}

/// Checks an incident at its end, and every case of it but the one that was checked all along.
async fn together(
    desk: &Desk,
    (of, cases): (IncidentId, Vec<CaseId>),
    checked: CaseId,
    tally: &mut Tally,
) {
    let agreed = agree_together(&desk.executor, of).await;
    let agreed = agreed.unwrap_or_else(|difference| panic!("{difference}"));
    tally.incidents += 1;
    tally.shared += agreed.values;
    tally.decisions += agreed.decisions;
    for case in cases.into_iter().filter(|case| *case != checked) {
        let whole = check(desk, case, (0, None), tally).await;
        tally.events += whole.unwrap_or_else(|difference| panic!("{difference}")).0;
    }
}

/// Checks everything, and makes the decisions again that were added since the last check.
async fn check(
    desk: &Desk,
    id: CaseId,
    (from, before): (usize, Option<Case>),
    tally: &mut Tally,
) -> Result<(usize, Option<Case>), String> {
    let (history, folded) = agree(&desk.executor, id).await;
    tally.states.insert(folded.state.to_string());
    let library = Library::read(&desk.executor, id).await;
    let added: History = history[from..].to_vec();
    let again = library.again(id, before, &added)?;
    assert_eq!(again.as_ref(), Some(&folded));
    tally
        .types
        .extend(added.iter().map(|(_, event)| event.body.type_name()));
    Ok((history.len(), again))
}

#[tokio::test]
async fn a_flipped_guard_a_changed_due_date_and_a_dropped_event_are_noticed() {
    let desk = Desk::open("planted").await;
    let id = crate::history::play(&desk).await;
    let (history, _) = agree(&desk.executor, id).await;
    let mut library = Library::read(&desk.executor, id).await;
    assert!(
        library.again(id, None, &history).is_ok(),
        "without a fault nothing differs"
    );
    let mut noticed = Vec::new();

    let mut moved = history.clone();
    let started = moved
        .iter_mut()
        .find_map(|(_, event)| match &mut event.body {
            Body::ClockStarted(body) if !body.face.readings.is_empty() => Some(body),
            _ => None,
        });
    let started = started.expect("a clock with readings");
    let reading = &mut std::sync::Arc::make_mut(&mut started.face).readings[0];
    reading.due = reading.due.plus(Span::from_days(1));
    noticed.push(("a due date one day later", library.again(id, None, &moved)));

    let mut shorter = history.clone();
    let reminder = shorter
        .iter()
        .position(|(_, event)| matches!(event.body, Body::ReminderDue(_)));
    shorter.remove(reminder.expect("a reminder"));
    noticed.push(("an event dropped", library.again(id, None, &shorter)));

    // The rules say the opposite of what they said: `close` asks for what `decide_not_reportable` asks for.
    let opposite = library
        .rules
        .action(&"decide_not_reportable".parse().expect("an action"))
        .and_then(|it| it.when.clone());
    let close = "close".parse().expect("an action");
    let close = library
        .rules
        .actions
        .iter_mut()
        .find(|action| action.name == close)
        .expect("an action");
    close.when = opposite;
    noticed.push(("a guard flipped", library.again(id, None, &history)));

    let caught = noticed.iter().filter(|(_, again)| again.is_err()).count();
    for (planted, again) in &noticed {
        println!(
            "{planted}: {}",
            again.as_ref().err().map_or("not noticed", String::as_str)
        );
    }
    println!(
        "faults in a history: planted {}, caught {caught}",
        noticed.len()
    );
    assert_eq!(caught, noticed.len());
}
