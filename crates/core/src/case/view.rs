//! Lets expressions read a case at a moment: its facts, computed facts, and its own history (E2).
//! Three values, functions and next changes are the guard's; what is owed is `settle`'s.

mod law;
mod line;
mod memo;
mod standing;
mod zone;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use self::memo::{Known, Memo, Seen};
use crate::case::clock::DutyKey;
use crate::case::decide::Context;
use crate::case::settle::{Standpoint, due_of};
use crate::case::{Case, Duty, Running};
use crate::name::{ActionName, FactName, ObligationName, StateName};
use crate::time::{Timestamp, Zone};
use crate::value::Value;
use crate::workflow::guard::{BoundRow, Env, Evaluated, Expr, Reference, SinceOf};
use crate::workflow::rules::Owner;

pub(crate) use self::zone::first_authority;
pub use self::zone::{first_zone, zone_of};
pub use crate::workflow::guard::Truth;

/// What a condition came to, and what would decide it while it is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The value.
    pub truth: Truth,
    /// What would decide it.
    pub because: BTreeSet<Reference>,
}

/// A case as expressions see it at a moment.
#[derive(Debug)]
pub struct View<'a> {
    context: &'a Context<'a>,
    case: &'a Case,
    at: Timestamp,
    /// Only what had been learnt by this moment, for `since.` (T5); everything on record otherwise.
    learnt_by: Option<Timestamp>,
    /// The duty in which the expression stands.
    standpoint: Option<Standpoint>,
    /// What was found from where it stands: the due moments that are meant there.
    here: Rc<Seen>,
    /// What was found of the case as a whole, through every view that looks the same way.
    seen: Rc<Seen>,
    memo: Rc<Memo<'a>>,
    next_change: Cell<Option<Timestamp>>,
}

impl<'a> View<'a> {
    /// Makes a view of a case at a moment.
    #[must_use]
    pub fn new(context: &'a Context<'a>, case: &'a Case, at: Timestamp) -> Self {
        let memo = Memo::new(context, at, first_zone(context, Some(case)));
        Self {
            context,
            case,
            at,
            learnt_by: None,
            standpoint: None,
            here: memo.seen(None, None),
            seen: memo.seen(None, None),
            memo,
            next_change: Cell::default(),
        }
    }

    /// Makes a view of what had been learnt by a moment, at that moment.
    fn of_then(&self, moment: Timestamp) -> Self {
        Self {
            context: self.context,
            case: self.case,
            at: moment,
            learnt_by: Some(moment),
            standpoint: None,
            here: self.memo.seen(Some(moment), None),
            seen: self.memo.seen(Some(moment), None),
            memo: Rc::clone(&self.memo),
            next_change: Cell::default(),
        }
    }

    /// Returns the same view for a duty, whose rows it binds and whose other duties `filed.` and `due.` then mean (E2).
    #[must_use]
    pub fn within(&self, standpoint: Standpoint) -> Self {
        Self {
            here: self.memo.seen(self.learnt_by, Some(standpoint.clone())),
            standpoint: Some(standpoint),
            ..self.of_all()
        }
    }

    /// Returns the same view from no duty.
    fn of_all(&self) -> Self {
        Self {
            context: self.context,
            case: self.case,
            at: self.at,
            learnt_by: self.learnt_by,
            standpoint: None,
            here: Rc::clone(&self.seen),
            seen: Rc::clone(&self.seen),
            memo: Rc::clone(&self.memo),
            next_change: Cell::default(),
        }
    }

    /// Returns the moment at which it is seen.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the case that is seen.
    #[must_use]
    pub const fn case(&self) -> &'a Case {
        self.case
    }

    /// Returns the duties on record, and notes that they were asked for.
    pub(crate) fn duties(&self) -> &'a BTreeMap<DutyKey, Duty> {
        self.memo.asked_duties.set(true);
        &self.case.duties
    }

    /// Tells whether what was found rests on which duties are on record, and which of them run.
    #[must_use]
    pub fn asked_duties(&self) -> bool {
        self.memo.asked_duties.get()
    }

    /// Returns the value of a fact, recorded or computed; `None` while it is absent.
    #[must_use]
    pub fn fact(&self, name: &FactName) -> Option<&Value> {
        let rule = self.context.rules.facts.get(name);
        if let Some(rule) = rule.filter(|rule| rule.owner == Owner::Law) {
            return Some(&self.law(rule)?.value);
        }
        let is_computed = rule.is_some_and(|rule| rule.is.is_some());
        let is_recorded = self.case.facts.contains_key(name);
        if (is_computed || is_recorded && self.learnt_by.is_some())
            && let Some(place) = self.memo.place(name)
        {
            return self.find(name, place);
        }
        match self.case.facts.get(name) {
            Some(history) => history.value(),
            None => rule?.default.as_ref(),
        }
    }

    /// Finds the value of a computed fact, or of one as it was known then, and keeps it.
    fn find(&self, name: &FactName, place: usize) -> Option<&Value> {
        let cell = &self.seen.facts[place];
        if cell.get().is_none() {
            if !self.seen.open.borrow_mut().insert(place) {
                return None;
            }
            let known = self.known(|| self.find_once(name));
            self.seen.open.borrow_mut().remove(&place);
            let _ = cell.set(Box::new(known));
        }
        let known = cell.get()?;
        self.note_change(known.next_change);
        known.value.as_ref()
    }

    fn find_once(&self, name: &FactName) -> Option<Value> {
        let rule = self.context.rules.facts.get(name);
        if let Some(is) = rule.and_then(|rule| rule.is.as_ref()) {
            return self.for_all(|view| view.evaluate(is).value);
        }
        let moment = self.learnt_by.unwrap_or(self.at);
        let history = self.case.facts.get(name)?;
        // Versions stand in the order in which they were learnt.
        let first = history.versions().first();
        if first.is_some_and(|first| first.as_of <= moment) {
            self.memo.value_at(self.case, name, moment)
        } else {
            rule.and_then(|rule| rule.default.clone())
        }
    }

    /// Finds what is the same from wherever one stands: a computed fact, and whether the workflow applies.
    fn for_all<T>(&self, find: impl FnOnce(&Self) -> T) -> T {
        if self.standpoint.is_none() {
            return find(self);
        }
        let all = self.of_all();
        let value = find(&all);
        self.note_change(all.next_change());
        value
    }

    /// Finds something together with when it may change by time alone, which is kept apart from what else was asked.
    fn known<T>(&self, find: impl FnOnce() -> T) -> Known<T> {
        let before = self.next_change.take();
        let value = find();
        let next_change = self.next_change.replace(before);
        Known { value, next_change }
    }

    /// Evaluates an expression.
    #[must_use]
    pub fn value(&self, expr: &Expr) -> Option<Value> {
        self.evaluate(expr).value
    }

    /// Evaluates a condition; none at all holds always.
    #[must_use]
    pub fn truth(&self, condition: Option<&Expr>) -> Found {
        let Some(expr) = condition else {
            return Found {
                truth: Truth::True,
                because: BTreeSet::new(),
            };
        };
        let evaluated = self.evaluate(expr);
        Found {
            truth: truth_of(evaluated.value.as_ref()),
            because: evaluated
                .because
                .into_iter()
                .map(|one| self.asked_for(one))
                .collect(),
        }
    }

    /// Tells whether the workflow applies.
    #[must_use]
    pub fn applies(&self) -> Truth {
        let condition = self.context.rules.applies.when.as_ref();
        if self.seen.applies.get().is_none() {
            let known = self.known(|| self.for_all(|view| view.truth(condition).truth));
            let _ = self.seen.applies.set(known);
        }
        let known = self.seen.applies.get();
        self.note_change(known.and_then(|known| known.next_change));
        known.map_or(Truth::Unknown, |known| known.value)
    }

    /// Returns the earliest moment at which something that was asked of this view may change by time alone (E6).
    #[must_use]
    pub fn next_change(&self) -> Option<Timestamp> {
        self.next_change.get()
    }

    /// Notes when something may change; a view made for one recipient hands its changes back this way.
    pub(crate) fn note_change(&self, moment: Option<Timestamp>) {
        let earliest = self.next_change.get().into_iter().chain(moment).min();
        self.next_change.set(earliest);
    }

    fn evaluate(&self, expr: &Expr) -> Evaluated {
        #[cfg(test)]
        tests::EVALUATED.with(|count| count.set(count.get() + 1));
        let evaluated = expr.evaluate(self, self.at);
        self.note_change(evaluated.next_change);
        evaluated
    }

    /// Hides what was not known yet at the moment to which the view is limited.
    fn by_then(&self, moment: Option<Timestamp>) -> Option<Timestamp> {
        moment.filter(|moment| self.learnt_by.is_none_or(|limit| *moment <= limit))
    }

    /// Returns the duties of an obligation that are meant: towards this recipient, or every one that is still of interest.
    /// A filing made before its anchor is known serves a duty that has no clock yet (C11); a lapsed duty that nothing
    /// discharged asks for nothing more.
    fn meant(&self, obligation: &ObligationName) -> BTreeSet<&DutyKey> {
        let filed = self
            .case
            .filings
            .values()
            .filter(|filing| filing.undone.is_none());
        let known = self.duties().iter();
        let open = known.filter(|(key, duty)| {
            let is_owed = !matches!(duty.running, Running::Lapsed | Running::Waived { .. });
            is_owed || self.case.discharge(key).is_some()
        });
        open.map(|(key, _)| key)
            .chain(filed.flat_map(|filing| &filing.duties))
            .filter(|key| key.obligation == *obligation && self.is_meant(key))
            .collect()
    }
}

/// Reads a condition's value.
fn truth_of(value: Option<&Value>) -> Truth {
    match value {
        Some(Value::Boolean(true)) => Truth::True,
        Some(Value::Boolean(false)) => Truth::False,
        _ => Truth::Unknown,
    }
}

impl Env for View<'_> {
    fn fact(&self, name: &FactName) -> Option<&Value> {
        View::fact(self, name)
    }

    fn row(&self, name: &FactName) -> Option<BoundRow<'_>> {
        let rows = &self.standpoint.as_ref()?.rows;
        let bound = rows.iter().find(|bound| bound.name == *name)?;
        let Some(Value::Table(rows)) = View::fact(self, &bound.table) else {
            return None;
        };
        let cells = rows.get(&bound.key)?;
        Some(BoundRow {
            key: &bound.key,
            cells,
        })
    }

    fn applies(&self) -> Truth {
        View::applies(self)
    }

    fn did(&self, action: &ActionName) -> Option<Timestamp> {
        self.by_then(self.case.did.get(action).copied())
    }

    fn entered(&self, state: &StateName) -> Option<Timestamp> {
        self.by_then(self.case.entered.get(state).copied())
    }

    fn filed(&self, obligation: &ObligationName) -> Option<Timestamp> {
        let met = |key| match self.duties().get(key).map(|duty| &duty.running) {
            Some(Running::Stopped {
                filing: None, at, ..
            }) => Some(*at),
            _ => None,
        };
        let when = |key| match self.case.discharge(key) {
            Some((_, at)) => Some(at),
            None => met(key),
        };
        let filed: Option<Vec<Timestamp>> = self.meant(obligation).into_iter().map(when).collect();
        self.by_then(filed?.into_iter().max())
    }

    fn due(&self, obligation: &ObligationName) -> Option<Timestamp> {
        let kept = self.here.dues.borrow().get(obligation).cloned();
        let known = if let Some(known) = kept {
            known?
        } else {
            let keep = |known| {
                let mut dues = self.here.dues.borrow_mut();
                dues.insert(obligation.clone(), known);
            };
            keep(None);
            let known = self.known(|| due_of(self.context, self, obligation));
            keep(Some(known.clone()));
            known
        };
        self.note_change(known.next_change);
        known.value
    }

    fn since(&self, of: &SinceOf) -> Option<Timestamp> {
        // What is seen now may change next by time alone; the line ends at the present.
        let _ = self.holds(of);
        let line = self.line(of)?;
        let until = line.partition_point(|(moment, _)| *moment <= self.at);
        line[..until].last()?.1
    }

    fn gaps(&self, obligation: &ObligationName) -> Option<i64> {
        // Towards each recipient the latest filing counts; from outside, the one with the most gaps.
        let latest = |key: &DutyKey| {
            let filings = self.case.filings.values().rev();
            filings
                .filter(|filing| {
                    filing.undone.is_none() && self.by_then(Some(filing.sent_at)).is_some()
                })
                .find(|filing| filing.duties.contains(key))
                .map(|filing| filing.gaps.len())
        };
        let most = self
            .meant(obligation)
            .into_iter()
            .filter_map(latest)
            .max()?;
        i64::try_from(most).ok()
    }

    fn zone(&self) -> &Zone {
        &self.memo.zone
    }
}

#[cfg(test)]
mod tests;
