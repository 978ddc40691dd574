//! The header of a record: who did what, when, in which role, after which record, and which parts belong to it.
//!
//! What its labels mean is the domain's business; whether it fits its parts is checked in `record.rs`, and whether it
//! fits the record before it in `chain.rs`.

mod quick;

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
/// The fields stand in the order of their keys, so that serde writes them sorted already and nothing has to be written
/// twice. In the order of reading, with what each is for, they stand in `docs/reference/history-format.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The command that decided it; it groups the events of one decision.
    pub command: Label,
    /// When it happened in the world.
    pub occurred_at: Moment,
    /// The commitment of each part.
    pub parts: BTreeMap<PartClass, Digest>,
    /// Who did it, as a pseudonym.
    pub person: Label,
    /// The hash of the record before it in its stream; [`Digest::ZERO`] for the first.
    pub prev: Digest,
    /// When the event was put on record.
    pub recorded_at: Moment,
    /// The role that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Label>,
    /// The version of the rules of deciding.
    pub semantics: u32,
    /// The record's number within its stream, from 0 without a gap.
    pub seq: u64,
    /// The state that the case is in; absent outside cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Label>,
    /// The stream to which the record belongs.
    pub stream: Label,
    /// The hash of the head of the system stream that the decision saw; absent in that stream itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<Digest>,
    /// The type of event that the parts describe.
    pub r#type: Label,
    /// The version of that type.
    pub type_v: u32,
    /// The version of the format.
    pub v: FormatVersion,
    /// How that person was known.
    pub via: Label,
    /// The digest of the workflow; absent outside cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Digest>,
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
        match quick::read(bytes) {
            Some(header) => Ok(header),
            None => Ok(canonical::from_bytes(bytes)?),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest header that its types allow.
    fn longest() -> Header {
        let label: Label = "x".repeat(128).parse().expect("a label");
        Header {
            v: FormatVersion::Zero,
            stream: label.clone(),
            seq: canonical::MAX_INTEGER.unsigned_abs(),
            prev: Digest::ZERO,
            system: Some(Digest::ZERO),
            r#type: label.clone(),
            type_v: u32::MAX,
            recorded_at: Moment::MAX,
            occurred_at: Moment::MIN,
            person: label.clone(),
            via: label.clone(),
            role: Some(label.clone()),
            command: label.clone(),
            semantics: u32::MAX,
            workflow: Some(Digest::ZERO),
            state: Some(label),
            parts: PartClass::ALL.map(|class| (class, Digest::ZERO)).into(),
        }
    }

    #[test]
    fn the_longest_header_stays_under_the_limit() {
        let bytes = longest().to_bytes().expect("under the limit");
        assert_eq!(bytes.len(), 1611);
        assert_eq!(Header::from_bytes(&bytes), Ok(longest()));
    }

    #[test]
    fn serde_writes_a_header_sorted_already() {
        let bytes = serde_json::to_vec(&longest()).expect("JSON");
        assert_eq!(canonical::check(&bytes), Ok(()));
    }

    /// Every header that has or lacks each of its optional keys, and the parts in each number.
    fn variants() -> Vec<Header> {
        let variant = |bits: usize| {
            let mut header = longest();
            header.role = header.role.filter(|_| bits & 1 > 0);
            header.state = header.state.filter(|_| bits & 2 > 0);
            header.system = header.system.filter(|_| bits & 4 > 0);
            header.workflow = header.workflow.filter(|_| bits & 8 > 0);
            header
                .parts
                .retain(|class, _| bits >> 4 & 1 << *class as usize > 0);
            header.command = "c".parse().expect("a label");
            header.stream = "case/1".parse().expect("a label");
            header
        };
        (0..1 << 7).map(variant).collect()
    }

    #[test]
    fn the_quick_reading_takes_what_serde_takes_and_nothing_else() {
        let agree =
            |bytes: &[u8]| quick::read(bytes) == canonical::from_bytes::<Header>(bytes).ok();
        let every = if option_env!("TSUHO_COUNTS") == Some("full") {
            1
        } else {
            101
        };
        let (mut whole, mut changed, mut taken) = (0, 0, 0);
        for (nth, header) in variants().iter().enumerate() {
            let bytes = header.to_bytes().expect("bytes");
            assert_eq!(quick::read(&bytes).as_ref(), Some(header));
            whole += 1;
            for at in (nth % every..bytes.len()).step_by(every) {
                let before = bytes[at];
                let others = [
                    b'0',
                    b'9',
                    b'a',
                    b'A',
                    b'"',
                    b',',
                    b'}',
                    b'\\',
                    b' ',
                    0xe5,
                    before + 1,
                ];
                let mut edits: Vec<Vec<u8>> = others.map(|byte| vec![byte]).into();
                edits.extend([vec![], vec![before, before]]);
                for edit in edits {
                    let edited = [&bytes[..at], &edit, &bytes[at + 1..]].concat();
                    assert!(agree(&edited), "{}", String::from_utf8_lossy(&edited));
                    changed += 1;
                    taken += usize::from(quick::read(&edited).is_some());
                }
            }
        }
        println!(
            "FIGURE headers read quickly: {whole} whole, {changed} changed of which {taken} are headers too"
        );
        println!(
            "FIGURE headers of which the two readings say different things: 0 of {}",
            whole + changed
        );
    }

    #[test]
    fn two_kibibytes_are_too_long() {
        let bytes = vec![b' '; HEADER_LIMIT];
        assert_eq!(
            Header::from_bytes(&bytes),
            Err(HeaderError::TooLong(HEADER_LIMIT))
        );
    }

    #[test]
    fn a_number_beyond_the_canonical_integers_is_not_written() {
        let header = Header {
            seq: 1 << 53,
            ..longest()
        };
        assert!(matches!(header.to_bytes(), Err(HeaderError::Canonical(_))));
    }

    #[test]
    fn a_header_with_another_key_or_value_is_refused_by_name() {
        let text = String::from_utf8(longest().to_bytes().expect("bytes")).expect("UTF-8");
        let digest = "0".repeat(64);
        for (from, to, path, message) in [
            (",\"v\":0", ",\"v\":1", "v", "expected format version 0"),
            (",\"v\":0", "", "", "missing field `v`"),
            (",\"v\":0", ",\"u\":0,\"v\":0", "", "unknown field `u`"),
            ("\"seq\":9", "\"seq\":-9", "seq", "expected u64"),
            ("\"seq\":9", "\"seq\":\"\",\"sfx\":9", "seq", "expected u64"),
            (
                "9999-12-31T",
                "9999-02-29T",
                "recorded_at",
                "expected an instant in UTC",
            ),
            (
                &digest,
                &digest[1..],
                "parts.operational",
                "expected 64 lower-case hex digits",
            ),
            (
                "\"personal\":",
                "\"persona\":",
                "parts",
                "expected one of `operational`",
            ),
            (
                "\"role\":\"x",
                "\"role\":\"x y",
                "role",
                "expected 1 to 128 visible ASCII",
            ),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            let error = Header::from_bytes(changed.as_bytes()).expect_err(to);
            let HeaderError::Canonical(error) = error else {
                panic!("{error:?} should be about the text");
            };
            assert!(error.to_string().starts_with(message), "{error}");
            assert_eq!(error.path, path, "{error}");
        }
    }
}
