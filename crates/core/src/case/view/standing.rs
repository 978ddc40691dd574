//! Says which duties of other obligations are meant from where an expression stands (E2).
//! When they were filed or fall due is for the view to find.

use super::View;
use crate::case::clock::DutyKey;
use crate::case::settle::Standpoint;
use crate::name::ObligationName;

impl View<'_> {
    /// Returns the duty in which the expression stands.
    #[must_use]
    pub(crate) const fn standpoint(&self) -> Option<&Standpoint> {
        self.standpoint.as_ref()
    }

    /// Tells whether the duties of another obligation are owed to the same recipients, so that one of them is meant.
    pub(crate) fn shares_recipients(&self, other: &ObligationName) -> bool {
        let rule = |name| self.context.rules.obligation(name);
        let own = self
            .standpoint
            .as_ref()
            .and_then(|own| rule(&own.obligation));
        match (own, rule(other)) {
            (Some(own), Some(other)) => own.to == other.to,
            (Some(_) | None, _) => false,
        }
    }

    /// Tells whether a duty is meant from where the expression stands: with the same rows and, if both are owed to the
    /// same recipients, towards the same one.
    pub(super) fn is_meant(&self, key: &DutyKey) -> bool {
        let Some(own) = &self.standpoint else {
            return true;
        };
        let rule = self.context.rules.obligation(&key.obligation);
        let rows = rule.is_none_or(|rule| own.has_rows(&rule.each, &key.rows));
        let recipient = own.recipient.as_ref().is_none_or(|recipient| {
            key.recipient.as_ref() == Some(recipient) || !self.shares_recipients(&key.obligation)
        });
        rows && recipient
    }
}
