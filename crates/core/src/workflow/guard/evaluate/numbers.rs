//! Compares and computes with numbers, lengths, dates and instants (E4); what leaves its range is unknown.
//! Which types may meet was settled by `check`.

use std::cmp::Ordering;

use super::{Comparison, Constant, Extreme, Item, Machine, Trouble};
use crate::time::{Precision, Span, Timestamp};
use crate::value::Value;
use crate::workflow::guard::ratio::Ratio;
use crate::workflow::guard::tree::Operation;

/// A day of 24 hours, which is what a difference of dates is counted in.
const DAY: Span = Span::from_days(1);

impl<'e> Item<'e> {
    pub(super) fn of_constant(constant: &'e Constant) -> Self {
        match constant {
            Constant::Boolean(value) => Self::Boolean(*value),
            Constant::Number(value) => Self::Number(*value),
            Constant::Text(value) => Self::Text(value),
            Constant::Choice(value) => Self::Choice(value),
            Constant::Authority(value) => Self::Authority(value),
            Constant::Duration(value) => Self::Duration(*value),
        }
    }

    pub(super) fn of_value(value: &'e Value) -> Self {
        match value {
            Value::Boolean(value) => Self::Boolean(*value),
            Value::Integer(value) => Self::Number(Ratio::whole(*value)),
            Value::Text(value) => Self::Text(value),
            Value::Choice(value) => Self::Choice(value),
            Value::Choices(value) => Self::Choices(value),
            Value::Date(value) => Self::Date(*value),
            Value::Instant(value) => Self::Instant(value.at, &value.zone, value.precision),
            Value::Duration(value) => Self::Duration(*value),
            Value::Period(value) => Self::Period(*value),
            Value::Authority(value) => Self::Authority(value),
            Value::Table(value) => Self::Table(value),
            Value::Held(_) => Self::Held,
        }
    }

    /// Returns the value for the outside; a number that no fact could hold is unknown.
    pub(super) fn into_value(self, machine: &mut Machine<'e>) -> Option<Value> {
        Some(match self {
            Self::Boolean(value) => Value::Boolean(value),
            Self::Number(value) => match value.integer() {
                Some(value) => Value::Integer(value),
                None => return machine.trouble(Trouble::Overflow),
            },
            Self::Text(value) => Value::Text(value.to_owned()),
            Self::Choice(value) => Value::Choice(value.clone()),
            Self::Choices(value) => Value::Choices(value.clone()),
            Self::Date(value) => Value::Date(value),
            Self::Instant(at, zone, precision) => Value::Instant(crate::time::Instant {
                at,
                zone: zone.clone(),
                precision,
            }),
            Self::Duration(value) => Value::Duration(value),
            Self::Period(value) => Value::Period(value),
            Self::Authority(value) => Value::Authority(value.clone()),
            Self::Table(value) => Value::Table(value.clone()),
            Self::Rows(rows) => Value::Table(
                rows.into_iter()
                    .map(|(key, row)| (key.to_owned(), row.clone()))
                    .collect(),
            ),
            Self::List(_) | Self::Held => return machine.trouble(Trouble::Unreadable),
        })
    }
}

impl<'e> Machine<'e> {
    /// Compares two values of one type: instants by their moment, whatever zone and precision they were stated with.
    pub(super) fn compare(
        &mut self,
        comparison: Comparison,
        left: &Item<'e>,
        right: &Item<'e>,
    ) -> Option<bool> {
        let order = match (left, right) {
            (Item::Number(left), Item::Number(right)) => match left.compare(*right) {
                Some(order) => order,
                None => return self.trouble(Trouble::Overflow),
            },
            (Item::Duration(left), Item::Duration(right)) => left.cmp(right),
            (Item::Date(left), Item::Date(right)) => left.cmp(right),
            (Item::Instant(left, ..), Item::Instant(right, ..)) => left.cmp(right),
            _ => match self.same(left, right)? {
                true if comparison == Comparison::Equal => return Some(true),
                false if comparison == Comparison::Different => return Some(true),
                true if comparison == Comparison::Different => return Some(false),
                false if comparison == Comparison::Equal => return Some(false),
                true | false => return self.trouble(Trouble::Unreadable),
            },
        };
        Some(match comparison {
            Comparison::Equal => order == Ordering::Equal,
            Comparison::Different => order != Ordering::Equal,
            Comparison::Less => order == Ordering::Less,
            Comparison::AtMost => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::AtLeast => order != Ordering::Less,
        })
    }

    /// Tells whether two values of a type without order are the same.
    fn same(&mut self, left: &Item<'e>, right: &Item<'e>) -> Option<bool> {
        Some(match (left, right) {
            (Item::Boolean(left), Item::Boolean(right)) => left == right,
            (Item::Text(left), Item::Text(right)) => left == right,
            (Item::Choice(left), Item::Choice(right)) => left == right,
            (Item::Choices(left), Item::Choices(right)) => left == right,
            (Item::Period(left), Item::Period(right)) => left == right,
            (Item::Authority(left), Item::Authority(right)) => left == right,
            _ => return self.trouble(Trouble::Unreadable),
        })
    }

    /// Tells whether a value is among others: true if one is equal, unknown if one that is unknown could be.
    pub(super) fn is_in(&mut self, left: &Item<'e>, right: &Item<'e>) -> Option<bool> {
        match (left, right) {
            (Item::Choice(name), Item::Choices(set)) => Some(set.contains(*name)),
            (_, Item::List(elements)) => {
                let mut known = true;
                for element in elements {
                    match element
                        .as_ref()
                        .and_then(|element| self.compare(Comparison::Equal, left, element))
                    {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => known = false,
                    }
                }
                known.then_some(false)
            }
            _ => self.trouble(Trouble::Unreadable),
        }
    }

    pub(super) fn operation(
        &mut self,
        operation: Operation,
        left: &Item<'e>,
        right: &Item<'e>,
    ) -> Option<Item<'e>> {
        let result = match (operation, left, right) {
            (Operation::DividedBy, Item::Number(_), Item::Number(under)) if under.is_zero() => {
                return self.trouble(Trouble::DivisionByZero);
            }
            (_, Item::Number(left), Item::Number(right)) => match operation {
                Operation::Plus => left.plus(*right),
                Operation::Minus => left.minus(*right),
                Operation::Times => left.times(*right),
                Operation::DividedBy => left.divided_by(*right),
            }
            .map(Item::Number),
            (Operation::Plus, Item::Duration(left), Item::Duration(right)) => left
                .as_micros()
                .checked_add(right.as_micros())
                .map(Span::from_micros)
                .map(Item::Duration),
            (Operation::Minus, Item::Duration(left), Item::Duration(right)) => left
                .as_micros()
                .checked_sub(right.as_micros())
                .map(Span::from_micros)
                .map(Item::Duration),
            (Operation::Times, Item::Duration(length), Item::Number(number))
            | (Operation::Times, Item::Number(number), Item::Duration(length)) => number
                .floor_of(length.as_micros())
                .map(Span::from_micros)
                .map(Item::Duration),
            (Operation::Minus, Item::Instant(left, ..), Item::Instant(right, ..)) => {
                Some(Item::Duration(left.since(*right)))
            }
            (Operation::Minus, Item::Date(left), Item::Date(right)) => {
                let days = i64::from((*left - *right).get_days());
                Some(Item::Duration(Span::from_micros(days * DAY.as_micros())))
            }
            (Operation::Plus, Item::Instant(at, zone, _), Item::Duration(length)) => {
                return self
                    .moved(*at, *length)
                    .map(|at| Item::Instant(at, zone, Precision::Minute));
            }
            (Operation::Minus, Item::Instant(at, zone, _), Item::Duration(length)) => {
                return self
                    .moved(*at, length.negated())
                    .map(|at| Item::Instant(at, zone, Precision::Minute));
            }
            _ => return self.trouble(Trouble::Unreadable),
        };
        result.or_else(|| self.trouble(Trouble::Overflow))
    }

    /// Returns the instant a length after another; beyond the range it is unknown, and not the last one that can be written.
    pub(super) fn moved(&mut self, at: Timestamp, length: Span) -> Option<Timestamp> {
        let moved = at
            .as_micros()
            .checked_add(length.as_micros())
            .and_then(Timestamp::from_micros);
        moved.or_else(|| self.trouble(Trouble::Overflow))
    }

    pub(super) fn negative(&mut self, item: &Item<'e>) -> Option<Item<'e>> {
        let result = match item {
            Item::Number(number) => number.negated().map(Item::Number),
            Item::Duration(length) => length
                .as_micros()
                .checked_neg()
                .map(Span::from_micros)
                .map(Item::Duration),
            _ => return self.trouble(Trouble::Unreadable),
        };
        result.or_else(|| self.trouble(Trouble::Overflow))
    }

    /// Returns so many of a unit, a fraction cut down to the microsecond.
    pub(super) fn duration(&mut self, unit: Span, item: &Item<'e>) -> Option<Item<'e>> {
        let Item::Number(number) = item else {
            return self.trouble(Trouble::Unreadable);
        };
        match number.floor_of(unit.as_micros()) {
            Some(micros) => Some(Item::Duration(Span::from_micros(micros))),
            None => self.trouble(Trouble::Overflow),
        }
    }

    /// Returns the first or last of the known elements; of equal ones the one that stands first.
    pub(super) fn extreme(&mut self, extreme: Extreme, list: Item<'e>) -> Option<Item<'e>> {
        let Item::List(elements) = list else {
            return self.trouble(Trouble::Unreadable);
        };
        let wins = match extreme {
            Extreme::Earliest => Comparison::Less,
            Extreme::Latest => Comparison::Greater,
        };
        let mut best: Option<Item<'e>> = None;
        for element in elements.into_iter().flatten() {
            let better = match &best {
                Some(best) => self.compare(wins, &element, best)?,
                None => true,
            };
            if better {
                best = Some(element);
            }
        }
        best
    }

    /// Adds up a list; one unknown element makes the sum unknown.
    pub(super) fn sum(&mut self, nothing: &'e Constant, list: Item<'e>) -> Option<Item<'e>> {
        let Item::List(elements) = list else {
            return self.trouble(Trouble::Unreadable);
        };
        let mut sum = Item::of_constant(nothing);
        for element in elements {
            sum = self.operation(Operation::Plus, &sum, &element?)?;
        }
        Some(sum)
    }
}
