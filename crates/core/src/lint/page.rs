//! Takes the examples out of the comment at the head of a rule's file.
//! What stands beside them on the page, the sentence and what to do, is in the catalogue.

use std::fmt;

/// A text in which a rule finds something, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example(String);

impl Example {
    /// Finds the example of a kind in the text of a rule's file.
    pub(super) fn of(file: &str, kind: &str) -> Option<Self> {
        let fence = format!("//! ```yaml {kind}");
        let mut lines = file.lines().skip_while(|line| *line != fence);
        lines.next()?;
        let inside = lines.take_while(|line| *line != "//! ```");
        let text: Vec<&str> = inside
            .map(|line| line.strip_prefix("//! ").unwrap_or_default())
            .collect();
        Some(Self(text.join("\n") + "\n"))
    }

    /// Returns its text, a whole file that leans on the shipped libraries.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
