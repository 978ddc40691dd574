//! A record: a header as exact bytes, its hash, and those of its parts that are at hand.
//!
//! A record is whole by itself here; whether it follows the record before it is checked in `chain.rs`.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::canonical;
use crate::digest::Digest;
use crate::header::{Header, HeaderError};
use crate::part::{Part, PartClass};

/// A record whose bytes, hash and parts fit each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    header: Header,
    header_bytes: Vec<u8>,
    hash: Digest,
    parts: Vec<Part>,
}

/// Says why a record cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The header cannot be written.
    #[error("header cannot be written")]
    Header(#[source] HeaderError),
    /// There are two parts of one class.
    #[error("two {0} parts")]
    TwoParts(PartClass),
    /// A part is not in canonical form.
    #[error("{class} part is not canonical")]
    Part {
        /// The part's class.
        class: PartClass,
        /// What is wrong with it.
        #[source]
        source: canonical::Error,
    },
}

/// Says why stored bytes are no record, naming what does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The header's bytes are no header.
    #[error("header")]
    Header(#[source] HeaderError),
    /// There are two parts of one class.
    #[error("parts.{0} is there twice")]
    TwoParts(PartClass),
    /// There is a part that the header does not name.
    #[error("parts.{0} is there and not named by the header")]
    Unnamed(PartClass),
    /// A part is not the one that the header names: its bytes, its salt or the header's commitment were changed.
    #[error("parts.{class} expected commitment {expected}, found {found}")]
    Commitment {
        /// The part's class.
        class: PartClass,
        /// What the header names.
        expected: Digest,
        /// What the part gives.
        found: Digest,
    },
    /// A part is the one that the header names and was never in canonical form.
    #[error("parts.{class} is not canonical")]
    Part {
        /// The part's class.
        class: PartClass,
        /// What is wrong with it.
        #[source]
        source: canonical::Error,
    },
}

impl Record {
    /// Makes a record of a header and its parts: names each part in the header by its commitment (whatever
    /// `header.parts` held), writes the header's bytes and hashes them.
    ///
    /// # Errors
    ///
    /// Refuses two parts of one class, parts that are not canonical, and headers that cannot be written.
    pub fn seal(mut header: Header, mut parts: Vec<Part>) -> Result<Self, SealError> {
        parts.sort_by_key(|part| part.class);
        header.parts.clear();
        for part in &parts {
            let class = part.class;
            canonical::check(&part.bytes).map_err(|source| SealError::Part { class, source })?;
            if header.parts.insert(class, part.commitment()).is_some() {
                return Err(SealError::TwoParts(class));
            }
        }
        let header_bytes = header.to_bytes().map_err(SealError::Header)?;
        Ok(Self {
            header,
            hash: hash(&header_bytes),
            header_bytes,
            parts,
        })
    }

    /// Reads a record from its stored bytes. A part that the header names may be missing: it was erased or withheld.
    ///
    /// # Errors
    ///
    /// Refuses a header that is not exactly canonical, a part that the header does not name or names differently,
    /// and a part that is not canonical. The hash is computed and not compared; whoever stored one compares it with
    /// [`Record::hash`].
    pub fn open(header_bytes: Vec<u8>, mut parts: Vec<Part>) -> Result<Self, OpenError> {
        let header = Header::from_bytes(&header_bytes).map_err(OpenError::Header)?;
        parts.sort_by_key(|part| part.class);
        for (index, part) in parts.iter().enumerate() {
            let class = part.class;
            if index > 0 && parts[index - 1].class == class {
                return Err(OpenError::TwoParts(class));
            }
            let expected = *header.parts.get(&class).ok_or(OpenError::Unnamed(class))?;
            let found = part.commitment();
            if found != expected {
                return Err(OpenError::Commitment {
                    class,
                    expected,
                    found,
                });
            }
            canonical::check(&part.bytes).map_err(|source| OpenError::Part { class, source })?;
        }
        Ok(Self {
            header,
            hash: hash(&header_bytes),
            header_bytes,
            parts,
        })
    }

    /// Returns the header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the header's exact bytes, which are stored and hashed.
    #[must_use]
    pub fn header_bytes(&self) -> &[u8] {
        &self.header_bytes
    }

    /// Returns the hash: the link of the chain and the record's leaf in the ledger.
    #[must_use]
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// Returns the parts that are at hand, in the order of their classes.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns the part of a class, if it is at hand.
    #[must_use]
    pub fn part(&self, class: PartClass) -> Option<&Part> {
        self.parts.iter().find(|part| part.class == class)
    }

    /// Reads what the part of a class says, if it is at hand.
    ///
    /// # Errors
    ///
    /// Refuses a part that is not exactly the canonical form of a `T`.
    #[must_use]
    pub fn read<T: Serialize + DeserializeOwned>(
        &self,
        class: PartClass,
    ) -> Option<Result<T, canonical::Error>> {
        // Whoever made the record found every part canonical.
        let part = self.part(class)?;
        Some(canonical::from_canonical(&part.bytes))
    }

    /// Returns the classes that the header names and whose parts are missing: erased or withheld.
    pub fn withheld(&self) -> impl Iterator<Item = PartClass> {
        let named = self.header.parts.keys().copied();
        named.filter(|class| self.part(*class).is_none())
    }
}

/// Returns the hash of a record: SHA-256 over a zero byte and the header, which is the leaf hash of RFC 6962.
fn hash(header_bytes: &[u8]) -> Digest {
    Digest::of_all(&[&[0], header_bytes])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Salt;

    fn header() -> Header {
        let text = format!(
            "{{\"command\":\"c\",\"occurred_at\":\"2023-10-27T13:05:00.000000Z\",\"parts\":{{}},\"person\":\"p\",\
             \"prev\":\"{}\",\"recorded_at\":\"2023-10-27T13:40:00.000000Z\",\"semantics\":1,\"seq\":0,\
             \"stream\":\"case/1\",\"type\":\"NoteAdded\",\"type_v\":1,\"v\":0,\"via\":\"os\"}}",
            Digest::ZERO
        );
        Header::from_bytes(text.as_bytes()).expect("a header")
    }

    fn part(class: PartClass, text: &str) -> Part {
        Part {
            class,
            salt: Salt::from_bytes([7; 32]),
            bytes: text.as_bytes().to_vec(),
        }
    }

    fn sealed() -> Record {
        let parts = vec![
            part(PartClass::Personal, "\"who\""),
            part(PartClass::Operational, "{\"n\":1}"),
        ];
        Record::seal(header(), parts).expect("a record")
    }

    #[test]
    fn a_sealed_record_opens() {
        let record = sealed();
        let opened = Record::open(record.header_bytes().to_vec(), record.parts().to_vec());
        assert_eq!(opened, Ok(record.clone()));
        assert_eq!(record.withheld().count(), 0);
        assert_eq!(record.part(PartClass::Privileged), None);
        assert_eq!(record.header().parts.len(), 2);
    }

    #[test]
    fn a_record_opens_with_the_same_hash_when_a_part_is_withheld() {
        let record = sealed();
        let parts = vec![part(PartClass::Operational, "{\"n\":1}")];
        let opened = Record::open(record.header_bytes().to_vec(), parts).expect("a record");
        assert_eq!(opened.hash(), record.hash());
        assert_eq!(opened.withheld().collect::<Vec<_>>(), [PartClass::Personal]);
    }

    #[test]
    fn a_record_without_parts_is_a_record() {
        let record = Record::seal(header(), Vec::new()).expect("a record");
        assert_eq!(
            Record::open(record.header_bytes().to_vec(), Vec::new()),
            Ok(record)
        );
    }

    #[test]
    fn a_part_that_does_not_belong_is_refused_by_its_class() {
        let open = |parts| {
            let bytes = sealed().header_bytes().to_vec();
            Record::open(bytes, parts).expect_err("not its part")
        };
        assert_eq!(
            open(vec![part(PartClass::Privileged, "1")]),
            OpenError::Unnamed(PartClass::Privileged)
        );
        let personal = part(PartClass::Personal, "\"who\"");
        assert_eq!(
            open(vec![personal.clone(), personal.clone()]),
            OpenError::TwoParts(PartClass::Personal)
        );
        let other = part(PartClass::Personal, "\"she\"");
        assert_eq!(
            open(vec![other.clone()]),
            OpenError::Commitment {
                class: PartClass::Personal,
                expected: personal.commitment(),
                found: other.commitment(),
            }
        );
    }

    #[test]
    fn a_part_is_canonical_or_refused_even_if_the_header_names_it() {
        let loose = part(PartClass::Operational, "{ }");
        let error = Record::seal(header(), vec![loose.clone()]).expect_err("not canonical");
        assert!(matches!(
            error,
            SealError::Part {
                class: PartClass::Operational,
                ..
            }
        ));
        let mut header = header();
        header.parts.insert(loose.class, loose.commitment());
        let bytes = header.to_bytes().expect("a header");
        let error = Record::open(bytes, vec![loose]).expect_err("not canonical");
        assert!(matches!(
            error,
            OpenError::Part {
                class: PartClass::Operational,
                ..
            }
        ));
    }

    #[test]
    fn two_parts_of_one_class_are_not_sealed() {
        let twice = vec![
            part(PartClass::Personal, "1"),
            part(PartClass::Personal, "2"),
        ];
        assert_eq!(
            Record::seal(header(), twice),
            Err(SealError::TwoParts(PartClass::Personal))
        );
    }
}
