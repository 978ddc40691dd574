//! Puts the keys of a JSON text into the order of RFC 8785, in one walk.
//!
//! The text comes from serde, so that it is whole; whether it is canonical otherwise is for `scan` to say.

use std::borrow::Cow;
use std::ops::Range;

use super::MAX_DEPTH;
use super::scan::{unescape, utf16_order};

/// Returns the text with the keys of every map in their order; `None` if it is
/// no such text, or too deep.
pub(super) fn in_order(text: &str) -> Option<Vec<u8>> {
    let mut walk = Walk {
        text,
        at: 0,
        written: Vec::with_capacity(text.len()),
    };
    walk.value(0)?;
    (walk.at == text.len()).then_some(walk.written)
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    written: Vec<u8>,
}

impl<'a> Walk<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Copies one byte, which has to be this one.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| {
            self.at += 1;
            self.written.push(byte);
        })
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' | b'[' if depth == MAX_DEPTH => None,
            b'{' => self.map(depth + 1),
            b'[' => self.list(depth + 1),
            b'"' => self.string().map(drop),
            _ => {
                let rest = &self.text.as_bytes()[self.at..];
                let end = rest
                    .iter()
                    .position(|byte| matches!(byte, b',' | b']' | b'}'));
                let end = end.unwrap_or(rest.len());
                self.written.extend_from_slice(&rest[..end]);
                self.at += end;
                (end > 0).then_some(())
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        loop {
            self.value(depth)?;
            match self.peek()? {
                b',' => self.take(b',')?,
                _ => return self.take(b']'),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Option<()> {
        self.take(b'{')?;
        let begin = self.written.len();
        let mut entries: Vec<(Cow<'a, str>, Range<usize>)> = Vec::new();
        while self.peek()? != b'}' {
            if !entries.is_empty() {
                self.take(b',')?;
            }
            let start = self.written.len();
            let key = unescape(self.string()?);
            self.take(b':')?;
            self.value(depth)?;
            entries.push((key, start..self.written.len()));
        }
        let follows = |pair: &[(Cow<'a, str>, _)]| utf16_order(&pair[0].0, &pair[1].0).is_le();
        if !entries.windows(2).all(follows) {
            entries.sort_by(|one, other| utf16_order(&one.0, &other.0));
            self.rewrite(begin, &entries);
        }
        self.take(b'}')
    }

    /// Writes the entries of a map again, in another order.
    fn rewrite(&mut self, begin: usize, entries: &[(Cow<'a, str>, Range<usize>)]) {
        let before = self.written.split_off(begin);
        for (place, (_, entry)) in entries.iter().enumerate() {
            if place > 0 {
                self.written.push(b',');
            }
            let entry = &before[entry.start - begin..entry.end - begin];
            self.written.extend_from_slice(entry);
        }
    }

    /// Copies a text and returns it as written, without its quotation marks.
    fn string(&mut self) -> Option<&'a str> {
        let start = self.at;
        let mut end = start + 1;
        loop {
            match self.text.as_bytes().get(end)? {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        self.at = end + 1;
        let (text, written) = (self.text, &mut self.written);
        written.extend_from_slice(text.as_bytes().get(start..=end)?);
        text.get(start + 1..end)
    }
}
