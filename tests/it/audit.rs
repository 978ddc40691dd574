//! Verifies copies of the demonstration's database that somebody meddled with, by our program and by Python alone.
//! Every kind of damage is tried in `crates/audit/tests/it`; here are the commands that an auditor types.

use std::fs;
use std::path::Path;

use crate::child::{Ended, tsuho as run};
use crate::cmd::repository;
use crate::demo::{one_case_played, played, shell};

/// A forgery of `tests/forge_history.py`: what the program must name, and whether Python alone sees it.
struct Forgery {
    name: &'static str,
    /// The words of the kinds of fault, one of which is named first.
    fault: &'static str,
    field: &'static str,
    python: Python,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Python {
    /// Bytes, chain or a stored state are wrong, which needs none of our code to see.
    Sees,
    /// Bytes and chain are whole; only the meaning is wrong.
    IsBlind,
}

const FORGERIES: [Forgery; 6] = [
    Forgery {
        name: "header",
        fault: "column",
        field: "hash",
        python: Python::Sees,
    },
    Forgery {
        name: "part_byte",
        fault: "part",
        field: "parts.operational",
        python: Python::Sees,
    },
    Forgery {
        name: "state",
        fault: "row_differs",
        field: "cases.state",
        python: Python::Sees,
    },
    Forgery {
        name: "due_date",
        fault: "event_differs",
        field: "body.face.readings[0].due",
        python: Python::IsBlind,
    },
    Forgery {
        name: "dropped",
        fault: "event_count",
        field: "command",
        python: Python::IsBlind,
    },
    Forgery {
        name: "guard",
        fault: "workflow_differs",
        field: "workflows.digest",
        python: Python::IsBlind,
    },
];

/// Runs a script of this repository on a file.
pub(crate) fn python(folder: &Path, script: &str, arguments: &str) -> Ended {
    let script = repository().join("tests").join(script);
    shell(
        folder,
        &format!("python3 '{}' {arguments}", script.display()),
    )
}

/// Verifies a file, for programs.
pub(crate) fn verify(folder: &Path, file: &str) -> Ended {
    run(
        folder,
        &["audit", "verify", "--format", "json", "--database", file],
    )
}

/// Tells whether the first finding is the expected one, at the record that was forged.
fn names(ended: &Ended, forgery: &Forgery, position: &str) -> bool {
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap_or_default();
    let first = &report["findings"][0];
    let field = first["field"].as_str().unwrap_or_default();
    let found = first["position"].to_string();
    // What was taken out is missed at the record before it.
    let is_there = match forgery.name {
        "state" => first["stream"]
            .as_str()
            .is_some_and(|at| at.starts_with("case/")),
        "dropped" => position.parse() == found.parse().map(|found: u64| found + 1),
        _ => found == position,
    };
    ended.code == Some(1)
        && first["fault"] == forgery.fault
        && field.starts_with(forgery.field)
        && is_there
}

#[test]
fn what_was_forged_is_named_with_its_record_and_field() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    one_case_played(folder);
    let sound = python(folder, "check_history.py", "tsuho-demo.db");
    assert_eq!(sound.code, Some(0), "{}", sound.out);
    let sound = verify(folder, "tsuho-demo.db");
    assert_eq!(sound.code, Some(0), "{}", sound.out);
    let (mut caught, mut agreed) = (0, 0);
    for forgery in &FORGERIES {
        let file = format!("{}.db", forgery.name);
        fs::copy(folder.join("tsuho-demo.db"), folder.join(&file)).expect("it can be copied");
        let forged = python(
            folder,
            "forge_history.py",
            &format!("{} {file}", forgery.name),
        );
        assert_eq!(forged.code, Some(0), "{}", forged.err);
        let position = forged.out.trim();
        let found = verify(folder, &file);
        let is_named = names(&found, forgery, position);
        caught += usize::from(is_named);
        assert!(is_named, "{}: {}{}", forgery.name, found.out, found.err);
        let alone = python(folder, "check_history.py", &file);
        let expected = match forgery.python {
            Python::Sees => {
                let at = match forgery.name {
                    "state" => ": cases.state expected ".to_owned(),
                    _ => format!("position {position} "),
                };
                alone.code == Some(1) && alone.out.contains(&at)
            }
            Python::IsBlind => alone.code == Some(0),
        };
        agreed += usize::from(expected);
        assert!(expected, "{}: {}", forgery.name, alone.out);
    }
    let planted = FORGERIES.len();
    println!("forged histories: planted {planted}, caught {caught}");
    println!("the same by Python alone, as far as it sees: planted {planted}, caught {agreed}");
}

#[test]
fn a_case_is_verified_without_the_findings_of_others() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    one_case_played(folder);
    python(folder, "forge_history.py", "dropped tsuho-demo.db");
    let of = |case| {
        let database = ["--case", case, "--database", "tsuho-demo.db"];
        run(folder, &[&["audit", "verify"][..], &database].concat()).code
    };
    // The record was taken from the second case.
    assert_eq!((of("1"), of("2"), of("3")), (Some(0), Some(1), Some(4)));
}

/// Meddles with a row that lists show: what is planted, and which column must be named.
const ROWS: [(&str, &str); 4] = [
    ("update incidents set cases = 7", "incidents.cases"),
    ("update incidents set opened_at = 1", "incidents.opened_at"),
    (
        "update cases set state = 'closed' where number = 2",
        "cases.state",
    ),
    ("delete from cases where number = 4", "missing"),
];

#[test]
fn a_replay_of_an_incident_names_the_row_that_shows_something_else_than_its_records() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    played(folder, &[]);
    let replay = |file: &str| {
        let asked = [
            "audit",
            "replay",
            "--incident",
            "1",
            "--as-of",
            "2023-11-10",
        ];
        let more = ["--format", "json", "--database", file];
        let ended = run(folder, &[&asked[..], &more[..]].concat());
        let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap_or_default();
        (ended, told["rows"].clone())
    };
    let (sound, rows) = replay("tsuho-demo.db");
    assert_eq!(sound.code, Some(0), "{}{}", sound.out, sound.err);
    assert_eq!(rows["compared"], 4, "{rows}");
    let mut caught = 0;
    for (planted, column) in ROWS {
        fs::copy(folder.join("tsuho-demo.db"), folder.join("x.db")).expect("it can be copied");
        let script = format!(
            "python3 -c \"import sqlite3; db = sqlite3.connect('x.db'); \
             db.execute('pragma foreign_keys = off'); db.execute(\\\"{planted}\\\"); db.commit()\""
        );
        let planting = shell(folder, &script);
        assert_eq!(planting.code, Some(0), "{}", planting.err);
        let (ended, rows) = replay("x.db");
        let is_named = match column {
            "missing" => rows["missing"].as_array().is_some_and(|all| all.len() == 1),
            column => {
                let first = &rows["differences"][0];
                first["column"] == column && rows["differences"].as_array().map(Vec::len) == Some(1)
            }
        };
        assert!(is_named, "{planted}: {}{}", ended.out, ended.err);
        caught += usize::from(is_named && ended.code == Some(1));
    }
    println!(
        "FIGURE rows of an incident beside its replay: planted {}, caught {caught}",
        ROWS.len()
    );
    assert_eq!(caught, ROWS.len());
}

/// Prepares a file of another kind than a sound, writable database, and says how verifying it must end.
const UNUSUAL: [(&str, &str, i32, &str); 7] = [
    (
        "write-protected",
        "cp tsuho-demo.db x.db; chmod 444 x.db",
        0,
        "sound",
    ),
    (
        "a copy that was packed",
        "python3 -c \"import sqlite3; db = sqlite3.connect('tsuho-demo.db'); db.execute('vacuum into ?', ['x.db'])\"",
        0,
        "sound",
    ),
    (
        "a log beside it",
        "python3 -c \"import shutil, sqlite3; shutil.copy('tsuho-demo.db', 'y.db'); db = sqlite3.connect('y.db'); \
         db.execute('pragma journal_mode = wal'); db.execute('update ledger set virtual_now = virtual_now + 1'); \
         db.commit(); [shutil.copy('y.db' + end, 'x.db' + end) for end in ('', '-wal')]\"",
        0,
        "sound",
    ),
    (
        "truncated",
        "head -c 100000 tsuho-demo.db > x.db",
        8,
        "damaged",
    ),
    ("no database", "echo text > x.db", 8, "not a SQLite file"),
    (
        "another program's",
        "python3 -c \"import sqlite3; db = sqlite3.connect('x.db'); db.execute('create table t (x)'); db.commit()\"",
        8,
        "application id",
    ),
    (
        "a later version's",
        "cp tsuho-demo.db x.db; python3 -c \"import sqlite3; db = sqlite3.connect('x.db'); \
         db.execute('pragma user_version = 99'); db.commit()\"",
        8,
        "99",
    ),
];

#[test]
fn an_unusual_file_is_verified_or_refused_for_what_it_is() {
    let mut caught = 0;
    for (what, prepare, code, word) in UNUSUAL {
        let place = tempfile::tempdir().expect("a temporary folder");
        let folder = place.path();
        one_case_played(folder);
        let prepared = shell(folder, prepare);
        assert_eq!(prepared.code, Some(0), "{what}: {}", prepared.err);
        let before = fs::read(folder.join("x.db")).expect("it was prepared");
        let ended = run(folder, &["audit", "verify", "--database", "x.db"]);
        let said = format!("{}{}", ended.out, ended.err);
        assert_eq!(ended.code, Some(code), "{what}: {said}");
        assert!(said.contains(word), "{what}: {said}");
        let after = fs::read(folder.join("x.db")).expect("it is still there");
        assert_eq!(before, after, "{what}: the file was changed");
        caught += 1;
    }
    println!("unusual files: planted {}, caught {caught}", UNUSUAL.len());
}
