//! How fast a history is checked with every decision made again, workflow files are checked, and commands answer.

use super::stopwatch;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::ensure;

use super::installation::Installation;
use super::numbers::{Figure, per_second};
use super::text;
use crate::run::root;

/// How many workflow files are checked at once.
const FILES: usize = 200;
/// A workflow as long as the middle one of those that are shipped.
const WORKFLOW: &str = "jp-tba-secrecy-leak";

/// Measures on a database what reading costs.
pub(super) fn run(on: &Installation, folder: &Path, rounds: usize) -> anyhow::Result<()> {
    let events = on.events()?;
    let workflows = workflows(folder)?;
    let mut times: [Vec<f64>; 5] = Default::default();
    for _ in 0..rounds {
        let commands: [&[&str]; 5] = [
            &["audit", "verify"],
            &["case", "show", "1"],
            &["case", "list"],
            &["validate", text(&workflows)?],
            &["--version"],
        ];
        for (times, arguments) in times.iter_mut().zip(commands) {
            let mut command = if ["validate", "--version"].contains(&arguments[0]) {
                let mut alone = on.program();
                alone.args(arguments);
                alone
            } else {
                on.command(arguments)
            };
            command.stdout(Stdio::null());
            let begun = stopwatch::now();
            let ended = command.status()?;
            times.push(begun.elapsed().as_secs_f64());
            ensure!(ended.success(), "{arguments:?} failed");
        }
    }
    let [verify, show, list, validate, start] = times;
    let rate = |times: &[f64], count| -> Vec<f64> {
        times.iter().map(|time| per_second(count, *time)).collect()
    };
    let ms = |times: &[f64]| -> Vec<f64> { times.iter().map(|time| time * 1_000.0).collect() };
    println!(
        "{}",
        Figure::new(
            "audit verify with every decision made again, events",
            "/s",
            &rate(&verify, events)
        )
    );
    println!(
        "{}",
        Figure::new("validate, files", "/s", &rate(&validate, FILES))
    );
    println!(
        "{}",
        Figure::new("start to end of `--version`", "ms", &ms(&start))
    );
    println!(
        "{}",
        Figure::new("start to end of `case show`", "ms", &ms(&show))
    );
    println!(
        "{}",
        Figure::new("start to end of `case list`", "ms", &ms(&list))
    );
    Ok(())
}

/// Makes a folder of many workflows, each under a name of its own, beside the libraries.
fn workflows(folder: &Path) -> anyhow::Result<std::path::PathBuf> {
    let shipped = root().join("workflows");
    let made = folder.join("workflows");
    fs::create_dir_all(made.join("library"))?;
    for entry in fs::read_dir(shipped.join("library"))? {
        let entry = entry?;
        fs::copy(entry.path(), made.join("library").join(entry.file_name()))?;
    }
    fs::copy(
        shipped.join("incident-report.yaml"),
        made.join("incident-report.yaml"),
    )?;
    let source = fs::read_to_string(shipped.join(format!("{WORKFLOW}.yaml")))?;
    for nth in 0..FILES {
        let name = format!("{WORKFLOW}-{nth}");
        let renamed = source.replacen(
            &format!("workflow: {WORKFLOW}"),
            &format!("workflow: {name}"),
            1,
        );
        fs::write(made.join(format!("{name}.yaml")), renamed)?;
    }
    Ok(made)
}
