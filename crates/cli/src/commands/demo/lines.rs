//! Collects what is told of one decision: sentences that run on, and those that begin a line.
//! Breaking lines is left to `crates/cli/src/commands/demo/layout.rs`.

use tsuho_core::catalogue::Language;

/// What is told of one decision.
#[derive(Debug)]
pub(super) struct Lines {
    language: Language,
    list: Vec<String>,
}

impl Lines {
    /// Begins with nothing.
    pub(super) fn new(language: Language) -> Self {
        Self {
            language,
            list: Vec::new(),
        }
    }

    /// Adds a sentence on a line of its own.
    pub(super) fn begin(&mut self, sentence: String) {
        self.list.push(sentence);
    }

    /// Adds a sentence behind the last one.
    pub(super) fn go_on(&mut self, sentence: &str) {
        match self.list.last_mut() {
            None => self.list.push(sentence.to_owned()),
            Some(last) => {
                last.push_str(match self.language {
                    Language::En => " ",
                    Language::Ja => "",
                });
                last.push_str(sentence);
            }
        }
    }

    /// Returns the lines.
    pub(super) fn into_list(self) -> Vec<String> {
        self.list
    }
}
