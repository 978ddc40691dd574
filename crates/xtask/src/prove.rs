//! `cargo xtask prove [NAME]`: the tests at full counts, and the figures that they print.
//! What a test prints and how it is read is described in `evidence.rs`.
//!
//! A test asks for its count: in `tests/` through `tsuho_tests::count(small, full)`, which reads the
//! variable `TSUHO_COUNTS` when it runs; in the pure crates, which know no environment, through
//! `option_env!("TSUHO_COUNTS") == Some("full")`, for which Cargo compiles them again. The program
//! is compiled with the profile `prove`: as fast as a release, with every assertion on. Tests run
//! one after the other, so that none slows the one that measures.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context;

use crate::evidence::Evidence;
use crate::run::{command, python_tests, shown};

/// Runs the tests whose name contains a text, and prints what they measured.
pub(crate) fn run(name: &str) -> anyhow::Result<ExitCode> {
    let mut evidence = Evidence::default();
    let mut failed = Vec::new();
    let python: Vec<String> = python_tests()?
        .into_iter()
        .filter(|path| path.contains(name))
        .collect();

    let mut tests =
        command("cargo nextest run --workspace --cargo-profile prove --profile prove --no-capture");
    // A name that only a Python test has is no mistake.
    tests
        .args([
            "--no-tests",
            if python.is_empty() { "fail" } else { "pass" },
        ])
        .arg(name);
    let mut commands = vec![tests];
    commands.extend(
        python
            .iter()
            .map(|path| command(&format!("python3 {path}"))),
    );
    for mut command in commands {
        if !followed(&mut command, &mut evidence)? {
            failed.push(shown(&command));
        }
    }

    println!("\n--- figures ---");
    for figure in &evidence.figures {
        println!("{figure}");
    }
    println!("--- planted faults ---");
    for line in &evidence.plantings {
        println!("{line}");
    }
    failed.extend(evidence.missed().into_iter().map(str::to_owned));
    for failure in &failed {
        println!("FAILED {failure}");
    }
    Ok(ExitCode::from(u8::from(!failed.is_empty())))
}

/// Runs a program at full counts, passes its output on as it comes, and reads the evidence in it.
fn followed(command: &mut Command, evidence: &mut Evidence) -> anyhow::Result<bool> {
    println!("{}", shown(command));
    let mut child = command
        .env("TSUHO_COUNTS", "full")
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().context("the output is a pipe")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        evidence.read(&line);
    }
    Ok(child.wait()?.success())
}
