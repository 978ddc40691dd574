//! The rows that a batch writes, table by table, packed as the statements of `queries/` read them.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_ledger::Moment;
use tsuho_store::{
    Append, Bench, CaseRow, ClockRow, Command, IncidentRow, Placement, Position, StreamName,
};

use crate::packed::{Heap, Row, Rows};

/// Where the first event of each stream lies, by which its rows know it.
pub(crate) type FirstPositions = BTreeMap<StreamName, Position>;

/// The rows of a batch. Records have a blob of their own: it is large, and each statement takes a copy of what it reads.
#[derive(Debug, Default)]
pub(crate) struct Batched {
    pub(crate) record_bytes: Heap,
    pub(crate) events: Rows,
    pub(crate) parts: Rows,
    pub(crate) bytes: Heap,
    pub(crate) streams: Rows,
    pub(crate) requests: Rows,
    pub(crate) incidents: Rows,
    pub(crate) cases: Rows,
    pub(crate) clocks: Rows,
    pub(crate) workflows: Rows,
    pub(crate) calendars: Rows,
}

/// Returns a count as SQLite keeps it.
pub(crate) fn integer(count: u64) -> i64 {
    i64::try_from(count).expect("counted one by one, so far below 2^63")
}

/// Returns the rows of the commands that were kept, once the bench has counted them as written. `firsts` are those of the
/// streams that were there before.
pub(crate) fn of(bench: &Bench, mut firsts: FirstPositions, kept: &[Placement<'_>]) -> Batched {
    let mut batched = Batched::default();
    for placement in kept {
        records(&mut batched, &mut firsts, placement);
        request(&mut batched, placement.command);
        published(&mut batched, placement.command);
    }
    views(&mut batched, (bench, &firsts), kept);
    batched
}

/// Adds the records of a command, which follow each other from its first position on.
fn records(batched: &mut Batched, firsts: &mut FirstPositions, placement: &Placement<'_>) {
    let bytes = &mut batched.record_bytes;
    let mut position = placement.first.0;
    for append in &placement.command.appends {
        let first = firsts.entry(append.stream().clone());
        let stream = first.or_insert(Position(position)).0;
        for record in append.records() {
            let row = batched.events.row(bytes).count(position).count(stream);
            row.count(record.header().seq)
                .bytes(record.header_bytes())
                .bytes(record.hash().as_bytes())
                .end();
            for part in record.parts() {
                let row = batched.parts.row(bytes).count(position);
                row.bytes(part.class.as_str())
                    .bytes(part.salt.as_bytes())
                    .bytes(&part.bytes)
                    .end();
            }
            position += 1;
        }
    }
}

fn request(batched: &mut Batched, command: &Command) {
    let Some(request) = &command.request else {
        return;
    };
    let first = &command.appends[command.answered_by];
    let row = batched.requests.row(&mut batched.bytes);
    row.bytes(&request.person)
        .bytes(&request.key)
        .bytes(request.digest.as_bytes())
        .bytes(&request.command)
        .bytes(first.stream().as_str())
        .count(first.expected().version())
        .count(first.head().version - 1)
        .end();
}

fn published(batched: &mut Batched, command: &Command) {
    let bytes = &mut batched.bytes;
    for workflow in &command.workflows {
        let row = batched.workflows.row(bytes);
        row.bytes(workflow.digest.as_bytes())
            .bytes(&workflow.name)
            .bytes(&workflow.version)
            .bytes(&workflow.source)
            .bytes(&workflow.canonical)
            .end();
    }
    for calendar in &command.calendars {
        let row = batched.calendars.row(bytes);
        row.bytes(calendar.digest.as_bytes())
            .bytes(&calendar.name)
            .bytes(&calendar.version)
            .bytes(&calendar.source)
            .end();
    }
}

/// Adds what the batch leaves behind. Several commands may touch a stream, a case or its clocks: the last one's word is
/// what stays.
fn views(
    batched: &mut Batched,
    (bench, firsts): (&Bench, &FirstPositions),
    kept: &[Placement<'_>],
) {
    let mut streams: BTreeSet<&StreamName> = BTreeSet::new();
    let mut cases: BTreeMap<&str, &CaseRow> = BTreeMap::new();
    let mut incidents: BTreeMap<&str, &IncidentRow> = BTreeMap::new();
    let mut clocks: BTreeMap<(u64, &str), &ClockRow> = BTreeMap::new();
    for Placement { command, .. } in kept {
        streams.extend(command.appends.iter().map(Append::stream));
        cases.extend(command.cases.iter().map(|row| (row.case_id.as_str(), row)));
        let rows = command.incidents.iter();
        incidents.extend(rows.map(|row| (row.incident_id.as_str(), row)));
        let rows = command.clocks.iter();
        clocks.extend(rows.map(|row| ((row.case_number, row.duty.as_str()), row)));
    }
    let bytes = &mut batched.bytes;
    for stream in streams {
        let head = &bench.streams[stream];
        let row = batched.streams.row(bytes).count(firsts[stream].0);
        row.bytes(stream.as_str())
            .count(head.version)
            .bytes(head.digest.as_bytes())
            .count(head.revision)
            .integer_or_null(head.wake_at.map(Moment::micros))
            .end();
    }
    for row in incidents.into_values() {
        incident(batched.incidents.row(bytes), row);
    }
    for row in cases.into_values() {
        case(batched.cases.row(bytes), row);
    }
    for row in clocks.into_values() {
        clock(batched.clocks.row(bytes), row);
    }
}

fn incident(written: Row<'_>, row: &IncidentRow) {
    written
        .bytes(&row.incident_id)
        .count(row.number)
        .integer(row.opened_at.micros())
        .count(row.cases)
        .end();
}

fn case(written: Row<'_>, row: &CaseRow) {
    written
        .count(row.number)
        .bytes(&row.case_id)
        .bytes(&row.workflow)
        .bytes(&row.workflow_version)
        .bytes(row.workflow_digest.as_bytes())
        .bytes(&row.state)
        .bytes(&row.phase)
        .bytes(&row.title)
        .integer(row.opened_at.micros())
        .integer_or_null(row.closed_at.map(Moment::micros))
        .text_or_null(row.incident_id.as_deref())
        .integer_or_null(row.pending.map(integer))
        .end();
}

fn clock(written: Row<'_>, row: &ClockRow) {
    written
        .count(row.case_number)
        .bytes(&row.duty)
        .bytes(&row.obligation)
        .bytes(&row.recipient)
        .integer_or_null(row.due_at.map(Moment::micros))
        .bytes(&row.status)
        .integer(i64::from(row.provisional))
        .end();
}
