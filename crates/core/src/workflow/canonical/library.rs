//! Writes what libraries give a workflow in canonical form.
//! The dates of calendars are data of their own and are not in it.

use super::{Tree, list, map, named, names, text, title};
use crate::calendar::{DayRule, FirstDay, HourStart, Roll};
use crate::workflow::rules::{
    AuthorityKind, AuthorityRule, Confidence, CountingOrigin, DocumentItem, DocumentRule,
    Effective, SourceRule,
};

/// Writes an authority.
pub(super) fn authority(rule: &AuthorityRule) -> Tree {
    let AuthorityRule {
        title,
        kind,
        under,
        zone,
        calendar,
        channels,
        addresses,
    } = rule;
    let kind = match kind {
        AuthorityKind::Authority => "authority",
        AuthorityKind::Audience => "audience",
    };
    let channels = named(channels, |effective| match effective {
        Effective::Sent => text("sent"),
        Effective::Received => text("received"),
    });
    let addresses = (!addresses.is_empty()).then(|| named(addresses, |listed| list(listed, text)));
    map([
        ("title", Some(super::title(title))),
        ("kind", Some(text(kind))),
        ("under", under.as_ref().map(text)),
        ("zone", Some(text(zone))),
        ("calendar", calendar.as_ref().map(text)),
        ("channels", Some(channels)),
        ("addresses", addresses),
    ])
}

/// Writes a source of law.
pub(super) fn source(rule: &SourceRule) -> Tree {
    let SourceRule {
        citation,
        link,
        read,
        revision,
        confidence,
    } = rule;
    let confidence = match confidence {
        Confidence::NotConfirmed => "not_confirmed",
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    };
    map([
        ("citation", Some(title(citation))),
        ("link", Some(text(link))),
        ("read", Some(text(read))),
        ("revision", revision.as_ref().map(title)),
        ("confidence", Some(text(confidence))),
    ])
}

/// Writes a form.
pub(super) fn document(rule: &DocumentRule) -> Tree {
    let DocumentRule {
        title,
        law,
        note,
        items,
    } = rule;
    let item = |item: &DocumentItem| {
        let DocumentItem { title, facts } = item;
        map([
            ("title", Some(super::title(title))),
            ("facts", Some(names(facts))),
        ])
    };
    map([
        ("title", Some(super::title(title))),
        ("law", Some(names(law))),
        ("note", note.as_ref().map(self::title)),
        ("items", (!items.is_empty()).then(|| list(items, item))),
    ])
}

/// Writes a counting rule.
pub(super) fn counting_origin(origin: &CountingOrigin) -> Tree {
    let CountingOrigin {
        rule,
        title,
        law,
        readings,
    } = origin;
    let days = |rule: &DayRule| {
        map([
            (
                "first",
                Some(list(&rule.first, |first| text(first_word(*first)))),
            ),
            ("ends", Some(text(&rule.ends))),
            ("roll", Some(text(roll_word(rule.roll)))),
        ])
    };
    let readings = readings.iter().map(|(name, reason)| {
        let reason = map([
            ("law", Some(names(&reason.law))),
            ("because", reason.because.as_ref().map(self::title)),
        ]);
        (name.word().to_owned(), reason)
    });
    map([
        ("title", Some(super::title(title))),
        ("law", Some(names(law))),
        (
            "hours",
            rule.hours
                .as_ref()
                .map(|starts| list(starts, |start| text(start_word(*start)))),
        ),
        ("days", rule.days.as_ref().map(days)),
        ("working_days", rule.working_days.as_ref().map(days)),
        ("months", rule.months.as_ref().map(days)),
        ("readings", Some(Tree::Map(readings.collect()))),
    ])
}

const fn first_word(first: FirstDay) -> &'static str {
    match first {
        FirstDay::Excluded => "excluded",
        FirstDay::Included => "included",
    }
}

const fn roll_word(roll: Roll) -> &'static str {
    match roll {
        Roll::None => "none",
        Roll::Forward => "forward",
    }
}

const fn start_word(start: HourStart) -> &'static str {
    match start {
        HourStart::Moment => "moment",
        HourStart::NextFullHour => "next_full_hour",
    }
}
