//! Sends lines of requests: many at once, none at all, more than somebody waits for, and again after a kill.
//! What a line may hold is told by `docs/reference/requests.md`, whose example is run with the transcripts.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};

use serde_json::{Value, json};

use crate::office::Office;
use crate::unfit::Holder;

/// Returns the lines that open so many cases, then write so many notes on each of them in turn.
fn story(cases: usize, notes: usize) -> String {
    let mut lines = String::new();
    for case in 1..=cases {
        let open = json!({ "key": format!("o{case}"), "as": "Sato", "do": "open", "workflow": "jp-tba-secrecy-leak" });
        let _ = writeln!(lines, "{open}");
    }
    for note in 1..=notes {
        for case in 1..=cases {
            let request = json!({
                "key": format!("n{case}-{note}"), "as": "Sato", "do": "note", "case": case, "text": format!("note {note}"),
            });
            let _ = writeln!(lines, "{request}");
        }
    }
    lines
}

/// Returns the notes of a case in the order of its history.
fn notes(office: &Office, case: usize) -> Vec<String> {
    let page = office.done(&format!("case show {case} --all"));
    let notes = page
        .lines()
        .filter_map(|line| line.split_once(" Sato: note "));
    notes.map(|(_, note)| note.to_owned()).collect()
}

#[test]
fn several_callers_keep_the_order_of_each_case_and_of_the_answers() {
    let office = Office::new();
    let (cases, each) = (5, tsuho_tests::count(6, 60));
    let lines = story(cases, each);
    let (code, answers) = office.answers(&["--callers", "16"], lines.as_bytes());
    assert_eq!((code, answers.len()), (Some(0), cases + cases * each));
    for (place, answer) in answers.iter().enumerate() {
        assert_eq!(answer["line"], json!(place + 1), "{answer}");
        assert_eq!(answer["outcome"], "committed", "{answer}");
    }
    let expected: Vec<String> = (1..=each).map(|note| note.to_string()).collect();
    for case in 1..=cases {
        assert_eq!(notes(&office, case), expected, "case {case}");
    }
    office.verified();
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_the_rest_can_be_sent_again() {
    let office = Office::new();
    let lines = story(3, 40);
    let mut child = office.apply(&["--callers", "4"]);
    child
        .stdin
        .take()
        .expect("it is piped")
        .write_all(lines.as_bytes())
        .expect("it reads them");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut acknowledged = Vec::new();
    for _ in 0..30 {
        let mut line = String::new();
        out.read_line(&mut line).expect("it answers");
        acknowledged.push(serde_json::from_str::<Value>(&line).expect("an answer is JSON"));
    }
    child.kill().expect("it runs still");
    child.wait().expect("it ends");
    let (code, answers) = office.answers(&[], lines.as_bytes());
    assert_eq!(code, Some(0));
    let lost: Vec<&Value> = acknowledged
        .iter()
        .zip(&answers)
        .filter(|(before, after)| {
            after["outcome"] != "repeated" || before["records"] != after["records"]
        })
        .map(|(before, _)| before)
        .collect();
    println!(
        "acknowledged before the kill: {}, lost: {}",
        acknowledged.len(),
        lost.len()
    );
    assert_eq!(lost, [&Value::Null; 0]);
    for case in 1..=3 {
        assert_eq!(notes(&office, case).len(), 40, "case {case}");
    }
    office.verified();
}

#[test]
fn lines_that_are_no_requests_are_answered_and_the_next_is_read() {
    let office = Office::with_case();
    let before = office.verified();
    let mut lines: Vec<Vec<u8>> = vec![
        b"\xff\xfe{".to_vec(),
        b"\xef\xbb\xbf{\"do\":\"note\"}".to_vec(),
        b"{\"do\":\"note\",\"text\":\"\x00\"}".to_vec(),
        b"{}{}".to_vec(),
        b"null".to_vec(),
        [b"[".repeat(100_000), b"]".repeat(100_000)].concat(),
        [
            b"{\"text\":\"".to_vec(),
            b"x".repeat(2 << 20),
            b"\"}".to_vec(),
        ]
        .concat(),
        br#"{"as":"Sato","do":"note","case":18446744073709551616,"text":"x"}"#.to_vec(),
        br#"{"as":"Sato","do":"note","case":-1,"text":"x"}"#.to_vec(),
        br#"{"as":"Sato","do":"note","case":1,"text":5}"#.to_vec(),
        [
            br#"{"as":"Sato","do":"note","case":1,"text":""#.to_vec(),
            b"x".repeat(20_000),
            b"\"}".to_vec(),
        ]
        .concat(),
    ];
    let bad = lines.len();
    lines.push(br#"{"as":"Sato","do":"note","case":"1","text":"granted"}"#.to_vec());
    let (code, answers) = office.answers(&[], &lines.join(&b'\n'));
    let invalid = answers
        .iter()
        .filter(|answer| answer["outcome"] == "invalid")
        .count();
    println!("lines that are no requests: planted {bad}, caught {invalid}");
    assert_eq!((code, answers.len(), invalid), (Some(1), bad + 1, bad));
    assert_eq!(answers[bad]["outcome"], "committed");
    assert_eq!(office.verified(), before + 1);
}

#[test]
fn a_failure_stops_the_lines_and_the_rest_can_be_sent_again() {
    let office = Office::with_case();
    let lines = story(1, 3);
    let holder = Holder::of(&office.0.path().join("a.db"));
    let (code, answers) = office.answers(&[], lines.as_bytes());
    holder.let_go();
    assert_eq!(code, Some(3), "{answers:?}");
    let outcomes: Vec<&Value> = answers.iter().map(|answer| &answer["outcome"]).collect();
    assert_eq!(outcomes, ["failed"], "{answers:?}");
    let (code, answers) = office.answers(&[], lines.as_bytes());
    assert_eq!((code, answers.len()), (Some(0), 4), "{answers:?}");
}

#[test]
fn a_caller_who_leaves_is_served_no_longer() {
    let office = Office::new();
    let lines = story(1, 400);
    let mut child = office.apply(&[]);
    let mut input = child.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || {
        let _ = input.write_all(lines.as_bytes());
    });
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("it answers");
    drop(out);
    let ended = child.wait().expect("it ends");
    writer.join().expect("it only writes");
    assert_eq!(ended.code(), Some(0));
    let written = notes(&office, 1).len();
    println!("notes written after the caller left: {written} of 400");
    assert!(written < 400);
}
