//! Writes obligations and their clocks in canonical form.
//! What a counting rule says stands with the libraries; a clock names it.

use super::{Tree, expression, list, map, names, recipient, text};
use crate::workflow::rules::{
    Cased, ClockRule, ObligationRule, Offset, PeriodSource, TargetRule, Within,
};

fn cased<T>(cases: &[Cased<T>], tree: impl Fn(&T) -> Tree) -> Tree {
    list(cases, |case| {
        map([
            ("when", case.when.as_ref().map(expression)),
            ("then", Some(tree(&case.item))),
        ])
    })
}

/// Writes an obligation.
pub(super) fn obligation(rule: &ObligationRule) -> Tree {
    let ObligationRule {
        name,
        title,
        law,
        force,
        when,
        to,
        clock,
        contains,
        document,
        remind,
        late_needs,
        channels,
    } = rule;
    let contains = cased(contains, |contains| {
        map([
            ("always", Some(names(&contains.always))),
            ("as_known", Some(names(&contains.as_known))),
        ])
    });
    let remind = list(remind, |reminder| {
        let (key, period) = match reminder.offset {
            Offset::Before(period) => ("before", period),
            Offset::After(period) => ("after", period),
        };
        map([(key, Some(text(&period))), ("to", Some(text(&reminder.to)))])
    });
    map([
        ("name", Some(text(name))),
        ("title", Some(super::title(title))),
        ("law", Some(names(law))),
        ("force", Some(text(force.word()))),
        ("when", when.as_ref().map(expression)),
        ("to", Some(list(to, recipient))),
        ("clock", Some(cased(clock, self::clock))),
        ("contains", Some(contains)),
        ("document", Some(cased(document, text))),
        ("remind", Some(remind)),
        ("late_needs", Some(names(late_needs))),
        (
            "channels",
            channels.as_ref().map(|channels| names(channels)),
        ),
    ])
}

fn clock(rule: &ClockRule) -> Tree {
    let ClockRule {
        anchor,
        within,
        counting,
        targets,
    } = rule;
    let promptly = match within {
        Within::Promptly | Within::PromptlyAtMost(_) => true,
        Within::Number(_) => false,
    };
    map([
        ("anchor", Some(expression(anchor))),
        ("promptly", Some(Tree::Boolean(promptly))),
        ("within", within.number().map(period)),
        ("counting", Some(text(&counting.name()))),
        ("target", Some(list(targets, target))),
    ])
}

fn target(rule: &TargetRule) -> Tree {
    let TargetRule {
        anchor,
        within,
        counting,
        force,
        law,
    } = rule;
    map([
        ("anchor", anchor.as_ref().map(expression)),
        ("within", Some(period(within))),
        ("counting", Some(text(&counting.name()))),
        ("force", Some(text(force.word()))),
        ("law", Some(names(law))),
    ])
}

fn period(source: &PeriodSource) -> Tree {
    match source {
        PeriodSource::Fixed(period) => text(period),
        PeriodSource::Fact(name) => map([("fact", Some(text(name)))]),
    }
}
