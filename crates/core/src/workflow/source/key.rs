//! Judges the keys of mappings: texts, each once, none of them `<<` or cut off by a comma.
//! Their values are judged by the scalars' reader.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::accident;
use super::bounds::MOST_TEXT;
use super::scalar::{Meaning, meaning};
use super::syntax::{clipped, quoted};
use super::text::{SourceText, is_forbidden};
use crate::diagnostic::{
    DUPLICATE_KEY, Diagnostic, KEY_NOT_TEXT, Location, MERGE_KEY, MISSING_SPACE, STRAY_KEY,
};

/// A key whose value has not come yet.
pub(super) struct Key {
    /// Where it stands.
    pub(super) at: Location,
    /// What becomes of it.
    pub(super) role: Role,
}

/// What becomes of a key with its value.
pub(super) enum Role {
    /// They are an entry under this name.
    Entry(String),
    /// They are left out, as was reported.
    LeftOut,
}

/// A scalar in the place of a key.
pub(super) struct Candidate<'text> {
    /// What it says.
    pub(super) text: &'text str,
    /// The same, if it is written without quotes.
    pub(super) plain: Option<&'text str>,
    /// Where it stands.
    pub(super) at: Location,
}

/// Judges a key by itself and against those of its mapping met before it.
pub(super) fn judge(
    candidate: &Candidate<'_>,
    seen: &mut BTreeMap<String, Location>,
) -> Result<String, Box<Diagnostic>> {
    let Candidate { text, plain, at } = candidate;
    if *plain == Some("<<") {
        return Err(Box::new(Diagnostic::new(MERGE_KEY, at.clone())));
    }
    let is_text = match plain.map(meaning) {
        // `no: …` cannot be meant as anything but a name.
        None | Some(Meaning::Text | Meaning::TruthLookalike(_)) => true,
        Some(
            Meaning::Null
            | Meaning::Boolean(_)
            | Meaning::Integer(_)
            | Meaning::Fraction
            | Meaning::OutOfRange
            | Meaning::NumberLookalike,
        ) => false,
    };
    let readable =
        text.len() <= MOST_TEXT && !text.chars().any(|character| is_forbidden(character, None));
    if !is_text || !readable {
        let finding = Diagnostic::new(KEY_NOT_TEXT, at.clone()).with("text", clipped(text));
        return Err(Box::new(finding));
    }
    let name: String = text.nfc().collect();
    if let Some(first) = seen.get(&name) {
        let finding = Diagnostic::new(DUPLICATE_KEY, at.clone()).with("key", clipped(text));
        return Err(Box::new(finding.label(first.clone(), "source.label.first")));
    }
    seen.insert(name, at.clone());
    Ok((*text).to_owned())
}

/// Returns what is wrong with a key in braces that no colon follows: a comma has cut it off the value before it, which
/// grows by it, or its space is missing.
pub(super) fn stray(
    source: &SourceText,
    candidate: &Candidate<'_>,
    cut: &mut Option<Range<usize>>,
) -> Option<Diagnostic> {
    let span = &candidate.at.span;
    if !accident::is_stray(source.text(), span.end) {
        return None;
    }
    if let Some(length) = candidate.plain.and_then(accident::key_without_space) {
        return Some(missing_space(source, candidate.text, length, span));
    }
    let whole = cut.as_ref().map_or(span.start, |value| value.start)..span.end;
    let text = source.text().get(whole.clone()).unwrap_or_default();
    *cut = Some(whole);
    Some(
        Diagnostic::new(STRAY_KEY, candidate.at.clone())
            .with("text", clipped(candidate.text))
            .with("quoted", quoted(text)),
    )
}

/// Returns the diagnostic of a text that is a key of some length, a colon, and a value without a space between.
pub(super) fn missing_space(
    source: &SourceText,
    text: &str,
    length: usize,
    span: &Range<usize>,
) -> Diagnostic {
    Diagnostic::new(
        MISSING_SPACE,
        source.location(span.start..span.start + length + 1),
    )
    .with("word", clipped(&text[..=length]))
}
