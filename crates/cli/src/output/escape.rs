//! Shows characters that a terminal would obey: whoever names a case must not be able to move a reader's cursor.
//! Which texts come from elsewhere is known by `crates/cli/src/output.rs`.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a terminal obeys the character, or shows the text around it in another order than it stands.
fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Escapes everything but line feeds, as `\u{1b}`.
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    replace(
        text,
        |c| c != '\n' && is_obeyed(c),
        |out, c| {
            let _ = write!(out, "{}", c.escape_unicode());
        },
    )
}

/// Escapes everything: for one cell of a table.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    replace(text, is_obeyed, |out, c| {
        let _ = write!(out, "{}", c.escape_unicode());
    })
}

/// Replaces what the excerpts' renderer lets through. It makes styles of its own, and shows the escape characters of
/// the text as pictures.
pub(super) fn beyond_styles(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| is_obeyed(c) && c != '\n' && c != '\u{1b}';
    replace(text, obeyed, |out, _| out.push('\u{fffd}'))
}

/// Escapes what JSON itself leaves as it is; such characters stand in its texts alone.
pub(super) fn json(text: &str) -> Cow<'_, str> {
    replace(
        text,
        |c| c != '\n' && is_obeyed(c),
        |out, c| {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        },
    )
}

fn replace(
    text: &str,
    obeyed: impl Fn(char) -> bool,
    escape: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(&obeyed) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if obeyed(character) {
            escape(&mut escaped, character);
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clears a screen, overwrites a line, turns a line around, and does the first with one character.
    const PLANTED: [&str; 5] = ["\u{1b}[2J", "a\rb", "\u{202e}abc", "\u{9b}2J", "a\u{7f}"];

    #[test]
    fn no_planted_character_reaches_a_terminal() {
        let harmless = |text: &str| !text.contains(is_obeyed);
        let caught = PLANTED
            .iter()
            .filter(|text| {
                let quoted = serde_json::to_string(text).expect("a text is JSON");
                let back: String = serde_json::from_str(&json(&quoted)).expect("still JSON");
                harmless(&lines(text))
                    && harmless(&line(text))
                    && harmless(&json(&quoted))
                    && back == **text
            })
            .count();
        println!("planted {}, caught {caught}", PLANTED.len());
        assert_eq!(caught, PLANTED.len());
        assert_eq!(PLANTED.iter().filter(|text| harmless(text)).count(), 0);
    }

    #[test]
    fn what_is_harmless_stays_as_it_is() {
        for text in ["", "通信の秘密の漏えい", "é — \u{1f600}"] {
            assert_eq!(
                (lines(text), line(text), json(text)),
                (text.into(), text.into(), text.into())
            );
        }
        assert_eq!(lines("a\nb\tc"), "a\nb\\u{9}c");
        assert_eq!(line("a\nb"), "a\\u{a}b");
        assert_eq!(beyond_styles("\u{1b}[1ma\u{9b}\n"), "\u{1b}[1ma\u{fffd}\n");
    }
}
