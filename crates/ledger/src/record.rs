//! A record: a header as exact bytes, its hash, and those of its parts that are at hand.
//!
//! A record is whole by itself here; whether it follows the record before it is checked in `chain.rs`.

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
