//! One event of every type, with something in every field.
//! How they are stored is pinned by the parent.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::calendar::{Anchor, Counting, Reading, due, shipped};
use tsuho_core::case::clock::{Doubt, DutyKey, Proof, Target, TargetForce, judge};
use tsuho_core::case::event::{
    ActionTaken, ApprovalGiven, ApprovalLapsed, ApprovalRefused, ApprovalRequested, Body,
    CaseLinked, CaseOpened, Certainty, Change, ClockLapsed, ClockMoved, ClockPassed, ClockStarted,
    ClockStopped, Delivered, EvidenceAttached, Face, FactRecorded, FactsRecorded, FilingMade,
    FilingReceived, FilingUndone, LapseOfApproval, LapseOfClock, MoveCause, NoteAdded, Proposal,
    Released, Reminded, ReminderDue, ReminderOffset, Undone,
};
use tsuho_core::ids::{CaseId, IncidentId, PersonId};
use tsuho_core::incident::{IncidentBody, IncidentOpened};
use tsuho_core::people::{
    CalendarPublished, InstallationCreated, InstallationKind, PersonAdded, RoleGranted,
    RoleRevoked, SystemBody, WorkflowPublished,
};
use tsuho_core::time::{Instant, Timestamp};
use tsuho_core::value::Value;
use tsuho_core::workflow::rules::Phase;
use tsuho_ledger::{Digest, PartClass};

/// Reads anything that has a text form; a sample that does not fit its type is a mistake of this file.
pub(crate) fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a sample fits its type")
}

pub(crate) fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_698_400_000_000_000 + micros).expect("a moment of October 2023")
}

pub(crate) fn duty() -> DutyKey {
    name("detailed_report@jp-mic-kanto")
}

fn readings() -> Vec<Reading> {
    let zone = name("Asia/Tokyo");
    let anchor = Anchor::Instant(Instant::day(name("2023-10-27"), zone));
    let counting = Counting::AsWritten;
    due(
        &anchor,
        name("30 days"),
        &counting,
        shipped("jp-government"),
        &name("Asia/Tokyo"),
    )
    .expect("thirty days count")
}

pub(crate) fn face() -> Face {
    let reading = readings().remove(0);
    Face {
        targets: vec![Target {
            due: reading.due,
            derivation: reading.derivation.clone(),
            force: TargetForce::Guidance,
            law: vec![name("tba-reg-57-1")],
        }],
        candidates: vec![reading.clone()],
        readings: vec![reading],
        doubts: BTreeSet::from([Doubt::Applies, Doubt::Estimate]),
        decisions: Vec::new(),
    }
}

pub(crate) fn facts() -> FactsRecorded {
    let row = BTreeMap::from([
        (name("id"), Value::Text("m1".to_owned())),
        (name("in_charge"), Value::Held(PartClass::Personal)),
    ]);
    let rows = Change::Rows {
        set: BTreeMap::from([("m1".to_owned(), row)]),
        dropped: BTreeSet::from(["m0".to_owned()]),
    };
    let zone = name("Asia/Tokyo");
    let values = [
        (
            "known_at",
            Change::Set(Value::Instant(Instant::day(name("2023-10-27"), zone))),
        ),
        ("users_affected", Change::Set(Value::Integer(440_027))),
        ("encrypted", Change::Set(Value::Boolean(false))),
        ("secrecy_leak", Change::Set(Value::Choice(name("leaked")))),
        (
            "leak_content",
            Change::Set(Value::Choices(BTreeSet::from([
                name("content"),
                name("metadata"),
            ]))),
        ),
        ("published_on", Change::Set(Value::Date(name("2023-11-27")))),
        ("aim", Change::Set(Value::Period(name("6 hours")))),
        (
            "mic_bureau",
            Change::Set(Value::Authority(name("jp-mic-kanto"))),
        ),
        ("outline", Change::Set(Value::Held(PartClass::Personal))),
        ("measures", rows),
        ("cause", Change::Absent),
    ];
    let recorded = |change| FactRecorded {
        change,
        as_of: at(0),
        certainty: Certainty::Estimate,
        source: Some(PartClass::Personal),
    };
    FactsRecorded {
        facts: values
            .into_iter()
            .map(|(fact, change)| (name(fact), recorded(change)))
            .collect(),
        delivered: Some(Delivered {
            stream: "operator".to_owned(),
            seq: 3,
        }),
        approval: None,
        reason: Some(PartClass::Personal),
    }
}

fn proposal() -> Proposal {
    Proposal {
        action: name("report"),
        state: name("notified"),
        versions: BTreeMap::from([(name("cause"), 7)]),
        document: Some(Digest::ZERO),
        recipients: BTreeSet::from([name("jp-mic-kanto")]),
        duties: BTreeSet::from([duty()]),
        decisions: None,
    }
}

fn filing() -> FilingMade {
    FilingMade {
        filing: 1,
        action: name("report"),
        obligations: BTreeSet::from([name("detailed_report")]),
        duties: BTreeSet::from([duty()]),
        recipients: BTreeSet::from([name("jp-mic-kanto")]),
        channel: name("email"),
        sent_at: at(0),
        counts: BTreeMap::from([(name("jp-mic-kanto"), at(1))]),
        effective_at: Some(at(1)),
        received_at: Some(at(1)),
        document: Some(Digest::ZERO),
        used: BTreeMap::from([(name("cause"), 7)]),
        gaps: BTreeSet::from([name("persons")]),
        version: 1,
        evidence: BTreeSet::from([Digest::ZERO]),
        address: Some(PartClass::Personal),
        said: Some("kanto@example.org".to_owned()),
        addresses: BTreeMap::from([(name("jp-mic-kanto"), "kanto@example.org".to_owned())]),
        elsewhere: BTreeSet::from([name("jp-mic")]),
    }
}

fn link() -> CaseLinked {
    CaseLinked {
        incident: IncidentId::from_bytes([9; 16]),
        incident_number: 1,
        case: CaseId::from_bytes([8; 16]),
        case_number: 2,
        workflow: name("jp-appi-breach"),
        digest: Digest::ZERO,
        reason: Some(PartClass::Personal),
    }
}

pub(crate) fn of_incidents() -> Vec<IncidentBody> {
    let opened = IncidentOpened {
        number: 1,
        title: PartClass::Personal,
        reason: Some(PartClass::Personal),
    };
    vec![opened.into(), link().into(), facts().into()]
}

pub(crate) fn of_cases() -> Vec<Body> {
    let person = PersonId::from_bytes([7; 16]);
    let reason = Some(PartClass::Personal);
    vec![
        CaseOpened {
            number: 1,
            workflow: name("jp-tba-secrecy-leak"),
            version: 1,
            digest: Digest::ZERO,
            state: name("detected"),
            phase: Phase::Detect,
            reason,
        }
        .into(),
        link().into(),
        facts().into(),
        ActionTaken {
            action: name("decide_not_reportable"),
            from: name("detected"),
            to: name("not_reportable"),
            phase: Phase::Closed,
            entered_at: Some(at(0)),
            releases: Released::All,
            approval: Some(1),
            proposed_by: Some(person),
            reason,
        }
        .into(),
        filing().into(),
        FilingReceived {
            filing: 1,
            received_at: at(2),
            counts: BTreeMap::from([(name("jp-mic-kanto"), at(2))]),
            effective_at: at(2),
            receipt: Some(Digest::ZERO),
            reason,
        }
        .into(),
        FilingUndone {
            filing: 1,
            how: Undone::Failed,
            reason: PartClass::Personal,
        }
        .into(),
        EvidenceAttached {
            digest: Digest::ZERO,
            size: 12,
            name: PartClass::Personal,
            filing: Some(1),
            fact: Some(name("cause")),
            reason,
        }
        .into(),
        NoteAdded {
            class: PartClass::Privileged,
            reason,
        }
        .into(),
    ]
    .into_iter()
    .chain(of_approvals())
    .chain(of_clocks())
    .collect()
}

fn of_approvals() -> Vec<Body> {
    let reason = Some(PartClass::Personal);
    vec![
        ApprovalRequested {
            approval: 1,
            proposal: proposal(),
            digest: proposal().digest(),
            by: name("executive"),
            channel: Some(name("email")),
            reason,
        }
        .into(),
        ApprovalGiven {
            approval: 1,
            digest: proposal().digest(),
            reason,
        }
        .into(),
        ApprovalRefused {
            approval: 1,
            reason: PartClass::Personal,
        }
        .into(),
        ApprovalLapsed {
            approval: 1,
            cause: LapseOfApproval::Facts(BTreeSet::from([name("cause")])),
        }
        .into(),
    ]
}

fn of_clocks() -> Vec<Body> {
    let reminder = |offset| Reminded {
        index: 0,
        offset,
        to: name("executive"),
        at: at(0),
    };
    vec![
        ClockStarted {
            duty: duty(),
            face: face().into(),
        }
        .into(),
        ClockMoved {
            duty: duty(),
            from: face().into(),
            to: face().into(),
            cause: MoveCause::Anchor,
            judgement: Some(judge(at(0), &readings(), &[], Proof::Receipt)),
        }
        .into(),
        ClockPassed {
            duty: duty(),
            due: at(0),
        }
        .into(),
        ClockStopped {
            duty: duty(),
            filing: Some(1),
            at: at(0),
            judgement: judge(
                at(9_000_000_000_000),
                &readings(),
                &face().targets,
                Proof::Statement,
            ),
        }
        .into(),
        ClockLapsed {
            duty: duty(),
            cause: LapseOfClock::Released(name("decide_not_reportable")),
        }
        .into(),
        ReminderDue {
            duty: duty(),
            due: at(1),
            reminders: vec![
                reminder(ReminderOffset::Before(name("10 days"))),
                reminder(ReminderOffset::After(name("0 minutes"))),
            ],
        }
        .into(),
    ]
}

pub(crate) fn of_the_installation() -> Vec<SystemBody> {
    let person = PersonId::from_bytes([7; 16]);
    vec![
        InstallationCreated {
            kind: InstallationKind::Drill,
            person,
            name: PartClass::Personal,
        }
        .into(),
        PersonAdded {
            person,
            name: PartClass::Personal,
        }
        .into(),
        RoleGranted {
            person,
            role: name("duty_officer"),
        }
        .into(),
        RoleRevoked {
            person,
            role: name("duty_officer"),
        }
        .into(),
        WorkflowPublished {
            name: name("jp-tba-secrecy-leak"),
            version: 1,
            digest: Digest::ZERO,
            source: Digest::ZERO,
        }
        .into(),
        CalendarPublished {
            name: name("jp-government"),
            digest: Digest::ZERO,
        }
        .into(),
    ]
}
