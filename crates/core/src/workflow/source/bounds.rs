//! Holds how much text is read at all, and refuses bytes that no YAML reader should be given.
//! The bounds on nesting, nodes and documents are stated here and kept by the walk over the events.

use super::text::{SourceText, is_forbidden};
use crate::diagnostic::{
    CONTROL_CHARACTER, Diagnostic, FILE_TOO_LARGE, Findings, LINE_TOO_LONG, NOT_UTF8,
};

/// Largest file in bytes: the longest regime written so far has 12 kB, and quadratic work on 1 MiB stays short.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// Longest line in characters: a person must be able to find a column, and an excerpt must be printable.
pub(super) const MOST_LINE: usize = 10_000;

/// Longest text of one value in bytes: a statute's article fits several times.
pub(super) const MOST_TEXT: usize = 65_536;

/// Deepest nesting of lists and mappings: half of what `serde_yaml` takes, ten times what the language has.
pub(super) const MOST_DEPTH: usize = 64;

/// Most keys, texts, lists and mappings of a file; bounds memory at some hundred bytes each.
pub(super) const MOST_NODES: usize = 100_000;

/// Most documents of a file: a library with everything that leans on it has a dozen.
pub(super) const MOST_DOCUMENTS: usize = 100;

/// Most control characters reported: a binary file would otherwise name each of its bytes.
const MOST_REPORTED: usize = 10;

/// Returns why the bytes are not given to a parser; nothing when they may be.
pub(super) fn check(source: &SourceText, bytes: &[u8]) -> Findings {
    let mut findings = Findings::new();
    if bytes.len() > MOST_BYTES {
        findings.push(
            Diagnostic::new(FILE_TOO_LARGE, source.location(0..0))
                .with("size", bytes.len())
                .with("most", MOST_BYTES),
        );
        return findings;
    }
    let end = source.text().len();
    if source.is_cut() {
        let offset = source.offset_in_file(end);
        findings.push(
            Diagnostic::new(NOT_UTF8, source.location(end..end))
                .with("offset", offset)
                .with(
                    "byte",
                    bytes
                        .get(offset)
                        .map_or_else(String::new, |byte| format!("{byte:02X}")),
                ),
        );
        return findings;
    }
    let text = source.text();
    let forbidden = text.char_indices().filter(|&(at, character)| {
        is_forbidden(character, text[at + character.len_utf8()..].chars().next())
    });
    for (at, character) in forbidden.take(MOST_REPORTED) {
        let place = source.location(at..at + character.len_utf8());
        findings.push(
            Diagnostic::new(CONTROL_CHARACTER, place)
                .with("character", format!("U+{:04X}", u32::from(character))),
        );
    }
    for line in source.lines() {
        let length = text[line.clone()].chars().count();
        if length > MOST_LINE {
            findings.push(
                Diagnostic::new(LINE_TOO_LONG, source.location(line.start..line.start))
                    .with("length", length)
                    .with("most", MOST_LINE),
            );
        }
    }
    findings
}
