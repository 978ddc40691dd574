//! Reads what must hold after a step: the state, the duties, and what happened since the step before.
//! Comparing it with the case is left to `check`.

use std::collections::BTreeMap;

use super::read::Against;
use super::sending::duty_name;
use super::shape::Reader;
use super::{DueExpected, DueMoment, Expectation, Expected, Lateness, StandingWord};
use crate::calendar::ReadingName;
use crate::case::event::{Body, EventBody};
use crate::diagnostic::{Diagnostic, SCENARIO_EXPECTS_NOTHING};
use crate::name::StateName;
use crate::value::parse;
use crate::workflow::source::{Entry, Kind, Node};

/// Reads `expect`.
pub(super) fn read(reader: &mut Reader, node: &Node, against: Against<'_>) -> Expected {
    let mut expected = Expected::default();
    if !reader.is_map(node, &["state", "duties", "happened"], &["facts"]) {
        return expected;
    }
    if let Some(state) = node.get("state") {
        let states = against.rules.states.keys().map(StateName::as_str);
        let name = reader.name(state, "scenario.kind.state", states);
        expected.state = name.map(|name| (name, state.at.clone()));
    }
    if let Some(duties) = node.get("duties") {
        let read = self::duties(reader, duties, against);
        expected.duties = Some((read, duties.at.clone()));
    }
    if let Some(happened) = node.get("happened") {
        let types = self::happened(reader, happened);
        expected.happened = Some((types, happened.at.clone()));
    }
    expected
}

fn happened(reader: &mut Reader, node: &Node) -> Vec<&'static str> {
    if !matches!(node.kind, Kind::List(_)) {
        reader.expected(node, "value.shape.list");
    }
    let types = node.items().iter().filter_map(|item| {
        let name: String = reader.name(item, "scenario.kind.event", Body::TYPES.iter().copied())?;
        Body::TYPES.iter().copied().find(|known| *known == name)
    });
    types.collect()
}

fn duties(
    reader: &mut Reader,
    node: &Node,
    against: Against<'_>,
) -> BTreeMap<super::DutyName, Expectation> {
    if !matches!(node.kind, Kind::Map(_)) {
        reader.expected(node, "value.shape.map");
    }
    let mut duties = BTreeMap::new();
    for Entry { key, key_at, value } in node.entries() {
        let name = duty_name(reader, key, key_at, against);
        let expectation = expectation(reader, value, against);
        duties.extend(name.zip(expectation));
    }
    duties
}

/// Reads what must hold of a duty: a word, or a mapping in which a clock runs unless `status` says otherwise.
fn expectation(reader: &mut Reader, node: &Node, against: Against<'_>) -> Option<Expectation> {
    if !matches!(node.kind, Kind::Map(_)) {
        let standing = standing(reader, node)?;
        return Some(Expectation {
            at: node.at.clone(),
            standing,
            due: None,
            lateness: None,
        });
    }
    if !reader.is_map(node, &["status", "due", "late"], &[]) {
        return None;
    }
    if node.entries().is_empty() {
        reader.report(Diagnostic::new(SCENARIO_EXPECTS_NOTHING, node.at.clone()));
    }
    let standing = match node.get("status") {
        Some(status) => standing(reader, status)?,
        None => StandingWord::Running,
    };
    let due = node.get("due").and_then(|due| {
        let read = self::due(reader, due, against)?;
        Some((read, due.at.clone()))
    });
    let lateness = node.get("late").and_then(|late| match late.kind {
        Kind::Boolean(true) => Some((Lateness::Late, late.at.clone())),
        Kind::Boolean(false) => Some((Lateness::NotLate, late.at.clone())),
        Kind::Null | Kind::Integer(_) | Kind::Text { .. } | Kind::List(_) | Kind::Map(_) => {
            reader.expected(late, "value.form.boolean");
            None
        }
    });
    Some(Expectation {
        at: node.at.clone(),
        standing,
        due,
        lateness,
    })
}

fn standing(reader: &mut Reader, node: &Node) -> Option<StandingWord> {
    let words = StandingWord::ALL.map(StandingWord::word);
    let word: String = reader.name(node, "scenario.kind.standing", words)?;
    StandingWord::ALL
        .into_iter()
        .find(|standing| standing.word() == word)
}

/// Reads a due moment, for every reading or for each by its name (N3).
fn due(reader: &mut Reader, node: &Node, against: Against<'_>) -> Option<DueExpected> {
    if !matches!(node.kind, Kind::Map(_)) {
        return due_moment(reader, node, against).map(DueExpected::EveryReading);
    }
    let mut readings = BTreeMap::new();
    for Entry { key, key_at, value } in node.entries() {
        let names = ReadingName::ALL.map(ReadingName::word);
        let name: Option<String> = reader.named(key, key_at, "scenario.kind.reading", names);
        let reading = name.and_then(|name| {
            ReadingName::ALL
                .into_iter()
                .find(|reading| reading.word() == name)
        });
        readings.extend(reading.zip(due_moment(reader, value, against)));
    }
    if node.entries().is_empty() {
        reader.report(Diagnostic::new(SCENARIO_EXPECTS_NOTHING, node.at.clone()));
    }
    Some(DueExpected::ByReading(readings))
}

/// Reads a day or a moment.
fn due_moment(reader: &mut Reader, node: &Node, against: Against<'_>) -> Option<DueMoment> {
    let text = reader.text(node)?;
    let read = match parse::date(&text) {
        Ok(date) => Ok(DueMoment::Day(date)),
        Err(_) => parse::instant(&text, against.zone).map(|instant| DueMoment::Moment(instant.at)),
    };
    read.map_err(|problem| reader.bad_time(node, problem)).ok()
}
