//! What somebody with the database's password may try, past the store.
//!
//! How a database is told to do it is each backend's own; that it refuses is checked in
//! `crates/store/src/conformance/keeping.rs`.

use crate::Position;

/// A table whose rows stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Headers of records.
    Events,
    /// Parts of records.
    Parts,
    /// Parts that were erased by law.
    Erasures,
    /// Requests that were answered.
    Requests,
    /// Files.
    Blobs,
    /// Published workflows.
    Workflows,
    /// Published calendars.
    Calendars,
    /// The one row of the ledger.
    Ledger,
}

/// One thing to try. The installation holds the events 0 and 1, on two streams, each with an operational and a personal
/// part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tampering {
    /// Writes to every row of a table, were it the same value again.
    Change(Table),
    /// Deletes every row of a table.
    Remove(Table),
    /// Writes every row of a table again in its own place, in a way that need not count as a deletion.
    Replace(Table),
    /// Writes event 1 again at position 2, in its own place in the stream.
    ReplaceInStream,
    /// Appends an event with a gap in the ledger.
    SkipPosition,
    /// Appends an event with a gap in its stream.
    SkipSeq,
    /// Begins a stream again that is there.
    BeginTwice,
    /// Gives every stream another name.
    RenameStream,
    /// Deletes every stream, and no event.
    RemoveStream,
    /// Adds a part to an event that is not there.
    AddPartWithoutEvent,
    /// Names the personal part of event 0 as erased by the event at this position.
    NameErasureBy(Position),
    /// Deletes the personal part of event 0.
    RemoveErasedPart,
    /// Gives event 0 the personal part of event 1.
    RestoreErasedPart,
    /// Lets the ledger forget its last event.
    ShrinkLedger,
    /// Lets a case number be given again.
    ReuseCaseNumber,
    /// Turns a drill into a real database.
    MakeDrillReal,
    /// Turns a drill's present back.
    TurnBackPresent,
    /// Makes the database older or younger than it is.
    MoveCreation,
}
