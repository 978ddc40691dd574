//! Checks a history again from its records alone, tells it in words, and shows a case as it once stood.
//! Reading files and printing are left to the program; deciding is core's.
//!
//! # The story
//!
//! An auditor has a file and no reason to believe it.
//!
//! 1. [`Source`] gives what is stored, unchecked: [`StoredRecord`]s by position, the workflows and calendars that they
//!    name, and the rows of the views.
//! 2. [`verify()`] reads every record once and checks eight [`Layer`]s, each resting on the one before: database,
//!    bytes, chain, people, definitions, decisions, due dates, views. It believes nothing that it can find out by itself: it compiles every
//!    published workflow again, makes every decision again and rebuilds every due date from its steps.
//!    [`check`] looks at the database alone, for whoever runs it: schema, pages, references, settings, numbers of rows, files.
//! 3. The [`Report`] says how much was looked at in each layer, and names the record and the field of each [`Finding`], with
//!    what was expected and what is there.
//! 4. [`History`] tells one case in words, one [`Entry`](history::Entry) for each event: who, what, when it happened and when it was put on
//!    record. [`IncidentHistory`] tells an incident so; together, by position, they are the story of all that happened.
//! 5. [`replay()`] folds a case as of a time: of what was recorded by then, or of what had occurred by then;
//!    [`replay_incident()`] folds an incident so. [`case_differences`] and [`incident_differences`] say where a row of the
//!    views shows something else than a fold.
//!
//! # To add a check
//!
//! A fault in `src/finding.rs` with its words in `crates/core/src/catalogue/audit.txt`, the check in the file of its layer
//! in `src/verify`, a count in `src/report.rs` if it looks at something that nobody counted, and a planted fault in the
//! tests that only this check catches.

mod again;
mod finding;
pub mod history;
mod replay;
mod report;
mod rows;
mod said;
mod source;
mod stream;
mod verify;

pub use finding::{Fault, Finding, Place};
pub use history::{History, IncidentHistory};
pub use replay::{AsOf, CannotReplay, Replay, replay, replay_incident};
pub use report::{Counts, Layer, Line, MOST_FINDINGS, Report};
pub use rows::{
    Difference, case_differences, case_row, clock_row, incident_differences, incident_row,
};
pub use said::Said;
pub use source::{
    Absence, Absent, Aspect, CaseRow, ChunkRow, ClockRow, Condition, DefinitionRow, File,
    IncidentRow, LedgerRow, RequestRow, Row, Rows, SchemaObject, SnapshotRow, Source,
    StoredCalendar, StoredRecord, StoredWorkflow, StrayRow, StreamRow, Unreadable,
};
pub use verify::{Depth, check, verify};
