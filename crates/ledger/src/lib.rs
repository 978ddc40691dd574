//! Bytes and proofs: the history format of tsuho, from canonical JSON to the chain of records.
//!
//! This crate knows no word of the domain: streams, types, roles and states are checked texts here, and what a part
//! says is the business of `tsuho-core`. It does no IO, reads no clock and draws no randomness; times and salts are
//! arguments.
//!
//! # The story
//!
//! Something happened and is to be kept so that nobody can change it unnoticed, not even who owns the database.
//!
//! 1. What happened is written as up to three [`Part`]s, one for each [`PartClass`], in [`canonical`] form: one value
//!    has exactly one text, so that two programs that agree on the value agree on its bytes.
//! 2. Every part gets a random [`Salt`] and is bound by [`Part::commitment`]. Who lacks part and salt can neither read
//!    nor guess it; who has both can prove it. So a part can be erased or withheld and the rest still verifies.
//! 3. The [`Header`] says who did what, when, in which role, and names each part by its commitment. It holds nothing
//!    personal and is never erased.
//! 4. [`Record::seal`] writes the header's bytes and hashes them; [`Record::open`] reads a stored record and refuses
//!    every byte that does not fit.
//! 5. Each header names the hash of the record before it in the same stream; [`Chain`] follows these links.
//!
//! ```
//! use tsuho_ledger::{Chain, Digest, Header, Label, Moment, Part, PartClass, Record, Salt};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let stream: Label = "case/example".parse()?;
//! let now: Moment = "2023-10-27T13:40:00.000000Z".parse()?;
//! let header = Header {
//!     v: Default::default(),
//!     stream: stream.clone(),
//!     seq: 0,
//!     prev: Digest::ZERO,
//!     system: None,
//!     r#type: "NoteAdded".parse()?,
//!     type_v: 1,
//!     recorded_at: now,
//!     occurred_at: now,
//!     person: "person_1".parse()?,
//!     via: "os".parse()?,
//!     role: None,
//!     command: "cmd_1".parse()?,
//!     semantics: 1,
//!     workflow: None,
//!     state: None,
//!     parts: Default::default(), // filled in by `seal`
//! };
//! let part = Part {
//!     class: PartClass::Operational,
//!     salt: Salt::from_bytes([7; 32]), // thirty-two random bytes, drawn by the caller
//!     bytes: tsuho_ledger::canonical::to_bytes(&["a note"])?,
//! };
//! let sealed = Record::seal(header, vec![part])?;
//!
//! let opened = Record::open(sealed.header_bytes().to_vec(), sealed.parts().to_vec())?;
//! assert_eq!(opened.hash(), sealed.hash());
//! Chain::new(stream).follow(&opened)?;
//! # Ok(())
//! # }
//! ```
//!
//! The format itself, for who writes a checker without this crate, is `docs/reference/history-format.md`;
//! `tests/check_history.py` is such a checker.
//!
//! # To add a key to the header
//!
//! It is a change of the format: a field in `src/header.rs`, the table in `docs/reference/history-format.md`, the key
//! in `tests/check_history.py`, and a file in `crates/ledger/tests/golden`. Once version 1 is promised it is also a
//! new `v`, and the old golden files stay for ever.

mod digest;
mod label;
mod moment;

pub mod canonical;

mod part;

mod header;

mod record;

mod chain;

pub use chain::{Chain, ChainError, ChainField};
pub use digest::{Digest, DigestError, Salt};
pub use header::{FormatVersion, HEADER_LIMIT, Header, HeaderError};
pub use label::{Label, LabelError};
pub use moment::{Moment, MomentError};
pub use part::{Part, PartClass, UnknownClass};
pub use record::{OpenError, Record, SealError};
