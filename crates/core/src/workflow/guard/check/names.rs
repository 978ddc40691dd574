//! Resolves names: facts, rows, columns and the history of the case, each with the class that decisions may see (E2, A3).
//! What a name may be joined with is left to `operators` and `functions`.

use std::ops::Range;

use cel::common::ast::{Expr as Syntax, IdedExpr, SelectExpr};
use tsuho_ledger::PartClass;

use super::{Checker, Held, Typed};
use crate::catalogue::{Arg, Args};
use crate::diagnostic::{
    GUARD_HELD_VALUE, GUARD_NO_FIELDS, GUARD_NO_NUMBER, GUARD_PREFIX_ALONE, GUARD_ROW_ALONE,
    GUARD_SERIES, GUARD_UNKNOWN_COLUMN, GUARD_UNKNOWN_NAME,
};
use crate::name::ColumnName;
use crate::workflow::guard::Fault;
use crate::workflow::guard::kind::Kind;
use crate::workflow::guard::scan::WORDS_OF_CEL;
use crate::workflow::guard::scope::{Availability, NameKind, RowInfo};
use crate::workflow::guard::tree::{Holder, Node, Reference, SinceOf};

/// Names that stand for the history, for functions or for constants, and so for no fact and no row.
pub const RESERVED: [&str; 29] = [
    "all", "applies", "date_of", "days", "did", "due", "earliest", "entered", "exists", "false",
    "filed", "filter", "gaps", "hours", "in", "known", "lasted", "latest", "map", "minutes",
    "none", "null", "past", "since", "size", "sum", "true", "unknown", "has",
];

/// The prefixes of the history and what each may be followed by.
const PREFIXES: [(&str, NameKind); 6] = [
    ("did", NameKind::Action),
    ("entered", NameKind::State),
    ("filed", NameKind::Obligation),
    ("due", NameKind::Obligation),
    ("gaps", NameKind::Obligation),
    ("since", NameKind::Fact),
];

/// Tells whether a name cannot name a fact or a row: reserved here, or kept by CEL for itself.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || WORDS_OF_CEL.contains(&name)
}

impl<'a> Checker<'a> {
    pub(super) fn name(&mut self, at: &'a IdedExpr, name: &str, held: Held) -> Option<Typed<'a>> {
        let args = Args::from([("name", name.into())]);
        if self.row(name).is_some() {
            return self.fault(GUARD_ROW_ALONE, at, args);
        }
        if name == "applies" {
            return Some(Typed {
                node: Node::Named(Reference::Applies),
                kind: Kind::Boolean,
                at,
            });
        }
        if let Some(fact) = self.scope.fact(name) {
            let fact_name = name.parse().ok()?;
            if fact.class != PartClass::Operational && held == Held::Refused {
                return self.fault(GUARD_HELD_VALUE, at, args);
            }
            let kind = Kind::of(&fact.value_type, &fact_name);
            return Some(Typed {
                node: Node::Named(Reference::Fact(fact_name)),
                kind,
                at,
            });
        }
        if PREFIXES.iter().any(|(prefix, _)| *prefix == name) {
            return self.fault(GUARD_PREFIX_ALONE, at, args);
        }
        self.unknown(name, NameKind::Fact, self.parsed.places.own(at.id))
    }

    /// Returns the row of that name, the innermost first, and whose cells it gives.
    pub(super) fn row(&self, name: &str) -> Option<(Holder, RowInfo)> {
        match self
            .bound
            .iter()
            .enumerate()
            .rfind(|(_, bound)| bound.name == name)
        {
            Some((depth, bound)) => Some((Holder::Bound(depth), bound.row.clone())),
            None => Some((Holder::Each(name.parse().ok()?), self.scope.row(name)?)),
        }
    }

    pub(super) fn selection(
        &mut self,
        at: &'a IdedExpr,
        select: &'a SelectExpr,
        held: Held,
    ) -> Option<Typed<'a>> {
        let Syntax::Ident(name) = &select.operand.expr else {
            self.expression(&select.operand)?;
            return self.fault(
                GUARD_NO_FIELDS,
                at,
                Args::from([("name", select.field.as_str().into())]),
            );
        };
        if let Some((holder, row)) = self.row(name) {
            let column = self.column(at, &row, &select.field)?;
            if row.table_type.columns[&column].class != PartClass::Operational
                && held == Held::Refused
            {
                return self.fault(
                    GUARD_HELD_VALUE,
                    at,
                    Args::from([("name", format!("{name}.{column}").into())]),
                );
            }
            return Some(cell(at, holder, &row, column));
        }
        if let Some((prefix, kind)) = PREFIXES.iter().find(|(prefix, _)| prefix == name) {
            return self.history(at, prefix, *kind, &select.field);
        }
        if self.scope.fact(name).is_some() {
            return self.fault(
                GUARD_NO_FIELDS,
                at,
                Args::from([("name", name.as_str().into())]),
            );
        }
        self.unknown(
            name,
            NameKind::Fact,
            self.parsed.places.own(select.operand.id),
        )
    }

    fn column(&mut self, at: &IdedExpr, row: &RowInfo, field: &str) -> Option<ColumnName> {
        if let Some((column, _)) = row.table_type.columns.get_key_value(field) {
            return Some(column.clone());
        }
        let columns: Vec<String> = row
            .table_type
            .columns
            .keys()
            .map(ToString::to_string)
            .collect();
        let args = Args::from([
            ("column", field.into()),
            ("table", row.table.as_str().into()),
            ("hint", hint(field, &columns)),
        ]);
        let span = self.parsed.places.name(at.id);
        self.faults.push(Fault {
            code: GUARD_UNKNOWN_COLUMN,
            span,
            args,
        });
        None
    }

    /// Resolves a name behind a prefix (E2).
    fn history(
        &mut self,
        at: &'a IdedExpr,
        prefix: &str,
        kind: NameKind,
        name: &str,
    ) -> Option<Typed<'a>> {
        let available = match prefix {
            "did" => self.scope.did(name),
            "entered" => self.scope.entered(name),
            "filed" => self.scope.filed(name),
            "due" => self.scope.due(name),
            "gaps" => self.scope.gaps(name),
            _ => self.scope.since(name),
        };
        let args = Args::from([("name", format!("{prefix}.{name}").into())]);
        match available {
            Availability::Present => {}
            Availability::Missing => {
                return self.unknown(name, kind, self.parsed.places.name(at.id));
            }
            Availability::Series => return self.fault(GUARD_SERIES, at, args),
            Availability::NoNumber => return self.fault(GUARD_NO_NUMBER, at, args),
        }
        let reference = match prefix {
            "did" => Reference::Did(name.parse().ok()?),
            "entered" => Reference::Entered(name.parse().ok()?),
            "filed" => Reference::Filed(name.parse().ok()?),
            "due" => Reference::Due(name.parse().ok()?),
            "gaps" => Reference::Gaps(name.parse().ok()?),
            _ if name == "applies" => Reference::Since(SinceOf::Applies),
            _ => Reference::Since(SinceOf::Fact(name.parse().ok()?)),
        };
        let kind = if prefix == "gaps" {
            Kind::Integer
        } else {
            Kind::Instant
        };
        Some(Typed {
            node: Node::Named(reference),
            kind,
            at,
        })
    }

    /// Reports a name that stands for nothing, with the one that was probably meant.
    fn unknown<T>(&mut self, name: &str, kind: NameKind, span: Range<usize>) -> Option<T> {
        let mut names = self.scope.suggestions(kind);
        if kind == NameKind::Fact {
            names.extend(self.bound.iter().map(|bound| bound.name.to_owned()));
            names.push("applies".to_owned());
        }
        let what = match kind {
            NameKind::Fact => "guard.name.fact",
            NameKind::Action => "guard.name.action",
            NameKind::State => "guard.name.state",
            NameKind::Obligation => "guard.name.obligation",
        };
        let args = Args::from([
            ("what", Arg::Key(what)),
            ("name", name.into()),
            ("hint", hint(name, &names)),
        ]);
        self.faults.push(Fault {
            code: GUARD_UNKNOWN_NAME,
            span,
            args,
        });
        None
    }
}

/// Makes the node of a cell.
fn cell<'a>(at: &'a IdedExpr, holder: Holder, row: &RowInfo, column: ColumnName) -> Typed<'a> {
    let kind = Kind::of(&row.table_type.columns[&column].value_type, &row.table);
    let reference = Reference::Column {
        table: row.table.clone(),
        row: None,
        column: column.clone(),
    };
    Typed {
        node: Node::Cell {
            holder,
            column,
            reference,
        },
        kind,
        at,
    }
}

/// Returns what to say about a misspelt name: the one that is nearest, or all if they are few.
pub(super) fn hint(name: &str, names: &[String]) -> Arg {
    let near = names
        .iter()
        .map(|other| (strsim::damerau_levenshtein(name, other), other))
        .filter(|(distance, other)| *distance <= (other.chars().count() / 3).max(1))
        .min();
    match near {
        Some((_, other)) => Arg::Message(
            "guard.hint.similar",
            Args::from([("name", other.as_str().into())]),
        ),
        None if names.is_empty() || names.len() > 8 => Arg::Key("guard.hint.none"),
        None => {
            let mut names: Vec<Arg> = names
                .iter()
                .map(|name| Arg::Text(format!("`{name}`")))
                .collect();
            names.dedup();
            Arg::Message("guard.hint.list", Args::from([("names", Arg::List(names))]))
        }
    }
}
