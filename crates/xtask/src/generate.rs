//! `cargo xtask generate`: rewrites the files that are generated, or with `--check` says which are not current.
//! What each of them holds is the business of its generator.

use std::process::ExitCode;

use crate::run::command;
use crate::setup;
use crate::steps::Steps;

/// Every generator: its name, and the script that writes its files.
const GENERATORS: &[(&str, &str)] = &[(
    "calendars",
    "crates/core/src/calendar/generate_calendars.py",
)];

/// Whether files are written or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are written.
    Write,
    /// They are compared; what is not current fails.
    Check,
}

/// Runs the generators whose name contains `name`.
pub(crate) fn run(name: &str, mode: Mode) -> anyhow::Result<ExitCode> {
    setup::run()?;
    let mut steps = Steps::default();
    add(&mut steps, name, mode);
    Ok(steps.close())
}

/// Adds a step for each generator whose name contains `name`.
pub(crate) fn add(steps: &mut Steps, name: &str, mode: Mode) {
    for (generator, script) in GENERATORS.iter().filter(|(known, _)| known.contains(name)) {
        let mut process = command(&format!("{}/bin/python {script}", setup::VENV));
        if mode == Mode::Check {
            process.arg("--check");
        }
        steps.command(&format!("generate {generator}"), process);
    }
}
