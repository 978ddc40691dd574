//! The rows that a batch writes, as the JSON arrays that the statements of `queries/` read.
//!
//! One statement for each table, because a round trip costs more than a row. What is no text is written in hex.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tsuho_store::{Bench, Calendar, CaseRow, ClockRow, IncidentRow, Placement, StreamName};

/// The rows of a batch, table by table.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) events: Vec<Value>,
    pub(crate) parts: Vec<Value>,
    pub(crate) streams: Vec<Value>,
    pub(crate) requests: Vec<Value>,
    pub(crate) incidents: Vec<Value>,
    pub(crate) cases: Vec<Value>,
    pub(crate) clocks: Vec<Value>,
    pub(crate) workflows: Vec<Value>,
    pub(crate) calendars: Vec<Value>,
}

/// Returns a count as SQLite keeps it.
pub(crate) fn integer(count: u64) -> i64 {
    i64::try_from(count).expect("counted one by one, so far below 2^63")
}

/// Returns the rows of the commands that were kept, once the bench has counted them as written.
pub(crate) fn of(bench: &Bench, kept: &[Placement<'_>]) -> Rows {
    let mut rows = Rows::default();
    // Several commands may touch a stream, a case or its clocks: the last one's word is what stays.
    let mut streams: BTreeMap<&StreamName, Value> = BTreeMap::new();
    let mut cases: BTreeMap<&str, Value> = BTreeMap::new();
    let mut incidents: BTreeMap<&str, Value> = BTreeMap::new();
    let mut clocks: BTreeMap<(&str, &str), Value> = BTreeMap::new();
    for placement in kept {
        records(&mut rows, placement);
        let command = placement.command;
        for append in &command.appends {
            let head = &bench.streams[append.stream()];
            let row = json!([
                append.stream().as_str(),
                head.version,
                head.digest.to_hex(),
                head.revision,
                head.wake_at.map(tsuho_ledger::Moment::micros),
            ]);
            streams.insert(append.stream(), row);
        }
        cases.extend(
            command
                .cases
                .iter()
                .map(|row| (row.case_id.as_str(), case(row))),
        );
        let rows_of_incidents = command.incidents.iter();
        incidents.extend(rows_of_incidents.map(|row| (row.incident_id.as_str(), incident(row))));
        let rows_of_clocks = command.clocks.iter();
        clocks.extend(
            rows_of_clocks.map(|row| ((row.case_id.as_str(), row.duty.as_str()), clock(row))),
        );
        if let Some(request) = &command.request {
            let first = &command.appends[command.answered_by];
            rows.requests.push(json!([
                request.person,
                request.key,
                request.digest.to_hex(),
                request.command,
                first.stream().as_str(),
                first.expected().version(),
                first.head().version - 1,
            ]));
        }
        rows.workflows
            .extend(command.workflows.iter().map(|workflow| {
                let canonical = hex(&workflow.canonical);
                json!([
                    workflow.digest.to_hex(),
                    workflow.name,
                    workflow.version,
                    workflow.source,
                    canonical
                ])
            }));
        rows.calendars
            .extend(command.calendars.iter().map(calendar));
    }
    rows.streams = streams.into_values().collect();
    rows.cases = cases.into_values().collect();
    rows.incidents = incidents.into_values().collect();
    rows.clocks = clocks.into_values().collect();
    rows
}

/// Adds the records of a command, which follow each other from its first position on.
fn records(rows: &mut Rows, placement: &Placement<'_>) {
    let appends = placement.command.appends.iter();
    let records = appends.flat_map(|append| {
        append
            .records()
            .iter()
            .map(move |record| (append.stream(), record))
    });
    for (position, (stream, record)) in (placement.first.0..).zip(records) {
        rows.events.push(json!([
            position,
            stream.as_str(),
            record.header().seq,
            hex(record.header_bytes()),
            record.hash().to_hex(),
        ]));
        rows.parts.extend(record.parts().iter().map(|part| {
            json!([
                position,
                part.class.as_str(),
                hex(part.salt.as_bytes()),
                hex(&part.bytes)
            ])
        }));
    }
}

fn calendar(calendar: &Calendar) -> Value {
    json!([
        calendar.digest.to_hex(),
        calendar.name,
        calendar.version,
        calendar.source
    ])
}

fn incident(row: &IncidentRow) -> Value {
    json!([
        row.incident_id,
        row.number,
        row.opened_at.micros(),
        row.cases,
        row.revision,
    ])
}

fn case(row: &CaseRow) -> Value {
    json!([
        row.case_id,
        row.number,
        row.workflow,
        row.workflow_version,
        row.workflow_digest.to_hex(),
        row.state,
        row.phase,
        row.title,
        row.opened_at.micros(),
        row.closed_at.map(tsuho_ledger::Moment::micros),
        row.revision,
        row.incident_id,
    ])
}

fn clock(row: &ClockRow) -> Value {
    json!([
        row.case_id,
        row.duty,
        row.obligation,
        row.recipient,
        row.due_at.map(tsuho_ledger::Moment::micros),
        row.status,
        i64::from(row.provisional),
    ])
}

/// Returns bytes as SQLite's `unhex` reads them.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xf)]));
    }
    text
}
