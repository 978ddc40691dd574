//! Keeps the text of a file and finds line and column of a place in it, for diagnostics and their excerpts.
//! Whether the text may be parsed is judged by the bounds; what it says, by the tree.

use std::ops::Range;
use std::sync::Arc;

use super::bounds::MOST_BYTES;
use crate::diagnostic::Location;

/// Distance in bytes between two counts of characters: finding a column looks at no more than this.
const STRIDE: usize = 64;

/// The byte order mark that editors on Windows put before the text; both parsers trip over it.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The text of a file without its byte order mark, and where its lines begin.
///
/// Of a file that is not UTF-8 it holds what precedes the first wrong byte, of a file that is too large nothing:
/// enough to show the excerpts of the diagnostics that such files get.
#[derive(Debug, Clone)]
pub struct SourceText {
    file: Arc<str>,
    text: String,
    mark: usize,
    cut: Cut,
    starts: Vec<usize>,
    counts: Vec<usize>,
}

/// Whether the bytes were text to their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Whole,
    AtWrongByte,
}

impl SourceText {
    /// Takes the text out of a file's bytes.
    ///
    /// # Panics
    ///
    /// Never: what precedes the first wrong byte is text.
    #[must_use]
    pub fn new(file: &str, bytes: &[u8]) -> Self {
        let inner = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let (text, cut) = match std::str::from_utf8(inner) {
            _ if bytes.len() > MOST_BYTES => ("", Cut::Whole),
            Ok(text) => (text, Cut::Whole),
            Err(error) => {
                let valid = std::str::from_utf8(&inner[..error.valid_up_to()]);
                (
                    valid.expect("the bytes up to the error are UTF-8"),
                    Cut::AtWrongByte,
                )
            }
        };
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = std::iter::once(0)
            .chain(breaks.map(|(at, _)| at + 1))
            .collect();
        let mut counts = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut counted = 0;
        for block in text.as_bytes().chunks(STRIDE) {
            counts.push(counted);
            counted += characters(block);
        }
        counts.push(counted);
        Self {
            file: file.into(),
            text: text.to_owned(),
            mark: bytes.len() - inner.len(),
            cut,
            starts,
            counts,
        }
    }

    /// Returns the name under which the file was read.
    #[must_use]
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Returns the text, to which every span of a [`Location`] refers.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Tells whether the bytes went on after the text and were no UTF-8.
    pub(super) fn is_cut(&self) -> bool {
        self.cut == Cut::AtWrongByte
    }

    /// Returns where a place of the text is in the file, its byte order mark counted.
    pub(super) const fn offset_in_file(&self, offset: usize) -> usize {
        offset + self.mark
    }

    /// Returns the place of a range of bytes, made to fit the text and its characters.
    #[must_use]
    pub fn location(&self, span: Range<usize>) -> Location {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.ceil_char_boundary(span.end.max(start));
        let line = self.line_of(start);
        let column =
            self.characters_before(start) - self.characters_before(self.starts[line - 1]) + 1;
        Location {
            file: Arc::clone(&self.file),
            span: start..end,
            line,
            column,
        }
    }

    /// Returns the byte at which a line and column begin, both from 1; beyond the text its end.
    pub(super) fn offset(&self, line: usize, column: usize) -> usize {
        let range = self.line(line);
        let within = self.text[range.clone()]
            .char_indices()
            .nth(column.saturating_sub(1));
        within.map_or(range.end, |(at, _)| range.start + at)
    }

    /// Returns the number of the line on which a byte stands, from 1.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&begin| begin <= offset)
    }

    /// Returns the range of a line, counted from 1, without its break; beyond the text it is empty.
    pub(super) fn line(&self, line: usize) -> Range<usize> {
        let begin = |index: usize| self.starts.get(index).copied().unwrap_or(self.text.len());
        let start = begin(line.saturating_sub(1));
        let text = &self.text[start..begin(line)];
        let text = text
            .strip_suffix('\n')
            .map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        start..start + text.len()
    }

    /// Returns the range of each line without its break.
    pub(super) fn lines(&self) -> impl Iterator<Item = Range<usize>> {
        (1..=self.starts.len()).map(|line| self.line(line))
    }

    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / STRIDE;
        self.counts[block] + characters(&self.text.as_bytes()[block * STRIDE..offset])
    }
}

/// Counts the characters that begin in UTF-8 bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000)
        .count()
}

/// Tells whether a character has no place in a workflow, whatever stands around it: it does not show, or it lets a
/// line read otherwise than it is. U+0085, U+2028 and U+2029 are line breaks to one of the two readers alone.
pub(super) fn is_forbidden(character: char, next: Option<char>) -> bool {
    match character {
        '\t' | '\n' => false,
        '\r' => next != Some('\n'),
        '\u{2028}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{FFFE}'
        | '\u{FFFF}' => true,
        _ => character.is_control(),
    }
}
