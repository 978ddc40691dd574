//! Reads what the law says on the day that picks the version (L3), and says what to ask for while that day is unknown.
//! The dated values stand in libraries; which day is meant, in the workflow.

use super::View;
use crate::value::Value;
use crate::workflow::guard::Reference;
use crate::workflow::rules::{DatedValue, FactRule, Owner};

impl View<'_> {
    /// Returns what the law says on the day of the fact behind `in_force` (L3); `None` while that day is unknown, and
    /// before the first value.
    #[must_use]
    pub fn law<'r>(&self, rule: &'r FactRule) -> Option<&'r DatedValue> {
        let by = &self.context.rules.in_force.as_ref()?.by;
        let day = match self.fact(by)? {
            Value::Instant(instant) => instant.date_in(&self.memo.zone),
            Value::Date(date) => *date,
            _ => return None,
        };
        rule.in_force_on(day)
    }

    /// Returns what is to be asked for where something is unknown: for what the law says, the day that picks it.
    pub(crate) fn asked_for(&self, unknown: Reference) -> Reference {
        let (Reference::Fact(name) | Reference::Column { table: name, .. }) = &unknown else {
            return unknown;
        };
        let rules = self.context.rules;
        let rule = rules.facts.get(name);
        match &rules.in_force {
            Some(in_force) if rule.is_some_and(|rule| rule.owner == Owner::Law) => {
                Reference::Fact(in_force.by.clone())
            }
            Some(_) | None => unknown,
        }
    }
}
