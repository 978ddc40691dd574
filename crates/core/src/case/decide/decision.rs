//! Decides what is recorded of an authority's decisions (C9): by whom, with which evidence, about duties that can exist,
//! and with a second person's consent where the workflow asks for it.
//! What a decision does to a clock is left to `settle`.

use std::collections::BTreeSet;

use tsuho_ledger::{Digest, PartClass};

use super::asker::Asked;
use super::consent::{Asking, ask, permitted};
use super::facts::{self, Recorder};
use super::{Context, Draft, Sheets, room, sense, write_reason};
use crate::calendar::end_of;
use crate::case::authority_decision::{
    AuthorityDecision, DECISIONS, DecisionKind, column, decisions,
};
use crate::case::clock::{DutyKey, rows_written};
use crate::case::event::{ApprovalGiven, Change, FactRecorded, FactsRecorded, Proposal};
use crate::case::rejection::Rejection;
use crate::case::request::{Facts, Request};
use crate::case::settle::{Standpoint, combinations, recipient_of};
use crate::case::view::{View, first_zone, zone_of};
use crate::name::{ActionName, ObligationName};
use crate::time::{Instant, Timestamp};
use crate::value::{Row, Value};
use crate::workflow::rules::ObligationRule;

/// Tells whether facts that somebody gives hold an authority's decisions.
pub(super) fn are_given(facts: &Facts) -> bool {
    facts.contains_key(&decisions())
}

/// Returns the word under which consent to a decision is asked for.
fn action() -> ActionName {
    DECISIONS.parse().expect("the word is a name")
}

/// Records decisions, or asks for consent to that.
pub(super) fn record(
    context: &Context<'_>,
    draft: &mut Draft,
    request: &Request,
    by: &Asked,
    facts: &Facts,
) -> Result<(), Rejection> {
    let rule = context.rules.decisions.as_ref();
    let rule = rule.ok_or(Rejection::NoDecisions {})?;
    let (Some(given), 1) = (facts.get(&decisions()), facts.len()) else {
        return Err(Rejection::DecisionAlone {});
    };
    match by.role() {
        Some(used) if *used != rule.by => {
            return Err(Rejection::Role {
                action: action(),
                needed: rule.by.clone(),
                used: used.clone(),
            });
        }
        Some(_) | None => {}
    }
    let declared = &context.rules.facts;
    let (mut recorded, mut sheets) =
        facts::recorded(declared, facts, by.occurred_at, draft.now, Recorder::Case)?;
    sense::check(context, &draft.case, request, facts, draft.now)?;
    let source = given.source.as_ref().map(|source| source.class);
    check(context, draft, &given.change, source)?;
    let Some(approval) = &rule.approval else {
        let reason = write_reason(&mut sheets, request);
        let body = FactsRecorded {
            facts: recorded,
            delivered: None,
            approval: None,
            reason,
        };
        draft.push_with(body, by.actor.clone(), by.occurred_at, sheets);
        return room::check(context, draft);
    };
    let version = draft.case.fact_version(&decisions()).unwrap_or(0);
    let proposal = Proposal {
        action: action(),
        state: draft.case.state.clone(),
        versions: [(decisions(), version)].into(),
        document: None,
        recipients: BTreeSet::new(),
        duties: BTreeSet::new(),
        decisions: recorded.remove(&decisions()),
    };
    // Nothing but consent itself takes what is proposed, so none is left to be used.
    permitted(&draft.case, &proposal, None)?;
    let asking = Asking {
        proposal,
        role: approval.by.clone(),
        channel: None,
        sheets,
    };
    ask(draft, request, by, asking);
    Ok(())
}

/// Records what a second person consented to.
pub(super) fn consent(
    context: &Context<'_>,
    draft: &mut Draft,
    by: &Asked,
    (recorded, given, sheets): (&FactRecorded, ApprovalGiven, Sheets),
) -> Result<(), Rejection> {
    // A row that the decision is about may be gone by now.
    check(context, draft, &recorded.change, recorded.source)?;
    let approval = given.approval;
    draft.push_with(given, by.actor.clone(), by.occurred_at, sheets);
    let body = FactsRecorded {
        facts: [(
            decisions(),
            FactRecorded {
                // Its text stands with the proposal.
                source: None,
                ..recorded.clone()
            },
        )]
        .into(),
        delivered: None,
        approval: Some(approval),
        reason: None,
    };
    draft.push(body, by.actor.clone(), by.occurred_at);
    room::check(context, draft)
}

/// Refuses to file for a duty what left while an authority held it. A hold bars also the obligations of a filing that
/// serves no duty yet.
pub(super) fn check_holds(
    context: &Context<'_>,
    view: &View<'_>,
    action: &ActionName,
    (obligations, duties): (&BTreeSet<ObligationName>, &BTreeSet<DutyKey>),
    sent_at: Timestamp,
) -> Result<(), Rejection> {
    let to_nobody = obligations.iter().map(|obligation| DutyKey {
        obligation: obligation.clone(),
        rows: Vec::new(),
        recipient: None,
        occurrence: None,
    });
    let to_nobody: BTreeSet<DutyKey> = to_nobody.collect();
    let duties = if duties.is_empty() {
        &to_nobody
    } else {
        duties
    };
    let decisions = AuthorityDecision::all(view);
    for duty in duties {
        let zone = zone_of(context, view.case(), duty);
        let mut own = decisions.iter().filter(|decision| decision.concerns(duty));
        let Some(hold) = own.find(|decision| decision.bars(sent_at, &zone)) else {
            continue;
        };
        let (action, duty, decision) = (action.clone(), duty.to_string(), hold.id.clone());
        let until = hold.until.as_ref().and_then(|until| end_of(until, &zone));
        return Err(match until {
            Some(until) => Rejection::HeldUntil {
                action,
                duty,
                decision,
                until,
            },
            None => Rejection::Held {
                action,
                duty,
                decision,
            },
        });
    }
    Ok(())
}

/// Checks each decision that is given.
fn check(
    context: &Context<'_>,
    draft: &Draft,
    change: &Change,
    source: Option<PartClass>,
) -> Result<(), Rejection> {
    let rows = match change {
        Change::Rows { set, .. } | Change::Set(Value::Table(set)) => set,
        Change::Set(_) | Change::Absent => return Ok(()),
    };
    let view = View::new(context, &draft.case, draft.now);
    for (id, row) in rows {
        check_columns(id, row)?;
        // What lacks a column was refused.
        let Some(decision) = AuthorityDecision::read(id, row) else {
            continue;
        };
        let obligation = context.rules.obligation(&decision.obligation);
        if let Some(obligation) = obligation {
            check_duties(&view, &decision, obligation)?;
        }
        check_times(context, draft, &decision)?;
        check_evidence(draft, &decision, source)?;
    }
    Ok(())
}

/// Checks that a decision has what its kind needs, and nothing that means nothing.
fn check_columns(id: &str, row: &Row) -> Result<(), Rejection> {
    let kind = match row.get(&column("kind")) {
        Some(Value::Choice(kind)) => DecisionKind::ALL
            .into_iter()
            .find(|known| known.word() == kind.as_str()),
        _ => None,
    };
    let (needed, idle): (&[&str], &[&str]) = match kind {
        Some(DecisionKind::Extension) => (&["until"], &["released_at"]),
        Some(DecisionKind::Exemption) => (&[], &["until", "released_at"]),
        Some(DecisionKind::Hold) | None => (&[], &[]),
    };
    let has = |name: &&str| row.contains_key(&column(name));
    let always = ["kind", "obligation", "decided_at"];
    let lacking = always.iter().chain(needed).filter(|name| !has(name));
    let lacking: Vec<String> = lacking.map(ToString::to_string).collect();
    let decision = id.to_owned();
    if !lacking.is_empty() {
        let columns = lacking;
        return Err(Rejection::DecisionLacks { decision, columns });
    }
    let idle = idle.iter().filter(|name| has(name));
    let columns: Vec<String> = idle.map(ToString::to_string).collect();
    if !columns.is_empty() {
        return Err(Rejection::DecisionIdle { decision, columns });
    }
    Ok(())
}

/// Checks that there can be duties of the row, the recipient and the occurrence that a decision names.
fn check_duties(
    view: &View<'_>,
    decision: &AuthorityDecision,
    obligation: &ObligationRule,
) -> Result<(), Rejection> {
    let about = |column: &'static str, given: String, there: Vec<String>| {
        Err(Rejection::DecisionAbout {
            decision: decision.id.clone(),
            column,
            given,
            there,
        })
    };
    let (mut rows, mut recipients, mut unknown) = (Vec::new(), BTreeSet::new(), false);
    for bound in combinations(view, obligation) {
        let standpoint = Standpoint {
            obligation: obligation.name.clone(),
            rows: bound,
            recipient: None,
        };
        let keys = standpoint.keys();
        let is_named = decision.names_row(&keys);
        rows.push(keys);
        let view = view.within(standpoint);
        for to in obligation.to.iter().filter(|_| is_named) {
            match recipient_of(&view, to) {
                Ok(name) => drop(recipients.insert(name)),
                Err(_) => unknown = true,
            }
        }
    }
    if let Some(row) = &decision.row
        && (obligation.each.is_empty() || !rows.iter().any(|keys| decision.names_row(keys)))
    {
        rows.retain(|keys| !keys.is_empty());
        let written = rows.iter().map(|keys| match keys.as_slice() {
            [only] => only.clone(),
            several => rows_written(several).trim_matches(['[', ']']).to_owned(),
        });
        return about("decision.column.row", row.clone(), written.collect());
    }
    if let Some(recipient) = &decision.recipient
        && !unknown
        && !recipients.contains(recipient)
    {
        let there = recipients.iter().map(ToString::to_string).collect();
        return about("decision.column.recipient", recipient.to_string(), there);
    }
    let is_series = obligation
        .clock
        .iter()
        .any(|case| case.item.series.is_some());
    if let Some(occurrence) = decision.occurrence.filter(|_| !is_series) {
        let there = Vec::new();
        return about("decision.column.occurrence", occurrence.to_string(), there);
    }
    Ok(())
}

/// Checks that nothing of a decision ends before the authority decided it.
fn check_times(
    context: &Context<'_>,
    draft: &Draft,
    decision: &AuthorityDecision,
) -> Result<(), Rejection> {
    let zone = first_zone(context, Some(&draft.case));
    let ends: Vec<&Instant> = decision.until.iter().chain(&decision.released_at).collect();
    let decided_at = decision.decided_at.at;
    for end in ends {
        if let Some(ends) = end_of(end, &zone).filter(|ends| *ends < decided_at) {
            return Err(Rejection::Order {
                earlier: decided_at,
                later: ends,
            });
        }
    }
    Ok(())
}

/// Checks what bears a decision out: a file of the case, or where it was learnt.
fn check_evidence(
    draft: &Draft,
    decision: &AuthorityDecision,
    source: Option<PartClass>,
) -> Result<(), Rejection> {
    let Some(evidence) = &decision.evidence else {
        if source.is_some() {
            return Ok(());
        }
        return Err(Rejection::DecisionEvidence {
            decision: decision.id.clone(),
        });
    };
    let digest: Option<Digest> = evidence.parse().ok();
    match digest {
        Some(digest) if draft.case.evidence.contains(&digest) => Ok(()),
        Some(digest) => Err(Rejection::UnknownEvidence { digest }),
        None => Err(Rejection::DecisionEvidence {
            decision: decision.id.clone(),
        }),
    }
}
