//! Builds the processes that the commands start.
//! Running them and reporting on them is left to `steps.rs`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Returns the folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the command of a line such as `cargo fmt --check`, split at spaces.
///
/// It starts in the workspace's folder, reads nothing from the terminal, and counts small: what
/// the caller's environment says about counts is for `prove` alone.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let program = words.next().expect("a command line names its program");
    let mut command = Command::new(program);
    command
        .args(words)
        .current_dir(root())
        .stdin(Stdio::null())
        .env_remove("TSUHO_COUNTS");
    command
}

/// Returns a command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Returns the paths, from the workspace's folder and sorted, of the Python tests `tests/*_test.py`.
pub(crate) fn python_tests() -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join("tests"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with("_test.py") {
            found.push(format!("tests/{name}"));
        }
    }
    found.sort();
    Ok(found)
}
