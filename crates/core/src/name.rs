//! Gives every kind of name in a workflow its own type, so that a role cannot stand where a state belongs.
//! Kebab case names live in libraries and name workflows; snake case names live in workflows (rule F3).

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::read_text::read_text;

/// Longest name that is read; longer ones would not fit a header or a column of a listing.
pub const LONGEST_NAME: usize = 64;

/// Says why a text is no name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}: expected {form}")]
pub struct InvalidName {
    /// What was given.
    pub text: String,
    /// The kind of name that was expected, in words.
    pub what: &'static str,
    /// The form that such a name has.
    pub form: &'static str,
}

/// Tells whether `text` is lower-case words of letters and digits joined by `joint`, beginning with a letter.
fn is_joined(text: &str, joint: u8) -> bool {
    let bytes = text.as_bytes();
    (1..=LONGEST_NAME).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes[bytes.len() - 1] != joint
        && bytes
            .windows(2)
            .all(|pair| !(pair[0] == joint && pair[1] == joint))
        && bytes
            .iter()
            .all(|&byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == joint)
}

/// As [`is_joined`], but a choice value may begin with a digit (`1a`) as rows of a law's table do.
fn is_value(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..=LONGEST_NAME).contains(&bytes.len())
        && bytes
            .iter()
            .all(|&byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $form:expr, $test:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Returns the name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                let test: fn(&str) -> bool = $test;
                if test(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(InvalidName { text: text.to_owned(), what: $what, form: $form })
                }
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_text(deserializer)
            }
        }
    )+};
}

const KEBAB: &str = "lower-case words joined by `-`, such as `jp-mic`";
const SNAKE: &str = "lower-case words joined by `_`, such as `known_at`";
const VALUE: &str = "lower-case letters, digits and `_`, such as `leaked`";

names! {
    /// Names a workflow or a template.
    WorkflowName, "workflow name", KEBAB, |text| is_joined(text, b'-');
    /// Names a library.
    LibraryName, "library name", KEBAB, |text| is_joined(text, b'-');
    /// Names who receives: a ministry, a bureau, an audience.
    AuthorityName, "authority name", KEBAB, |text| is_joined(text, b'-');
    /// Names a calendar of closed days.
    CalendarName, "calendar name", KEBAB, |text| is_joined(text, b'-');
    /// Names a counting rule.
    CountingName, "counting rule name", KEBAB, |text| is_joined(text, b'-');
    /// Names a source of law.
    SourceName, "source name", KEBAB, |text| is_joined(text, b'-');
    /// Names a form or other document.
    DocumentName, "document name", KEBAB, |text| is_joined(text, b'-');
    /// Names a fact.
    FactName, "fact name", SNAKE, |text| is_joined(text, b'_');
    /// Names a column of a table.
    ColumnName, "column name", SNAKE, |text| is_joined(text, b'_');
    /// Names a state.
    StateName, "state name", SNAKE, |text| is_joined(text, b'_');
    /// Names an action.
    ActionName, "action name", SNAKE, |text| is_joined(text, b'_');
    /// Names an obligation.
    ObligationName, "obligation name", SNAKE, |text| is_joined(text, b'_');
    /// Names a role.
    RoleName, "role name", SNAKE, |text| is_joined(text, b'_');
    /// Names a list of choices that several facts share.
    ChoiceListName, "choice list name", SNAKE, |text| is_joined(text, b'_');
    /// Names one value of a choice.
    ChoiceName, "choice value", VALUE, is_value;
    /// Names a channel: `phone`, `fax`, `email`, `post`, `portal`.
    ChannelName, "channel name", SNAKE, |text| is_joined(text, b'_');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_to_the_form_of_its_kind() {
        assert!("jp-mic".parse::<AuthorityName>().is_ok());
        assert!("jp_mic".parse::<AuthorityName>().is_err());
        assert!("known_at".parse::<FactName>().is_ok());
        for wrong in [
            "",
            "_a",
            "a_",
            "a__b",
            "A",
            "1a",
            "a-b",
            "é",
            &"a".repeat(65),
        ] {
            assert!(wrong.parse::<FactName>().is_err(), "{wrong}");
        }
        assert!("1a".parse::<ChoiceName>().is_ok());
    }
}
