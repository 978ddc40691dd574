//! Reads obligations as they are written (section 6); their clocks are beside it.
//! What their names stand for, and whether a period can be counted, is left to `compile`.

use super::clock::{self, ClockDocument};
use super::shape::{Fields, Keys, Reader};
use super::{At, Expression};
use crate::diagnostic::{BAD_REMINDER, Diagnostic, Location, MET_ALONE, NOTHING_FILED};
use crate::name::{ChannelName, DocumentName, FactName, RoleName, SourceName};
use crate::time::Unit;
use crate::value::Title;
use crate::workflow::rules::{Force, Offset};
use crate::workflow::source::{Kind, Node};

/// An obligation as it is written.
#[derive(Debug, Clone)]
pub struct ObligationDocument {
    /// What it is called.
    pub title: Option<Title>,
    /// By which law.
    pub law: Vec<At<SourceName>>,
    /// The rows that have a duty each: the name of the row and the fact that holds the table.
    pub each: Vec<(At<FactName>, At<FactName>)>,
    /// How binding it is; statutory unless said otherwise.
    pub force: Force,
    /// Owed only if.
    pub when: Option<Expression>,
    /// To whom: authorities, or facts that hold one.
    pub to: Option<Vec<At<String>>>,
    /// When what is owed was done, where nothing is filed.
    pub met: Option<Expression>,
    /// Its clock, and where it is written.
    pub clock: Option<At<Vec<CasedDocument<ClockDocument>>>>,
    /// What its filings contain.
    pub contains: Vec<CasedDocument<ContainsDocument>>,
    /// The form.
    pub document: Vec<CasedDocument<At<DocumentName>>>,
    /// Whom to remind when.
    pub remind: Vec<(Offset, At<RoleName>)>,
    /// Facts required in a late filing.
    pub late_needs: Vec<At<FactName>>,
    /// Channels that discharge it.
    pub channels: Option<Vec<At<ChannelName>>>,
}

/// One of a list of cases (F6).
#[derive(Debug, Clone)]
pub struct CasedDocument<T> {
    /// Its condition.
    pub when: Option<Expression>,
    /// What holds under it.
    pub item: T,
    /// Where it is written.
    pub at: Location,
}

/// What a filing contains, as it is written.
#[derive(Debug, Clone)]
pub struct ContainsDocument {
    /// Refused without a value.
    pub always: Vec<At<FactName>>,
    /// Filed as "under investigation" without one.
    pub as_known: Vec<At<FactName>>,
}

const OBLIGATION: Keys = Keys {
    known: &[
        "title",
        "law",
        "force",
        "each",
        "when",
        "to",
        "met",
        "clock",
        "contains",
        "document",
        "remind",
        "late_needs",
        "channels",
    ],
    later: &[],
};

const CONTAINS: Keys = Keys {
    known: &["when", "always", "as_known"],
    later: &[],
};
const DOCUMENT: Keys = Keys {
    known: &["when", "use"],
    later: &[],
};
const REMINDER: Keys = Keys {
    known: &["before", "after", "to"],
    later: &[],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[OBLIGATION, CONTAINS, DOCUMENT, REMINDER];

/// Every force by its word.
pub(super) const FORCES: [(&str, Force); 4] = [
    ("statutory", Force::Statutory),
    ("guidance", Force::Guidance),
    ("internal", Force::Internal),
    ("voluntary", Force::Voluntary),
];

/// Reads an obligation.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<ObligationDocument> {
    let fields = reader.fields(node, OBLIGATION)?;
    let force = fields.get("force").map_or(Some(Force::Statutory), |node| {
        reader.word(node, &FORCES).map(|word| word.value)
    });
    let document = ObligationDocument {
        title: fields.get("title").and_then(|node| reader.title(node)),
        law: names_of(reader, fields.get("law")),
        force: force?,
        each: fields
            .get("each")
            .map_or_else(Vec::new, |node| each(reader, node)),
        when: fields.get("when").and_then(|node| reader.expression(node)),
        to: match fields.get("to") {
            Some(node) if node.as_text() == Some("none") => None,
            Some(node) => Some(recipients(reader, node)),
            None => None,
        },
        met: met(reader, fields),
        clock: fields.get("clock").map(|node| At {
            value: cases(reader, node, clock::read),
            at: node.at.clone(),
        }),
        contains: fields
            .get("contains")
            .map_or_else(Vec::new, |node| cases(reader, node, contains)),
        document: fields
            .get("document")
            .map_or_else(Vec::new, |node| cases(reader, node, form)),
        remind: fields
            .get("remind")
            .map_or_else(Vec::new, |node| reader.several(node, reminder)),
        late_needs: names_of(reader, fields.get("late_needs")),
        channels: fields.get("channels").map(|node| reader.names(node)),
    };
    Some(document)
}

/// The keys of what is filed: they mean nothing where nothing is.
const OF_FILINGS: [&str; 4] = ["contains", "document", "late_needs", "channels"];

/// Reads when a duty is met. `met` and `to: none` stand together, and beside them nothing that speaks of a filing.
fn met(reader: &mut Reader, fields: Fields<'_>) -> Option<Expression> {
    let to = fields
        .get("to")
        .filter(|node| node.as_text() == Some("none"));
    let met = fields.get("met");
    let (Some(_), Some(met)) = (to, met) else {
        if let Some(alone) = to.or(met) {
            reader.report(Diagnostic::new(MET_ALONE, alone.at.clone()));
        }
        return None;
    };
    for key in OF_FILINGS {
        if let Some(at) = fields.place(key) {
            reader.report(Diagnostic::new(NOTHING_FILED, at.clone()).with("key", key));
        }
    }
    reader.expression(met)
}

/// Reads `each`: names of rows, each with the fact that holds its table.
fn each(reader: &mut Reader, node: &Node) -> Vec<(At<FactName>, At<FactName>)> {
    if !matches!(node.kind, Kind::Map(_)) {
        reader.expected(node, "workflow.shape.each");
        return Vec::new();
    }
    let rows = node.entries().iter().filter_map(|entry| {
        let row = reader.named(&entry.key, entry.key_at.clone());
        let table = reader.name(&entry.value);
        row.zip(table)
    });
    rows.collect()
}

/// Reads names that may be left out altogether.
pub(super) fn names_of<N: super::Named>(reader: &mut Reader, node: Option<&Node>) -> Vec<At<N>> {
    node.map_or_else(Vec::new, |node| reader.names(node))
}

/// Reads who receives: names of authorities and of facts that hold one (F3).
pub(super) fn recipients(reader: &mut Reader, node: &Node) -> Vec<At<String>> {
    if node.as_text() == Some("none") {
        reader.later("to: none", &node.at);
        return Vec::new();
    }
    let names = reader.several(node, Reader::text);
    reader.once(&names);
    names
}

/// Reads one mapping, or a list of them of which the first that holds applies.
pub(super) fn cases<T>(
    reader: &mut Reader,
    node: &Node,
    mut read: impl FnMut(&mut Reader, &Node) -> Option<CasedDocument<T>>,
) -> Vec<CasedDocument<T>> {
    let list = matches!(node.kind, Kind::List(_));
    let cases = reader.several(node, |reader, node| read(reader, node));
    if list {
        let before_last = cases.len().saturating_sub(1);
        for case in cases
            .iter()
            .take(before_last)
            .filter(|case| case.when.is_none())
        {
            reader.case_without_condition(&case.at);
        }
    }
    cases
}

/// Reads one case's condition.
pub(super) fn condition(reader: &mut Reader, node: &Node) -> Option<Expression> {
    node.get("when").and_then(|when| reader.expression(when))
}

fn contains(reader: &mut Reader, node: &Node) -> Option<CasedDocument<ContainsDocument>> {
    let fields = reader.fields(node, CONTAINS)?;
    let when = condition(reader, node);
    let always = names_of(reader, fields.get("always"));
    let as_known = names_of(reader, fields.get("as_known"));
    let both: Vec<At<FactName>> = always.iter().chain(&as_known).cloned().collect();
    if !always.is_empty() && !as_known.is_empty() {
        reader.once(&both);
    }
    Some(CasedDocument {
        when,
        item: ContainsDocument { always, as_known },
        at: node.at.clone(),
    })
}

fn form(reader: &mut Reader, node: &Node) -> Option<CasedDocument<At<DocumentName>>> {
    if node.as_text().is_some() {
        let item = reader.name(node)?;
        return Some(CasedDocument {
            when: None,
            item,
            at: node.at.clone(),
        });
    }
    let fields = reader.fields(node, DOCUMENT)?;
    let when = condition(reader, node);
    let item = reader
        .required(fields, "use")
        .and_then(|node| reader.name(node))?;
    Some(CasedDocument {
        when,
        item,
        at: node.at.clone(),
    })
}

fn reminder(reader: &mut Reader, node: &Node) -> Option<(Offset, At<RoleName>)> {
    let fields = reader.fields(node, REMINDER)?;
    let to = reader
        .required(fields, "to")
        .and_then(|node| reader.name(node));
    let before = fields.get("before").map(|node| reader.period(node));
    let after = fields.get("after").map(|node| reader.period(node));
    let offset = match (before, after) {
        (Some(before), None) => Offset::Before(before?.value),
        (None, Some(after)) => Offset::After(after?.value),
        (Some(_), Some(_)) | (None, None) => {
            reader.report(Diagnostic::new(BAD_REMINDER, node.at.clone()));
            return None;
        }
    };
    let (Offset::Before(period) | Offset::After(period)) = offset;
    if period.unit == Unit::WorkingDays {
        // Reminders are counted in the zone of the recipient and not by its calendar (O5).
        reader.later("working days", &node.at);
    }
    Some((offset, to?))
}
