//! Reads the text of a workflow file into values that know where they stand in it (invariant 4, rules F1 and F2).
//! What the values mean is left to the document's reader; opening files and showing excerpts to the program.
//!
//! The text passes four gates, and no later one runs over what an earlier one refused:
//! bounds, a walk over granit's events, the roots, and `serde_yaml` reading the same text again.

mod accident;
mod bounds;
mod frame;
mod key;
mod node;
mod root;
mod scalar;
mod second;
mod syntax;
mod text;
mod tree;

#[cfg(test)]
mod tests;

pub use node::{Document, Entry, Kind, Node, Style};
pub use text::SourceText;

use crate::diagnostic::Findings;

/// Reads a file's bytes into its documents, together with every mistake found on the way.
///
/// A document is returned when its text could be walked to the end, even with mistakes, so that later checks can
/// find theirs in the same run; its root is always a mapping. The text may be *used* only when the findings have no
/// error: then both readers gave the same value for every node.
#[must_use]
pub fn read(file: &str, bytes: &[u8]) -> (Vec<Document>, Findings) {
    let source = SourceText::new(file, bytes);
    let mut findings = bounds::check(&source, bytes);
    if findings.has_errors() {
        return (Vec::new(), findings);
    }
    let (roots, found) = tree::read(&source);
    findings.extend(found);
    findings.extend(root::check(&source, &roots, &findings));
    // Aliases, merge keys and deep nesting have been refused by here, so serde_yaml cannot be made to expand a text.
    if !findings.has_errors() {
        findings.extend(second::compare(&source, &roots));
    }
    let documents = roots
        .into_iter()
        .filter(|root| matches!(root.kind, Kind::Map(_)))
        .map(|root| Document {
            root: root.normalised(),
        })
        .collect();
    (documents, findings)
}
