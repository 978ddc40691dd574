//! Turns clocks into rules, and checks that each period can be counted as it says (section 7).
//! Counting itself is left to `calendar`.

use super::facts::{Use, fitting};
use super::found::Found;
use super::obligations::{Choice, candidates};
use super::rows::RowScope;
use super::scope::Known;
use crate::calendar::{Counting, Manner, Roll};
use crate::catalogue::Arg;
use crate::diagnostic::{
    CALENDAR_MISSING, COUNTING_MISSING, DATE_FOR_HOURS, Diagnostic, EMPTY_PERIOD, Location,
    NOT_SUPPORTED, PROMPTLY_WITHOUT_TARGET, TARGET_AFTER_LIMIT, UNIT_NOT_COVERED,
};
use crate::name::{AuthorityName, CountingName};
use crate::time::{Period, Unit};
use crate::value::{Type, Value};
use crate::workflow::document::{
    At, ClockDocument, Expression, ObligationDocument, PeriodName, TargetDocument, WithinDocument,
};
use crate::workflow::guard::{self, Wanted};
use crate::workflow::rules::{Cased, ClockRule, PeriodSource, Recipient, TargetRule, Within};

/// Turns the cases of an obligation's clock into rules.
pub(super) fn clocks(
    scope: &RowScope<'_, '_>,
    document: &ObligationDocument,
    to: &[Recipient],
    found: &mut Found,
) -> Vec<Cased<ClockRule>> {
    let cases = document.clock.iter().flat_map(|clock| &clock.value);
    check_alone(document, found);
    check_uncounted(document, found);
    cases
        .filter_map(|case| {
            let when = scope.condition(case.when.as_ref(), found);
            let item = clock(scope, &case.item, to, found)?;
            Some(Cased { when, item })
        })
        .collect()
}

/// Checks that what is done and not filed is counted by no act's rule: those close days by a recipient's calendar.
fn check_uncounted(document: &ObligationDocument, found: &mut Found) {
    let cases = document.clock.iter().flat_map(|clock| &clock.value);
    let named = cases.filter_map(|case| case.item.counting.as_ref());
    for name in named.filter(|name| Counting::built_in(name.value.as_str()).is_none()) {
        if document.met.is_some() {
            let counted = Diagnostic::new(NOT_SUPPORTED, name.at.clone());
            found.push(counted.with(
                "construct",
                format!("`counting: {}` beside `met`", name.value),
            ));
        }
    }
}

/// Checks that a series is the only clock of its obligation: occurrences of one and moments of another have no common order.
fn check_alone(document: &ObligationDocument, found: &mut Found) {
    let Some(clock) = document
        .clock
        .as_ref()
        .filter(|clock| clock.value.len() > 1)
    else {
        return;
    };
    if let Some(series) = clock.value.iter().find(|case| case.item.series.is_some()) {
        let several = Diagnostic::new(NOT_SUPPORTED, series.at.clone());
        found.push(several.with("construct", "`every` in a list of cases"));
    }
}

fn clock(
    scope: &RowScope<'_, '_>,
    document: &ClockDocument,
    to: &[Recipient],
    found: &mut Found,
) -> Option<ClockRule> {
    let known = scope.known();
    let anchor = scope.expression(&document.anchor, Wanted::Anchor, found);
    let number = document.within.value.number();
    let at = &document.within.at;
    let source = number.and_then(|number| period_source(known, number, at, found));
    let period = source.as_ref().and_then(|source| written(known, source));
    let counting = match (&document.counting, &document.within.value) {
        (None, WithinDocument::Named) => Some(Counting::AsWritten),
        (None, WithinDocument::Promptly) => Some(Counting::Elapsed),
        (named, _) => limit_counting(known, named.as_ref(), (source.as_ref(), at), found),
    };
    let targets = document
        .targets
        .iter()
        .filter_map(|target| self::target(scope, target, document, found))
        .collect();
    if let (Some(counting), Some(period)) = (&counting, period) {
        let place = document.counting.as_ref().map_or(at, |name| &name.at);
        check_counting(
            known,
            &Counted {
                counting,
                unit: period.unit,
                at: place,
            },
            to,
            found,
        );
        check_anchor(scope, &document.anchor, period.unit, at, found);
    }
    if matches!(document.within.value, WithinDocument::Promptly) && document.targets.is_empty() {
        found.push(Diagnostic::new(PROMPTLY_WITHOUT_TARGET, at.clone()));
    }
    let within = match (&document.within.value, source) {
        (WithinDocument::Promptly, _) => Within::Promptly,
        (WithinDocument::Named, _) => Within::Named,
        (WithinDocument::Number(_), source) => Within::Number(source?),
        (WithinDocument::PromptlyAtMost(_), source) => Within::PromptlyAtMost(source?),
    };
    check_targets(document, &within, found);
    let series = match &document.series {
        None => None,
        Some(series) => Some(super::series::series(scope, document, series, found)?),
    };
    Some(ClockRule {
        series,
        anchor: anchor?,
        within,
        counting: counting?,
        targets,
    })
}

fn target(
    scope: &RowScope<'_, '_>,
    document: &TargetDocument,
    clock: &ClockDocument,
    found: &mut Found,
) -> Option<TargetRule> {
    let known = scope.known();
    let anchor = document
        .anchor
        .as_ref()
        .map(|anchor| scope.expression(anchor, Wanted::Anchor, found));
    let at = &document.within.at;
    let within = period_source(known, &document.within.value, at, found)?;
    let period = written(known, &within);
    let counting = match &document.counting {
        Some(name) => named_counting(known, name, found)?,
        None if period.is_some_and(|period| period.unit.is_elapsed()) => Counting::Elapsed,
        None => Counting::AsWritten,
    };
    if let Some(period) = period {
        let place = document.counting.as_ref().map_or(at, |name| &name.at);
        // A target rolls for nobody: who counts it by an act's rule has the recipient's calendar as its clock has.
        check_counting(
            known,
            &Counted {
                counting: &counting,
                unit: period.unit,
                at: place,
            },
            &[],
            found,
        );
        // Where the limit is in hours too, the anchor that they share has been checked.
        let limit = clock.within.value.number().and_then(|number| match number {
            PeriodName::Fixed(period) => Some(period.unit),
            PeriodName::Fact(_) => None,
        });
        let anchor = document
            .anchor
            .as_ref()
            .or((!limit.is_some_and(Unit::is_elapsed)).then_some(&clock.anchor));
        if let Some(anchor) = anchor {
            check_anchor(scope, anchor, period.unit, at, found);
        }
    }
    let law = known.vocabulary.confirmed(&document.law, found);
    let anchor = match anchor {
        Some(None) => return None,
        Some(Some(anchor)) => Some(anchor),
        None => None,
    };
    Some(TargetRule {
        anchor,
        within,
        counting,
        force: document.force,
        law,
    })
}

/// Returns how a limit is counted: by the rule that is named; minutes and hours that stand in the text elapse.
pub(super) fn limit_counting(
    known: &Known<'_>,
    named: Option<&At<CountingName>>,
    (period, at): (Option<&PeriodSource>, &Location),
    found: &mut Found,
) -> Option<Counting> {
    match (named, period) {
        (Some(name), _) => named_counting(known, name, found),
        // The period of a fact may become one of days, whatever it is by default.
        (None, Some(PeriodSource::Fixed(period))) if period.unit.is_elapsed() => {
            Some(Counting::Elapsed)
        }
        (None, _) => {
            let missing = Diagnostic::new(COUNTING_MISSING, at.clone());
            found.push(missing.with("names", countings(known)));
            None
        }
    }
}

/// Turns a written period or the fact that holds one into a rule.
pub(super) fn period_source(
    known: &Known<'_>,
    name: &PeriodName,
    at: &Location,
    found: &mut Found,
) -> Option<PeriodSource> {
    match name {
        PeriodName::Fixed(period) => {
            if period.count == 0 {
                found.push(
                    Diagnostic::new(EMPTY_PERIOD, at.clone()).with("period", period.to_string()),
                );
            }
            Some(PeriodSource::Fixed(*period))
        }
        PeriodName::Fact(fact) => {
            let name = At {
                value: fact.clone(),
                at: at.clone(),
            };
            known.check_day(fact, at, found);
            fitting(&known.facts, &name, Use::Counts, found)
                .map(|_| PeriodSource::Fact(fact.clone()))
        }
    }
}

/// Returns the period that stands in the text, or that a fact has by default.
pub(super) fn written(known: &Known<'_>, source: &PeriodSource) -> Option<Period> {
    match source {
        PeriodSource::Fixed(period) => Some(*period),
        PeriodSource::Fact(name) => {
            let fact = known.facts.get(name)?;
            // Of the law's numbers the latest stands for all: a unit seldom changes with the number.
            let dated = fact.values.last().map(|dated| &dated.value);
            match fact.default.as_ref().or(dated) {
                Some(Value::Period(period)) => Some(*period),
                _ => None,
            }
        }
    }
}

fn named_counting(
    known: &Known<'_>,
    name: &At<CountingName>,
    found: &mut Found,
) -> Option<Counting> {
    if let Some(built_in) = Counting::built_in(name.value.as_str()) {
        return Some(built_in);
    }
    known
        .vocabulary
        .countings
        .find(name, found)
        .map(|origin| Counting::Rule(origin.rule.clone()))
}

/// Returns the counting rules that a clock may name.
fn countings(known: &Known<'_>) -> Vec<Arg> {
    let names = known.vocabulary.countings.names().map(CountingName::as_str);
    names
        .chain(["as-written"])
        .map(|name| Arg::Text(format!("`{name}`")))
        .collect()
}

/// A period that is counted, and where that is written.
pub(super) struct Counted<'a> {
    pub(super) counting: &'a Counting,
    pub(super) unit: Unit,
    pub(super) at: &'a Location,
}

/// Checks that a counting rule speaks of a unit, and that every recipient has the calendar that it needs.
pub(super) fn check_counting(
    known: &Known<'_>,
    counted: &Counted<'_>,
    to: &[Recipient],
    found: &mut Found,
) {
    let Counted { counting, unit, at } = *counted;
    let Some(manner) = counting.manner(unit) else {
        let uncovered = Diagnostic::new(UNIT_NOT_COVERED, at.clone())
            .with("counting", counting.name().as_str());
        found.push(uncovered.with("unit", unit_words(unit)));
        return;
    };
    let rolls = match manner {
        Manner::Elapsed(_) => false,
        Manner::Dates { roll, .. } => roll == Roll::Forward,
    };
    if !rolls && unit != Unit::WorkingDays {
        return;
    }
    for recipient in to {
        let (authorities, choice) = candidates(known, recipient);
        let lacking = |name: &&AuthorityName| {
            known
                .vocabulary
                .authorities
                .get(name)
                .is_some_and(|rule| rule.calendar.is_none())
        };
        let first = authorities.iter().find(lacking);
        let all = authorities.iter().all(|name| lacking(&name));
        if let Some(first) = first.filter(|_| choice == Choice::Limited || all) {
            let missing =
                Diagnostic::new(CALENDAR_MISSING, at.clone()).with("authority", first.as_str());
            found.push(missing.with("counting", counting.name().as_str()));
            return; // one recipient shows what is wrong with the rule
        }
    }
}

/// Checks that minutes and hours have a moment to run from.
pub(super) fn check_anchor(
    scope: &RowScope<'_, '_>,
    anchor: &Expression,
    unit: Unit,
    at: &Location,
    found: &mut Found,
) {
    if unit.is_elapsed() && guard::compile(&anchor.text, Wanted::Type(Type::Date), scope).is_ok() {
        let date = Diagnostic::new(DATE_FOR_HOURS, anchor.node.at.clone())
            .with("anchor", anchor.text.as_str());
        found.push(
            date.with("unit", unit_words(unit))
                .label(at.clone(), "workflow.label.period"),
        );
    }
}

/// Checks that no aim lies certainly after the law's limit.
fn check_targets(document: &ClockDocument, within: &Within, found: &mut Found) {
    let limit = match within.number() {
        Some(PeriodSource::Fixed(period)) => *period,
        Some(PeriodSource::Fact(_)) | None => return,
    };
    for target in document
        .targets
        .iter()
        .filter(|target| target.anchor.is_none())
    {
        let PeriodName::Fixed(aim) = target.within.value else {
            continue;
        };
        if hours(aim).0 > hours(limit).1 {
            let after = Diagnostic::new(TARGET_AFTER_LIMIT, target.within.at.clone())
                .with("target", aim.to_string());
            found.push(
                after
                    .with("limit", limit.to_string())
                    .label(document.within.at.clone(), "workflow.label.limit"),
            );
        }
    }
}

/// Returns the fewest and the most hours that a period can take, generously for what closed days and zones add.
fn hours(period: Period) -> (u64, u64) {
    let count = u64::from(period.count);
    match period.unit {
        Unit::Minutes => (count / 60, count.div_ceil(60)),
        Unit::Hours => (count, count),
        // Counted to the end of the day, rolled over the longest holidays, and with summer time.
        Unit::Days => (count * 24 - count.min(1), (count + 15) * 24),
        Unit::Weeks => (count * 168 - count.min(1), (count * 7 + 15) * 24),
        Unit::WorkingDays => (count * 24 - count.min(1), (count * 7 + 15) * 24),
        Unit::Months => (count * 28 * 24 - count.min(1), (count * 31 + 15) * 24),
        Unit::Years => (count * 365 * 24 - count.min(1), (count * 366 + 15) * 24),
    }
}

/// Returns the words of a unit.
pub(super) fn unit_words(unit: Unit) -> &'static str {
    let (.., many) = Unit::ALL
        .into_iter()
        .find(|(known, ..)| *known == unit)
        .expect("`Unit::ALL` names every unit");
    many
}
