//! Folds events into a case; it cannot fail and needs no workflow, because events carry their results.
//! Whether an event may happen was decided before it was written.

use std::sync::Arc;

use crate::case::event::{
    ActionTaken, Actor, Body, CaseLinked, CaseOpened, ClockMoved, ClockStarted, ClockStopped,
    ClockWaived, Event, EvidenceAttached, FactsRecorded, FilingMade, ReminderDue,
};
use crate::case::fact;
use crate::case::{Approval, Case, Consent, Duty, Filing, Filings, Membership, Running};
use crate::ids::CaseId;

/// Begins a case with its first event; `None` if that is anything but its opening.
#[must_use]
pub fn open(id: CaseId, event: &Event<Body>) -> Option<Case> {
    let Body::CaseOpened(CaseOpened {
        number,
        workflow,
        version,
        digest,
        state,
        phase,
        ..
    }) = &event.body
    else {
        return None;
    };
    Some(Case {
        id,
        number: *number,
        version: 1,
        revision: 1,
        last_command: event.command,
        last_recorded: event.recorded_at,
        settled_to: event.recorded_at,
        opened_at: event.occurred_at,
        incident: None,
        workflow: workflow.clone(),
        workflow_version: *version,
        digest: *digest,
        state: state.clone(),
        phase: *phase,
        entered_at: event.occurred_at,
        entered: [(state.clone(), event.occurred_at)].into(),
        released: None,
        did: std::collections::BTreeMap::new(),
        facts: std::collections::BTreeMap::new(),
        filings: Filings::default(),
        approvals: std::collections::BTreeMap::new(),
        duties: std::collections::BTreeMap::new(),
        evidence: std::collections::BTreeSet::new(),
        delivered: std::collections::BTreeMap::new(),
    })
}

/// Folds one more event into a case.
#[must_use]
pub fn evolve(mut case: Case, event: &Event<Body>) -> Case {
    apply(&mut case, event);
    case
}

/// Folds one more event into a case where it stands: a decision of thousands of events copies no case.
pub(crate) fn apply(case: &mut Case, event: &Event<Body>) {
    let seq = case.version;
    match &event.body {
        Body::CaseLinked(body) => case.incident = Some(membership(body)),
        Body::FactsRecorded(body) => record(case, seq, body),
        Body::ActionTaken(body) => take(case, event, body),
        Body::FilingMade(body) => file(case, body),
        Body::FilingReceived(body) => {
            case.filings.change(body.filing, |filing| {
                filing.counts.extend(body.counts.clone());
                let all = filing
                    .recipients
                    .iter()
                    .all(|recipient| filing.counts.contains_key(recipient));
                filing.effective_at = all.then_some(body.effective_at);
                filing.receipt = body.receipt.or(filing.receipt);
            });
        }
        Body::FilingUndone(body) => {
            case.filings
                .change(body.filing, |filing| filing.undone = Some(body.how));
        }
        Body::ApprovalRequested(body) => {
            if let Actor::Person { person, .. } = event.actor {
                let approval = Approval {
                    proposal: body.proposal.clone(),
                    digest: body.digest,
                    by: body.by.clone(),
                    proposed_by: person,
                    occurred_at: event.occurred_at,
                    decided_by: None,
                    decided_at: None,
                    consent: Consent::Pending,
                };
                case.approvals.insert(body.approval, approval);
            }
        }
        Body::ApprovalGiven(body) => {
            decide_approval(case, body.approval, Consent::Given, event);
        }
        Body::ApprovalRefused(body) => {
            decide_approval(case, body.approval, Consent::Refused, event);
        }
        Body::ApprovalLapsed(body) => {
            if let Some(approval) = case.approvals.get_mut(&body.approval) {
                approval.consent = Consent::Lapsed;
            }
        }
        Body::ClockStarted(body) => start(case, body),
        Body::ClockMoved(body) => move_clock(case, body),
        Body::ClockPassed(body) => {
            if let Some(duty) = case.duties.get_mut(&body.duty) {
                duty.passed.insert(body.due);
            }
        }
        Body::ClockStopped(body) => stop(case, body),
        Body::ClockLapsed(body) => {
            if let Some(duty) = case.duties.get_mut(&body.duty) {
                duty.running = Running::Lapsed;
            }
        }
        Body::ClockWaived(body) => waive(case, body),
        Body::ReminderDue(body) => remind(case, body),
        Body::EvidenceAttached(body) => attach(case, body),
        // A note changes nothing but the count, and a second opening cannot be written.
        Body::NoteAdded(_) | Body::CaseOpened(_) => {}
    }
    count(case, event);
}

/// Counts the event, and a person's decision with its first event.
fn count(case: &mut Case, event: &Event<Body>) {
    case.version += 1;
    case.last_recorded = event.recorded_at;
    let settled = match event.actor {
        Actor::Clock => event.occurred_at,
        Actor::Person { .. } => event.recorded_at,
    };
    case.settled_to = case.settled_to.max(settled);
    if matches!(event.actor, Actor::Person { .. }) && case.last_command != event.command {
        case.revision += 1;
        case.last_command = event.command;
    }
}

const fn membership(body: &CaseLinked) -> Membership {
    Membership {
        id: body.incident,
        number: body.incident_number,
    }
}

fn record(case: &mut Case, seq: u64, body: &FactsRecorded) {
    fact::record(&mut case.facts, seq, body);
    if let Some(approval) = body
        .approval
        .and_then(|number| case.approvals.get_mut(&number))
    {
        approval.consent = Consent::Used;
    }
    if let Some(delivered) = &body.delivered {
        case.delivered
            .insert(delivered.stream.clone(), delivered.seq);
    }
}

fn take(case: &mut Case, event: &Event<Body>, body: &ActionTaken) {
    let first = case
        .did
        .entry(body.action.clone())
        .or_insert(event.occurred_at);
    *first = (*first).min(event.occurred_at);
    if let Some(entered_at) = body.entered_at {
        case.state = body.to.clone();
        case.phase = body.phase;
        case.entered_at = entered_at;
        case.entered.insert(body.to.clone(), entered_at);
        case.released = Some((body.releases.clone(), body.action.clone()));
    }
    if let Some(approval) = body
        .approval
        .and_then(|number| case.approvals.get_mut(&number))
    {
        approval.consent = Consent::Used;
    }
}

fn file(case: &mut Case, body: &FilingMade) {
    let filing = Filing {
        action: body.action.clone(),
        obligations: body.obligations.clone(),
        duties: body.duties.clone(),
        recipients: body.recipients.clone(),
        channel: body.channel.clone(),
        sent_at: body.sent_at,
        counts: body.counts.clone(),
        effective_at: body.effective_at,
        document: body.document,
        receipt: None,
        evidence: body.evidence.clone(),
        elsewhere: body.elsewhere.clone(),
        gaps: body.gaps.clone(),
        version: body.version,
        undone: None,
    };
    case.filings.insert(body.filing, filing);
}

fn attach(case: &mut Case, body: &EvidenceAttached) {
    case.evidence.insert(body.digest);
    if let Some(number) = body.filing {
        case.filings.change(number, |filing| {
            filing.evidence.insert(body.digest);
        });
    }
}

fn decide_approval(case: &mut Case, number: u64, consent: Consent, event: &Event<Body>) {
    if let (Some(approval), Actor::Person { person, .. }) =
        (case.approvals.get_mut(&number), &event.actor)
    {
        approval.consent = consent;
        approval.decided_by = Some(*person);
        approval.decided_at = Some(event.occurred_at);
    }
}

fn start(case: &mut Case, body: &ClockStarted) {
    let duty = case
        .duties
        .entry(body.duty.clone())
        .or_insert_with(|| Duty {
            running: Running::Running,
            face: body.face.clone(),
            passed: std::collections::BTreeSet::new(),
            reminded: std::collections::BTreeSet::new(),
        });
    duty.running = Running::Running;
    duty.face = body.face.clone();
}

fn move_clock(case: &mut Case, body: &ClockMoved) {
    if let Some(duty) = case.duties.get_mut(&body.duty) {
        duty.face = body.to.clone();
        if let (Running::Stopped { judgement, .. }, Some(again)) =
            (&mut duty.running, &body.judgement)
        {
            *judgement = again.clone();
        }
    }
}

fn stop(case: &mut Case, body: &ClockStopped) {
    if let Some(duty) = case.duties.get_mut(&body.duty) {
        duty.running = Running::Stopped {
            filing: body.filing,
            at: body.at,
            judgement: body.judgement.clone(),
        };
    }
}

fn waive(case: &mut Case, body: &ClockWaived) {
    let running = Running::Waived {
        decision: body.decision.clone(),
    };
    // A duty may be waived before it ever had a clock.
    let duty = case
        .duties
        .entry(body.duty.clone())
        .or_insert_with(|| Duty {
            running: running.clone(),
            face: Arc::default(),
            passed: std::collections::BTreeSet::new(),
            reminded: std::collections::BTreeSet::new(),
        });
    duty.running = running;
}

fn remind(case: &mut Case, body: &ReminderDue) {
    if let Some(duty) = case.duties.get_mut(&body.duty) {
        duty.reminded.extend(
            body.reminders
                .iter()
                .map(|reminder| (body.due, reminder.index)),
        );
    }
}
