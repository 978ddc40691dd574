//! Gives the program files that are meant to break it: each is answered with a code and a place, within bounds.
//! How a child is bounded is in `tests/it/child.rs`.

use std::fmt::Write as _;
use std::fs;

use crate::child::tsuho;
use crate::cmd::repository;

/// A workflow up to its guard, which stands at the end of its file.
const UP_TO_THE_GUARD: &str = "\
tsuho: 1
workflow: hostile
version: 1
title: { en: Hostile, ja: 敵対的 }
uses: [incident]
facts:
  users: { type: integer, title: { en: Users, ja: 利用者数 } }
states:
  detected: { phase: detect, title: { en: Detected, ja: 検知 }, initial: true }
  closed: { phase: closed, title: { en: Closed, ja: 完了 }, outcome: completed }
actions:
  close:
    title: { en: Close, ja: 完了する }
    from: detected
    to: closed
    by: privacy_officer
    when: >-
";

/// Returns a file with a guard, broken into lines that are short enough to be read.
fn guard(pieces: impl Iterator<Item = String>) -> Vec<u8> {
    let mut text = UP_TO_THE_GUARD.to_owned();
    let pieces: Vec<String> = pieces.collect();
    for line in pieces.chunks(200) {
        text.push_str("      ");
        text.push_str(&line.concat());
        text.push('\n');
    }
    text.into_bytes()
}

/// Returns a file with a guard that has an opening and a closing part many times around its middle.
fn nested(opening: &str, middle: &str, closing: &str, times: usize) -> Vec<u8> {
    let part = |text: &str| std::iter::repeat_n(text.to_owned(), times);
    guard(
        part(opening)
            .chain([middle.to_owned()])
            .chain(part(closing)),
    )
}

fn lines(line: &str, times: usize) -> Vec<u8> {
    format!("tsuho: 1\nworkflow: x\n{}", line.repeat(times)).into_bytes()
}

/// Nine anchors, each nine times the one before: 387,420,489 values.
fn alias_bomb() -> Vec<u8> {
    let mut text = "tsuho: 1\nworkflow: x\na: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (before, name) in ('a'..='i').zip('b'..='j') {
        let list = vec![format!("*{before}"); 9].join(",");
        writeln!(text, "{name}: &{name} [{list}]").expect("a text takes everything");
    }
    text.into_bytes()
}

/// Lists or mappings within each other, 100,000 deep, on lines that are short enough to be read.
fn deep(open: &str, close: &str) -> Vec<u8> {
    let part = |text: &str| format!("{}\n  ", text.repeat(1_000)).repeat(100);
    format!(
        "tsuho: 1\nworkflow: x\nfacts: {}{}\n",
        part(open),
        part(close)
    )
    .into_bytes()
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

/// What is given to the program: a name, the file, and the code that answers it.
type Hostile = (&'static str, Vec<u8>, &'static str);

/// Files that are too much of something.
fn too_much() -> Vec<Hostile> {
    let comment = format!("# {}\n", "x".repeat(97));
    let one_line = format!("a: {}", "[".repeat(100_000)).into_bytes();
    let text = format!("a: >-\n{}", "  xxxxxxxxxxxxxxxx\n".repeat(47_000));
    let mut keys = String::new();
    for number in 0..70_000 {
        writeln!(keys, "k{number}: 1").expect("a text takes everything");
    }
    vec![
        ("alias bomb", alias_bomb(), "WF0032"),
        ("lists 100,000 deep", deep("[", "]"), "WF0007"),
        ("mappings 100,000 deep", deep("{a: ", "}"), "WF0007"),
        ("100,000 deep on one line", one_line, "WF0005"),
        ("50 MB of comments", lines(&comment, 524_288), "WF0003"),
        ("one value of 900 kB", text.into_bytes(), "WF0006"),
        ("70,000 keys", keys.into_bytes(), "WF0008"),
        ("60,000 items", lines("- [1, 2]\n", 60_000), "WF0024"),
    ]
}

/// Files that mean different things to different readers, or nothing.
fn ambiguous() -> Vec<Hostile> {
    let of = |rest: &str| format!("tsuho: 1\nworkflow: x\n{rest}\n").into_bytes();
    vec![
        (
            "not UTF-8",
            b"tsuho: 1\nworkflow: \xff\xfe\n".to_vec(),
            "WF0002",
        ),
        ("UTF-16", utf16("tsuho: 1\n"), "WF0002"),
        ("nothing but zeros", vec![0; 1_000], "WF0004"),
        (
            "a terminal's commands",
            of("title: \"\u{1b}[2J\""),
            "WF0004",
        ),
        ("duplicate key", of("version: 1\nversion: 2"), "WF0040"),
        ("merge key", of("facts:\n  <<: { a: 1 }"), "WF0035"),
        ("`no`", of("title: no"), "WF0044"),
        ("`0o17`", of("version: 0o17"), "WF0047"),
        ("nothing", Vec::new(), "WF0010"),
    ]
}

/// Guards that cost more than they say.
fn guards() -> Vec<Hostile> {
    let unclosed = guard(std::iter::once("\"users > 1".to_owned()));
    vec![
        (
            "a chain of 10,000 additions",
            nested("1 + ", "1 > 0", "", 10_000),
            "WF5001",
        ),
        (
            "a chain of 4,000 conditions",
            nested("users > 1 && ", "true", "", 4_000),
            "WF5001",
        ),
        (
            "10,000 brackets",
            nested("(", "true", ")", 10_000),
            "WF5001",
        ),
        (
            "30,000 negations",
            nested("!", "true", "", 30_000),
            "WF5001",
        ),
        ("300 brackets", nested("(", "true", ")", 300), "WF5002"),
        (
            "nested `map`",
            nested("[1].map(a, ", "a", ")", 40),
            "WF5002",
        ),
        (
            "nested `all`",
            nested("measures.all(m, ", "true", ")", 40),
            "WF5002",
        ),
        (
            "nested choices",
            nested("known(users) ? ", "true", " : false", 50),
            "WF5012",
        ),
        ("an unclosed quotation", unclosed, "WF50"),
    ]
}

/// Returns the commands that a file is given to: all of them read alike, which two files are enough to see.
fn commands(name: &str) -> &'static [&'static str] {
    match name {
        "alias bomb" | "nested `map`" => &["validate", "test", "graph"],
        _ => &["validate"],
    }
}

#[test]
fn every_hostile_file_gets_an_answer_and_a_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut faults = Vec::new();
    let files: Vec<Hostile> = [too_much(), ambiguous(), guards()].concat();
    for (name, bytes, code) in &files {
        fs::write(folder.path().join("hostile.yaml"), bytes).expect("a temporary file");
        for command in commands(name) {
            let ended = tsuho(folder.path(), &[command, "hostile.yaml"]);
            let told = ended.out.contains(code) && ended.out.contains("hostile.yaml:");
            if !(ended.is_an_answer() && ended.code == Some(1) && told) {
                let shown: String = ended
                    .out
                    .chars()
                    .chain(ended.err.chars())
                    .take(600)
                    .collect();
                faults.push(format!(
                    "{command}, {name}, {code}: {:?}\n{shown}",
                    ended.code
                ));
            }
        }
    }
    println!("{} hostile files", files.len());
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn a_byte_order_mark_and_windows_lines_change_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = repository().join("workflows/jp-tba-secrecy-leak.yaml");
    let plain = fs::read_to_string(path).expect("it is shipped");
    let drawn = |text: &str| {
        fs::write(folder.path().join("leak.yaml"), text).expect("a temporary file");
        let validated = tsuho(folder.path(), &["validate", "leak.yaml"]);
        assert_eq!(validated.code, Some(0), "{}", validated.out);
        tsuho(folder.path(), &["graph", "leak.yaml"]).out
    };
    let expected = drawn(&plain);
    assert_eq!(drawn(&format!("\u{feff}{plain}")), expected);
    assert_eq!(drawn(&plain.replace('\n', "\r\n")), expected);
}

#[test]
fn a_folder_that_leads_into_itself_ends() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).expect("a link");
    fs::write(folder.path().join("x.yaml"), "tsuho: 1\nlibrary: x\n").expect("a file");
    let ended = tsuho(folder.path(), &["validate", "."]);
    assert!(ended.is_an_answer(), "{ended:?}");
    assert!(ended.out.contains("files: 1,"), "{}", ended.out);
}

#[test]
fn a_reader_who_leaves_early_is_no_failure() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = format!(
        "{} completions bash | head -n 1; echo ${{PIPESTATUS[0]}}",
        crate::cmd::PROGRAM
    );
    let ended = crate::child::bounded(folder.path(), "bash", &["-c", &script], 30);
    assert!(ended.out.ends_with("\n0\n"), "{ended:?}");
    assert_eq!(ended.err, "");
    let script = format!(
        "{} completions bash > /dev/full; echo $?",
        crate::cmd::PROGRAM
    );
    let ended = crate::child::bounded(folder.path(), "bash", &["-c", &script], 30);
    assert_eq!(ended.out, "3\n", "{ended:?}");
    assert!(ended.err.contains("could not be printed"), "{ended:?}");
}
