//! The workflows of accidents and near misses: no edge and no rule of theirs can go wrong without a scenario that sees it,
//! and each threshold is tried on both sides of its number of users and of its length.

use std::fmt::Write as _;

use super::*;
use crate::scenario::tests::edges::unnoticed;

const ACCIDENT: &str = include_str!("../../../../../workflows/jp-tba-serious-accident.yaml");
const NEAR_MISS: &str = include_str!("../../../../../workflows/jp-tba-near-miss.yaml");
const ACCIDENTS: &str = include_str!("../../../../../workflows/jp-tba-serious-accident.test.yaml");
const NEAR_MISSES: &str = include_str!("../../../../../workflows/jp-tba-near-miss.test.yaml");
const LIBRARY: &str = include_str!("../../../../../workflows/library/jp.yaml");

/// The table of Art. 58(2), read off the Regulations once more: class, minutes, users.
const TABLE: [(&str, i64, i64); 9] = [
    ("voice_emergency", 60, 30_000),
    ("voice", 120, 30_000),
    ("voice", 60, 100_000),
    ("iot_data", 720, 30_000),
    ("iot_data", 120, 1_000_000),
    ("free_internet", 1_440, 100_000),
    ("free_internet", 720, 1_000_000),
    ("other", 120, 30_000),
    ("other", 60, 1_000_000),
];

/// Compiles one of the two workflows with the library given.
fn workflow(text: &str, library: &str) -> Rules {
    let mut files: Vec<(&str, &[u8])> = FILES
        .iter()
        .filter(|(name, _)| !name.ends_with("jp.yaml"))
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    files.push(("jp.yaml", library.as_bytes()));
    files.push(("one.yaml", text.as_bytes()));
    let compiled = workspace(&files);
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("workflow: "))
        .expect("the text is a workflow");
    let found = said(compiled.findings.clone());
    let rules = compiled.workflow(&name.parse().expect("a name")).cloned();
    rules.unwrap_or_else(|| panic!("{found:#?}"))
}

/// Reads scenarios against a workflow.
fn scenarios_of(text: &str, rules: &Rules) -> Vec<Scenario> {
    let (documents, mut findings) = source::read("one.test.yaml", text.as_bytes());
    let names = [rules.name.clone()].into();
    let (scenarios, found) = read(
        &documents,
        std::slice::from_ref(rules),
        &names,
        Language::En,
    );
    findings.extend(found);
    assert_eq!(said(findings), Vec::<String>::new());
    scenarios
}

#[test]
fn every_edge_of_accidents_and_near_misses_is_missed_by_a_scenario() {
    for (text, scenarios) in [(ACCIDENT, ACCIDENTS), (NEAR_MISS, NEAR_MISSES)] {
        let rules = workflow(text, LIBRARY);
        let (planted, unnoticed) = unnoticed(&rules, &scenarios_of(scenarios, &rules));
        println!(
            "{}: planted {planted}, caught {}",
            rules.name,
            planted - unnoticed.len()
        );
        assert_eq!(unnoticed, Vec::<String>::new());
    }
}

/// Faults in the workflow of accidents and in what the law says: a stretch, and what takes its place.
const ACCIDENT_FAULTS: &[(&str, &str)] = &[
    ("(t.users == 0 || s.users >= t.users)", "s.users >= t.users"),
    ("[jp-mic, mic_bureau]", "jp-mic"),
    ("[jp-mic, mic_bureau]", "mic_bureau"),
    (
        "anchor: began_at, within: 30 days",
        "anchor: detected_at, within: 30 days",
    ),
    ("within: 30 days", "within: 31 days"),
    ("within: 30 days", "within: 29 days"),
    ("counting: jp-periods", "counting: as-written"),
    (
        "target: { anchor: since.applies, within: accident_target }",
        "target: accident_target",
    ),
    ("by: began_at", "by: detected_at"),
    ("    to: accident_report_to\n", ""),
    ("    to: accident_report_to\n", "    to: mic_bureau\n"),
    (
        " || (known(stricter_thresholds)",
        " || (false && known(stricter_thresholds)",
    ),
    ("(known(stricter_thresholds) && services", "(services"),
    ("needs: [caused_by_wholesaler]", "needs: []"),
    ("from: 2022-07-01, by", "from: 2022-07-03, by"),
    (
        "when: caused_by_wholesaler && wholesale_form\n",
        "when: caused_by_wholesaler\n",
    ),
    (
        "force: voluntary",
        "clock: { anchor: began_at, within: promptly, target: 1 hour }",
    ),
    ("channels: [phone, fax, email]", "channels: [fax, email]"),
    (
        "{ before: 10 days, to: facilities_manager }",
        "{ before: 9 days, to: facilities_manager }",
    ),
];

const LIBRARY_FAULTS: &[(&str, &str)] = &[
    (
        "value: false }\n      - { from: 2023-12-07",
        "value: false }\n      - { from: 2023-12-08",
    ),
    (
        "value: false }\n      - { from: 2023-12-07",
        "value: false }\n      - { from: 2023-12-06",
    ),
    ("- from: 2022-07-01\n", "- from: 2022-07-03\n"),
    (
        "- from: 2022-07-01\n        law: tba-reg-58-of-2022\n        rows:\n          - { id: 1a, class: voice_emergency, lasted: 1 hour,",
        "- from: 2022-07-01\n        law: tba-reg-58-of-2022\n        rows:\n          - { id: 1a, class: voice_emergency, lasted: 2 hours,",
    ),
];

/// Faults in the workflow of near misses.
const NEAR_MISS_FAULTS: &[(&str, &str)] = &[
    ("serious_accident == false && (", "("),
    ("satellite_or_cable_damaged || (in_scope", "(in_scope"),
    (
        "satellite_or_cable_damaged || (in_scope",
        "(satellite_or_cable_damaged && in_scope) || (in_scope",
    ),
    ("in_scope && excluded == false", "excluded == false"),
    (" && excluded == false", ""),
    ("could_not_stop || (noticed_late", "(noticed_late"),
    (
        "(noticed_late && standby_failed)",
        "(noticed_late || standby_failed)",
    ),
    ("(noticed_late && standby_failed)", "noticed_late"),
    ("(noticed_late && standby_failed)", "standby_failed"),
    (" || fell || fire", " || fire"),
    (" || fire_or_smoke || wrong", " || wrong"),
    (" || wrong_terminal)", ")"),
    (
        "users_last_year_end >= near_miss_users",
        "users_last_year_end > near_miss_users",
    ),
    (
        "service_prefectures >= near_miss_prefectures",
        "service_prefectures > near_miss_prefectures",
    ),
    (" && core_function && ", " && "),
    (" && terminal_only == false", ""),
    ("planned || by_design ||", "by_design ||"),
    ("planned || by_design ||", "planned ||"),
    (" || (natural_disaster && fell == false)", ""),
    ("(natural_disaster && fell == false)", "natural_disaster"),
    (
        "anchor: known_at, within: 30 days",
        "anchor: detected_at, within: 30 days",
    ),
    ("within: 30 days", "within: 31 days"),
    ("authority: jp-mic ", "authority: [jp-mic, mic_bureau] "),
    ("from: 2023-06-16, by", "from: 2023-06-17, by"),
];

const NEAR_MISS_LAW: &[(&str, &str)] = &[
    ("value: 30000 }]", "value: 30001 }]"),
    ("value: 30000 }]", "value: 29999 }]"),
    ("value: 2 }]", "value: 3 }]"),
    ("value: 2 }]", "value: 1 }]"),
    (
        "from: 2023-06-16, law: tba-reg-58-2-near-miss, value: 30000",
        "from: 2023-06-17, law: tba-reg-58-2-near-miss, value: 30000",
    ),
];

/// Returns the faults that no scenario sees.
fn unseen(
    (text, library): (&str, &str),
    faults: &[(&'static str, &'static str)],
    scenarios: &str,
) -> Vec<&'static str> {
    let calendars = calendars();
    let mut missed = Vec::new();
    for (from, to) in faults {
        let (text, library) = if text.contains(from) {
            (text.replacen(from, to, 1), library.to_owned())
        } else {
            (text.to_owned(), changed(library, from, to))
        };
        let rules = workflow(&text, &library);
        let mut each = scenarios_of(scenarios, &rules).into_iter();
        if each.all(|scenario| run(std::slice::from_ref(&rules), &calendars, &scenario).passed()) {
            missed.push(*to);
        }
    }
    missed
}

#[test]
fn a_fault_in_what_the_workflows_assert_is_seen_by_a_scenario() {
    let plants = [
        (ACCIDENT, ACCIDENT_FAULTS, ACCIDENTS),
        (ACCIDENT, LIBRARY_FAULTS, ACCIDENTS),
        (NEAR_MISS, NEAR_MISS_FAULTS, NEAR_MISSES),
        (NEAR_MISS, NEAR_MISS_LAW, NEAR_MISSES),
    ];
    let (mut planted, mut missed) = (0, Vec::new());
    for (text, faults, scenarios) in plants {
        planted += faults.len();
        missed.extend(unseen((text, LIBRARY), faults, scenarios));
    }
    println!("planted {planted}, caught {}", planted - missed.len());
    assert_eq!(missed, Vec::<&str>::new());
}

/// Writes an outage of one service that began at midnight of a day, and what is expected of it.
fn outage(day: &str, class: &str, minutes: i64, users: Option<i64>, owed: bool) -> String {
    let mut text = format!(
        "tsuho: 1\nscenario: {class} {minutes} {users:?}\nworkflow: jp-tba-serious-accident\nzone: Asia/Tokyo
operator: {{ operator_name: A, registration_number: B, mic_bureau: jp-mic-kanto }}
open: {{ at: {day}T00:00, by: duty_officer }}
steps:\n"
    );
    let users = users.map_or_else(String::new, |users| format!("users: {users}, "));
    let (hours, rest) = (minutes / 60, minutes % 60);
    let restored = if hours < 24 {
        format!("{day}T{hours:02}:{rest:02}")
    } else {
        format!("{}T00:00", day.replace("-02", "-03"))
    };
    let after = day.replace("-02", "-05");
    let duties = if owed {
        "{ first_report: running, detailed_report: running }"
    } else {
        "{}"
    };
    let _ = writeln!(
        text,
        "  - at: {after}T00:00
    by: duty_officer
    record: {{ began_at: {day}T00:00, services: [{{ id: one, class: {class}, {users}began_at: {day}T00:00, restored_at: {restored} }}] }}
    expect: {{ duties: {duties} }}"
    );
    text
}

/// Returns scenarios on both sides of every threshold, for an outage of a day.
fn sides(day: &str) -> String {
    let reaches = |class: &str, minutes: i64, users: i64| {
        TABLE
            .iter()
            .any(|row| row.0 == class && minutes >= row.1 && users >= row.2)
    };
    let mut texts = Vec::new();
    for (class, minutes, users) in TABLE {
        let tries = [(minutes, users), (minutes - 1, users), (minutes, users - 1)];
        texts.extend(tries.map(|(minutes, users)| {
            let owed = reaches(class, minutes, users);
            outage(day, class, minutes, Some(users), owed)
        }));
    }
    for (minutes, owed) in [(120, true), (119, false)] {
        texts.push(outage(day, "satellite_or_cable", minutes, None, owed));
    }
    texts.join("---\n")
}

#[test]
fn each_row_of_the_table_holds_from_its_number_and_its_length_on() {
    let days = ["2022-07-02", "2023-07-02", "2025-06-02", "2026-11-02"];
    let rules = workflow(ACCIDENT, LIBRARY);
    let calendars = calendars();
    let scenarios: Vec<Scenario> = days
        .iter()
        .flat_map(|day| scenarios_of(&sides(day), &rules))
        .collect();
    let fails = |rules: &Rules| {
        let mut each = scenarios.iter();
        let failed = each.find(|one| !run(std::slice::from_ref(rules), &calendars, one).passed());
        failed.map(|one| one.name().to_owned())
    };
    assert_eq!(fails(&rules), None);
    println!(
        "FIGURE outages on both sides of a threshold: {}",
        scenarios.len()
    );
    // Each row is dropped, and each of its numbers moved by one, in each of the dated values.
    let rows: Vec<&str> = LIBRARY
        .lines()
        .filter(|line| {
            line.contains("lasted: ") && line.contains("class: ") && line.contains("{ id: ")
        })
        .collect();
    let (mut planted, mut missed) = (0, Vec::new());
    for (place, row) in rows.iter().enumerate() {
        for fault in faults_of(row) {
            planted += 1;
            // The same row stands in both values; the fault goes into this one.
            let nth = rows[..place].iter().filter(|other| *other == row).count();
            let library = replaced(LIBRARY, row, nth, &fault);
            if fails(&workflow(ACCIDENT, &library)).is_none() {
                missed.push(format!("{place}: {fault}"));
            }
        }
    }
    for (from, to) in [
        ("s.users >= t.users", "s.users > t.users"),
        (">= t.lasted", "> t.lasted"),
        ("t.class == s.class && ", ""),
    ] {
        planted += 1;
        if fails(&workflow(&ACCIDENT.replacen(from, to, 1), LIBRARY)).is_none() {
            missed.push(to.to_owned());
        }
    }
    println!("planted {planted}, caught {}", planted - missed.len());
    assert_eq!(rows.len(), 20);
    assert_eq!(missed, Vec::<String>::new());
}

/// Returns a row without itself, with one user more, and with another length.
fn faults_of(row: &str) -> Vec<String> {
    let mut faults = vec![String::new()];
    let (before, users) = row.split_once("users: ").expect("a row has users");
    let users: i64 = users
        .trim_end_matches([' ', '}'])
        .parse()
        .expect("users are a number");
    if users > 0 {
        faults.push(format!("{before}users: {} }}", users + 1));
        faults.push(format!("{before}users: {} }}", users - 1));
    }
    let (before, rest) = row.split_once("lasted: ").expect("a row has a length");
    let (length, rest) = rest.split_once(',').expect("more follows");
    let hours: i64 = length
        .trim_end_matches(" hours")
        .trim_end_matches(" hour")
        .parse()
        .expect("a length in hours");
    for minutes in [hours * 60 + 1, hours * 60 - 1] {
        faults.push(format!("{before}lasted: {minutes} minutes,{rest}"));
    }
    faults
}

/// Replaces the nth line that reads so.
fn replaced(text: &str, line: &str, nth: usize, by: &str) -> String {
    let mut seen = 0;
    let lines = text.lines().map(|one| {
        let here = one == line;
        let meant = here && seen == nth;
        seen += usize::from(here);
        if meant { by } else { one }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}
