//! The golden records: files that pin the history format, byte for byte.
//!
//! `tests/check_history_test.py` reads the same files with no code of this crate.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tsuho_ledger::{
    Chain, Digest, FormatVersion, Header, Label, Moment, Part, PartClass, Record, Salt, canonical,
};

/// A record as its golden file shows it: texts stand for their UTF-8 bytes, everything else is hex.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    header: String,
    parts: Vec<GoldenPart>,
    hash: Digest,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GoldenPart {
    class: PartClass,
    salt: Salt,
    bytes: String,
    commitment: Digest,
}

impl Golden {
    fn of(record: &Record) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("canonical bytes");
        let part = |part: &Part| GoldenPart {
            class: part.class,
            salt: part.salt,
            bytes: text(&part.bytes),
            commitment: part.commitment(),
        };
        Self {
            header: text(record.header_bytes()),
            parts: record.parts().iter().map(part).collect(),
            hash: record.hash(),
        }
    }

    fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("JSON");
        format!("{text}\n")
    }

    /// Opens the record and compares everything that the file says about it.
    fn open(text: &str) -> Result<Record, String> {
        let golden: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut commitments = BTreeMap::new();
        let mut parts = Vec::new();
        for part in golden.parts {
            commitments.insert(part.class, part.commitment);
            parts.push(Part {
                class: part.class,
                salt: part.salt,
                bytes: part.bytes.into_bytes(),
            });
        }
        let record = Record::open(golden.header.into_bytes(), parts)
            .map_err(|error| format!("{error:?}"))?;
        if record.hash() != golden.hash {
            return Err(format!("hash {}", record.hash()));
        }
        if record.header().parts != commitments {
            return Err("commitments".to_owned());
        }
        if Self::of(&record).to_text() != text {
            return Err("written differently".to_owned());
        }
        Ok(record)
    }
}

/// The files, in the order of their positions.
const FILES: [(&str, &str); 4] = [
    ("system-0.json", include_str!("golden/system-0.json")),
    ("case-0.json", include_str!("golden/case-0.json")),
    ("case-1.json", include_str!("golden/case-1.json")),
    ("case-2.json", include_str!("golden/case-2.json")),
];

const REFERENCE_PAGE: &str = include_str!("../../../docs/reference/history-format.md");

fn label(text: &str) -> Label {
    text.parse().expect("a label")
}

fn moment(text: &str) -> Moment {
    text.parse().expect("a moment")
}

/// Makes a part whose salt is a digest of its name; a real salt is random.
fn part(class: PartClass, name: &str, value: &Value) -> Part {
    Part {
        class,
        salt: Salt::from_bytes(*Digest::of(name.as_bytes()).as_bytes()),
        bytes: canonical::to_bytes(value).expect("a canonical value"),
    }
}

/// Makes the first record of an installation, with the shortest kind of header and no part.
fn system_0() -> Record {
    let now = moment("2023-10-01T00:00:00.000000Z");
    let header = Header {
        v: FormatVersion::Zero,
        stream: label("system"),
        seq: 0,
        prev: Digest::ZERO,
        system: None,
        r#type: label("InstallationCreated"),
        type_v: 1,
        recorded_at: now,
        occurred_at: now,
        person: label("clock"),
        via: label("clock"),
        role: None,
        command: label("cmd_0"),
        semantics: 1,
        workflow: None,
        state: None,
        parts: BTreeMap::new(),
    };
    Record::seal(header, Vec::new()).expect("a record")
}

/// Makes the first record of a case, with the longest kind of header.
fn case_0(system_0: &Record) -> Record {
    let header = Header {
        stream: label("case/1"),
        system: Some(system_0.hash()),
        r#type: label("CaseOpened"),
        recorded_at: moment("2023-10-27T13:40:00.000000Z"),
        occurred_at: moment("2023-10-27T13:05:00.000000Z"),
        person: label("person_1"),
        via: label("os"),
        role: Some(label("duty_officer")),
        command: label("cmd_1"),
        workflow: Some(Digest::of(b"workflow")),
        state: Some(label("detected")),
        ..system_0.header().clone()
    };
    let content = json!({"users": 302_569, "title": "漏えい"});
    let operational = part(PartClass::Operational, "case-0", &content);
    Record::seal(header, vec![operational]).expect("a record")
}

/// Makes a record with all three parts, in which every rule of the canonical form shows.
fn case_1(case_0: &Record) -> Record {
    let header = Header {
        seq: 1,
        prev: case_0.hash(),
        r#type: label("ActionTaken"),
        type_v: 2,
        state: Some(label("notified")),
        ..case_0.header().clone()
    };
    // Code points would put U+FF21 before U+1F600; UTF-16 code units put it behind.
    let keys = json!({"\u{ff21}": [], "\u{1f600}": {}, "€": true, "é": false});
    let escapes = "tab\tquote\"backslash\\\u{1}\u{7f}/";
    let texts = json!({"text": escapes, "name": "佐藤"});
    let integers = json!([canonical::MAX_INTEGER, -canonical::MAX_INTEGER, 0]);
    let parts = vec![
        part(PartClass::Operational, "case-1", &keys),
        part(PartClass::Personal, "case-1-personal", &texts),
        part(PartClass::Privileged, "case-1-privileged", &integers),
    ];
    Record::seal(header, parts).expect("a record")
}

/// Makes a record of the clock.
fn case_2(case_1: &Record) -> Record {
    let header = Header {
        seq: 2,
        prev: case_1.hash(),
        r#type: label("ClockPassed"),
        type_v: 1,
        recorded_at: moment("2023-11-27T15:00:00.000001Z"),
        occurred_at: moment("2023-11-27T15:00:00.000000Z"),
        person: label("clock"),
        via: label("clock"),
        role: None,
        command: label("cmd_2"),
        ..case_1.header().clone()
    };
    let operational = part(PartClass::Operational, "case-2", &json!("due"));
    Record::seal(header, vec![operational]).expect("a record")
}

#[test]
fn sealing_gives_the_golden_files_byte_for_byte() {
    let system_0 = system_0();
    let case_0 = case_0(&system_0);
    let case_1 = case_1(&case_0);
    let case_2 = case_2(&case_1);
    for (record, (name, found)) in [system_0, case_0, case_1, case_2].iter().zip(FILES) {
        let expected = Golden::of(record).to_text();
        assert!(found == expected, "{name} should read:\n{expected}");
    }
}

#[test]
fn golden_files_open_and_form_chains() {
    let mut system = Chain::new(label("system"));
    let mut case = Chain::new(label("case/1"));
    for (name, text) in FILES {
        let record = Golden::open(text).expect(name);
        let chain = if record.header().stream == "system" {
            &mut system
        } else {
            &mut case
        };
        chain.follow(&record).expect(name);
    }
    assert_eq!((system.length(), case.length()), (1, 3));
}

#[test]
fn an_edit_of_any_byte_of_a_golden_file_is_caught() {
    let (mut planted, mut caught) = (0, 0);
    for (name, text) in FILES {
        for at in 0..text.len() {
            for mask in [0x01, 0x20, 0x80] {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] ^= mask;
                planted += 1;
                let refused = match String::from_utf8(bytes) {
                    Ok(text) => Golden::open(&text).is_err(),
                    Err(_) => true,
                };
                assert!(refused, "{name}: byte {at} with mask {mask:#x}");
                caught += 1;
            }
        }
    }
    println!("edits of golden files: planted {planted}, caught {caught}");
}

#[test]
fn the_worked_example_of_the_reference_page_is_the_golden_record() {
    let record = Golden::open(FILES[1].1).expect("a record");
    let part = &record.parts()[0];
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let expected = [
        text(&part.bytes),
        part.salt.to_hex(),
        part.commitment().to_hex(),
        text(record.header_bytes()),
        record.hash().to_hex(),
    ];
    let blocks: Vec<_> = REFERENCE_PAGE
        .split("```text\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().expect("a block ends"))
        .collect();
    assert_eq!(blocks, expected);
}

#[test]
fn the_reference_page_lists_the_keys_of_a_header() {
    let mut keys: Vec<_> = REFERENCE_PAGE
        .lines()
        .skip_while(|line| *line != "| key | value |")
        .skip(2)
        .take_while(|line| line.starts_with("| `"))
        .map(|line| line.split('`').nth(1).expect("a key").to_owned())
        .collect();
    let record = Golden::open(FILES[1].1).expect("a record with every key");
    let header: BTreeMap<String, Value> =
        canonical::from_bytes(record.header_bytes()).expect("a map");
    keys.sort();
    assert_eq!(keys, header.into_keys().collect::<Vec<_>>());
}
