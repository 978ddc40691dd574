//! Reads workflows and templates as they are written (rule F4).
//! What they take over from a parent and from libraries is left to `resolve`.

use super::action::{self, ActionDocument};
use super::fact::{self, FactDocument};
use super::obligation::{self, ObligationDocument};
use super::shape::{Keys, Removal};
use super::state::{self, StateDocument};
use super::{At, Expression, Item, Reader, Whole};
use crate::diagnostic::Location;
use crate::name::{
    ActionName, FactName, LibraryName, ObligationName, RoleName, StateName, WorkflowName,
};
use crate::time::Date;
use crate::value::Title;
use crate::workflow::source::Node;

/// Whether a document can be opened as a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkflowKind {
    /// It can.
    Workflow,
    /// Workflows extend it.
    Template,
}

/// A workflow or template as it is written.
#[derive(Debug, Clone)]
pub struct WorkflowDocument {
    /// Which of the two it is.
    pub kind: WorkflowKind,
    /// Its name.
    pub name: At<WorkflowName>,
    /// Its version; every workflow has one.
    pub version: Option<u32>,
    /// What it is called.
    pub title: Option<Title>,
    /// Libraries that it uses.
    pub uses: Vec<At<LibraryName>>,
    /// Whether its libraries and its parent could be read.
    pub leans_on: Whole,
    /// Its parent.
    pub extends: Option<At<WorkflowName>>,
    /// To whom its obligations are owed: authorities, or facts that hold one.
    pub authority: Option<Vec<At<String>>>,
    /// For which days its text is asserted.
    pub in_force: Option<InForceDocument>,
    /// When it applies.
    pub applies: Option<AppliesDocument>,
    /// Its facts.
    pub facts: Vec<Item<FactName, FactDocument>>,
    /// Its states.
    pub states: Vec<Item<StateName, StateDocument>>,
    /// Its actions.
    pub actions: Vec<Item<ActionName, ActionDocument>>,
    /// Its obligations.
    pub obligations: Vec<Item<ObligationName, ObligationDocument>>,
    /// Who records what authorities decide.
    pub decisions: Option<DecisionsDocument>,
}

/// Who records what authorities decide, as it is written (C9).
#[derive(Debug, Clone)]
pub struct DecisionsDocument {
    /// Where it is written.
    pub at: Location,
    /// The role of whoever records it.
    pub by: At<RoleName>,
    /// The role of the second person.
    pub approval: Option<At<RoleName>>,
}

/// For which days a text is asserted, as it is written (L1).
#[derive(Debug, Clone)]
pub struct InForceDocument {
    /// First day.
    pub from: Date,
    /// Last day, if it has ended.
    pub until: Option<Date>,
    /// The fact whose date counts.
    pub by: At<FactName>,
}

/// When a workflow applies, as it is written.
#[derive(Debug, Clone)]
pub struct AppliesDocument {
    /// The condition.
    pub when: Option<Expression>,
    /// Why, in words.
    pub because: Option<Title>,
}

const WORKFLOW: Keys = Keys {
    known: &[
        "tsuho",
        "workflow",
        "template",
        "version",
        "title",
        "uses",
        "extends",
        "authority",
        "in_force",
        "applies",
        "facts",
        "states",
        "actions",
        "obligations",
        "decisions",
    ],
    later: &[],
};

const IN_FORCE: Keys = Keys {
    known: &["from", "until", "by"],
    later: &[],
};
const APPLIES: Keys = Keys {
    known: &["when", "because"],
    later: &[],
};

const DECISIONS: Keys = Keys {
    known: &["by", "approval"],
    later: &[],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[WORKFLOW, IN_FORCE, APPLIES, DECISIONS];

/// Reads a workflow or a template.
pub(super) fn read(reader: &mut Reader, root: &Node) -> Option<WorkflowDocument> {
    reader.edition(root);
    let fields = reader.fields(root, WORKFLOW)?;
    let (kind, name) = match fields.get("workflow") {
        Some(name) => (WorkflowKind::Workflow, name),
        None => (WorkflowKind::Template, fields.get("template")?),
    };
    let name = reader.name(name);
    let version = match (kind, fields.get("version")) {
        (_, Some(version)) => reader.count(version),
        (WorkflowKind::Template, None) => None,
        (WorkflowKind::Workflow, None) => {
            reader.missing("version", root);
            None
        }
    };
    macro_rules! items {
        ($key:literal, $read:path) => {
            fields.get($key).map_or_else(Vec::new, |node| {
                reader.items(node, Removal::Possible, $read)
            })
        };
    }
    let title = fields.get("title").and_then(|node| reader.title(node));
    let before = reader.reported();
    let uses = fields
        .get("uses")
        .map_or_else(Vec::new, |node| reader.names(node));
    let extends = fields.get("extends").and_then(|node| reader.name(node));
    let leans_on = reader.whole_since(before);
    let authority = fields
        .get("authority")
        .map(|node| obligation::recipients(reader, node));
    let in_force = fields
        .get("in_force")
        .and_then(|node| in_force(reader, node));
    let applies = fields.get("applies").and_then(|node| applies(reader, node));
    let document = WorkflowDocument {
        kind,
        name: name?,
        version,
        title,
        uses,
        leans_on,
        extends,
        authority,
        in_force,
        applies,
        facts: items!("facts", fact::read),
        states: items!("states", state::read),
        actions: items!("actions", action::read),
        obligations: items!("obligations", obligation::read),
        decisions: fields
            .get("decisions")
            .and_then(|node| decisions(reader, node)),
    };
    Some(document)
}

fn in_force(reader: &mut Reader, node: &Node) -> Option<InForceDocument> {
    let fields = reader.fields(node, IN_FORCE)?;
    let from = reader
        .required(fields, "from")
        .and_then(|node| reader.date(node));
    let until = fields.get("until").and_then(|node| reader.date(node));
    let by = reader
        .required(fields, "by")
        .and_then(|node| reader.name(node));
    let (from, by) = (from?, by?);
    if until.is_some_and(|until| until < from) {
        let until = fields.get("until")?;
        reader.bad_value(until, until.as_text()?, "workflow.form.until");
    }
    Some(InForceDocument { from, until, by })
}

fn decisions(reader: &mut Reader, node: &Node) -> Option<DecisionsDocument> {
    let fields = reader.fields(node, DECISIONS)?;
    let by = reader
        .required(fields, "by")
        .and_then(|node| reader.name(node));
    let approval = fields
        .get("approval")
        .map(|node| action::approval(reader, node));
    Some(DecisionsDocument {
        at: node.at.clone(),
        by: by?,
        approval: match approval {
            Some(approval) => Some(approval?),
            None => None,
        },
    })
}

fn applies(reader: &mut Reader, node: &Node) -> Option<AppliesDocument> {
    let fields = reader.fields(node, APPLIES)?;
    let when = fields.get("when").and_then(|node| reader.expression(node));
    let because = fields.get("because").and_then(|node| reader.title(node));
    Some(AppliesDocument { when, because })
}
