//! `cargo xtask setup`: installs what this machine lacks to run every check, and says so.
//! It changes nothing that is already there, and nothing outside Cargo's own folder, `target/` and Debian's packages.

use std::fs;

use anyhow::{Context, bail, ensure};

use crate::run::{command, root, shown};

/// The folder of the Python environment that holds the oracle's packages.
pub(crate) const VENV: &str = "target/oracle-venv";
/// What the oracle needs beyond Python's own library, pinned.
const REQUIREMENTS: &str = "tests/oracle/requirements.txt";

/// Makes the machine able to run everything, one printed line for each thing.
pub(crate) fn run() -> anyhow::Result<()> {
    tool("rustfmt", ["cargo", "fmt", "--version"], || {
        run_shown("rustup component add rustfmt")
    })?;
    tool("clippy", ["cargo", "clippy", "--version"], || {
        run_shown("rustup component add clippy")
    })?;
    // The version is pinned: it is one that the Rust release of this workspace builds.
    tool("cargo-nextest", ["cargo", "nextest", "--version"], || {
        run_shown("cargo install --locked cargo-nextest --version 0.9.143")
    })?;
    // SQLite is compiled from its C source. Rust itself may link with another program than `cc`.
    tool("C compiler", ["cc", "--version"], || {
        debian("gcc libc6-dev")
    })?;
    tool("git", ["git", "--version"], || debian("git"))?;
    // What the kernel was asked for is the evidence that an answer followed its flush.
    tool("strace", ["strace", "--version"], || debian("strace"))?;
    // Debian keeps `ensurepip`, without which no environment can be made, in a package of its own.
    tool(
        "python3",
        ["python3", "-c", "import venv, ensurepip"],
        || debian("python3 python3-venv"),
    )?;
    oracle()
}

/// Looks for a tool by running it, and installs it if that fails.
fn tool<const N: usize>(
    name: &str,
    probe: [&str; N],
    install: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    if succeeds(&probe) {
        println!("present      {name}");
        return Ok(());
    }
    println!("missing      {name}");
    install().with_context(|| format!("install {name}"))?;
    ensure!(
        succeeds(&probe),
        "{name} was installed, and `{}` still fails",
        probe.join(" ")
    );
    println!("installed    {name}");
    Ok(())
}

/// Makes the oracle's environment, unless the one there was made from the same requirements.
fn oracle() -> anyhow::Result<()> {
    let wanted = fs::read_to_string(root().join(REQUIREMENTS))
        .with_context(|| format!("read `{REQUIREMENTS}`"))?;
    let folder = root().join(VENV);
    // Written last, so that an interrupted installation is not taken for a finished one.
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        println!("present      {VENV}");
        return Ok(());
    }
    println!("missing      {VENV}");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    run_shown(&format!("python3 -m venv {VENV}"))?;
    run_shown(&format!(
        "{VENV}/bin/python -m pip install --quiet --requirement {REQUIREMENTS}"
    ))?;
    fs::write(stamp, wanted)?;
    println!("installed    {VENV}");
    Ok(())
}

/// Installs Debian's packages, as root or with a password-less `sudo`.
fn debian(packages: &str) -> anyhow::Result<()> {
    let by_hand = format!(
        "as an administrator: apt-get install {packages} (or this system's packages of that kind)"
    );
    ensure!(
        succeeds(&["apt-get", "--version"]),
        "this is no Debian. Install them {by_hand}"
    );
    let is_root = command("id -u")
        .output()
        .is_ok_and(|output| output.stdout == b"0\n");
    let sudo = match () {
        () if is_root => "",
        () if succeeds(&["sudo", "-n", "true"]) => "sudo -n ",
        () => bail!("only an administrator can. Run {by_hand}"),
    };
    run_shown(&format!("{sudo}apt-get update --quiet"))?;
    run_shown(&format!(
        "{sudo}apt-get install --yes --quiet --no-install-recommends {packages}"
    ))
}

/// Runs an installing command before the person's eyes.
fn run_shown(line: &str) -> anyhow::Result<()> {
    let mut command = command(line);
    println!("             {}", shown(&command));
    let status = command.env("DEBIAN_FRONTEND", "noninteractive").status()?;
    ensure!(status.success(), "`{line}` failed ({status})");
    Ok(())
}

/// Whether a command can be started and succeeds; what it prints is nobody's concern.
fn succeeds(words: &[&str]) -> bool {
    let mut probe = command(words[0]);
    probe
        .args(&words[1..])
        .output()
        .is_ok_and(|output| output.status.success())
}
