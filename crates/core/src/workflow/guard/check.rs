//! Walks the parser's tree, resolves every name, checks every type, and makes the tree that is evaluated (E2–E4, A3).
//! Operators and functions are in files of their own; order and depth of the text were checked by `shape`.

mod functions;
mod names;
mod operators;

use cel::common::ast::{CallExpr, Expr as Syntax, IdedExpr, LiteralValue, operators as cel_names};
use unicode_normalization::UnicodeNormalization as _;

pub use names::{RESERVED, is_reserved};

use super::kind::{Kind, values};
use super::parse::Parsed;
use super::ratio::Ratio;
use super::scope::{RowInfo, Scope};
use super::tree::{Constant, Node};
use super::{Fault, Wanted, evaluate, fold};
use crate::catalogue::{Arg, Args};
use crate::diagnostic::{
    Code, GUARD_ALWAYS_FALSE, GUARD_ALWAYS_TRUE, GUARD_ALWAYS_UNKNOWN, GUARD_MIXED_LIST,
    GUARD_NOT_AN_EXPRESSION, GUARD_UNKNOWN_CHOICE, GUARD_WRONG_RESULT,
};

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
    wanted: Wanted,
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
        Some(_) | None => {
            // A scope that gives names of a wrong form is the caller's mistake; the text is refused all the same.
            if checker.faults.is_empty() {
                checker.fault::<()>(GUARD_NOT_AN_EXPRESSION, &parsed.root, Args::new());
            }
            Err(checker.faults)
        }
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
                        ("hint", names::hint(text, &names)),
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
    fn wanted(&mut self, typed: Typed<'a>, wanted: Wanted) -> Option<Node> {
        let at = typed.at;
        let table = "table".parse().expect("a word in lower case is a name");
        let (kind, name) = match wanted {
            Wanted::Boolean => (Kind::Boolean, Kind::Boolean.name()),
            Wanted::Type(value_type) => {
                let kind = Kind::of(&value_type, &table);
                let name = kind.name();
                (kind, name)
            }
            Wanted::Anchor => {
                let date = typed.kind == Kind::Date;
                (
                    if date { Kind::Date } else { Kind::Instant },
                    Arg::Key("guard.type.anchor"),
                )
            }
        };
        let typed = self.become_kind(typed, &kind)?;
        if typed.kind.compares_with(&kind) && typed.kind != Kind::Fraction {
            return Some(typed.node);
        }
        self.fault(
            GUARD_WRONG_RESULT,
            at,
            Args::from([("wanted", name), ("found", typed.kind.name())]),
        )
    }

    /// Warns of a condition whose value is settled by its form alone.
    fn conclude(&mut self, root: &Node) {
        if !self.warnings.is_empty() {
            return;
        }
        let code = match fold::settled(root) {
            Some(true) => GUARD_ALWAYS_TRUE,
            Some(false) => GUARD_ALWAYS_FALSE,
            None => return,
        };
        self.warnings
            .push(Fault::new(code, self.parsed.places.span(&self.parsed.root)));
    }
}
