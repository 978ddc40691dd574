//! Plays the demonstration: what it tells follows the scenario through the database, and what it suggests works.
//! How it looks is in `tests/cmd/demo.md`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::child::{Ended, bounded, tsuho as run};
use crate::cmd::repository;

/// The scenario that is played.
const SCENARIO: &str = "workflows/jp-tba-secrecy-leak.test.yaml";

/// Runs a line as a person pastes it into a shell.
pub(crate) fn shell(folder: &Path, line: &str) -> Ended {
    bounded(folder, "sh", &["-c", line], 30)
}

/// Plays the demonstration in a folder and returns what it printed.
pub(crate) fn played(folder: &Path, more: &[&str]) -> String {
    let Ended { code, out, err } = run(folder, &[&["demo"], more].concat());
    assert_eq!(code, Some(0), "{out}{err}");
    out
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Returns every day that a text names.
fn days(text: &str) -> Vec<&str> {
    let is_day = |word: &&str| {
        let shape: String = word
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        shape == "0000-00-00"
    };
    text.split(|c: char| !c.is_ascii_digit() && c != '-')
        .filter(is_day)
        .collect()
}

#[test]
fn a_day_earlier_in_the_scenario_is_another_story() {
    let scenario = fs::read_to_string(repository().join(SCENARIO)).expect("it is there");
    let shifted = scenario.replace(
        "known_at: { value: 2023-10-27,",
        "known_at: { value: 2023-10-26,",
    );
    assert_ne!(shifted, scenario);
    let place = folder();
    fs::write(place.path().join("copy.test.yaml"), shifted).expect("it can be written");
    let told = played(place.path(), &[]);
    let other = played(place.path(), &["--scenario", "copy.test.yaml"]);
    // The readings part: counted from the 26th, the thirtieth day is a Friday or a Saturday.
    let (before, after) = (days(&told), days(&other));
    for day in ["2023-10-26", "2023-11-24"] {
        assert!(
            !before.contains(&day) && after.contains(&day),
            "{day}\n{other}"
        );
    }
    let moved = before.iter().filter(|day| !after.contains(day)).count();
    println!(
        "{} days told, {moved} of them by the shift alone",
        before.len()
    );
    assert!(before.contains(&"2023-11-26") && !after.contains(&"2023-11-26"));
}

#[test]
fn the_same_scenario_gives_the_same_story_and_the_same_file() {
    let (one, other) = (folder(), folder());
    for language in ["en", "ja"] {
        let database = format!("{language}.db");
        let more = ["--lang", language, "--database", &database];
        assert_eq!(played(one.path(), &more), played(other.path(), &more));
        let heads = |place: &Path| {
            let query = format!(
                "import sqlite3; print(sqlite3.connect('{database}').execute(\
                 'select stream, hex(head) from streams order by 1').fetchall())"
            );
            shell(place, &format!("python3 -c \"{query}\"")).out
        };
        assert!(heads(one.path()).contains("system"));
        assert_eq!(heads(one.path()), heads(other.path()));
    }
}

#[test]
fn nothing_is_overwritten() {
    let place = folder();
    played(place.path(), &[]);
    let first = fs::read(place.path().join("tsuho-demo.db")).expect("it was made");
    let told = played(place.path(), &[]);
    assert!(told.contains("tsuho-demo-2.db"), "{told}");
    let refused = run(place.path(), &["demo", "--database", "tsuho-demo.db"]);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    assert!(refused.err.contains("exists already"), "{}", refused.err);
    let now = fs::read(place.path().join("tsuho-demo.db")).expect("it was made");
    assert_eq!(first, now);
    let mut files: Vec<String> = fs::read_dir(place.path())
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(files, ["tsuho-demo-2.db", "tsuho-demo.db"]);
}

#[test]
fn the_commands_to_try_next_work_when_they_are_pasted() {
    let place = folder();
    let told = played(place.path(), &["--database", "a drill's own.db"]);
    let commands: Vec<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.contains(" --database "))
        .collect();
    assert_eq!(commands.len(), 3, "{told}");
    for command in commands {
        let Ended { code, out, err } = shell(place.path(), command);
        assert_eq!(code, Some(0), "{command}\n{out}{err}");
        assert!(!out.is_empty(), "{command}");
    }
}

#[test]
fn a_scenario_that_cannot_be_played_leaves_nothing_behind() {
    let place = folder();
    let scenario = fs::read_to_string(repository().join(SCENARIO)).expect("it is there");
    let planted = [
        ("mistaken", scenario.replace("do: notify", "do: notifi"), 1),
        // Nobody but the privacy officer may file the detailed report.
        (
            "refused",
            scenario.replacen(
                "by: privacy_officer\n    do: report",
                "by: duty_officer\n    do: report",
                1,
            ),
            1,
        ),
        ("empty", "tsuho: 1\nlibrary: x\n".to_owned(), 4),
    ];
    let caught = planted.iter().filter(|(name, text, code)| {
        let file = format!("{name}.test.yaml");
        fs::write(place.path().join(&file), text).expect("it can be written");
        let ended = run(place.path(), &["demo", "--scenario", &file]);
        let is_left = place.path().join("tsuho-demo.db").exists();
        ended.code == Some(*code) && !ended.err.is_empty() && !is_left
    });
    let caught = caught.count();
    println!("scenarios: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

/// Returns the lines that write a date, or a month as a person would.
fn dated(text: &str) -> Vec<&str> {
    let months = [
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let is_dated = |line: &&str| {
        let year = (0..line.len())
            .filter_map(|at| line.get(at..at + 4))
            .any(|four| {
                (four.starts_with("19") || four.starts_with("20")) && four.parse::<u32>().is_ok()
            });
        let japanese = line.chars().zip(line.chars().skip(1));
        let mut japanese = japanese.filter(|(one, _)| one.is_ascii_digit());
        year || months.iter().any(|month| line.contains(month))
            || japanese.any(|(_, next)| "年月".contains(next))
    };
    text.lines().filter(is_dated).collect()
}

#[test]
fn no_date_of_the_incident_stands_in_the_narration() {
    let folder = repository().join("crates/cli/src/commands/demo");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    files.push(folder.with_extension("rs"));
    files.push(repository().join("crates/core/src/catalogue/demo.txt"));
    let mut lines = 0;
    for file in &files {
        let text = fs::read_to_string(file).expect("it can be read");
        let (source, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        lines += source.lines().count();
        assert_eq!(dated(source), [""; 0], "{}", file.display());
    }
    println!("{lines} lines of {} files name no date", files.len());
    let planted = [
        "due on 2023-11-27",
        "in November",
        "令和5年",
        "11月27日",
        "20231127",
    ];
    let caught = planted.iter().filter(|text| dated(text).len() == 1).count();
    println!("dates: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
