//! Looks whether what is owed and has no clock is ever kept quiet: by the answer to a change, and by the lists.
//! The sentences themselves are in the transcripts of `tests/cmd`.

use serde_json::{Value, json};

use crate::office::Office;

fn waiting(office: &Office) -> Vec<Value> {
    let told = office.done("case clocks --format json --as Sato");
    let told: Value = serde_json::from_str(&told).expect("JSON is asked for");
    told["waiting"].as_array().expect("a list").clone()
}

fn answers(office: &Office, request: &Value) -> Vec<Value> {
    office.answers(&[], format!("{request}\n").as_bytes()).1
}

#[test]
fn what_is_owed_without_a_clock_is_never_kept_quiet() {
    let office = Office::new();
    office.done("case record operator mic_bureau= --reason moved --as Tanaka");
    let known = json!({ "case": 1, "do": "record", "as": "Tanaka", "facts": { "known_at": "2023-10-17", "secrecy_leak": "leaked" } });
    office.done("case open jp-tba-secrecy-leak --as Sato");
    let told = answers(&office, &known);
    let facts: Vec<&Value> = told[0]["waiting"]
        .as_array()
        .map(|list| list.iter().map(|one| &one["waits_for"][0]).collect())
        .unwrap_or_default();
    assert_eq!(facts, ["mic_bureau", "mic_bureau"], "{told:?}");
    assert_eq!(waiting(&office).len(), 2);
    let list = office.done("case list --as Sato");
    assert!(
        list.contains("NO CLOCK: First report, Detailed report"),
        "{list}"
    );

    office.done("case record operator mic_bureau=jp-mic-kanto --as Tanaka");
    let again =
        json!({ "case": 1, "do": "record", "as": "Tanaka", "facts": { "outline": "stolen" } });
    let told = answers(&office, &again);
    assert!(told[0].get("waiting").is_none(), "{told:?}");
    assert_eq!(waiting(&office), [Value::Null; 0]);
    println!("planted 1, caught 1: a bureau that was never recorded");
}
