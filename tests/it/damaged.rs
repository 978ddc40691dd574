//! Turns over bytes of a database's files, cuts them and takes them away: whatever is lost is found, and whatever is not found
//! is not lost. Files that no command opens are in `tests/it/unfit.rs`.

mod broken_log;

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tsuho_tests::count;

use crate::child::{Ended, tsuho};
use crate::demo::one_case_played;

/// A database as a killed process leaves it: part of it in the file, part of it in the log.
struct Scene {
    folder: TempDir,
    files: Files,
    dump: Dump,
}

/// The files that SQLite makes of a database.
#[derive(Clone)]
struct Files {
    main: Vec<u8>,
    log: Option<Vec<u8>>,
    index: Option<Vec<u8>>,
}

/// All that a database holds, as another program reads it: everything, and without what no history speaks of.
#[derive(PartialEq)]
struct Dump {
    whole: String,
    proven: String,
}

/// Numbers drawn from a seed, so that what was found can be found again.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("it is below the bound")
    }
}

const DUMP: &str = "import sqlite3, sys
LEFT_OUT = {'_sqlx_migrations': ['installed_on', 'execution_time']}
UNPROVEN = {'requests': ['key', 'digest'], 'ledger': ['virtual_now', 'created_at']}
connection = sqlite3.connect(sys.argv[1])
connection.text_factory = bytes
quote = lambda name: '\"' + name.decode() + '\"'
tables = [name for (name,) in connection.execute(\"select name from sqlite_master where type = 'table' order by name\")]
for without in (LEFT_OUT, LEFT_OUT | UNPROVEN):
    for pragma in ('user_version', 'application_id', 'encoding'):
        print(pragma, connection.execute('pragma ' + pragma).fetchall())
    for row in connection.execute('select type, name, tbl_name, sql from sqlite_master order by type, name'):
        print(row)
    for table in tables:
        columns = [row[1] for row in connection.execute('pragma table_info(' + quote(table) + ')')]
        columns = [one for one in columns if one.decode() not in without.get(table.decode(), [])]
        names = ', '.join(quote(one) for one in columns)
        for row in connection.execute(f'select {names} from {quote(table)} order by rowid'):
            print(table, row)
    print('END')";

/// Holds a database open, so that its log is not written into the file when others close it.
const HOLD: &str = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute('select count(*) from events').fetchall()
print('open', flush=True)
sys.stdin.read()";

fn python(arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command.args(["-c"]).args(arguments);
    command
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        one_case_played(at);
        fs::rename(at.join("tsuho-demo.db"), at.join("a.db")).expect("it is there");
        for suffix in ["-wal", "-shm"] {
            // What a reading left behind; nothing is in it.
            let _ = fs::remove_file(at.join(format!("tsuho-demo.db{suffix}")));
        }
        fs::write(at.join("report.txt"), "what was found\n").expect("it can be written");
        let mut held: Child = python(&[HOLD, "a.db"])
            .current_dir(at)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`cargo xtask setup` installs Python");
        let mut word = [0; 4];
        let out = held.stdout.as_mut().expect("it is piped");
        out.read_exact(&mut word).expect("it opens the database");
        let lines = ["k-1", "k-2", "k-3"].map(|key| {
            serde_json::json!({ "key": key, "as": "duty_officer", "do": "note", "case": 1, "text": "noted" })
                .to_string()
        });
        fs::write(at.join("notes.jsonl"), lines.join("\n")).expect("it can be written");
        done(
            at,
            &[
                "case",
                "attach",
                "1",
                "report.txt",
                "--as",
                "privacy_officer",
            ],
        );
        done(at, &["apply", "notes.jsonl"]);
        let read = |name: &str| fs::read(at.join(name)).expect("it is there");
        let files = Files {
            main: read("a.db"),
            log: Some(read("a.db-wal")),
            index: Some(read("a.db-shm")),
        };
        drop(held.stdin.take());
        held.wait().expect("it ends");
        let dump = files.dump(&folder.path().join("whole"));
        let dump = dump.expect("a sound database can be read");
        assert!(dump.whole.contains("noted") && dump.whole.len() > 100_000);
        Self {
            folder,
            files,
            dump,
        }
    }

    fn log(&self) -> &[u8] {
        self.files
            .log
            .as_deref()
            .expect("a killed process leaves one")
    }

    /// Makes files, and says what becomes of whoever looks at them.
    fn outcome(&self, files: &Files) -> (Outcome, String) {
        let at = self.folder.path().join("tried");
        files.lay(&at);
        let checked = tsuho(&at, &["database", "check", "--database", "a.db"]);
        let mut told = format!("{checked:?}");
        if !checked.is_an_answer() {
            return (Outcome::Missed, told);
        }
        if is_found(&checked) {
            return (Outcome::Checked, told);
        }
        let verified = tsuho(&at, &["audit", "verify", "--database", "a.db"]);
        let _ = write!(told, "\n{verified:?}");
        if verified.is_an_answer() && is_found(&verified) {
            return (Outcome::Verified, told);
        }
        let sound = [&checked, &verified]
            .iter()
            .all(|ended| ended.code == Some(0));
        let dump = files.dump(&self.folder.path().join("dumped"));
        let outcome = match dump {
            Some(dump) if sound && dump == self.dump => Outcome::Harmless,
            Some(dump) if sound && dump.proven == self.dump.proven => Outcome::Unproven,
            Some(_) | None => Outcome::Missed,
        };
        (outcome, told)
    }
}

/// What became of a change to the files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    /// `database check` found it.
    Checked,
    /// `audit verify` found it.
    Verified,
    /// Everything that is read is as it was.
    Harmless,
    /// Something of which no history speaks, as every report says: the key or the digest of a request, a drill's time.
    Unproven,
    /// Nothing found it, and something else is read.
    Missed,
}

/// Tells whether a command says that something is wrong.
fn is_found(ended: &Ended) -> bool {
    matches!(ended.code, Some(1 | 8))
}

fn done(at: &Path, command: &[&str]) {
    let ended = tsuho(at, &[command, &["--database", "a.db"]].concat());
    assert_eq!(ended.code, Some(0), "{command:?}: {ended:?}");
}

impl Files {
    /// Puts the files into a folder of their own.
    fn lay(&self, at: &Path) {
        if at.exists() {
            fs::remove_dir_all(at).expect("it is ours");
        }
        fs::create_dir(at).expect("a temporary folder can be written");
        fs::write(at.join("a.db"), &self.main).expect("it can be written");
        for (suffix, bytes) in [("-wal", &self.log), ("-shm", &self.index)] {
            if let Some(bytes) = bytes {
                let name: PathBuf = at.join(format!("a.db{suffix}"));
                fs::write(name, bytes).expect("it can be written");
            }
        }
    }

    /// Reads everything with another program, if it can be read.
    fn dump(&self, at: &Path) -> Option<Dump> {
        self.lay(at);
        let output = python(&[DUMP, "a.db"]).current_dir(at).output();
        let output = output.expect("`cargo xtask setup` installs Python");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (whole, proven) = text.split_once("END\n")?;
        output.status.success().then(|| Dump {
            whole: whole.to_owned(),
            proven: proven.to_owned(),
        })
    }
}

/// Says how many changes had which outcome, and what was missed.
fn summary(name: &str, outcomes: &[(Outcome, String, String)]) -> (String, Vec<String>) {
    let of = |wanted| {
        outcomes
            .iter()
            .filter(|(outcome, ..)| *outcome == wanted)
            .count()
    };
    let (checked, verified) = (of(Outcome::Checked), of(Outcome::Verified));
    // What a full dump shows to have changed nothing is no fault that could be caught.
    let (harmless, unproven) = (of(Outcome::Harmless), of(Outcome::Unproven));
    let all = outcomes.len();
    let line = format!(
        "{name}: changed {all}, harmless by a full dump {harmless}, unproven {unproven} of {all}; planted {}, caught {} \
         ({checked} by database check, {verified} more by audit verify)",
        all - harmless - unproven,
        checked + verified,
    );
    let missed = outcomes
        .iter()
        .filter(|(outcome, ..)| *outcome == Outcome::Missed);
    let missed = missed.map(|(_, what, told)| format!("{name}: {what}: {told}"));
    (line, missed.collect())
}

#[test]
fn a_byte_that_is_turned_over_is_found_or_changes_nothing_that_is_read() {
    let scene = Scene::new();
    let mut draws = Draws(20_261_123);
    let mut outcomes = Vec::new();
    for round in 0..count(24, 200) {
        let mut files = scene.files.clone();
        // A machine that lost its power leaves no index.
        if round % 2 == 0 {
            files.index = None;
        }
        let (name, bytes) = match (round % 3, &mut files.log) {
            (0, Some(log)) => ("a.db-wal", log),
            (_, _) => ("a.db", &mut files.main),
        };
        let (at, by) = (draws.below(bytes.len()), 1 + draws.below(255));
        bytes[at] ^= u8::try_from(by).expect("it is a byte");
        let (outcome, told) = scene.outcome(&files);
        outcomes.push((outcome, format!("byte {at} of {name} by {by:#04x}"), told));
    }
    let (line, missed) = summary("bytes turned over", &outcomes);
    println!("{line}");
    assert_eq!(missed, [""; 0]);
    let caught = [Outcome::Checked, Outcome::Verified].map(|wanted| {
        let is = |(outcome, ..): &&(Outcome, String, String)| *outcome == wanted;
        outcomes.iter().filter(is).count()
    });
    assert!(
        caught.iter().sum::<usize>() > outcomes.len() / 3,
        "{caught:?}"
    );
}

#[test]
fn a_file_that_was_cut_is_found() {
    let scene = Scene::new();
    let mut draws = Draws(7);
    let mut outcomes = Vec::new();
    for round in 0..count(12, 100) {
        let mut files = scene.files.clone();
        let (name, bytes) = match (round % 3, &mut files.log) {
            (0, Some(log)) => ("a.db-wal", log),
            (_, _) => ("a.db", &mut files.main),
        };
        bytes.truncate(draws.below(bytes.len()));
        let length = bytes.len();
        let (outcome, told) = scene.outcome(&files);
        outcomes.push((outcome, format!("{name} cut to {length} bytes"), told));
    }
    let (line, missed) = summary("files cut", &outcomes);
    println!("{line}");
    assert_eq!(missed, [""; 0]);
}

/// Returns the position at which `database check` says that a sound history ends.
fn end(at: &Path) -> Option<u64> {
    let arguments = [
        "database",
        "check",
        "--format",
        "json",
        "--database",
        "a.db",
    ];
    let checked = tsuho(at, &arguments);
    let report: Value = serde_json::from_str(&checked.out).ok()?;
    (checked.code == Some(0)).then(|| report["ledger"]["last_position"].as_u64())?
}

#[test]
fn a_log_or_an_index_that_was_taken_away_is_found_or_shows_at_the_end() {
    let scene = Scene::new();
    let whole = scene.files.clone();
    let without = |log: Option<Vec<u8>>, index: Option<Vec<u8>>| Files {
        main: whole.main.clone(),
        log,
        index,
    };
    // The index alone is made again from the log, and nothing is lost.
    let outcome = scene.outcome(&without(whole.log.clone(), None));
    assert_eq!(outcome.0, Outcome::Harmless, "{}", outcome.1);
    // The index alone still knows what was in the log.
    let outcome = scene.outcome(&without(None, whole.index.clone()));
    assert_eq!(outcome.0, Outcome::Checked, "{}", outcome.1);
    assert!(
        outcome
            .1
            .contains("pages that were written to the log cannot be read")
    );
    // Without both the database is what it was before the log, and no file can say otherwise: its end does.
    let at = scene.folder.path().join("without");
    whole.lay(&at);
    let last = end(&at).expect("the files are sound");
    let cut = without(Some(scene.log()[..scene.log().len() / 2].to_vec()), None);
    for files in [without(None, None), cut] {
        files.lay(&at);
        let earlier = end(&at);
        let verified = tsuho(&at, &["audit", "verify", "--database", "a.db"]);
        let shows = earlier.is_some_and(|earlier| earlier < last && verified.code == Some(0));
        println!(
            "without its log: {verified_code:?}, ends with {earlier:?} instead of {last}",
            verified_code = verified.code
        );
        assert!(
            shows || is_found(&verified) || earlier.is_none(),
            "{verified:?}"
        );
    }
}

#[test]
fn what_is_said_to_be_harmless_or_found_is_so() {
    let scene = Scene::new();
    let sound = scene.outcome(&scene.files);
    assert_eq!(sound.0, Outcome::Harmless, "{}", sound.1);
    // A database in which something else stands, and which is sound, is not the same.
    let other = Scene::new();
    let missed = scene.outcome(&other.files);
    println!(
        "other databases: planted 1, caught {}",
        u8::from(missed.0 == Outcome::Missed)
    );
    assert_eq!(missed.0, Outcome::Missed, "{}", missed.1);
}
