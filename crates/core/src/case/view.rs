//! Lets expressions read a case at a moment: its facts, computed facts, and its own history (E2).
//! Three values, functions and next changes are the guard's; what is owed is `settle`'s.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use crate::case::clock::DutyKey;
use crate::case::decide::Context;
use crate::case::settle::due_of;
use crate::case::{Case, Running};
use crate::name::{ActionName, AuthorityName, FactName, ObligationName, StateName};
use crate::time::{Timestamp, Zone};
use crate::value::Value;
use crate::workflow::guard::{BoundRow, Env, Evaluated, Expr, Reference, SinceOf};
use crate::workflow::rules::Recipient;

pub use crate::workflow::guard::Truth;

/// Most moments at which `since.` evaluates its condition: as many as one decision catches up on.
const MOST_SINCE_STEPS: usize = 10_000;

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
    /// The recipient of the duty in which the expression stands.
    recipient: Option<AuthorityName>,
    /// The zone of the first authority.
    zone: Zone,
    /// Computed facts, and in a limited view every fact as it was known then; filled when asked for.
    values: BTreeMap<&'a FactName, OnceCell<Option<Value>>>,
    /// Computed facts whose value is being found: the compiler excludes cycles, and a fact that needs itself is unknown.
    open: RefCell<BTreeSet<&'a FactName>>,
    applies: Cell<Option<Truth>>,
    next_change: Cell<Option<Timestamp>>,
}

impl<'a> View<'a> {
    /// Makes a view of a case at a moment.
    #[must_use]
    pub fn new(context: &'a Context<'a>, case: &'a Case, at: Timestamp) -> Self {
        Self::limited(context, case, at, None)
    }

    /// Makes a view of what had been learnt by a moment, or of everything on record.
    fn limited(
        context: &'a Context<'a>,
        case: &'a Case,
        at: Timestamp,
        learnt_by: Option<Timestamp>,
    ) -> Self {
        let facts = context.rules.facts.values();
        let values = facts
            .filter(|rule| {
                rule.is.is_some() || (learnt_by.is_some() && case.facts.contains_key(&rule.name))
            })
            .map(|rule| (&rule.name, OnceCell::new()))
            .collect();
        Self {
            context,
            case,
            at,
            learnt_by,
            recipient: None,
            zone: first_zone(context, Some(case)),
            values,
            open: RefCell::default(),
            applies: Cell::default(),
            next_change: Cell::default(),
        }
    }

    /// Returns the same view for a duty towards one recipient, whose other duties `filed.` and `due.` then mean (E2).
    #[must_use]
    pub fn towards(&self, recipient: &AuthorityName) -> Self {
        let limited = Self::limited(self.context, self.case, self.at, self.learnt_by);
        Self {
            recipient: Some(recipient.clone()),
            ..limited
        }
    }

    /// Returns the case that is seen.
    #[must_use]
    pub const fn case(&self) -> &'a Case {
        self.case
    }

    /// Returns the value of a fact, recorded or computed; `None` while it is absent.
    #[must_use]
    pub fn fact(&self, name: &FactName) -> Option<&Value> {
        let rules = &self.context.rules.facts;
        if let Some((name, cell)) = self.values.get_key_value(name) {
            return cell
                .get()
                .map_or_else(|| self.find(name, cell), Option::as_ref);
        }
        match self.case.facts.get(name) {
            Some(history) => history.value(),
            None => rules.get(name)?.default.as_ref(),
        }
    }

    /// Finds the value of a computed fact, or of one as it was known then, and keeps it.
    fn find<'b>(&self, name: &'a FactName, cell: &'b OnceCell<Option<Value>>) -> Option<&'b Value> {
        if !self.open.borrow_mut().insert(name) {
            return None;
        }
        let rule = self.context.rules.facts.get(name);
        let value = if let Some(is) = rule.and_then(|rule| rule.is.as_ref()) {
            self.evaluate(is).value
        } else {
            let moment = self.learnt_by.unwrap_or(self.at);
            let history = self.case.facts.get(name);
            let learnt = history.is_some_and(|history| {
                history
                    .versions()
                    .iter()
                    .any(|version| version.as_of <= moment)
            });
            if learnt {
                history.and_then(|history| history.value_at(moment))
            } else {
                rule.and_then(|rule| rule.default.clone())
            }
        };
        self.open.borrow_mut().remove(name);
        cell.get_or_init(|| value).as_ref()
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
            because: evaluated.because,
        }
    }

    /// Tells whether the workflow applies.
    #[must_use]
    pub fn applies(&self) -> Truth {
        if let Some(known) = self.applies.get() {
            return known;
        }
        let truth = self.truth(self.context.rules.applies.when.as_ref()).truth;
        self.applies.set(Some(truth));
        truth
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
    fn duties(&self, obligation: &ObligationName) -> BTreeSet<&DutyKey> {
        let filed = self
            .case
            .filings
            .values()
            .filter(|filing| filing.undone.is_none());
        let known = self.case.duties.iter();
        let open = known.filter(|(key, duty)| {
            duty.running != Running::Lapsed || self.case.discharge(key).is_some()
        });
        open.map(|(key, _)| key)
            .chain(filed.flat_map(|filing| &filing.duties))
            .filter(|key| key.obligation == *obligation)
            .filter(|key| {
                self.recipient
                    .as_ref()
                    .is_none_or(|recipient| key.recipient == *recipient)
            })
            .collect()
    }

    /// Finds since when a condition has been true and known, on the line of `as_of` times (T5).
    fn true_since(&self, condition: impl Fn(&View<'_>) -> Truth) -> Option<Timestamp> {
        // What is seen now may change next by time alone; the views of the past below end at the present.
        let _ = condition(self);
        let filings = self.case.filings.values();
        let filings =
            filings.flat_map(|filing| filing.counts.values().copied().chain([filing.sent_at]));
        let mut learnt: BTreeSet<Timestamp> = self
            .case
            .facts
            .values()
            .flat_map(|history| history.versions().iter().map(|version| version.as_of))
            .chain(self.case.did.values().copied())
            .chain(self.case.entered.values().copied())
            .chain(filings)
            .filter(|moment| *moment <= self.at)
            .collect();
        let mut since = None;
        for _ in 0..MOST_SINCE_STEPS {
            let Some(moment) = learnt.pop_first() else {
                return since;
            };
            let view = View::limited(self.context, self.case, moment, Some(moment));
            match condition(&view) {
                Truth::True => since = since.or(Some(moment)),
                Truth::False | Truth::Unknown => since = None,
            }
            // Between two things learnt only time changes a condition, and the view says when.
            let next = view
                .next_change()
                .filter(|next| *next > moment && *next <= self.at);
            learnt.extend(next.filter(|next| learnt.first().is_none_or(|learnt| next < learnt)));
        }
        None
    }
}

/// Tells whether the workflow applies, on what a view shows.
fn applies_of(view: &View<'_>) -> Truth {
    view.applies()
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

    fn row(&self, _: &FactName) -> Option<BoundRow<'_>> {
        None
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
        let when = |key| self.case.discharge(key).map(|(_, at)| at);
        let filed: Option<Vec<Timestamp>> = self.duties(obligation).into_iter().map(when).collect();
        self.by_then(filed?.into_iter().max())
    }

    fn due(&self, obligation: &ObligationName) -> Option<Timestamp> {
        due_of(self.context, self, obligation, self.recipient.as_ref())
    }

    fn since(&self, of: &SinceOf) -> Option<Timestamp> {
        match of {
            SinceOf::Applies => self.true_since(applies_of),
            SinceOf::Fact(fact) => self.true_since(|view| truth_of(view.fact(fact))),
        }
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
            .duties(obligation)
            .into_iter()
            .filter_map(latest)
            .max()?;
        i64::try_from(most).ok()
    }

    fn zone(&self) -> &Zone {
        &self.zone
    }
}

/// Returns the zone of the first authority to which the workflow owes something; of the first that it knows while that
/// one is not known, and UTC if it knows none.
#[must_use]
pub fn first_zone(context: &Context<'_>, case: Option<&Case>) -> Zone {
    let rules = context.rules;
    let authority = match rules.authority.first() {
        Some(Recipient::Authority(name)) => Some(name),
        Some(Recipient::Fact(fact)) => match case.and_then(|case| case.facts.get(fact)?.value()) {
            Some(Value::Authority(name)) => Some(name),
            _ => None,
        },
        None => None,
    };
    let known = authority.and_then(|name| rules.authorities.get(name));
    known
        .or_else(|| rules.authorities.values().next())
        .map_or_else(Zone::utc, |rule| rule.zone.clone())
}
