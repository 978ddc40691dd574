//! Reads a header that is written exactly as it should be, in one walk over its bytes.
//!
//! Every byte is looked at once and compared with the one that canonical form has there, so that nothing has to be written
//! again to be sure. What stands otherwise is left to serde, which says what is wrong with it.

use std::collections::BTreeMap;

use super::{FormatVersion, Header};
use crate::canonical::MAX_INTEGER;
use crate::digest::Digest;
use crate::label::Label;
use crate::moment::Moment;
use crate::part::PartClass;

/// Returns the header, or nothing if a byte is not the expected one.
pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let mut walk = Walk(bytes);
    let command = walk.after("{\"command\":")?.label()?;
    let occurred_at = walk.after(",\"occurred_at\":")?.moment()?;
    let parts = walk.after(",\"parts\":")?.parts()?;
    let person = walk.after(",\"person\":")?.label()?;
    let prev = walk.after(",\"prev\":")?.digest()?;
    let recorded_at = walk.after(",\"recorded_at\":")?.moment()?;
    let role = if walk.has(",\"role\":") {
        Some(walk.label()?)
    } else {
        None
    };
    let semantics = walk.after(",\"semantics\":")?.integer()?;
    let seq = walk.after(",\"seq\":")?.integer()?;
    let state = if walk.has(",\"state\":") {
        Some(walk.label()?)
    } else {
        None
    };
    let stream = walk.after(",\"stream\":")?.label()?;
    let system = if walk.has(",\"system\":") {
        Some(walk.digest()?)
    } else {
        None
    };
    let r#type = walk.after(",\"type\":")?.label()?;
    let type_v = walk.after(",\"type_v\":")?.integer()?;
    let via = walk.after(",\"v\":0,\"via\":")?.label()?;
    let workflow = if walk.has(",\"workflow\":") {
        Some(walk.digest()?)
    } else {
        None
    };
    (walk.0 == b"}").then_some(Header {
        command,
        occurred_at,
        parts,
        person,
        prev,
        recorded_at,
        role,
        semantics: u32::try_from(semantics).ok()?,
        seq,
        state,
        stream,
        system,
        r#type,
        type_v: u32::try_from(type_v).ok()?,
        v: FormatVersion::Zero,
        via,
        workflow,
    })
}

/// What is left of the bytes.
struct Walk<'a>(&'a [u8]);

impl Walk<'_> {
    /// Passes over these bytes, which have to stand here.
    fn after(&mut self, expected: &str) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(expected.as_bytes())?;
        Some(self)
    }

    /// Passes over a key that may stand here, and tells whether it did.
    fn has(&mut self, key: &str) -> bool {
        let rest = self.0.strip_prefix(key.as_bytes());
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Reads a text up to its quotation mark; none of those that a header holds has an escape.
    fn text(&mut self) -> Option<&str> {
        let rest = self.0.strip_prefix(b"\"")?;
        let end = rest.iter().position(|byte| *byte == b'"')?;
        let (text, rest) = rest.split_at(end);
        self.0 = &rest[1..];
        std::str::from_utf8(text).ok()
    }

    fn label(&mut self) -> Option<Label> {
        Label::new(self.text()?).ok()
    }

    /// Reads a text of a length that is known.
    fn text_of<const LENGTH: usize>(&mut self) -> Option<&[u8; LENGTH]> {
        let (text, rest) = self.0.strip_prefix(b"\"")?.split_first_chunk()?;
        self.0 = rest.strip_prefix(b"\"")?;
        Some(text)
    }

    fn moment(&mut self) -> Option<Moment> {
        Moment::read(self.text_of()?).ok()
    }

    fn digest(&mut self) -> Option<Digest> {
        Digest::read(self.text_of()?)
    }

    /// Reads an integer that is not negative, within what canonical form holds.
    fn integer(&mut self) -> Option<u64> {
        let digits = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (number, rest) = self.0.split_at(digits);
        if digits > 1 && number[0] == b'0' {
            return None;
        }
        self.0 = rest;
        let number: u64 = std::str::from_utf8(number).ok()?.parse().ok()?;
        (number <= MAX_INTEGER.unsigned_abs()).then_some(number)
    }

    /// Reads the commitments, in the order of their classes.
    fn parts(&mut self) -> Option<BTreeMap<PartClass, Digest>> {
        let mut parts = BTreeMap::new();
        self.after("{")?;
        for class in PartClass::ALL {
            let comma: &[u8] = if parts.is_empty() { b"" } else { b"," };
            let pieces = [comma, b"\"", class.as_str().as_bytes(), b"\":"];
            let rest = pieces
                .iter()
                .try_fold(self.0, |rest, piece| rest.strip_prefix(*piece));
            if let Some(rest) = rest {
                self.0 = rest;
                parts.insert(class, self.digest()?);
            }
        }
        self.after("}")?;
        Some(parts)
    }
}
