//! Has the CEL crate parse a text that `scan` and `shape` have let through, and tells where each node stands.
//! The only file that calls the crate; its tree is read by `check` and never evaluated.

use std::ops::Range;

use cel::common::ast::{Expr as Syntax, IdedExpr, SourceInfo};

use super::Fault;
use super::scan::{Kind, Token, scan};
use super::shape;
use crate::diagnostic::{GUARD_MIXED_AND_OR, GUARD_NOT_AN_EXPRESSION};

/// A text as CEL's parser read it.
pub(super) struct Parsed {
    /// The root of the tree.
    pub(super) root: IdedExpr,
    /// Where its nodes stand.
    pub(super) places: Places,
    /// Mistakes that do not keep one from reading the rest.
    pub(super) faults: Vec<Fault>,
}

/// The positions of a tree's nodes.
pub(super) struct Places {
    tokens: Vec<Token>,
    offsets: SourceInfo,
    length: usize,
}

/// Parses a text within the bounds of E1.
pub(super) fn parse(text: &str) -> Result<Parsed, Vec<Fault>> {
    let tokens = scan(text)?;
    let faults = shape::check(text, &tokens);
    if faults.iter().any(|fault| fault.code != GUARD_MIXED_AND_OR) {
        return Err(faults);
    }
    // An empty environment has no macros: `exists` stays the call that it is, and costs nothing while parsing.
    match cel::Env::default().parser().parse_with_source_info(text) {
        Ok((root, offsets)) => Ok(Parsed {
            root,
            places: Places {
                tokens,
                offsets,
                length: text.len(),
            },
            faults,
        }),
        Err(_) => Err(vec![Fault::new(GUARD_NOT_AN_EXPRESSION, 0..text.len())]),
    }
}

impl Places {
    /// Returns the bytes that a node takes, its operands included.
    pub(super) fn span(&self, node: &IdedExpr) -> Range<usize> {
        let mut span = self.own(node.id);
        let children: Vec<&IdedExpr> = match &node.expr {
            Syntax::Call(call) => call
                .target
                .as_deref()
                .into_iter()
                .chain(&call.args)
                .collect(),
            Syntax::Select(select) => vec![&select.operand],
            Syntax::List(list) => list.elements.iter().collect(),
            Syntax::Unspecified
            | Syntax::Comprehension(_)
            | Syntax::Ident(_)
            | Syntax::Literal(_)
            | Syntax::Map(_)
            | Syntax::Struct(_) => Vec::new(),
        };
        for child in children {
            let child = self.span(child);
            span = span.start.min(child.start)..span.end.max(child.end);
        }
        span
    }

    /// Returns the bytes of a node's own token with what belongs to it: a call's name and brackets, a selected name.
    pub(super) fn own(&self, id: u64) -> Range<usize> {
        let Some(at) = self.token(id) else {
            return 0..self.length;
        };
        let token = &self.tokens[at];
        let before = at.checked_sub(1).map(|before| &self.tokens[before]);
        let start = match before {
            Some(name) if token.kind == Kind::Round && name.kind == Kind::Name => name.span.start,
            Some(_) | None => token.span.start,
        };
        let last = if matches!(token.kind, Kind::Round | Kind::Square) {
            self.closing(at)
        } else if token.kind == Kind::Dot {
            (at + 1).min(self.tokens.len() - 1)
        } else {
            at
        };
        let end = self.tokens[last].span.end;
        start..end
    }

    /// Returns the bytes of the name that a call or a selection is about.
    pub(super) fn name(&self, id: u64) -> Range<usize> {
        let Some(at) = self.token(id) else {
            return 0..self.length;
        };
        let named = if self.tokens[at].kind == Kind::Round {
            at.saturating_sub(1)
        } else {
            at + 1
        };
        self.tokens
            .get(named)
            .map_or(0..self.length, |token| token.span.clone())
    }

    fn token(&self, id: u64) -> Option<usize> {
        let (start, _) = self.offsets.offset_for(id)?;
        let start = usize::try_from(start).ok()?;
        self.tokens
            .iter()
            .position(|token| token.span.contains(&start))
    }

    /// Returns the bracket that closes one, which `shape` has found to exist.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(open) {
            if matches!(token.kind, Kind::Round | Kind::Square) {
                depth += 1;
            } else if matches!(token.kind, Kind::RoundEnd | Kind::SquareEnd) {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
        }
        open
    }
}
