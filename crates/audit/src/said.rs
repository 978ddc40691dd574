//! What a finding expected and what it found: a value as it is, or words that the catalogue has in both languages.
//! Which of them a finding says is decided where it is found.

use std::fmt::Display;

use serde::{Serialize, Serializer};
use tsuho_core::catalogue::{Arg, Args, Language, text};

use crate::finding::plain;

/// What was expected, or what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A value, a name or a code: the same in every language.
    Value(String),
    /// An entry of the catalogue with the values that it names.
    Words(&'static str, Vec<(&'static str, String)>),
}

impl Said {
    /// Returns what a sentence names.
    #[must_use]
    pub fn arg(&self) -> Arg {
        match self {
            Self::Value(value) => Arg::from(value.as_str()),
            Self::Words(key, values) => {
                let arg =
                    |(name, value): &(&'static str, String)| (*name, Arg::from(value.as_str()));
                Arg::Message(key, values.iter().map(arg).collect())
            }
        }
    }

    /// Returns it with every value cut and harmless to a terminal.
    pub(crate) fn plain(self) -> Self {
        match self {
            Self::Value(value) => Self::Value(plain(&value)),
            Self::Words(key, values) => {
                let values = values.into_iter();
                Self::Words(
                    key,
                    values.map(|(name, value)| (name, plain(&value))).collect(),
                )
            }
        }
    }
}

/// Programs read English, whatever language the person reads.
impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => serializer.serialize_str(value),
            Self::Words(..) => {
                let args = Args::from([("said", self.arg())]);
                serializer.serialize_str(&text(Language::En, "audit.said", &args))
            }
        }
    }
}

/// Words without values.
pub(crate) const fn words(key: &'static str) -> Said {
    Said::Words(key, Vec::new())
}

/// Words with values.
pub(crate) fn words_with<const N: usize>(
    key: &'static str,
    values: [(&'static str, &dyn Display); N],
) -> Said {
    let values = values.map(|(name, value)| (name, value.to_string()));
    Said::Words(key, values.into())
}

/// A value, or that there is none.
pub(crate) fn or_absent(value: Option<impl Display>) -> Said {
    value.map_or(words("audit.said.absent"), |value| {
        Said::Value(value.to_string())
    })
}

/// What can be expected or found.
pub(crate) trait Say {
    /// Returns what is said of it.
    fn say(self) -> Said;
}

impl Say for Said {
    fn say(self) -> Said {
        self
    }
}

impl<T: Display> Say for T {
    fn say(self) -> Said {
        Said::Value(self.to_string())
    }
}
