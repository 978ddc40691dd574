//! `cargo xtask test`: the set-up, then every check and every test, at small counts.
//! Full counts are left to `prove.rs`.

use std::process::ExitCode;

use crate::evidence::Evidence;
use crate::run::{command, python_tests};
use crate::steps::Steps;
use crate::{generate, licences, setup};

/// Runs every step, also after one has failed.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let mut steps = Steps::default();
    let mut evidence = Evidence::default();
    steps.task("setup", || setup::run().map(|()| String::new()));
    steps.command("format", command("cargo fmt --all --check"));
    steps.command(
        "lints",
        command("cargo clippy --workspace --all-targets -- -D warnings"),
    );
    // Successful tests are shown in the log as well: what they planted and caught is read from it.
    evidence.read(&steps.command(
        "tests",
        command("cargo nextest run --workspace --success-output immediate --failure-output final"),
    ));
    generate::add(&mut steps, "", generate::Mode::Check);
    steps.command("doctests", command("cargo test --workspace --doc"));
    let mut documentation = command("cargo doc --workspace --no-deps --document-private-items");
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    steps.command("rustdoc", documentation);
    steps.command(
        "validate",
        command("cargo run --quiet -p tsuho-cli -- validate workflows"),
    );
    steps.command(
        "scenarios",
        command("cargo run --quiet -p tsuho-cli -- test workflows"),
    );
    for path in python_tests()? {
        let name = path.trim_start_matches("tests/").trim_end_matches(".py");
        evidence.read(&steps.command(name, command(&format!("python3 {path}"))));
    }
    steps.task("planted", || evidence.verdict());
    steps.task("licences", licences::run);
    Ok(steps.close())
}
