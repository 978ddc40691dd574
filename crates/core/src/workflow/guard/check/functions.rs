//! Checks calls of functions: those of E3, those over the rows of a table, and `lasted` with its comparison.
//! What other dialects of CEL have is refused by name, with what to write instead.

use std::ops::RangeInclusive;
use std::sync::Arc;

use cel::common::ast::{CallExpr, Expr as Syntax, IdedExpr};

use super::names::hint;
use super::{Bound, Checker, Held, Typed, is_reserved};
use crate::catalogue::{Arg, Args};
use crate::diagnostic::{
    GUARD_HIDING_NAME, GUARD_MISPLACED_LASTED, GUARD_ROW_NAME_EXPECTED, GUARD_UNKNOWN_FUNCTION,
    GUARD_UNSUPPORTED_FUNCTION, GUARD_WRONG_CALL,
};
use crate::time::Span;
use crate::workflow::guard::kind::Kind;
use crate::workflow::guard::ratio::Ratio;
use crate::workflow::guard::scope::RowInfo;
use crate::workflow::guard::tree::{Comparison, Constant, Extreme, Lasted, Node, Rows};

/// Every function, how it is called, and with how many arguments; those over rows with the row's name among them.
const FUNCTIONS: [(&str, &str, RangeInclusive<usize>); 17] = [
    ("known", "known(x)", 1..=1),
    ("unknown", "unknown(x)", 1..=1),
    ("past", "past(t)", 1..=1),
    ("lasted", "lasted(a, b) >= d", 2..=2),
    ("minutes", "minutes(n)", 1..=1),
    ("hours", "hours(n)", 1..=1),
    ("days", "days(n)", 1..=1),
    ("earliest", "earliest(a, b, …)", 1..=usize::MAX),
    ("latest", "latest(a, b, …)", 1..=usize::MAX),
    ("size", "size(t)", 1..=1),
    ("sum", "sum(list)", 1..=1),
    ("date_of", "date_of(instant)", 1..=1),
    ("exists", "t.exists(r, …)", 2..=2),
    ("all", "t.all(r, …)", 2..=2),
    ("filter", "t.filter(r, …)", 2..=2),
    ("map", "t.map(r, …)", 2..=2),
    ("applies", "applies", 0..=0),
];

/// What other dialects have, and what this one has instead.
const ELSEWHERE: [(&[&str], &str); 8] = [
    (&["has"], "guard.instead.known"),
    (&["exists_one", "existsOne"], "guard.instead.exists-one"),
    (&["timestamp", "date", "datetime"], "guard.instead.date"),
    (&["duration"], "guard.instead.duration"),
    (&["now", "today"], "guard.instead.now"),
    (
        &[
            "int", "uint", "double", "string", "bool", "bytes", "dyn", "type", "float",
        ],
        "guard.instead.conversion",
    ),
    (&["count", "len", "length"], "guard.instead.size"),
    (
        &[
            "matches",
            "startsWith",
            "endsWith",
            "contains",
            "replace",
            "split",
            "join",
            "substring",
            "indexOf",
            "lastIndexOf",
            "trim",
            "upperAscii",
            "lowerAscii",
            "charAt",
            "format",
            "find",
            "findAll",
            "reverse",
        ],
        "guard.instead.text",
    ),
];

/// Returns the row function of that name.
fn rows(name: &str) -> Option<Rows> {
    Some(match name {
        "exists" => Rows::Exists,
        "all" => Rows::All,
        "filter" => Rows::Filter,
        "map" => Rows::Map,
        _ => return None,
    })
}

impl<'a> Checker<'a> {
    /// Checks a call without anything before it.
    pub(super) fn function(
        &mut self,
        at: &'a IdedExpr,
        name: &str,
        arguments: &'a [IdedExpr],
    ) -> Option<Typed<'a>> {
        self.callable(
            at,
            name,
            arguments.len(),
            rows(name).is_none() && name != "applies",
        )?;
        let first = &arguments[0];
        match name {
            "known" | "unknown" => {
                let node = Node::Known(Box::new(self.reading(first, Held::Allowed)?.node));
                let node = if name == "known" {
                    node
                } else {
                    Node::Not(Box::new(node))
                };
                Some(self.typed(node, Kind::Boolean, at))
            }
            "past" => {
                let typed = self.expression(first)?;
                if !matches!(typed.kind, Kind::Instant | Kind::Date) {
                    return self.wrong_argument(&typed, Arg::Key("guard.type.anchor"), name);
                }
                Some(Typed {
                    node: Node::Past(Box::new(typed.node)),
                    kind: Kind::Boolean,
                    at,
                })
            }
            "minutes" => self.duration(at, first, name, Span::from_minutes(1)),
            "hours" => self.duration(at, first, name, Span::from_hours(1)),
            "days" => self.duration(at, first, name, Span::from_days(1)),
            "earliest" => self.extreme(at, arguments, name, Extreme::Earliest),
            "latest" => self.extreme(at, arguments, name, Extreme::Latest),
            "size" => {
                let typed = self.expression(first)?;
                if typed.kind.is_single() {
                    return self.wrong_argument(&typed, Arg::Key("guard.type.table-or-list"), name);
                }
                Some(self.typed(Node::Size(Box::new(typed.node)), Kind::Integer, at))
            }
            "sum" => self.sum(at, first),
            "date_of" => {
                let typed = self.expression(first)?;
                let node = self.of_kind(typed, &Kind::Instant, name)?;
                Some(Typed {
                    node: Node::DateOf(Box::new(node)),
                    kind: Kind::Date,
                    at,
                })
            }
            _ => self.fault(GUARD_MISPLACED_LASTED, at, Args::new()),
        }
    }

    /// Checks a call on something: only tables have functions.
    pub(super) fn method(
        &mut self,
        at: &'a IdedExpr,
        target: &'a IdedExpr,
        name: &str,
        arguments: &'a [IdedExpr],
    ) -> Option<Typed<'a>> {
        let asks = rows(name);
        self.callable(at, name, arguments.len(), asks.is_some())?;
        let (asks, [row, body]) = (asks?, arguments) else {
            return None;
        };
        let table = self.expression(target)?;
        let Kind::Table(table_type, origin) = table.kind.clone() else {
            return self.wrong_argument(&table, Arg::Key("guard.type.table"), name);
        };
        let Syntax::Ident(row_name) = &row.expr else {
            return self.fault(
                GUARD_ROW_NAME_EXPECTED,
                row,
                Args::from([("function", name.into())]),
            );
        };
        if is_reserved(row_name)
            || self.scope.fact(row_name).is_some()
            || self.row(row_name).is_some()
        {
            return self.fault(
                GUARD_HIDING_NAME,
                row,
                Args::from([("name", row_name.as_str().into())]),
            );
        }
        let info = RowInfo {
            table: origin.clone(),
            table_type: Arc::clone(&table_type),
        };
        self.bound.push(Bound {
            name: row_name,
            row: info,
        });
        let body = match asks {
            Rows::Map => self.element(body, name),
            Rows::Exists | Rows::All | Rows::Filter => {
                self.condition(body, name).map(|node| (node, Kind::Boolean))
            }
        };
        self.bound.pop();
        let (body, kind) = body?;
        let kind = match asks {
            Rows::Exists | Rows::All => Kind::Boolean,
            Rows::Filter => Kind::Table(table_type, origin),
            Rows::Map => Kind::List(Some(Box::new(kind))),
        };
        Some(Typed {
            node: Node::Rows {
                asks,
                table: Box::new(table.node),
                body: Box::new(body),
            },
            kind,
            at,
        })
    }

    /// Checks what `map` makes of a row: one value, since a list holds no lists.
    fn element(&mut self, body: &'a IdedExpr, name: &str) -> Option<(Node, Kind)> {
        let typed = self.expression(body)?;
        if !typed.kind.is_single() {
            return self.wrong_argument(&typed, Arg::Key("guard.type.single"), name);
        }
        Some((typed.node, typed.kind))
    }

    /// Checks that a function exists, is called in its way and with as many arguments as it takes.
    fn callable(
        &mut self,
        at: &IdedExpr,
        name: &str,
        given: usize,
        in_its_way: bool,
    ) -> Option<()> {
        let span = self.parsed.places.name(at.id);
        if let Some((_, form, count)) = FUNCTIONS.iter().find(|(function, ..)| *function == name) {
            if in_its_way && count.contains(&given) {
                return Some(());
            }
            let args = Args::from([("function", name.into()), ("form", (*form).into())]);
            return self.fault(GUARD_WRONG_CALL, at, args);
        }
        let elsewhere = ELSEWHERE.iter().find(|(names, _)| names.contains(&name));
        let (code, hint) = if let Some((_, instead)) = elsewhere {
            (GUARD_UNSUPPORTED_FUNCTION, Arg::Key(instead))
        } else {
            let names: Vec<String> = FUNCTIONS
                .iter()
                .map(|(function, ..)| (*function).to_owned())
                .collect();
            (GUARD_UNKNOWN_FUNCTION, hint(name, &names))
        };
        let args = Args::from([("function", name.into()), ("hint", hint)]);
        self.faults
            .push(crate::workflow::guard::Fault { code, span, args });
        None
    }

    fn duration(
        &mut self,
        at: &'a IdedExpr,
        of: &'a IdedExpr,
        name: &str,
        unit: Span,
    ) -> Option<Typed<'a>> {
        let typed = self.expression(of)?;
        if !typed.kind.is_number() {
            return self.wrong_argument(&typed, Arg::Key("guard.type.number"), name);
        }
        Some(self.typed(
            Node::Duration(unit, Box::new(typed.node)),
            Kind::Duration,
            at,
        ))
    }

    /// Checks `earliest` and `latest`: over several instants or dates, or over one list of them.
    fn extreme(
        &mut self,
        at: &'a IdedExpr,
        arguments: &'a [IdedExpr],
        name: &str,
        extreme: Extreme,
    ) -> Option<Typed<'a>> {
        let typed: Vec<Option<Typed<'a>>> = arguments
            .iter()
            .map(|argument| self.expression(argument))
            .collect();
        let mut typed: Vec<Typed<'a>> = typed.into_iter().collect::<Option<_>>()?;
        let alone = typed.len() == 1;
        let first = &typed[0];
        let kind = match &first.kind {
            Kind::List(Some(of)) if alone => (**of).clone(),
            kind => kind.clone(),
        };
        if !matches!(kind, Kind::Instant | Kind::Date) {
            let first = typed.swap_remove(0);
            return self.wrong_argument(&first, Arg::Key("guard.type.anchor"), name);
        }
        let node = if alone && !typed[0].kind.is_single() {
            typed.swap_remove(0).node
        } else {
            let nodes: Vec<Option<Node>> = typed
                .into_iter()
                .map(|one| self.of_kind(one, &kind, name))
                .collect();
            Node::List(nodes.into_iter().collect::<Option<_>>()?)
        };
        Some(Typed {
            node: Node::Extreme(extreme, Box::new(node)),
            kind,
            at,
        })
    }

    fn sum(&mut self, at: &'a IdedExpr, of: &'a IdedExpr) -> Option<Typed<'a>> {
        let typed = self.expression(of)?;
        let (kind, none) = match &typed.kind {
            Kind::List(Some(of)) if of.is_number() => {
                ((**of).clone(), Constant::Number(Ratio::whole(0)))
            }
            Kind::List(Some(of)) if **of == Kind::Duration => {
                (Kind::Duration, Constant::Duration(Span::ZERO))
            }
            Kind::List(None) => (Kind::Integer, Constant::Number(Ratio::whole(0))),
            _ => {
                return self.wrong_argument(
                    &typed,
                    Arg::Key("guard.type.numbers-or-durations"),
                    "sum",
                );
            }
        };
        Some(self.typed(Node::Sum(none, Box::new(typed.node)), kind, at))
    }

    /// Checks `lasted(from, until) >= length` as a whole.
    pub(super) fn lasted(
        &mut self,
        at: &'a IdedExpr,
        comparison: Comparison,
        [from, until]: &'a [IdedExpr; 2],
        length: &'a IdedExpr,
    ) -> Option<Typed<'a>> {
        let from = self.typed_as(from, &Kind::Instant);
        let until = self.typed_as(until, &Kind::Instant);
        let length = self.typed_as(length, &Kind::Duration);
        let lasted = Lasted {
            from: from?,
            until: until?,
            comparison,
            length: length?,
        };
        Some(Typed {
            node: Node::Lasted(Box::new(lasted)),
            kind: Kind::Boolean,
            at,
        })
    }

    fn typed_as(&mut self, at: &'a IdedExpr, kind: &Kind) -> Option<Node> {
        let typed = self.expression(at)?;
        self.of_kind(typed, kind, "lasted")
    }
}

/// Returns the arguments of a `lasted` whose value is compared as it may be: by `>=` or `>`.
pub(super) fn lasted(comparison: Comparison, left: &IdedExpr) -> Option<&[IdedExpr; 2]> {
    let Syntax::Call(CallExpr {
        func_name,
        target: None,
        args,
    }) = &left.expr
    else {
        return None;
    };
    let fits = matches!(comparison, Comparison::AtLeast | Comparison::Greater);
    if func_name == "lasted" && fits {
        args.as_slice().try_into().ok()
    } else {
        None
    }
}
