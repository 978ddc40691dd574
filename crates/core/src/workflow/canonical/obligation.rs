//! Writes obligations and their clocks in canonical form.
//! What a counting rule says stands with the libraries; a clock names it.

use super::{Tree, expression, list, map, names, recipient, text};
use crate::workflow::rules::{
    Cased, ClockRule, EachRule, Missed, ObligationRule, Offset, PeriodSource, Rhythm, SeriesRule,
    StepLength, TargetRule, Within,
};

/// Writes a list of cases, each with its condition.
pub(super) fn cased<T>(cases: &[Cased<T>], tree: impl Fn(&T) -> Tree) -> Tree {
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
        each,
        when,
        to,
        met,
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
        ("each", listed(each, each_rule)),
        ("when", when.as_ref().map(expression)),
        ("to", Some(list(to, recipient))),
        ("met", met.as_ref().map(expression)),
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

/// Writes a list that most have none of; without any, nothing, so that what is older keeps its digest.
fn listed<T>(items: &[T], tree: impl Fn(&T) -> Tree) -> Option<Tree> {
    (!items.is_empty()).then(|| list(items, tree))
}

fn each_rule(each: &EachRule) -> Tree {
    let EachRule { row, table } = each;
    map([("row", Some(text(row))), ("table", Some(text(table)))])
}

fn clock(rule: &ClockRule) -> Tree {
    let ClockRule {
        anchor,
        within,
        series,
        counting,
        targets,
    } = rule;
    let promptly = match within {
        Within::Promptly | Within::PromptlyAtMost(_) => true,
        Within::Number(_) | Within::Named => false,
    };
    let begins = if *within == Within::Named && series.is_none() {
        "due"
    } else {
        "anchor"
    };
    map([
        (begins, Some(expression(anchor))),
        ("promptly", Some(Tree::Boolean(promptly))),
        ("within", within.number().map(period)),
        ("counting", Some(text(&counting.name()))),
        ("series", series.as_ref().map(self::series)),
        ("target", Some(list(targets, target))),
    ])
}

fn series(rule: &SeriesRule) -> Tree {
    let SeriesRule {
        rhythms,
        until,
        ends,
        missed,
    } = rule;
    let rhythm = |rhythm: &Rhythm| {
        let Rhythm { step, stretch } = rhythm;
        let step = match step {
            StepLength::Fixed(period) => text(period),
            StepLength::Computed(expr) => map([("computed", Some(expression(expr)))]),
        };
        map([("step", Some(step)), ("for", stretch.as_ref().map(text))])
    };
    let missed = match missed {
        Missed::Stays => "stays",
        Missed::Passes => "passes",
    };
    map([
        ("every", Some(list(rhythms, rhythm))),
        ("until", until.as_ref().map(expression)),
        ("at", Some(text(ends))),
        ("missed", Some(text(missed))),
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

/// Writes a period, or the fact that holds one.
pub(super) fn period(source: &PeriodSource) -> Tree {
    match source {
        PeriodSource::Fixed(period) => text(period),
        PeriodSource::Fact(name) => map([("fact", Some(text(name)))]),
    }
}
