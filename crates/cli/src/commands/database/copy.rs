//! Copies a database into an unfinished file, and tells what a copy holds.
//! Naming the file and saying what it is for is left to the commands.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use tsuho_store::Extent;
use tsuho_store_sqlite::{self as sqlite, NotCopied};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open;
use crate::open::log;
use crate::unfinished::{Readers, Unfinished, not_made};

/// A copy that lies beside its place.
pub(super) struct Copy {
    pub(super) file: Unfinished,
    pub(super) extent: Extent,
    begun: Instant,
}

/// What was copied, and how long it took.
pub(super) struct Copied {
    pub(super) extent: Extent,
    bytes: u64,
    milliseconds: u128,
}

/// Copies a database beside a place where nothing may be.
#[expect(
    clippy::disallowed_methods,
    reason = "how long it took is told to a person and decides nothing"
)]
pub(super) async fn begin(original: &Path, target: &Path) -> Result<Copy> {
    let begun = Instant::now();
    log::refuse_broken(original)?;
    let file = Unfinished::begin(target, Readers::Of(original))?;
    let copied = sqlite::copy_into(original, file.path()).await;
    let extent = copied.map_err(|why| not_copied(why, original, target))?;
    Ok(Copy {
        file,
        extent,
        begun,
    })
}

impl Copy {
    /// Gives the copy its name.
    pub(super) fn finish(self) -> Result<Copied> {
        let bytes = self.file.finish()?;
        Ok(Copied {
            extent: self.extent,
            bytes,
            milliseconds: self.begun.elapsed().as_millis(),
        })
    }
}

impl Copied {
    /// Returns a sentence with what a copy holds.
    pub(super) fn told(&self, key: &'static str) -> Message {
        let Self {
            extent,
            bytes,
            milliseconds,
        } = self;
        let seconds = format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
        Message::new(key)
            .with("records", extent.size.to_string())
            .with("cases", cases(extent).to_string())
            .with("bytes", bytes.to_string())
            .with("seconds", seconds)
    }

    /// Returns what programs read.
    pub(super) fn json(&self, original: &Path, copy: &Path) -> Value {
        json!({
            "from": original.display().to_string(),
            "to": copy.display().to_string(),
            "ledger": ledger(&self.extent),
            "bytes": self.bytes,
            "milliseconds": u64::try_from(self.milliseconds).unwrap_or(u64::MAX),
        })
    }
}

fn cases(extent: &Extent) -> u64 {
    extent.rows.get("cases").copied().unwrap_or_default()
}

/// Returns the sentence with the record at which a ledger ends.
pub(super) fn end(extent: &Extent) -> Message {
    let Some(last) = &extent.last else {
        return Message::new("database.end.none");
    };
    let message = match last.recorded_at {
        Some(at) => Message::new("database.end").with("at", at.to_string()),
        None => Message::new("database.end.unknown"),
    };
    message
        .with("position", last.position.to_string())
        .with("head", last.head.to_string())
}

/// Returns what programs read of how far a ledger goes.
pub(super) fn ledger(extent: &Extent) -> Value {
    let last = extent.last.as_ref();
    json!({
        "size": extent.size.0,
        "last_position": last.map(|last| last.position.0),
        "head": last.map(|last| last.head.to_string()),
        "recorded_at": last.and_then(|last| last.recorded_at).map(|at| at.to_string()),
        "rows": extent.rows,
    })
}

fn not_copied(why: NotCopied, original: &Path, target: &Path) -> Failure {
    match why {
        NotCopied::Original(error) => open::failure(error, original),
        NotCopied::Copy(error) => not_made(error, target),
        NotCopied::Differs { what } => {
            let differs = Message::new("database.copy-differs")
                .with("database", target.display().to_string())
                .with("what", what);
            Failure::new(Exit::Internal, differs).hint(Message::new("database.copy-differs.hint"))
        }
    }
}
