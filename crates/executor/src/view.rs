//! Makes the rows of the views from a folded case or incident: what lists show without reading histories.
//! One function each, of the fold alone, so that whoever folds the history can prove the rows again.

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::{Case, Consent, Duty, Running};
use tsuho_core::incident::Incident;
use tsuho_core::time::Timestamp;
use tsuho_store::{CaseRow, ClockRow, IncidentRow};

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
    approvals
        .filter(|approval| approval.consent == Consent::Pending)
        .count() as u64
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

/// Returns the rows of a case's clocks: one for each duty that ever had one.
#[must_use]
pub fn clock_rows(case: &Case) -> Vec<ClockRow> {
    changed_clock_rows(None, case)
}

/// Returns those of the rows that are new or no longer what they were. None is ever taken away, because a duty stays on
/// its case; so a long series costs no more to write than a short one.
#[must_use]
pub fn changed_clock_rows(before: Option<&Case>, case: &Case) -> Vec<ClockRow> {
    let case_id = case.id.to_string();
    let duties = case.duties.iter();
    let changed = duties.filter(|(key, duty)| {
        let known = before.and_then(|before| before.duties.get(*key));
        known != Some(*duty)
    });
    changed
        .map(|(key, duty)| clock_row((&case_id, case.number), key, duty))
        .collect()
}

fn clock_row((case_id, case_number): (&str, u64), key: &DutyKey, duty: &Duty) -> ClockRow {
    let readings = &duty.face.readings;
    let last = readings.iter().map(|reading| reading.due).max();
    let status = match duty.running {
        Running::Running if last.is_some_and(|due| duty.passed.contains(&due)) => "passed",
        Running::Running => "running",
        Running::Stopped { .. } => "stopped",
        Running::Lapsed => "lapsed",
        Running::Waived { .. } => "waived",
    };
    let beyond_calendar = readings
        .iter()
        .any(|reading| reading.derivation.beyond_calendar.is_some());
    ClockRow {
        case_id: case_id.to_owned(),
        case_number,
        duty: key.to_string(),
        obligation: key.obligation.to_string(),
        recipient: key
            .recipient
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        due_at: readings
            .iter()
            .map(|reading| reading.due)
            .min()
            .map(Timestamp::moment),
        status: status.to_owned(),
        provisional: !duty.face.doubts.is_empty() || beyond_calendar,
    }
}
