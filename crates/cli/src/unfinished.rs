//! A file that gets its name only once it is whole: until then it lies under another beside it, and goes if it is given up.
//! What is written into it is the caller's business.

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tsuho_store::Error;

/// What SQLite may keep beside a file while it is open.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A database that is being written.
#[derive(Debug)]
pub(crate) struct Unfinished {
    file: NamedTempFile,
    beside: Beside,
    target: PathBuf,
}

/// The files that SQLite keeps beside another; they go when this does.
#[derive(Debug)]
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        for suffix in BESIDE {
            let path = beside(&self.0, suffix);
            if let Err(error) = fs::remove_file(&path)
                && error.kind() != ErrorKind::NotFound
            {
                tracing::warn!(path = %path.display(), "left behind: {error}");
            }
        }
    }
}

impl Unfinished {
    /// Begins an empty file for `target`, in its folder.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] if there is anything under that name, [`Error::Missing`] if its folder is not there, and
    /// [`Error::ReadOnly`] and [`Error::Full`] if nothing can be written there.
    pub(crate) fn begin(target: &Path, permissions: Permissions) -> Result<Self, Error> {
        let failed = |error| failure(error, target);
        refuse_what_is_there(target)?;
        let folder = folder_of(target);
        let metadata = fs::metadata(&folder).map_err(failed)?;
        // The superuser may write everywhere, and a protected folder is still not meant to be written.
        if metadata.permissions().readonly() {
            return Err(Error::ReadOnly {
                path: target.to_owned(),
                reason: "its folder is write-protected",
            });
        }
        let mut prefix = OsString::from(".");
        prefix.push(target.file_name().unwrap_or_default());
        prefix.push(".");
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".unfinished")
            .permissions(permissions)
            .tempfile_in(folder)
            .map_err(failed)?;
        let beside = Beside(file.path().to_owned());
        Ok(Self {
            file,
            beside,
            target: target.to_owned(),
        })
    }

    /// Returns where it lies until it is finished.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Flushes what was written, gives it its name and flushes that too. Whoever was quicker keeps the name.
    ///
    /// # Errors
    ///
    /// As [`Self::begin`]; what was begun is removed.
    pub(crate) fn finish(self) -> Result<u64, Error> {
        let Self {
            file,
            beside: files_beside,
            target,
        } = self;
        let failed = |error| failure(error, &target);
        let log = fs::metadata(beside(file.path(), "-wal")).map_or(0, |log| log.len());
        if log > 0 {
            let what = "something still writes to the unfinished file".into();
            return Err(Error::Unavailable { source: what });
        }
        drop(files_beside);
        file.as_file().sync_all().map_err(failed)?;
        let bytes = file.as_file().metadata().map_err(failed)?.len();
        refuse_what_is_there(&target)?;
        file.persist_noclobber(&target)
            .map_err(|error| failed(error.error))?;
        // The folder's entry has to survive a power cut too.
        let folder = File::open(folder_of(&target)).map_err(failed)?;
        folder.sync_all().map_err(failed)?;
        Ok(bytes)
    }
}

/// Refuses a target that exists, and one beside which a log lies: SQLite would mix it into whatever comes to lie there.
pub(crate) fn refuse_what_is_there(target: &Path) -> Result<(), Error> {
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    let logs = BESIDE.iter().map(|suffix| beside(target, suffix));
    let mut all = std::iter::once(target.to_owned()).chain(logs);
    match all.find(|path| is_there(path)) {
        None => Ok(()),
        Some(path) => Err(Error::Exists { path }),
    }
}

/// Returns permissions that let nobody read who may not read another file, and its owner write.
///
/// # Errors
///
/// [`Error::Missing`] if that file is not there.
pub(crate) fn as_private_as(original: &Path) -> Result<Permissions, Error> {
    let metadata = fs::metadata(original).map_err(|error| failure(error, original))?;
    Ok(private(&metadata.permissions()))
}

#[cfg(unix)]
fn private(original: &Permissions) -> Permissions {
    use std::os::unix::fs::PermissionsExt as _;

    Permissions::from_mode(original.mode() & 0o666 | 0o600)
}

/// Where there are no others, they are a file's own.
#[cfg(not(unix))]
fn private(original: &Permissions) -> Permissions {
    original.clone()
}

fn failure(error: io::Error, target: &Path) -> Error {
    let path = target.to_owned();
    match error.kind() {
        ErrorKind::NotFound => Error::Missing { path },
        ErrorKind::AlreadyExists => Error::Exists { path },
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Error::ReadOnly {
            path,
            reason: "the operating system permits no writing there",
        },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full {
            source: Box::new(error),
        },
        _ => Error::Unavailable {
            source: Box::new(error),
        },
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Returns the path of what SQLite keeps beside a file.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
