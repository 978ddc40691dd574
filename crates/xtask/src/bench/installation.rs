//! The database that is measured on: prepared once with the program itself, and copied for every measurement.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::load;
use super::{files, text};
use crate::run::root;

/// Where the workflow of the benchmark is.
const WORKFLOWS: &str = "tests/bench";
/// When the first period of every case begins: late enough that none of them falls due meanwhile.
const BEGINS_ON: &str = "2999-01-01";
/// How many requests prepare it at once.
const CALLERS: usize = 64;

/// A program and a database.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    program: PathBuf,
    database: PathBuf,
}

impl Installation {
    /// Makes a database with a workflow, somebody on duty, and cases that wait for their first report.
    pub(super) fn prepare(program: &Path, database: &Path, cases: usize) -> anyhow::Result<Self> {
        let made = Self {
            program: program.to_owned(),
            database: database.to_owned(),
        };
        made.tells(&["init", "--bare", "--name", "Bench"])?;
        let workflows = root().join(WORKFLOWS).canonicalize()?;
        made.tells(&["workflow", "publish", text(&workflows)?])?;
        made.tells(&["user", "grant", "Bench", "duty_officer"])?;
        let open = r#"{"do":"open","workflow":"periodic-report"}"#.to_owned();
        let begun = (1..=cases).map(|case| {
            format!(r#"{{"do":"record","case":{case},"facts":{{"began_on":"{BEGINS_ON}"}}}}"#)
        });
        load::apply(&made, CALLERS, &vec![open; cases])?;
        load::apply(&made, CALLERS, &begun.collect::<Vec<_>>())?;
        Ok(made)
    }

    /// Copies the database, which nobody has open, to where another was before.
    pub(super) fn copy(&self, to: &Path) -> anyhow::Result<Self> {
        for (from, to) in files(&self.database).iter().zip(files(to)) {
            drop(fs::remove_file(&to));
            if from.exists() {
                fs::copy(from, &to)?;
            }
        }
        Ok(Self {
            program: self.program.clone(),
            database: to.to_owned(),
        })
    }

    /// Returns the program.
    pub(super) fn program(&self) -> Command {
        Command::new(&self.program)
    }

    /// Returns the program with a command on the database.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program();
        command
            .args(arguments)
            .arg("--database")
            .arg(&self.database);
        command
    }

    /// Runs a command; it must be granted.
    pub(super) fn tells(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let output = self.command(arguments).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {said}");
        Ok(output)
    }

    /// Has the whole history checked; returns what was found of it.
    pub(super) fn verify(&self) -> anyhow::Result<String> {
        let output = self.tells(&["audit", "verify"])?;
        let said = String::from_utf8_lossy(&output.stdout);
        let sound = said.lines().find(|line| line.starts_with("sound"));
        Ok(sound
            .context("`audit verify` says that it is sound")?
            .to_owned())
    }

    /// Returns how many events are on record.
    pub(super) fn events(&self) -> anyhow::Result<usize> {
        let report = self.report(&["audit", "verify"])?;
        let records = report["counts"]["records"].as_u64();
        Ok(usize::try_from(
            records.context("`audit verify` counts the records")?,
        )?)
    }

    /// Returns where the database lies.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// Runs a command that reports in JSON.
    pub(super) fn report(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.tells(&[arguments, &["--format", "json"]].concat())?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Returns the size of the database and its log.
    pub(super) fn bytes(&self) -> anyhow::Result<u64> {
        let [database, log, _] = files(&self.database);
        let log = if log.exists() {
            fs::metadata(log)?.len()
        } else {
            0
        };
        Ok(fs::metadata(database)?.len() + log)
    }
}
