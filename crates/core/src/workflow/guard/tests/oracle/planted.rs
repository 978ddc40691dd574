//! Plants faults in the tree, in the answer and in the second evaluator, and sees each as a difference.

use super::maker::{random_case, world_of};
use super::second::Flaw;
use super::{Falsify, difference, within_the_bound};
use crate::workflow::guard::tests::*;
use crate::workflow::guard::tree::{Comparison, Constant, Extreme, Node, Operation, Rows};

/// Changes every node of a tree, from the leaves up.
fn changed(node: Node, change: Change) -> Node {
    let each = |of: Vec<Node>| of.into_iter().map(|node| changed(node, change)).collect();
    let one = |of: Box<Node>| Box::new(changed(*of, change));
    let two = |of: Box<(Node, Node)>| Box::new((changed(of.0, change), changed(of.1, change)));
    change(match node {
        Node::Constant(_) | Node::Named(_) | Node::Cell { .. } => node,
        Node::Not(of) => Node::Not(one(of)),
        Node::Every(of) => Node::Every(each(of)),
        Node::Any(of) => Node::Any(each(of)),
        Node::Compare(comparison, of) => Node::Compare(comparison, two(of)),
        Node::In(of) => Node::In(two(of)),
        Node::Compute(operation, of) => Node::Compute(operation, two(of)),
        Node::Negative(of) => Node::Negative(one(of)),
        Node::List(of) => Node::List(each(of)),
        Node::Known(of) => Node::Known(one(of)),
        Node::Past(of) => Node::Past(one(of)),
        Node::Lasted(mut of) => {
            of.from = changed(of.from, change);
            of.until = changed(of.until, change);
            of.length = changed(of.length, change);
            Node::Lasted(of)
        }
        Node::Duration(unit, of) => Node::Duration(unit, one(of)),
        Node::Extreme(extreme, of) => Node::Extreme(extreme, one(of)),
        Node::Size(of) => Node::Size(one(of)),
        Node::Sum(zero, of) => Node::Sum(zero, one(of)),
        Node::DateOf(of) => Node::DateOf(one(of)),
        Node::Rows { asks, table, body } => Node::Rows {
            asks,
            table: one(table),
            body: one(body),
        },
    })
}

/// How a tree is made wrong, node by node.
type Change = fn(Node) -> Node;

/// Faults in the tree that is evaluated.
const WRONG_TREES: [(&str, Change); 13] = [
    ("`&&` as `||`", |node| {
        if let Node::Every(of) = node {
            Node::Any(of)
        } else {
            node
        }
    }),
    ("`||` as `&&`", |node| {
        if let Node::Any(of) = node {
            Node::Every(of)
        } else {
            node
        }
    }),
    ("`!` left out", |node| {
        if let Node::Not(of) = node { *of } else { node }
    }),
    ("`past` a microsecond late", |node| match node {
        Node::Past(of) => {
            let late = Node::Constant(Constant::Duration(Span::from_micros(1)));
            Node::Past(Box::new(Node::Compute(
                Operation::Plus,
                Box::new((*of, late)),
            )))
        }
        other => other,
    }),
    ("`exists` as `all`", |node| match node {
        Node::Rows {
            asks: Rows::Exists,
            table,
            body,
        } => Node::Rows {
            asks: Rows::All,
            table,
            body,
        },
        other => other,
    }),
    ("`all` as `exists`", |node| match node {
        Node::Rows {
            asks: Rows::All,
            table,
            body,
        } => Node::Rows {
            asks: Rows::Exists,
            table,
            body,
        },
        other => other,
    }),
    ("`>=` as `>`", |node| match node {
        Node::Compare(Comparison::AtLeast, of) => Node::Compare(Comparison::Greater, of),
        other => other,
    }),
    ("`known` as `unknown`", |node| {
        if matches!(node, Node::Known(_)) {
            Node::Not(Box::new(node))
        } else {
            node
        }
    }),
    ("`-` as `+`", |node| match node {
        Node::Compute(Operation::Minus, of) => Node::Compute(Operation::Plus, of),
        other => other,
    }),
    ("`earliest` as `latest`", |node| match node {
        Node::Extreme(Extreme::Earliest, of) => Node::Extreme(Extreme::Latest, of),
        other => other,
    }),
    ("hours of 61 minutes", |node| match node {
        Node::Duration(unit, of) if unit == Span::from_hours(1) => {
            Node::Duration(Span::from_minutes(61), of)
        }
        other => other,
    }),
    ("`lasted` without its end", |node| match node {
        Node::Lasted(mut of) => {
            of.until = of.from.clone();
            Node::Lasted(of)
        }
        other => other,
    }),
    ("a filter that keeps all", |node| match node {
        Node::Rows {
            asks: Rows::Filter,
            table,
            ..
        } => *table,
        other => other,
    }),
];

/// Faults in the answer.
const WRONG_ANSWERS: [(&str, Falsify); 5] = [
    ("unknown as false", |found| match found.value {
        None => Evaluated {
            value: Some(Value::Boolean(false)),
            ..found
        },
        Some(_) => found,
    }),
    ("no next change", |found| Evaluated {
        next_change: None,
        ..found
    }),
    ("a next change that is late", |found| Evaluated {
        next_change: found.next_change.map(|at| micros_later(at, 1)),
        ..found
    }),
    ("unknown without a reason", |found| Evaluated {
        because: BTreeSet::new(),
        trouble: BTreeSet::new(),
        ..found
    }),
    ("only one reason", |found| Evaluated {
        because: found.because.into_iter().take(1).collect(),
        ..found
    }),
];

/// Faults in the second evaluator.
const FLAWS: [Flaw; 6] = [
    Flaw::UnknownIsFalse,
    Flaw::AndNeedsEveryTerm,
    Flaw::OrNeedsEveryTerm,
    Flaw::RoundsUp,
    Flaw::PastIsExclusive,
    Flaw::AnUnknownRowIsLeftOut,
];

#[test]
fn planted_faults_make_the_evaluators_differ() {
    let mut missed = Vec::new();
    let mut planted = 0;
    let mut try_out = |name: &str, change: Change, falsify: Falsify, flaw: Flaw| {
        planted += 1;
        let mut chance = Chance(7);
        let caught = (0..6_000).any(|_| {
            let case = random_case(&mut chance);
            let world = world_of(&case.facts);
            let Some(mut expr) = within_the_bound(&world, &case.made.to_string()) else {
                return false;
            };
            expr.root = changed(expr.root, change);
            difference(&case, &expr, falsify, flaw, &mut chance).is_some()
        });
        if !caught {
            missed.push(name.to_owned());
        }
    };
    for (name, change) in WRONG_TREES {
        try_out(name, change, |found| found, Flaw::None);
    }
    for (name, falsify) in WRONG_ANSWERS {
        try_out(name, |node| node, falsify, Flaw::None);
    }
    for flaw in FLAWS {
        try_out(&format!("{flaw:?}"), |node| node, |found| found, flaw);
    }
    println!("planted {planted}, caught {}", planted - missed.len());
    assert!(missed.is_empty(), "{missed:?}");
}
