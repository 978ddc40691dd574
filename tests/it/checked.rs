//! Changes databases past the program: the check names what was changed, and nothing that is not sound is restored.
//! What the records of a changed database say is in `tests/it/tampered.rs`.

use std::fs;

use serde_json::Value;

use crate::rescued::Place;

/// What is changed, with the finding, its field and the code.
const CHANGED: &[(&str, &str, &str, i32)] = &[
    (
        "drop trigger events_keep",
        "schema_missing",
        "trigger events_keep",
        1,
    ),
    (
        "drop index streams_wake",
        "schema_missing",
        "index streams_wake",
        1,
    ),
    (
        "drop trigger parts_stay; create trigger parts_stay before delete on parts begin select 1; end",
        "schema_differs",
        "trigger parts_stay",
        1,
    ),
    ("create table other (a)", "schema_extra", "table other", 1),
    ("pragma journal_mode = delete", "setting", "journal_mode", 1),
    (
        "drop trigger streams_stay; delete from streams",
        "row_count",
        "streams",
        8,
    ),
    (
        "update streams set version = 99",
        "row_count",
        "streams.version",
        1,
    ),
    (
        "drop trigger streams_keep; update streams set first_position = 99999 where stream = 'system'",
        "row_count",
        "streams.first_position",
        8,
    ),
    (
        "drop trigger ledger_forward; update ledger set next_case_number = 5",
        "row_count",
        "cases.number",
        1,
    ),
    (
        "drop trigger ledger_forward; update ledger set size = 99",
        "ledger_size",
        "events",
        8,
    ),
    (
        "drop trigger events_stay; pragma foreign_keys = off; delete from events where position = 1",
        "reference",
        "parts",
        8,
    ),
    (
        "insert into blobs values (zeroblob(32), 0, 3, x'616263')",
        "file_differs",
        "blobs.bytes",
        8,
    ),
    (
        "insert into clocks values (99, 'a', 'a', '', null, 'running', 0)",
        "reference",
        "clocks",
        8,
    ),
];

#[test]
fn what_somebody_changed_past_the_program_is_named_by_the_check() {
    let place = Place::new();
    let mut missed = Vec::new();
    for (statements, fault, field, code) in CHANGED.iter().copied() {
        let _ = fs::remove_file(place.at().join("c.db"));
        fs::copy(place.at().join("b.db"), place.at().join("c.db")).expect("it can be copied");
        place.sql("c.db", statements);
        let checked = place.run("database check --format json --database c.db");
        let report: Value = serde_json::from_str(&checked.out).unwrap_or_default();
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let named = findings.iter().any(|finding| {
            let place = finding["field"].as_str().unwrap_or_default();
            finding["fault"] == fault && place.starts_with(field)
        });
        if !named || checked.code != Some(code) {
            missed.push(format!(
                "{statements}: {:?}: {findings:?}{}",
                checked.code, checked.err
            ));
        }
    }
    let caught = CHANGED.len() - missed.len();
    println!(
        "changes for the check: planted {}, caught {caught}",
        CHANGED.len()
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_backup_that_is_not_sound_is_not_restored() {
    let place = Place::new();
    let planted = [
        "drop trigger events_keep; update events set header = cast(replace(header, 'InstallationCreated', 'InstallationErased') as blob)",
        "drop trigger events_stay; pragma foreign_keys = off; delete from events where position = 1",
        "drop trigger parts_keep; update parts set bytes = cast(bytes || x'20' as blob) where position = 0",
        "update streams set revision = revision + 1",
        "drop trigger streams_stay; delete from streams",
        "drop trigger workflows_keep",
        "drop trigger ledger_forward; update ledger set size = size + 1",
        "create table other (a)",
    ];
    let mut caught = 0;
    for (statements, number) in planted.iter().zip(0..) {
        let name = format!("{number}.db");
        fs::copy(place.at().join("b.db"), place.at().join(&name)).expect("it can be copied");
        place.sql(&name, statements);
        let before = place.names();
        let restored = place.run(&format!("database restore {name} --to c.db"));
        let refused = matches!(restored.code, Some(1 | 8)) && restored.err.contains("\nhelp: ");
        caught += usize::from(refused && place.names() == before);
        if !refused {
            println!("{statements}: {restored:?}");
        }
    }
    println!(
        "backups that are not sound: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}
