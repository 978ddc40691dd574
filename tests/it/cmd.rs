//! Runs the transcripts of `tests/cmd` and of the guides: every command in them, with what it prints and how it ends.
//! What must not be written down because it differs each time is left out in the transcripts with `[..]`.
//!
//! Each file has a folder of its own to work in, with the repository's `workflows` and what stands in
//! `tests/cmd/<name>.in` or `tests/guide/<name>.in`, if there is such a folder; `<name>.ja.md` begins as `<name>.md` does,
//! and is run as whoever reads Japanese would run it. `TRYCMD=overwrite` writes down what is printed.

use std::ffi::OsStr;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use trycmd::TestCases;

/// The program, as Cargo built it for these tests.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_tsuho-under-test");

/// Variables of whoever runs the tests that would change what is printed.
const CLEARED: [&str; 12] = [
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "LANG",
    "LC_ALL",
    "LC_MESSAGES",
    "NO_COLOR",
    "RUST_BACKTRACE",
    "TSUHO_DATABASE",
    "TSUHO_LANG",
    "TSUHO_LOG",
    "TZ",
];

/// Returns the top of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder can be written");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let entry = entry.expect("the folder can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// Prepares transcripts to be run, each in a folder of its own.
fn prepare(folder: &Path, transcripts: &[PathBuf], beginnings: &Path) {
    for transcript in transcripts {
        let name = transcript.file_name().expect("it is a file");
        let copy = folder.join(name);
        fs::copy(transcript, &copy).expect("a transcript can be copied");
        let start = copy.with_extension("in");
        copy_folder(&repository().join("workflows"), &start.join("workflows"));
        let own = beginnings.join(in_english(name)).with_extension("in");
        if own.is_dir() {
            copy_folder(&own, &start);
        }
        // That there is such a folder makes trycmd run the commands in a copy.
        fs::create_dir_all(copy.with_extension("out")).expect("a temporary folder can be written");
    }
}

/// Returns the name of the English transcript beside one in either language.
fn in_english(name: &OsStr) -> String {
    name.to_string_lossy().replace(".ja.md", ".md")
}

/// Tells whether a transcript is in Japanese.
fn is_japanese(transcript: &Path) -> bool {
    transcript.to_string_lossy().ends_with(".ja.md")
}

fn run(folder: &Path, locale: &str) {
    let cases = TestCases::new();
    cases.register_bin("tsuho", Path::new(PROGRAM).to_owned());
    for variable in CLEARED {
        cases.env(variable, "");
    }
    cases.env("LANG", locale);
    cases.case(folder.join("*.md"));
    cases.run();
}

/// Returns the transcripts of a folder.
fn transcripts(folder: &str) -> Vec<PathBuf> {
    let folder = repository().join(folder);
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    found.sort();
    found
}

/// Runs every transcript of a folder in one language, of which there is at least one, and returns how many they are.
fn all_are_true(folder: &str, beginnings: &str, locale: &str) -> usize {
    let mut found = transcripts(folder);
    found.retain(|transcript| is_japanese(transcript) == locale.starts_with("ja"));
    assert!(!found.is_empty(), "no transcript in {folder}");
    run_all(&found, &repository().join(beginnings), locale);
    found.len()
}

#[test]
fn every_transcript_is_true() {
    let count = all_are_true("tests/cmd", "tests/cmd", "");
    println!("tests/cmd: {count} transcripts");
}

#[test]
fn every_guide_is_true() {
    let count = all_are_true("docs/guide", "tests/guide", "");
    println!("docs/guide: {count} transcripts");
}

#[test]
fn every_japanese_guide_is_true() {
    let count = all_are_true("docs/guide", "tests/guide", "ja_JP.UTF-8");
    println!("docs/guide: {count} transcripts");
}

#[test]
fn every_command_of_the_reference_is_true() {
    let count = all_are_true("docs/reference", "tests/reference", "");
    println!("docs/reference: {count} transcripts");
}

/// Runs transcripts of one language in copies, and writes down what is printed where that is asked for.
fn run_all(transcripts: &[PathBuf], beginnings: &Path, locale: &str) {
    let place = tempfile::tempdir().expect("a temporary folder");
    prepare(place.path(), transcripts, beginnings);
    run(place.path(), locale);
    if std::env::var("TRYCMD").as_deref() == Ok("overwrite") {
        for transcript in transcripts {
            let name = transcript.file_name().expect("it is a file");
            fs::copy(place.path().join(name), transcript).expect("a transcript can be written");
        }
    }
}

#[test]
fn a_transcript_that_is_not_true_is_found() {
    if std::env::var_os("TRYCMD").is_some() {
        return;
    }
    let planted = [
        "```console\n$ tsuho --version\ntsuho of another world\n\n```\n",
        "```console\n$ tsuho --version\n? 1\ntsuho [..]\n\n```\n",
        "```console\n$ tsuho explain WF0001 --lang ja\nWF0001 not-supported (error)\n...\n```\n",
        "```console\n$ tsuho validate workflows/library\n? 4\n...\n```\n",
    ];
    let caught = planted
        .into_iter()
        .filter(|text| {
            let place = tempfile::tempdir().expect("a temporary folder");
            let transcript = place.path().join("planted.md");
            fs::write(&transcript, text).expect("a temporary file can be written");
            let copies = tempfile::tempdir().expect("a temporary folder");
            prepare(copies.path(), &[transcript], place.path());
            catch_unwind(AssertUnwindSafe(|| run(copies.path(), ""))).is_err()
        })
        .count();
    println!("transcripts: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
