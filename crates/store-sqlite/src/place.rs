//! Knows the files of a database by what the file system calls them, and notices when others lie under their names.
//! SQLite does not look again once a file is open: what it then writes may lie where nobody finds it.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use tsuho_store::Error;

use crate::failure::Context;

/// The files as they were opened.
#[derive(Debug)]
pub(crate) struct Place {
    files: Vec<(PathBuf, Identity)>,
}

/// The end of the name of the file in which those who share a log find its pages.
const INDEX: &str = "-shm";

/// What a file system calls a file, whatever name it has.
type Identity = (u64, u64);

/// What lies under the name of a file that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// That file.
    Same,
    /// Nothing.
    Missing,
    /// Another file.
    Other,
}

impl Place {
    /// Notes which files lie under the names of a database and of what belongs to it, once a connection has opened them.
    ///
    /// # Errors
    ///
    /// [`Error::Displaced`] if the database has a second name: under that it would have a second log.
    pub(crate) fn of(context: Context<'_>) -> Result<Self, Error> {
        let path = context.path;
        let real = fs::canonicalize(path).map_err(|error| context.io(error))?;
        let metadata = fs::metadata(&real).map_err(|error| context.io(error))?;
        if names(&metadata) > 1 {
            return Err(displaced(path, "it has a second name"));
        }
        let beside = ["-wal", INDEX].map(|suffix| suffixed(&real, suffix));
        let named = [path.to_owned(), real].into_iter().chain(beside);
        let files = named.filter_map(|file| {
            let identity = identity(&fs::metadata(&file).ok()?);
            Some((file, identity))
        });
        Ok(Self {
            files: files.collect(),
        })
    }

    /// Returns each file with what lies under its name now.
    fn look(&self) -> impl Iterator<Item = (&Path, Found)> {
        let found = |(file, known): &(PathBuf, Identity)| match fs::metadata(file) {
            Ok(metadata) if identity(&metadata) == *known => Found::Same,
            Ok(_) => Found::Other,
            Err(_) => Found::Missing,
        };
        let files = self.files.iter();
        files.map(move |one| (one.0.as_path(), found(one)))
    }

    /// Refuses, if under one of the names lies another file or none.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.look().try_for_each(|(file, found)| match found {
            Found::Same => Ok(()),
            Found::Missing => Err(displaced(file, "no file lies under its name")),
            Found::Other => Err(displaced(file, "another file lies under its name")),
        })
    }

    /// Tells whether nobody else can have begun to use other files under these names. Where the index of the log is gone,
    /// somebody may have come, written and cleared their own away; the others have one file in common.
    pub(crate) fn is_shared_by_all(&self) -> bool {
        self.look().all(|(file, found)| match found {
            Found::Same => true,
            Found::Missing => !file.to_string_lossy().ends_with(INDEX),
            Found::Other => false,
        })
    }
}

fn displaced(path: &Path, reason: &'static str) -> Error {
    Error::Displaced {
        path: path.to_owned(),
        reason,
    }
}

/// Returns the name of a file that belongs to a database: SQLite puts it beside the file itself, not beside a link to it.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let real = fs::canonicalize(path);
    suffixed(real.as_deref().unwrap_or(path), suffix)
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(unix)]
fn names(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.nlink()
}

/// Elsewhere a file that is open can neither be removed nor replaced.
#[cfg(not(unix))]
const fn identity(_: &Metadata) -> Identity {
    (0, 0)
}

#[cfg(not(unix))]
const fn names(_: &Metadata) -> u64 {
    1
}

#[cfg(test)]
mod tests;
