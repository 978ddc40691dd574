//! Plants what the judge of a database is there to find: it is worth something only if it finds it.
//! Programs that acknowledge before they flush are planted in `tests/it/durable/power.rs` and `tests/it/durable/flushes.rs`.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::client::{Record, live};
use super::judge::judge;
use super::scene::{APPLY, NOT_SHOWN, Scene, script};
use super::shim::{Fate, Fault, tsuho};

/// Lines that are sent.
const LINES: usize = 12;

/// Answers that somebody gives who passes lines on and does not wait for what becomes of them.
fn hasty(record: &mut Record) {
    for line in 0..record.lines.len() {
        let answer = json!({ "line": line + 1, "key": format!("s{line}"), "outcome": "committed" });
        record.acknowledged.entry(line).or_insert(answer);
    }
}

/// Says of a request that its records are where those of another are.
fn answer_otherwise(record: &mut Record) {
    let other = record.acknowledged[&1]["records"].clone();
    record
        .acknowledged
        .entry(0)
        .and_modify(|answer| answer["records"] = other);
}

/// Does the same again, as if it had been asked for.
fn do_again(folder: &Path, record: &Record) {
    let again = record.lines.iter();
    let again: Vec<String> = again
        .map(|line| line.replace(r#""key":"s"#, r#""key":"again"#))
        .collect();
    let life = live(tsuho(folder, &["apply"]), &again);
    assert_eq!(life.code, Some(0), "{}", life.end());
}

/// Writes over a page in the middle of the file.
fn overwrite(folder: &Path) {
    let file = folder.join("a.db");
    let mut bytes = fs::read(&file).expect("it is there");
    let middle = bytes.len() / 8192 * 4096;
    bytes[middle..middle + 4096].fill(0x55);
    fs::write(file, bytes).expect("it can be written");
}

#[test]
fn a_database_that_is_not_what_was_acknowledged_is_found() {
    let Some(scene) = Scene::new() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let lines = script(LINES);
    let calls = scene.calls(&lines);
    let judged = |fate: Fate<'_>, change: &dyn Fn(&Path, &mut Record)| {
        let copy = scene.copy();
        let (life, _) = scene.run(copy.path(), APPLY, fate, &lines);
        let mut record = Record::of(&lines, &life.answers);
        change(copy.path(), &mut record);
        judge(copy.path(), &record, scene.records)
    };
    let planted = [
        (
            "nothing",
            judged(Fate::KIND, &|_, _| {}),
            (false, false, false),
        ),
        (
            "lost: an older copy lies there",
            judged(Fate::KIND, &|folder, _| scene.lay(folder)),
            (true, false, false),
        ),
        (
            "lost: acknowledged before it was done",
            judged(Fate::of(Fault::Kill, calls / 3), &|_, record| hasty(record)),
            (true, false, false),
        ),
        (
            "doubled: done once more than it was asked",
            judged(Fate::KIND, &|folder, record| do_again(folder, record)),
            (false, true, false),
        ),
        (
            "unrecoverable: a page is overwritten",
            judged(Fate::KIND, &|folder, _| overwrite(folder)),
            (false, false, true),
        ),
        (
            "lost: another answer than was given",
            judged(Fate::KIND, &|_, record| answer_otherwise(record)),
            (true, false, false),
        ),
    ];
    let is_found = |(name, verdict, expected): &(&str, super::judge::Verdict, _)| {
        let found = (
            verdict.lost > 0,
            verdict.doubled > 0,
            verdict.is_unrecoverable,
        );
        println!("{name}: lost, doubled, unrecoverable: {found:?}");
        found == *expected
    };
    let found = planted.iter().filter(|one| is_found(one)).count();
    // The first of them is a sound database.
    println!(
        "databases that are not what was acknowledged: planted {}, caught {}",
        planted.len() - 1,
        found.saturating_sub(1)
    );
    assert_eq!(found, planted.len());
}
