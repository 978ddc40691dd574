//! Plays the demonstration: what it tells follows the scenario through the database, and what it suggests works.
//! How it looks is in `tests/cmd/demo.md`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::child::{Ended, bounded, tsuho as run};
use crate::cmd::repository;

/// The scenario that is played.
const SCENARIO: &str = "workflows/line-yahoo.test.yaml";

/// A scenario of one case, which makes a smaller database.
const ONE_CASE: &str = "workflows/jp-tba-secrecy-leak.test.yaml";

/// Most lines that can be read in about a minute.
const MOST_LINES: usize = 68;

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

/// Plays the scenario of one case in a folder.
pub(crate) fn one_case_played(folder: &Path) -> String {
    let scenario = repository().join(ONE_CASE);
    played(folder, &["--scenario", &scenario.to_string_lossy()])
}

fn scenario() -> String {
    fs::read_to_string(repository().join(SCENARIO)).expect("it is there")
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
    let scenario = scenario();
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

/// Returns the days on which something public happened, and those that letters and sources name.
fn public_days(scenario: &str) -> Vec<&str> {
    let lines = scenario.lines().filter(|line| !line.contains("assumed"));
    let named = lines.flat_map(|line| {
        let keys = ["at: ", "answer_by: ", "{ value: "];
        keys.into_iter()
            .flat_map(move |key| line.split(key).skip(1))
            .filter_map(|rest| days(rest.get(..10)?).first().copied())
    });
    named.collect()
}

/// Returns the numbers of the letters that a scenario tells of.
fn letters(scenario: &str) -> Vec<&str> {
    let parts = scenario.split("{ number: ").skip(1);
    parts.filter_map(|rest| rest.split(',').next()).collect()
}

#[test]
fn the_whole_incident_is_told_in_a_minute() {
    let scenario = scenario();
    let (public, letters) = (public_days(&scenario), letters(&scenario));
    assert!(
        public.len() > 20 && letters.len() == 8,
        "{public:?} {letters:?}"
    );
    for language in ["en", "ja"] {
        let place = folder();
        let told = played(place.path(), &["--lang", language]);
        let lines = told.lines().count();
        println!("FIGURE demo: lines {lines} ({language})");
        assert!(lines <= MOST_LINES, "{lines} lines\n{told}");
        let known = days(&told);
        for day in &public {
            assert!(known.contains(day), "{day} is not told\n{told}");
        }
        let joined: String = told.split_whitespace().collect();
        for letter in &letters {
            assert!(joined.contains(letter), "{letter} is not told\n{told}");
        }
        for case in ["[1]", "[2]", "[4]"] {
            assert!(told.matches(case).count() > 3, "{case}\n{told}");
        }
    }
    println!(
        "{} public days and {} letters are told",
        public.len(),
        letters.len()
    );
}

#[test]
fn every_day_that_is_told_is_in_the_database() {
    let place = folder();
    let told = played(place.path(), &["--database", "a.db"]);
    let mut shown = String::new();
    for command in [
        "incident show 1",
        "case show 1 --all",
        "case show 2 --all",
        "case show 3 --all",
        "case show 4 --all",
        "audit replay 1 --as-of 2023-12-01",
        "audit replay 1 --as-of 2024-06-01",
        "case clocks 1 --explain",
        "case clocks 2 --explain",
        "case clocks 3 --explain",
        "case clocks 4 --explain",
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let ended = run(
            place.path(),
            &[&words[..], &["--database", "a.db"]].concat(),
        );
        shown.push_str(&ended.out);
    }
    let (all, known) = (days(&told), days(&shown));
    let missing: Vec<&str> = all
        .iter()
        .copied()
        .filter(|day| !known.contains(day))
        .collect();
    println!(
        "{} days told, {} not shown otherwise",
        all.len(),
        missing.len()
    );
    assert_eq!(missing, [""; 0], "{told}");
}

#[test]
fn another_date_in_the_scenario_is_another_date_in_the_story() {
    let scenario = scenario();
    // The day on which a fact is said to lie, a letter's date, a measure's, and a day on which something was recorded.
    let changes = [
        (
            "began_at: { value: 2023-09-14,",
            "began_at: { value: 2023-09-13,",
            "2023-09-13",
        ),
        (
            "answer_by: 2024-04-01,",
            "answer_by: 2024-03-29,",
            "2024-03-29",
        ),
        (
            "dated_on: 2024-04-16, answer_by: 2024-07-01,",
            "dated_on: 2024-04-16, answer_by: 2024-07-02,",
            "2024-07-02",
        ),
        ("due: 2026-12-31 }", "due: 2026-11-30 }", "2026-11-30"),
        ("at: 2024-06-28T", "at: 2024-06-27T", "2024-06-27"),
        (
            "detected_at: { value: 2023-10-17,",
            "detected_at: { value: 2023-10-16,",
            "2023-10-16",
        ),
    ];
    let mut copy = scenario.clone();
    for (from, to, _) in &changes {
        assert!(copy.contains(from), "{from}");
        copy = copy.replace(from, to);
    }
    let place = folder();
    fs::write(place.path().join("copy.test.yaml"), copy).expect("it can be written");
    let told = played(place.path(), &[]);
    let other = played(place.path(), &["--scenario", "copy.test.yaml"]);
    let (before, after) = (days(&told), days(&other));
    let caught = changes
        .iter()
        .filter(|(_, _, day)| !before.contains(day) && after.contains(day));
    let caught = caught.count();
    println!("changed dates: planted {}, caught {caught}", changes.len());
    assert_eq!(caught, changes.len());
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
    let scenario = scenario();
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
