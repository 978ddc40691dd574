//! Shows who is told what on the desk: names, personal values, and what somebody consents to.
//! How it reads is in `tests/cmd/case-consent.md` and `tests/cmd/user.md`.

use serde_json::{Value, json};

use crate::office::Office;

/// Names of persons, and values of personal facts, notes, reasons and files: each in a place of its own.
const NAMES: [&str; 4] = ["Sato", "Tanaka", "Suzuki", "Ito"];
const VALUES: [&str; 6] = [
    "Contractor-computer",
    "Third-party",
    "Interview-of-Yamada",
    "Block-the-route",
    "letter-to-Yamada.txt",
    "Newspaper-of-Yamada",
];

/// Makes an office with a case on which everything personal is recorded and a proposal waits; Ueda has no role, and
/// Abe administers and has no role of the workflow.
fn office() -> Office {
    let office = Office::with_case();
    std::fs::write(office.0.path().join("letter-to-Yamada.txt"), "a letter")
        .expect("it is written");
    for line in [
        "case record 1 cause=Contractor-computer outline=Third-party --as Tanaka",
        r#"case record 1 measures=[{"id":"route","what":"Block-the-route"}] --as Tanaka"#,
        "case note 1 Interview-of-Yamada --as Tanaka",
        "case attach 1 letter-to-Yamada.txt --as Tanaka",
        "case advance 1 notify --channel phone --as Sato",
        "user add Ueda",
        "user add Abe",
        "user grant Abe administrator",
    ] {
        office.done(line);
    }
    let sourced = r#"{"as":"Tanaka","do":"record","case":1,"facts":{"users_affected":{"value":7,"source":"Newspaper-of-Yamada"}}}"#;
    let (code, answers) = office.answers(&[], sourced.as_bytes());
    assert_eq!(code, Some(0), "{answers:?}");
    office
        .done("case advance 1 report --channel email --document letter-to-Yamada.txt --as Tanaka");
    office
}

/// Returns everything that is shown to somebody of the case and of persons.
fn shown(office: &Office, person: &str) -> String {
    let commands = [
        "case show 1",
        "case show 1 --all",
        "case show 1 --history",
        "case show 1 --format json",
        "case list",
        "case clocks 1 --explain",
        "audit history 1",
        "audit replay 1 --as-of 2023-10-27",
        "audit replay 1 --as-of 2023-10-27 --format json",
        "user list",
        "user list --format json",
        "user show Tanaka",
    ];
    let shown = commands.map(|command| {
        let ended = office.tsuho(&format!("{command} --as {person}"));
        assert_eq!(ended.code, Some(0), "{command}: {ended:?}");
        ended.out + &ended.err
    });
    shown.concat()
}

fn told<'a>(text: &str, among: &[&'a str]) -> Vec<&'a str> {
    among
        .iter()
        .filter(|one| text.contains(**one))
        .copied()
        .collect()
}

#[test]
fn names_and_personal_values_are_told_by_one_rule() {
    let office = office();
    let [nobody, administrator, officer] =
        ["Ueda", "Abe", "Suzuki"].map(|person| shown(&office, person));
    assert_eq!(told(&nobody, &NAMES), [""; 0], "{nobody}");
    assert_eq!(told(&nobody, &VALUES), [""; 0], "{nobody}");
    assert!(nobody.contains("[personal]"), "{nobody}");
    assert_eq!(told(&administrator, &NAMES), NAMES);
    assert_eq!(told(&administrator, &VALUES), [""; 0], "{administrator}");
    // What is withheld is there, and told to whoever has a role of the workflow.
    let planted = NAMES.len() + VALUES.len();
    let caught = told(&officer, &NAMES).len() + told(&officer, &VALUES).len();
    println!("planted {planted}, caught {caught}");
    assert_eq!(caught, planted, "{officer}");
}

#[test]
fn what_is_withheld_is_said_for_programs() {
    let office = office();
    let withheld = |person: &str| {
        let shown = office.done(&format!("case show 1 --format json --as {person}"));
        let shown: Value = serde_json::from_str(&shown).expect("it is JSON");
        shown["withheld"].clone()
    };
    assert_eq!(withheld("Ueda"), json!(["names", "personal"]));
    assert_eq!(withheld("Abe"), json!(["personal"]));
    assert_eq!(withheld("Suzuki"), json!([]));
    let refused = office.tsuho("audit history 1 --personal --as Ueda");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let ended = office.tsuho("audit history 1 --personal --as Abe");
    assert!(
        ended.err.contains("personal values are withheld"),
        "{ended:?}"
    );
    assert_eq!(told(&ended.out, &VALUES), [""; 0], "{ended:?}");
}

#[test]
fn whoever_consents_is_shown_what_they_consent_to_and_consents_to_that_alone() {
    let office = office();
    let parse = |text: String| -> Value { serde_json::from_str(&text).expect("it is JSON") };
    let records = office.verified();
    let tried = parse(office.done("case approve 1 report --dry-run --format json --as Suzuki"));
    assert_eq!(tried["outcome"], "tried");
    assert_eq!(office.verified(), records);
    let proposal = &tried["proposal"];
    for (key, expected) in [
        ("action", json!("report")),
        ("recipients", json!(["jp-mic-kanto"])),
        ("since_last_filing", Value::Null),
    ] {
        assert_eq!(proposal[key], expected, "{proposal}");
    }
    assert_eq!(proposal["document"]["name"], "letter-to-Yamada.txt");
    let given = parse(office.done("case approve 1 report --key k --format json --as Suzuki"));
    assert_eq!(given["proposal"]["digest"], proposal["digest"]);
    // The same request under its key is answered again, though the program bound it to what it showed.
    let again = parse(office.done("case approve 1 report --key k --format json --as Suzuki"));
    assert_eq!(again["outcome"], "repeated");
    assert_eq!(again["proposal"]["digest"], proposal["digest"]);
    // What changed since the last filing is said where there was one.
    for line in [
        "case advance 1 report --channel email --document letter-to-Yamada.txt --as Tanaka",
        "case receive 1 report --as Tanaka",
        "case record 1 cause=Stolen-token --as Tanaka",
        "case advance 1 supplement --channel email --document letter-to-Yamada.txt --as Tanaka",
    ] {
        office.done(line);
    }
    let tried = parse(office.done("case approve 1 supplement --dry-run --format json --as Ito"));
    let changed = &tried["proposal"]["since_last_filing"]["changed"];
    let expected = json!([{
        "fact": "cause",
        "before": { "text": "Contractor-computer" },
        "after": { "text": "Stolen-token" },
    }]);
    assert_eq!(*changed, expected, "{tried}");
    // An answer that is given again belongs to the proposal of then, though another waits by now.
    let first = parse(office.done("case approve 1 supplement --key s --format json --as Ito"));
    office.done("case record 1 cause=Lost-token --as Tanaka");
    office.done(
        "case advance 1 supplement --channel email --document letter-to-Yamada.txt --as Tanaka",
    );
    let again = parse(office.done("case approve 1 supplement --key s --format json --as Ito"));
    assert_eq!(again["outcome"], "repeated");
    assert_eq!(again["proposal"]["digest"], first["proposal"]["digest"]);
    let planted = ["Contractor-computer", "Lost-token"];
    let said = office.done("case approve 1 supplement --as Ito");
    println!(
        "planted {}, caught {}",
        planted.len(),
        told(&said, &planted).len()
    );
    assert_eq!(told(&said, &planted), planted, "{said}");
}

#[test]
fn whoever_is_played_by_a_role_acts_in_it() {
    let office = Office::with_case();
    office.done("user grant Tanaka counsel");
    let role = |line: &str| {
        office.done(line);
        let history = office.done("audit history 1 --format json");
        let history: Value = serde_json::from_str(&history).expect("it is JSON");
        let events = history["events"].as_array().expect("it has events");
        events.last().expect("there is one")["role"].clone()
    };
    assert_eq!(role("case note 1 A --as counsel"), "counsel");
    assert_eq!(
        role("case note 1 A --as privacy_officer"),
        "privacy_officer"
    );
    let planted = office.tsuho("case note 1 A --as Tanaka");
    println!("planted 1, caught {}", usize::from(planted.code == Some(2)));
    assert!(planted.err.contains("say in which role"), "{planted:?}");
}

#[test]
fn a_duty_whose_only_filing_was_undone_is_said_to_be_owed_again() {
    let office = office();
    for line in [
        "case approve 1 report --as Suzuki",
        "case advance 1 report --channel email --document letter-to-Yamada.txt --as Tanaka",
        "case receive 1 report --as Tanaka",
    ] {
        office.done(line);
    }
    let before = office.done("case show 1 --as Tanaka");
    assert!(!before.contains("owed again"), "{before}");
    let said = office.done("case undo 1 report --failed --reason R --as Tanaka");
    for part in ["due 2023-11-27", "the duty runs again"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let after = office.done("case show 1 --as Tanaka");
    for part in [
        "owed again",
        "2023-11-27",
        "`tsuho case advance 1 report` files it again",
    ] {
        assert!(after.contains(part), "{part}: {after}");
    }
    println!("FIGURE lines of a summary: {}", after.lines().count());
    assert!(after.lines().count() <= 14, "{after}");
}

#[test]
fn no_colours_stand_in_a_log_that_is_no_terminal() {
    let office = Office::new();
    let path = office.0.path();
    let line = "TSUHO_LOG=debug \"$0\" case list --database a.db";
    let ended = crate::child::bounded(path, "sh", &["-c", line, crate::cmd::PROGRAM], 30);
    assert!(ended.err.contains("DEBUG"), "{ended:?}");
    assert!(!ended.err.contains('\u{1b}'), "{}", ended.err);
}

#[test]
fn a_moment_that_has_not_come_is_neither_shown_nor_reached_backwards() {
    let office = Office::with_case();
    for (line, said) in [
        ("audit replay 1 --as-of 2999-01-01", "has not come yet"),
        (
            "drill until 2023-01-01T00:00",
            "it is 2023-10-27 18:00 Asia/Tokyo",
        ),
    ] {
        let ended = office.tsuho(line);
        assert_eq!(ended.code, Some(1), "{line}: {ended:?}");
        assert!(ended.err.contains(said), "{line}: {ended:?}");
    }
}

#[test]
fn an_account_that_is_nobody_here_is_told_nothing_personal() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let told_story = crate::demo::played(place.path(), &["--database", "a.db"]);
    let office = Office(place);
    let shown = [
        "case show 1 --all",
        "audit replay 1 --as-of 2023-11-27",
        "user list",
    ];
    let shown: String = shown
        .iter()
        .map(|command| {
            let ended = office.tsuho(command);
            assert_eq!(ended.code, Some(0), "{ended:?}");
            ended.out
        })
        .collect();
    // Whoever plays the demonstration is told of the persons that it invents; their database tells nobody else.
    let planted = ["Haruka Aoki", "Naomi Sato", "Kenji Mori", "Yoko Tanaka"];
    println!(
        "planted {}, caught {}",
        planted.len(),
        told(&told_story, &planted).len()
    );
    assert_eq!(told(&told_story, &planted), planted);
    assert_eq!(told(&shown, &planted), [""; 0], "{shown}");
    assert!(shown.contains("[personal]"), "{shown}");
}
