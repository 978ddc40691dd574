//! Counts the system calls of a run, as the kernel saw them: flushes, writes and switches between threads.
//! A traced program is slower, so that nothing else is read off such a run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::ensure;

use super::installation::Installation;
use super::load::{self, Load};
use super::text;

/// How many advances are traced.
const ADVANCES: usize = 2_000;
/// The calls that say what a write costs.
const CALLS: &str = "fdatasync,fsync,pwrite64,write,futex,epoll_wait";

/// Counts the calls for one caller and for many.
pub(super) fn run(prepared: &Installation, folder: &Path, cases: usize) -> anyhow::Result<()> {
    for callers in [1, 64] {
        let on = prepared.copy(&folder.join("traced.db"))?;
        let counts = folder.join("calls");
        let plain = on.command(&["apply", "--callers", &callers.to_string()]);
        let mut traced = Command::new("strace");
        traced
            .args([
                "--follow-forks",
                "--summary-only",
                "--output",
                text(&counts)?,
            ])
            .arg(format!("--trace={CALLS}"))
            .arg(plain.get_program())
            .args(plain.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = traced.spawn()?;
        let load = Load {
            callers,
            advances: ADVANCES,
            cases,
        };
        load::drive(&mut child, callers, &load.requests())?;
        ensure!(child.wait()?.success(), "`strace` failed");
        let counts = read(&fs::read_to_string(counts)?);
        let shown: Vec<String> = counts
            .iter()
            .map(|(call, count)| format!("{call} {count}"))
            .collect();
        println!(
            "system calls of {ADVANCES} advances, callers {callers}: {}",
            shown.join(", ")
        );
    }
    Ok(())
}

/// Reads the table that `strace --summary-only` prints: the count stands fourth, the call's name last.
fn read(table: &str) -> BTreeMap<String, u64> {
    let rows = table.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let count = words.get(3)?.parse().ok()?;
        let name = words.last().filter(|name| CALLS.contains(**name))?;
        Some(((*name).to_owned(), count))
    });
    rows.collect()
}
