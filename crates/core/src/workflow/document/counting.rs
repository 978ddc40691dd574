//! Reads counting rules as they are written: how each unit runs, and why there is each reading (C4, C7).
//! Counting by them is left to `calendar`.

use super::library::{law, title};
use super::shape::Keys;
use super::{At, Reader};
use crate::calendar::{DayRule, EndOfDay, FirstDay, HourStart, ReadingName, Roll};
use crate::name::SourceName;
use crate::value::Title;
use crate::workflow::source::Node;

/// A counting rule as it is written.
#[derive(Debug, Clone)]
pub struct CountingDocument {
    /// What it is called.
    pub title: Option<Title>,
    /// The acts that say so.
    pub law: Vec<At<SourceName>>,
    /// From when hours run.
    pub hours: Option<Vec<HourStart>>,
    /// How days are counted.
    pub days: Option<DayRule>,
    /// How working days are counted.
    pub working_days: Option<DayRule>,
    /// How months are counted.
    pub months: Option<DayRule>,
    /// Why there is each reading.
    pub readings: Vec<(At<ReadingName>, ReasonDocument)>,
}

/// Why there is a reading, as it is written.
#[derive(Debug, Clone)]
pub struct ReasonDocument {
    /// The text that can be read so.
    pub law: Vec<At<SourceName>>,
    /// In words.
    pub because: Option<Title>,
}

const COUNTING: Keys = Keys {
    known: &[
        "title",
        "law",
        "hours",
        "days",
        "working_days",
        "months",
        "readings",
    ],
    later: &[],
};
const HOURS: Keys = Keys {
    known: &["start"],
    later: &[],
};
const DAYS: Keys = Keys {
    known: &["first", "ends", "roll"],
    later: &[],
};
const REASON: Keys = Keys {
    known: &["law", "because"],
    later: &[],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[COUNTING, HOURS, DAYS, REASON];
const STARTS: [(&str, HourStart); 2] = [
    ("moment", HourStart::Moment),
    ("next_full_hour", HourStart::NextFullHour),
];
const FIRSTS: [(&str, FirstDay); 2] = [
    ("excluded", FirstDay::Excluded),
    ("included", FirstDay::Included),
];
const ROLLS: [(&str, Roll); 2] = [("none", Roll::None), ("forward", Roll::Forward)];

/// Reads a counting rule.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<CountingDocument> {
    let fields = reader.fields(node, COUNTING)?;
    let hours = fields.get("hours").and_then(|node| {
        let fields = reader.fields(node, HOURS)?;
        let start = reader.required(fields, "start")?;
        Some(readings(reader, start, &STARTS))
    });
    let readings = fields
        .get("readings")
        .map_or_else(Vec::new, |node| reasons(reader, node));
    Some(CountingDocument {
        title: title(reader, node, "title"),
        law: law(reader, node),
        hours: hours.filter(|starts| !starts.is_empty()),
        days: fields
            .get("days")
            .and_then(|node| days(reader, node, &FIRSTS)),
        // The day of the event is never one of the working days (C4).
        working_days: fields
            .get("working_days")
            .and_then(|node| days(reader, node, &FIRSTS[..1])),
        months: fields
            .get("months")
            .and_then(|node| days(reader, node, &FIRSTS)),
        readings,
    })
}

/// Reads one or several values, each of which gives a reading.
fn readings<T: Copy>(reader: &mut Reader, node: &Node, words: &[(&'static str, T)]) -> Vec<T> {
    let texts = reader.several(node, Reader::text);
    reader.once(&texts);
    reader
        .several(node, |reader, node| reader.word(node, words))
        .into_iter()
        .map(|word| word.value)
        .collect()
}

fn days(reader: &mut Reader, node: &Node, firsts: &[(&'static str, FirstDay)]) -> Option<DayRule> {
    let fields = reader.fields(node, DAYS)?;
    let first = reader
        .required(fields, "first")
        .map(|node| readings(reader, node, firsts));
    let ends = fields.get("ends").map_or(Some(EndOfDay::MIDNIGHT), |node| {
        let text = reader.text(node)?;
        let ends = text.value.parse().ok();
        if ends.is_none() {
            reader.bad_value(node, &text.value, "workflow.form.end_of_day");
        }
        ends
    });
    let roll = fields.get("roll").map_or(Some(Roll::None), |node| {
        reader.word(node, &ROLLS).map(|roll| roll.value)
    });
    let first = first.filter(|first| !first.is_empty())?;
    Some(DayRule {
        first,
        ends: ends?,
        roll: roll?,
    })
}

/// Reads why there is each reading.
fn reasons(reader: &mut Reader, node: &Node) -> Vec<(At<ReadingName>, ReasonDocument)> {
    let keys = Keys {
        known: &["excluded", "included", "moment", "next_full_hour"],
        later: &[],
    };
    let Some(fields) = reader.fields(node, keys) else {
        return Vec::new();
    };
    ReadingName::ALL
        .into_iter()
        .filter_map(|name| {
            let reason = fields.get(name.word())?;
            reader.fields(reason, REASON)?;
            let document = ReasonDocument {
                law: law(reader, reason),
                because: title(reader, reason, "because"),
            };
            Some((
                At {
                    value: name,
                    at: reason.at.clone(),
                },
                document,
            ))
        })
        .collect()
}
