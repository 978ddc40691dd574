//! Knows the words of the language: what each kind of name is called and how it is written, and which word was meant.
//! Which names exist is left to `resolve` and `compile`.

use std::fmt::Display;
use std::str::FromStr;

use super::At;
use crate::catalogue::{Arg, Args};
use crate::diagnostic::{Diagnostic, UNKNOWN_NAME};
use crate::name::{
    ActionName, AuthorityName, CalendarName, ChannelName, ChoiceListName, ChoiceName, ColumnName,
    CountingName, DocumentName, FactName, LibraryName, ObligationName, RoleName, SourceName,
    StateName, WorkflowName,
};

/// A kind of name, with its words for people.
pub trait Named: FromStr + Clone + Display + Ord {
    /// Key of what it is called.
    const KIND: &'static str;
    /// Key of how it is written.
    const FORM: &'static str;
}

macro_rules! named {
    ($($name:ident, $kind:literal, $form:literal;)+) => {$(
        impl Named for $name {
            const KIND: &'static str = concat!("workflow.kind.", $kind);
            const FORM: &'static str = concat!("workflow.form.", $form);
        }
    )+};
}

named! {
    WorkflowName, "workflow", "kebab";
    LibraryName, "library", "kebab";
    AuthorityName, "authority", "kebab";
    CalendarName, "calendar", "kebab";
    CountingName, "counting", "kebab";
    SourceName, "source", "kebab";
    DocumentName, "document", "kebab";
    FactName, "fact", "snake";
    ColumnName, "column", "snake";
    StateName, "state", "snake";
    ActionName, "action", "snake";
    ObligationName, "obligation", "snake";
    RoleName, "role", "snake";
    ChoiceListName, "choice_list", "snake";
    ChoiceName, "choice", "value";
    ChannelName, "channel", "snake";
}

/// Most names that a misspelt one is compared with, so that a hostile file full of both is read in a moment.
const MOST_COMPARED: usize = 500;

/// Returns the candidate that was probably meant: at most a third of its letters differ.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let allowed = |candidate: &str| (candidate.len() / 3).max(1);
    candidates
        .into_iter()
        .take(MOST_COMPARED)
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed(candidate))
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed(candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns what to do about a word that is not among the candidates: the one that was meant, or all of them.
pub(super) fn hint<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Arg {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    match nearest(word, candidates.iter().copied()) {
        Some(meant) => Arg::Message(
            "workflow.hint.nearest",
            Args::from([("name", Arg::from(meant))]),
        ),
        None if candidates.is_empty() => Arg::Key("workflow.hint.nothing"),
        None => Arg::Message(
            "workflow.hint.among",
            Args::from([("names", Arg::from(shown(&candidates)))]),
        ),
    }
}

/// Most names that a hint lists: more would be read by nobody.
const MOST_SHOWN: usize = 12;

/// Returns the names for a list, cut where it would become too long to read.
fn shown(names: &[&str]) -> Vec<Arg> {
    let mut list: Vec<Arg> = names
        .iter()
        .take(MOST_SHOWN)
        .map(|name| Arg::Text(format!("`{name}`")))
        .collect();
    if names.len() > MOST_SHOWN {
        list.push("…".into());
    }
    list
}

/// Makes the diagnostic of a name that nothing has.
pub fn unnamed<'c, N: Named>(
    name: &At<N>,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Diagnostic {
    let word = name.value.to_string();
    let hint = hint(&word, candidates);
    Diagnostic::new(UNKNOWN_NAME, name.at.clone())
        .with("kind", Arg::Key(N::KIND))
        .with("name", word)
        .with("hint", hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_what_was_meant_and_a_stranger_finds_nothing() {
        let roles = ["duty_officer", "executive", "counsel"];
        assert_eq!(nearest("duty_oficer", roles), Some("duty_officer"));
        assert_eq!(nearest("cuonsel", roles), Some("counsel"));
        assert_eq!(nearest("facilities_manager", roles), None);
        assert_eq!(nearest("x", []), None);
    }
}
