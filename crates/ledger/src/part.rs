//! A part of a record: what happened, apart from the header that binds it.
//!
//! What a part says is the domain's business; here it is canonical bytes of one class, with a salt.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, Salt};

/// Who may lose sight of a part: parts of one record are erased and withheld by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartClass {
    /// What decisions use; never erased.
    Operational,
    /// What identifies people; erased when the law asks.
    Personal,
    /// What counsel keeps apart.
    Privileged,
}

/// Says that a text names no class of parts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of `operational`, `personal`, `privileged`")]
pub struct UnknownClass(String);

/// A part: its class, its salt and its canonical bytes.
///
/// Its `Debug` form shows the class and the length alone, so that what is personal never reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// The class under which it is kept, erased and withheld.
    pub class: PartClass,
    /// Thirty-two random bytes, never used for another part.
    pub salt: Salt,
    /// The canonical form of what it says.
    pub bytes: Vec<u8>,
}

impl PartClass {
    /// Every class, in the order of their names.
    pub const ALL: [Self; 3] = [Self::Operational, Self::Personal, Self::Privileged];

    /// Returns the class's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Personal => "personal",
            Self::Privileged => "privileged",
        }
    }
}

impl fmt::Display for PartClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for PartClass {
    type Err = UnknownClass;

    fn from_str(text: &str) -> Result<Self, UnknownClass> {
        Self::ALL
            .into_iter()
            .find(|class| class.as_str() == text)
            .ok_or_else(|| UnknownClass(text.to_owned()))
    }
}

impl Part {
    /// Returns the digest by which a header names this part.
    ///
    /// The tag at the front keeps it apart from every other use of SHA-256 here, the zero bytes keep the class apart
    /// from what surrounds it, and the salt keeps a short part from being guessed.
    #[must_use]
    pub fn commitment(&self) -> Digest {
        Digest::of_all(&[
            b"tsuho/part/1",
            &[0],
            self.class.as_str().as_bytes(),
            &[0],
            self.salt.as_bytes(),
            &self.bytes,
        ])
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Part({}, {} bytes)",
            self.class,
            self.bytes.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_depends_on_class_salt_and_bytes() {
        let part = Part {
            class: PartClass::Operational,
            salt: Salt::from_bytes([1; 32]),
            bytes: b"{}".to_vec(),
        };
        let mut longhand = b"tsuho/part/1\0operational\0".to_vec();
        longhand.extend([1; 32]);
        longhand.extend(b"{}");
        assert_eq!(part.commitment(), Digest::of(&longhand));

        let class = Part {
            class: PartClass::Personal,
            ..part.clone()
        };
        let salt = Part {
            salt: Salt::from_bytes([2; 32]),
            ..part.clone()
        };
        let bytes = Part {
            bytes: b"[]".to_vec(),
            ..part.clone()
        };
        for other in [class, salt, bytes] {
            assert_ne!(other.commitment(), part.commitment());
        }
    }

    #[test]
    fn every_class_reads_back_from_its_name() {
        for class in PartClass::ALL {
            assert_eq!(class.as_str().parse(), Ok(class));
            let json = serde_json::to_string(&class).expect("a class is a text");
            assert_eq!(json, format!("\"{class}\""));
        }
        assert!("Personal".parse::<PartClass>().is_err());
    }

    #[test]
    fn a_part_shows_none_of_its_content_when_debugged() {
        let part = Part {
            class: PartClass::Personal,
            salt: Salt::from_bytes([1; 32]),
            bytes: b"\"Sato\"".to_vec(),
        };
        assert_eq!(format!("{part:?}"), "Part(personal, 6 bytes)");
    }
}
