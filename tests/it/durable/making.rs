//! Makes a database, a backup or a restored one while a fault is met, and looks at what is there afterwards under the name.
//! Which faults are met is left to `tests/it/durable/copies.rs` and `tests/it/durable/copies_power.rs`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::disk::{Call, read};
use super::shim::{Fate, Shim, program};

/// Something that is made.
#[derive(Debug)]
pub(super) struct Making {
    /// The name that it gets.
    pub(super) name: &'static str,
    /// What makes it.
    pub(super) line: &'static str,
}

/// What is made.
pub(super) const MAKINGS: [Making; 3] = [
    Making {
        name: "n.db",
        line: "init --bare --database n.db",
    },
    Making {
        name: "b.db",
        line: "database backup --to b.db --database a.db",
    },
    Making {
        name: "c.db",
        line: "database restore a.db --to c.db",
    },
];

/// Returns a command in a folder.
pub(super) fn tsuho(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(program());
    command
        .args(line.split(' '))
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// Runs a command; returns its code and what it said of a failure.
pub(super) fn ran(folder: &Path, line: &str) -> (Option<i32>, String) {
    let output = tsuho(folder, line).output();
    let output = output.expect("the program can be started");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

/// Returns a folder with a database in it, which is made once.
pub(super) fn place() -> TempDir {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    let bytes = MADE.get_or_init(|| {
        let place = tempfile::tempdir().expect("a temporary folder");
        let made = ran(place.path(), "init --bare --database a.db");
        assert_eq!(made.0, Some(0), "{made:?}");
        fs::read(place.path().join("a.db")).expect("it is there")
    });
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("a.db"), bytes).expect("it can be written");
    place
}

/// What is there under the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Left {
    Nothing,
    Sound,
}

/// Looks at what is there, and makes it again: it is made if it was not there, in place of whatever was begun, and stays
/// what it is if it was. `Err` is what should not be.
pub(super) fn look(folder: &Path, Making { name, line }: &Making) -> Result<Left, String> {
    let sound = |name: &str| {
        let checked = ran(folder, &format!("database check --database {name}"));
        let verified = ran(folder, &format!("audit verify --database {name}"));
        match (checked, verified) {
            ((Some(0), _), (Some(0), _)) => Ok(()),
            other => Err(format!("{name}: {other:?}")),
        }
    };
    sound("a.db")?;
    let left = if folder.join(name).exists() {
        sound(name)?;
        Left::Sound
    } else {
        Left::Nothing
    };
    let again = ran(folder, line);
    match (left, &again) {
        (Left::Nothing, (Some(0), _)) => sound(name)?,
        (Left::Sound, (Some(1), said)) if said.contains("exists already") => {}
        other => return Err(format!("{line}, again: {other:?}")),
    }
    let unfinished = format!(".{name}.unfinished");
    match (left, folder.join(&unfinished).exists()) {
        (Left::Nothing, true) => Err(format!("{unfinished} is there still")),
        (Left::Nothing | Left::Sound, _) => Ok(left),
    }
}

/// How a command ended that met its fate.
#[derive(Debug)]
pub(super) struct Met {
    /// The call at which it happened, or how many calls there were.
    pub(super) call: String,
    /// The code with which it ended; `None` if it was killed.
    pub(super) code: Option<i32>,
    /// What it said on standard output and of a failure.
    pub(super) said: (String, String),
}

/// Runs a command that meets its fate in a folder.
pub(super) fn meet(shim: &Shim, folder: &Path, line: &str, fate: Fate<'_>) -> Met {
    meet_with(shim, folder, line, (fate, &[]))
}

/// Runs a command as [`meet`] does, with more said by the environment.
pub(super) fn meet_with(
    shim: &Shim,
    folder: &Path,
    line: &str,
    (fate, more): (Fate<'_>, &[(&str, &str)]),
) -> Met {
    let report = folder.with_extension("report");
    let ended = tsuho(folder, line)
        .envs(shim.variables(folder, fate, Some(&report)))
        .envs(more.iter().copied())
        .output()
        .expect("the program can be started");
    let call = fs::read_to_string(&report).unwrap_or_default();
    let _ = fs::remove_file(report);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Met {
        call: call.trim_end().to_owned(),
        code: ended.status.code(),
        said: (text(&ended.stdout), text(&ended.stderr)),
    }
}

/// Runs a command in a folder; returns every call that it made.
pub(super) fn journaled(shim: &Shim, folder: &Path, line: &str) -> Vec<Call> {
    let journal = folder.with_extension("journal");
    let fate = Fate {
        journal: Some(&journal),
        ..Fate::KIND
    };
    let met = meet(shim, folder, line, fate);
    assert_eq!(met.code, Some(0), "{met:?}");
    let calls = read(&fs::read(&journal).expect("it was kept"));
    fs::remove_file(journal).expect("it is there");
    calls
}

/// Returns how many calls that change a file a command makes.
pub(super) fn calls(shim: &Shim, line: &str) -> usize {
    let met = meet(shim, place().path(), line, Fate::KIND);
    let calls = met.call.strip_prefix("calls ").map(str::parse);
    calls.and_then(Result::ok).expect("calls are counted")
}
