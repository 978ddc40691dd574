//! Puts what a guard lacks into words: which rows lack which values, which fact has to be otherwise.
//! What is lacking is found in `tsuho-core`; how a refusal is told around it by `crates/cli/src/telling/barred.rs`.

use std::collections::BTreeMap;

use tsuho_core::case::decide::Context;
use tsuho_core::case::view::View;
use tsuho_core::case::{Case, Rejection};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::{ActionName, ColumnName, FactName};
use tsuho_core::time::Timestamp;
use tsuho_core::value::{Type, Value};
use tsuho_core::workflow::guard::{Lack, Reference, Want};

use super::Words;
use crate::asking::Lost;
use crate::message::Message;

/// A table and those of its columns of which any would do.
type Cells = (FactName, Vec<ColumnName>);

/// What a guard lacks, and how many rows the tables have of which it speaks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lacking {
    lacks: Vec<Lack>,
    rows: BTreeMap<FactName, usize>,
    guard: String,
    /// Rows are counted and not named.
    is_counted: bool,
}

impl Lacking {
    /// Returns what the guard of an action lacks.
    pub(crate) fn of(
        context: &Context<'_>,
        case: &Case,
        now: Timestamp,
        action: &ActionName,
    ) -> Self {
        let rule = context.rules.action(action);
        let Some(guard) = rule.and_then(|rule| rule.when.as_ref()) else {
            return Self::default();
        };
        let view = View::new(context, case, now);
        let tables = guard.references().into_iter().filter_map(|one| match one {
            Reference::Fact(name) | Reference::Column { table: name, .. } => Some(name),
            _ => None,
        });
        let rows = tables.filter_map(|name| match view.fact(&name)? {
            Value::Table(rows) => {
                let count = rows.len();
                Some((name, count))
            }
            _ => None,
        });
        Self {
            rows: rows.collect(),
            lacks: guard.lacking(&view, now),
            guard: guard.to_string(),
            is_counted: false,
        }
    }

    /// Returns the same, said in as many words for ten rows as for one.
    pub(crate) fn counted(self) -> Self {
        Self {
            is_counted: true,
            ..self
        }
    }

    /// Returns that a guard does not hold, where nothing more is known of it than its text.
    pub(crate) fn unsaid(rejection: &Rejection) -> Self {
        match rejection {
            Rejection::Guard { guard, .. } | Rejection::Undecided { guard, .. } => Self {
                lacks: vec![Lack {
                    any_of: vec![Want::Other],
                }],
                guard: guard.clone(),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }
}

impl Words<'_> {
    /// Returns what a guard lacks: rows that lack the same together, then the rest.
    pub(crate) fn lacking(&self, lacking: &Lacking) -> Arg {
        let mut rows: Vec<(Cells, Vec<String>)> = Vec::new();
        let mut rest = Vec::new();
        for lack in &lacking.lacks {
            let Some((key, row)) = cells(lack) else {
                rest.push(self.any_of(lack, &lacking.guard));
                continue;
            };
            match rows.iter_mut().find(|(other, _)| *other == key) {
                Some((_, keys)) => keys.push(row),
                None => rows.push((key, vec![row])),
            }
        }
        let rows = rows.into_iter().map(|((table, columns), keys)| {
            let titles = columns.iter().map(|column| {
                if lacking.is_counted {
                    self.column_title(&table, column)
                } else {
                    self.column(&table, column)
                }
            });
            let all = lacking.rows.get(&table).copied().unwrap_or(keys.len());
            let args = [
                ("table", self.fact_title(&table)),
                ("columns", either(titles)),
                ("count", Arg::from(keys.len())),
                ("all", Arg::from(all)),
                ("keys", Arg::from(keys)),
            ];
            let key = if lacking.is_counted {
                "barred.rows_counted"
            } else {
                "barred.rows"
            };
            Arg::Message(key, args.into())
        });
        let all = rows.chain(rest).reduce(|first, next| {
            Arg::Message("barred.and", Args::from([("first", first), ("next", next)]))
        });
        all.unwrap_or(Arg::Key("none"))
    }

    /// Returns one lack in words: any of its alternatives would do.
    fn any_of(&self, lack: &Lack, guard: &str) -> Arg {
        let of = |key: &'static str, what: Arg| Arg::Message(key, Args::from([("what", what)]));
        let compared = |key: &'static str, what: &Reference, value: &Value| {
            let args = [
                ("what", self.referred(what)),
                ("value", self.value(self.type_of(what), value)),
            ];
            Arg::Message(key, args.into())
        };
        either(lack.any_of.iter().map(|want| match want {
            Want::Known(what) => of("barred.known", self.referred(what)),
            Want::Unknown(what) => of("barred.unknown", self.referred(what)),
            Want::Is(what, value) => compared("barred.is", what, value),
            Want::IsNot(what, value) => compared("barred.is_not", what, value),
            Want::Compares(what, sign, than) => {
                let args = [
                    ("what", self.referred(what)),
                    ("sign", Arg::Text((*sign).to_owned())),
                    ("than", self.referred(than)),
                ];
                Arg::Message("barred.compares", args.into())
            }
            Want::Rows(table) => of("barred.no_rows", self.fact(table)),
            Want::Other => Arg::Message("barred.other", Args::from([("guard", Arg::from(guard))])),
        }))
    }

    /// Returns what an expression names, by its title.
    fn referred(&self, reference: &Reference) -> Arg {
        let about = |key: &'static str, what: Arg| Arg::Message(key, Args::from([("what", what)]));
        match reference {
            Reference::Fact(name) => self.fact(name),
            Reference::Column { table, row, column } => {
                let column = self.column(table, column);
                let args = [
                    ("table", self.fact_title(table)),
                    ("row", Arg::from(row.as_deref().unwrap_or("…"))),
                    ("column", column),
                ];
                Arg::Message("barred.cell", args.into())
            }
            Reference::Applies => Arg::Key("barred.applies"),
            Reference::Did(action) => about("barred.did", self.action(action)),
            Reference::Entered(state) => about("barred.entered", self.state(state)),
            Reference::Filed(obligation) => about("barred.filed", self.obligation(obligation)),
            Reference::Due(obligation) => about("barred.due", self.obligation(obligation)),
            Reference::Gaps(obligation) => about("barred.gaps", self.obligation(obligation)),
            Reference::Since(_) => Arg::from(reference.to_string()),
        }
    }

    fn type_of(&self, reference: &Reference) -> Option<&tsuho_core::value::Type> {
        let of = |name| self.rules.facts.get(name).map(|rule| &rule.value_type);
        match reference {
            Reference::Fact(name) => of(name),
            Reference::Column { table, column, .. } => match of(table)? {
                Type::Table(table) => table.columns.get(column).map(|column| &column.value_type),
                _ => None,
            },
            _ => None,
        }
    }

    fn column(&self, table: &FactName, column: &ColumnName) -> Arg {
        super::titled(Some(self.column_title(table, column)), column.as_str())
    }

    /// Says what a row lost that was replaced as a whole.
    pub(crate) fn lost(&self, lost: &Lost) -> Message {
        let columns = lost.columns.iter();
        let columns = columns
            .map(|column| self.column(&lost.table, column))
            .collect();
        let first = lost.columns.first().map_or("…", ColumnName::as_str);
        Message::new("change.lost")
            .with("table", self.fact_title(&lost.table))
            .with("row", lost.row.as_str())
            .with("columns", Arg::List(columns))
            .with("name", lost.table.as_str())
            .with("column", first)
    }

    fn column_title(&self, table: &FactName, column: &ColumnName) -> Arg {
        let value_type = self.rules.facts.get(table).map(|rule| &rule.value_type);
        let title = match value_type {
            Some(Type::Table(table)) => table.columns.get(column).map(|one| one.title.clone()),
            _ => None,
        };
        title.map_or_else(|| column.as_str().into(), Arg::Title)
    }
}

/// Returns the table, the columns and the row, if a lack is that one row lacks a value in any of some columns.
fn cells(lack: &Lack) -> Option<(Cells, String)> {
    let mut place = None;
    let mut columns = Vec::new();
    for want in &lack.any_of {
        let Want::Known(Reference::Column {
            table,
            row: Some(row),
            column,
        }) = want
        else {
            return None;
        };
        let here = (table.clone(), row.to_string());
        if place.get_or_insert_with(|| here.clone()) != &here {
            return None;
        }
        columns.push(column.clone());
    }
    place.map(|(table, row)| ((table, columns), row))
}

fn either(alternatives: impl Iterator<Item = Arg>) -> Arg {
    let joined = alternatives.reduce(|first, next| {
        Arg::Message("barred.or", Args::from([("first", first), ("next", next)]))
    });
    joined.unwrap_or(Arg::Key("none"))
}
