//! Finds the tables whose rows have a duty each, and compiles what an obligation says of its own row.
//! What is true of all obligations is left to `obligations`, the values of a row to `case`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::facts::{Use, fitting};
use super::found::Found;
use super::scope::Known;
use crate::diagnostic::{Diagnostic, ROW_HIDES_FACT, WRONG_FACT_TYPE};
use crate::name::FactName;
use crate::value::Type;
use crate::workflow::document::{At, Expression, ObligationDocument};
use crate::workflow::guard::{Availability, Expr, FactInfo, NameKind, RowInfo, Scope, Wanted};
use crate::workflow::rules::{CellName, EachRule, Recipient};

/// What the expressions of one obligation may name: all that the workflow knows, and the rows that it looks at.
pub(super) struct RowScope<'k, 'd> {
    known: &'k Known<'d>,
    rows: BTreeMap<FactName, RowInfo>,
    each: Vec<EachRule>,
}

impl<'k, 'd> RowScope<'k, 'd> {
    /// Returns the scope of what belongs to no obligation.
    pub(super) const fn without(known: &'k Known<'d>) -> Self {
        Self {
            known,
            rows: BTreeMap::new(),
            each: Vec::new(),
        }
    }

    /// Finds the tables of an obligation.
    pub(super) fn of(
        known: &'k Known<'d>,
        document: &ObligationDocument,
        found: &mut Found,
    ) -> Self {
        let mut scope = Self::without(known);
        for (row, table) in &document.each {
            if known.facts.has(&row.value) {
                let hides = Diagnostic::new(ROW_HIDES_FACT, row.at.clone());
                found.push(hides.with("name", row.value.as_str()));
            }
            let Some(rule) = fitting(&known.facts, table, Use::HasRows, found) else {
                continue;
            };
            if let Type::Table(table_type) = &rule.value_type {
                let info = RowInfo {
                    table: rule.name.clone(),
                    table_type: Arc::clone(table_type),
                };
                scope.rows.insert(row.value.clone(), info);
                scope.each.push(EachRule {
                    row: row.value.clone(),
                    table: rule.name.clone(),
                });
            }
        }
        scope
    }

    /// Returns what the workflow declares.
    pub(super) const fn known(&self) -> &'k Known<'d> {
        self.known
    }

    /// Returns the tables, in the order of `each`.
    pub(super) fn each(&self) -> Vec<EachRule> {
        self.each.clone()
    }

    /// Compiles an expression of the obligation.
    pub(super) fn expression(
        &self,
        written: &Expression,
        wanted: Wanted,
        found: &mut Found,
    ) -> Option<Expr> {
        self.known.expression_in(self, written, wanted, found)
    }

    /// Compiles a condition of the obligation, where there is one.
    pub(super) fn condition(
        &self,
        written: Option<&Expression>,
        found: &mut Found,
    ) -> Option<Expr> {
        written.and_then(|written| self.expression(written, Wanted::Boolean, found))
    }

    /// Finds the recipient that a cell of the row holds: `letter.sender`. `None` if the name is no cell of a row, or
    /// its column holds something else, which is reported.
    pub(super) fn recipient(&self, name: &At<String>, found: &mut Found) -> CellFound {
        let Some((row, column)) = name.value.split_once('.') else {
            return CellFound::NoCell;
        };
        let info = row
            .parse()
            .ok()
            .and_then(|row: FactName| self.rows.get_key_value(&row));
        let columns = info.map(|(_, info)| &info.table_type.columns);
        let column = columns.and_then(|columns| columns.get_key_value(column));
        let (Some((row, info)), Some((column, declared))) = (info, column) else {
            return CellFound::NoCell;
        };
        if !matches!(declared.value_type, Type::Authority(_)) {
            let wrong = Diagnostic::new(WRONG_FACT_TYPE, name.at.clone())
                .with("name", name.value.as_str())
                .with("found", declared.value_type.word());
            found.push(wrong.with(
                "expected",
                crate::catalogue::Arg::Key("workflow.type.authority"),
            ));
            return CellFound::Reported;
        }
        CellFound::Cell(Recipient::Cell(CellName {
            row: row.clone(),
            table: info.table.clone(),
            column: column.clone(),
        }))
    }

    /// Returns the cells that could receive, as they would be written.
    pub(super) fn receiving(&self) -> Vec<String> {
        let rows = self.rows.iter();
        rows.flat_map(|(row, info)| {
            let columns = info.table_type.columns.iter();
            columns
                .filter(|(_, column)| matches!(column.value_type, Type::Authority(_)))
                .map(move |(name, _)| format!("{row}.{name}"))
        })
        .collect()
    }
}

/// What a recipient's name turned out to be.
pub(super) enum CellFound {
    /// A cell of a row.
    Cell(Recipient),
    /// No cell of a row: it may be an authority or a fact.
    NoCell,
    /// A cell that holds no recipient, as was reported.
    Reported,
}

impl Scope for RowScope<'_, '_> {
    fn fact(&self, name: &str) -> Option<FactInfo> {
        self.known.fact(name)
    }

    fn row(&self, name: &str) -> Option<RowInfo> {
        self.rows.get(name).cloned()
    }

    fn did(&self, action: &str) -> Availability {
        self.known.did(action)
    }

    fn entered(&self, state: &str) -> Availability {
        self.known.entered(state)
    }

    fn filed(&self, obligation: &str) -> Availability {
        self.known.filed(obligation)
    }

    fn due(&self, obligation: &str) -> Availability {
        self.known.due(obligation)
    }

    fn gaps(&self, obligation: &str) -> Availability {
        self.known.gaps(obligation)
    }

    fn suggestions(&self, kind: NameKind) -> Vec<String> {
        let mut names = self.known.suggestions(kind);
        if kind == NameKind::Fact {
            names.extend(self.rows.keys().map(ToString::to_string));
        }
        names
    }
}
