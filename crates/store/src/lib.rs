//! What storage promises, as traits and types, and those promises as a suite that every backend passes.
//!
//! Holds no SQL, opens no file and decides nothing about cases: a backend such as `tsuho-store-sqlite` carries the
//! promises out, and the executor is their caller.
//!
//! One [`Store`] is one installation: one append-only ledger of records, the streams they belong to, views made from
//! them, and the files and definitions they refer to. Everything that changes goes through [`Store::commit`]: commands
//! are decided and sealed by the caller, judged by [`Bench`] under the one write lock, and written whole or not at all.
//! Absence is `Option`, a lost race is an [`Outcome`], and only a failure is an [`Error`].
//!
//! To add a query: a method on [`Store`] in `crates/store/src/store.rs`, a promise in
//! `crates/store/src/conformance.rs`, and in each backend one file of SQL and one function. To add a backend: implement
//! [`Store`], load a [`Bench`] under the write lock, and run `tsuho_store::conformance!`.

mod database;

mod stream;

mod record;

mod definition;

mod view;

mod request;

mod command;

mod bench;

mod outcome;

mod inspected;

mod lease;

mod page;

mod snapshot;

mod error;

mod store;

#[cfg(any(test, feature = "testing"))]
pub mod conformance;

pub use bench::{Bench, Placement, RequestKey};
pub use command::{
    Append, Batch, Command, Expected, Head, MAX_COMMANDS, MAX_RECORDS, MalformedAppend,
    MalformedBatch,
};
pub use database::{Kind, LedgerState};
pub use definition::{Calendar, DefinitionKey, DefinitionRef, Workflow};
pub use error::{Error, Source};
pub use inspected::{
    Aspect, BlobChunk, Condition, DefinitionRow, Extent, InspectedPart, InspectedRecord,
    LastRecord, Readable, SchemaObject, StrayRow, Unreadable,
};
pub use lease::{Claim, Claimed, Renewal, Tenure};
pub use outcome::{Conflict, Outcome};
pub use page::Limit;
pub use record::{Erasure, Placed, Position, StoredRecord};
pub use request::{Answer, Request};
pub use snapshot::Snapshot;
pub use store::{BLOB_CHUNK_BYTES, MAX_BLOB_BYTES, Store};
pub use stream::{StreamHead, StreamName};
pub use view::{
    CaseFilter, CaseKey, CaseRow, ClockFilter, ClockPlace, ClockRow, Consent, IncidentKey,
    IncidentRow, Openness, Run,
};
