//! Reads what a request says as the case understands it: facts by their types, times in its zone, duties and filings.
//! Finding the case, and who asks, is left to `resolve`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::authority_decision::{AuthorityDecision, DECISIONS};
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::duty_name::DutyName;
use tsuho_core::case::event::Change;
use tsuho_core::case::given;
use tsuho_core::case::request::{Content, Dispatch, Facts, Text};
use tsuho_core::case::settle::owed;
use tsuho_core::case::view::View;
use tsuho_core::case::{Case, Context};
use tsuho_core::name::FactName;
use tsuho_core::time::{Timestamp, Zone};
use tsuho_core::value::Value;
use tsuho_core::value::parse::{self, Malformed, Written};
use tsuho_core::workflow::rules::FactRule;
use tsuho_ledger::Digest;

use super::cells;
use super::entries::Invalid;
use super::refusal::Refusal;
use super::resolve::{Early, Step};
use super::sent::{Deed, FilingRef, Sending};
use crate::message::Message;

/// The case as it stands when somebody asks something of it.
pub(super) struct OnCase<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) case: &'a Case,
    pub(super) zone: &'a Zone,
    pub(super) now: Timestamp,
}

/// Returns what is asked, typed.
pub(super) fn content(on: &OnCase<'_>, deed: &Deed) -> Step<Content> {
    let declared = &on.context.rules.facts;
    Ok(match deed {
        Deed::Record {
            facts,
            evidence,
            source,
        } => {
            let mut facts = self::facts(declared, &cells::without(declared, facts), on.zone)?;
            for given in facts.values_mut() {
                let source = source.clone().map(Text::personal);
                given.source = given.source.take().or(source);
            }
            if let Some(evidence) = evidence {
                bear_out(&mut facts, *evidence)?;
            }
            Content::Record { facts }
        }
        Deed::Advance {
            action,
            facts,
            sending,
        } => Content::Advance {
            action: action.clone(),
            facts: self::facts(declared, &cells::without(declared, facts), on.zone)?,
            dispatch: dispatch(on, sending)?,
        },
        Deed::Attach { file, filing, fact } => Content::Attach {
            digest: file.digest,
            size: u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
            name: Text::personal(file.name.as_str()),
            filing: match filing {
                None => None,
                Some(filing) => Some(self::filing(on.case, filing)?),
            },
            fact: fact.clone(),
        },
        Deed::Approve { action, digest } => Content::Approve {
            action: action.clone(),
            digest: *digest,
        },
        Deed::Refuse { action } => Content::Refuse {
            action: action.clone(),
        },
        Deed::Receive {
            filing,
            received_at,
            receipt,
        } => Content::Receive {
            filing: self::filing(on.case, filing)?,
            received_at: moment("received_at", received_at.as_deref(), on.zone)?,
            receipt: *receipt,
        },
        Deed::Undo { filing, how } => Content::Undo {
            filing: self::filing(on.case, filing)?,
            how: *how,
        },
        Deed::Note { text, class } => Content::Note {
            text: Text {
                class: *class,
                words: Some(text.clone()),
            },
        },
    })
}

/// Names a file as the evidence of each decision of an authority that names none itself.
fn bear_out(facts: &mut Facts, evidence: Digest) -> Step<()> {
    let given = facts.get_mut(DECISIONS);
    let Some(Change::Rows { set, .. } | Change::Set(Value::Table(set))) =
        given.map(|given| &mut given.change)
    else {
        return Err(Invalid::new("evidence", Message::new("request.evidence-alone")).into());
    };
    for row in set.values_mut() {
        row.entry(AuthorityDecision::evidence_column())
            .or_insert_with(|| Value::Text(evidence.to_string()));
    }
    Ok(())
}

/// Reads facts, as an object or as a command line has them.
pub(super) fn facts(
    declared: &BTreeMap<FactName, FactRule>,
    written: &Written,
    zone: &Zone,
) -> Step<Facts> {
    let (facts, malformed) = match written {
        Written::List(assignments) => assigned(declared, assignments, zone)?,
        other => given::facts(declared, other, zone),
    };
    match malformed.split_first() {
        None => Ok(facts),
        Some((first, rest)) => Err(Refusal::malformed(first, rest).into()),
    }
}

fn assigned(
    declared: &BTreeMap<FactName, FactRule>,
    assignments: &[Written],
    zone: &Zone,
) -> Step<(Facts, Vec<Malformed>)> {
    let (mut facts, mut malformed) = (Facts::new(), Vec::new());
    for assignment in assignments {
        let Written::Text(text) = assignment else {
            return Err(Invalid::new("facts", Message::new("request.assignments")).into());
        };
        match given::parse_assignment(declared, text, zone) {
            Ok((name, given)) => {
                let place = name.to_string();
                if facts.insert(name, given).is_some() {
                    let problem = Message::new("request.twice").with("key", place);
                    return Err(Invalid::new("facts", problem).into());
                }
            }
            Err(one) => malformed.push(one),
        }
    }
    Ok((facts, malformed))
}

/// Reads a moment in the zone of the case.
pub(super) fn moment(
    key: &'static str,
    text: Option<&str>,
    zone: &Zone,
) -> Step<Option<Timestamp>> {
    let moment = text.map(|text| parse::moment(text, zone)).transpose();
    moment.map_err(|problem| {
        let (message, args) = Malformed::new(problem).message();
        Invalid::new(key, Message::of(message, args)).into()
    })
}

fn dispatch(on: &OnCase<'_>, sending: &Sending) -> Step<Dispatch> {
    let duties = sending.duties.iter().map(|name| duty(on, name));
    Ok(Dispatch {
        channel: sending.channel.clone(),
        address: sending.address.clone().map(Text::personal),
        recipients: sending.to.iter().cloned().collect(),
        duties: duties.collect::<Step<_>>()?,
        sent_at: moment("sent_at", sending.sent_at.as_deref(), on.zone)?,
        received_at: moment("received_at", sending.received_at.as_deref(), on.zone)?,
        document: sending.document,
        evidence: sending.evidence.iter().copied().collect(),
    })
}

/// Returns the duty that a text names, in full or as far as it takes to mean one alone.
fn duty(on: &OnCase<'_>, text: &str) -> Step<DutyKey> {
    let bad = |_| {
        let problem = Message::new("request.bad-name").with("text", text);
        Early::from(Invalid::new("duties", problem))
    };
    let name: DutyName = text.parse().map_err(bad)?;
    let view = View::new(on.context, on.case, on.now);
    let waiting = owed(on.context, &view)
        .duties
        .into_iter()
        .map(|owed| owed.duty);
    let known: BTreeSet<DutyKey> = on.case.duties.keys().cloned().chain(waiting).collect();
    let mut named = known.iter().filter(|duty| name.means(duty));
    if let (Some(only), None) = (named.next(), named.next()) {
        return Ok(only.clone());
    }
    // Named in full, it is for the case to say whether there is such a duty.
    if let Ok(duty) = text.parse() {
        return Ok(duty);
    }
    let duties: Vec<String> = known.iter().map(ToString::to_string).collect();
    let message = Message::new("refused.unknown_duty").with("duty", text);
    Err(Refusal::new("unknown_duty", message.with("duties", duties)).into())
}

/// Returns the number of a filing: of an action's the latest that still counts.
fn filing(case: &Case, named: &FilingRef) -> Step<u64> {
    let action = match named {
        FilingRef::Number(number) => return Ok(*number),
        FilingRef::Of(action) => action,
    };
    let of_action = case
        .filings
        .iter()
        .rev()
        .filter(|(_, filing)| filing.action == *action);
    let standing = of_action
        .clone()
        .find(|(_, filing)| filing.undone.is_none());
    standing
        .or_else(|| of_action.clone().next())
        .map(|(number, _)| *number)
        .ok_or_else(|| {
            let message = Message::new("refused.no_filing").with("action", action.to_string());
            Early::from(Refusal::new("unknown_filing", message))
        })
}
