//! `cargo xtask check`: the part of the tests that is fast enough for every commit.
//! The whole is left to `test.rs`.

use std::process::ExitCode;

use crate::run::command;
use crate::steps::Steps;

/// Runs format, lints, tidy and the tests of the pure crates that everything stands on.
pub(crate) fn run() -> ExitCode {
    let mut steps = Steps::default();
    steps.command("format", command("cargo fmt --all --check"));
    steps.command(
        "lints",
        command("cargo clippy --workspace --all-targets -- -D warnings"),
    );
    // The whole workspace is selected, and tests are chosen by a filter, because another selection
    // would switch other features on and compile most dependencies a second time.
    let mut tests = command("cargo nextest run --workspace --filterset");
    tests.arg("package(tsuho-core) + package(tsuho-ledger) + test(/^tidy::/)");
    steps.command("tests", tests);
    steps.close()
}
