//! What is read back of a database: the settings it is written with, and how fast its records are checked from memory.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};

use super::installation::Installation;
use super::numbers::Figure;
use crate::run::command;

/// Prints the settings, and how fast the records are checked.
pub(super) fn run(on: &Installation, rounds: usize) -> anyhow::Result<()> {
    println!("settings read back: {}", settings(on)?);
    let mut rates: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for _ in 0..rounds {
        let mut bench = command("cargo bench -p tsuho-cli --bench recheck --");
        let output = bench.arg(on.database()).output()?;
        ensure!(output.status.success(), "`recheck` failed");
        for line in String::from_utf8(output.stdout)?.lines() {
            let (what, rate) = line.rsplit_once(' ').context("a line ends with a figure")?;
            let rates = rates.entry(what.to_owned()).or_default();
            rates.push(rate.parse()?);
        }
    }
    for (what, rates) in &rates {
        let name = format!("from memory on one thread, {what}, records");
        println!("{}", Figure::new(&name, "/s", rates));
    }
    Ok(())
}

fn settings(on: &Installation) -> anyhow::Result<String> {
    let report = on.report(&["database", "check"])?;
    let conditions = report["conditions"].as_array();
    let conditions = conditions.context("`database check` lists conditions")?;
    let settings = conditions.iter().filter(|one| one["of"] == "setting");
    let settings: Option<Vec<String>> = settings
        .map(|one| {
            Some(format!(
                "{} {}",
                one["name"].as_str()?,
                one["found"].as_str()?
            ))
        })
        .collect();
    Ok(settings.context("a setting has a name")?.join(", "))
}
