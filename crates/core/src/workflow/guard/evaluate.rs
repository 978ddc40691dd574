//! Finds the value of an expression at an instant, what would decide it, and when it can change next (E5, E6).
//! Names and types were settled by `check`; a value that does not fit them is unknown, never a panic.

mod lacking;
mod numbers;
mod rows;

pub use lacking::{Lack, Want};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::env::{Env, Evaluated, Nothing, Trouble};
use super::ratio::Ratio;
use super::tree::{Comparison, Constant, Expr, Extreme, Holder, Lasted, Node, Reference};
use crate::name::{AuthorityName, ChoiceName};
use crate::time::{Date, Period, Precision, Span, Timestamp, Zone};
use crate::value::Row;

/// Most steps over rows in one evaluation (E1).
const MOST_STEPS: u32 = 1_000_000;

/// Most reasons that are kept for one unknown value: nobody answers more questions at once.
const MOST_REASONS: usize = 1_000;

impl Expr {
    /// Finds the value at an instant; the same arguments always give the same answer.
    #[must_use]
    pub fn evaluate(&self, env: &dyn Env, at: Timestamp) -> Evaluated {
        let mut machine = Machine::new(env, at);
        let item = machine.value(&self.root);
        let value = item.and_then(|item| item.into_value(&mut machine));
        let (mut because, mut trouble) = (BTreeSet::new(), BTreeSet::new());
        if value.is_none() {
            for reason in &machine.reasons {
                match reason {
                    Reason::Trouble(one) => {
                        trouble.insert(*one);
                    }
                    Reason::Absent(reference, row) => {
                        because.insert(reference.of_row(*row));
                    }
                }
            }
        }
        Evaluated {
            value,
            because,
            trouble,
            next_change: machine.next,
        }
    }
}

impl Reference {
    /// Returns the reference to a cell of one row.
    fn of_row(&self, key: Option<&str>) -> Self {
        match (self, key) {
            (Self::Column { table, column, .. }, Some(key)) => Self::Column {
                table: table.clone(),
                row: Some(Arc::from(key)),
                column: column.clone(),
            },
            _ => self.clone(),
        }
    }
}

/// A value while it is being computed; it borrows from the case and the expression.
#[derive(Clone)]
enum Item<'e> {
    Boolean(bool),
    Number(Ratio),
    Text(&'e str),
    Choice(&'e ChoiceName),
    Choices(&'e BTreeSet<ChoiceName>),
    Date(Date),
    Instant(Timestamp, &'e Zone, Precision),
    Duration(Span),
    Period(Period),
    Authority(&'e AuthorityName),
    Table(&'e BTreeMap<String, Row>),
    /// Some rows of a table.
    Rows(Vec<(&'e str, &'e Row)>),
    /// Elements may be unknown one by one.
    List(Vec<Option<Item<'e>>>),
    /// There is a value that decisions do not see.
    Held,
}

/// Why a value is unknown.
#[derive(Clone, Copy)]
enum Reason<'e> {
    Absent(&'e Reference, Option<&'e str>),
    Trouble(Trouble),
}

struct Machine<'e> {
    env: &'e dyn Env,
    at: Timestamp,
    next: Option<Timestamp>,
    steps: u32,
    /// Rows of the functions around, the outermost first.
    rows: Vec<(&'e str, &'e Row)>,
    reasons: Vec<Reason<'e>>,
}

impl<'e> Machine<'e> {
    fn new(env: &'e dyn Env, at: Timestamp) -> Self {
        Self {
            env,
            at,
            next: None,
            steps: MOST_STEPS,
            rows: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// Notes why a value is unknown; `None`, so that what needs the value is unknown too.
    fn unknown<T>(&mut self, reason: Reason<'e>) -> Option<T> {
        if self.reasons.len() < MOST_REASONS {
            self.reasons.push(reason);
        }
        None
    }

    fn trouble<T>(&mut self, trouble: Trouble) -> Option<T> {
        self.unknown(Reason::Trouble(trouble))
    }

    /// Notes an instant at which a value can change.
    fn may_change(&mut self, at: Option<Timestamp>) {
        if let Some(at) = at.filter(|at| *at > self.at) {
            self.next = Some(self.next.map_or(at, |next| next.min(at)));
        }
    }

    /// Finds the value of a node. Reasons of parts that did not matter are forgotten; elements of a list keep theirs
    /// until whoever reads the list knows its own value.
    fn value(&mut self, node: &'e Node) -> Option<Item<'e>> {
        let before = self.reasons.len();
        let item = self.compute(node);
        if item
            .as_ref()
            .is_some_and(|item| !matches!(item, Item::List(_)))
        {
            self.reasons.truncate(before);
        }
        item
    }

    fn compute(&mut self, node: &'e Node) -> Option<Item<'e>> {
        match node {
            Node::Constant(constant) => Some(Item::of_constant(constant)),
            Node::Named(reference) => self.named(reference),
            Node::Cell {
                holder,
                column,
                reference,
            } => self.cell(holder, column.as_str(), reference),
            Node::Not(of) => self.truth(of).map(|value| Item::Boolean(!value)),
            Node::Every(terms) => self.joined(terms, false),
            Node::Any(terms) => self.joined(terms, true),
            Node::Compare(comparison, pair) => {
                let (left, right) = self.pair(pair)?;
                self.compare(*comparison, &left, &right).map(Item::Boolean)
            }
            Node::In(pair) => {
                let (left, right) = self.pair(pair)?;
                self.is_in(&left, &right).map(Item::Boolean)
            }
            Node::Compute(operation, pair) => {
                let (left, right) = self.pair(pair)?;
                self.operation(*operation, &left, &right)
            }
            Node::Negative(of) => {
                let item = self.value(of)?;
                self.negative(&item)
            }
            Node::List(of) => Some(Item::List(
                of.iter().map(|element| self.value(element)).collect(),
            )),
            Node::Known(of) => Some(Item::Boolean(self.value(of).is_some())),
            Node::Past(of) => {
                let item = self.value(of)?;
                self.past(&item).map(Item::Boolean)
            }
            Node::Lasted(lasted) => self.lasted(lasted).map(Item::Boolean),
            Node::Duration(unit, of) => {
                let item = self.value(of)?;
                self.duration(*unit, &item)
            }
            Node::Extreme(extreme, of) => {
                let before = self.reasons.len();
                let list = self.value(of)?;
                let found = self.extreme(*extreme, list);
                if found.is_none() && self.reasons.len() == before {
                    self.empty(of);
                }
                found
            }
            Node::Size(of) => {
                let of = self.value(of)?;
                self.size(&of)
            }
            Node::Sum(nothing, of) => {
                let list = self.value(of)?;
                self.sum(nothing, list)
            }
            Node::DateOf(of) => match self.value(of)? {
                // What was stated to the day is that day, wherever it was stated (V2).
                Item::Instant(at, zone, Precision::Day) => Some(Item::Date(at.date(zone))),
                Item::Instant(at, ..) => Some(Item::Date(at.date(self.env.zone()))),
                _ => self.trouble(Trouble::Unreadable),
            },
            Node::Rows { asks, table, body } => self.over_rows(*asks, table, body),
        }
    }

    /// Finds both sides, the second also when the first is unknown, so that every missing fact is named.
    fn pair(&mut self, pair: &'e (Node, Node)) -> Option<(Item<'e>, Item<'e>)> {
        let (left, right) = (self.value(&pair.0), self.value(&pair.1));
        Some((left?, right?))
    }

    fn truth(&mut self, node: &'e Node) -> Option<bool> {
        match self.value(node)? {
            Item::Boolean(value) => Some(value),
            _ => self.trouble(Trouble::Unreadable),
        }
    }

    /// Joins terms: one that is `decisive` settles the whole, in whatever order (E5).
    fn joined(&mut self, terms: &'e [Node], decisive: bool) -> Option<Item<'e>> {
        let mut known = true;
        for term in terms {
            match self.truth(term) {
                Some(value) if value == decisive => return Some(Item::Boolean(decisive)),
                Some(_) => {}
                None => known = false,
            }
        }
        known.then_some(Item::Boolean(!decisive))
    }

    fn named(&mut self, reference: &'e Reference) -> Option<Item<'e>> {
        let env = self.env;
        let moment = match reference {
            Reference::Fact(name) => {
                self.may_change(env.next_change(reference));
                return match env.fact(name) {
                    Some(value) => Some(Item::of_value(value)),
                    None => self.unknown(Reason::Absent(reference, None)),
                };
            }
            Reference::Applies => {
                self.may_change(env.next_change(reference));
                return match Option::<bool>::from(env.applies()) {
                    Some(value) => Some(Item::Boolean(value)),
                    None => self.unknown(Reason::Absent(reference, None)),
                };
            }
            Reference::Gaps(name) => {
                return match env.gaps(name) {
                    Some(count) => Some(Item::Number(Ratio::whole(count))),
                    None => self.unknown(Reason::Absent(reference, None)),
                };
            }
            Reference::Did(name) => env.did(name),
            Reference::Entered(name) => env.entered(name),
            Reference::Filed(name) => env.filed(name),
            Reference::Due(name) => env.due(name),
            Reference::Since(of) => env.since(of),
            Reference::Column { .. } => None,
        };
        match moment {
            Some(at) => Some(Item::Instant(at, env.zone(), Precision::Minute)),
            None => self.unknown(Reason::Absent(reference, None)),
        }
    }

    fn cell(
        &mut self,
        holder: &'e Holder,
        column: &str,
        reference: &'e Reference,
    ) -> Option<Item<'e>> {
        let row = match holder {
            Holder::Bound(depth) => self.rows.get(*depth).copied(),
            Holder::Each(name) => self.env.row(name).map(|row| (row.key, row.cells)),
        };
        let Some((key, cells)) = row else {
            return self.unknown(Reason::Absent(reference, None));
        };
        match cells.get(column) {
            Some(value) => Some(Item::of_value(value)),
            None => self.unknown(Reason::Absent(reference, Some(key))),
        }
    }

    /// Names what an empty list was made of: more of it would give a value.
    fn empty(&mut self, list: &'e Node) {
        for reference in list.references() {
            if !matches!(reference, Reference::Column { .. }) {
                self.unknown::<()>(Reason::Absent(reference, None));
            }
        }
    }

    /// Tells whether an instant has come, or a date has ended; if not, it will.
    fn past(&mut self, item: &Item<'e>) -> Option<bool> {
        let moment = match item {
            Item::Instant(at, ..) => *at,
            Item::Date(date) => match date.tomorrow() {
                Ok(next) => self.env.zone().first_moment(next),
                Err(_) => return self.trouble(Trouble::Overflow),
            },
            _ => return self.trouble(Trouble::Unreadable),
        };
        self.may_change(Some(moment));
        Some(moment <= self.at)
    }

    /// Compares how long something lasted; while it still runs, whether it has run so long by now (E3).
    fn lasted(&mut self, lasted: &'e Lasted) -> Option<bool> {
        let (from, length) = (self.value(&lasted.from), self.value(&lasted.length));
        let before = self.reasons.len();
        let until = self.value(&lasted.until);
        // Without an end it runs; what would tell the end is no missing fact.
        self.reasons.truncate(before);
        let (Item::Instant(from, zone, precision), Item::Duration(length)) = (from?, length?)
        else {
            return self.trouble(Trouble::Unreadable);
        };
        match until {
            Some(Item::Instant(until, ..)) => {
                let ran = Item::Duration(until.since(from));
                self.compare(lasted.comparison, &ran, &Item::Duration(length))
            }
            Some(_) => self.trouble(Trouble::Unreadable),
            None => {
                let end = self.moved(from, length)?;
                self.past(&Item::Instant(end, zone, precision))
            }
        }
    }
}

/// Computes a node whose parts all stand in the text; `None` if it has no value, as `1 / 0`.
pub(super) fn constant(node: &Node) -> Option<Constant> {
    let nothing = Nothing::default();
    match Machine::new(&nothing, Timestamp::FIRST).value(node)? {
        Item::Boolean(value) => Some(Constant::Boolean(value)),
        Item::Number(value) => Some(Constant::Number(value)),
        Item::Duration(value) => Some(Constant::Duration(value)),
        _ => None,
    }
}
