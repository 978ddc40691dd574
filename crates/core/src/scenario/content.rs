//! Puts together what a step asks of the case: which filing, which recipients and which duties its names mean there.
//! Whether it is granted is for the case to decide.

use std::collections::BTreeSet;

use super::{Deed, DutyName, Recipient, Sending, StandIn, check};
use crate::case::clock::DutyKey;
use crate::case::request::{Dispatch, Facts, Text};
use crate::case::settle::owed;
use crate::case::view::View;
use crate::case::{Case, Content, Context};
use crate::diagnostic::{Diagnostic, Location, SCENARIO_NO_RECIPIENT, SCENARIO_WHICH_DUTY};
use crate::name::{ActionName, AuthorityName};
use crate::time::Timestamp;
use crate::value::Value;
use crate::workflow::rules::ObligationRule;

/// Returns what a deed asks of a case as it stands.
///
/// # Errors
///
/// Returns the finding that says which name means nothing there.
pub fn of(
    context: &Context<'_>,
    case: &Case,
    now: Timestamp,
    deed: &Deed,
) -> Result<Content, Box<Diagnostic>> {
    Ok(match deed {
        Deed::Record(facts) => Content::Record {
            facts: facts.clone(),
        },
        Deed::Take {
            action,
            facts,
            sending,
        } => Content::Advance {
            action: action.clone(),
            facts: facts.clone(),
            dispatch: dispatch(context, &View::new(context, case, now), sending)?,
        },
        Deed::Approve(action) => Content::Approve {
            action: action.clone(),
            digest: None,
        },
        Deed::Refuse(action) => Content::Refuse {
            action: action.clone(),
        },
        Deed::Receive {
            action,
            received_at,
            receipt,
        } => Content::Receive {
            filing: latest_filing(case, action),
            received_at: *received_at,
            receipt: receipt.as_ref().map(StandIn::digest),
        },
        Deed::Undo { action, how } => Content::Undo {
            filing: latest_filing(case, action),
            how: *how,
        },
        Deed::Note(words) => Content::Note {
            text: Text::personal(words),
        },
    })
}

/// Returns what a deed asks of an incident: facts are recorded on it, and nothing else is asked.
#[must_use]
pub fn of_incident(deed: &Deed) -> Content {
    let facts = match deed {
        Deed::Record(facts) => facts.clone(),
        Deed::Take { .. }
        | Deed::Approve(_)
        | Deed::Refuse(_)
        | Deed::Receive { .. }
        | Deed::Undo { .. }
        | Deed::Note(_) => Facts::new(),
    };
    Content::Record { facts }
}

/// Finds recipients and duties of a filing in the case.
fn dispatch(
    context: &Context<'_>,
    view: &View<'_>,
    sending: &Sending,
) -> Result<Dispatch, Box<Diagnostic>> {
    let mut recipients = BTreeSet::new();
    for (recipient, at) in &sending.recipients {
        let name = match recipient {
            Recipient::Authority(name) => name,
            Recipient::Fact(fact) => {
                let Some(Value::Authority(name)) = view.fact(fact) else {
                    let unknown = Diagnostic::new(SCENARIO_NO_RECIPIENT, at.clone());
                    return Err(Box::new(unknown.with("fact", fact.as_str())));
                };
                name
            }
        };
        recipients.insert(name.clone());
    }
    let mut duties = BTreeSet::new();
    for (name, at) in &sending.duties {
        duties.insert(duty(context, view, (name, at), &recipients)?);
    }
    Ok(Dispatch {
        channel: sending.channel.clone(),
        address: sending.address.clone().map(Text::personal),
        recipients,
        duties,
        sent_at: sending.sent_at,
        received_at: sending.received_at,
        document: sending.document.as_ref().map(StandIn::digest),
        evidence: sending.evidence.iter().map(StandIn::digest).collect(),
    })
}

/// Finds the one duty that a name means: on record or owed, towards one of the recipients if any are named.
fn duty(
    context: &Context<'_>,
    view: &View<'_>,
    (name, at): (&DutyName, &Location),
    recipients: &BTreeSet<AuthorityName>,
) -> Result<DutyKey, Box<Diagnostic>> {
    if let (Some(recipient), Some(rows)) = (&name.recipient, rows_named(context, name)) {
        return Ok(DutyKey {
            obligation: name.obligation.clone(),
            rows,
            recipient: Some(recipient.clone()),
            occurrence: name.occurrence,
        });
    }
    let owing = owed(context, view).duties.into_iter();
    let on_record = view.case().duties.keys().cloned();
    let known: BTreeSet<DutyKey> = on_record
        .chain(owing.map(|owed| owed.duty))
        .filter(|key| name.means(key))
        .filter(|key| {
            let recipient = key.recipient.as_ref();
            recipients.is_empty() || recipient.is_some_and(|name| recipients.contains(name))
        })
        .collect();
    let mut each = known.iter();
    if let (Some(only), None) = (each.next(), each.next()) {
        return Ok(only.clone());
    }
    let unclear = Diagnostic::new(SCENARIO_WHICH_DUTY, at.clone());
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    let unclear = unclear.with("obligation", name.to_string());
    Err(Box::new(unclear.with("duties", check::listed(&known))))
}

/// Tells whether an obligation is owed in occurrences.
fn has_series(rule: &ObligationRule) -> bool {
    rule.clock.iter().any(|clock| clock.item.series.is_some())
}

/// Returns the rows of a duty that is named exactly: those written, or none where the obligation looks at no table.
fn rows_named(context: &Context<'_>, name: &DutyName) -> Option<Vec<String>> {
    let rule = context.rules.obligation(&name.obligation)?;
    match &name.rows {
        _ if name.occurrence.is_none() && has_series(rule) => None,
        Some(rows) => Some(rows.clone()),
        None => rule.each.is_empty().then(Vec::new),
    }
}

/// Returns the number of an action's latest filing, one that still counts before one that was undone; 0, which no
/// filing has, if there is none.
fn latest_filing(case: &Case, action: &ActionName) -> u64 {
    let own = || {
        case.filings
            .iter()
            .rev()
            .filter(|(_, filing)| filing.action == *action)
    };
    let standing = own().find(|(_, filing)| filing.undone.is_none());
    standing
        .or_else(|| own().next())
        .map_or(0, |(&number, _)| number)
}
