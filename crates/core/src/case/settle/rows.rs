//! Finds the rows that an obligation looks at one by one, alone or combined (O1), and the place from which a duty's
//! expressions see the case.
//! What is owed for a row is left to `owed`.

use crate::case::view::View;
use crate::name::{AuthorityName, FactName, ObligationName};
use crate::value::Value;
use crate::workflow::rules::{EachRule, ObligationRule};

/// Most duties of a case (O1).
pub const MOST_DUTIES: usize = 10_000;

/// A row that `each` binds to a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound {
    /// The name under which expressions read it.
    pub name: FactName,
    /// The fact that holds its table.
    pub table: FactName,
    /// Its key.
    pub key: String,
}

/// The duty in which an expression stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standpoint {
    /// The obligation.
    pub obligation: ObligationName,
    /// The rows that it binds, in the order of `each`.
    pub rows: Vec<Bound>,
    /// To whom; none while that is being found.
    pub recipient: Option<AuthorityName>,
}

impl Standpoint {
    /// Returns the keys of its rows.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.rows.iter().map(|row| row.key.clone()).collect()
    }

    /// Returns the key of the row that it binds of a table.
    #[must_use]
    pub fn key_of(&self, table: &FactName) -> Option<&str> {
        let row = self.rows.iter().find(|row| row.table == *table);
        row.map(|row| row.key.as_str())
    }

    /// Tells whether another obligation's rows are, in each table that both look at, the rows bound here (E2).
    #[must_use]
    pub fn has_rows(&self, each: &[EachRule], keys: &[String]) -> bool {
        let mut pairs = each.iter().zip(keys);
        pairs.all(|(each, key)| self.key_of(&each.table).is_none_or(|bound| bound == key))
    }
}

/// Returns every combination of rows of an obligation, in the order of the keys; one that is empty if it looks at no
/// table, and none while one of its tables was never recorded. There are at most as many as a case may have duties.
#[must_use]
pub fn combinations(view: &View<'_>, obligation: &ObligationRule) -> Vec<Vec<Bound>> {
    let mut combinations = vec![Vec::new()];
    for each in &obligation.each {
        let Some(Value::Table(rows)) = view.fact(&each.table) else {
            return Vec::new();
        };
        let bound = |key: &String| Bound {
            name: each.row.clone(),
            table: each.table.clone(),
            key: key.clone(),
        };
        let longer = combinations.iter().flat_map(|before: &Vec<Bound>| {
            let with = move |key| {
                let mut rows = before.clone();
                rows.push(bound(key));
                rows
            };
            rows.keys().map(with)
        });
        combinations = longer.take(MOST_DUTIES).collect();
    }
    combinations
}

/// Tells whether a case with these facts would have more duties than it can keep: each obligation's combinations of
/// rows, towards each recipient.
#[must_use]
pub fn exceeds(view: &View<'_>, obligations: &[ObligationRule]) -> bool {
    let count = |obligation: &ObligationRule| {
        let rows = obligation
            .each
            .iter()
            .map(|each| match view.fact(&each.table) {
                Some(Value::Table(rows)) => rows.len(),
                _ => 0,
            });
        let recipients = obligation.to.len().max(1);
        rows.fold(recipients, usize::saturating_mul)
    };
    let of_rows = obligations.iter().filter(|one| !one.each.is_empty());
    of_rows.map(count).fold(0, usize::saturating_add) > MOST_DUTIES
}
