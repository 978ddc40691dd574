//! Kills the program at each call that changes a file while it makes a database, a backup or a restored one: there is none
//! of that name then, or a sound one, and it can be made. What is copied is in `tests/it/rescued.rs`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tsuho_tests::count;

use super::scene::{NOT_SHOWN, each, spread};
use super::shim::{Fate, Fault, Shim, program};

/// What is made, by which command, and by which under another name.
const MADE: [(&str, &str, &str); 3] = [
    (
        "n.db",
        "init --bare --database n.db",
        "init --bare --database o.db",
    ),
    (
        "b.db",
        "database backup --to b.db --database a.db",
        "database backup --to o.db --database a.db",
    ),
    (
        "c.db",
        "database restore a.db --to c.db",
        "database restore a.db --to o.db",
    ),
];

/// Returns a command in a folder.
fn tsuho(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(program());
    command
        .args(line.split(' '))
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// Runs a command; returns its code and what it said of a failure.
fn ran(folder: &Path, line: &str) -> (Option<i32>, String) {
    let output = tsuho(folder, line).output();
    let output = output.expect("the program can be started");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

/// Returns a folder with a database in it.
fn place() -> TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    let made = ran(place.path(), "init --bare --database a.db");
    assert_eq!(made.0, Some(0), "{made:?}");
    place
}

/// What a kill left under the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Left {
    Nothing,
    /// What `init` began and nobody wrote to, as the program says: it can be removed.
    Begun,
    Sound,
}

/// Looks at what is there after a kill; `Err` is what should not be.
fn look(folder: &Path, name: &str, again: &str) -> Result<Left, String> {
    let check = |name: &str| ran(folder, &format!("database check --database {name}"));
    let original = check("a.db");
    if original.0 != Some(0) {
        return Err(format!("the original: {original:?}"));
    }
    let left = if folder.join(name).exists() {
        let verified = ran(folder, &format!("audit verify --database {name}"));
        // Its id is written with its last table.
        let is_begun = [
            "was begun and never finished",
            "an empty file",
            "a SQLite file with application id 0x00000000",
        ];
        let is_begun = is_begun.iter().any(|words| verified.1.contains(words));
        match (check(name).0, verified.0) {
            (Some(0), Some(0)) => Left::Sound,
            (_, Some(_)) if is_begun && name == "n.db" => Left::Begun,
            other => return Err(format!("{name}: {other:?} {}", verified.1)),
        }
    } else {
        Left::Nothing
    };
    match ran(folder, again) {
        (Some(0), _) => Ok(left),
        other => Err(format!("{again}: {other:?}")),
    }
}

/// Runs a command that meets its fate in a folder; returns what the shim told of it.
fn meet(shim: &Shim, folder: &Path, line: &str, fate: Fate<'_>) -> String {
    let report = folder.with_extension("report");
    let ended = tsuho(folder, line)
        .envs(shim.variables(folder, fate, Some(&report)))
        .output()
        .expect("the program can be started");
    let told = std::fs::read_to_string(&report).unwrap_or_default();
    let _ = std::fs::remove_file(report);
    let is_killed = ended.status.code().is_none();
    assert!(is_killed || ended.status.success(), "{line}: {ended:?}");
    told.trim_end().to_owned()
}

#[test]
fn a_database_or_a_copy_that_is_killed_in_the_making_is_whole_or_not_there() {
    let Some(shim) = Shim::compiled() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (mut wrong, mut of, mut kinds) = (Vec::new(), 0, BTreeMap::<String, usize>::new());
    for (name, line, again) in MADE {
        let told = meet(&shim, place().path(), line, Fate::KIND);
        let calls = told.strip_prefix("calls ").map(str::parse);
        let calls: usize = calls.and_then(Result::ok).expect("calls are counted");
        let points = spread(calls, count(4, usize::MAX));
        let found = each(&points, |at| {
            let place = place();
            let call = meet(&shim, place.path(), line, Fate::of(Fault::Kill, *at));
            let found = look(place.path(), name, again);
            (format!("{line}, killed at {at}, {call}"), found)
        });
        let renamed = killed_at_its_name(line).map(|place| {
            let found = look(place.path(), name, again);
            (format!("{line}, killed when it is named"), found)
        });
        for (at, found) in found.into_iter().chain(renamed) {
            of += 1;
            match found {
                Ok(left) => *kinds.entry(format!("{line}: {left:?}")).or_default() += 1,
                Err(why) => wrong.push(format!("{at}: {why}")),
            }
        }
    }
    for (kind, count) in kinds {
        println!("{kind}: {count}");
    }
    println!(
        "FIGURE databases killed in the making: half a one {} of {of}",
        wrong.len()
    );
    assert_eq!(wrong, [""; 0]);
    assert!(of >= count(9, 400), "{of}");
}

/// Kills a command when it gives a file its name, which it does past the C library; `None` where nothing may be traced.
fn killed_at_its_name(line: &str) -> Option<TempDir> {
    let place = place();
    let plain = tsuho(place.path(), line);
    let traced = Command::new("strace")
        .args(["--follow-forks", "--quiet=all", "--output=/dev/null"])
        .args(["--trace=renameat2", "--inject=renameat2:signal=KILL:when=1"])
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(place.path())
        .output();
    let traced = traced.expect("`cargo xtask setup` installs strace");
    (traced.status.code() != Some(0)).then_some(place)
}
