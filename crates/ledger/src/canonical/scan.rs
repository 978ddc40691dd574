//! Walks over a JSON text once and says whether it is canonical.
//!
//! It builds no value: what the text means is serde's business, after this.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::{Error, Fault, MAX_BYTES, MAX_DEPTH, MAX_INTEGER};

/// Which order the keys of a map must have.
#[derive(Clone, Copy)]
pub(super) enum KeyOrder {
    /// That of RFC 8785: by UTF-16 code units.
    Sorted,
    /// Any, as long as none comes twice: a text that has yet to be sorted.
    Any,
}

/// Checks that `bytes` is one value of the narrowed form and nothing else.
pub(super) fn scan(bytes: &[u8], order: KeyOrder) -> Result<(), Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::new(Fault::TooLarge, MAX_BYTES));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Error::new(Fault::NotUtf8, error.valid_up_to()))?;
    let mut scanner = Scanner { text, at: 0, order };
    scanner.value(0)?;
    match scanner.peek() {
        None => Ok(()),
        Some(_) => scanner.fail(Fault::Trailing),
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    order: KeyOrder,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, fault: Fault) -> Result<T, Error> {
        Err(Error::new(fault, self.at))
    }

    /// Fails over what stands here instead of what was expected.
    fn unexpected<T>(&self, expected: &'static str) -> Result<T, Error> {
        match self.peek() {
            Some(b' ' | b'\t' | b'\n' | b'\r') => self.fail(Fault::Space),
            _ => self.fail(Fault::Expected(expected)),
        }
    }

    fn expect(&mut self, text: &str, expected: &'static str) -> Result<(), Error> {
        if self.text.as_bytes()[self.at..].starts_with(text.as_bytes()) {
            self.at += text.len();
            Ok(())
        } else {
            self.unexpected(expected)
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), Error> {
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => self.fail(Fault::TooDeep),
            Some(b'{') => self.map(depth + 1),
            Some(b'[') => self.list(depth + 1),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            Some(b't') => self.expect("true", "a value"),
            Some(b'f') => self.expect("false", "a value"),
            Some(b'n') => {
                self.expect("null", "a value")?;
                self.at -= "null".len();
                self.fail(Fault::Null)
            }
            _ => self.unexpected("a value"),
        }
    }

    fn list(&mut self, depth: usize) -> Result<(), Error> {
        self.at += 1;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        for index in 0.. {
            self.value(depth)
                .map_err(|error| error.within(&format!("[{index}]")))?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.unexpected("`,` or `]`"),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn map(&mut self, depth: usize) -> Result<(), Error> {
        self.at += 1;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        let mut previous: Option<Cow<'a, str>> = None;
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.unexpected("a key");
            }
            let key = unescape(self.string()?);
            match self.order {
                KeyOrder::Any => {
                    if !seen.insert(key.clone()) {
                        return Err(Error::new(Fault::DuplicateKey(key.into_owned()), start));
                    }
                }
                KeyOrder::Sorted => match previous.map(|previous| utf16_order(&previous, &key)) {
                    None | Some(Ordering::Less) => {}
                    Some(Ordering::Equal) => {
                        return Err(Error::new(Fault::DuplicateKey(key.into_owned()), start));
                    }
                    Some(Ordering::Greater) => {
                        return Err(Error::new(Fault::KeyOrder(key.into_owned()), start));
                    }
                },
            }
            self.expect(":", "`:`")
                .map_err(|error| error.within(&key))?;
            self.value(depth).map_err(|error| error.within(&key))?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return self.unexpected("`,` or `}`"),
            }
            previous = Some(key);
        }
        self.at += 1;
        Ok(())
    }

    /// Passes over a text and returns it as written, without its quotation marks.
    fn string(&mut self) -> Result<&'a str, Error> {
        let start = self.at + 1;
        self.at = start;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let plain = rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            self.at += plain.unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(_) => return self.fail(Fault::Control),
                None => return self.fail(Fault::Expected("`\"`")),
            }
        }
        self.at += 1;
        Ok(&self.text[start..self.at - 1])
    }

    /// Passes over an escape: the short one where there is one, else `\u00` and two lower-case hex digits, and neither
    /// for a character that needs none.
    fn escape(&mut self) -> Result<(), Error> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let canonical = match rest {
            [b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r', ..] => Some(2),
            [b'u', b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f', ..]
            | [b'u', b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f', ..] => Some(6),
            _ => None,
        };
        match canonical {
            Some(length) => {
                self.at += length;
                Ok(())
            }
            None => self.fail(Fault::Escape),
        }
    }

    fn integer(&mut self) -> Result<(), Error> {
        let start = self.at;
        let rest = &self.text[start..];
        let unsigned = rest.strip_prefix('-').unwrap_or(rest);
        let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
        let number = &rest[..rest.len() - unsigned.len() + digits];
        let fault = match unsigned.as_bytes().get(digits) {
            _ if digits == 0 => Some(Fault::Expected("a digit")),
            Some(b'.' | b'e' | b'E') => Some(Fault::Float),
            _ if number == "-0" || (digits > 1 && unsigned.starts_with('0')) => {
                Some(Fault::IntegerForm)
            }
            _ => match number.parse::<i64>() {
                Ok(integer) if (-MAX_INTEGER..=MAX_INTEGER).contains(&integer) => None,
                Ok(_) | Err(_) => Some(Fault::IntegerRange),
            },
        };
        if let Some(fault) = fault {
            return self.fail(fault);
        }
        self.at += number.len();
        Ok(())
    }
}

impl Error {
    /// Puts a key or an `[index]` in front of the path.
    fn within(mut self, step: &str) -> Self {
        let joint = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{step}{joint}{}", self.path);
        self
    }
}

/// Returns a key as it reads: what a text of canonical escapes stands for.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let key = serde_json::from_str(&format!("\"{raw}\""));
    Cow::Owned(key.expect("the scanner has passed over its escapes"))
}

/// Compares keys as RFC 8785 orders them.
pub(super) fn utf16_order(one: &str, other: &str) -> Ordering {
    // Bytes order texts as code units do, except what begins with 0xee or 0xef against what takes two units.
    let mut pairs = one.bytes().zip(other.bytes());
    match pairs.find(|(one, other)| one != other) {
        Some((one, other)) if one.max(other) < 0xee => one.cmp(&other),
        None => one.len().cmp(&other.len()),
        Some(_) => one.encode_utf16().cmp(other.encode_utf16()),
    }
}
