//! Runs named steps one after the other and sums them up, so that one run shows every failure.
//! Which steps there are is left to the commands.

use std::fs::{self, File};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::run::{root, shown};

/// How much of a failed step's output is shown: about two screens, the rest is in its log.
const TAIL_LINES: usize = 100;

/// The steps that ran so far.
#[derive(Default)]
pub(crate) struct Steps {
    passed: u32,
    failed: Vec<String>,
}

impl Steps {
    /// Runs a program as a step and returns what it printed, also when it failed.
    pub(crate) fn command(&mut self, name: &str, mut command: Command) -> String {
        println!("{name:<12} {}", shown(&command));
        let mut output = String::new();
        self.task(name, || {
            let ok;
            (ok, output) = logged(name, &mut command)?;
            if !ok {
                let lines: Vec<&str> = output.lines().filter(|line| !is_progress(line)).collect();
                let tail = &lines[lines.len().saturating_sub(TAIL_LINES)..];
                bail!("{}\n(all of it: target/xtask/{name}.log)", tail.join("\n"));
            }
            let summary = output.lines().rfind(|line| line.contains("Summary ["));
            Ok(summary.unwrap_or_default().trim().to_owned())
        });
        output
    }

    /// Runs a function as a step; what it returns is shown beside the verdict.
    pub(crate) fn task(&mut self, name: &str, step: impl FnOnce() -> anyhow::Result<String>) {
        let (elapsed, outcome) = timed(step);
        let seconds = elapsed.as_secs_f64();
        match outcome {
            Ok(note) => {
                println!("{name:<12} ok in {seconds:.1} s  {note}");
                self.passed += 1;
            }
            Err(error) => {
                println!("{name:<12} FAILED in {seconds:.1} s\n{error:#}\n");
                self.failed.push(name.to_owned());
            }
        }
    }

    /// Prints the sum and returns the exit code that says the same.
    pub(crate) fn close(self) -> ExitCode {
        if !self.failed.is_empty() {
            println!("\nfailed: {}", self.failed.join(", "));
        }
        println!("\n{} passed, {} failed", self.passed, self.failed.len());
        ExitCode::from(u8::from(!self.failed.is_empty()))
    }
}

/// Runs a program with its output in `target/xtask/<name>.log`, where a person can follow it.
fn logged(name: &str, command: &mut Command) -> anyhow::Result<(bool, String)> {
    let folder = root().join("target/xtask");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.log"));
    let log = File::create(&path)?;
    let status = command
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()
        .with_context(|| format!("start `{}`", shown(command)))?;
    let output = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
    Ok((status.success(), output))
}

/// Whether a line is one of those by which Cargo passes the time.
fn is_progress(line: &str) -> bool {
    ["Compiling ", "Checking ", "Downloading ", "Downloaded "]
        .iter()
        .any(|verb| line.trim_start().starts_with(verb))
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever waits for a step is shown how long it took; nothing depends on it"
)]
fn timed<T>(step: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let value = step();
    (start.elapsed(), value)
}
