//! Puts granit's syntax errors into the words of somebody who writes a workflow: what is wrong, where, what to do.
//! Mistakes in texts that can be walked are found by the tree.

use std::ops::Range;

use granit_parser::{ErrorKind, ScanError};

use super::accident;
use super::bounds::MOST_DEPTH;
use super::text::SourceText;
use crate::catalogue::{Arg, Args};
use crate::diagnostic::{
    ALIAS, ANCHOR, BAD_ESCAPE, Code, DIRECTIVE, Diagnostic, INDENTATION, LEADING_EXCLAMATION,
    MISSING_SPACE, SYNTAX, TAB, TAG, TOO_DEEP, TRAILING_CONTENT, UNCLOSED_BRACKET, UNCLOSED_QUOTE,
};

/// Most characters of the text that a message repeats.
const MOST_SHOWN: usize = 60;

/// Returns a text short enough for a message, in one line.
pub(super) fn clipped(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.trim_end().len() => format!("{line} …"),
        None => line.to_owned(),
    }
}

/// Returns a text as it should have been written, for the advice to quote it.
pub(super) fn quoted(text: &str) -> String {
    let shown = clipped(text);
    if shown.contains('"') {
        format!("'{}'", shown.replace('\'', "''"))
    } else {
        format!("\"{shown}\"")
    }
}

/// Returns the range from an offset up to the next blank.
pub(super) fn word_at(source: &SourceText, offset: usize) -> Range<usize> {
    let rest = source.text().get(offset..).unwrap_or_default();
    offset..offset + rest.find(char::is_whitespace).unwrap_or(rest.len())
}

/// Returns the diagnostic of content that follows a complete document.
pub(super) fn after_document(source: &SourceText, offset: usize) -> Diagnostic {
    trailing(source, offset, AFTER_DOCUMENT)
}

/// Returns the diagnostic of an error that ended the walk; `opener` is where the innermost open `[` or `{` stands.
pub(super) fn explain(source: &SourceText, error: &ScanError, opener: Option<usize>) -> Diagnostic {
    let mark = error.marker();
    let offset = mark
        .byte_offset()
        .unwrap_or_else(|| source.offset(mark.line(), mark.col() + 1));
    let offset = source.text().floor_char_boundary(offset);
    let place = Place {
        source,
        offset,
        line: source.line_of(offset),
        opener,
    };
    let kind = error.kind();
    place
        .exclamation()
        .or_else(|| place.in_quotes(kind))
        .or_else(|| place.in_brackets(kind))
        .or_else(|| place.in_lines(kind))
        .or_else(|| place.property(kind))
        .unwrap_or_else(|| {
            let reason = Args::from([("reason", Arg::Text(kind.to_string()))]);
            Diagnostic::new(SYNTAX, source.location(place.one()))
                .with("what", Arg::Message(OTHER.what, reason))
                .with("advice", Arg::Key(OTHER.advice))
        })
}

/// What is wrong and what to do, as keys of the catalogue.
#[derive(Clone, Copy)]
struct Words {
    what: &'static str,
    advice: &'static str,
}

macro_rules! words {
    ($($name:ident = $key:literal;)+) => {
        $(const $name: Words = Words { what: concat!("source.", $key), advice: concat!("source.", $key, ".help") };)+
    };
}

words! {
    COMMA = "syntax.comma";
    BRACKET = "syntax.bracket";
    SEPARATOR = "syntax.separator";
    COLONS = "syntax.colons";
    NO_COLON = "syntax.no-colon";
    RESERVED = "syntax.reserved";
    BLOCK = "syntax.block";
    DASH = "syntax.dash";
    COMMENT = "syntax.comment";
    OTHER = "syntax.other";
    AFTER_QUOTE = "trailing.quote";
    AFTER_DOCUMENT = "trailing.document";
}

fn trailing(source: &SourceText, offset: usize, after: Words) -> Diagnostic {
    Diagnostic::new(TRAILING_CONTENT, source.location(word_at(source, offset)))
        .with("after", Arg::Key(after.what))
        .with("advice", Arg::Key(after.advice))
}

/// Where the walk ended.
struct Place<'text> {
    source: &'text SourceText,
    offset: usize,
    line: usize,
    opener: Option<usize>,
}

impl Place<'_> {
    fn character(&self) -> Option<char> {
        self.source.text()[self.offset..].chars().next()
    }

    /// Returns the range of the character at which the walk ended.
    fn one(&self) -> Range<usize> {
        self.offset..self.offset + self.character().map_or(0, char::len_utf8)
    }

    fn at(&self, code: Code, span: Range<usize>) -> Diagnostic {
        Diagnostic::new(code, self.source.location(span))
    }

    fn syntax(&self, words: Words) -> Diagnostic {
        self.at(SYNTAX, self.one())
            .with("what", Arg::Key(words.what))
            .with("advice", Arg::Key(words.advice))
    }

    /// Finds a value that begins with `!`, which leads to errors of several kinds behind it.
    fn exclamation(&self) -> Option<Diagnostic> {
        let line = self.source.line(self.line);
        let written = &self.source.text()[line.clone()];
        let at = accident::exclamation(written, self.offset.saturating_sub(line.start))?;
        let whole = line.start + at..line.start + written.trim_end().len();
        let text = quoted(&self.source.text()[whole.clone()]);
        Some(self.at(LEADING_EXCLAMATION, whole).with("quoted", text))
    }

    fn in_quotes(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        let diagnostic = match kind {
            ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
                self.at(UNCLOSED_QUOTE, self.one())
            }
            ErrorKind::InvalidTrailingSingleQuotedScalar
            | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
                trailing(self.source, self.offset, AFTER_QUOTE)
            }
            ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidLowSurrogateHexEscape
            | ErrorKind::InvalidLowSurrogate
            | ErrorKind::MissingLowSurrogate
            | ErrorKind::UnpairedLowSurrogate
            | ErrorKind::InvalidUnicodeEscape => self.escape(),
            _ => return None,
        };
        Some(diagnostic)
    }

    fn in_brackets(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        let diagnostic = match kind {
            ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::MismatchedFlowCollectionEnd { .. } => self.unclosed(self.offset),
            ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::InvalidColonPlacement => match self.opener {
                // The bracket opens on an earlier line: the line with the error is meant to stand outside it.
                Some(opener) if self.source.line_of(opener) < self.line => self
                    .unclosed(opener)
                    .label(self.source.location(self.one()), "source.label.within"),
                Some(_) | None => self.syntax(SEPARATOR),
            },
            ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping => self.syntax(COMMA),
            ErrorKind::MisplacedFlowCollectionEnd => self.syntax(BRACKET),
            ErrorKind::BlockEntryInFlowCollection
            | ErrorKind::PlainScalarStartsWithDashFlowIndicator
            | ErrorKind::BlockSequenceEntryNotAllowed => self.syntax(DASH),
            _ => return None,
        };
        Some(diagnostic)
    }

    fn in_lines(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        let diagnostic = match kind {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar => self.tab(),
            ErrorKind::InvalidDocumentEnd | ErrorKind::ExpectedDocumentStart => {
                trailing(self.source, self.offset, AFTER_DOCUMENT)
            }
            ErrorKind::InvalidIndentation
            | ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedBlockSequenceEntry
            | ErrorKind::UnexpectedEofBlockMapping
            | ErrorKind::UnexpectedEofBlockSequence
            | ErrorKind::InvalidBlockScalarIndent
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::InvalidFlowScalarIndent
            | ErrorKind::MappingKeyNotAllowed => {
                self.at(INDENTATION, word_at(self.source, self.offset))
            }
            ErrorKind::SimpleKeyExpected
            | ErrorKind::InvalidSimpleKey
            | ErrorKind::MappingValueNotAllowed
            | ErrorKind::InvalidMappingValueWhitespace => self.colon(),
            ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => {
                self.syntax(BLOCK)
            }
            ErrorKind::CommentInterceptedScalar => self.syntax(COMMENT),
            ErrorKind::RecursionLimitExceeded => {
                self.at(TOO_DEEP, self.one()).with("most", MOST_DEPTH)
            }
            _ => return None,
        };
        Some(diagnostic)
    }

    /// Explains errors in what YAML puts before a value or a document, which the language does without.
    fn property(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        let word = word_at(self.source, self.offset);
        let diagnostic = match kind {
            ErrorKind::UndeclaredTagHandle
            | ErrorKind::InvalidTagTerminator
            | ErrorKind::MissingTagUri
            | ErrorKind::UnclosedVerbatimTag
            | ErrorKind::InvalidTagEscape
            | ErrorKind::InvalidTagUtf8LeadingByte
            | ErrorKind::InvalidTagUtf8TrailingByte
            | ErrorKind::InvalidTagUtf8
            | ErrorKind::InvalidGlobalTagCharacter
            | ErrorKind::ExpectedTagBang => {
                let tag = clipped(&self.source.text()[word.clone()]);
                self.at(TAG, word).with("tag", tag)
            }
            ErrorKind::MissingAnchorOrAliasName if self.character() == Some('*') => {
                self.at(ALIAS, self.one())
            }
            ErrorKind::MissingAnchorOrAliasName | ErrorKind::AnchorCountOverflow => {
                self.at(ANCHOR, self.one())
            }
            ErrorKind::DirectiveDisallowed => self.at(DIRECTIVE, word),
            ErrorKind::UnexpectedCharacter { character } => {
                let shown = Args::from([("character", Arg::Text(character.to_string()))]);
                self.syntax(RESERVED)
                    .with("what", Arg::Message(RESERVED.what, shown))
            }
            _ => return None,
        };
        Some(diagnostic)
    }

    fn unclosed(&self, opener: usize) -> Diagnostic {
        let list = self.source.text()[opener..].starts_with('[');
        let (open, close) = if list { ("[", "]") } else { ("{", "}") };
        self.at(UNCLOSED_BRACKET, opener..opener + 1)
            .with("open", open)
            .with("close", close)
    }

    /// Points at the tab itself: granit names the text before it, or the place behind it.
    fn tab(&self) -> Diagnostic {
        let text = self.source.text();
        let start = self.source.line(self.line).start;
        let before = text[start..self.offset].rfind('\t').map(|at| start + at);
        let tab = before
            .or_else(|| text[self.offset..].find('\t').map(|at| self.offset + at))
            .unwrap_or(self.offset);
        self.at(TAB, tab..tab + 1)
    }

    /// Explains a colon that is missing, glued to its value, or one too many.
    fn colon(&self) -> Diagnostic {
        let text = self.source.text();
        let above = (1..self.line)
            .rev()
            .find(|&line| !text[self.source.line(line)].trim().is_empty());
        for line in [Some(self.line), above].into_iter().flatten() {
            let range = self.source.line(line);
            let content = text[range.clone()].trim_start();
            let start = range.end - content.len();
            let item = content.strip_prefix("- ").map_or(content, str::trim_start);
            if let Some(length) = accident::key_without_space(item) {
                let start = range.end - item.len();
                return self
                    .at(MISSING_SPACE, start..start + length + 1)
                    .with("word", &item[..=length]);
            }
            if content.starts_with('-') && !content.starts_with("- ") && line == self.line {
                return self.at(MISSING_SPACE, start..start + 1).with("word", "-");
            }
        }
        let before = text[self.source.line(self.line).start..self.offset].trim();
        if self.character() != Some(':') {
            self.syntax(NO_COLON)
        } else if before.contains(": ") || before.starts_with("- ") || before.starts_with("--- ") {
            self.syntax(COLONS)
        } else {
            let start = self.offset - before.len();
            self.at(INDENTATION, start..self.offset)
        }
    }

    /// Points at the first escape of a quoted text that says nothing.
    fn escape(&self) -> Diagnostic {
        let text = &self.source.text()[self.offset..];
        let mut at = 0;
        // Bounded by the text: every turn goes past the backslash it found.
        while let Some(found) = text[at..].find('\\') {
            let start = at + found;
            let mut rest = text[start + 1..].chars();
            let letter = rest.next();
            let digits = match letter {
                Some('x') => 2,
                Some('u') => 4,
                Some('U') => 8,
                Some(known) if "0abt\tnvfre \"/\\N_LP\r\n".contains(known) => 0,
                Some(_) | None => usize::MAX,
            };
            let hex: String = rest
                .take(digits.min(8))
                .take_while(char::is_ascii_hexdigit)
                .collect();
            let value = u32::from_str_radix(&hex, 16).unwrap_or(0);
            let end = start + 1 + letter.map_or(0, char::len_utf8) + hex.len();
            if hex.len() != digits || char::from_u32(value).is_none() {
                let span = self.offset + start..self.offset + end;
                let escape = clipped(&self.source.text()[span.clone()]);
                return self.at(BAD_ESCAPE, span).with("escape", escape);
            }
            at = end;
        }
        self.at(BAD_ESCAPE, self.one()).with("escape", "\\")
    }
}
