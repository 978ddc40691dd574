//! Reads series as they are written (C10): how often, until when, at what time of day, and what a missed occurrence becomes.
//! Whether the rhythms fit one another is left to `compile`.

use super::shape::{Fields, Keys, Reader};
use super::{At, Expression};
use crate::calendar::EndOfDay;
use crate::diagnostic::{Diagnostic, SERIES_KEY_ALONE};
use crate::time::Period;
use crate::workflow::rules::Missed;
use crate::workflow::source::{Kind, Node};

/// A series as it is written.
#[derive(Debug, Clone)]
pub struct SeriesDocument {
    /// Its rhythms.
    pub rhythms: Vec<RhythmDocument>,
    /// The instant or date after which no occurrence is owed.
    pub until: Option<Expression>,
    /// The time of day of an occurrence of dates.
    pub ends: EndOfDay,
    /// What becomes of a missed occurrence.
    pub missed: Missed,
}

/// A rhythm as it is written.
#[derive(Debug, Clone)]
pub struct RhythmDocument {
    /// From each occurrence to the next.
    pub step: At<StepDocument>,
    /// How long the rhythm lasts.
    pub stretch: Option<At<Period>>,
}

/// The length of a step as it is written.
#[derive(Debug, Clone)]
pub enum StepDocument {
    /// A period.
    Fixed(Period),
    /// What computes one.
    Computed(Expression),
}

const RHYTHM: Keys = Keys {
    known: &["period", "for"],
    later: &[],
};

/// The keys of a clock that mean something beside `every` alone.
const OF_SERIES: [&str; 3] = ["until", "at", "missed"];

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[RHYTHM];

const MISSED: [(&str, Missed); 2] = [("stays", Missed::Stays), ("passes", Missed::Passes)];

/// Reads the series of a clock, if it is one.
pub(super) fn read(reader: &mut Reader, fields: Fields<'_>) -> Option<SeriesDocument> {
    let Some(every) = fields.get("every") else {
        for key in OF_SERIES {
            if let Some(at) = fields.place(key) {
                let alone = Diagnostic::new(SERIES_KEY_ALONE, at.clone());
                reader.report(alone.with("key", key));
            }
        }
        return None;
    };
    let rhythms = reader.several(every, rhythm);
    let until = fields.get("until").and_then(|node| reader.expression(node));
    let ends = match fields.get("at") {
        None => EndOfDay::MIDNIGHT,
        Some(node) => time_of_day(reader, node)?,
    };
    let missed = match fields.get("missed") {
        None => Missed::Stays,
        Some(node) => reader.word(node, &MISSED)?.value,
    };
    Some(SeriesDocument {
        rhythms,
        until,
        ends,
        missed,
    })
}

fn time_of_day(reader: &mut Reader, node: &Node) -> Option<EndOfDay> {
    let text = reader.text(node)?;
    let ends = text.value.parse().ok();
    if ends.is_none() {
        reader.bad_value(node, &text.value, "workflow.form.time_of_day");
    }
    ends
}

/// Reads a rhythm: a period, an expression that gives one, or a mapping with how long it lasts.
fn rhythm(reader: &mut Reader, node: &Node) -> Option<RhythmDocument> {
    if !matches!(node.kind, Kind::Map(_)) {
        return Some(RhythmDocument {
            step: step(reader, node)?,
            stretch: None,
        });
    }
    let fields = reader.fields(node, RHYTHM)?;
    let period = reader.required(fields, "period");
    let stretch = match fields.get("for") {
        None => None,
        Some(node) => Some(reader.period(node)?),
    };
    Some(RhythmDocument {
        step: step(reader, period?)?,
        stretch,
    })
}

fn step(reader: &mut Reader, node: &Node) -> Option<At<StepDocument>> {
    let value = match node.as_text().and_then(|text| text.parse().ok()) {
        Some(period) => StepDocument::Fixed(period),
        None => StepDocument::Computed(reader.expression(node)?),
    };
    Some(At {
        value,
        at: node.at.clone(),
    })
}
