//! Lays sentences out: parts under headings, and each sentence a step further in than what it belongs to.
//! What they say comes from whoever puts them there.

use tsuho_core::catalogue::Language;

use crate::message::Message;
use crate::output::Output;

/// A page of sentences.
#[derive(Default)]
pub(crate) struct Page(Vec<Line>);

enum Line {
    Empty,
    Said(usize, Message),
}

impl Page {
    /// Begins a part, with an empty line between it and the one before.
    pub(crate) fn heading(&mut self, key: &'static str) {
        self.gap();
        self.put(0, Message::new(key));
    }

    /// Adds an empty line, unless the page begins here.
    pub(crate) fn gap(&mut self) {
        if !self.0.is_empty() {
            self.0.push(Line::Empty);
        }
    }

    /// Adds a sentence so many steps in.
    pub(crate) fn put(&mut self, depth: usize, message: Message) {
        self.0.push(Line::Said(depth, message));
    }

    /// Prints the page.
    pub(crate) fn print(&self, output: &mut Output, language: Language) {
        for line in &self.0 {
            let Line::Said(depth, message) = line else {
                output.line("");
                continue;
            };
            let margin = "  ".repeat(*depth);
            // A text of several lines, such as a note, stays at its depth.
            for line in message.text(language).lines() {
                output.line(format!("{margin}{line}").trim_end());
            }
        }
    }
}
