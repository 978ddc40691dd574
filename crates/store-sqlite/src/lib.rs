//! Keeps an installation in one SQLite file: the embedded default.
//!
//! What is promised is said by `tsuho-store` and checked by its conformance suite; nothing here knows what a case is.
//!
//! [`create`] makes a database and [`open()`] opens one; the [`SqliteStore`] they return is a [`tsuho_store::Store`].
//! One connection writes, each batch in one `BEGIN IMMEDIATE` transaction with one statement for each table, all in one call; a few
//! others read, each from its own snapshot. Other processes may read and write the same file at the same time.
//!
//! An auditor reads through [`Inspection`] instead, which believes nothing: every row as it stands, beside the schema that the
//! migrations make.
//!
//! [`copy_into`] copies one whole, beside whoever writes; [`log::examine`] tells of a log what SQLite would keep to itself.
//!
//! To add a query: a file in `queries/`, a function in `crates/store-sqlite/src/read.rs` or beside it, and for its
//! rows one in `crates/store-sqlite/src/row.rs`. To add a migration: the next file in `migrations/`, and
//! `SCHEMA_VERSION` in `crates/store-sqlite/src/open.rs`; `crates/store-sqlite/src/tests/upgrade.rs` then wants to know what it
//! makes, and `crates/store-sqlite/src/upgrade.rs` says what a file must be to be brought to it.

mod sqlite_store;

mod open;

mod upgrade;

mod header;

mod connecting;

mod connections;

mod lock;

mod commit;

mod bring_over;

mod stopped;

mod place;

mod batch_rows;

mod packed;

mod read;

mod read_clocks;

mod read_definitions;

mod blob;

mod lease;

mod snapshot;

mod inspect;

mod condition;

mod extent;

mod copy;

pub mod table;

pub mod log;

mod schema;

mod cell;

mod row;

mod gathered;

mod failure;

#[cfg(test)]
mod tests;

pub use condition::settings;
pub use copy::{NotCopied, copy_into};
pub use header::APPLICATION_ID;
pub use inspect::Inspection;
pub use open::{Mode, SCHEMA_VERSION, create, open};
pub use sqlite_store::SqliteStore;
