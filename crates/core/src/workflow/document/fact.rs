//! Reads facts and their types as they are written (rule A1, section 2).
//! What a type's words stand for is left to `compile`.

use tsuho_ledger::PartClass;

use super::shape::{Keys, Removal};
use super::{At, Expression, Item, Reader};
use crate::diagnostic::{Diagnostic, Location, MISPLACED_KEY};
use crate::name::{AuthorityName, ChoiceName, ColumnName, SourceName};
use crate::time::Date;
use crate::value::{Limits, Tense, Title};
use crate::workflow::rules::Owner;
use crate::workflow::source::{Kind, Node};

/// A fact as it is written.
#[derive(Debug, Clone)]
pub struct FactDocument {
    /// Its type.
    pub value_type: TypeDocument,
    /// Who keeps it, if that is said.
    pub owner: Option<At<Owner>>,
    /// The part in which it is kept, if that is said.
    pub class: Option<At<PartClass>>,
    /// What it is called.
    pub title: Option<Title>,
    /// What computes it.
    pub is: Option<Expression>,
    /// Its value before one is recorded; how it is read depends on the type.
    pub default: Option<Node>,
    /// The values of a fact of the law, and where they stand.
    pub values: Option<At<Vec<DatedDocument>>>,
}

/// A dated value of a fact of the law as it is written.
#[derive(Debug, Clone)]
pub struct DatedDocument {
    /// Where it stands.
    pub at: Location,
    /// First day of it.
    pub from: At<Date>,
    /// Where the law says so.
    pub law: Vec<At<SourceName>>,
    /// The value, or the rows of a table; how they are read depends on the type.
    pub value: Node,
}

/// A type as it is written.
#[derive(Debug, Clone)]
pub struct TypeDocument {
    /// `instant`, `choice`, or a list of choices of a library.
    pub word: At<String>,
    /// What else belongs to it.
    pub form: Form,
    /// What its values keep to.
    pub limits: Limits,
}

/// What a type has beside its word.
#[derive(Debug, Clone)]
pub enum Form {
    /// Nothing.
    Plain,
    /// The values of a choice.
    Of(Vec<(At<ChoiceName>, Title)>),
    /// Those, and those below them, who can be chosen.
    Under(Vec<At<AuthorityName>>),
    /// The columns of a table.
    Table {
        /// The column that names a row.
        key: Option<At<ColumnName>>,
        /// Every column.
        columns: Vec<Item<ColumnName, ColumnDocument>>,
    },
}

/// A column as it is written.
#[derive(Debug, Clone)]
pub struct ColumnDocument {
    /// Its type.
    pub value_type: TypeDocument,
    /// The part in which its cells are kept, if that is said.
    pub class: Option<At<PartClass>>,
    /// What it is called.
    pub title: Option<Title>,
}

const FACT: Keys = Keys {
    known: &[
        "type", "of", "under", "key", "columns", "min", "max", "happened", "owner", "class",
        "title", "is", "default", "values",
    ],
    later: &[],
};

const DATED: Keys = Keys {
    known: &["from", "law", "value", "rows"],
    later: &[],
};

const COLUMN: Keys = Keys {
    known: &[
        "type", "of", "under", "min", "max", "happened", "class", "title",
    ],
    later: &[],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[FACT, COLUMN, DATED];

/// Who can keep a fact.
const OWNERS: [(&str, Owner); 4] = [
    ("law", Owner::Law),
    ("operator", Owner::Operator),
    ("incident", Owner::Incident),
    ("case", Owner::Case),
];

/// Reads an owner.
pub(super) fn owner(reader: &mut Reader, node: &Node) -> Option<At<Owner>> {
    reader.word(node, &OWNERS)
}

/// Reads a fact; `name: instant` is short for `name: { type: instant }`.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<FactDocument> {
    if node.as_text().is_some() {
        let value_type = short(reader, node)?;
        return Some(FactDocument {
            value_type,
            owner: None,
            class: None,
            title: None,
            is: None,
            default: None,
            values: None,
        });
    }
    let fields = reader.fields(node, FACT)?;
    let owner = fields.get("owner").map(|node| owner(reader, node));
    let class = fields.get("class").and_then(|node| reader.class(node));
    let title = fields.get("title").and_then(|node| reader.title(node));
    let is = fields.get("is").and_then(|node| reader.expression(node));
    let value_type = value_type(reader, node, Nesting::Outermost)?;
    let default = fields.get("default").cloned();
    let values = fields.get("values").map(|node| At {
        value: reader.several(node, dated),
        at: node.at.clone(),
    });
    // A fact whose owner cannot be read is declared, but nothing can be said about it.
    let owner = match owner {
        Some(None) => return None,
        Some(Some(owner)) => Some(owner),
        None => None,
    };
    Some(FactDocument {
        value_type,
        owner,
        class,
        title,
        is,
        default,
        values,
    })
}

/// Reads a dated value: scalars stand under `value`, the rows of a table under `rows`.
fn dated(reader: &mut Reader, node: &Node) -> Option<DatedDocument> {
    let fields = reader.fields(node, DATED)?;
    let from = reader.required(fields, "from").and_then(|node| {
        let value = reader.date(node)?;
        let at = node.at.clone();
        Some(At { value, at })
    });
    let law = reader
        .required(fields, "law")
        .map(|node| reader.names(node));
    let value = fields.get("rows").or_else(|| fields.get("value"));
    if value.is_none() {
        reader.missing("value", node);
    }
    Some(DatedDocument {
        at: node.at.clone(),
        from: from?,
        law: law?,
        value: value?.clone(),
    })
}

/// Reads a type that is written as its word alone.
fn short(reader: &mut Reader, node: &Node) -> Option<TypeDocument> {
    let word = reader.text(node)?;
    let lacks = match word.value.as_str() {
        "choice" | "choices" => Some("of"),
        "table" => Some("key"),
        _ => None,
    };
    if let Some(key) = lacks {
        reader.missing(key, node);
        return None;
    }
    Some(TypeDocument {
        word,
        form: Form::Plain,
        limits: Limits::default(),
    })
}

/// Keys that belong to some types and not to others.
const OF_TYPES: [&str; 7] = ["of", "under", "key", "columns", "min", "max", "happened"];

/// Whether a type may be a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nesting {
    Outermost,
    Column,
}

/// Reads the type of a fact or of a column, which stands in the mapping beside its other keys.
fn value_type(reader: &mut Reader, node: &Node, nesting: Nesting) -> Option<TypeDocument> {
    let Some(word) = node.get("type") else {
        reader.missing("type", node);
        return None;
    };
    let word = reader.text(word)?;
    let takes: &[&str] = match word.value.as_str() {
        "choice" | "choices" => &["of"],
        "authority" => &["under"],
        "table" => &["key", "columns"],
        "integer" => &["min", "max"],
        "date" | "instant" => &["happened"],
        _ => &[],
    };
    for entry in node.entries() {
        let key = entry.key.as_str();
        if OF_TYPES.contains(&key) && !takes.contains(&key) {
            let misplaced = Diagnostic::new(MISPLACED_KEY, entry.key_at.clone());
            reader.report(misplaced.with("key", key).with("type", word.value.as_str()));
        }
    }
    let form = match word.value.as_str() {
        "choice" | "choices" => {
            let Some(of) = node.get("of") else {
                reader.missing("of", node);
                return None;
            };
            Form::Of(choices(reader, of))
        }
        "authority" => node
            .get("under")
            .map_or(Form::Plain, |under| Form::Under(reader.names(under))),
        "table" if nesting == Nesting::Outermost => table(reader, node)?,
        _ => Form::Plain,
    };
    let limits = limits(reader, node);
    Some(TypeDocument { word, form, limits })
}

/// Reads what the values keep to.
fn limits(reader: &mut Reader, node: &Node) -> Limits {
    let mut number = |key| {
        let node = node.get(key)?;
        if let Kind::Integer(number) = node.kind {
            return Some(number);
        }
        reader.expected(node, "workflow.shape.integer");
        None
    };
    let (least, most) = (number("min"), number("max"));
    if let (Some(least), Some(most), Some(at)) = (least, most, node.get("max"))
        && most < least
    {
        reader.bad_value(at, &most.to_string(), "workflow.form.max");
    }
    let happened = node.get("happened");
    let tense = match happened.and_then(|node| reader.boolean(node)) {
        Some(true) => Tense::Past,
        Some(false) | None => Tense::Any,
    };
    Limits { least, most, tense }
}

/// Reads the values of a choice with their titles.
pub(super) fn choices(reader: &mut Reader, node: &Node) -> Vec<(At<ChoiceName>, Title)> {
    if matches!(&node.kind, Kind::Map(entries) if entries.is_empty()) {
        reader.expected(node, "workflow.shape.choices");
    }
    let items: Vec<Item<ChoiceName, Title>> =
        reader.items(node, Removal::Impossible, Reader::title);
    items
        .into_iter()
        .map(|item| {
            let title = match item.declared {
                super::Declared::As(title) => title,
                super::Declared::Removed | super::Declared::Broken => {
                    Title::both(item.name.value.as_str())
                }
            };
            (item.name, title)
        })
        .collect()
}

/// Reads the columns of a table.
fn table(reader: &mut Reader, node: &Node) -> Option<Form> {
    let key = node.get("key").map(|key| reader.name(key));
    if key.is_none() {
        reader.missing("key", node);
    }
    let Some(columns) = node.get("columns") else {
        reader.missing("columns", node);
        return None;
    };
    let columns = reader.items(columns, Removal::Impossible, column);
    Some(Form::Table {
        key: key.flatten(),
        columns,
    })
}

/// Reads a column; `name: date` is short for `name: { type: date }`.
fn column(reader: &mut Reader, node: &Node) -> Option<ColumnDocument> {
    if node.as_text().is_some() {
        let value_type = short(reader, node)?;
        return Some(ColumnDocument {
            value_type,
            class: None,
            title: None,
        });
    }
    let fields = reader.fields(node, COLUMN)?;
    let class = fields.get("class").and_then(|node| reader.class(node));
    let title = fields.get("title").and_then(|node| reader.title(node));
    let value_type = value_type(reader, node, Nesting::Column)?;
    Some(ColumnDocument {
        value_type,
        class,
        title,
    })
}

/// Returns where a type is written.
impl TypeDocument {
    /// Returns the place of its word.
    #[must_use]
    pub const fn at(&self) -> &Location {
        &self.word.at
    }
}
