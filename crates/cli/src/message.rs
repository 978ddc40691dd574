//! Holds a sentence that is still to be said: a key of the catalogue with what its placeholders stand for.
//! Which language it is said in is decided by `crates/cli/src/language.rs`, where it goes by `crates/cli/src/output.rs`.

use std::borrow::Cow;

use tsuho_core::catalogue::{self, Arg, Args, Language};

/// A sentence of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    key: Cow<'static, str>,
    args: Args,
}

impl Message {
    /// Makes a sentence of a key.
    pub(crate) fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self::of(key, Args::new())
    }

    /// Makes a sentence of a key with all that it names.
    pub(crate) fn of(key: impl Into<Cow<'static, str>>, args: Args) -> Self {
        Self {
            key: key.into(),
            args,
        }
    }

    /// Says what a placeholder stands for.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.insert(name, value.into());
        self
    }

    /// Returns the sentence in a language.
    pub(crate) fn text(&self, language: Language) -> String {
        catalogue::text(language, &self.key, &self.args)
    }

    /// Tells whether the catalogue has the sentence.
    #[cfg(test)]
    pub(crate) fn exists(&self) -> bool {
        catalogue::has(&self.key)
    }
}
