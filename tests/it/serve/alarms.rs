//! Makes real databases in which cases fall due by the machine's clock, and reads what was written. The cases were opened by the same executor that the program has, in a past that the tests choose.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tsuho_core::case::event::{EventBody as _, Via};
use tsuho_core::case::request::Asker;
use tsuho_core::case::{Actor, Body, Event};
use tsuho_core::ids::{CaseId, PersonId};
use tsuho_core::time::{Span, Timestamp};
use tsuho_core::workflow::bundle::{Bundle, BundledFile};
use tsuho_executor::{
    Answer, Clock as _, Executor, Founder, How, ManualClock, Opening, PersonChange, Sender,
    SystemChance, SystemClock,
};
use tsuho_store::{Kind, Limit, Store as _};
use tsuho_store_sqlite::{Mode, SqliteStore};

use crate::child::{Ended, tsuho};
use crate::cmd::PROGRAM;

/// When a case is reminded and escalated, after its beginning.
pub(crate) const ALARM: Span = Span::from_hours(2);

/// When its time is over.
pub(crate) const OVER: Span = Span::from_hours(3);

/// A database, and the folder that it is in.
pub(crate) struct Alarms {
    folder: TempDir,
    runtime: Runtime,
    pub(crate) cases: Vec<CaseId>,
}

/// Returns the present, to the second.
pub(crate) fn now() -> Timestamp {
    let micros = SystemClock.now().as_micros();
    Timestamp::from_micros(micros - micros.rem_euclid(1_000_000)).expect("a moment of our years")
}

/// Returns so many milliseconds.
pub(crate) const fn millis(count: i64) -> Span {
    Span::from_micros(count * 1_000)
}

impl Alarms {
    /// Makes a database with a case for each of these moments, at which it was opened. They come in order.
    pub(crate) fn new(opened_at: &[Timestamp]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let runtime = Runtime::new().expect("a runtime");
        let path = folder.path().join("a.db");
        let cases = runtime.block_on(fill(&path, opened_at));
        Self {
            folder,
            runtime,
            cases,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder().join("a.db")
    }

    pub(crate) fn tsuho(&self, line: &str) -> Ended {
        let arguments: Vec<&str> = line.split(' ').chain(["--database", "a.db"]).collect();
        tsuho(self.folder(), &arguments)
    }

    pub(crate) fn done(&self, line: &str) -> String {
        let ended = self.tsuho(line);
        assert_eq!(ended.code, Some(0), "{line}: {ended:?}");
        ended.out
    }

    /// Checks all of the history again.
    pub(crate) fn verified(&self) {
        let report = self.done("audit verify --format json");
        assert!(report.contains("\"sound\": true"), "{report}");
    }

    /// Begins `tsuho apply` with lines from a file.
    pub(crate) fn apply(&self, lines: &str, callers: &str) -> Child {
        std::fs::write(self.folder().join("lines"), lines).expect("it can be written");
        Command::new(PROGRAM)
            .args(["apply", "lines", "--callers", callers, "--database", "a.db"])
            .env_clear()
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started")
    }

    /// Tells whether nobody holds the lock of the database for long.
    pub(crate) fn is_free(&self) -> bool {
        const SCRIPT: &str = "import sqlite3, sys
sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0.5).execute('begin immediate')";
        let asked = Command::new("python3")
            .args(["-c", SCRIPT])
            .arg(self.path())
            .stderr(Stdio::null())
            .status();
        asked
            .expect("`cargo xtask setup` installs Python")
            .success()
    }

    /// Runs something on the open database, as another process that only reads.
    fn reading<T>(&self, work: impl AsyncFnOnce(&Arc<SqliteStore>) -> T) -> T {
        self.runtime.block_on(async {
            let store = tsuho_store_sqlite::open(&self.path(), Mode::ReadOnly)
                .await
                .expect("it can be read");
            let store = Arc::new(store);
            let done = work(&store).await;
            store.close().await;
            done
        })
    }

    /// Returns how many records there are.
    pub(crate) fn records(&self) -> u64 {
        self.reading(async |store| store.ledger().await.expect("a ledger").size.0)
    }

    /// Returns how many cases are due, counted up to a thousand.
    pub(crate) fn due(&self) -> usize {
        let now = SystemClock.now().moment();
        self.reading(async |store| {
            let due = store.due_streams(now, None, Limit::MAX).await;
            due.expect("a list").len()
        })
    }

    /// Returns the history of each case, in the order in which they were opened.
    pub(crate) fn histories(&self) -> Vec<Vec<Event<Body>>> {
        self.reading(async |store| {
            let executor = executor(store.clone(), Arc::new(SystemClock));
            let mut histories = Vec::new();
            for id in &self.cases {
                histories.push(executor.case_events(*id).await.expect("a history"));
            }
            histories
        })
    }
}

/// Returns how often something that happens once was written again: a reminder, an action of the clock, a time that is
/// over.
pub(crate) fn written_again(histories: &[Vec<Event<Body>>]) -> usize {
    let mut again = 0;
    for history in histories {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for event in by_clock(history) {
            let what = format!("{} {:?}", event.occurred_at, event.body);
            *times.entry(what).or_default() += 1;
        }
        again += times.values().map(|times| times - 1).sum::<usize>();
    }
    again
}

/// Returns what the clock did on a case after it was opened.
pub(crate) fn by_clock(history: &[Event<Body>]) -> impl Iterator<Item = &Event<Body>> {
    history
        .iter()
        .filter(|event| event.actor == Actor::Clock && event.occurred_at > history[0].occurred_at)
}

/// Returns the types of what the clock did, with how long after the opening it happened.
pub(crate) fn happened(history: &[Event<Body>]) -> Vec<(&'static str, Span)> {
    let begun = history[0].occurred_at;
    by_clock(history)
        .map(|event| (event.body.type_name(), event.occurred_at.since(begun)))
        .collect()
}

/// Returns the longest time between what the clock did and its writing down.
pub(crate) fn longest_delay(histories: &[Vec<Event<Body>>]) -> Duration {
    let delays = histories.iter().flat_map(|history| by_clock(history));
    let delays = delays.map(|event| event.recorded_at.since(event.occurred_at).as_micros());
    Duration::from_micros(u64::try_from(delays.max().unwrap_or(0)).expect("never early"))
}

fn executor(store: Arc<SqliteStore>, clock: Arc<dyn tsuho_executor::Clock>) -> Arc<Executor> {
    Arc::new(Executor::new(
        store,
        clock,
        Arc::new(SystemChance::default()),
    ))
}

/// Returns the account under which the tests run, by which the program knows its caller.
fn account() -> String {
    let said = Command::new("id").arg("-un").output();
    let said = said.expect("`id` is part of every Linux").stdout;
    String::from_utf8(said).expect("a name").trim().to_owned()
}

/// Makes the database and opens the cases.
async fn fill(path: &Path, opened_at: &[Timestamp]) -> Vec<CaseId> {
    let begun = opened_at.first().copied().unwrap_or_else(now);
    let store = tsuho_store_sqlite::create(path, Kind::Real, begun.moment()).await;
    let store = Arc::new(store.expect("a database"));
    let clock = Arc::new(ManualClock::new(begun));
    let executor = executor(store.clone(), clock.clone());
    let person = found(&executor).await;
    let mut cases = Vec::new();
    for opened_at in opened_at.chunk_by(|one, other| one == other) {
        clock.set(opened_at[0]);
        let mut opening = JoinSet::new();
        for _ in opened_at {
            let executor = executor.clone();
            opening.spawn(async move { open(&executor, person).await });
        }
        let opened = opening.join_all().await;
        cases.extend(opened);
    }
    store.close().await;
    cases
}

/// Makes the installation; returns its one person.
async fn found(executor: &Executor) -> PersonId {
    let (person, via) = (executor.new_person(), Via::Os);
    let sender = || Sender {
        command: executor.new_command(),
        person,
        via,
    };
    let founder = Founder {
        person,
        via,
        name: "Sato".to_owned(),
        account: Some(account()),
    };
    done(executor.create(&founder).await);
    let text = include_str!("alarm.yaml").to_owned();
    let bundle = Bundle {
        files: vec![BundledFile {
            name: "alarm.yaml".to_owned(),
            text,
        }],
        workflow: "alarm".parse().expect("a name"),
    };
    let how = How::default();
    done(executor.publish_workflow(&sender(), &bundle, &how).await);
    let role = "duty_officer".parse().expect("a role");
    let grant = PersonChange::Grant { person, role };
    done(executor.change_person(&sender(), grant, &how).await);
    person
}

async fn open(executor: &Executor, person: PersonId) -> CaseId {
    let role = "duty_officer".parse().expect("a role");
    let opening = Opening {
        command: executor.new_command(),
        asker: Asker::Person {
            person,
            via: Via::Os,
            role,
        },
        workflow: "alarm".parse().expect("a name"),
        version: None,
        occurred_at: None,
        reason: None,
    };
    let opened = executor.open_case(&opening, &How::default()).await;
    match opened.expect("no failure") {
        Answer::Done(done) => done.case_id().expect("a case"),
        Answer::Refused(refusal) => panic!("refused: {refusal:?}"),
    }
}

fn done<B, R: std::fmt::Debug>(answer: Result<Answer<B, R>, tsuho_executor::Error>) {
    if let Answer::Refused(refusal) = answer.expect("no failure") {
        panic!("refused: {refusal:?}");
    }
}
