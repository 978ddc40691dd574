//! Histories with an incident: audited as they are, and after every kind of tampering with what its cases share.
//! Tampering with a case alone is in `tamper.rs`.

use serde_json::json;
use tsuho_audit::{Fault, verify};
use tsuho_core::case::request::Content;
use tsuho_core::value::Value;

use crate::desk::{DESK, Desk, case_id, facts, tokyo};
use crate::kept::{Kept, header};
use crate::sound::told;

/// The workflow of the other tests, whose count and outline an incident keeps.
fn shared_workflow() -> String {
    let shared = include_str!("leak.yaml")
        .replace("users: { type", "users: { owner: incident, type")
        .replace("outline: { type", "outline: { owner: incident, type");
    assert_eq!(shared.matches("owner: incident").count(), 2);
    shared
}

fn count(users: i64) -> tsuho_core::case::request::Facts {
    facts([("users", Value::Integer(users))])
}

/// A case of none that is taken in, one opened with the incident, one later; facts from either side.
pub(crate) fn played() -> Desk {
    let mut desk = Desk::of(&shared_workflow());
    desk.now = tokyo("2023-10-27 10:00");
    let lone = desk.open(10);
    desk.ask(lone, DESK, "desk", Content::Record { facts: count(300) });
    desk.now = tokyo("2023-10-27 12:00");
    desk.gather(
        &[11],
        Some(lone),
        &facts([("outline", Value::Text("Sato".to_owned()))]),
    );
    desk.share(Some(11), &count(400));
    desk.share(None, &count(500));
    desk.join(12);
    desk.share(Some(10), &count(600));
    desk
}

/// Returns the position of the record of a stream with a number.
fn position(kept: &Kept, stream: &str, type_name: &str, nth: usize) -> u64 {
    let is_it = |one: &&tsuho_audit::StoredRecord| {
        one.stream.starts_with(stream) && header(one).r#type.as_str() == type_name
    };
    let found = kept.records.iter().filter(is_it).nth(nth);
    found.expect("there is such a record").position
}

fn of_case(number: u8) -> String {
    format!("case/{}", case_id(number))
}

const INCIDENT: &str = "incident/";

#[test]
fn a_sound_history_with_an_incident_has_no_findings() {
    let Ok(report) = verify(&played().kept());
    assert_eq!(told(&report), Vec::<String>::new());
    let counts = &report.counts;
    println!(
        "FIGURE audit of incidents: decisions on them made again {}, copies compared {}, rows {}",
        counts.incident_decisions, counts.copies, counts.incident_rows
    );
    assert_eq!((counts.incident_decisions, counts.incident_rows), (5, 1));
    assert!(counts.copies >= 9, "{counts:?}");
    assert_eq!(counts.undecided, 0);
}

/// A row that is changed, which is found alone.
type Row = (&'static str, fn(&mut Kept));

/// What is changed, by what it has to be found.
type Attack = (&'static str, fn(&mut Kept), Fault);

const ATTACKS: [Attack; 15] = [
    (
        "another number of the incident",
        |kept| {
            let at = position(kept, INCIDENT, "IncidentOpened", 0);
            kept.reseal_body(at, |json| json["number"] = json!(2));
        },
        Fault::IncidentNumber,
    ),
    (
        "another value on the incident",
        |kept| {
            let at = position(kept, INCIDENT, "FactsRecorded", 2);
            kept.reseal_body(at, |json| {
                json["facts"]["users"]["change"]["set"]["integer"] = json!(7);
            });
        },
        Fault::Delivery,
    ),
    (
        "another value in a copy",
        |kept| {
            let at = position(kept, &of_case(11), "FactsRecorded", 3);
            kept.reseal_body(at, |json| {
                json["facts"]["users"]["change"]["set"]["integer"] = json!(7);
            });
        },
        Fault::Delivery,
    ),
    (
        "a copy that names another event",
        |kept| {
            let at = position(kept, &of_case(12), "FactsRecorded", 1);
            kept.reseal_body(at, |json| json["delivered"]["seq"] = json!(90));
        },
        Fault::Delivery,
    ),
    (
        "a copy of another incident",
        |kept| {
            let at = position(kept, &of_case(12), "FactsRecorded", 1);
            let other = "incident/incident_00000000000000000000000001";
            kept.reseal_body(at, |json| json["delivered"]["stream"] = json!(other));
        },
        Fault::Delivery,
    ),
    (
        "a copy that was taken out",
        |kept| {
            let at = position(kept, &of_case(12), "FactsRecorded", 5);
            kept.drop_record(at);
        },
        Fault::CopyMissing,
    ),
    (
        "a copy that became the case's own",
        |kept| {
            let at = position(kept, &of_case(10), "FactsRecorded", 4);
            kept.reseal_body(at, |json| {
                drop(json.as_object_mut().expect("an object").remove("delivered"));
            });
        },
        Fault::Delivery,
    ),
    (
        "a recording of the incident that was taken out",
        |kept| {
            let at = position(kept, INCIDENT, "FactsRecorded", 4);
            kept.drop_record(at);
        },
        Fault::Delivery,
    ),
    (
        "a case that says to be of another incident",
        |kept| {
            let at = position(kept, &of_case(12), "CaseLinked", 0);
            kept.reseal_body(at, |json| {
                json["incident"] = json!("incident_00000000000000000000000001");
            });
        },
        Fault::Link,
    ),
    (
        "a link with another number",
        |kept| {
            let at = position(kept, &of_case(12), "CaseLinked", 0);
            kept.reseal_body(at, |json| json["case_number"] = json!(9));
        },
        Fault::Link,
    ),
    (
        "a link that the incident does not have",
        |kept| {
            let at = position(kept, INCIDENT, "CaseLinked", 2);
            kept.drop_record(at);
        },
        Fault::Link,
    ),
    (
        "what the incident took over changed",
        |kept| {
            let at = position(kept, INCIDENT, "FactsRecorded", 0);
            kept.reseal_body(at, |json| {
                json["facts"]["users"]["change"]["set"]["integer"] = json!(7);
            });
        },
        Fault::Delivery,
    ),
    (
        "a recorder who held no such role",
        |kept| {
            let at = position(kept, INCIDENT, "FactsRecorded", 3);
            kept.reseal_at(at, |header, _| {
                header.role = Some("executive".parse().expect("a label"));
            });
        },
        Fault::RoleNotHeld,
    ),
    (
        "the number of cases in the row",
        |kept| kept.incidents[0].cases += 1,
        Fault::RowDiffers,
    ),
    (
        "the next number of an incident",
        |kept| kept.ledger.next_incident_number += 1,
        Fault::RowDiffers,
    ),
];

#[test]
fn tampering_with_what_cases_share_is_found() {
    let sound = played().kept();
    let mut missed = Vec::new();
    for (name, plant, fault) in &ATTACKS {
        let mut kept = sound.clone();
        plant(&mut kept);
        let Ok(report) = verify(&kept);
        if !report
            .findings
            .iter()
            .any(|finding| finding.fault == *fault)
        {
            missed.push(format!("{name}: {:#?}", told(&report)));
        }
    }
    let rows: [Row; 3] = [
        ("the row of the incident", |kept| kept.incidents.clear()),
        ("a row of no incident", |kept| {
            let mut row = kept.incidents[0].clone();
            row.incident_id = "incident_00000000000000000000000001".to_owned();
            kept.incidents.push(row);
        }),
        ("the incident in the row of a case", |kept| {
            kept.cases[0].incident_id = None;
        }),
    ];
    for (name, plant) in rows {
        let mut kept = sound.clone();
        plant(&mut kept);
        let Ok(report) = verify(&kept);
        if report.total() != 1 {
            missed.push(format!("{name}: {:#?}", told(&report)));
        }
    }
    let planted = ATTACKS.len() + rows.len();
    println!(
        "tampering with incidents: planted {planted}, caught {}",
        planted - missed.len()
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_rests_on_a_damaged_incident_blames_nobody() {
    let mut kept = played().kept();
    let at = position(&kept, INCIDENT, "FactsRecorded", 1);
    kept.at(at).parts[0].bytes[3] ^= 1;
    let Ok(report) = verify(&kept);
    assert_eq!(report.total(), 1, "{:#?}", told(&report));
    assert!(report.counts.undecided > 0);
}
