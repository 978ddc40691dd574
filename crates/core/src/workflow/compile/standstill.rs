//! Turns standstills into rules (S3), and knows which of them delay a circle of actions by the clock (Z2).
//! Reading them is left to `document`, counting them to `case`.

use super::clocks::{
    Counted, check_anchor, check_counting, limit_counting, period_source, written,
};
use super::found::Found;
use super::rows::RowScope;
use super::scope::Known;
use crate::calendar::{Counting, FirstDay, Manner};
use crate::name::StateName;
use crate::time::{Period, Unit};
use crate::workflow::document::{CasedDocument, StandstillDocument};
use crate::workflow::guard::Wanted;
use crate::workflow::rules::{Cased, PeriodSource, Recipient, StandstillRule};

/// Turns the cases of an action's standstill into rules; its days are those of the workflow's first authority.
pub(super) fn standstills<'d>(
    known: &Known<'_>,
    cases: impl Iterator<Item = &'d CasedDocument<StandstillDocument>>,
    authority: &[Recipient],
    found: &mut Found,
) -> Vec<Cased<StandstillRule>> {
    let mut rules = Vec::new();
    for case in cases {
        let when = known.condition(case.when.as_ref(), found);
        let item = standstill(known, &case.item, authority, found);
        rules.extend(item.map(|item| Cased { when, item }));
    }
    rules
}

fn standstill(
    known: &Known<'_>,
    document: &StandstillDocument,
    authority: &[Recipient],
    found: &mut Found,
) -> Option<StandstillRule> {
    let anchor = known.expression(&document.anchor, Wanted::Anchor, found);
    let at = &document.after.at;
    let after = period_source(known, &document.after.value, at, found);
    let counting = limit_counting(
        known,
        document.counting.as_ref(),
        (after.as_ref(), at),
        found,
    );
    let period = after.as_ref().and_then(|after| written(known, after));
    if let (Some(counting), Some(period)) = (&counting, period) {
        let counted = Counted {
            counting,
            unit: period.unit,
            at: document.counting.as_ref().map_or(at, |name| &name.at),
        };
        check_counting(known, &counted, authority, found);
        let scope = RowScope::without(known);
        check_anchor(&scope, &document.anchor, period.unit, at, found);
    }
    Some(StandstillRule {
        anchor: anchor?,
        after: after?,
        counting: counting?,
    })
}

/// Returns the state from whose entry a standstill certainly delays its action: every one of its cases counts from
/// there, one of them holds, and each takes some time.
pub(super) fn delays_from(cases: &[Cased<StandstillRule>]) -> Option<StateName> {
    let always = cases.last().is_some_and(|case| case.when.is_none());
    let from = |case: &Cased<StandstillRule>| {
        let state = case.item.anchor.text().trim().strip_prefix("entered.")?;
        let state: StateName = state.parse().ok()?;
        takes_time(&case.item).then_some(state)
    };
    let mut states = cases.iter().map(from);
    let first = states.next().filter(|_| always)??;
    states
        .all(|state| state.as_ref() == Some(&first))
        .then_some(first)
}

/// Tells whether a standstill certainly ends after the moment from which it is counted. A fact may hold a period of
/// nothing, and a single day that includes the first may end before that moment.
fn takes_time(rule: &StandstillRule) -> bool {
    let PeriodSource::Fixed(Period { count, unit }) = rule.after else {
        return false;
    };
    let excludes = |counting: &Counting| match counting.manner(unit) {
        Some(Manner::Dates { first, .. }) => first.contains(&FirstDay::Excluded),
        Some(Manner::Elapsed(_)) | None => true,
    };
    count > 1 || (count == 1 && (unit != Unit::Days || excludes(&rule.counting)))
}
