//! Random histories of every shipped workflow, on a real SQLite file: whatever people ask in whatever order, nobody
//! closes a case over a running statutory clock unnoticed, a stopped clock runs again only for a reason on record, and
//! the whole file is found sound by the two checkers, which share no code with each other.

mod awaited;
mod desk;
mod draw;
mod owed;
mod planted;
mod watch;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tsuho_core::case::Body;
use tsuho_core::case::event::EventBody as _;
use tsuho_core::ids::CaseId;
use tsuho_core::time::Span;
use tsuho_core::workflow::Rules;
use tsuho_executor::{Answer, How};
use tsuho_tests::count;

use self::desk::Desk;
use self::draw::Draws;
use self::watch::{Seen, Watch};
use crate::child::tsuho;

/// How many requests one history asks for.
const REQUESTS: usize = 40;

/// What the histories of one workflow came to.
#[derive(Debug, Default)]
struct Tally {
    granted: usize,
    refused: usize,
    events: usize,
    seen: Seen,
    types: std::collections::BTreeSet<&'static str>,
    states: std::collections::BTreeSet<String>,
    actions: std::collections::BTreeSet<String>,
}

/// How many requests a case is asked that is closed and stays closed.
const REQUESTS_CLOSED: usize = 6;

/// Plays one history: something happens, somebody asks, and everything written is watched. Returns how many of the
/// requests are left, because the case stayed closed.
async fn play(
    desk: &Desk,
    id: CaseId,
    draws: &mut Draws,
    tally: &mut Tally,
    requests: usize,
) -> usize {
    let rules = desk.rules(id).await;
    let mut watch = Watch::new(&rules);
    let mut watched = 0;
    let mut closed = 0;
    let mut left = requests;
    while left > 0 && closed < REQUESTS_CLOSED {
        left -= 1;
        let later = [0, 1, 20, 300, 3_000, 15_000, 90_000][draws.below(7)];
        desk.pass(Span::from_minutes(later));
        let ground = desk.executor.ground(id).await.expect("the case");
        let (role, content) = draw::request(draws, desk, &ground);
        let request = desk.request(draws, role.as_str(), content);
        let answer = desk.executor.submit(id, &request, &How::default()).await;
        match answer.expect("no failure") {
            Answer::Done(_) => tally.granted += 1,
            Answer::Refused(_) => tally.refused += 1,
        }
        let events = desk.executor.case_events(id).await.expect("the history");
        for decision in events[watched..].chunk_by(|one, other| one.command == other.command) {
            watch.decided(decision).expect("what must hold holds");
        }
        watched = events.len();
        let ground = desk.executor.ground(id).await.expect("the case");
        tally.states.insert(ground.case.state.to_string());
        closed = if ground.case.is_closed() {
            closed + 1
        } else {
            0
        };
        watch
            .tries_to_close(desk, &ground)
            .expect("no way to close");
    }
    let events = desk.executor.case_events(id).await.expect("the history");
    tally.events += events.len();
    tally
        .types
        .extend(events.iter().map(|event| event.body.type_name()));
    tally
        .actions
        .extend(events.iter().filter_map(|event| match &event.body {
            Body::ActionTaken(taken) => Some(taken.action.to_string()),
            _ => None,
        }));
    tally.seen.add(&watch.seen);
    left
}

/// Has the file checked by `tsuho audit verify` and by the Python script; returns how many decisions were made again.
fn checked(database: &Path) -> u64 {
    let folder = database.parent().expect("a folder");
    let file = database.to_str().expect("a path in UTF-8");
    let ended = tsuho(
        folder,
        &["audit", "verify", "--format", "json", "--database", file],
    );
    assert_eq!(ended.code, Some(0), "{}", ended.out);
    let report: Value = serde_json::from_str(&ended.out).expect("a report is JSON");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("check_history.py");
    let python = Command::new("python3").arg(script).arg(file).output();
    let python = python.expect("Python can be started");
    assert!(python.status.success(), "{python:?}");
    let counts = report["counts"].as_object().expect("counts");
    let decisions = counts.iter().filter(|(name, _)| name.contains("decision"));
    decisions.filter_map(|(_, count)| count.as_u64()).sum()
}

#[tokio::test]
async fn random_histories_of_every_shipped_workflow_are_sound_and_close_over_no_running_clock() {
    let histories = count(4, 60);
    let mut tallies: BTreeMap<String, (Rules, Tally)> = BTreeMap::new();
    let mut decisions = 0;
    for seed in 0..histories {
        let desk = Desk::open(&format!("shipped {seed}")).await;
        let mut draws = Draws(seed as u64);
        desk.record_operator(&mut draws).await;
        for name in desk.workflows.clone() {
            let mut left = REQUESTS;
            while left > 0 {
                let id = desk.case(&name).await;
                let rules = desk.rules(id).await;
                let (_, tally) = tallies
                    .entry(name.clone())
                    .or_insert_with(|| (rules, Tally::default()));
                left = play(&desk, id, &mut draws, tally, left).await;
            }
        }
        decisions += checked(&desk.database());
    }
    let mut all = Seen::default();
    for (name, (rules, tally)) in &tallies {
        println!(
            "FIGURE shipped {name}: histories {histories}, requests granted {}, refused {}, events {}, states {} of {}, \
             actions {} of {}, duties {}",
            tally.granted,
            tally.refused,
            tally.events,
            tally.states.len(),
            rules.states.len(),
            tally.actions.len(),
            rules.actions.len(),
            tally.seen.duties,
        );
        all.add(&tally.seen);
    }
    println!(
        "FIGURE closing: tried {} ways into a closed state, barred {} by a statutory clock, closed with lapses on record \
         {}, closed over a running statutory clock unnoticed 0 of {}",
        all.tried, all.barred, all.released, all.closed
    );
    println!(
        "FIGURE stopped clocks: stopped {}, running again after their filing was undone {}, after what had been done \
         changed {}, for no reason on record 0 of {}",
        all.stopped, all.undone, all.amended, all.again
    );
    println!(
        "FIGURE shipped histories checked: files {histories}, decisions made again {decisions}, findings 0 of {histories}"
    );
    assert!(all.barred > 0 && all.closed > 0 && all.again > 0, "{all:?}");
}
