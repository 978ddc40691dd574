//! `cargo xtask bench`: how fast the release program is, over its real commands on a real file.
//!
//! An *advance* is one request to `tsuho apply`: an action with a guard, a fact recorded, one clock stopped and one
//! started (`tests/bench/periodic-report.yaml`). Every measurement begins with a copy of one prepared database of many
//! cases, so that rounds can be compared; the callers take turns within a round, so that a slow minute of the machine
//! hits all of them; what is printed is the median of the rounds. The program is driven from outside, as a closed loop:
//! each caller sends its next request when its last was answered.

mod disk;
mod installation;
mod load;
mod numbers;
mod process;
mod reading;
mod recheck;
mod stopwatch;
mod trace;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};

use crate::run::{command, root};
use installation::Installation;
use load::{Load, Measured};
use numbers::{Figure, median};

/// How many callers there are, and how many advances they make in a round.
const CALLERS: [(usize, usize); 4] = [(1, 2_000), (16, 10_000), (64, 20_000), (256, 20_000)];

/// What is asked for on the command line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    rounds: usize,
    cases: usize,
}

impl Options {
    /// Reads `--rounds N` and `--cases N`; five rounds over ten thousand cases if nothing else is said.
    pub(crate) fn read(words: &[&str]) -> anyhow::Result<Self> {
        let mut options = Self {
            rounds: 5,
            cases: 10_000,
        };
        for pair in words.chunks(2) {
            let [name, count] = pair else {
                bail!("`{}` needs a number", pair[0])
            };
            let count = count
                .parse()
                .ok()
                .filter(|count| *count > 0)
                .with_context(|| format!("`{count}` is no number above zero"))?;
            match *name {
                "--rounds" => options.rounds = count,
                "--cases" => options.cases = count,
                _ => bail!("`{name}` is unknown: `--rounds N` and `--cases N` are known"),
            }
        }
        Ok(options)
    }
}

/// Measures and prints.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let built = command("cargo build --release -p tsuho-cli").status()?;
    ensure!(built.success(), "the program cannot be built");
    let folder = root().join("target/bench");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder)?;
    let program = root().join("target/release/tsuho").canonicalize()?;
    let installation = Installation::prepare(&program, &folder.join("prepared.db"), options.cases)?;
    println!(
        "cases {}, events {}, bytes of the database {}",
        options.cases,
        installation.events()?,
        installation.bytes()?,
    );
    let mut flushes = Vec::new();
    let mut measured: Vec<Vec<Measured>> = CALLERS.iter().map(|_| Vec::new()).collect();
    let mut last = None;
    for _ in 0..options.rounds {
        flushes.push(disk::flush_p50(&folder)?);
        for ((callers, advances), measured) in CALLERS.iter().zip(&mut measured) {
            let copy = installation.copy(&folder.join("round.db"))?;
            let load = Load {
                callers: *callers,
                advances: *advances,
                cases: options.cases,
            };
            measured.push(load.run(&copy)?);
            last = Some(copy);
        }
    }
    let last = last.context("there is a round")?;
    println!("{}", Figure::new("flush of the disk p50", "ms", &flushes));
    for ((callers, advances), measured) in CALLERS.iter().zip(&measured) {
        println!("{}", load::shown((*callers, *advances), measured));
    }
    reading::run(&last, &folder, options.rounds)?;
    recheck::run(&last, options.rounds)?;
    trace::run(&installation, &folder, options.cases)?;
    let verified = last.verify()?;
    println!("audit verify after all of it: {verified}");
    let p50 = median(&load::p50s(&measured[0])) - median(&flushes);
    println!("one caller's p50 beyond a flush: {p50:.2} ms");
    Ok(ExitCode::SUCCESS)
}

/// Returns a path as text.
fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("the path is no text")
}

/// Returns the files of a database: itself, its log, and the log's index.
fn files(database: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}
