//! Says what a condition lacks that does not hold: which cell of which row, which fact, which value.
//! Whether it holds is found by the evaluation around; words for what is lacking are the caller's.

use super::{Constant, Item, Machine};
use crate::name::FactName;
use crate::time::Timestamp;
use crate::value::Value;
use crate::workflow::guard::env::Env;
use crate::workflow::guard::tree::{Comparison, Expr, Holder, Node, Reference, Rows};

/// Most lacks that are told: nobody works off more at once.
const MOST_LACKS: usize = 1_000;

/// Something that is lacking: any one of these would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What would do.
    pub any_of: Vec<Want>,
}

/// What would have to be otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// It is to have a value.
    Known(Reference),
    /// It is to have none.
    Unknown(Reference),
    /// It is to have this value.
    Is(Reference, Value),
    /// It is to have another value than this.
    IsNot(Reference, Value),
    /// The first is to compare so with the second, as `>=`.
    Compares(Reference, &'static str, Reference),
    /// The table is to have more rows.
    Rows(FactName),
    /// Something that only the condition's own text says.
    Other,
}

impl Expr {
    /// Returns what a condition lacks at an instant; nothing if it holds.
    #[must_use]
    pub fn lacking(&self, env: &dyn Env, at: Timestamp) -> Vec<Lack> {
        let mut lacks: Vec<Lack> = Vec::new();
        for lack in Machine::new(env, at).lacking(&self.root, true) {
            // Two conditions may lack the same.
            if lacks.len() < MOST_LACKS && !lacks.contains(&lack) {
                lacks.push(lack);
            }
        }
        lacks
    }
}

impl<'e> Machine<'e> {
    /// Returns what keeps a node from being what is wanted.
    fn lacking(&mut self, node: &'e Node, wanted: bool) -> Vec<Lack> {
        if self.truth(node) == Some(wanted) {
            return Vec::new();
        }
        match (node, wanted) {
            (Node::Not(of), _) => self.lacking(of, !wanted),
            (Node::Every(terms), true) | (Node::Any(terms), false) => terms
                .iter()
                .flat_map(|term| self.lacking(term, wanted))
                .collect(),
            (Node::Every(terms), false) | (Node::Any(terms), true) => self.any_of(terms, wanted),
            (Node::Known(of), true) => self.lack_of(of, Want::Known),
            (Node::Known(of), false) => self.lack_of(of, Want::Unknown),
            (Node::Named(_) | Node::Cell { .. }, _) => {
                self.lack_of(node, |of| Want::Is(of, Value::Boolean(wanted)))
            }
            (Node::Compare(comparison, pair), _) => self.of_comparison(*comparison, pair, wanted),
            (Node::Rows { asks, table, body }, _) => self.of_rows(*asks, (table, body), wanted),
            _ => other(),
        }
    }

    /// Joins alternatives into one lack, if each of them is one.
    fn any_of(&mut self, terms: &'e [Node], wanted: bool) -> Vec<Lack> {
        let mut any_of = Vec::new();
        for term in terms {
            match self.lacking(term, wanted).as_slice() {
                [one] => any_of.extend(one.any_of.iter().cloned()),
                _ => return other(),
            }
        }
        vec![Lack { any_of }]
    }

    /// Returns the lack of something that has a name.
    fn lack_of(&self, node: &'e Node, want: impl FnOnce(Reference) -> Want) -> Vec<Lack> {
        let named = self.reference_of(node);
        named.map_or_else(other, |named| one(want(named)))
    }

    /// Returns what a node names, with the row that is looked at.
    fn reference_of(&self, node: &'e Node) -> Option<Reference> {
        match node {
            Node::Named(reference) => Some(reference.clone()),
            Node::Cell {
                holder: Holder::Bound(depth),
                reference,
                ..
            } => Some(reference.of_row(self.rows.get(*depth).map(|row| row.0))),
            Node::Cell {
                holder: Holder::Each(name),
                reference,
                ..
            } => Some(reference.of_row(self.env.row(name).map(|row| row.key))),
            _ => None,
        }
    }

    /// Returns what two things lack that are compared with each other: a value, or that they compare so.
    fn of_pair(
        &mut self,
        comparison: Comparison,
        (left, right): &'e (Node, Node),
        wanted: bool,
    ) -> Vec<Lack> {
        let (Some(first), Some(second)) = (self.reference_of(left), self.reference_of(right))
        else {
            return other();
        };
        for (node, named) in [(left, &first), (right, &second)] {
            if self.value(node).is_none() {
                return one(Want::Known(named.clone()));
            }
        }
        one(Want::Compares(first, comparison.sign(wanted), second))
    }

    fn of_comparison(
        &mut self,
        comparison: Comparison,
        pair: &'e (Node, Node),
        wanted: bool,
    ) -> Vec<Lack> {
        let ((named, Node::Constant(constant)) | (Node::Constant(constant), named)) = pair else {
            return self.of_pair(comparison, pair, wanted);
        };
        if let (Node::Size(of), Comparison::Greater | Comparison::AtLeast, true) =
            (named, comparison, wanted)
            && let Node::Named(Reference::Fact(table)) = &**of
        {
            return one(Want::Rows(table.clone()));
        }
        let value = match constant {
            Constant::Boolean(value) => Value::Boolean(*value),
            Constant::Choice(choice) => Value::Choice(choice.clone()),
            Constant::Authority(authority) => Value::Authority(authority.clone()),
            Constant::Text(text) => Value::Text(text.clone()),
            Constant::Number(_) | Constant::Duration(_) => return other(),
        };
        match (comparison, wanted) {
            (Comparison::Equal, true) | (Comparison::Different, false) => {
                self.lack_of(named, |of| Want::Is(of, value))
            }
            (Comparison::Different, true) | (Comparison::Equal, false) => {
                self.lack_of(named, |of| Want::IsNot(of, value))
            }
            _ => other(),
        }
    }

    /// Looks at each row where every one of them counts.
    fn of_rows(
        &mut self,
        asks: Rows,
        (table, body): (&'e Node, &'e Node),
        wanted: bool,
    ) -> Vec<Lack> {
        let each = matches!((asks, wanted), (Rows::All, true) | (Rows::Exists, false));
        let rows = match (table, self.value(table)) {
            (_, Some(Item::Table(rows))) if each => rows,
            (Node::Named(Reference::Fact(name)), rows) if asks == Rows::Exists && wanted => {
                let is_empty = matches!(rows, Some(Item::Table(rows)) if rows.is_empty());
                if rows.is_none() || is_empty {
                    return one(Want::Rows(name.clone()));
                }
                return other();
            }
            (_, None) => return self.lack_of(table, Want::Known),
            _ => return other(),
        };
        let mut lacks = Vec::new();
        for (key, row) in rows {
            if lacks.len() >= MOST_LACKS {
                break;
            }
            self.rows.push((key, row));
            lacks.extend(self.lacking(body, wanted));
            self.rows.pop();
        }
        lacks
    }
}

fn other() -> Vec<Lack> {
    one(Want::Other)
}

/// Returns that nothing but this would do.
fn one(want: Want) -> Vec<Lack> {
    let any_of = vec![want];
    vec![Lack { any_of }]
}
