//! Gives the program databases that are not fit to be used: each is told what is wrong with it, and none is changed.
//! What a backend promises about such files is in `crates/store/src/conformance.rs`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::child::{Ended, bounded, tsuho};
use crate::cmd::{PROGRAM, repository};

/// A folder with a sound database in it, `a.db`.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        let made = place.tsuho(&["init", "--bare", "--database", "a.db"]);
        assert_eq!(made.code, Some(0), "{made:?}");
        // One more command has brought everything into the one file.
        let added = place.tsuho(&["user", "add", "Suzuki", "--database", "a.db"]);
        assert_eq!(added.code, Some(0), "{added:?}");
        place
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("a.db")
    }

    fn tsuho(&self, arguments: &[&str]) -> Ended {
        tsuho(self.folder.path(), arguments)
    }

    /// Tries to read and to write, and says what is not answered by that code and those words.
    fn faults(&self, commands: &[&[&str]], code: i32, words: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for command in commands {
            let arguments = [*command, &["--database", "a.db"]].concat();
            let ended = self.tsuho(&arguments);
            let told = ended.err.contains(words) && ended.err.contains("\nhelp: ");
            if !(ended.is_an_answer() && ended.code == Some(code) && told) {
                faults.push(format!(
                    "{command:?} should end with {code} and say `{words}`: {ended:?}"
                ));
            }
        }
        faults
    }

    /// Changes the file's bytes.
    fn change(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.path()).expect("it is there");
        change(&mut bytes);
        fs::write(self.path(), bytes).expect("it can be written");
    }
}

const READ: &[&str] = &["user", "list"];
const WRITE: &[&str] = &["user", "add", "Tanaka"];
const PUBLISH: &[&str] = &["workflow", "list"];
const CHECK: &[&str] = &["database", "check"];
const BACKUP: &[&str] = &["database", "backup", "--to", "b.db"];

/// Whatever is done with a database.
const ALL: &[&[&str]] = &[READ, WRITE, PUBLISH, CHECK, BACKUP];

/// How a database is made unfit, and what is answered.
struct Case {
    name: &'static str,
    spoil: fn(&Place),
    commands: &'static [&'static [&'static str]],
    code: i32,
    words: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "missing",
        spoil: |place| fs::remove_file(place.path()).expect("it can be removed"),
        commands: ALL,
        code: 4,
        words: "there is no database at `a.db`",
    },
    Case {
        name: "an empty file",
        spoil: |place| place.change(Vec::clear),
        commands: ALL,
        code: 8,
        words: "`a.db` is no database of tsuho: an empty file",
    },
    Case {
        name: "another program's file",
        spoil: |place| place.change(|bytes| *bytes = b"tsuho: 1\nworkflow: x\n".repeat(100)),
        commands: ALL,
        code: 8,
        words: "`a.db` is no database of tsuho: not a SQLite file",
    },
    Case {
        name: "another program's database",
        // Where SQLite keeps the application's id.
        spoil: |place| place.change(|bytes| bytes[68..72].copy_from_slice(b"else")),
        commands: ALL,
        code: 8,
        words: "`a.db` is no database of tsuho: a SQLite file with application id 0x656c7365",
    },
    Case {
        name: "a later version's",
        // Where SQLite keeps the user's version.
        spoil: |place| place.change(|bytes| bytes[60..64].copy_from_slice(&99_u32.to_be_bytes())),
        commands: ALL,
        code: 8,
        words: "was written by a later version of tsuho: its schema is 99",
    },
    Case {
        name: "cut in half",
        spoil: |place| place.change(|bytes| bytes.truncate(bytes.len() / 2)),
        commands: ALL,
        code: 8,
        words: "`a.db` is damaged",
    },
    Case {
        name: "cut after its header",
        spoil: |place| place.change(|bytes| bytes.truncate(100)),
        commands: ALL,
        code: 8,
        words: "`a.db` is damaged",
    },
    Case {
        name: "a page overwritten",
        spoil: |place| place.change(|bytes| bytes[4_096..].fill(0xa5)),
        commands: ALL,
        code: 8,
        words: "`a.db` is damaged",
    },
    Case {
        name: "write-protected",
        spoil: |place| protect(&place.path(), 0o444),
        commands: &[WRITE],
        code: 3,
        words: "`a.db` cannot be written: the file is write-protected",
    },
    Case {
        name: "in a write-protected folder",
        spoil: |place| protect(place.folder.path(), 0o555),
        commands: &[WRITE],
        code: 3,
        words: "`a.db` cannot be written: its folder is write-protected",
    },
];

fn protect(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

#[test]
fn every_unfit_database_is_told_what_is_wrong_and_stays_what_it_is() {
    let mut faults = Vec::new();
    for case in CASES {
        let place = Place::new();
        (case.spoil)(&place);
        let before = fs::read(place.path()).ok();
        let found = place.faults(case.commands, case.code, case.words);
        faults.extend(found.iter().map(|fault| format!("{}: {fault}", case.name)));
        if fs::read(place.path()).ok() != before {
            faults.push(format!("{}: the file was changed", case.name));
        }
        protect(place.folder.path(), 0o755);
    }
    println!("{} unfit databases", CASES.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns English words that stand outside of quotes where a Japanese sentence is due.
fn english(ended: &Ended) -> Vec<String> {
    let sentences = ended.err.lines().filter(|line| !line.starts_with("  原因"));
    let texts = sentences.map(|line| line.split('`').step_by(2).collect::<Vec<_>>().concat());
    let words = texts.flat_map(|text| {
        let words = text.split(|c: char| !c.is_ascii_lowercase());
        words.map(str::to_owned).collect::<Vec<_>>()
    });
    // Names, which are the same in Japanese, and what a number is written with.
    let names = ["tsuho", "application", "id", "ite", "x"];
    words
        .filter(|word| word.len() > 1 && !names.contains(&word.as_str()))
        .filter(|word| !word.chars().all(|c| c.is_ascii_hexdigit()))
        .collect()
}

#[test]
fn every_unfit_database_is_told_what_is_wrong_in_japanese_too() {
    let mut faults = Vec::new();
    for case in CASES {
        let place = Place::new();
        (case.spoil)(&place);
        for command in case.commands {
            let arguments = [*command, &["--lang", "ja", "--database", "a.db"]].concat();
            let ended = place.tsuho(&arguments);
            let told = ended.err.starts_with("エラー: ") && ended.err.contains("\n対処: ");
            if !told || ended.code != Some(case.code) || !english(&ended).is_empty() {
                faults.push(format!("{}: {:?}: {ended:?}", case.name, english(&ended)));
            }
        }
        protect(place.folder.path(), 0o755);
    }
    let place = Place::new();
    fs::remove_file(place.path()).expect("it is there");
    let planted = english(&place.tsuho(&["user", "list", "--database", "a.db"]));
    println!(
        "sentences in English: planted 1, caught {}",
        u8::from(!planted.is_empty())
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(!planted.is_empty());
}

#[test]
fn a_write_protected_database_can_be_read() {
    let place = Place::new();
    protect(&place.path(), 0o444);
    let read = place.tsuho(&[&["--database", "a.db"], READ].concat());
    assert_eq!(read.code, Some(0), "{read:?}");
    assert!(read.out.contains("Suzuki"), "{read:?}");
}

/// Somebody else, who holds the database.
pub(crate) struct Holder(Child);

impl Holder {
    /// Begins to write and does not end.
    pub(crate) fn of(database: &Path) -> Self {
        const SCRIPT: &str = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute('begin immediate')
print('held', flush=True)
sys.stdin.read()";
        let mut child = Command::new("python3")
            .args(["-c", SCRIPT])
            .arg(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`cargo xtask setup` installs Python");
        let mut word = [0; 5];
        let out = child.stdout.as_mut().expect("it is piped");
        out.read_exact(&mut word)
            .expect("it says when it holds the database");
        Self(child)
    }

    pub(crate) fn let_go(mut self) {
        let mut input = self.0.stdin.take().expect("it is piped");
        input.flush().expect("it listens");
        drop(input);
        self.0.wait().expect("it ends");
    }
}

#[test]
fn a_locked_database_is_reported_as_locked_and_can_still_be_read() {
    let place = Place::new();
    let holder = Holder::of(&place.path());
    let faults = place.faults(
        &[WRITE],
        3,
        "`a.db` stayed locked by another process for 5 seconds",
    );
    let read = place.tsuho(&[&["--database", "a.db"], READ].concat());
    holder.let_go();
    assert_eq!(faults, [""; 0]);
    assert_eq!(read.code, Some(0), "{read:?}");
    // Nothing of the command that gave up was written, and the next one is.
    let listed = |place: &Place| place.tsuho(&[&["--database", "a.db"], READ].concat()).out;
    assert!(!listed(&place).contains("Tanaka"), "{}", listed(&place));
    let written = place.tsuho(&[&["--database", "a.db"], WRITE].concat());
    assert_eq!(written.code, Some(0), "{written:?}");
    assert!(listed(&place).contains("Tanaka"), "{}", listed(&place));
}

/// Adds people on a small disk until there is no room, lists them with what room is left, and goes on where there is room.
const FILL: &str = "mount -t tmpfs -o size=300k tmpfs disk && cp a.db disk/ && cd disk || exit 99
for n in $(seq 1 200); do
  \"$0\" user add \"Person $n\" --database a.db >../added || { echo \"ended with $? after $n\"; break; }
done
\"$0\" user list --database a.db
mount -o remount,size=4m .
for n in 1 2 3; do \"$0\" user add \"Later $n\" --database a.db >../added || echo \"still full: $?\"; done
\"$0\" user list --database a.db | grep Later
\"$0\" database check --database a.db | grep ^sound
cp a.db a.db-wal ..";

#[test]
fn a_full_disk_is_reported_as_full_and_holds_everything_that_was_acknowledged() {
    // A disk of one's own can be had in a name space of one's own, which some containers forbid.
    let permitted = Command::new("unshare").args(["-Urm", "true"]).status();
    if !permitted.is_ok_and(|status| status.success()) {
        println!("full disk: not shown, because this machine permits no small disk");
        return;
    }
    let place = Place::new();
    fs::create_dir(place.folder.path().join("disk")).expect("a folder");
    let arguments = ["-Urm", "sh", "-c", FILL, PROGRAM];
    let ended = bounded(place.folder.path(), "unshare", &arguments, 60);
    assert!(
        ended.err.contains("error: no room is left for `a.db`"),
        "{ended:?}"
    );
    assert!(
        ended.err.contains("nothing of this command was written"),
        "{ended:?}"
    );
    let told = ended.out.lines().next().expect("it says how it ended");
    let number = told.strip_prefix("ended with 3 after ");
    let number = number.and_then(|number| number.parse::<usize>().ok());
    let first_refused = number.unwrap_or_else(|| panic!("{ended:?}"));
    println!("{} people fitted, none was lost", first_refused - 1);
    for number in 1..=200 {
        let name = format!("  Person {number}");
        let listed = ended.out.lines().any(|line| line.ends_with(&name));
        assert_eq!(listed, number < first_refused, "{name}: {ended:?}");
    }
    for line in ["  Later 1", "  Later 2", "  Later 3"] {
        assert!(
            ended.out.lines().any(|listed| listed.ends_with(line)),
            "{ended:?}"
        );
    }
    assert!(ended.out.contains("\nsound: "), "{ended:?}");
    let checked = Command::new("python3")
        .arg(repository().join("tests/check_history.py"))
        .arg(place.path())
        .output()
        .expect("`cargo xtask setup` installs Python");
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn no_file_is_left_where_no_database_could_be_made() {
    let place = Place::new();
    let made = place.tsuho(&["init", "--database", "/dev/full"]);
    assert_eq!(made.code, Some(1), "{made:?}");
    protect(place.folder.path(), 0o555);
    let made = place.tsuho(&["init", "--database", "b.db"]);
    protect(place.folder.path(), 0o755);
    assert_eq!(made.code, Some(3), "{made:?}");
    assert!(made.err.contains("`b.db` cannot be written"), "{made:?}");
    assert!(!place.folder.path().join("b.db").exists());
}

#[test]
fn a_database_that_was_begun_and_never_finished_says_so() {
    let place = Place::new();
    // What is there between the making of the file and the installation's first records: every table, and no event.
    let script = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for (name,) in connection.execute(\"select name from sqlite_master where type = 'trigger'\").fetchall():
    connection.execute(f'drop trigger {name}')
for table in ('parts', 'requests', 'events', 'streams', 'calendars'):
    connection.execute(f'delete from {table}')
connection.execute('update ledger set size = 0')";
    let emptied = Command::new("python3")
        .args(["-c", script])
        .arg(place.path())
        .output()
        .expect("`cargo xtask setup` installs Python");
    assert!(emptied.status.success(), "{emptied:?}");
    let faults = place.faults(&[READ, WRITE], 4, "`a.db` was begun and never finished");
    assert_eq!(faults, [""; 0]);
}

#[test]
fn an_answer_that_is_not_the_right_one_is_found() {
    let place = Place::new();
    let planted = [
        place.faults(&[READ], 4, "there is no database"),
        place.faults(&[WRITE, WRITE], 3, "cannot be written"),
        place.faults(&[&["workflow", "show", "nothing"]], 4, "is damaged"),
    ];
    let caught = planted.iter().filter(|faults| !faults.is_empty()).count();
    println!("answers: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
