//! Cuts an expression into tokens and refuses what the language does not have, before any parser sees the text (E1).
//! Whether the tokens stand in a sensible order, and how deep they nest, is left to `shape`.

use std::ops::Range;

use super::Fault;
use crate::catalogue::Arg;
use crate::diagnostic::{
    GUARD_BAD_ESCAPE, GUARD_BAD_NUMBER, GUARD_FULL_WIDTH_CHARACTER, GUARD_INVISIBLE_CHARACTER,
    GUARD_RESERVED_WORD, GUARD_TOO_LONG, GUARD_TORN_OPERATOR, GUARD_UNCLOSED_TEXT,
    GUARD_UNEXPECTED_CHARACTER, GUARD_UNSUPPORTED_CONSTRUCT,
};
use crate::value::LARGEST_INTEGER;
use crate::wording::is_invisible;

/// Most characters of an expression (E1).
pub(super) const LONGEST: usize = 2_000;

/// After this many mistakes in single characters a text is no expression, and more of them would teach nothing.
const MOST_FAULTS: usize = 8;

/// Words that the parser keeps for itself; as names they would be read differently by other readers of CEL.
pub(super) const WORDS_OF_CEL: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Names that turn a quoted text behind them into bytes or a raw text.
const PREFIXES_OF_TEXT: [&str; 4] = ["r", "b", "br", "rb"];

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name of a fact, row, column, function.
    Name,
    /// `true`, `false`, a whole number or a quoted text.
    Constant,
    /// `(`
    Round,
    /// `[`
    Square,
    /// `)`
    RoundEnd,
    /// `]`
    SquareEnd,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `!`
    Not,
    /// `-`, before a value or between two.
    Minus,
    /// `&&`
    And,
    /// `||`
    Or,
    /// Any other operator between two values.
    Binary,
}

/// A token and the bytes that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it stands.
    pub(super) span: Range<usize>,
}

/// Cuts a text into tokens.
pub(super) fn scan(text: &str) -> Result<Vec<Token>, Vec<Fault>> {
    let length = text.chars().count();
    if length > LONGEST {
        let fault = Fault::new(GUARD_TOO_LONG, 0..text.len());
        return Err(vec![fault.with("count", length).with("most", LONGEST)]);
    }
    let mut scanner = Scanner {
        text,
        at: 0,
        tokens: Vec::new(),
        faults: Vec::new(),
    };
    while scanner.at < text.len() && scanner.faults.len() < MOST_FAULTS {
        scanner.step();
    }
    if scanner.faults.is_empty() {
        Ok(scanner.tokens)
    } else {
        Err(scanner.faults)
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    faults: Vec<Fault>,
}

impl Scanner<'_> {
    /// Reads one token, blank or mistake.
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let first = rest
            .chars()
            .next()
            .expect("the scanner stops at the end of the text");
        match first {
            ' ' | '\t' | '\n' | '\r' => self.at += 1,
            '"' | '\'' => self.quoted(first),
            '0'..='9' => self.number(),
            'a'..='z' | 'A'..='Z' | '_' => self.name(),
            '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => self.number(),
            _ => match operator(rest) {
                Some((length, Ok(kind))) => self.token(length, kind),
                Some((length, Err(instead))) => {
                    let fault = self
                        .fault(GUARD_TORN_OPERATOR, length)
                        .with("instead", instead);
                    self.report(fault, length);
                }
                None => self.stranger(first),
            },
        }
    }

    fn token(&mut self, length: usize, kind: Kind) {
        self.tokens.push(Token {
            kind,
            span: self.at..self.at + length,
        });
        self.at += length;
    }

    /// Makes a fault of the next `length` bytes, which it names as `found`.
    fn fault(&self, code: crate::diagnostic::Code, length: usize) -> Fault {
        let span = self.at..self.at + length;
        let found = &self.text[span.clone()];
        Fault::new(code, span).with("found", found)
    }

    fn report(&mut self, fault: Fault, length: usize) {
        self.faults.push(fault);
        self.at += length;
    }

    /// Reports a construct once, however often it stands in the text.
    fn unsupported(&mut self, construct: &'static str, instead: &'static str, length: usize) {
        let construct = Arg::Key(construct);
        let again = self.faults.iter().any(|fault| {
            fault.code == GUARD_UNSUPPORTED_CONSTRUCT
                && fault.args.get("construct") == Some(&construct)
        });
        if again {
            self.at += length;
        } else {
            let fault = self.fault(GUARD_UNSUPPORTED_CONSTRUCT, length);
            self.report(
                fault
                    .with("construct", construct)
                    .with("instead", Arg::Key(instead)),
                length,
            );
        }
    }

    fn quoted(&mut self, quote: char) {
        let start = self.at;
        let mut rest = self.text[start + 1..].char_indices();
        while let Some((offset, character)) = rest.next() {
            match character {
                _ if character == quote => return self.token(offset + 2, Kind::Constant),
                '\\' => match rest.next() {
                    Some((_, '\\' | '"' | '\'')) => {}
                    Some((_, '\n' | '\r')) | None => break,
                    Some((next, other)) => {
                        let span = start + 1 + offset..start + 1 + next + other.len_utf8();
                        let found = &self.text[span.clone()];
                        self.faults
                            .push(Fault::new(GUARD_BAD_ESCAPE, span).with("found", found));
                        break;
                    }
                },
                '\n' | '\r' => break,
                _ if is_invisible(character) => {
                    self.at = start + 1 + offset;
                    self.stranger(character);
                    break;
                }
                _ => {}
            }
        }
        if self.faults.is_empty() {
            let end = self.text[start..]
                .find(['\n', '\r'])
                .map_or(self.text.len(), |length| start + length);
            self.faults
                .push(Fault::new(GUARD_UNCLOSED_TEXT, start..end).with("quote", quote.to_string()));
        }
        self.at = self.text.len();
    }

    /// Reads a whole number and refuses floats, hexadecimal, unsigned and whatever else begins like one.
    fn number(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let length = (0..rest.len())
            .find(|&at| {
                let part = rest[at].is_ascii_alphanumeric() || rest[at] == b'_';
                let point = rest[at] == b'.' && rest.get(at + 1).is_some_and(u8::is_ascii_digit);
                !(part || point)
            })
            .unwrap_or(rest.len());
        let text = &self.text[self.at..self.at + length];
        let padded = text.len() > 1 && text.starts_with('0');
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits
            && !padded
            && text
                .parse::<i64>()
                .is_ok_and(|number| number <= LARGEST_INTEGER)
        {
            self.token(length, Kind::Constant);
        } else {
            let fault = self.fault(GUARD_BAD_NUMBER, length);
            self.report(fault.with("most", LARGEST_INTEGER.to_string()), length);
        }
    }

    fn name(&mut self) {
        let rest = &self.text[self.at..];
        let length = rest
            .find(|next: char| !next.is_ascii_alphanumeric() && next != '_')
            .unwrap_or(rest.len());
        let (name, behind) = rest.split_at(length);
        match name {
            "true" | "false" => self.token(length, Kind::Constant),
            "in" => self.token(length, Kind::Binary),
            "null" => self.unsupported("guard.construct.null", "guard.instead.null", length),
            _ if WORDS_OF_CEL.contains(&name) => {
                let fault = self.fault(GUARD_RESERVED_WORD, length);
                self.report(fault, length);
            }
            _ if behind.starts_with(['"', '\''])
                && PREFIXES_OF_TEXT.contains(&name.to_ascii_lowercase().as_str()) =>
            {
                self.unsupported("guard.construct.raw", "guard.instead.raw", length);
            }
            _ => self.token(length, Kind::Name),
        }
    }

    /// Reports a character that begins nothing, with the reason that fits it best.
    fn stranger(&mut self, character: char) {
        let length = character.len_utf8();
        match character {
            '?' => self.unsupported(
                "guard.construct.conditional",
                "guard.instead.conditional",
                length,
            ),
            '{' => self.unsupported("guard.construct.map", "guard.instead.map", length),
            // The rest of a conditional or a map says nothing that its beginning has not said.
            ':' | '}' if !self.faults.is_empty() => self.at += length,
            '/' => self.unsupported("guard.construct.comment", "guard.instead.comment", length),
            '%' => self.unsupported(
                "guard.construct.remainder",
                "guard.instead.remainder",
                length,
            ),
            _ => {
                let fault = match half_width(character) {
                    Some(instead) => self
                        .fault(GUARD_FULL_WIDTH_CHARACTER, length)
                        .with("instead", instead),
                    None if is_invisible(character) => {
                        let code = format!("U+{:04X}", u32::from(character));
                        Fault::new(GUARD_INVISIBLE_CHARACTER, self.at..self.at + length)
                            .with("found", code)
                    }
                    None => self.fault(GUARD_UNEXPECTED_CHARACTER, length),
                };
                self.report(fault, length);
            }
        }
    }
}

/// Returns the length of the operator or mark that a text begins with, and what it is or should have been.
fn operator(rest: &str) -> Option<(usize, Result<Kind, &'static str>)> {
    let pair = match rest.as_bytes().get(..2) {
        Some(b"==" | b"!=" | b"<=" | b">=") => Some(Kind::Binary),
        Some(b"&&") => Some(Kind::And),
        Some(b"||") => Some(Kind::Or),
        Some(_) | None => None,
    };
    if let Some(kind) = pair {
        return Some((2, Ok(kind)));
    }
    let single = match rest.as_bytes().first()? {
        b'<' | b'>' | b'+' | b'*' => Ok(Kind::Binary),
        b'/' if !rest[1..].starts_with('/') => Ok(Kind::Binary),
        b'(' => Ok(Kind::Round),
        b'[' => Ok(Kind::Square),
        b')' => Ok(Kind::RoundEnd),
        b']' => Ok(Kind::SquareEnd),
        b',' => Ok(Kind::Comma),
        b'.' => Ok(Kind::Dot),
        b'!' => Ok(Kind::Not),
        b'-' => Ok(Kind::Minus),
        b'=' => Err("=="),
        b'&' => Err("&&"),
        b'|' => Err("||"),
        _ => return None,
    };
    Some((1, single))
}

/// Returns the ASCII form of a character as Japanese input methods and word processors write it.
fn half_width(character: char) -> Option<String> {
    let plain = match character {
        '\u{3000}' => ' ',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{3001}' => ',',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0)?,
        _ => return None,
    };
    Some(plain.to_string())
}
