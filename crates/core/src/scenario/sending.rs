//! Reads what stands under `with` of an action: facts given with it, and what was sent, how, to whom and for which duties.
//! Which duties and recipients these are in a case is found when it is played.

use super::read::{Against, facts_of};
use super::shape::Reader;
use super::{DutyName, Recipient, Sending, StandIn};
use crate::case::clock;
use crate::case::request::Facts;
use crate::diagnostic::Location;
use crate::name::{AuthorityName, ChannelName, FactName, ObligationName};
use crate::value::Type;
use crate::workflow::rules::ActionRule;
use crate::workflow::source::{Entry, Kind, Node};

/// What `with` holds beside facts.
const KEYS: [&str; 8] = [
    "channel",
    "address",
    "recipient",
    "sent_at",
    "received_at",
    "duties",
    "document",
    "evidence",
];

/// Reads `with`. In an action that files nothing, a fact of the workflow may have the name of one of the keys.
pub(super) fn read(
    reader: &mut Reader,
    node: &Node,
    action: &ActionRule,
    against: Against<'_>,
) -> (Facts, Sending) {
    let mut sending = Sending::default();
    if !matches!(node.kind, Kind::Map(_)) {
        reader.expected(node, "value.shape.map");
        return (Facts::new(), sending);
    }
    let is_key = |entry: &Entry| {
        let key = entry.key.as_str();
        let hidden = action.files.is_empty() && against.rules.facts.contains_key(key);
        KEYS.contains(&key) && !hidden
    };
    let facts = facts_of(reader, node, against, |entry| !is_key(entry));
    for Entry { key, value, .. } in node.entries().iter().filter(|entry| is_key(entry)) {
        match key.as_str() {
            "channel" => sending.channel = channel(reader, value, against),
            "address" => sending.address = reader.text(value),
            "recipient" => {
                sending.recipients =
                    reader.several(value, |reader, value| recipient(reader, value, against));
            }
            "duties" => {
                sending.duties = reader.several(value, |reader, value| {
                    let text = reader.text(value)?;
                    let name = duty_name(reader, &text, &value.at, against)?;
                    Some((name, value.at.clone()))
                });
            }
            "document" => sending.document = reader.text(value).map(StandIn),
            "evidence" => {
                sending.evidence =
                    reader.several(value, |reader, value| reader.text(value).map(StandIn));
            }
            "sent_at" => sending.sent_at = reader.moment(value, against.zone),
            _ => sending.received_at = reader.moment(value, against.zone),
        }
    }
    (facts, sending)
}

/// Reads a channel: one that some authority in use lists, so that a slip is found.
fn channel(reader: &mut Reader, node: &Node, against: Against<'_>) -> Option<ChannelName> {
    let authorities = against.rules.authorities.values();
    let listed = authorities
        .flat_map(|rule| rule.channels.keys())
        .map(ChannelName::as_str);
    let named = against
        .rules
        .obligations
        .iter()
        .filter_map(|rule| rule.channels.as_ref());
    let named = named.flatten().map(ChannelName::as_str);
    let mut among: Vec<&str> = listed.chain(named).collect();
    among.sort_unstable();
    among.dedup();
    reader.name(node, "scenario.kind.channel", among)
}

/// Reads an authority, or a fact that holds one.
fn recipient(
    reader: &mut Reader,
    node: &Node,
    against: Against<'_>,
) -> Option<(Recipient, Location)> {
    let text = reader.text(node)?;
    let authorities = against.rules.authorities.keys().map(AuthorityName::as_str);
    let holding = against.rules.facts.values();
    let holding = holding.filter(|rule| matches!(rule.value_type, Type::Authority(_)));
    let facts = holding.map(|rule| rule.name.as_str());
    let among: Vec<&str> = authorities.chain(facts).collect();
    // Authorities are written with `-` and facts with `_` (F3), so that no text names both.
    let recipient = if let Some((name, _)) = against.rules.authorities.get_key_value(text.as_str())
    {
        Recipient::Authority(name.clone())
    } else {
        let fact: FactName = reader.named(&text, &node.at, "scenario.kind.recipient", among)?;
        Recipient::Fact(fact)
    };
    Some((recipient, node.at.clone()))
}

/// Reads a duty: an obligation, with its rows and its recipient if wanted.
pub(super) fn duty_name(
    reader: &mut Reader,
    text: &str,
    at: &Location,
    against: Against<'_>,
) -> Option<DutyName> {
    let obligations = &against.rules.obligations;
    let known = obligations.iter().map(|rule| rule.name.as_str());
    let (whole, occurrence) = clock::occurrence_read(text).unwrap_or((text, None));
    let (duty, recipient) = match whole.rsplit_once('@') {
        Some((duty, recipient)) => (duty, Some(recipient)),
        None => (whole, None),
    };
    let (obligation, rows) = clock::rows_read(duty).unwrap_or((duty, Vec::new()));
    let obligation: Option<ObligationName> =
        reader.named(obligation, at, "scenario.kind.obligation", known);
    let authorities = against.rules.authorities.keys().map(AuthorityName::as_str);
    let recipient = match recipient {
        Some(name) => Some(reader.named(name, at, "scenario.kind.authority", authorities)?),
        None => None,
    };
    Some(DutyName {
        obligation: obligation?,
        rows: (!rows.is_empty()).then_some(rows),
        recipient,
        occurrence,
    })
}
