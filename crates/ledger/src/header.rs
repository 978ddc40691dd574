//! The header of a record: who did what, when, in which role, after which record, and which parts belong to it.
//!
//! What its labels mean is the domain's business; whether it fits its parts is checked in `record.rs`, and whether it
//! fits the record before it in `chain.rs`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::canonical;
use crate::digest::Digest;
use crate::label::Label;
use crate::moment::Moment;
use crate::part::PartClass;

/// A header has fewer bytes than this.
pub const HEADER_LIMIT: usize = 2048;

/// The header of a record. It holds nothing personal and is never erased.
///
/// The fields stand in the order of reading; their canonical bytes are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of the format.
    pub v: FormatVersion,
    /// The stream to which the record belongs.
    pub stream: Label,
    /// The record's number within its stream, from 0 without a gap.
    pub seq: u64,
    /// The hash of the record before it in its stream; [`Digest::ZERO`] for the first.
    pub prev: Digest,
    /// The hash of the head of the system stream that the decision saw; absent in that stream itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<Digest>,
    /// The type of event that the parts describe.
    pub r#type: Label,
    /// The version of that type.
    pub type_v: u32,
    /// When the event was put on record.
    pub recorded_at: Moment,
    /// When it happened in the world.
    pub occurred_at: Moment,
    /// Who did it, as a pseudonym.
    pub person: Label,
    /// How that person was known.
    pub via: Label,
    /// The role that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Label>,
    /// The command that decided it; it groups the events of one decision.
    pub command: Label,
    /// The version of the rules of deciding.
    pub semantics: u32,
    /// The digest of the workflow; absent outside cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Digest>,
    /// The state in which the event left the case; absent outside cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Label>,
    /// The commitment of each part.
    pub parts: BTreeMap<PartClass, Digest>,
}

/// The version of the history format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FormatVersion {
    /// The format before it is promised.
    #[default]
    Zero,
}

/// Says why bytes are no header, or a header has no bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// It is too long.
    #[error("{0} bytes, not under {HEADER_LIMIT}")]
    TooLong(usize),
    /// It is not the canonical form of a header.
    #[error("not a canonical header")]
    Canonical(#[from] canonical::Error),
}

impl Header {
    /// Returns the canonical bytes, which are stored and hashed.
    ///
    /// # Errors
    ///
    /// Refuses a header that would not be under [`HEADER_LIMIT`] bytes, and a `seq` beyond
    /// [`canonical::MAX_INTEGER`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, HeaderError> {
        let bytes = canonical::to_bytes(self)?;
        if bytes.len() < HEADER_LIMIT {
            Ok(bytes)
        } else {
            Err(HeaderError::TooLong(bytes.len()))
        }
    }

    /// Reads a header from its canonical bytes, and from no others.
    ///
    /// # Errors
    ///
    /// Refuses unknown, missing or null keys, values that are not well formed, any other writing of the same header,
    /// and [`HEADER_LIMIT`] bytes or more.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HeaderError> {
        if bytes.len() >= HEADER_LIMIT {
            return Err(HeaderError::TooLong(bytes.len()));
        }
        Ok(canonical::from_bytes(bytes)?)
    }
}

impl Serialize for FormatVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Zero => serializer.serialize_u8(0),
        }
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Version;

        impl Visitor<'_> for Version {
            type Value = FormatVersion;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("format version 0")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<FormatVersion, E> {
                match number {
                    0 => Ok(FormatVersion::Zero),
                    _ => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
                }
            }
        }

        deserializer.deserialize_u64(Version)
    }
}
