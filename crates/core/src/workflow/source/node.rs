//! Holds what a YAML text says: values, each with its place in the file.
//! Which keys and values are right is left to the document's reader.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::text::SourceText;
use crate::diagnostic::Location;

/// One document of a file; its root is a mapping.
#[derive(Debug, Clone)]
pub struct Document {
    /// The mapping that the document is.
    pub root: Node,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// What stands here.
    pub kind: Kind,
    /// From its first to its last character; an empty value stands behind its colon.
    pub at: Location,
    state: State,
    pieces: Vec<Piece>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Nothing: `key:`, `~` or `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number within ±(2^53 - 1).
    Integer(i64),
    /// A text.
    Text {
        /// What it says, in NFC.
        text: String,
        /// How it is written.
        style: Style,
    },
    /// `[a, b]` or lines that begin with `-`.
    List(Vec<Node>),
    /// `{ key: value }` or lines of `key: value`, in the order of the file; every key stands once.
    Map(Vec<Entry>),
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// Behind `|` or `>`.
    Block,
}

/// A key with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key, in NFC.
    pub key: String,
    /// Where the key stands.
    pub key_at: Location,
    /// What it stands for.
    pub value: Node,
}

/// Whether a mistake was reported at the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Sound,
    Faulty,
}

/// A stretch of a text that stands in the file exactly as it reads.
#[derive(Debug, Clone)]
struct Piece {
    text: Range<usize>,
    at: Location,
}

impl Node {
    pub(super) const fn new(kind: Kind, at: Location) -> Self {
        Self {
            kind,
            at,
            state: State::Sound,
            pieces: Vec::new(),
        }
    }

    /// Makes a text, with the stretches of it that can be pointed at.
    pub(super) fn text(
        source: &SourceText,
        text: String,
        style: Style,
        span: Range<usize>,
    ) -> Self {
        let pieces = pieces(source, &text, style, &span);
        Self {
            kind: Kind::Text { text, style },
            at: source.location(span),
            state: State::Sound,
            pieces,
        }
    }

    /// Marks that a mistake was reported here.
    pub(super) const fn faulty(mut self) -> Self {
        self.state = State::Faulty;
        self
    }

    /// Returns the node with every text and key in NFC; what changes by that can be pointed at only as a whole.
    pub(super) fn normalised(mut self) -> Self {
        match &mut self.kind {
            Kind::Null | Kind::Boolean(_) | Kind::Integer(_) => {}
            Kind::Text { text, .. } => {
                if !is_nfc(text) {
                    *text = text.nfc().collect();
                    self.pieces.clear();
                }
            }
            Kind::List(items) => {
                *items = std::mem::take(items)
                    .into_iter()
                    .map(Self::normalised)
                    .collect();
            }
            Kind::Map(entries) => {
                let normalise = |entry: Entry| Entry {
                    key: entry.key.nfc().collect(),
                    key_at: entry.key_at,
                    value: entry.value.normalised(),
                };
                *entries = std::mem::take(entries).into_iter().map(normalise).collect();
            }
        }
        self
    }

    /// Tells whether a mistake was reported at this value, so that saying more about it would repeat it.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.state == State::Faulty
    }

    /// Returns the value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// Returns the keys with their values in the order of the file; of anything but a mapping none.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Null
            | Kind::Boolean(_)
            | Kind::Integer(_)
            | Kind::Text { .. }
            | Kind::List(_) => &[],
        }
    }

    /// Returns the items of a list; of anything else none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Text { .. } | Kind::Map(_) => {
                &[]
            }
        }
    }

    /// Returns the text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text { text, .. } => Some(text),
            Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// Returns the whole number, if this is one.
    #[must_use]
    pub const fn as_integer(&self) -> Option<i64> {
        match &self.kind {
            Kind::Integer(value) => Some(*value),
            Kind::Null | Kind::Boolean(_) | Kind::Text { .. } | Kind::List(_) | Kind::Map(_) => {
                None
            }
        }
    }

    /// Returns the truth value, if this is one.
    #[must_use]
    pub const fn as_boolean(&self) -> Option<bool> {
        match &self.kind {
            Kind::Boolean(value) => Some(*value),
            Kind::Null | Kind::Integer(_) | Kind::Text { .. } | Kind::List(_) | Kind::Map(_) => {
                None
            }
        }
    }

    /// Returns the catalogue's key of what this is, for messages: `Arg::Key(node.word())` reads "a list", "リスト".
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "source.kind.null",
            Kind::Boolean(_) => "source.kind.boolean",
            Kind::Integer(_) => "source.kind.integer",
            Kind::Text { .. } => "source.kind.text",
            Kind::List(_) => "source.kind.list",
            Kind::Map(_) => "source.kind.map",
        }
    }

    /// Returns where a range of bytes of the text stands in the file.
    ///
    /// Exact where the file has the same characters: plain texts, quoted ones without escapes, and the lines of
    /// folded and block texts. Otherwise, as for anything but a text, it is the place of the whole value.
    #[must_use]
    pub fn location_of(&self, range: Range<usize>) -> Location {
        let Some(text) = self.as_text() else {
            return self.at.clone();
        };
        let start = text.floor_char_boundary(range.start);
        let end = text.ceil_char_boundary(range.end.max(start));
        let holds = |piece: &&Piece, offset| piece.text.start <= offset && offset <= piece.text.end;
        // A start at a joint belongs to the line that follows, an end to the line that precedes.
        let first = self.pieces.iter().rfind(|piece| holds(piece, start));
        let last = self.pieces.iter().find(|piece| holds(piece, end));
        let (Some(first), Some(last)) = (first, last) else {
            return self.at.clone();
        };
        let skipped = start - first.text.start;
        let from = first.at.span.start + skipped;
        let to = last.at.span.start + (end - last.text.start);
        Location {
            file: self.at.file.clone(),
            span: from..to.max(from),
            line: first.at.line,
            column: first.at.column + text[first.text.start..start].chars().count(),
        }
    }
}

/// Finds which stretches of a text stand in the file as they read; none, where an escape makes them differ.
fn pieces(source: &SourceText, text: &str, style: Style, span: &Range<usize>) -> Vec<Piece> {
    let inner = match style {
        Style::Plain | Style::Block => span.clone(),
        Style::Quoted => span.start + 1..(span.end - 1).max(span.start + 1),
    };
    let Some(written) = source.text().get(inner.clone()) else {
        return Vec::new();
    };
    if written == text {
        return vec![Piece {
            text: 0..text.len(),
            at: source.location(inner),
        }];
    }
    let blank = [' ', '\t', '\r', '\n'];
    let mut pieces = Vec::new();
    let (mut offset, mut reached) = (inner.start, 0);
    for line in written.split('\n') {
        let content = line.trim_matches(blank);
        let begin = offset + (line.len() - line.trim_start_matches(blank).len());
        offset += line.len() + 1;
        if content.is_empty() {
            continue;
        }
        let rest = text[reached..].trim_start_matches(blank);
        if !rest.starts_with(content) {
            return Vec::new();
        }
        let start = text.len() - rest.len();
        reached = start + content.len();
        pieces.push(Piece {
            text: start..reached,
            at: source.location(begin..begin + content.len()),
        });
    }
    if text[reached..].trim_matches(blank).is_empty() {
        pieces
    } else {
        Vec::new()
    }
}
