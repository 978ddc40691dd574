//! Reads states as they are written (rules S1 and S6).
//! Which of them a case can reach is left to `compile`.

use super::shape::Keys;
use super::{At, Reader};
use crate::diagnostic::Location;
use crate::name::ObligationName;
use crate::value::Title;
use crate::workflow::rules::{Outcome, Phase};
use crate::workflow::source::Node;

/// A state as it is written.
#[derive(Debug, Clone)]
pub struct StateDocument {
    /// The part of the path in which it lies.
    pub phase: At<Phase>,
    /// Where it says that a case begins in it, if it does.
    pub initial: Option<Location>,
    /// What it is called.
    pub title: Option<Title>,
    /// How it ends a case.
    pub outcome: Option<At<Outcome>>,
    /// Which duties it lets lapse.
    pub releases: Option<At<ReleasesDocument>>,
}

/// Which duties a state lets lapse, as it is written.
#[derive(Debug, Clone)]
pub enum ReleasesDocument {
    /// `all`.
    All,
    /// Those of some obligations.
    Some(Vec<At<ObligationName>>),
}

const STATE: Keys = Keys {
    known: &["phase", "initial", "title", "outcome", "releases"],
    later: &[],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[STATE];

/// Every phase by its word.
const PHASES: [(&str, Phase); 5] = [
    ("detect", Phase::Detect),
    ("notify", Phase::Notify),
    ("report", Phase::Report),
    ("prevent", Phase::Prevent),
    ("closed", Phase::Closed),
];

/// Every outcome by its word.
const OUTCOMES: [(&str, Outcome); 2] = [
    ("completed", Outcome::Completed),
    ("not_reported", Outcome::NotReported),
];

/// Reads a state.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<StateDocument> {
    let fields = reader.fields(node, STATE)?;
    let phase = reader
        .required(fields, "phase")
        .and_then(|node| reader.word(node, &PHASES));
    let initial = fields.get("initial").and_then(|node| {
        reader
            .boolean(node)
            .filter(|initial| *initial)
            .map(|_| node.at.clone())
    });
    let title = fields.get("title").and_then(|node| reader.title(node));
    let outcome = fields
        .get("outcome")
        .and_then(|node| reader.word(node, &OUTCOMES));
    let releases = fields.get("releases").map(|node| At {
        value: releases(reader, node),
        at: node.at.clone(),
    });
    Some(StateDocument {
        phase: phase?,
        initial,
        title,
        outcome,
        releases,
    })
}

fn releases(reader: &mut Reader, node: &Node) -> ReleasesDocument {
    if node.as_text() == Some("all") {
        return ReleasesDocument::All;
    }
    ReleasesDocument::Some(reader.names(node))
}
