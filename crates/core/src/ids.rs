//! Gives every thing with an identity a type of its own, printed with its kind in front (`case_01JB…`).
//! Randomness comes from the caller: an id is made of sixteen bytes that somebody else drew.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::read_text::read_text;

/// Crockford's base 32 in lower case: no `i`, `l`, `o` or `u`, so that an id can be read over the phone.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Says why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {kind} id: expected `{kind}_` and 26 characters")]
pub struct InvalidId {
    /// What was given.
    pub text: String,
    /// The kind of id that was expected, which is also its prefix.
    pub kind: &'static str,
}

/// What each byte is worth as a character of [`ALPHABET`]; 0xff if it is none.
const DIGITS: [u8; 256] = {
    let mut digits = [0xff; 256];
    let mut value = 0;
    while value < 32 {
        digits[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// Writes sixteen bytes as 26 characters, the highest bits first.
fn encode(bytes: [u8; 16]) -> [u8; 26] {
    let number = u128::from_be_bytes(bytes);
    std::array::from_fn(|place| {
        let digit = (number >> (5 * (25 - place))) & 31;
        ALPHABET[usize::try_from(digit).expect("five bits fit any usize")]
    })
}

/// Reads what [`encode`] wrote; `None` if the text is anything else.
fn decode(text: &str) -> Option<[u8; 16]> {
    if text.len() != 26 {
        return None;
    }
    let mut number: u128 = 0;
    for (place, byte) in text.bytes().enumerate() {
        let digit = DIGITS[usize::from(byte)];
        if digit > 31 || place == 0 && digit > 7 {
            return None;
        }
        number = (number << 5) | u128::from(digit);
    }
    Some(number.to_be_bytes())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Makes an id of sixteen bytes drawn by the caller.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($kind, "_"))?;
                f.write_str(std::str::from_utf8(&encode(self.0)).expect("the alphabet is ASCII"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.strip_prefix(concat!($kind, "_"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or_else(|| InvalidId { text: text.to_owned(), kind: $kind })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_text(deserializer)
            }
        }
    )+};
}

ids! {
    /// Names one case, for ever; people say its number instead.
    CaseId = "case";
    /// Names one incident, for ever; people say its number instead.
    IncidentId = "incident";
    /// Names a person without saying who it is; the name is a personal part of the system stream.
    PersonId = "person";
    /// Groups the events of one decision.
    CommandId = "cmd";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_from_its_text() {
        for byte in 0..=255_u8 {
            let id = CaseId::from_bytes([byte; 16]);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn a_text_of_another_kind_is_refused() {
        let person = PersonId::from_bytes([7; 16]).to_string();
        assert!(person.parse::<CaseId>().is_err());
        assert!("case_zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<CaseId>().is_err());
        assert!("case_".parse::<CaseId>().is_err());
    }
}
