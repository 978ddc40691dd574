//! Writes the difference between what is owed and what is on record: clocks started, moved, stopped, lapsed, passed,
//! and reminders raised (§10, step 3). What is owed is said by `owed`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::case::clock::{Doubt, DutyKey, Judgement, Proof};
use crate::case::decide::{Context, Draft};
use crate::case::event::{
    ClockLapsed, ClockMoved, ClockPassed, ClockStarted, ClockStopped, ClockWaived, Face,
    LapseOfClock, ReminderDue,
};
use crate::case::settle::cause::cause;
use crate::case::settle::owed::{Owed, Owing};
use crate::case::settle::timers::{basis, reminders};
use crate::case::{Case, Duty, Running};
use crate::name::ObligationName;
use crate::time::Timestamp;
use crate::value::Value;

/// Writes the difference between what is owed at a moment and what is on record.
pub(super) fn write(context: &Context<'_>, draft: &mut Draft, owing: Owing, moment: Timestamp) {
    let released = draft
        .case
        .released
        .clone()
        .filter(|_| draft.case.is_closed());
    let (lapsing, owed): (Vec<Owed>, Vec<Owed>) = owing.duties.into_iter().partition(|owed| {
        released
            .as_ref()
            .is_some_and(|(released, _)| released.covers(&owed.duty.obligation))
    });
    for owed in &owed {
        write_duty(context, draft, owed, moment);
    }
    let nobody: BTreeSet<(ObligationName, Vec<String>)> = owing
        .without_recipient
        .into_iter()
        .map(|one| (one.obligation, one.rows))
        .collect();
    let (series, waived) = (owing.lapsing, owing.waived);
    for (key, decision) in &waived {
        waive(draft, key, decision, moment);
    }
    let still_owed: BTreeSet<&DutyKey> = owed.iter().map(|owed| &owed.duty).collect();
    let rest: Vec<(DutyKey, Duty)> = draft
        .case
        .duties
        .iter()
        .filter(|(key, _)| !still_owed.contains(key) && !waived.contains_key(*key))
        .map(|(key, duty)| (key.clone(), duty.clone()))
        .collect();
    for (key, duty) in rest {
        let is_released = lapsing.iter().any(|owed| owed.duty == key);
        if nobody.contains(&(key.obligation.clone(), key.rows.clone())) && !is_released {
            keep(context, draft, &key, &duty, moment);
            continue;
        }
        let cause = match &released {
            Some((_, action)) if is_released => LapseOfClock::Released(action.clone()),
            _ if series.contains_key(&key) => series[&key].clone(),
            _ if is_dropped(context, &draft.case, &key) => LapseOfClock::Row,
            _ if owed.iter().any(|owed| {
                owed.duty.obligation == key.obligation && owed.duty.rows == key.rows
            }) =>
            {
                LapseOfClock::Recipient
            }
            _ => LapseOfClock::NotOwed,
        };
        lapse(draft, &key, &duty, cause, moment);
    }
}

/// Writes which clocks that run went by, and raises reminders: what time brings without any condition that changes.
pub(super) fn write_due(context: &Context<'_>, draft: &mut Draft, moment: Timestamp) {
    pass(draft, moment);
    remind(context, draft, moment);
}

/// Tells whether one of a duty's rows is no longer in its table.
fn is_dropped(context: &Context<'_>, case: &Case, key: &DutyKey) -> bool {
    let each = context
        .rules
        .obligation(&key.obligation)
        .map(|rule| &rule.each);
    let mut rows = each.into_iter().flatten().zip(&key.rows);
    rows.any(|(each, row)| {
        let table = case
            .facts
            .get(&each.table)
            .and_then(|history| history.value());
        match table {
            Some(Value::Table(rows)) => !rows.contains_key(row),
            _ => true,
        }
    })
}

/// Keeps a clock whose recipient is no longer known, in doubt: what is not known never removes a duty (P1).
fn keep(context: &Context<'_>, draft: &mut Draft, key: &DutyKey, duty: &Duty, moment: Timestamp) {
    let mut doubtful = duty.face.clone();
    Arc::make_mut(&mut doubtful).doubts.insert(Doubt::Recipient);
    if duty.is_running() {
        shift(
            (context, draft),
            key,
            (&duty.face, Some(&doubtful)),
            None,
            moment,
        );
        stop(draft, &on_record(key, doubtful));
    } else if !still_discharged(draft, key, duty) {
        start(draft, &on_record(key, doubtful.clone()), &doubtful, moment);
    }
}

/// Lets a duty that is no longer owed lapse: one that runs, and one whose only filing was undone. What is discharged
/// stays discharged (O2).
fn lapse(draft: &mut Draft, key: &DutyKey, duty: &Duty, cause: LapseOfClock, moment: Timestamp) {
    let was_waived = matches!(duty.running, Running::Waived { .. });
    if duty.is_running() || was_waived || !still_discharged(draft, key, duty) {
        draft.by_clock(
            ClockLapsed {
                duty: key.clone(),
                cause,
            },
            moment,
        );
    }
}

/// Tells whether a duty that does not run is done with; where another filing took the place of the one that stopped it,
/// the judgement is made again (D4).
fn still_discharged(draft: &mut Draft, key: &DutyKey, duty: &Duty) -> bool {
    let Running::Stopped {
        filing: Some(filing),
        at,
        ..
    } = duty.running
    else {
        return true;
    };
    match draft.case.discharge(key) {
        None => false,
        Some(now) => {
            if now != (filing, at) {
                stop(draft, &on_record(key, duty.face.clone()));
            }
            true
        }
    }
}

/// Waives a duty from which an authority exempted, unless it is discharged: that it stays.
fn waive(draft: &mut Draft, key: &DutyKey, decision: &str, moment: Timestamp) {
    let known = draft.case.duties.get(key).cloned();
    let stays = known.is_some_and(|duty| match &duty.running {
        Running::Waived { decision: by } => by == decision,
        Running::Stopped { .. } => still_discharged(draft, key, &duty),
        Running::Running | Running::Lapsed => false,
    });
    if !stays {
        let waived = ClockWaived {
            duty: key.clone(),
            decision: decision.to_owned(),
        };
        draft.by_clock(waived, moment);
    }
}

/// Returns a duty as it stands on record, for what is no longer owed or owed to nobody known.
fn on_record(key: &DutyKey, face: Arc<Face>) -> Owed {
    Owed {
        duty: key.clone(),
        face: Some(face),
        doubts: BTreeSet::new(),
        waits_for: Vec::new(),
        met: None,
    }
}

/// What discharges a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Discharge {
    /// By which filing; none where nothing is filed.
    filing: Option<u64>,
    /// When.
    at: Timestamp,
    /// The moment that is held against the clock.
    judged: Timestamp,
    /// What it rests on.
    proof: Proof,
}

/// Finds what discharges a duty: a filing (D3), or that what was owed is done (O3).
fn discharge(case: &Case, owed: &Owed) -> Option<Discharge> {
    if let Some(met) = owed.met {
        return Some(Discharge {
            filing: None,
            at: met.at,
            judged: met.judged,
            proof: Proof::Statement,
        });
    }
    let (filing, at) = case.discharge(&owed.duty)?;
    Some(Discharge {
        filing: Some(filing),
        at,
        judged: at,
        proof: proof(case, filing),
    })
}

/// Starts, moves and stops the clock of one duty that is owed.
fn write_duty(context: &Context<'_>, draft: &mut Draft, owed: &Owed, moment: Timestamp) {
    let key = &owed.duty;
    let known = draft.case.duties.get(key).cloned();
    match (known, &owed.face) {
        (None, None) => {}
        (None, Some(face)) => start(draft, owed, face, moment),
        (Some(duty), face) => match duty.running {
            // Owed again, or no longer exempted: it runs from its anchor.
            Running::Lapsed | Running::Waived { .. } => {
                if let Some(face) = face {
                    start(draft, owed, face, moment);
                }
            }
            Running::Running => {
                shift(
                    (context, draft),
                    key,
                    (&duty.face, face.as_ref()),
                    None,
                    moment,
                );
                stop(draft, owed);
            }
            Running::Stopped {
                filing,
                at,
                judgement,
            } => {
                let now = discharge(&draft.case, owed);
                let judged = now.map_or(at, |now| now.judged);
                let faces = (&duty.face, face.as_ref());
                shift(
                    (context, draft),
                    key,
                    faces,
                    Some((judged, &judgement)),
                    moment,
                );
                match now {
                    None => start(draft, owed, face.as_ref().unwrap_or(&duty.face), moment),
                    // Something else discharges it, or its proof became better: the judgement is made again.
                    Some(now)
                        if (now.filing, now.at) != (filing, at) || now.proof != judgement.proof =>
                    {
                        stop(draft, owed);
                    }
                    Some(_) => {}
                }
            }
        },
    }
}

/// Starts a clock, and stops it at once if what discharges it was there before (C11).
fn start(draft: &mut Draft, owed: &Owed, face: &Arc<Face>, moment: Timestamp) {
    draft.by_clock(
        ClockStarted {
            duty: owed.duty.clone(),
            face: face.clone(),
        },
        moment,
    );
    stop(draft, owed);
}

/// Stops a clock if something discharges its duty.
fn stop(draft: &mut Draft, owed: &Owed) {
    let key = &owed.duty;
    let (Some(discharge), Some(duty)) = (discharge(&draft.case, owed), draft.case.duties.get(key))
    else {
        return;
    };
    let judgement = duty.face.judge(discharge.judged, discharge.proof);
    draft.by_clock(
        ClockStopped {
            duty: key.clone(),
            filing: discharge.filing,
            at: discharge.at,
            judgement,
        },
        discharge.at,
    );
}

/// Says what a filing's effective moment rests on.
fn proof(case: &Case, filing: u64) -> Proof {
    case.filings
        .get(&filing)
        .map_or(Proof::Statement, |filing| {
            if filing.receipt.is_some() {
                Proof::Receipt
            } else if !filing.evidence.is_empty() {
                Proof::CallSheet
            } else if filing.document.is_some() {
                Proof::Document
            } else {
                Proof::Statement
            }
        })
}

/// Writes that a clock shows something else; an anchor that is gone leaves what it showed, in doubt (P1).
fn shift(
    (context, draft): (&Context<'_>, &mut Draft),
    key: &DutyKey,
    (from, to): (&Arc<Face>, Option<&Arc<Face>>),
    stopped: Option<(Timestamp, &Judgement)>,
    moment: Timestamp,
) {
    let to = to.cloned().unwrap_or_else(|| {
        let mut kept = from.clone();
        Arc::make_mut(&mut kept).doubts.insert(Doubt::Anchor);
        kept
    });
    let Some(cause) = cause(context.rules, key, (from, &to)) else {
        return;
    };
    let judgement = stopped.map(|(at, judgement)| to.judge(at, judgement.proof));
    let moved = ClockMoved {
        duty: key.clone(),
        from: from.clone(),
        to,
        cause,
        judgement,
    };
    draft.by_clock(moved, moment);
}

/// Writes that the last reading of a running clock went by (C7, C8).
fn pass(draft: &mut Draft, moment: Timestamp) {
    let passed: Vec<ClockPassed> = draft
        .case
        .duties
        .iter()
        .filter(|(_, duty)| duty.is_running() && !duty.face.is_held())
        .filter_map(|(key, duty)| {
            let due = duty.face.readings.iter().map(|reading| reading.due).max()?;
            (due <= moment && !duty.passed.contains(&due)).then(|| ClockPassed {
                duty: key.clone(),
                due,
            })
        })
        .collect();
    for body in passed {
        let due = body.due;
        draft.by_clock(body, due);
    }
}

/// Raises the reminders whose moment came, those of one duty together.
fn remind(context: &Context<'_>, draft: &mut Draft, moment: Timestamp) {
    let due: Vec<ReminderDue> = draft
        .case
        .duties
        .iter()
        .filter(|(_, duty)| duty.is_running())
        .filter_map(|(key, duty)| {
            let from = basis(&duty.face)?;
            let reminders: Vec<_> = reminders(context, &draft.case, (key, duty))
                .into_iter()
                .filter(|reminder| reminder.at <= moment)
                .collect();
            (!reminders.is_empty()).then(|| ReminderDue {
                duty: key.clone(),
                due: from,
                reminders,
            })
        })
        .collect();
    for body in due {
        draft.by_clock(body, moment);
    }
}
