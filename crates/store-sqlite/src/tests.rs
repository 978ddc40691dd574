//! What the tests of this crate share.
//!
//! The tests themselves stand beside what they are about, and in `crates/store-sqlite/tests/conformance.rs`.

pub(crate) mod trial;
mod upgrade;
