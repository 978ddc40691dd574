//! The database on which faults are met, and the lines that are sent to it meanwhile.
//! It is as a killed process left it, with a log that is short or nearly full.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tempfile::TempDir;

use super::client::{Life, live};
use super::judge::records;
use super::shim::{Fate, Shim, tsuho};
use crate::cmd::repository;

/// Cases that take turns.
pub(super) const CASES: usize = 6;

/// How long the log is that the killed process left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    /// A run writes to it, brings it into the file when it ends and takes it away.
    Short,
    /// A run brings it into the file in its midst too, and begins it again.
    NearlyFull,
    /// It is brought over beside the first commit.
    Full,
}

impl Log {
    /// Returns its length in bytes. It is brought over at 8,192 pages; a commit takes some twenty.
    const fn bytes(self) -> u64 {
        let pages = match self {
            Self::Short => 400,
            Self::NearlyFull => 8_192 - 100,
            Self::Full => 8_192 + 100,
        };
        pages * (24 + 4096)
    }
}

/// Lines of a short run.
const FEW_LINES: usize = 12;

/// What a test says that cannot have a scene.
pub(super) const NOT_SHOWN: &str = "faults: not shown, because this machine has no compiler for C";

/// A database to be copied for each fault.
pub(super) struct Scene {
    base: TempDir,
    pub(super) shim: Shim,
    /// The records that it holds.
    pub(super) records: u64,
}

impl Scene {
    /// Makes one; `None` where the shim cannot be compiled.
    pub(super) fn new() -> Option<Self> {
        Self::with(Log::Short)
    }

    /// Makes one with a log of a length.
    pub(super) fn with(log: Log) -> Option<Self> {
        let shim = Shim::compiled()?;
        let base = tempfile::tempdir().expect("a temporary folder");
        let at = base.path();
        let workflows = repository().join("tests/bench");
        let workflows = workflows.to_str().expect("the repository's path is text");
        for command in [
            "init --bare --drill --at 2023-10-27T09:00Z --name Sato",
            &format!("workflow publish {workflows} --as Sato"),
            "user grant Sato duty_officer --as Sato",
        ] {
            let ran = tsuho(at, &command.split(' ').collect::<Vec<_>>()).output();
            let ran = ran.expect("the program can be started");
            assert!(ran.status.success(), "{command}: {ran:?}");
        }
        fill(at, log);
        let mut scene = Self {
            base,
            shim,
            records: 0,
        };
        let copy = scene.copy();
        scene.records = records(copy.path()).expect("it is sound");
        Some(scene)
    }

    /// Copies the database to a folder of its own.
    pub(super) fn copy(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.lay(folder.path());
        folder
    }

    /// Lays the database into a folder, over what is there.
    pub(super) fn lay(&self, folder: &Path) {
        for name in ["a.db", "a.db-wal", "a.db-shm"] {
            fs::copy(self.base.path().join(name), folder.join(name)).expect("it can be copied");
        }
    }

    /// Returns the bytes of one of its files.
    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.base.path().join(name)).expect("it is there")
    }

    /// Sends lines to the program in a folder while it meets its fate; returns too what the shim told of it.
    pub(super) fn run(
        &self,
        folder: &Path,
        arguments: &[&str],
        fate: Fate<'_>,
        lines: &[String],
    ) -> (Life, String) {
        let report: PathBuf = folder.with_extension("report");
        let mut command = tsuho(folder, arguments);
        command.envs(self.shim.variables(folder, fate, Some(&report)));
        let life = live(command, lines);
        let told = fs::read_to_string(&report).unwrap_or_default();
        let _ = fs::remove_file(report);
        (life, told.trim_end().to_owned())
    }

    /// Returns lines that take at least so many calls, and how many they take.
    pub(super) fn enough(&self, least: usize) -> (Vec<String>, usize) {
        for count in (FEW_LINES..).step_by(4) {
            let lines = script(count);
            let calls = self.calls(&lines);
            if calls >= least {
                return (lines, calls);
            }
        }
        unreachable!("more lines take more calls")
    }

    /// Returns how many calls that change a file a whole run makes.
    pub(super) fn calls(&self, lines: &[String]) -> usize {
        let copy = self.copy();
        let (life, told) = self.run(copy.path(), APPLY, Fate::KIND, lines);
        assert_eq!(life.code, Some(0), "{}", life.end());
        let calls = told.strip_prefix("calls ").map(str::parse);
        calls
            .and_then(Result::ok)
            .expect("the shim counts the calls")
    }
}

/// The calls that a whole run at full counts makes at least.
pub(super) const MANY_CALLS: usize = 430;

/// How the lines are applied.
pub(super) const APPLY: &[&str] = &["apply", "--callers", "4"];

/// Returns so many requests of several kinds, each with a key of its own.
pub(super) fn script(count: usize) -> Vec<String> {
    let line = |nth: usize| {
        let case = 1 + nth % CASES;
        match nth % 8 {
            3 => format!(
                r#"{{"key":"s{nth}","as":"Sato","do":"note","case":{case},"text":"noted {nth}"}}"#
            ),
            7 => format!(
                r#"{{"key":"s{nth}","as":"Sato","do":"open","workflow":"periodic-report"}}"#
            ),
            _ => report(&format!("s{nth}"), case),
        }
    };
    (0..count).map(line).collect()
}

/// An action with a guard that records a fact, stops a clock and starts one.
pub(super) fn report(key: &str, case: usize) -> String {
    format!(
        r#"{{"key":"{key}","as":"Sato","do":"advance","case":{case},"action":"report","channel":"portal","facts":{{"affected":{case}}}}}"#
    )
}

/// Sends request after request until the log is so long, and kills the program before it can bring it over.
fn fill(folder: &Path, until: Log) {
    let mut child = tsuho(folder, &["apply"])
        .spawn()
        .expect("the program can be started");
    let mut input = child.stdin.take().expect("it is piped");
    let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
    let begin = (1..=CASES).flat_map(|case| {
        [
            format!(r#"{{"key":"o{case}","as":"Sato","do":"open","workflow":"periodic-report"}}"#),
            format!(
                r#"{{"key":"b{case}","as":"Sato","do":"record","case":{case},"facts":{{"began_on":"2999-01-01"}}}}"#
            ),
        ]
    });
    let more = (0..10_000).map(|nth| report(&format!("f{nth}"), 1 + nth % CASES));
    let is_full = begin.chain(more).any(|line| {
        writeln!(input, "{line}").expect("it reads");
        let mut answer = String::new();
        output.read_line(&mut answer).expect("it answers");
        assert!(answer.contains(r#""outcome":"committed""#), "{answer}");
        fs::metadata(folder.join("a.db-wal")).is_ok_and(|log| log.len() >= until.bytes())
    });
    child.kill().expect("it runs still");
    child.wait().expect("it ends");
    assert!(is_full, "the log does not grow");
}

/// Returns so many of the numbers from 1 to `last`, evenly spread, the first and the last among them; of one, the middle.
pub(super) fn spread(last: usize, count: usize) -> Vec<usize> {
    if count >= last {
        return (1..=last).collect();
    }
    if count < 2 {
        return vec![last.div_ceil(2)];
    }
    let steps = count - 1;
    (0..=steps)
        .map(|step| 1 + step * (last - 1) / steps)
        .collect()
}

/// Does something for each of many with as many threads as the machine has cores, in no order.
pub(super) fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(one);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.push(result);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}
