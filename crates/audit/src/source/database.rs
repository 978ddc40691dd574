//! What an auditor is given of a database as a file: its schema, its settings, and rows that belong to nothing.
//! Rows of the history and of the views beside it are in `crates/audit/src/source.rs`.

/// What of a database can be held against what it should be without reading a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// A row and the one that it refers to.
    Reference,
    /// A setting.
    Setting,
    /// What is written ahead of the file.
    Log,
    /// How many records there are.
    Ledger,
    /// How many rows a table has.
    Rows,
}

/// Something of a database that can be held against what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What kind of thing it is.
    pub aspect: Aspect,
    /// Its name.
    pub name: String,
    /// What it should be.
    pub expected: String,
    /// What it is; absent if there is nothing.
    pub found: Option<String>,
}

/// Something of a database's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaObject {
    /// What it is, such as a trigger.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its text as this program makes it; absent if it makes no such thing.
    pub expected: Option<String>,
    /// Its text as it is; absent if it is not there.
    pub found: Option<String>,
}

/// A row that belongs to no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayRow {
    /// The table.
    pub table: String,
    /// Its key.
    pub row: String,
}
