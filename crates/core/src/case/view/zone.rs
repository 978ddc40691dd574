//! Says in which zone the days of a case and of its duties begin and end (C5, E3).
//! What is counted in them is for `calendar`.

use crate::case::Case;
use crate::case::clock::DutyKey;
use crate::case::decide::Context;
use crate::time::Zone;
use crate::value::Value;
use crate::workflow::rules::{AuthorityRule, Recipient};

/// Returns the zone in which a duty's days end: its recipient's (C5); where nothing is filed, the first authority's.
#[must_use]
pub fn zone_of(context: &Context<'_>, case: &Case, duty: &DutyKey) -> Zone {
    let recipient = duty.recipient.as_ref();
    match recipient.and_then(|name| context.rules.authorities.get(name)) {
        Some(rule) => rule.zone.clone(),
        None => first_zone(context, Some(case)),
    }
}

/// Returns the zone of the workflow's first authority, and UTC if it knows none.
#[must_use]
pub fn first_zone(context: &Context<'_>, case: Option<&Case>) -> Zone {
    first_authority(context, case).map_or_else(Zone::utc, |rule| rule.zone.clone())
}

/// Returns the first authority to which the workflow owes something; the first that it knows while that one is not
/// known.
pub(crate) fn first_authority<'a>(
    context: &Context<'a>,
    case: Option<&Case>,
) -> Option<&'a AuthorityRule> {
    let rules = context.rules;
    let authority = match rules.authority.first() {
        Some(Recipient::Authority(name)) => Some(name),
        Some(Recipient::Fact(fact)) => match case.and_then(|case| case.facts.get(fact)?.value()) {
            Some(Value::Authority(name)) => Some(name),
            _ => None,
        },
        // The authority of a row is no authority of the workflow.
        Some(Recipient::Cell(_)) | None => None,
    };
    let known = authority.and_then(|name| rules.authorities.get(name));
    known.or_else(|| rules.authorities.values().next())
}
