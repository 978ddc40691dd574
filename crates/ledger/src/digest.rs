//! SHA-256 digests and salts, printed as 64 lower-case hex digits.
//!
//! Which bytes are hashed for what is said in `part.rs` (commitments) and `record.rs` (hashes).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// The thirty-two random bytes that keep a part from being guessed from its commitment.
///
/// Its `Debug` form shows nothing, so that a salt never reaches a log: with it a short part could be guessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

/// Says why a text or a run of bytes is no digest and no salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text is not made of 64 lower-case hex digits.
    #[error("not 64 lower-case hex digits")]
    NotHex,
    /// The bytes are not thirty-two.
    #[error("{0} bytes instead of 32")]
    NotThirtyTwo(usize),
}

impl Digest {
    /// Stands where there is no record before: the `prev` of a stream's first record.
    pub const ZERO: Self = Self([0; 32]);

    /// Returns the SHA-256 digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_all(&[bytes])
    }

    /// Returns the SHA-256 digest of `pieces`, one after the other.
    #[must_use]
    pub fn of_all(pieces: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Self(hasher.finalize().into())
    }
}

/// What digests and salts have in common: thirty-two bytes that are read and written as hex.
macro_rules! thirty_two_bytes {
    ($name:ident) => {
        impl $name {
            /// Returns the value with exactly these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// Returns the thirty-two bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Reads 64 lower-case hex digits.
            pub(crate) fn read(text: &[u8; 64]) -> Option<Self> {
                read_hex(text).map(Self)
            }

            /// Returns the 64 lower-case hex digits.
            #[must_use]
            pub fn to_hex(&self) -> String {
                hex::encode(self.0)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = DigestError;

            fn try_from(bytes: &[u8]) -> Result<Self, DigestError> {
                let bytes = bytes
                    .try_into()
                    .map_err(|_| DigestError::NotThirtyTwo(bytes.len()))?;
                Ok(Self(bytes))
            }
        }

        impl FromStr for $name {
            type Err = DigestError;

            fn from_str(text: &str) -> Result<Self, DigestError> {
                let text = text
                    .as_bytes()
                    .try_into()
                    .map_err(|_| DigestError::NotHex)?;
                Self::read(text).ok_or(DigestError::NotHex)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut text = [0; 64];
                hex::encode_to_slice(self.0, &mut text).map_err(serde::ser::Error::custom)?;
                let text = std::str::from_utf8(&text).map_err(serde::ser::Error::custom)?;
                serializer.serialize_str(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::label::deserialize_text(deserializer, "64 lower-case hex digits")
            }
        }
    };
}

/// Reads 64 lower-case hex digits, and no capitals: one digest has one text.
fn read_hex(text: &[u8; 64]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let mut strange = 0;
    for (byte, pair) in bytes.iter_mut().zip(text.as_chunks::<2>().0) {
        let [high, low] = pair.map(|digit| DIGITS[usize::from(digit)]);
        *byte = high << 4 | (low & 0xf);
        strange |= high | low;
    }
    (strange < 0x10).then_some(bytes)
}

/// What each byte is worth as a hex digit; 0xff if it is none.
const DIGITS: [u8; 256] = {
    let mut digits = [0xff; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

thirty_two_bytes!(Digest);
thirty_two_bytes!(Salt);

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({self})")
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Salt(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_standard() {
        // FIPS 180-2, appendix B.1 and the empty message.
        assert_eq!(
            Digest::of(b"abc").to_hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            Digest::of(b"").to_hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Digest::of_all(&[b"a", b"", b"bc"]), Digest::of(b"abc"));
    }

    #[test]
    fn a_digest_has_exactly_one_text() {
        let text = Digest::of(b"abc").to_hex();
        assert_eq!(text.parse(), Ok(Digest::of(b"abc")));
        for wrong in [
            &text.to_uppercase(),
            &text[1..],
            "",
            &format!("{text}0"),
            &format!(" {}", &text[1..]),
        ] {
            assert_eq!(wrong.parse::<Digest>(), Err(DigestError::NotHex), "{wrong}");
        }
    }

    #[test]
    fn thirty_one_bytes_are_no_digest() {
        assert_eq!(
            Digest::try_from(&[0; 31][..]),
            Err(DigestError::NotThirtyTwo(31))
        );
        assert_eq!(Digest::try_from(&[0; 32][..]), Ok(Digest::ZERO));
    }

    #[test]
    fn a_salt_shows_nothing_when_debugged() {
        assert_eq!(format!("{:?}", Salt::from_bytes([0xab; 32])), "Salt(…)");
    }
}
