//! Verifies databases that somebody changed with SQL alone: every column of every table, the schema, rows that no query finds.
//! Forgeries that seal the history anew are in `tests/it/audit.rs`; what a row must say is tested in `crates/audit/tests/it`.

mod changes;

use std::fs;
use std::path::Path;

use serde_json::Value;

use self::changes::{LAST, Python, ROWS, SCHEMAS};
use crate::audit::{python, verify};
use crate::child::{Ended, tsuho as run};
use crate::demo::one_case_played;

/// Plays the demonstration, and adds a file and requests with keys.
fn prepared(folder: &Path) {
    one_case_played(folder);
    fs::write(folder.join("report.txt"), "what was found\n").expect("it can be written");
    let lines = ["k-1", "k-2", "k-3"].map(|key| {
        let (who, what) = ("duty_officer", "note");
        serde_json::json!({ "key": key, "as": who, "do": what, "case": 1, "text": "noted" })
            .to_string()
    });
    let lines = lines.join("\n");
    fs::write(folder.join("notes.jsonl"), lines).expect("it can be written");
    for command in [
        &[
            "case",
            "attach",
            "1",
            "report.txt",
            "--as",
            "privacy_officer",
        ][..],
        &["apply", "notes.jsonl"],
    ] {
        let done = run(
            folder,
            &[command, &["--database", "tsuho-demo.db"]].concat(),
        );
        assert_eq!(done.code, Some(0), "{command:?}: {done:?}");
    }
}

/// Copies the database and changes the copy, `x.db`; returns what the forger said.
fn forged(folder: &Path, forgery: &str) -> String {
    fs::copy(folder.join("tsuho-demo.db"), folder.join("x.db")).expect("it can be copied");
    let done = python(folder, "forge_history.py", forgery);
    assert_eq!(done.code, Some(0), "{forgery}: {}", done.err);
    done.out.trim().to_owned()
}

/// Returns the first finding, which the program has to end with 1 to have.
fn first(ended: &Ended) -> Option<Value> {
    let report: Value = serde_json::from_str(&ended.out).ok()?;
    let first = report["findings"].get(0)?.clone();
    (ended.code == Some(1)).then_some(first)
}

#[test]
fn what_was_changed_with_sql_is_named_first() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    prepared(folder);
    let sound = verify(folder, "tsuho-demo.db");
    assert_eq!(sound.code, Some(0), "{}", sound.out);
    let (mut planted, mut missed, mut disagreed) = (0, Vec::new(), Vec::new());
    let rows = ROWS.iter().map(|change| ("sql", change));
    let schemas = SCHEMAS.iter().map(|change| ("schema", change));
    for (kind, (statements, fault, field, at, sight)) in rows.chain(schemas) {
        planted += 1;
        let statements = statements.replace("LAST", LAST);
        forged(folder, &format!("{kind} x.db \"{statements}\""));
        let ended = verify(folder, "x.db");
        let found = first(&ended).unwrap_or_default();
        let row = found["row"].as_str().unwrap_or_default();
        let position = found["position"].as_u64();
        let is_there = position.is_some_and(|it| at.parse() == Ok(it)) || row.starts_with(at);
        if found["fault"] != *fault || found["field"] != *field || !is_there {
            missed.push(format!("{statements}: {found}{}", ended.err));
        }
        let alone = python(folder, "check_history.py", "x.db");
        let expected = i32::from(*sight == Python::Sees);
        // A table that is not there is no finding of a row: the file is not sound at all.
        if alone.code != Some(expected) && alone.code != Some(8) {
            disagreed.push(format!("{statements}: {}", alone.out));
        }
    }
    println!(
        "changes made with SQL: planted {planted}, caught {}",
        planted - missed.len()
    );
    println!(
        "the same by Python alone, as far as it sees: planted {planted}, caught {}",
        planted - disagreed.len()
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(disagreed.is_empty(), "{}", disagreed.join("\n"));
}

/// Columns of which nothing is on record, so that another value cannot be told from the right one: what the report says
/// that it does not prove, and how far a drill has moved its time or when its database was made.
const UNPROVEN: &[&str] = &[
    "requests key",
    "requests digest",
    "ledger virtual_now",
    "ledger created_at",
];

#[test]
fn no_column_of_any_table_can_be_changed_silently() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    prepared(folder);
    // Enough of it that a snapshot of the case is kept too.
    let notes = (0..70).map(|number| {
        let note = serde_json::json!({ "as": "duty_officer", "do": "note", "case": 1, "text": number.to_string() });
        format!("{note}\n")
    });
    fs::write(folder.join("more.jsonl"), notes.collect::<String>()).expect("it can be written");
    let done = run(
        folder,
        &["apply", "more.jsonl", "--database", "tsuho-demo.db"],
    );
    assert_eq!(done.code, Some(0), "{done:?}");
    let listed = python(folder, "forge_history.py", "columns tsuho-demo.db");
    assert!(listed.out.contains("snapshots bytes"), "{}", listed.out);
    let rounds = if option_env!("TSUHO_COUNTS") == Some("full") {
        12
    } else {
        1
    };
    let (mut planted, mut columns, mut silent) = (0, 0, Vec::new());
    for column in listed.out.lines() {
        columns += 1;
        for round in 0..rounds {
            let said = forged(folder, &format!("cell x.db {column} {round}"));
            if said == "no rows" || UNPROVEN.contains(&column) {
                continue;
            }
            planted += 1;
            let ended = verify(folder, "x.db");
            if first(&ended).is_none() {
                silent.push(format!("{said}: {:?} {}", ended.code, ended.err));
            }
        }
    }
    println!(
        "FIGURE tampered: columns {columns}, cells changed {planted}, silently accepted {} of {planted}",
        silent.len()
    );
    println!(
        "changed cells: planted {planted}, caught {}",
        planted - silent.len()
    );
    assert!(columns > 55 && planted > 50, "{columns} {planted}");
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn a_command_on_a_changed_file_says_that_it_was_changed_and_not_that_tsuho_has_a_defect() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    prepared(folder);
    let mut told = 0;
    let changes = [
        (
            "delete from parts where position = LAST; delete from events where position = LAST",
            8,
        ),
        ("update ledger set size = size + 1", 8),
        ("update ledger set size = size - 1", 8),
        ("update events set hash = x'00' where position = 30", 8),
        ("update ledger set next_case_number = 1", 3),
    ];
    for (statements, code) in changes {
        let statements = statements.replace("LAST", LAST);
        forged(folder, &format!("sql x.db \"{statements}\""));
        let command: &[&str] = match code {
            3 => &[
                "case",
                "open",
                "jp-tba-secrecy-leak",
                "--as",
                "privacy_officer",
            ],
            _ => &["case", "note", "1", "text", "--as", "duty_officer"],
        };
        for (language, words) in [("en", "changed"), ("ja", "外部から変更")] {
            let more = ["--database", "x.db", "--lang", language];
            let ended = run(folder, &[command, &more].concat());
            assert_eq!(ended.code, Some(code), "{statements}: {ended:?}");
            assert!(ended.err.contains(words), "{statements}: {}", ended.err);
            assert!(
                ended.err.contains("tsuho audit verify"),
                "{statements}: {}",
                ended.err
            );
            let defect = ended
                .err
                .find("defect")
                .or_else(|| ended.err.find("不具合"));
            let verify = ended.err.find("audit verify");
            assert!(
                defect.is_none() || defect > verify,
                "{statements}: {}",
                ended.err
            );
            told += 1;
        }
    }
    println!(
        "commands on changed files: planted {}, caught {told}",
        changes.len() * 2
    );
}

#[test]
fn a_finding_has_words_and_help_in_both_languages_and_no_english_in_japanese() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    prepared(folder);
    let mut told = 0;
    for statements in [
        "update ledger set size = size + 1",
        "update events set hash = x'00' where position = 5",
        "delete from clocks",
        "delete from blobs",
        "insert into requests values ('person_x', 'k', zeroblob(32), 'cmd_x', 'case/x', 0, 0)",
        "delete from parts where position = 20",
    ] {
        forged(folder, &format!("sql x.db \"{statements}\""));
        let ended = run(
            folder,
            &["audit", "verify", "--database", "x.db", "--lang", "ja"],
        );
        assert!(ended.out.contains("対処: "), "{}", ended.out);
        let english = [
            "expected", "found", "nothing", "absent", " row", " of ", "missing", "record",
        ];
        let found: Vec<&str> = english
            .into_iter()
            .filter(|word| ended.out.contains(word))
            .collect();
        assert!(found.is_empty(), "{found:?}: {}", ended.out);
        told += 1;
    }
    println!("findings in Japanese: planted 6, caught {told}");
}
