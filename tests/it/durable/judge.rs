//! Judges a database by what was sent to it and what was acknowledged: nothing lost, nothing twice, and it goes on.
//! It asks the program as whoever uses it would; what is proved of a history without it is in `tests/check_history.py`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::client::{Record, live};
use super::shim::tsuho;

/// How many callers send everything again.
const CALLERS: &str = "16";

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Acknowledged requests that are not on record as they were acknowledged.
    pub(super) lost: usize,
    /// Records more than were asked for.
    pub(super) doubled: usize,
    /// Whether it cannot be opened, or not be gone on with, or is not sound.
    pub(super) is_unrecoverable: bool,
    /// Why, of each.
    pub(super) why: Vec<String>,
}

impl Verdict {
    fn give_up(mut self, why: String) -> Self {
        self.is_unrecoverable = true;
        self.why.push(why);
        self
    }
}

/// Runs a command; returns what it printed, or how it ended instead.
pub(super) fn told(folder: &Path, arguments: &[&str]) -> Result<Value, String> {
    let ran = tsuho(folder, &[arguments, &["--format", "json"]].concat()).output();
    let ran = ran.expect("the program can be started");
    let printed = serde_json::from_slice(&ran.stdout);
    match printed {
        Ok(printed) if ran.status.success() => Ok(printed),
        _ => Err(format!("{arguments:?}: {ran:?}")),
    }
}

/// Returns how many records the history of a sound database holds.
pub(super) fn records(folder: &Path) -> Result<u64, String> {
    let verified = told(folder, &["audit", "verify"])?;
    let records = verified["counts"]["records"].as_u64();
    records
        .filter(|_| verified["sound"] == true)
        .ok_or_else(|| format!("not sound: {verified}"))
}

/// Judges the database of a folder that held `before` records when the first line was sent: it is checked as it was
/// found, and gone on with.
pub(super) fn judge(folder: &Path, record: &Record, before: u64) -> Verdict {
    match told(folder, &["database", "check"]) {
        Err(why) => Verdict::default().give_up(why),
        Ok(_) => go_on(folder, record, before),
    }
}

/// Judges the database as [`judge`] does, but checks it only when it has been gone on with: without the index in memory
/// nobody can tell a page that was being written from a broken one, and the check says so.
pub(super) fn judge_after_power_cut(folder: &Path, record: &Record, before: u64) -> Verdict {
    let verdict = go_on(folder, record, before);
    match told(folder, &["database", "check"]) {
        Err(why) => verdict.give_up(why),
        Ok(_) => verdict,
    }
}

/// Sends everything again, and verifies the whole history.
fn go_on(folder: &Path, record: &Record, before: u64) -> Verdict {
    let mut verdict = Verdict::default();
    let again = live(
        tsuho(folder, &["apply", "--callers", CALLERS]),
        &record.lines,
    );
    let is_answered = again.answers.len() == record.lines.len();
    if again.code != Some(0) || !is_answered || !again.said.is_empty() {
        return verdict.give_up(format!("it does not go on: {}", again.end()));
    }
    for (line, acknowledged) in &record.acknowledged {
        let answer = &again.answers[*line];
        let same = ["key", "case", "number", "command", "records"]
            .iter()
            .all(|what| answer[what] == acknowledged[what]);
        if answer["outcome"] != "repeated" || !same {
            verdict.lost += 1;
            verdict
                .why
                .push(format!("lost: {acknowledged}, but {answer}"));
        }
    }
    let positions = again.answers.iter().flat_map(positions).collect::<Vec<_>>();
    let distinct: BTreeSet<u64> = positions.iter().copied().collect();
    let expected = before + distinct.len() as u64;
    match records(folder) {
        Err(why) => return verdict.give_up(why),
        Ok(records) if records != expected || distinct.len() != positions.len() => {
            let more = records.abs_diff(expected).max(1);
            verdict.doubled = usize::try_from(more).expect("some thousands at most");
            verdict
                .why
                .push(format!("{records} records instead of {expected}"));
        }
        Ok(_) => {}
    }
    verdict
}

/// Returns where the records of an answer are.
fn positions(answer: &Value) -> Vec<u64> {
    let records = answer["records"].as_array().into_iter().flatten();
    records
        .map(|record| {
            record["position"]
                .as_u64()
                .expect("a record has a position")
        })
        .collect()
}

/// What was found of many databases.
#[derive(Debug, Default)]
pub(super) struct Sum {
    pub(super) of: usize,
    pub(super) lost: usize,
    pub(super) doubled: usize,
    pub(super) unrecoverable: usize,
    pub(super) why: Vec<String>,
}

impl Sum {
    /// Adds what was found of one.
    pub(super) fn add(&mut self, at: &str, verdict: Verdict) {
        self.of += 1;
        self.lost += verdict.lost;
        self.doubled += verdict.doubled;
        self.unrecoverable += usize::from(verdict.is_unrecoverable);
        self.why
            .extend(verdict.why.into_iter().map(|why| format!("{at}: {why}")));
    }
}

impl Sum {
    /// Adds what was found of others.
    pub(super) fn join(&mut self, other: Self) {
        self.of += other.of;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.unrecoverable += other.unrecoverable;
        self.why.extend(other.why);
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "lost {}, duplicated {}, unrecoverable {} of {}",
            self.lost, self.doubled, self.unrecoverable, self.of
        )
    }
}
