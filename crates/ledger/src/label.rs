//! The short texts of a header: streams, types, roles, states, ids.
//!
//! What they mean is the domain's business; here they only cannot be empty, long, or in need of an escape.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::str::FromStr;

use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The most bytes of a label: a header's seven labels and six digests stay within its limit.
pub(crate) const LABEL_LIMIT: usize = 128;

/// A text of 1 to 128 visible ASCII characters without space, quotation mark and backslash.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Label(Box<str>);

/// Says why a text is no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The text is empty.
    #[error("empty")]
    Empty,
    /// The text has more bytes than a label may have.
    #[error("{0} bytes, more than {LABEL_LIMIT}")]
    TooLong(usize),
    /// The text holds a character that a label cannot hold.
    #[error(
        "holds {found:?} at byte {at}, which is no visible ASCII character or has to be escaped"
    )]
    Character {
        /// The first such character.
        found: char,
        /// Where it begins.
        at: usize,
    },
}

impl Label {
    /// Returns `text` as a label.
    ///
    /// # Errors
    ///
    /// Refuses an empty or long text, and one with a character that a label cannot hold.
    pub fn new(text: &str) -> Result<Self, LabelError> {
        if text.is_empty() {
            return Err(LabelError::Empty);
        }
        if text.len() > LABEL_LIMIT {
            return Err(LabelError::TooLong(text.len()));
        }
        if text.bytes().all(is_plain) {
            return Ok(Self(text.into()));
        }
        let stranger = text
            .char_indices()
            .find(|(_, c)| !c.is_ascii_graphic() || matches!(c, '"' | '\\'));
        match stranger {
            None => Ok(Self(text.into())),
            Some((at, found)) => Err(LabelError::Character { found, at }),
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Tells whether a byte may stand in a label.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"' && byte != b'\\'
}

impl FromStr for Label {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Label {
    type Error = LabelError;

    fn try_from(text: &str) -> Result<Self, LabelError> {
        Self::new(text)
    }
}

impl Deref for Label {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Label {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Label {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Label {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(
            deserializer,
            "1 to 128 visible ASCII characters without `\"` and `\\`",
        )
    }
}

/// Reads a value from a text by its `FromStr`, without a copy of the text.
pub(crate) fn deserialize_text<'de, D, T>(
    deserializer: D,
    expected: &'static str,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
{
    struct Text<T>(&'static str, PhantomData<T>);

    impl<T: FromStr> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(self.0)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse()
                .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_str(Text(expected, PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_holds_what_headers_hold() {
        for text in [
            "case/01JB",
            "ActionTaken",
            "duty_officer",
            "access/2023-10-27",
            "x",
        ] {
            assert_eq!(Label::new(text).expect("a label"), text);
        }
    }

    #[test]
    fn a_label_needs_no_escape() {
        assert_eq!(Label::new(""), Err(LabelError::Empty));
        assert_eq!(Label::new(&"x".repeat(129)), Err(LabelError::TooLong(129)));
        for (text, at, found) in [
            ("a b", 1, ' '),
            ("a\"", 1, '"'),
            ("\\", 0, '\\'),
            ("ab案", 2, '案'),
            ("a\u{7f}", 1, '\u{7f}'),
            ("\n", 0, '\n'),
        ] {
            assert_eq!(Label::new(text), Err(LabelError::Character { found, at }));
        }
    }
}
