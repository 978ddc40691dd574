//! Samples of what an authority's decisions write: proposals, rows, clocks put off, held and waived.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::calendar::{PutOff, end_of, put_off};
use tsuho_core::case::authority_decision::DecisionKind;
use tsuho_core::case::clock::Proof;
use tsuho_core::case::event::{
    ApprovalRequested, Body, Certainty, Change, ClockMoved, ClockStopped, ClockWaived,
    DecisionApplied, Face, FactRecorded, FactsRecorded, MoveCause, Proposal,
};
use tsuho_core::time::Instant;
use tsuho_core::value::Value;
use tsuho_ledger::PartClass;

use crate::samples::{at, duty, face, name};

/// Returns what becomes of clocks under decisions of an authority.
pub(crate) fn of_decisions() -> Vec<Body> {
    vec![
        ApprovalRequested {
            approval: 2,
            proposal: deciding(),
            digest: deciding().digest(),
            by: name("executive"),
            channel: None,
            reason: None,
        }
        .into(),
        FactsRecorded {
            facts: BTreeMap::from([(name("decisions"), decisions())]),
            delivered: None,
            approval: Some(2),
            reason: None,
        }
        .into(),
        ClockStopped {
            duty: duty(),
            filing: Some(1),
            at: at(0),
            judgement: decided().judge(at(9_000_000_000_000), Proof::Statement),
        }
        .into(),
        ClockMoved {
            duty: duty(),
            from: face().into(),
            to: decided().into(),
            cause: MoveCause::Decision,
            judgement: None,
        }
        .into(),
        ClockWaived {
            duty: duty(),
            decision: "d1".to_owned(),
        }
        .into(),
    ]
}

/// Returns a face under an extension and two holds, of which one has no end on record.
fn decided() -> Face {
    let mut face = face();
    let until = Instant::day(name("2023-12-08"), name("Asia/Tokyo"));
    put_off(&mut face.readings[0], PutOff::Extended, "d1", &until);
    put_off(&mut face.readings[0], PutOff::Held, "h1", &until);
    let applied = |decision: &str, kind, until| DecisionApplied {
        decision: decision.to_owned(),
        kind,
        until,
    };
    face.decisions = vec![
        applied(
            "d1",
            DecisionKind::Extension,
            end_of(&until, &name("Asia/Tokyo")),
        ),
        applied(
            "h1",
            DecisionKind::Hold,
            end_of(&until, &name("Asia/Tokyo")),
        ),
        applied("h2", DecisionKind::Hold, None),
    ];
    face
}

/// Returns an authority's decision as it is proposed, and as consent records it.
fn decisions() -> FactRecorded {
    let row = BTreeMap::from([
        (name("id"), Value::Text("d1".to_owned())),
        (name("kind"), Value::Choice(name("exemption"))),
    ]);
    FactRecorded {
        change: Change::Rows {
            set: BTreeMap::from([("d1".to_owned(), row)]),
            dropped: BTreeSet::new(),
        },
        as_of: at(0),
        certainty: Certainty::Exact,
        source: Some(PartClass::Personal),
    }
}

/// Returns a proposal to record an authority's decision.
fn deciding() -> Proposal {
    Proposal {
        action: name("decisions"),
        state: name("notified"),
        versions: BTreeMap::from([(name("decisions"), 0)]),
        document: None,
        recipients: BTreeSet::new(),
        duties: BTreeSet::new(),
        decisions: Some(decisions()),
    }
}
