//! Walks the parser's tree, resolves every name, checks every type, and makes the tree that is evaluated (E2–E4, A3).
//! Operators and functions are in files of their own; order and depth of the text were checked by `shape`.

mod functions;
mod operators;

use std::ops::Range;
use std::sync::Arc;

use cel::common::ast::{
    CallExpr, Expr as Syntax, IdedExpr, LiteralValue, SelectExpr, operators as cel_names,
};
use tsuho_ledger::PartClass;
use unicode_normalization::UnicodeNormalization as _;

use super::kind::{Kind, values};
use super::parse::Parsed;
use super::ratio::Ratio;
use super::scan::WORDS_OF_CEL;
use super::scope::{Availability, NameKind, RowInfo, Scope};
use super::tree::{Constant, Holder, Node, Reference, SinceOf};
use super::{Fault, Wanted, evaluate, fold};
use crate::catalogue::{Arg, Args};
use crate::diagnostic::{
    Code, GUARD_ALWAYS_FALSE, GUARD_ALWAYS_TRUE, GUARD_ALWAYS_UNKNOWN, GUARD_HELD_VALUE,
    GUARD_MIXED_LIST, GUARD_NO_FIELDS, GUARD_NO_NUMBER, GUARD_NOT_AN_EXPRESSION,
    GUARD_PREFIX_ALONE, GUARD_ROW_ALONE, GUARD_SERIES, GUARD_UNKNOWN_CHOICE, GUARD_UNKNOWN_COLUMN,
    GUARD_UNKNOWN_NAME, GUARD_WRONG_RESULT,
};
use crate::value::{TableType, Type};

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

/// A part of the expression with its type and where it stands.
struct Typed<'a> {
    node: Node,
    kind: Kind,
    at: &'a IdedExpr,
}

/// A row that a function over a table binds.
struct Bound<'a> {
    name: &'a str,
    row: RowInfo,
}

/// Whether a value may be one that decisions do not see: `known` asks only whether it is there (A3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Allowed,
    Refused,
}

struct Checker<'a> {
    parsed: &'a Parsed,
    scope: &'a dyn Scope,
    bound: Vec<Bound<'a>>,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

/// Checks a parsed expression; returns the tree and its warnings, or every mistake.
pub(super) fn check(
    parsed: &Parsed,
    wanted: &Wanted,
    scope: &dyn Scope,
) -> Result<(Node, Vec<Fault>), Vec<Fault>> {
    let mut checker = Checker {
        parsed,
        scope,
        bound: Vec::new(),
        faults: Vec::new(),
        warnings: Vec::new(),
    };
    let root = checker
        .expression(&parsed.root)
        .and_then(|typed| checker.wanted(typed, wanted));
    match root {
        Some(root) if checker.faults.is_empty() => {
            checker.conclude(&root);
            Ok((root, checker.warnings))
        }
        Some(_) | None => Err(checker.faults),
    }
}

impl<'a> Checker<'a> {
    /// Reports a mistake at a node; `None`, so that whoever needs the node's value stops too.
    fn fault<T>(&mut self, code: Code, at: &IdedExpr, args: Args) -> Option<T> {
        self.faults.push(Fault {
            code,
            span: self.parsed.places.span(at),
            args,
        });
        None
    }

    fn expression(&mut self, at: &'a IdedExpr) -> Option<Typed<'a>> {
        self.reading(at, Held::Refused)
    }

    fn reading(&mut self, at: &'a IdedExpr, held: Held) -> Option<Typed<'a>> {
        match &at.expr {
            Syntax::Literal(literal) => self.literal(at, literal),
            Syntax::Ident(name) => self.name(at, name, held),
            Syntax::Select(select) => self.selection(at, select, held),
            Syntax::List(list) => self.list(at, &list.elements),
            Syntax::Call(call) => self.call(at, call),
            Syntax::Unspecified | Syntax::Comprehension(_) | Syntax::Map(_) | Syntax::Struct(_) => {
                self.fault(GUARD_NOT_AN_EXPRESSION, at, Args::new())
            }
        }
    }

    fn literal(&mut self, at: &'a IdedExpr, literal: &LiteralValue) -> Option<Typed<'a>> {
        let (constant, kind) = match literal {
            LiteralValue::Boolean(value) => (Constant::Boolean(*value.inner()), Kind::Boolean),
            LiteralValue::Int(value) => (
                Constant::Number(Ratio::whole(*value.inner())),
                Kind::Integer,
            ),
            // Facts are NFC; a text to compare them with is made so too.
            LiteralValue::String(value) => {
                (Constant::Text(value.inner().nfc().collect()), Kind::Quoted)
            }
            LiteralValue::Bytes(_)
            | LiteralValue::Double(_)
            | LiteralValue::Null
            | LiteralValue::UInt(_) => {
                return self.fault(GUARD_NOT_AN_EXPRESSION, at, Args::new());
            }
        };
        Some(Typed {
            node: Node::Constant(constant),
            kind,
            at,
        })
    }

    fn name(&mut self, at: &'a IdedExpr, name: &str, held: Held) -> Option<Typed<'a>> {
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

    /// Returns the row of that name, the innermost first.
    fn row(&self, name: &str) -> Option<(Option<usize>, RowInfo)> {
        let bound = self
            .bound
            .iter()
            .enumerate()
            .rfind(|(_, bound)| bound.name == name);
        match bound {
            Some((depth, bound)) => Some((Some(depth), bound.row.clone())),
            None => self.scope.row(name).map(|row| (None, row)),
        }
    }

    fn selection(
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
        if let Some((depth, row)) = self.row(name) {
            let holder = match depth {
                Some(depth) => Holder::Bound(depth),
                None => Holder::Each(name.parse().ok()?),
            };
            return self.cell(at, holder, &row, &select.field, held);
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

    fn cell(
        &mut self,
        at: &'a IdedExpr,
        holder: Holder,
        row: &RowInfo,
        field: &str,
        held: Held,
    ) -> Option<Typed<'a>> {
        let Some((column, info)) = row.table_type.columns.get_key_value(field) else {
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
            return None;
        };
        if info.class != PartClass::Operational && held == Held::Refused {
            return self.fault(
                GUARD_HELD_VALUE,
                at,
                Args::from([("name", format!("{}.{column}", row.table).into())]),
            );
        }
        let kind = Kind::of(&info.value_type, &row.table);
        let reference = Reference::Column {
            table: row.table.clone(),
            row: None,
            column: column.clone(),
        };
        Some(Typed {
            node: Node::Cell {
                holder,
                column: column.clone(),
                reference,
            },
            kind,
            at,
        })
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

    fn list(&mut self, at: &'a IdedExpr, elements: &'a [IdedExpr]) -> Option<Typed<'a>> {
        let typed: Vec<Option<Typed<'a>>> = elements
            .iter()
            .map(|element| self.expression(element))
            .collect();
        let typed: Vec<Typed<'a>> = typed.into_iter().collect::<Option<_>>()?;
        let Some(first) = typed
            .iter()
            .find(|element| element.kind != Kind::Quoted)
            .or(typed.first())
        else {
            return Some(Typed {
                node: Node::List(Vec::new()),
                kind: Kind::List(None),
                at,
            });
        };
        let mut kind = first.kind.clone();
        let mut nodes = Vec::with_capacity(typed.len());
        for element in typed {
            let place = element.at;
            let element = self.become_kind(element, &kind)?;
            if !element.kind.compares_with(&kind) || !kind.is_single() {
                let args = Args::from([("one", kind.name()), ("other", element.kind.name())]);
                return self.fault(GUARD_MIXED_LIST, place, args);
            }
            if element.kind == Kind::Fraction {
                kind = Kind::Fraction;
            }
            nodes.push(element.node);
        }
        Some(Typed {
            node: Node::List(nodes),
            kind: Kind::List(Some(Box::new(kind))),
            at,
        })
    }

    fn call(&mut self, at: &'a IdedExpr, call: &'a CallExpr) -> Option<Typed<'a>> {
        match (
            call.target.as_deref(),
            call.func_name.as_str(),
            call.args.as_slice(),
        ) {
            (None, cel_names::LOGICAL_AND | cel_names::LOGICAL_OR, _) => {
                self.joined(at, &call.func_name)
            }
            (None, cel_names::LOGICAL_NOT, [of]) => self.negation(at, of),
            (None, cel_names::NEGATE, [of]) => self.opposite(at, of),
            (None, cel_names::IN, [left, right]) => self.membership(at, left, right),
            (None, name, [left, right]) if operators::comparison(name).is_some() => {
                self.compare(at, name, left, right)
            }
            (None, name, [left, right]) if operators::operation(name).is_some() => {
                self.compute(at, name, left, right)
            }
            (None, name, arguments) => self.function(at, name, arguments),
            (Some(target), name, arguments) => self.method(at, target, name, arguments),
        }
    }

    /// Lets quoted texts become what they stand beside: a choice of its list, an authority, a text.
    fn become_kind(&mut self, typed: Typed<'a>, kind: &Kind) -> Option<Typed<'a>> {
        let (Kind::Quoted, Node::Constant(Constant::Text(text))) = (&typed.kind, &typed.node)
        else {
            return Some(typed);
        };
        let constant = match kind {
            Kind::Choice(list) => match text.parse() {
                Ok(name) if list.has(text) => Constant::Choice(name),
                Ok(_) | Err(_) => {
                    let names: Vec<String> =
                        list.of.iter().map(|(name, _)| name.to_string()).collect();
                    let args = Args::from([
                        ("value", text.as_str().into()),
                        ("values", values(list)),
                        ("hint", hint(text, &names)),
                    ]);
                    return self.fault(GUARD_UNKNOWN_CHOICE, typed.at, args);
                }
            },
            Kind::Authority => match text.parse() {
                Ok(name) => Constant::Authority(name),
                Err(_) => return Some(typed),
            },
            Kind::Text => Constant::Text(text.clone()),
            _ => return Some(typed),
        };
        Some(Typed {
            node: Node::Constant(constant),
            kind: kind.clone(),
            at: typed.at,
        })
    }

    /// Gives a node its kind, computing it when everything that it needs stands in the text.
    fn typed(&mut self, node: Node, kind: Kind, at: &'a IdedExpr) -> Typed<'a> {
        let waits = matches!(
            node,
            Node::Past(_) | Node::Lasted(_) | Node::DateOf(_) | Node::Rows { .. } | Node::List(_)
        );
        if waits || !node.children().into_iter().all(Node::is_constant) {
            return Typed { node, kind, at };
        }
        let span = self.parsed.places.span(at);
        let warned = self
            .warnings
            .iter()
            .any(|one| span.start <= one.span.start && one.span.end <= span.end);
        let folded = evaluate::constant(&node);
        let code = match &folded {
            None => Some(GUARD_ALWAYS_UNKNOWN),
            Some(Constant::Boolean(true)) => Some(GUARD_ALWAYS_TRUE),
            Some(Constant::Boolean(false)) => Some(GUARD_ALWAYS_FALSE),
            Some(_) => None,
        };
        if let (Some(code), false) = (code, warned) {
            self.warnings.push(Fault::new(code, span));
        }
        Typed {
            node: folded.map_or(node, Node::Constant),
            kind,
            at,
        }
    }

    /// Fits the whole expression to what it is needed for.
    fn wanted(&mut self, typed: Typed<'a>, wanted: &Wanted) -> Option<Node> {
        let at = typed.at;
        let table = "table".parse().expect("a word in lower case is a name");
        let kind = match wanted {
            Wanted::Boolean => Kind::Boolean,
            Wanted::Type(Type::Table(columns)) => {
                Kind::Table(Arc::<TableType>::clone(columns), table)
            }
            Wanted::Type(value_type) => Kind::of(value_type, &table),
            Wanted::Anchor if typed.kind == Kind::Date => Kind::Date,
            Wanted::Anchor => Kind::Instant,
        };
        let typed = self.become_kind(typed, &kind)?;
        let fraction = typed.kind == Kind::Fraction;
        if typed.kind.compares_with(&kind) && !fraction {
            return Some(typed.node);
        }
        let name = match wanted {
            Wanted::Boolean | Wanted::Type(_) => kind.name(),
            Wanted::Anchor => Arg::Key("guard.type.anchor"),
        };
        self.fault(
            GUARD_WRONG_RESULT,
            at,
            Args::from([("wanted", name), ("found", typed.kind.name())]),
        )
    }

    /// Warns of a condition whose value is settled by its form alone.
    fn conclude(&mut self, root: &Node) {
        if self.warnings.is_empty() {
            if let Some(value) = fold::settled(root) {
                let code = if value {
                    GUARD_ALWAYS_TRUE
                } else {
                    GUARD_ALWAYS_FALSE
                };
                self.warnings
                    .push(Fault::new(code, self.parsed.places.span(&self.parsed.root)));
            }
        }
    }
}

/// Returns what to say about a misspelt name: the one that is nearest, or all if they are few.
fn hint(name: &str, names: &[String]) -> Arg {
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
