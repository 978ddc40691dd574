//! Asks of cases what nobody should ask, and the same twice: each is answered, and nothing is written that should not be.
//! What each command prints is in the transcripts of `tests/cmd`; unfit databases are in `tests/it/unfit.rs`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::child::tsuho;
use crate::cmd::{copy_folder, repository};
use crate::office::Office;

/// Returns the one answer to one request.
fn answer(office: &Office, request: &Value) -> Value {
    let (_, mut answers) = office.answers(&[], format!("{request}\n").as_bytes());
    assert_eq!(answers.len(), 1, "{request}");
    answers.remove(0)
}

/// What nobody should ask, how the program ends, and a word of what it says.
const BAD: &[(&str, i32, &str)] = &[
    (
        "case open jp-tba-leak --as Sato",
        4,
        "no workflow `jp-tba-leak`",
    ),
    (
        "case open jp-tba-secrecy-leak@9 --as Sato",
        4,
        "`jp-tba-secrecy-leak@9`",
    ),
    (
        "case list --state nowhere",
        2,
        "no published workflow has a state `nowhere`",
    ),
    ("case show 9", 4, "there is no case `9`"),
    (
        "case advance 1 frobnicate --as Sato",
        1,
        "no action `frobnicate`",
    ),
    (
        "case advance 1 supplement --as Tanaka",
        1,
        "is not possible in state `Detected (detected)`",
    ),
    (
        "case advance 1 report --as Tanaka",
        1,
        "is not possible in state `Detected (detected)`",
    ),
    (
        "case advance 1 notify --as Tanaka",
        1,
        "does not hold the role `Duty officer (duty_officer)`",
    ),
    (
        "case advance 1 notify --channel phone --role pirate --as Sato",
        1,
        "no role `pirate`",
    ),
    (
        "case advance 1 notify --channel phone --role executive --as Sato",
        1,
        "does not hold the role `Executive (executive)`",
    ),
    ("case advance 1 notify --as Sato", 1, "say how it was sent"),
    (
        "case advance 1 confirm --as Tanaka",
        1,
        "needs these facts: When it was noticed (detected_at), Content of the leaked",
    ),
    (
        "case advance 1 decide_not_reportable reason_not_reportable=x --as Ito",
        1,
        "whether it is to be reported must be “no”",
    ),
    (
        "case advance 1 reopen --as Ito",
        1,
        "taken by the clock alone",
    ),
    (
        "case record 1 knwon_at=2023-10-27 --as Tanaka",
        1,
        "no fact `knwon_at`",
    ),
    (
        "case record 1 users_affected=many --as Tanaka",
        1,
        "`many` is not a whole number",
    ),
    (
        "case record 1 secrecy_leak=perhaps --as Tanaka",
        1,
        "`perhaps` is not among the choices",
    ),
    (
        "case record 1 known_at=2023-02-30 --as Tanaka",
        1,
        "`2023-02-30`",
    ),
    (
        "case record 1 known_at= --as Tanaka",
        1,
        "a reason is needed",
    ),
    (
        "case record 1 mic_bureau=jp-mic --as Tanaka",
        1,
        "belongs to the operator",
    ),
    (
        "case record operator mic_bureau=jp-moon --as Tanaka",
        1,
        "has no choice `jp-moon`",
    ),
    (
        "case note 1 x --occurred-at 2024-01-01T00:00 --as Tanaka",
        1,
        "lies in the future",
    ),
    (
        "case note 1 x --occurred-at 2023-10-27T17:00 --as Tanaka",
        1,
        "before the present state was entered",
    ),
    (
        "case note 1 x --seen 1 --as Tanaka",
        1,
        "the case changed meanwhile",
    ),
    (
        "case note 1 x --as Nobody",
        4,
        "nobody is known as `Nobody`",
    ),
    (
        "case note 1 x --key other --as Tanaka",
        1,
        "was used before for another request",
    ),
    (
        "case approve 1 report --as Suzuki",
        1,
        "nobody asked for consent",
    ),
    ("case receive 1 7 --as Tanaka", 1, "no filing 7"),
    (
        "case undo 1 report --failed --reason x --as Tanaka",
        1,
        "no filing of `report`",
    ),
    (
        "case attach 1 gone.pdf --as Tanaka",
        4,
        "`gone.pdf` cannot be read",
    ),
    ("apply gone.jsonl", 4, "`gone.jsonl` cannot be read"),
];

/// Returns what is not answered as it should be.
fn faults(office: &Office, bad: &[(&str, i32, &str)]) -> Vec<String> {
    let answered = bad.iter().filter_map(|(line, code, words)| {
        let ended = office.tsuho(line);
        let as_it_should =
            ended.is_an_answer() && ended.code == Some(*code) && ended.err.contains(words);
        (!as_it_should)
            .then(|| format!("{line} should end with {code} and say `{words}`: {ended:?}"))
    });
    answered.collect()
}

#[test]
fn what_nobody_should_ask_is_answered_and_nothing_is_written() {
    let office = Office::with_case();
    office.done("case note 1 first --key other --as Tanaka");
    let before = office.verified();
    assert_eq!(faults(&office, BAD), [""; 0]);
    assert_eq!(office.verified(), before);
    println!(
        "bad input: {} requests refused, 0 records of {before} more",
        BAD.len()
    );
}

#[test]
fn an_answer_to_bad_input_that_is_not_the_right_one_is_found() {
    let office = Office::with_case();
    let planted = [
        ("case list", 1, ""),
        ("case show 9", 1, "there is no case `9`"),
        ("case show 9", 4, "no such case"),
    ];
    let caught = faults(&office, &planted).len();
    println!("bad input: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

#[test]
fn what_happened_before_the_present_state_is_taken_with_a_reason_and_shown() {
    let office = Office::with_case();
    let noted = "case note 1 x --occurred-at 2023-10-27T17:00 --reason late --as Tanaka";
    let told = office.done(noted);
    assert!(
        told.contains("happened 2023-10-27 17:00, written down 2023-10-27 18:00"),
        "{told}"
    );
    assert!(
        office
            .done("case show 1 --all")
            .contains("2023-10-27 17:00 Tanaka: x")
    );
}

#[test]
fn the_same_request_is_done_once_however_it_is_sent() {
    let office = Office::with_case();
    office.done("case note 1 hello --key k --as Tanaka");
    let before = office.verified();
    let request = json!({ "key": "k", "as": "Tanaka", "do": "note", "case": 1, "text": "hello" });
    let first = answer(&office, &request);
    assert_eq!(
        (&first["outcome"], &first["number"]),
        (&json!("repeated"), &json!(1)),
        "{first}"
    );
    let mut other = request.clone();
    other["text"] = json!("goodbye");
    assert_eq!(answer(&office, &other)["code"], "key_reused");
    // The key is the person's own.
    other["as"] = json!("Sato");
    assert_eq!(answer(&office, &other)["outcome"], "committed");
    assert_eq!(office.verified(), before + 1);
}

/// Changes the database behind the program's back.
fn behind(office: &Office, statement: &str) {
    let script =
        "import sqlite3, sys; c = sqlite3.connect('a.db'); c.execute(sys.argv[1]); c.commit()";
    let changed = Command::new("python3")
        .args(["-c", script, statement])
        .current_dir(office.0.path())
        .status()
        .expect("`cargo xtask setup` installs Python");
    assert!(changed.success(), "{statement}");
}

#[test]
fn what_fell_due_and_nobody_wrote_down_is_shown_and_then_written() {
    let office = Office::with_case();
    let before = office.verified();
    // Nobody was there to wake the case when its last day ended.
    let after: i64 = 1_701_302_400_000_000; // 2023-11-30T09:00+09:00
    behind(&office, &format!("update ledger set virtual_now = {after}"));
    let shown = office.done("case show 1 --all");
    assert!(
        shown.contains("things fell due that are not written down yet"),
        "{shown}"
    );
    assert!(
        shown.contains("late by 2 d 9 h, nothing filed that counts"),
        "{shown}"
    );
    assert!(office.done("case clocks").contains("late by 2 d 9 h"));
    assert_eq!(office.verified(), before, "looking writes nothing");
    let told = office.done("case note 1 late --as Tanaka");
    assert!(
        told.contains("deadline passed with no filing on record"),
        "{told}"
    );
    assert!(
        !office
            .done("case show 1 --all")
            .contains("not written down")
    );
    office.verified();
}

#[test]
fn an_unfit_database_is_told_apart_by_every_command_on_cases() {
    let office = Office::with_case();
    fs::write(office.0.path().join("lines"), "{}\n").expect("it can be written");
    let unfit = [
        ("missing.db", 4, "there is no database"),
        ("lines", 8, "is no database of tsuho"),
    ];
    let commands = [
        "case list",
        "case show 1",
        "case clocks",
        "case note 1 x",
        "case open x",
        "apply lines",
    ];
    for (database, code, words) in unfit {
        for command in commands {
            let line = format!("{command} --database {database}");
            let arguments: Vec<&str> = line.split(' ').collect();
            let ended = tsuho(office.0.path(), &arguments);
            assert!(
                ended.is_an_answer() && ended.code == Some(code),
                "{line}: {ended:?}"
            );
            assert!(ended.err.contains(words), "{line}: {ended:?}");
        }
    }
}

#[test]
fn a_workflow_edited_after_opening_changes_no_open_case() {
    let office = Office::with_case();
    let copy = office.0.path().join("workflows");
    copy_folder(&repository().join("workflows"), &copy);
    let edit = |from: &str, to: &str| {
        let file = copy.join("jp-tba-secrecy-leak.yaml");
        let text = fs::read_to_string(&file).expect("it was copied");
        assert!(text.contains(from));
        fs::write(&file, text.replace(from, to)).expect("it can be written");
    };
    edit("within: 30 days", "within: 31 days");
    let digest = |case: &str| {
        let shown: Value =
            serde_json::from_str(&office.done(&format!("case show {case} --format json")))
                .expect("a case is JSON");
        (
            shown["workflow"].clone(),
            shown["duties"][0]["readings"].clone(),
        )
    };
    let before = digest("1");
    let again = office.tsuho("workflow publish workflows/jp-tba-secrecy-leak.yaml");
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(
        again.err.contains("published with another content"),
        "{again:?}"
    );
    edit("version: 1", "version: 2");
    office.done("workflow publish workflows/jp-tba-secrecy-leak.yaml");
    office.done("case open jp-tba-secrecy-leak --as Sato");
    office.done("case record 1 users_affected=1 --as Tanaka");
    assert_eq!(digest("1"), before);
    assert_ne!(digest("2").0["digest"], before.0["digest"]);
    assert_eq!(digest("2").0["version"], 2);
    office.verified();
}

#[test]
fn the_example_of_the_reference_is_the_file_that_is_run() {
    let read =
        |path: &str| fs::read_to_string(repository().join(Path::new(path))).expect("it is there");
    let text = read("docs/reference/requests.md");
    let example = text
        .split("```jsonl\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    assert_eq!(
        example,
        Some(read("tests/reference/requests.in/requests.jsonl").as_str())
    );
}
