//! Looks at the rows of a table one by one, within a bound (E1): `exists` is an "or" over them, `all` an "and" (E5).
//! Conditions and values of one row are left to the evaluation around.

use super::{Item, MOST_STEPS, Machine, Trouble};
use crate::value::Row;
use crate::workflow::guard::ratio::Ratio;
use crate::workflow::guard::tree::{Node, Rows};

impl<'e> Machine<'e> {
    pub(super) fn over_rows(
        &mut self,
        asks: Rows,
        table: &'e Node,
        body: &'e Node,
    ) -> Option<Item<'e>> {
        let rows: Vec<(&'e str, &'e Row)> = match self.value(table)? {
            Item::Table(rows) => rows.iter().map(|(key, row)| (key.as_str(), row)).collect(),
            Item::Rows(rows) => rows,
            _ => return self.trouble(Trouble::Unreadable),
        };
        match asks {
            Rows::Exists => self.any_row(&rows, body, true),
            Rows::All => self.any_row(&rows, body, false),
            Rows::Filter => self.filter(rows, body),
            Rows::Map => {
                let mut elements = Vec::with_capacity(rows.len());
                for row in rows {
                    elements.push(self.in_row(row, |machine| machine.value(body))?);
                }
                Some(Item::List(elements))
            }
        }
    }

    /// Looks for a row whose condition is `decisive`; without one the answer is the opposite, if every row is known.
    fn any_row(
        &mut self,
        rows: &[(&'e str, &'e Row)],
        body: &'e Node,
        decisive: bool,
    ) -> Option<Item<'e>> {
        let mut known = true;
        for row in rows {
            match self.in_row(*row, |machine| machine.truth(body))? {
                Some(value) if value == decisive => return Some(Item::Boolean(decisive)),
                Some(_) => {}
                None => known = false,
            }
        }
        known.then_some(Item::Boolean(!decisive))
    }

    /// Keeps the rows whose condition is true; with one unknown, which rows they are is unknown.
    fn filter(&mut self, rows: Vec<(&'e str, &'e Row)>, body: &'e Node) -> Option<Item<'e>> {
        let mut known = true;
        let mut kept = Vec::new();
        for row in rows {
            match self.in_row(row, |machine| machine.truth(body))? {
                Some(true) => kept.push(row),
                Some(false) => {}
                None => known = false,
            }
        }
        known.then_some(Item::Rows(kept))
    }

    /// Does something with a row bound; `None` once too many steps were made.
    fn in_row<T>(
        &mut self,
        row: (&'e str, &'e Row),
        ask: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let Some(left) = self.steps.checked_sub(1) else {
            return self.trouble(Trouble::TooManySteps);
        };
        self.steps = left;
        self.rows.push(row);
        let answer = ask(self);
        self.rows.pop();
        Some(answer)
    }

    /// Counts rows or elements, known or not.
    pub(super) fn size(&mut self, of: &Item<'e>) -> Option<Item<'e>> {
        let count = match of {
            Item::Table(rows) => rows.len(),
            Item::Rows(rows) => rows.len(),
            Item::List(elements) => elements.len(),
            _ => return self.trouble(Trouble::Unreadable),
        };
        match i64::try_from(count) {
            Ok(count) => Some(Item::Number(Ratio::whole(count))),
            Err(_) => self.trouble(Trouble::Overflow),
        }
    }
}

const _: () = assert!(MOST_STEPS == 1_000_000, "E1 gives the number of row steps");
