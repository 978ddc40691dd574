//! Chooses the file of a demonstration: the one that was named, or the next free name in the current folder.
//! Nothing is ever overwritten; making the database is left to the store.

use std::path::{Path, PathBuf};

/// Most names that are tried: whoever keeps so many demonstrations names the next one.
const MOST_NAMES: u32 = 1_000;

/// Returns the file for the database.
pub(super) fn choose(named: Option<&Path>) -> PathBuf {
    if let Some(path) = named {
        return path.to_owned();
    }
    let first = PathBuf::from("tsuho-demo.db");
    let others = (2..=MOST_NAMES).map(|number| PathBuf::from(format!("tsuho-demo-{number}.db")));
    std::iter::once(first.clone())
        .chain(others)
        .find(|path| !path.exists())
        .unwrap_or(first)
}
