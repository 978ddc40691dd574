//! Reads actions as they are written (rules S1 to S5).
//! Which states they lead between and what they may file is checked by `compile`.

use super::obligation::{CasedDocument, cases};
use super::shape::Keys;
use super::standstill::{self, StandstillDocument};
use super::{At, Expression, Reader};
use crate::diagnostic::Location;
use crate::name::{FactName, ObligationName, RoleName, StateName};
use crate::value::Title;
use crate::workflow::source::Node;

/// An action as it is written.
#[derive(Debug, Clone)]
pub struct ActionDocument {
    /// What it is called.
    pub title: Option<Title>,
    /// The states that it leaves.
    pub from: Leaves,
    /// The state that it enters; without one the state stays.
    pub to: Option<At<StateName>>,
    /// Who takes it.
    pub by: At<ByName>,
    /// Facts that must have a value.
    pub needs: Vec<At<FactName>>,
    /// Its guard.
    pub when: Option<Expression>,
    /// Until when it is barred, however its guard stands, if anything is said of that.
    pub not_before: Option<Vec<CasedDocument<StandstillDocument>>>,
    /// The obligations whose duties it may discharge.
    pub files: Vec<At<ObligationName>>,
    /// Where it says what it files, if it does.
    pub files_at: Option<Location>,
    /// The role of the second person, and where approval is asked for.
    pub approval: Option<At<Option<At<RoleName>>>>,
}

/// The states that an action leaves, as they are written.
#[derive(Debug, Clone)]
pub enum Leaves {
    /// `any`: every state but those of phase `closed`.
    Any(Location),
    /// These.
    States(Vec<At<StateName>>),
}

/// Who takes an action, as it is written.
#[derive(Debug, Clone)]
pub enum ByName {
    /// `clock`.
    Clock,
    /// A role.
    Role(RoleName),
}

const ACTION: Keys = Keys {
    known: &[
        "title",
        "from",
        "to",
        "by",
        "needs",
        "when",
        "not_before",
        "files",
        "approval",
    ],
    later: &[],
};

const APPROVAL: Keys = Keys {
    known: &["by"],
    later: &["statement"],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[ACTION, APPROVAL];

/// Reads an action.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<ActionDocument> {
    let fields = reader.fields(node, ACTION)?;
    let from = reader
        .required(fields, "from")
        .map(|node| leaves(reader, node));
    let by = reader
        .required(fields, "by")
        .and_then(|node| by(reader, node));
    let title = fields.get("title").and_then(|node| reader.title(node));
    let to = fields.get("to").map(|node| reader.name(node));
    let needs = fields
        .get("needs")
        .map_or_else(Vec::new, |node| reader.names(node));
    let when = fields.get("when").and_then(|node| reader.expression(node));
    let not_before = fields
        .get("not_before")
        .map(|node| cases(reader, node, standstill::read));
    let files = fields
        .get("files")
        .map_or_else(Vec::new, |node| reader.names(node));
    let files_at = fields.get("files").map(|node| node.at.clone());
    let approval = fields.get("approval").map(|node| At {
        value: approval(reader, node),
        at: node.at.clone(),
    });
    // An action whose target cannot be read must not be taken for one that stays.
    let to = match to {
        Some(None) => return None,
        Some(Some(to)) => Some(to),
        None => None,
    };
    Some(ActionDocument {
        title,
        from: from?,
        to,
        by: by?,
        needs,
        when,
        not_before,
        files,
        files_at,
        approval,
    })
}

fn leaves(reader: &mut Reader, node: &Node) -> Leaves {
    if node.as_text() == Some("any") {
        return Leaves::Any(node.at.clone());
    }
    Leaves::States(reader.names(node))
}

fn by(reader: &mut Reader, node: &Node) -> Option<At<ByName>> {
    if node.as_text() == Some("clock") {
        return Some(At {
            value: ByName::Clock,
            at: node.at.clone(),
        });
    }
    reader.name(node).map(|At { value, at }| At {
        value: ByName::Role(value),
        at,
    })
}

/// Reads whose consent is asked for.
pub(super) fn approval(reader: &mut Reader, node: &Node) -> Option<At<RoleName>> {
    let fields = reader.fields(node, APPROVAL)?;
    reader
        .required(fields, "by")
        .and_then(|node| reader.name(node))
}
