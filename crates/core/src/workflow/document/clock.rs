//! Reads clocks as they are written (section 7): from when, how long, how counted, and which aims beside it.
//! Whether a period can be counted so is left to `compile`.

use super::obligation::{CasedDocument, FORCES, condition, names_of};
use super::series::{self, SeriesDocument};
use super::shape::{Fields, Keys, Reader};
use super::{At, Expression};
use crate::diagnostic::{BESIDE_DUE, Diagnostic, Location};
use crate::name::{CountingName, FactName, SourceName};
use crate::time::Period;
use crate::workflow::rules::Force;
use crate::workflow::source::Node;

/// A clock as it is written.
#[derive(Debug, Clone)]
pub struct ClockDocument {
    /// From when the law counts; with `due` the moment that a letter names.
    pub anchor: Expression,
    /// The law's limit.
    pub within: At<WithinDocument>,
    /// Its occurrences, if it is a series.
    pub series: Option<SeriesDocument>,
    /// How it is counted.
    pub counting: Option<At<CountingName>>,
    /// Aims beside it.
    pub targets: Vec<TargetDocument>,
}

/// The law's limit as it is written.
#[derive(Debug, Clone)]
pub enum WithinDocument {
    /// `promptly`.
    Promptly,
    /// A number.
    Number(PeriodName),
    /// `promptly and at most` a number.
    PromptlyAtMost(PeriodName),
    /// None: `due` stands instead of anchor and limit, or each occurrence of a series has its own moment.
    Named,
}

impl WithinDocument {
    /// Returns the number, if there is one.
    #[must_use]
    pub const fn number(&self) -> Option<&PeriodName> {
        match self {
            Self::Promptly | Self::Named => None,
            Self::Number(number) | Self::PromptlyAtMost(number) => Some(number),
        }
    }
}

/// A period, or the fact that holds one.
#[derive(Debug, Clone)]
pub enum PeriodName {
    /// Written.
    Fixed(Period),
    /// Held by a fact.
    Fact(FactName),
}

/// A target as it is written.
#[derive(Debug, Clone)]
pub struct TargetDocument {
    /// From when, if not the clock's anchor.
    pub anchor: Option<Expression>,
    /// How long.
    pub within: At<PeriodName>,
    /// How it is counted.
    pub counting: Option<At<CountingName>>,
    /// Whose aim it is; internal unless said otherwise.
    pub force: Force,
    /// Where it is written.
    pub law: Vec<At<SourceName>>,
}

const CLOCK: Keys = Keys {
    known: &[
        "when", "anchor", "within", "due", "every", "until", "at", "missed", "counting", "target",
    ],
    later: &[],
};
const TARGET: Keys = Keys {
    known: &["anchor", "within", "counting", "force", "law"],
    later: &[],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[CLOCK, TARGET];

/// Reads a case of a clock.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<CasedDocument<ClockDocument>> {
    let fields = reader.fields(node, CLOCK)?;
    let when = condition(reader, node);
    let series = series::read(reader, fields);
    let (anchor, within) = if let Some(due) = fields.get("due") {
        for key in ["anchor", "within", "counting", "every"] {
            if let Some(at) = fields.place(key) {
                beside_due(reader, key, at, &due.at);
            }
        }
        let named = At {
            value: WithinDocument::Named,
            at: due.at.clone(),
        };
        (reader.expression(due), Some(named))
    } else {
        let anchor = reader.required(fields, "anchor");
        let anchor = anchor.and_then(|node| reader.expression(node));
        let within = if let Some(every) = fields.get("every") {
            of_series(reader, fields, every)
        } else {
            let within = reader.required(fields, "within");
            within.and_then(|node| self::within(reader, node))
        };
        (anchor, within)
    };
    let counting = fields.get("counting").and_then(|node| reader.name(node));
    let targets = fields
        .get("target")
        .map_or_else(Vec::new, |node| reader.several(node, target));
    let item = ClockDocument {
        anchor: anchor?,
        within: within?,
        series,
        counting,
        targets,
    };
    Some(CasedDocument {
        when,
        item,
        at: node.at.clone(),
    })
}

/// Returns the limit of a series: each occurrence is due at its own moment.
fn of_series(reader: &mut Reader, fields: Fields<'_>, every: &Node) -> Option<At<WithinDocument>> {
    let mut whole = true;
    for key in ["within", "target"] {
        if let Some(at) = fields.place(key) {
            reader.later(&format!("{key}` beside `every"), at);
            whole = false;
        }
    }
    whole.then(|| At {
        value: WithinDocument::Named,
        at: every.at.clone(),
    })
}

/// Reports a key that means nothing beside `due`: a date in a letter is no period and is counted by no rule (C6).
fn beside_due(reader: &mut Reader, key: &str, at: &Location, due: &Location) {
    let beside = Diagnostic::new(BESIDE_DUE, at.clone()).with("key", key);
    reader.report(beside.label(due.clone(), "workflow.label.due"));
}

fn within(reader: &mut Reader, node: &Node) -> Option<At<WithinDocument>> {
    let text = reader.text(node)?.value;
    let value = if text == "promptly" {
        Some(WithinDocument::Promptly)
    } else if let Some(most) = text.strip_prefix("promptly and at most ") {
        period_name(most).map(WithinDocument::PromptlyAtMost)
    } else {
        period_name(&text).map(WithinDocument::Number)
    };
    if value.is_none() {
        reader.bad_value(node, &text, "workflow.form.within");
    }
    value.map(|value| At {
        value,
        at: node.at.clone(),
    })
}

/// Reads a period, or the name of a fact that holds one.
fn period_name(text: &str) -> Option<PeriodName> {
    text.parse()
        .map(PeriodName::Fixed)
        .ok()
        .or_else(|| text.parse().map(PeriodName::Fact).ok())
}

/// Reads a target: a period, a fact, or a mapping.
fn target(reader: &mut Reader, node: &Node) -> Option<TargetDocument> {
    if node.as_text().is_some() {
        let within = target_period(reader, node)?;
        return Some(TargetDocument {
            anchor: None,
            within,
            counting: None,
            force: Force::Internal,
            law: Vec::new(),
        });
    }
    let fields = reader.fields(node, TARGET)?;
    let anchor = fields
        .get("anchor")
        .and_then(|node| reader.expression(node));
    let within = reader
        .required(fields, "within")
        .and_then(|node| target_period(reader, node));
    let counting = fields.get("counting").and_then(|node| reader.name(node));
    let force = fields
        .get("force")
        .and_then(|node| reader.word(node, &FORCES))
        .map_or(Force::Internal, |word| word.value);
    let law = names_of(reader, fields.get("law"));
    Some(TargetDocument {
        anchor,
        within: within?,
        counting,
        force,
        law,
    })
}

/// Reads a period, or the name of a fact that holds one.
pub(super) fn target_period(reader: &mut Reader, node: &Node) -> Option<At<PeriodName>> {
    let text = reader.text(node)?.value;
    let value = period_name(&text);
    if value.is_none() {
        reader.bad_value(node, &text, "workflow.form.target");
    }
    value.map(|value| At {
        value,
        at: node.at.clone(),
    })
}
