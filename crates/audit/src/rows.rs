//! Says what the rows of the views must be, from a folded case or incident alone.
//! Comparing them with what is stored is `verify`'s business.
//!
//! `crates/executor/src/view.rs` makes the same rows, and this file does not lean on it: a check that shared the code of
//! what it checks would find nothing wrong with either.

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::{Approval, Case, Consent, Duty, Running};
use tsuho_core::incident::Incident;
use tsuho_core::time::Timestamp;

use crate::said::{Said, Say, or_absent};
use crate::source::{CaseRow, ClockRow, IncidentRow};

/// One column of a row: its name, what it must say, and what it says.
pub(crate) type Column<'a> = (&'a str, Said, Said);

/// A column of a row that shows something else than the records come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The column, after the table.
    pub column: String,
    /// What the records come to.
    pub expected: Said,
    /// What the row shows.
    pub found: Said,
}

/// Returns the row of a case.
#[must_use]
pub fn case_row(case: &Case) -> CaseRow {
    CaseRow {
        case_id: case.id.to_string(),
        number: case.number,
        workflow: case.workflow.to_string(),
        workflow_version: case.workflow_version.to_string(),
        workflow_digest: case.digest,
        state: case.state.to_string(),
        phase: case.phase.word().to_owned(),
        title: format!("{} #{}", case.workflow, case.number),
        opened_at: case.opened_at.moment(),
        closed_at: case.is_closed().then(|| case.entered_at.moment()),
        incident_id: case.incident.map(|of| of.id.to_string()),
        pending: Some(pending(case)),
    }
}

/// Counts the proposals that wait for consent.
fn pending(case: &Case) -> u64 {
    let approvals = case.approvals.values();
    let waits = |approval: &&Approval| approval.consent == Consent::Pending;
    approvals.filter(waits).count() as u64
}

/// Returns the row of an incident.
#[must_use]
pub fn incident_row(incident: &Incident) -> IncidentRow {
    IncidentRow {
        incident_id: incident.id.to_string(),
        number: incident.number,
        opened_at: incident.opened_at.moment(),
        cases: incident.cases().len() as u64,
    }
}

/// Returns the row of one of a case's clocks.
#[must_use]
pub fn clock_row(case: &Case, key: &DutyKey, duty: &Duty) -> ClockRow {
    let readings = &duty.face.readings;
    let dues = || readings.iter().map(|reading| reading.due);
    let status = match duty.running {
        Running::Running if dues().max().is_some_and(|last| duty.passed.contains(&last)) => {
            "passed"
        }
        Running::Running => "running",
        Running::Stopped { .. } => "stopped",
        Running::Lapsed => "lapsed",
        Running::Waived { .. } => "waived",
    };
    let beyond_calendar = readings
        .iter()
        .any(|reading| reading.derivation.beyond_calendar.is_some());
    ClockRow {
        case_id: case.id.to_string(),
        duty: key.to_string(),
        obligation: key.obligation.to_string(),
        recipient: key
            .recipient
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        due_at: dues().min().map(Timestamp::moment),
        status: status.to_owned(),
        provisional: !duty.face.doubts.is_empty() || beyond_calendar,
    }
}

/// Returns the columns of a case's row.
pub(crate) fn case_columns(case: &Case, row: &CaseRow) -> Vec<Column<'static>> {
    let expected = case_row(case);
    vec![
        ("number", expected.number.say(), row.number.say()),
        ("workflow", expected.workflow.say(), (&row.workflow).say()),
        (
            "workflow_version",
            expected.workflow_version.say(),
            (&row.workflow_version).say(),
        ),
        (
            "workflow_digest",
            expected.workflow_digest.say(),
            row.workflow_digest.say(),
        ),
        ("state", expected.state.say(), (&row.state).say()),
        ("phase", expected.phase.say(), (&row.phase).say()),
        ("title", expected.title.say(), (&row.title).say()),
        ("opened_at", expected.opened_at.say(), row.opened_at.say()),
        (
            "closed_at",
            or_absent(expected.closed_at),
            or_absent(row.closed_at),
        ),
        (
            "incident_id",
            or_absent(expected.incident_id),
            or_absent(row.incident_id.clone()),
        ),
        // Of a case that was not written to since the column is there, the row says nothing of it.
        (
            "pending",
            or_absent(row.pending.and(expected.pending)),
            or_absent(row.pending),
        ),
    ]
}

/// Returns the columns of an incident's row.
pub(crate) fn incident_columns(incident: &Incident, row: &IncidentRow) -> Vec<Column<'static>> {
    let expected = incident_row(incident);
    vec![
        ("number", expected.number.say(), row.number.say()),
        ("opened_at", expected.opened_at.say(), row.opened_at.say()),
        ("cases", expected.cases.say(), row.cases.say()),
    ]
}

/// Returns where the row of a case shows something else than the fold of all its records.
#[must_use]
pub fn case_differences(case: &Case, row: &CaseRow) -> Vec<Difference> {
    differences("cases", case_columns(case, row))
}

/// Returns where the row of an incident shows something else than the fold of all its records.
#[must_use]
pub fn incident_differences(incident: &Incident, row: &IncidentRow) -> Vec<Difference> {
    differences("incidents", incident_columns(incident, row))
}

fn differences(table: &str, columns: Vec<Column<'_>>) -> Vec<Difference> {
    let differ = columns
        .into_iter()
        .filter(|(_, expected, found)| expected != found);
    let one = |(column, expected, found): (&str, Said, Said)| Difference {
        column: format!("{table}.{column}"),
        expected: expected.plain(),
        found: found.plain(),
    };
    differ.map(one).collect()
}
