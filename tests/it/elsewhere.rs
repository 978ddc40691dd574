//! Looks whether a filing that serves no duty of its case is ever taken for one that does: whoever sends, proposes or
//! consents is told so at once. How a filing that counts reads is in `tests/cmd/case-advance.md`.

use serde_json::{Value, json};

use crate::office::Office;

const SERVES_NONE: &str = "SERVES NO DUTY";
const OWED: &str = "still owed: First report to ";

/// An office with a case on which a detailed report can be filed.
fn office() -> Office {
    let office = Office::with_case();
    office.done(
        r#"case record 1 cause=A measures=[{"id":"route","what":"Block"}] users_affected=7 --as Tanaka"#,
    );
    office
}

#[test]
fn whoever_files_to_another_authority_is_told_that_no_duty_is_served() {
    let office = office();
    let line = "case advance 1 notify --channel phone --to jp-mic-kinki --as Sato";
    let tried = office.tsuho(&format!("{line} --dry-run"));
    assert!(
        tried.err.contains(SERVES_NONE) && tried.err.contains(OWED),
        "{tried:?}"
    );
    let sent = office.tsuho(line);
    assert_eq!(sent.code, Some(0), "it is legitimate: {sent:?}");
    let told = [SERVES_NONE, OWED, "Kanto", "2023-10-27"];
    let said = told.iter().filter(|word| sent.err.contains(**word)).count();
    assert!(
        sent.out.contains("it serves no duty of this case"),
        "{sent:?}"
    );
    println!(
        "planted {}, caught {said}: a filing to another bureau",
        told.len()
    );
    assert_eq!(said, told.len(), "{sent:?}");
    let shown = office.done("case show 1 --all --as Sato");
    assert!(shown.contains("it serves no duty"), "{shown}");

    let right = office.tsuho("case advance 1 supplement --channel phone --as Tanaka --dry-run");
    assert!(!right.err.contains(SERVES_NONE), "{right:?}");
}

#[test]
fn the_acknowledgement_of_a_filing_that_serves_no_duty_says_so() {
    let office = office();
    let ask = |to: &str| {
        let request = json!({ "case": 1, "do": "advance", "action": "notify", "as": "Sato", "channel": "phone", "to": [to] });
        let (_, mut answers) = office.answers(&["--dry-run"], format!("{request}\n").as_bytes());
        answers.remove(0)
    };
    let elsewhere = ask("jp-mic-kinki");
    let none = &elsewhere["serves_no_duty"];
    assert_eq!(none["filing"], 1, "{elsewhere}");
    assert_eq!(
        none["running"][0]["duty"], "first_report@jp-mic-kanto",
        "{elsewhere}"
    );
    let right = ask("jp-mic-kanto");
    assert_eq!(right["outcome"], "tried", "{right}");
    assert_eq!(right.get("serves_no_duty"), None, "{right}");
}

#[test]
fn whoever_is_asked_to_consent_to_a_filing_that_serves_no_duty_is_told() {
    let office = office();
    office.done("case advance 1 notify --channel phone --as Sato");
    office.done(
        "case document 1 detailed_report --attach report.md --role privacy_officer --as Tanaka",
    );
    let line = "case advance 1 report --channel email --document report.md --as Tanaka";
    let proposed = office.tsuho(&format!("{line} --to jp-ppc"));
    assert_eq!(proposed.code, Some(0), "{proposed:?}");
    assert!(proposed.err.contains(SERVES_NONE), "{proposed:?}");
    assert!(
        proposed.out.contains("it would serve no duty"),
        "{proposed:?}"
    );
    for line in [
        "case show 1 --as Suzuki",
        "case show 1 --all --as Suzuki",
        "case approve 1 report --as Suzuki --dry-run",
        "case approve 1 report --as Suzuki",
    ] {
        let shown = office.done(line);
        assert!(
            shown.contains(SERVES_NONE) && shown.contains("Detailed report to "),
            "{line}: {shown}"
        );
    }
    let told: Value = serde_json::from_str(&office.done(&format!("{line} --format json")))
        .expect("JSON is asked for");
    assert_eq!(told["outcome"], "committed", "{told}");
    assert_eq!(told.get("serves_no_duty"), None, "{told}");
}

#[test]
fn whoever_consents_is_shown_what_changed_since_the_last_filing_that_served_a_duty() {
    let office = office();
    office.done("case advance 1 notify --channel phone --as Sato");
    office.done(
        "case document 1 detailed_report --attach report.md --role privacy_officer --as Tanaka",
    );
    let file = |action: &str, by: &str, to: &str| {
        let line = format!(
            "case advance 1 {action} --channel email --document report.md --to {to} --as Tanaka"
        );
        office.done(&line);
        let consented = office.done(&format!("case approve 1 {action} --as {by}"));
        office.done(&line);
        consented
    };
    file("report", "Suzuki", "jp-ppc");
    office.done("case record 1 outline=B --as Tanaka");
    let only = file("report", "Suzuki", "jp-mic-kanto");
    assert!(
        only.contains("since filing 2"),
        "where there is no other: {only}"
    );
    office.done("case record 1 outline=C --as Tanaka");
    file("supplement", "Ito", "jp-ppc");
    let compared = file("supplement", "Ito", "jp-mic-kanto");
    assert!(
        compared.contains("since filing 3") && compared.contains("B → C"),
        "{compared}"
    );
}
