//! Backs databases up while others write, and restores them: whole, and under no name that is taken.
//! What each command prints is in `tests/cmd/database.md`; what is not restored is in `tests/it/checked.rs`.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use tsuho_tests::count;

use crate::child::{Ended, bounded, tsuho};
use crate::cmd::PROGRAM;
use crate::office::Office;
use crate::unfit::Holder;

/// A folder with a sound database in it, `a.db`, and a backup of it, `b.db`.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        place.done("init --bare --database a.db");
        place.done("database backup --to b.db --database a.db");
        place
    }

    pub(crate) fn at(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn run(&self, line: &str) -> Ended {
        let arguments: Vec<&str> = line.split(' ').collect();
        tsuho(self.at(), &arguments)
    }

    pub(crate) fn done(&self, line: &str) -> Ended {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(0), "{line}: {ended:?}");
        ended
    }

    /// Says what is not answered by that code and those words.
    pub(crate) fn refused(&self, line: &str, code: i32, words: &str) {
        let before = self.names();
        let ended = self.run(line);
        let told = ended.err.contains(words) && ended.err.contains("\nhelp: ");
        assert!(ended.is_an_answer() && told, "{line}: `{words}`: {ended:?}");
        assert_eq!(ended.code, Some(code), "{line}: {ended:?}");
        assert_eq!(self.names(), before, "{line} left something behind");
    }

    /// Returns what is in the folder, but for what SQLite leaves behind whoever reads.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.at()).expect("it is there");
        let names = entries.map(|entry| entry.expect("it can be read").file_name());
        let names = names.map(|name| name.to_string_lossy().into_owned());
        let mut names: Vec<String> = names
            .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
            .collect();
        names.sort();
        names
    }

    fn mode(&self, name: &str) -> u32 {
        let metadata = fs::metadata(self.at().join(name)).expect("it is there");
        metadata.permissions().mode() & 0o777
    }

    fn protect(&self, name: &str, mode: u32) {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(self.at().join(name), permissions).expect("it is ours");
    }

    pub(crate) fn sql(&self, name: &str, statements: &str) {
        let script = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.executescript(sys.argv[2])";
        let done = Command::new("python3")
            .args(["-c", script, name, statements])
            .current_dir(self.at())
            .output()
            .expect("`cargo xtask setup` installs Python");
        assert!(done.status.success(), "{done:?}");
    }
}

#[test]
fn nothing_is_written_under_a_name_that_is_taken_or_beside_another_ones_log() {
    let place = Place::new();
    place.refused(
        "database restore b.db --to a.db",
        1,
        "`a.db` exists already",
    );
    place.refused(
        "database backup --to b.db --database a.db",
        1,
        "`b.db` exists already",
    );
    place.refused(
        "database backup --to x/c.db --database a.db",
        4,
        "no folder",
    );
    // Somebody moved the damaged database away, and forgot its log.
    for suffix in ["-wal", "-shm", "-journal"] {
        let stray = place.at().join(format!("c.db{suffix}"));
        fs::write(&stray, "").expect("it can be written");
        let words = format!("`c.db{suffix}` lies where the log of `c.db` would lie");
        for line in ["database restore b.db --to c.db", "init --database c.db"] {
            place.refused(line, 1, &words);
        }
        fs::remove_file(stray).expect("it is there");
    }
    std::os::unix::fs::symlink("nowhere", place.at().join("link.db")).expect("a link");
    place.refused(
        "database restore b.db --to link.db",
        1,
        "`link.db` exists already",
    );
    place.done("database restore b.db --to c.db");
}

#[test]
fn nobody_reads_a_copy_who_may_not_read_the_original() {
    let place = Place::new();
    assert_eq!(place.mode("a.db"), place.mode("b.db"));
    for (original, copy) in [(0o600, 0o600), (0o640, 0o640), (0o400, 0o600)] {
        place.protect("a.db", original);
        place.done("database backup --to c.db --database a.db");
        place.done("database restore c.db --to d.db");
        assert_eq!((place.mode("c.db"), place.mode("d.db")), (copy, copy));
        for name in ["c.db", "d.db"] {
            fs::remove_file(place.at().join(name)).expect("it is there");
            for suffix in ["-wal", "-shm"] {
                let _ = fs::remove_file(place.at().join(format!("{name}{suffix}")));
            }
        }
    }
}

#[test]
fn a_write_protected_database_is_checked_backed_up_and_restored() {
    let place = Place::new();
    place.done("database backup --to c.db --database a.db");
    fs::create_dir(place.at().join("locked")).expect("a folder");
    fs::rename(place.at().join("c.db"), place.at().join("locked/c.db")).expect("it is there");
    place.protect("locked/c.db", 0o444);
    place.protect("locked", 0o555);
    place.done("database check --database locked/c.db");
    place.done("database backup --to d.db --database locked/c.db");
    place.done("database restore locked/c.db --to e.db");
    place.refused(
        "database backup --to locked/f.db --database a.db",
        3,
        "`locked/f.db` cannot be written: its folder is write-protected",
    );
    let entries = fs::read_dir(place.at().join("locked")).expect("it is there");
    assert_eq!(
        entries.count(),
        1,
        "something was left in a write-protected folder"
    );
    place.protect("locked", 0o755);
}

#[test]
fn backups_and_checks_beside_whoever_writes_are_whole() {
    let office = Office::with_case();
    let at = office.0.path();
    let mut lines = String::new();
    for note in 0..count(600, 1_500) {
        let (key, text) = (format!("k{note}"), format!("note {note}"));
        let line = json!({ "key": key, "as": "Sato", "do": "note", "case": 1, "text": text });
        let _ = writeln!(lines, "{line}");
    }
    let mut child = office.apply(&["--callers", "8"]);
    let mut input = child.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let reader = std::thread::spawn(move || child.wait_with_output());
    let mut sizes = Vec::new();
    let (mut checks, mut faults) = (0, Vec::new());
    while !reader.is_finished() && sizes.len() < 60 {
        let name = format!("{}.db", sizes.len());
        let checked = tsuho(at, &["database", "check", "--quick", "--database", "a.db"]);
        checks += 1;
        if checked.code != Some(0) {
            faults.push(format!("{checked:?}"));
        }
        let arguments = ["database", "backup", "--format", "json", "--to", &name];
        let made = tsuho(at, &[&arguments[..], &["--database", "a.db"]].concat());
        let report: Value = serde_json::from_str(&made.out).unwrap_or_default();
        match report["ledger"]["size"].as_u64() {
            Some(size) if made.code == Some(0) => sizes.push(size),
            _ => faults.push(format!("{made:?}")),
        }
        if !faults.is_empty() {
            break;
        }
    }
    writer.join().expect("it only writes").expect("it is read");
    let output = reader.join().expect("it only reads").expect("it ends");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(faults, [""; 0]);
    for (size, number) in sizes.iter().zip(0..) {
        let name = format!("{number}.db");
        let verified = tsuho(
            at,
            &["audit", "verify", "--format", "json", "--database", &name],
        );
        let report: Value = serde_json::from_str(&verified.out).expect("a report");
        assert_eq!(verified.code, Some(0), "{report}");
        assert_eq!(report["counts"]["records"], json!(size), "{name}");
    }
    let last = office.verified();
    let meanwhile = sizes.iter().filter(|size| **size < last).count();
    println!(
        "beside a writer: {checks} checks, {} backups, {meanwhile} of them while it wrote, all sound",
        sizes.len()
    );
    assert!(meanwhile > 0 && sizes.is_sorted(), "{sizes:?}");
}

#[test]
fn a_database_that_somebody_holds_is_backed_up_all_the_same() {
    let place = Place::new();
    let holder = Holder::of(&place.at().join("a.db"));
    let checked = place.run("database check --database a.db");
    let made = place.run("database backup --to c.db --database a.db");
    holder.let_go();
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert_eq!(made.code, Some(0), "{made:?}");
    place.done("audit verify --database c.db");
}

/// Runs in a name space with a small disk: backs up and restores where there is no room, then where there is.
const SMALL: &str = "mount -t tmpfs -o size=64k tmpfs disk || exit 99
\"$0\" database backup --to disk/c.db --database a.db; echo \"backup ended with $?, left: $(ls -A disk)\"
\"$0\" database restore b.db --to disk/c.db; echo \"restore ended with $?, left: $(ls -A disk)\"
mount -o remount,size=16m disk
\"$0\" database backup --to disk/c.db --database a.db; echo \"backup ended with $?, left: $(ls -A disk)\"
\"$0\" audit verify --database disk/c.db >verified; echo \"verify ended with $?\"";

#[test]
fn a_full_disk_leaves_no_half_copy() {
    let permitted = Command::new("unshare").args(["-Urm", "true"]).status();
    if !permitted.is_ok_and(|status| status.success()) {
        println!("full disk: not shown, because this machine permits no small disk");
        return;
    }
    let place = Place::new();
    fs::create_dir(place.at().join("disk")).expect("a folder");
    let arguments = ["-Urm", "sh", "-c", SMALL, PROGRAM];
    let ended = bounded(place.at(), "unshare", &arguments, 60);
    let told: Vec<&str> = ended
        .out
        .lines()
        .filter(|line| line.contains("ended with"))
        .collect();
    assert_eq!(
        told,
        [
            "backup ended with 3, left: ",
            "restore ended with 3, left: ",
            "backup ended with 0, left: c.db",
            "verify ended with 0",
        ],
        "{ended:?}"
    );
    let full = ended
        .err
        .matches("error: no room is left for `disk/c.db`")
        .count();
    assert_eq!(full, 2, "{ended:?}");
}

#[test]
fn a_backup_that_is_killed_leaves_no_file_of_that_name() {
    let place = Place::new();
    let (mut named, mut begun) = (0, 0);
    let unfinished = || {
        let all = place.names().into_iter();
        all.filter(|name| name.ends_with(".unfinished"))
            .collect::<Vec<_>>()
    };
    for round in 0..count(12, 120) {
        let mut child = Command::new(PROGRAM)
            .args([
                "database",
                "backup",
                "--to",
                "killed.db",
                "--database",
                "a.db",
            ])
            .current_dir(place.at())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the program can be started");
        // From the first sign of a copy on, looked at more often in each round, which takes longer each time.
        for _ in 0..1_000_000 {
            if !unfinished().is_empty() || child.try_wait().expect("it is ours").is_some() {
                break;
            }
        }
        for _ in 0..round * 150 {
            unfinished();
        }
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
        let killed = place.at().join("killed.db");
        if killed.exists() {
            named += 1;
            place.done("audit verify --database killed.db");
            for suffix in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(place.at().join(format!("killed.db{suffix}")));
            }
        }
        // It stays there: the next one begins in its place.
        begun += unfinished().len();
        assert!(unfinished().len() < 2, "{:?}", unfinished());
    }
    place.done("database backup --to killed.db --database a.db");
    assert_eq!(place.names(), ["a.db", "b.db", "killed.db"]);
    let rounds = count(12, 120);
    println!(
        "backups killed: {rounds}, in the middle of a copy {begun}, after it had its name {named}, all of these sound"
    );
    assert!(begun > 0);
}
