//! `cargo xtask`: the project's own commands, one file each.
//! What is checked lives in the crates and in `tests/`; here are the order of the checks and their report.
//!
//! To add a command: one file here, one line in `USAGE`, one arm in `main`. To add a step to the
//! test run: one line in `test.rs`.
#![expect(
    clippy::print_stdout,
    reason = "what these commands print is what they are for"
)]

mod bench;
mod check;
mod generate;
mod prove;
mod setup;
mod test;

mod evidence;
mod licences;
mod run;
mod steps;

use std::process::ExitCode;

use generate::Mode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  setup         installs what this machine lacks to run everything, and says so
  test          does the set-up, then runs every check and every test
  check         runs the fast part: format, lints, tidy, tests of the pure crates
  generate [NAME] [--check]
                rewrites the generated files, or says which are not current
  prove [NAME]  runs the tests (those whose name contains NAME) at full counts and prints their figures
  bench [--rounds N] [--cases N]
                measures the release program and prints medians: advances, reading, start, system calls
";

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["setup"] => setup::run().map(|()| ExitCode::SUCCESS),
        ["test"] => test::run(),
        ["check"] => Ok(check::run()),
        ["generate"] => generate::run("", Mode::Write),
        ["generate", "--check"] => generate::run("", Mode::Check),
        ["generate", name] => generate::run(name, Mode::Write),
        ["generate", name, "--check"] => generate::run(name, Mode::Check),
        ["bench", ref options @ ..] => bench::run(bench::Options::read(options)?),
        ["prove"] => prove::run(""),
        ["prove", name] => prove::run(name),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            print!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}
