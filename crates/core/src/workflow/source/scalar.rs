//! Decides what a scalar is: nothing, a truth value, a number, a text, or an accident.
//! Where it belongs is decided by the tree; the other reader's answer is compared later.

use std::ops::Range;

use super::bounds::MOST_TEXT;
use super::node::{Kind, Node, Style};
use super::syntax::clipped;
use super::text::{SourceText, is_forbidden};
use crate::diagnostic::{
    CONTROL_CHARACTER, Diagnostic, FRACTION, NUMBER_LOOKALIKE, NUMBER_OUT_OF_RANGE, TEXT_TOO_LONG,
    TRUTH_LOOKALIKE,
};
use crate::value::LARGEST_INTEGER;

/// Makes the node of a scalar that stands as a value, with what is wrong with it; then the node is marked faulty.
pub(super) fn value(
    source: &SourceText,
    text: &str,
    style: Style,
    span: Range<usize>,
) -> (Node, Option<Diagnostic>) {
    let written = source.text().get(span.clone()).unwrap_or_default();
    // The span of a block text goes up to the next key; it is shown up to its own last character.
    let end = if style == Style::Block {
        span.start + written.trim_end().len()
    } else {
        span.end
    };
    let span = span.start..end;
    let at = source.location(span.clone());
    let fault = |code, kind| {
        let finding = Diagnostic::new(code, at.clone()).with("text", clipped(text));
        (Node::new(kind, at.clone()).faulty(), Some(finding))
    };
    if text.len() > MOST_TEXT {
        let finding = Diagnostic::new(TEXT_TOO_LONG, source.location(span.start..span.start));
        let finding = finding.with("length", text.len()).with("most", MOST_TEXT);
        return (Node::new(Kind::Null, at).faulty(), Some(finding));
    }
    match if style == Style::Plain {
        meaning(text)
    } else {
        Meaning::Text
    } {
        Meaning::Null => (Node::new(Kind::Null, at), None),
        Meaning::Boolean(value) => (Node::new(Kind::Boolean(value), at), None),
        Meaning::Integer(value) => (Node::new(Kind::Integer(value), at), None),
        Meaning::Text => {
            // An escape can bring in what the file's own characters may not be.
            let hidden = text
                .chars()
                .find(|&character| is_forbidden(character, None));
            let finding = hidden.map(|hidden| {
                Diagnostic::new(CONTROL_CHARACTER, at)
                    .with("character", format!("U+{:04X}", u32::from(hidden)))
            });
            (Node::text(source, text.to_owned(), style, span), finding)
        }
        Meaning::TruthLookalike(value) => {
            let (node, finding) = fault(TRUTH_LOOKALIKE, Kind::Boolean(value));
            (
                node,
                finding.map(|finding| finding.with("meant", if value { "true" } else { "false" })),
            )
        }
        Meaning::Fraction => fault(FRACTION, Kind::Null),
        Meaning::OutOfRange => fault(NUMBER_OUT_OF_RANGE, Kind::Null),
        Meaning::NumberLookalike => fault(NUMBER_LOOKALIKE, Kind::Null),
    }
}

/// What a plain scalar means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number that a fact can hold.
    Integer(i64),
    /// Characters.
    Text,
    /// A text in YAML 1.2 and a truth value in YAML 1.1.
    TruthLookalike(bool),
    /// A number with a fraction or an exponent.
    Fraction,
    /// A whole number beyond what a fact can hold.
    OutOfRange,
    /// A text or a number, depending on who reads: `0755`, `0o17`, `0x1F`, `1_000`, `+5`.
    NumberLookalike,
}

/// Returns what a plain scalar means.
pub(super) fn meaning(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Meaning::Null,
        "true" | "True" | "TRUE" => Meaning::Boolean(true),
        "false" | "False" | "FALSE" => Meaning::Boolean(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Meaning::TruthLookalike(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Meaning::TruthLookalike(false),
        _ => number(text),
    }
}

/// Returns what a text that may be a number means.
fn number(text: &str) -> Meaning {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    if body.is_empty() || !body.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Meaning::Text;
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(body) {
        let canonical =
            body == "0" && body == text || !body.starts_with('0') && !text.starts_with('+');
        return match text.parse::<i64>() {
            _ if !canonical => Meaning::NumberLookalike,
            Ok(value) if value.abs() <= LARGEST_INTEGER => Meaning::Integer(value),
            Ok(_) | Err(_) => Meaning::OutOfRange,
        };
    }
    let based = |prefix, radix| {
        let rest = body.strip_prefix(prefix).unwrap_or_default().as_bytes();
        !rest.is_empty()
            && rest
                .iter()
                .all(|&byte| byte == b'_' || char::from(byte).is_digit(radix))
    };
    let grouped = body
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'_');
    if based("0x", 16) || based("0o", 8) || based("0b", 2) || grouped {
        return Meaning::NumberLookalike;
    }
    let special = [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(&body);
    let (mantissa, exponent) = body.split_once(['e', 'E']).unwrap_or((body, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let decimal = (digits(whole) || whole.is_empty() && digits(part))
        && (part.is_empty() || digits(part))
        && digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    if special || decimal {
        Meaning::Fraction
    } else {
        Meaning::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words by what they mean.
    const MEANINGS: [(Meaning, &[&str]); 13] = [
        (Meaning::Null, &["~", "null", "NULL", "Null", ""]),
        (Meaning::Boolean(true), &["true", "True", "TRUE"]),
        (Meaning::Boolean(false), &["false", "False", "FALSE"]),
        (
            Meaning::TruthLookalike(true),
            &["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"],
        ),
        (
            Meaning::TruthLookalike(false),
            &["n", "N", "no", "No", "NO", "off", "Off", "OFF"],
        ),
        (Meaning::Integer(0), &["0"]),
        (Meaning::Integer(-5), &["-5"]),
        (Meaning::Integer(LARGEST_INTEGER), &["9007199254740991"]),
        (
            Meaning::OutOfRange,
            &[
                "9007199254740992",
                "-9007199254740992",
                "99999999999999999999999",
            ],
        ),
        (
            Meaning::NumberLookalike,
            &[
                "0755", "00", "0o17", "0x1F", "-0x1", "0b1", "1_000", "+5", "-0", "+0", "007",
                "0x1_0",
            ],
        ),
        (
            Meaning::Fraction,
            &[
                "1.10", "1.", ".5", "-.5", "1e3", "1E-3", "1.5e+3", ".inf", "-.INF", ".nan", "00.5",
            ],
        ),
        (
            Meaning::Text,
            &[
                "none",
                "yEs",
                "trUe",
                "2023-10-27",
                "12:30:45",
                "10:00",
                "1.2.3",
                "30 days",
                "1a",
                "P30D",
                "令和5年",
            ],
        ),
        (
            Meaning::Text,
            &[
                "e5", ".", "-", "+", "0x", "0b2", "0o8", "1e", "1e+", "..", "1,000", "inf", "nan",
                "１２", "1 000", "-.", "+-5", "--5", "=1",
            ],
        ),
    ];

    #[test]
    fn a_plain_word_means_what_the_table_says() {
        for (expected, texts) in MEANINGS {
            for text in texts {
                assert_eq!(meaning(text), expected, "{text}");
            }
        }
    }
}
