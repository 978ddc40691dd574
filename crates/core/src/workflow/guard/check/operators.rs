//! Checks what operators join: conditions, comparisons, sums and memberships (E4).
//! Functions, and `lasted` with its comparison, are left to `functions`.

use cel::common::ast::{CallExpr, Expr as Syntax, IdedExpr, operators as cel_names};

use super::{Checker, Typed, functions};
use crate::catalogue::{Arg, Args};
use crate::diagnostic::{GUARD_DATE_WITH_INSTANT, GUARD_TYPE_MISMATCH, GUARD_WRONG_ARGUMENT};
use crate::workflow::guard::kind::Kind;
use crate::workflow::guard::tree::{Comparison, Node, Operation};

/// Returns the comparison of that name in the parser's tree.
pub(super) fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        cel_names::EQUALS => Comparison::Equal,
        cel_names::NOT_EQUALS => Comparison::Different,
        cel_names::LESS => Comparison::Less,
        cel_names::LESS_EQUALS => Comparison::AtMost,
        cel_names::GREATER => Comparison::Greater,
        cel_names::GREATER_EQUALS => Comparison::AtLeast,
        _ => return None,
    })
}

/// Returns the operation of that name in the parser's tree.
pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        cel_names::ADD => Operation::Plus,
        cel_names::SUBSTRACT => Operation::Minus,
        cel_names::MULTIPLY => Operation::Times,
        cel_names::DIVIDE => Operation::DividedBy,
        _ => return None,
    })
}

/// Returns an operator as it is written.
fn written(name: &str) -> &str {
    name.trim_matches(['_', '@'])
}

/// Returns the terms that an operator joins, in the order of the text; the parser balances long chains.
fn terms<'a>(name: &str, at: &'a IdedExpr, found: &mut Vec<&'a IdedExpr>) {
    match &at.expr {
        Syntax::Call(CallExpr {
            func_name,
            target: None,
            args,
        }) if func_name == name && args.len() == 2 => {
            for term in args {
                terms(name, term, found);
            }
        }
        _ => found.push(at),
    }
}

impl<'a> Checker<'a> {
    /// Checks terms joined by `&&` or `||`; each is checked, whatever is wrong with another.
    pub(super) fn joined(&mut self, at: &'a IdedExpr, name: &str) -> Option<Typed<'a>> {
        let mut found = Vec::new();
        terms(name, at, &mut found);
        let nodes: Vec<Option<Node>> = found
            .into_iter()
            .map(|term| self.condition(term, written(name)))
            .collect();
        let nodes: Vec<Node> = nodes.into_iter().collect::<Option<_>>()?;
        let node = if name == cel_names::LOGICAL_AND {
            Node::Every(nodes)
        } else {
            Node::Any(nodes)
        };
        Some(self.typed(node, Kind::Boolean, at))
    }

    /// Checks a part that has to be true or false.
    pub(super) fn condition(&mut self, at: &'a IdedExpr, asked_by: &str) -> Option<Node> {
        let typed = self.expression(at)?;
        self.of_kind(typed, &Kind::Boolean, asked_by)
    }

    /// Checks that a part has the kind that a function or operator takes.
    pub(super) fn of_kind(
        &mut self,
        typed: Typed<'a>,
        kind: &Kind,
        asked_by: &str,
    ) -> Option<Node> {
        if typed.kind == *kind {
            return Some(typed.node);
        }
        if matches!(
            (&typed.kind, kind),
            (Kind::Date, Kind::Instant) | (Kind::Instant, Kind::Date)
        ) {
            return self.fault(
                GUARD_DATE_WITH_INSTANT,
                typed.at,
                Args::from([("function", asked_by.into())]),
            );
        }
        let name = kind.name();
        self.wrong_argument(&typed, name, asked_by)
    }

    pub(super) fn wrong_argument<T>(
        &mut self,
        typed: &Typed<'a>,
        wanted: Arg,
        asked_by: &str,
    ) -> Option<T> {
        let args = Args::from([
            ("function", asked_by.into()),
            ("wanted", wanted),
            ("found", typed.kind.name()),
        ]);
        self.fault(GUARD_WRONG_ARGUMENT, typed.at, args)
    }

    pub(super) fn negation(&mut self, at: &'a IdedExpr, of: &'a IdedExpr) -> Option<Typed<'a>> {
        let node = self.condition(of, "!")?;
        Some(self.typed(Node::Not(Box::new(node)), Kind::Boolean, at))
    }

    pub(super) fn opposite(&mut self, at: &'a IdedExpr, of: &'a IdedExpr) -> Option<Typed<'a>> {
        let typed = self.expression(of)?;
        if !(typed.kind.is_number() || typed.kind == Kind::Duration) {
            return self.wrong_argument(&typed, Arg::Key("guard.type.number-or-duration"), "-");
        }
        Some(self.typed(Node::Negative(Box::new(typed.node)), typed.kind, at))
    }

    /// Checks both sides, so that a mistake in each is found.
    fn sides(&mut self, left: &'a IdedExpr, right: &'a IdedExpr) -> Option<(Typed<'a>, Typed<'a>)> {
        let (left, right) = (self.expression(left), self.expression(right));
        let (left, right) = (left?, right?);
        let (left_kind, right_kind) = (left.kind.clone(), right.kind.clone());
        Some((
            self.become_kind(left, &right_kind)?,
            self.become_kind(right, &left_kind)?,
        ))
    }

    fn mismatch<T>(&mut self, at: &IdedExpr, name: &str, left: &Kind, right: &Kind) -> Option<T> {
        let times = matches!(
            (left, right),
            (Kind::Date, Kind::Instant) | (Kind::Instant, Kind::Date)
        );
        if times {
            return self.fault(
                GUARD_DATE_WITH_INSTANT,
                at,
                Args::from([("function", written(name).into())]),
            );
        }
        let args = Args::from([
            ("operator", written(name).into()),
            ("left", left.name()),
            ("right", right.name()),
        ]);
        self.fault(GUARD_TYPE_MISMATCH, at, args)
    }

    pub(super) fn compare(
        &mut self,
        at: &'a IdedExpr,
        name: &str,
        left: &'a IdedExpr,
        right: &'a IdedExpr,
    ) -> Option<Typed<'a>> {
        let comparison = comparison(name)?;
        if let Some(of) = functions::lasted(comparison, left) {
            return self.lasted(at, comparison, of, right);
        }
        let (left, right) = self.sides(left, right)?;
        let ordered = matches!(comparison, Comparison::Equal | Comparison::Different)
            || left.kind.is_ordered();
        if !(left.kind.compares_with(&right.kind) && left.kind.is_single() && ordered) {
            return self.mismatch(at, name, &left.kind, &right.kind);
        }
        let node = Node::Compare(comparison, Box::new((left.node, right.node)));
        Some(self.typed(node, Kind::Boolean, at))
    }

    pub(super) fn compute(
        &mut self,
        at: &'a IdedExpr,
        name: &str,
        left: &'a IdedExpr,
        right: &'a IdedExpr,
    ) -> Option<Typed<'a>> {
        use Kind::{Date, Duration, Fraction, Instant, Integer};
        use Operation::{DividedBy, Minus, Plus, Times};
        let operation = operation(name)?;
        let (left, right) = self.sides(left, right)?;
        let kind = match (operation, &left.kind, &right.kind) {
            (Plus | Minus | Times, Integer, Integer) => Integer,
            (Plus | Minus | Times | DividedBy, one, two) if one.is_number() && two.is_number() => {
                Fraction
            }
            (Minus, Instant, Instant)
            | (Minus, Date, Date)
            | (Plus | Minus, Duration, Duration) => Duration,
            (Plus | Minus, Instant, Duration) => Instant,
            (Times, Duration, number) | (Times, number, Duration) if number.is_number() => Duration,
            (_, one, two) => {
                let (one, two) = (one.clone(), two.clone());
                return self.mismatch(at, name, &one, &two);
            }
        };
        Some(self.typed(
            Node::Compute(operation, Box::new((left.node, right.node))),
            kind,
            at,
        ))
    }

    pub(super) fn membership(
        &mut self,
        at: &'a IdedExpr,
        left: &'a IdedExpr,
        right: &'a IdedExpr,
    ) -> Option<Typed<'a>> {
        let (left, right) = (self.expression(left), self.expression(right));
        let (left, mut right) = (left?, right?);
        // A list of quoted texts takes the kind of what is looked for in it.
        if let (Kind::List(Some(of)), Node::List(nodes)) = (&right.kind, &right.node)
            && **of == Kind::Quoted
            && left.kind != Kind::Quoted
        {
            right = self.quoted_list(nodes.clone(), right.at, &left.kind)?;
        }
        let of = match &right.kind {
            Kind::List(Some(of)) => (**of).clone(),
            Kind::List(None) => left.kind.clone(),
            Kind::Choices(list) => Kind::Choice(std::sync::Arc::clone(list)),
            _ => return self.mismatch(at, cel_names::IN, &left.kind, &right.kind),
        };
        let left = self.become_kind(left, &of)?;
        if !(left.kind.compares_with(&of) && left.kind.is_single()) {
            let times = matches!(
                (&left.kind, &of),
                (Kind::Date, Kind::Instant) | (Kind::Instant, Kind::Date)
            );
            return self.mismatch(
                at,
                cel_names::IN,
                &left.kind,
                if times { &of } else { &right.kind },
            );
        }
        Some(self.typed(
            Node::In(Box::new((left.node, right.node))),
            Kind::Boolean,
            at,
        ))
    }

    /// Lets every element of a list of quoted texts become what it stands beside.
    fn quoted_list(
        &mut self,
        nodes: Vec<Node>,
        at: &'a IdedExpr,
        kind: &Kind,
    ) -> Option<Typed<'a>> {
        let Syntax::List(list) = &at.expr else {
            return None;
        };
        let elements: Vec<Option<Typed<'a>>> = nodes
            .into_iter()
            .zip(&list.elements)
            .map(|(node, at)| {
                self.become_kind(
                    Typed {
                        node,
                        kind: Kind::Quoted,
                        at,
                    },
                    kind,
                )
            })
            .collect();
        let elements: Vec<Typed<'a>> = elements.into_iter().collect::<Option<_>>()?;
        let of = elements.first().map(|first| Box::new(first.kind.clone()));
        let nodes = elements.into_iter().map(|element| element.node).collect();
        Some(Typed {
            node: Node::List(nodes),
            kind: Kind::List(of),
            at,
        })
    }
}
