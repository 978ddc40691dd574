//! Prepares what an action files: for which duties, to whom, how, when it counts and what it must contain (S4, O4, D1,
//! D2, D4, D5). Receipts and withdrawals come later, in `filing`.

use std::collections::{BTreeMap, BTreeSet};

use super::asker::Asked;
use super::contents::{check_late, contents, late_facts};
use super::counting::{Sending, counts, when_for_all};
use super::decision::check_holds;
use super::sending::{addressed, channel, check_document, check_sent};
use super::{Context, Draft, Sheets};
use crate::case::basis::recorded_facts;
use crate::case::clock::DutyKey;
use crate::case::event::FilingMade;
use crate::case::rejection::Rejection;
use crate::case::request::Dispatch;
use crate::case::settle::{Owed, Standpoint, combinations, owed, recipient_of};
use crate::case::view::View;
use crate::case::{Case, Running};
use crate::name::{AuthorityName, FactName, ObligationName};
use crate::workflow::rules::{ActionRule, ObligationRule};

/// A filing about to be written.
pub(super) struct Filed {
    /// The event.
    pub(super) body: FilingMade,
    /// What is personal or privileged about it.
    pub(super) sheets: Sheets,
    /// Facts that its contents name, with or without a value.
    pub(super) contents: BTreeSet<FactName>,
}

impl Filed {
    /// Returns the duties that the filing discharges at once: those towards whom it counts already.
    pub(super) fn served(&self) -> BTreeSet<DutyKey> {
        let counts = |duty: &&DutyKey| {
            let recipient = duty.recipient.as_ref();
            recipient.is_some_and(|name| self.body.counts.contains_key(name))
        };
        self.body.duties.iter().filter(counts).cloned().collect()
    }
}

/// Prepares a filing, or says what is missing.
pub(super) fn prepare(
    context: &Context<'_>,
    draft: &Draft,
    by: &Asked,
    action: &ActionRule,
    dispatch: &Dispatch,
) -> Result<Filed, Rejection> {
    let case = &draft.case;
    let view = View::new(context, case, draft.now);
    let duties = duties(context, draft, &view, action, dispatch)?;
    let obligations = obligations(action, &duties)?;
    let recipients = recipients(context, &view, &obligations, &duties, dispatch)?;
    let channel = channel(context, action, &recipients, dispatch)?;
    let sent_at = dispatch.sent_at.unwrap_or(by.occurred_at);
    check_sent(draft, by, dispatch, sent_at)?;
    let served = (&obligations, &duties);
    check_holds(context, &view, &action.name, served, sent_at)?;
    let rules: Vec<&ObligationRule> = obligations
        .iter()
        .filter_map(|name| context.rules.obligation(name))
        .collect();
    let address = addressed(context, &recipients, &channel, dispatch.address.as_ref());
    let sending = Sending {
        obligations: &obligations,
        channel: &channel,
        sent_at,
        elsewhere: &address.elsewhere,
    };
    let counts = counts(context, &sending, &recipients, dispatch.received_at);
    let effective_at = when_for_all(&recipients, &counts);
    let contained = contents(&view, &rules)?;
    let counts_at = |duty: &DutyKey| {
        let towards = duty.recipient.as_ref().and_then(|name| counts.get(name));
        towards.copied().unwrap_or(sent_at)
    };
    let late = late_facts(context, &view, &duties, counts_at);
    check_late(&view, &late)?;
    check_document(&view, action, &rules, (&channel, dispatch.document))?;
    let gaps = contained
        .as_known
        .iter()
        .filter(|fact| view.fact(fact).is_none())
        .cloned()
        .collect();
    let contents: BTreeSet<FactName> = contained
        .always
        .into_iter()
        .chain(contained.as_known)
        .chain(late.into_iter().flat_map(|(_, facts)| facts))
        .collect();
    let sheets = address.sheets();
    let body = FilingMade {
        filing: case.filings.keys().max().copied().unwrap_or(0) + 1,
        action: action.name.clone(),
        version: version(case, &obligations, &duties),
        gaps,
        used: used(case, contents.iter().chain(&action.needs)),
        obligations,
        duties,
        recipients,
        channel,
        sent_at,
        counts,
        effective_at,
        received_at: dispatch.received_at,
        document: dispatch.document,
        evidence: dispatch.evidence.clone(),
        address: address.unlisted.map(|text| text.class),
        said: address.said,
        addresses: address.known,
        elsewhere: address.elsewhere,
    };
    Ok(Filed {
        body,
        sheets,
        contents,
    })
}

/// Returns the duties that the filing serves: those named, or the only one that runs; else the only one that waits for
/// its anchor; else, for a supplement, the only one that is discharged. Where nothing is owed, the filing is voluntary and
/// serves the duty that may come to be owed later (D5).
fn duties(
    context: &Context<'_>,
    draft: &Draft,
    view: &View<'_>,
    action: &ActionRule,
    dispatch: &Dispatch,
) -> Result<BTreeSet<DutyKey>, Rejection> {
    let own = |key: &DutyKey| action.files.contains(&key.obligation) && goes_to(dispatch, key);
    let tier = |wanted: fn(&Running) -> bool| -> Vec<DutyKey> {
        let known = draft.case.duties.iter();
        known
            .filter(|(key, duty)| own(key) && wanted(&duty.running))
            .map(|(key, _)| key.clone())
            .collect()
    };
    let running = tier(|running| matches!(running, Running::Running));
    let stopped = tier(|running| matches!(running, Running::Stopped { .. }));
    // What the facts given with the action have just made owed has no clock yet, but is owed all the same.
    let waiting: Vec<DutyKey> = owed(context, view)
        .duties
        .into_iter()
        .map(|owed: Owed| owed.duty)
        .filter(|key| own(key) && !running.contains(key) && !stopped.contains(key))
        .collect();
    let tiers = [running, waiting, stopped];
    if dispatch.duties.is_empty() {
        return match tiers.iter().find(|tier| !tier.is_empty()) {
            None => Ok(voluntary(context, view, action, dispatch)),
            Some(tier) => match tier.as_slice() {
                [only] => Ok([only.clone()].into()),
                several => Err(Rejection::WhichDuty {
                    action: action.name.clone(),
                    duties: several.to_vec(),
                }),
            },
        };
    }
    let mut all: BTreeSet<DutyKey> = tiers.concat().into_iter().collect();
    all.extend(voluntary(context, view, action, dispatch));
    match dispatch.duties.iter().find(|duty| !all.contains(duty)) {
        Some(unknown) => Err(Rejection::UnknownDuty {
            duty: unknown.clone(),
            duties: all.into_iter().collect(),
        }),
        None => Ok(dispatch.duties.clone()),
    }
}

/// Tells whether a dispatch goes to the recipient of a duty.
fn goes_to(dispatch: &Dispatch, duty: &DutyKey) -> bool {
    let recipient = duty.recipient.as_ref();
    dispatch.recipients.is_empty()
        || recipient.is_some_and(|name| dispatch.recipients.contains(name))
}

/// Returns the duties that a filing made before anything is owed would serve: of the only obligation that the action
/// files, towards those recipients who are known. Of an obligation that looks at rows only duties that are named.
fn voluntary(
    context: &Context<'_>,
    view: &View<'_>,
    action: &ActionRule,
    dispatch: &Dispatch,
) -> BTreeSet<DutyKey> {
    let is_named = |name: &ObligationName| {
        action.files.len() == 1 || dispatch.duties.iter().any(|duty| duty.obligation == *name)
    };
    let rules = action
        .files
        .iter()
        .filter(|name| is_named(name))
        .filter_map(|name| context.rules.obligation(name));
    let mut duties = BTreeSet::new();
    for rule in rules {
        for rows in combinations(view, rule) {
            let standpoint = Standpoint {
                obligation: rule.name.clone(),
                rows,
                recipient: None,
            };
            let keys = standpoint.keys();
            let view = view.within(standpoint);
            let known = rule.to.iter().filter_map(|to| recipient_of(&view, to).ok());
            duties.extend(known.map(|recipient| DutyKey {
                obligation: rule.name.clone(),
                rows: keys.clone(),
                recipient: Some(recipient),
                occurrence: None,
            }));
        }
    }
    // Of a series only occurrences that have opened can be filed for.
    let is_series = |name: &ObligationName| {
        let rule = context.rules.obligation(name);
        rule.is_some_and(|rule| rule.clock.iter().any(|clock| clock.item.series.is_some()))
    };
    duties.retain(|duty| !is_series(&duty.obligation));
    let on_record = view
        .case()
        .duties
        .keys()
        .filter(|duty| duty.occurrence.is_some() && action.files.contains(&duty.obligation));
    duties.extend(on_record.cloned());
    duties.retain(|duty| {
        let to = goes_to(dispatch, duty);
        let alone = duty.rows.is_empty() && duty.occurrence.is_none();
        to && (alone || dispatch.duties.contains(duty))
    });
    duties
}

/// Returns the obligations of the duties; of a voluntary filing the only one that the action files.
fn obligations(
    action: &ActionRule,
    duties: &BTreeSet<DutyKey>,
) -> Result<BTreeSet<ObligationName>, Rejection> {
    if !duties.is_empty() {
        return Ok(duties.iter().map(|duty| duty.obligation.clone()).collect());
    }
    match action.files.as_slice() {
        [only] => Ok([only.clone()].into()),
        _ => Err(Rejection::WhichDuty {
            action: action.name.clone(),
            duties: Vec::new(),
        }),
    }
}

/// Returns to whom it went: those named, those of the duties, or those to whom the obligations are owed.
fn recipients(
    context: &Context<'_>,
    view: &View<'_>,
    obligations: &BTreeSet<ObligationName>,
    duties: &BTreeSet<DutyKey>,
    dispatch: &Dispatch,
) -> Result<BTreeSet<AuthorityName>, Rejection> {
    if let Some(unknown) = dispatch
        .recipients
        .iter()
        .find(|name| !context.rules.authorities.contains_key(*name))
    {
        return Err(Rejection::UnknownAuthority {
            authority: unknown.clone(),
        });
    }
    let mut recipients = dispatch.recipients.clone();
    recipients.extend(duties.iter().filter_map(|duty| duty.recipient.clone()));
    if recipients.is_empty() {
        let rules = obligations
            .iter()
            .filter_map(|name| context.rules.obligation(name));
        for recipient in rules.flat_map(|rule| &rule.to) {
            let found = recipient_of(view, recipient);
            recipients.insert(found.map_err(|missing| {
                Rejection::Needs {
                    action: dispatch_action(context, obligations),
                    facts: recorded_facts(context.rules, [missing].into())
                        .into_iter()
                        .collect(),
                }
            })?);
        }
    }
    Ok(recipients)
}

/// Returns the first action that files one of the obligations, for a message.
fn dispatch_action(
    context: &Context<'_>,
    obligations: &BTreeSet<ObligationName>,
) -> crate::name::ActionName {
    context
        .rules
        .actions
        .iter()
        .find(|action| action.files.iter().any(|name| obligations.contains(name)))
        .map(|action| action.name.clone())
        .expect("a filing is prepared only for an action that files one of its obligations")
}

/// Returns the fact versions that the filing uses.
fn used<'a>(case: &Case, facts: impl Iterator<Item = &'a FactName>) -> BTreeMap<FactName, u64> {
    facts
        .filter_map(|fact| {
            case.fact_version(fact)
                .map(|version| (fact.clone(), version))
        })
        .collect()
}

/// Returns the filing's number among those for the same duties, or for the same obligations if it serves none (D4).
fn version(case: &Case, obligations: &BTreeSet<ObligationName>, duties: &BTreeSet<DutyKey>) -> u64 {
    let same = |filing: &&crate::case::Filing| {
        if duties.is_empty() {
            !filing.obligations.is_disjoint(obligations)
        } else {
            !filing.duties.is_disjoint(duties)
        }
    };
    case.filings
        .values()
        .filter(same)
        .map(|filing| filing.version)
        .max()
        .unwrap_or(0)
        + 1
}
