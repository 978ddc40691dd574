//! Canonical JSON: RFC 8785, narrowed until every value has exactly one text.
//!
//! There are no floats and no nulls, integers lie within ±(2^53 − 1), and depth and size are bounded. Text is made NFC
//! at the door by `tsuho-core`; here it is taken as it is.

use std::{fmt, io};

use serde::Serialize;
use serde::de::DeserializeOwned;

mod order;
mod scan;

use order::in_order;
use scan::{KeyOrder, scan};

/// The most bytes of one canonical text. A part is read whole into memory; what is larger is evidence and is kept by
/// its digest.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The most maps and lists within each other: more than any record needs, and far from the end of a thread's stack.
pub const MAX_DEPTH: usize = 64;

/// What a text is given room for before it is written: a header takes two thirds of it, most parts less.
const USUAL_BYTES: usize = 1024;

/// The largest integer, and its negative the smallest: what a JavaScript number holds exactly.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Says what is wrong with a value or a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub fault: Fault,
    /// The byte where it is wrong: of the text that was read or, for a value that was written, of its compact JSON.
    pub offset: usize,
    /// The keys and indices that lead there, as in `rows[3].name`; empty for the whole.
    pub path: String,
}

/// What can be wrong with a canonical text.
///
/// No fault repeats a value, because the text may be a personal part and errors reach logs. Keys are names and are
/// repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text is longer than [`MAX_BYTES`].
    #[error("more than {MAX_BYTES} bytes")]
    TooLarge,
    /// Maps and lists lie deeper within each other than [`MAX_DEPTH`].
    #[error("more than {MAX_DEPTH} maps and lists within each other")]
    TooDeep,
    /// The text is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Something else was expected.
    #[error("expected {0}")]
    Expected(&'static str),
    /// There is space between two tokens.
    #[error("space outside a text")]
    Space,
    /// There is something after the value.
    #[error("something after the end of the value")]
    Trailing,
    /// There is a null; what is absent is left out.
    #[error("null instead of an absent key")]
    Null,
    /// There is a number with a point or an exponent.
    #[error("a number that is not written as an integer")]
    Float,
    /// An integer lies outside ±[`MAX_INTEGER`].
    #[error("an integer outside ±(2^53 - 1)")]
    IntegerRange,
    /// An integer has a leading zero, or is a negative zero.
    #[error("an integer with a needless zero")]
    IntegerForm,
    /// A control character stands in a text without an escape.
    #[error("a control character without an escape")]
    Control,
    /// A character is escaped that need not be, or in another way than RFC 8785 says.
    #[error("an escape that is not the canonical one")]
    Escape,
    /// A map has one key twice.
    #[error("key `{0}` twice")]
    DuplicateKey(String),
    /// The keys of a map are not in the order of their UTF-16 code units.
    #[error("key `{0}` out of order")]
    KeyOrder(String),
    /// The text is canonical and is no value of the type that was asked for.
    #[error("{0}")]
    Shape(String),
    /// The text reads as a value that is written differently, so that something in it had no effect.
    #[error("read as a value that is written differently")]
    NotItself,
    /// The value cannot be written as JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at byte {}", self.fault, self.offset)?;
        if self.path.is_empty() {
            Ok(())
        } else {
            write!(formatter, ", in `{}`", self.path)
        }
    }
}

impl Error {
    fn new(fault: Fault, offset: usize) -> Self {
        Self {
            fault,
            offset,
            path: String::new(),
        }
    }
}

/// Writes `value` in canonical form.
///
/// # Errors
///
/// Refuses what the canonical form does not have: floats, nulls (leave an absent field out), integers beyond
/// ±[`MAX_INTEGER`], one key twice, too much depth or size.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    let mut text = Vec::with_capacity(USUAL_BYTES);
    serde_json::to_writer(&mut text, value).map_err(|error| not_json(&error))?;
    match scan(&text, KeyOrder::Sorted) {
        Ok(()) => Ok(text),
        // The fields of a type stand in the order that reads best.
        Err(Error {
            fault: Fault::KeyOrder(_),
            ..
        }) => {
            let sorted = std::str::from_utf8(&text).ok().and_then(in_order);
            match sorted {
                Some(sorted) if scan(&sorted, KeyOrder::Sorted).is_ok() => Ok(sorted),
                // What is wrong is said of the text as it was written.
                Some(_) | None => {
                    scan(&text, KeyOrder::Any)?;
                    let unsorted = Fault::Expected("a text whose keys can be put in order");
                    Err(Error::new(unsorted, 0))
                }
            }
        }
        Err(error) => Err(error),
    }
}

/// Reads a value from its canonical form, and from no other text.
///
/// The value is written again and has to give the same bytes. So a type that would overlook something, such as a
/// struct that also reads from a list, cannot let it through; that is why `T` has to be writable too.
///
/// # Errors
///
/// Refuses every text that is not exactly the canonical form of a `T`.
pub fn from_bytes<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    check(bytes)?;
    from_canonical(bytes)
}

/// Reads a value from bytes that were found canonical, so that they need not be looked at again.
pub(crate) fn from_canonical<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let value: T = serde_json::from_slice(bytes).map_err(|error| shape(bytes, &error))?;
    // Most types write their keys in order; those of the others are put in order.
    let mut same = Same(bytes);
    if serde_json::to_writer(&mut same, &value).is_ok() && same.0.is_empty() {
        return Ok(value);
    }
    let text = serde_json::to_string(&value).map_err(|error| not_json(&error))?;
    if in_order(&text).is_some_and(|again| again == bytes) {
        return Ok(value);
    }
    let again = to_bytes(&value)?;
    let offset = again
        .iter()
        .zip(bytes)
        .position(|(one, other)| one != other)
        .unwrap_or_else(|| again.len().min(bytes.len()));
    Err(located(Fault::NotItself, bytes, offset))
}

/// What a text that is being written still has to be the same as; writing anything else fails.
struct Same<'a>(&'a [u8]);

impl io::Write for Same<'_> {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        let rest = self.0.strip_prefix(written);
        self.0 = rest.ok_or(io::ErrorKind::InvalidData)?;
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn not_json(error: &serde_json::Error) -> Error {
    Error::new(Fault::NotJson(error.to_string()), 0)
}

/// Checks that a text is the canonical form of some value.
///
/// # Errors
///
/// Refuses every text that is not, naming the first byte that does not belong.
pub fn check(bytes: &[u8]) -> Result<(), Error> {
    scan(bytes, KeyOrder::Sorted)
}

/// Turns serde's complaint about canonical bytes into ours, without the value that serde quotes.
fn shape(bytes: &[u8], error: &serde_json::Error) -> Error {
    let message = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&position).unwrap_or(&message);
    let names_a_key = ["unknown field", "missing field", "duplicate field"]
        .iter()
        .any(|start| message.starts_with(start));
    let message = if names_a_key {
        message
    } else {
        // As in: invalid type: string "…", expected an integer.
        match message.rfind(", expected ") {
            Some(comma) => &message[comma + 2..],
            None => "refused by its type",
        }
    };
    // Canonical text is a single line, so serde's column, counted from 1, is the offset after the last byte it read.
    located(
        Fault::Shape(message.to_owned()),
        bytes,
        error.column().saturating_sub(1),
    )
}

/// Finds the path that leads to an offset of a canonical text.
fn located(fault: Fault, bytes: &[u8], offset: usize) -> Error {
    // A text that ends within a value fails in that value. A number may end anywhere, so its digits are left out.
    let mut end = offset.min(bytes.len());
    while end > 0 && matches!(bytes[end - 1], b'0'..=b'9' | b'-') {
        end -= 1;
    }
    let path = match scan(&bytes[..end], KeyOrder::Sorted) {
        Ok(()) => String::new(),
        Err(cut) => cut.path,
    };
    Error {
        fault,
        offset,
        path,
    }
}

#[cfg(test)]
mod tests;
