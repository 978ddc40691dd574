//! Looks for what can be run and is still wrong: prevention that can be skipped, a clock that nobody is asked to start.
//! Each rule stands in a file of its own, whose comment shows a text in which it finds something and one in which it does
//! not: they are its test and its page. What cannot be run at all is found by `workflow::compile`.

mod anchor_never_asked;
mod closed_by_one_person;
mod completed_over_duties;
mod idle_action;
mod page;
mod phase_skippable;
mod reads;
mod reminded_too_late;
mod subject;
mod unused_fact;

#[cfg(test)]
mod tests;

pub use self::page::Example;
pub(crate) use self::subject::Subject;
use crate::diagnostic::{Code, Diagnostic};

/// Something that is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Under which code it is found.
    pub code: Code,
    /// The text of the file in which it stands.
    file: &'static str,
    check: fn(&Subject<'_>) -> Vec<Diagnostic>,
}

macro_rules! rules {
    ($($module:ident),+ $(,)?) => {
        /// Every rule, in the order of their codes.
        pub const RULES: &[Rule] = &[$(Rule {
            code: $module::CODE,
            file: include_str!(concat!("lint/", stringify!($module), ".rs")),
            check: $module::check,
        }),+];
    };
}

rules! {
    phase_skippable,
    idle_action,
    reminded_too_late,
    anchor_never_asked,
    closed_by_one_person,
    completed_over_duties,
    unused_fact,
}

impl Rule {
    /// Returns the rule with a code, if one has it.
    #[must_use]
    pub fn of(code: &Code) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code == *code)
    }

    /// Returns a text in which the rule finds something, and no other rule does.
    ///
    /// # Panics
    ///
    /// If the rule's comment has none, which a test forbids.
    #[must_use]
    pub fn bad(&self) -> Example {
        Example::of(self.file, "bad").expect("every rule has one")
    }

    /// Returns the same text without the mistake.
    ///
    /// # Panics
    ///
    /// As [`Rule::bad`].
    #[must_use]
    pub fn good(&self) -> Example {
        Example::of(self.file, "good").expect("every rule has one")
    }
}

/// Looks for everything in one workflow.
pub(crate) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    RULES
        .iter()
        .flat_map(|rule| (rule.check)(subject))
        .collect()
}
