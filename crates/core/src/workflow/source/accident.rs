//! Recognises what people write into YAML by accident: expressions torn by commas, colons without a space (rule F2).
//! Where to look is decided by the tree and by the words for syntax errors.

use std::ops::Range;

/// Watches one `{ }` or `[ ]` for an expression that its commas have torn apart: `{ when: earliest(a, b) }`.
#[derive(Debug, Default)]
pub(super) struct Torn(Option<Open>);

/// The parts of a torn expression met so far.
#[derive(Debug)]
struct Open {
    whole: Range<usize>,
    first_end: usize,
    depth: i32,
}

/// What one part of a collection in `{ }` or `[ ]` is to the expression around it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It stands for itself.
    Whole,
    /// It begins a torn expression or lies within one.
    Piece,
    /// It ends one, which stands here from its first to its last character.
    End(Range<usize>),
}

impl Torn {
    /// Takes the next key, value or item; what is not written plainly has no text.
    pub(super) fn part(&mut self, plain: Option<&str>, span: &Range<usize>) -> Part {
        let change = plain.map_or(0, unclosed);
        match &mut self.0 {
            None if change > 0 => {
                self.0 = Some(Open {
                    whole: span.clone(),
                    first_end: span.end,
                    depth: change,
                });
                Part::Piece
            }
            None => Part::Whole,
            Some(open) => {
                open.depth += change;
                open.whole.end = open.whole.end.max(span.end);
                if open.depth > 0 {
                    return Part::Piece;
                }
                let whole = open.whole.clone();
                self.0 = None;
                Part::End(whole)
            }
        }
    }

    /// Ends the collection; returns where a parenthesis was left open.
    pub(super) fn end(self) -> Option<Range<usize>> {
        self.0.map(|open| open.whole.start..open.first_end)
    }
}

/// Returns how many parentheses a text leaves open, less those it closes for others; quoted ones do not count.
fn unclosed(text: &str) -> i32 {
    let unquoted = text.split('"').step_by(2);
    unquoted
        .flat_map(str::chars)
        .map(|character| match character {
            '(' => 1,
            ')' => -1,
            _ => 0,
        })
        .sum()
}

/// Returns the length of a key at the start of a text whose colon is not followed by a space: `anchor:known_at`.
/// Links (`https://…`) and times (`10:00`) have their colon by right.
pub(super) fn key_without_space(text: &str) -> Option<usize> {
    let (key, rest) = text.split_once(':')?;
    let named = key.starts_with(|first: char| first.is_ascii_lowercase())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let glued = rest.starts_with(|next: char| !next.is_whitespace() && next != '/' && next != ':');
    (named && glued).then_some(key.len())
}

/// Tells whether a key inside `{ }` that ends here is followed by no colon: a comma has cut it off.
pub(super) fn is_stray(text: &str, key_end: usize) -> bool {
    let mut rest = &text[key_end..];
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.split_once('\n').map_or("", |(_, after)| after),
            None => return !rest.starts_with(':'),
        }
    }
}

/// Returns where a value begins with `!` in a line up to an offset of it: an expression that YAML takes for a tag.
pub(super) fn exclamation(line: &str, until: usize) -> Option<usize> {
    line.match_indices('!')
        .map(|(at, _)| at)
        .take_while(|&at| at <= until)
        .find(|&at| {
            let before = line[..at].trim_end();
            let spaced = before.len() < at;
            before.is_empty()
                || before.ends_with(['[', '{'])
                || spaced && (before.ends_with([':', ',']) || before.trim_start() == "-")
        })
}
