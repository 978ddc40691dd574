//! An incident in words and as it stood at a time, and a row of a list that shows something else than the records.
//! What is told of a case is in `told.rs`; whole histories with incidents are audited in `incidents.rs`.

use std::convert::Infallible;

use tsuho_audit::history::{Entry, Names};
use tsuho_audit::{
    AsOf, CaseRow, IncidentHistory, IncidentRow, case_differences, case_row, incident_differences,
    incident_row, replay_incident,
};
use tsuho_core::catalogue::{Language, text};
use tsuho_core::incident::Incident;
use tsuho_ledger::Record;

use crate::desk::{tokyo, zone};
use crate::incidents::played;
use crate::kept::Kept;

fn records(kept: &Kept) -> Vec<(u64, Record)> {
    let own = kept.records.iter();
    let own = own.filter(|one| one.stream.starts_with("incident/"));
    own.map(|one| {
        let record = Record::open(one.header.clone(), one.parts.clone());
        (one.position, record.expect("a record"))
    })
    .collect()
}

fn told(records: &[(u64, Record)]) -> Vec<Entry> {
    let desk = played();
    let names = Names::default();
    let mut history = IncidentHistory::new(&names, desk.rules.as_ref(), zone());
    let entries = records.iter().map(|(at, record)| history.tell(*at, record));
    entries.collect::<Result<_, _>>().expect("it can be told")
}

/// Returns an entry in words: what, then each detail.
fn lines(language: Language, entry: &Entry) -> Vec<String> {
    let all = [&entry.what].into_iter().chain(&entry.details);
    all.map(|(key, args)| text(language, key, args)).collect()
}

fn as_of(kept: &Kept, as_of: AsOf) -> tsuho_audit::Replay<Incident> {
    let records = records(kept).into_iter().map(|(_, record)| Ok(record));
    replay_incident::<Infallible>(records, as_of).expect("it can be replayed")
}

#[test]
fn an_incident_is_told_with_its_cases_and_with_what_it_took_over() {
    let entries = told(&records(&played().kept()));
    let all: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| lines(Language::En, entry))
        .collect();
    assert_eq!(
        all,
        [
            vec!["opened incident 1: What Sato took home"],
            vec!["case 1, under `leak`, became one of the incident"],
            vec![
                "took over what was recorded on case 1: Users",
                "Users: 300",
                "Users was learnt 2023-10-27 10:00 Asia/Tokyo",
            ],
            vec!["case 2, under `leak`, became one of the incident"],
            vec!["recorded Outline", "Outline: Sato"],
            vec!["recorded Users", "Users: 400, before 300"],
            vec!["recorded Users", "Users: 500, before 400"],
            vec!["case 3, under `leak`, became one of the incident"],
            vec!["recorded Users", "Users: 600, before 500"],
        ]
    );
    for entry in &entries {
        assert_eq!(entry.state, None);
        for line in lines(Language::Ja, entry) {
            assert!(!line.contains(['{', '}']) && !line.contains("[audit"));
        }
    }
}

#[test]
fn what_is_personal_of_an_incident_is_told_only_where_its_part_is_at_hand() {
    let bare: Vec<(u64, Record)> = records(&played().kept())
        .into_iter()
        .map(|(at, record)| {
            let parts = record.parts()[..1].to_vec();
            let bytes = record.header_bytes().to_vec();
            (at, Record::open(bytes, parts).expect("a record"))
        })
        .collect();
    let entries = told(&bare);
    let said = entries.iter().flat_map(|entry| lines(Language::En, entry));
    let said: Vec<String> = said.collect();
    assert!(said.contains(&"opened incident 1: [personal]".to_owned()));
    assert!(said.contains(&"Outline: [personal]".to_owned()));
    let machine = serde_json::to_string(&entries).expect("JSON");
    assert!(!machine.contains("Sato") && !said.iter().any(|line| line.contains("Sato")));
}

#[test]
fn an_incident_as_on_record_is_the_fold_of_its_first_records() {
    let kept = played().kept();
    let before = as_of(&kept, AsOf::Recorded(tokyo("2023-10-27 11:59")));
    assert_eq!((before.stood, before.folded), (None, 0));
    let whole = as_of(&kept, AsOf::Recorded(tokyo("2024-01-01 00:00")));
    let desk = played();
    assert_eq!(whole.stood, desk.incident);
    assert_eq!((whole.folded, whole.left_out), (9, 0));
}

/// A row that shows something else: which column, and how it is changed.
type Planted<T> = (&'static str, fn(&mut T));

#[test]
fn a_row_that_shows_something_else_than_the_fold_is_named_by_its_column() {
    let kept = played().kept();
    let whole = as_of(&kept, AsOf::Recorded(tokyo("2024-01-01 00:00")));
    let incident = whole.stood.expect("it was opened");
    let of_incidents: [Planted<IncidentRow>; 3] = [
        ("incidents.number", |row| row.number += 1),
        ("incidents.opened_at", |row| {
            row.opened_at = tokyo("2023-10-26 12:00").moment();
        }),
        ("incidents.cases", |row| row.cases -= 1),
    ];
    assert_eq!(
        incident_differences(&incident, &incident_row(&incident)),
        []
    );
    let mut caught = 0;
    for (column, plant) in of_incidents {
        let mut row = incident_row(&incident);
        plant(&mut row);
        let named = incident_differences(&incident, &row);
        caught += usize::from(named.len() == 1 && named[0].column == column);
    }
    let desk = played();
    let case = desk.cases.values().next().expect("a case");
    let of_cases: [Planted<CaseRow>; 4] = [
        ("cases.number", |row| row.number += 1),
        ("cases.state", |row| row.state = "closed".to_owned()),
        ("cases.closed_at", |row| row.closed_at = Some(row.opened_at)),
        ("cases.incident_id", |row| row.incident_id = None),
    ];
    assert_eq!(case_differences(case, &case_row(case)), []);
    for (column, plant) in of_cases {
        let mut row = case_row(case);
        plant(&mut row);
        let named = case_differences(case, &row);
        caught += usize::from(named.len() == 1 && named[0].column == column);
    }
    println!("FIGURE rows beside a replay: planted 7, caught {caught}");
    assert_eq!(caught, 7);
}
