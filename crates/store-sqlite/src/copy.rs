//! Copies a database whole, as it is at one moment, while others write to it, and holds the copy against it.
//!
//! Where the copy comes to lie, under which name and when it is flushed is the caller's business.

use std::path::Path;

use sqlx::SqliteConnection;
use tsuho_ledger::Digest;
use tsuho_store::{Error, Extent};

use crate::condition::MOST_REFERENCES;
use crate::extent;
use crate::failure::Context;
use crate::{cell, open};

/// Why a database was not copied.
#[derive(Debug, thiserror::Error)]
pub enum NotCopied {
    /// The database that was to be copied cannot be read.
    #[error("the original cannot be read")]
    Original(#[source] Error),
    /// The copy cannot be written.
    #[error("the copy cannot be written")]
    Copy(#[source] Error),
    /// The copy was written, and is not what was read.
    #[error("the copy differs from the original: {what}")]
    Differs {
        /// What differs.
        what: String,
    },
}

/// Copies everything that is committed in a database into an empty file, and checks that it is there. Others may write
/// meanwhile; what they commit after the copy began is not in it. Nothing in the original is changed or migrated.
///
/// The copy is a database of the same schema and settings. It is not yet flushed: that needs its file.
///
/// # Errors
///
/// Says which of the two is at fault; what was begun is left in the file.
pub async fn copy_into(original: &Path, copy: &Path) -> Result<Extent, NotCopied> {
    let (pool, context) = open::for_copying(original).map_err(NotCopied::Original)?;
    let copied = async {
        let failed = |error| NotCopied::Original(context.failure(error));
        let mut connection = pool.acquire().await.map_err(failed)?;
        let before = extent::of(&mut connection, context)
            .await
            .map_err(NotCopied::Original)?;
        let name = copy
            .to_str()
            .ok_or_else(|| NotCopied::Copy(nameless(copy)))?;
        sqlx::query(include_str!("../queries/vacuum_into.sql"))
            .bind(name)
            .execute(&mut *connection)
            .await
            .map_err(|error| blamed(error, context, copy))?;
        let found = check(copy).await?;
        let after = extent::of(&mut connection, context)
            .await
            .map_err(NotCopied::Original)?;
        let head = match &found.last {
            Some(last) => extent::hash_at(&mut connection, context, last.position).await,
            None => Ok(None),
        };
        let head = head.map_err(NotCopied::Original)?;
        match difference(&before, &after, (&found, head)) {
            None => Ok(found),
            Some(what) => Err(NotCopied::Differs { what }),
        }
    }
    .await;
    pool.close().await;
    copied
}

/// Says whether reading or writing failed: what has no room or no permission is what is written.
fn blamed(error: sqlx::Error, context: Context<'_>, copy: &Path) -> NotCopied {
    match context.failure(error) {
        Error::ReadOnly { reason, .. } => NotCopied::Copy(Error::ReadOnly {
            path: copy.to_owned(),
            reason,
        }),
        error @ Error::Full { .. } => NotCopied::Copy(error),
        error => NotCopied::Original(error),
    }
}

fn nameless(path: &Path) -> Error {
    let what = format!("`{}` is no name in UTF-8", path.display());
    Error::Unavailable {
        source: what.into(),
    }
}

/// Gives a copy the settings of a database that is written to, and has SQLite look through it.
async fn check(copy: &Path) -> Result<Extent, NotCopied> {
    let (pool, context) = open::for_settling(copy);
    let checked = async {
        let failed = |error| context.failure(error);
        let mut connection = pool.acquire().await.map_err(failed)?;
        let broken = broken(&mut connection, context).await?;
        Ok((broken, extent::of(&mut connection, context).await?))
    }
    .await;
    // The last connection to close writes everything into the one file.
    pool.close().await;
    match checked.map_err(NotCopied::Copy)? {
        (None, extent) => Ok(extent),
        (Some(what), _) => Err(NotCopied::Differs { what }),
    }
}

/// Returns the first thing that SQLite finds broken.
async fn broken(
    connection: &mut SqliteConnection,
    context: Context<'_>,
) -> Result<Option<String>, Error> {
    let failed = |error| context.failure(error);
    let pages = sqlx::query(include_str!("../queries/inspect_pages_quickly.sql"))
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    let said = pages.iter().map(|row| cell::plain(row, "quick_check"));
    if let Some(said) = said.into_iter().find(|said| said != "ok") {
        return Ok(Some(said));
    }
    let references = sqlx::query(include_str!("../queries/inspect_references.sql"))
        .bind(MOST_REFERENCES)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    Ok(references.first().map(|row| {
        format!(
            "a row of {} refers to no row of {}",
            cell::plain(row, "table"),
            cell::plain(row, "parent")
        )
    }))
}

/// Returns what a copy has that its original had neither before nor after it was made, or did not have in between.
/// `head` is what stands in the original where the copy ends.
fn difference(
    before: &Extent,
    after: &Extent,
    (copy, head): (&Extent, Option<Digest>),
) -> Option<String> {
    let last = copy.last.as_ref();
    if copy.kind != before.kind {
        return Some(format!(
            "it is {} and was {}",
            copy.kind.as_str(),
            before.kind.as_str()
        ));
    }
    if last.map(|last| last.head) != head {
        return Some("its last record is another".to_owned());
    }
    if !(before.size..=after.size).contains(&copy.size) {
        let (from, to) = (before.size, after.size);
        return Some(format!(
            "its ledger counts {}, and the original counted {from} to {to}",
            copy.size
        ));
    }
    copy.rows.iter().find_map(|(table, rows)| {
        let counted = |extent: &Extent| extent.rows.get(table).copied().unwrap_or_default();
        let (from, to) = (counted(before), counted(after));
        // Parts alone may become fewer, by erasures.
        let expected = from.min(to)..=from.max(to);
        (!expected.contains(rows))
            .then(|| format!("{rows} rows of {table}, and the original had {from} to {to}"))
    })
}

#[cfg(test)]
mod tests;
