//! A database that gets its name only once it is whole: until then it lies under another beside it, and goes if it is given up.
//! What is written into it is the caller's business.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tsuho_store::Error;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open;

/// What SQLite may keep beside a file while it is open.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// How often the lock is taken again because whoever had it took its file away meanwhile. Each time somebody else has
/// finished or given up; after so many there are too many to go on in between.
const MOST_LOCKS: u32 = 16;

/// A database that is being written. Its fields go in their order: the lock is given back when nothing else is left.
#[derive(Debug)]
pub(crate) struct Unfinished {
    beside: Beside,
    file: NamedTempFile,
    lock: Lock,
    target: PathBuf,
}

/// Who may read a database.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Readers<'path> {
    /// Whoever the operating system lets read a file that is made.
    Usual,
    /// Nobody who may not read this file.
    Of(&'path Path),
}

/// The files that SQLite keeps beside another; they go when this does.
#[derive(Debug)]
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        for suffix in BESIDE {
            warn_if_left(&beside(&self.0, suffix));
        }
    }
}

/// The right to make a database, which one process has at a time. The lock goes with the process, however that ends. It is on
/// a file of its own: where locks of one kind hold off those of another, one on the database would hold off SQLite.
#[derive(Debug)]
struct Lock {
    path: PathBuf,
    _locked: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is locked: whoever waits for it sees then that it lost its name.
        warn_if_left(&self.path);
    }
}

impl Unfinished {
    /// Begins an empty file for `target`, in its folder, in place of one that somebody left there who was killed.
    ///
    /// # Errors
    ///
    /// If there is anything under that name, if somebody else is making it, or if nothing can be written there.
    pub(crate) fn begin(target: &Path, readers: Readers<'_>) -> Result<Self> {
        let failed = |error| not_made(failure(error, target), target);
        let permissions = readers.permissions()?;
        refuse_what_is_there(target)?;
        let folder = folder_of(target);
        // The superuser may write everywhere, and a protected folder is still not meant to be written.
        let metadata = fs::metadata(&folder).map_err(failed)?;
        if metadata.permissions().readonly() {
            let path = target.to_owned();
            let reason = "its folder is write-protected";
            return Err(not_made(Error::ReadOnly { path, reason }, target));
        }
        let name = name_of(target);
        let lock = Lock::take(folder.join(beside(&name, "-lock")));
        let lock = lock.map_err(failed)?.ok_or_else(|| being_made(target))?;
        for suffix in BESIDE.into_iter().chain([""]) {
            removed(&folder.join(beside(&name, suffix))).map_err(failed)?;
        }
        let file = tempfile::Builder::new()
            .prefix(&name)
            .rand_bytes(0)
            .permissions(permissions)
            .tempfile_in(folder)
            .map_err(failed)?;
        Ok(Self {
            beside: Beside(file.path().to_owned()),
            file,
            lock,
            target: target.to_owned(),
        })
    }

    /// Returns where it lies until it is finished.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Flushes what was written, gives it its name and flushes that too; returns its bytes. Whatever came to lie there
    /// meanwhile keeps the name.
    ///
    /// # Errors
    ///
    /// As [`Self::begin`]; what was begun is removed.
    pub(crate) fn finish(self) -> Result<u64> {
        // Of these, what comes last goes first: the lock is given back when nothing else is left.
        let Self {
            lock,
            beside: files_beside,
            file,
            target,
        } = self;
        let failed = |error| not_made(failure(error, &target), &target);
        let log = fs::metadata(beside(file.path(), "-wal")).map_or(0, |log| log.len());
        if log > 0 {
            let source = "something still writes to the unfinished file".into();
            return Err(not_made(Error::Unavailable { source }, &target));
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
        drop(lock);
        Ok(bytes)
    }
}

impl Readers<'_> {
    fn permissions(self) -> Result<Permissions> {
        let mode = match self {
            Self::Usual => 0o666,
            Self::Of(path) => {
                let failed = |error| open::failure(failure(error, path), path);
                let metadata = fs::metadata(path).map_err(failed)?;
                metadata.permissions().mode() & 0o666 | 0o600
            }
        };
        Ok(Permissions::from_mode(mode))
    }
}

impl Lock {
    /// Takes the lock; `None` if somebody else has it.
    fn take(path: PathBuf) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        for _ in 0..MOST_LOCKS {
            let file = options.open(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            let (locked, named) = (file.metadata()?, fs::metadata(&path));
            let is_named =
                |named: fs::Metadata| (named.dev(), named.ino()) == (locked.dev(), locked.ino());
            if named.is_ok_and(is_named) {
                return Ok(Some(Self {
                    path,
                    _locked: file,
                }));
            }
        }
        Ok(None)
    }
}

/// Refuses a target that exists, and one beside which a log lies: SQLite would mix it into whatever comes to lie there.
pub(crate) fn refuse_what_is_there(target: &Path) -> Result<()> {
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    if is_there(target) {
        let path = target.to_owned();
        return Err(not_made(Error::Exists { path }, target));
    }
    let mut logs = BESIDE.iter().map(|suffix| beside(target, suffix));
    let Some(file) = logs.find(|path| is_there(path)) else {
        return Ok(());
    };
    let named = |key| said(key, target).with("file", file.display().to_string());
    let refused = Failure::new(Exit::Findings, named("database.copy-beside"));
    Err(refused.hint(named("database.copy-beside.hint")))
}

/// Returns why no database was made.
pub(crate) fn not_made(error: Error, target: &Path) -> Failure {
    match error {
        Error::Missing { .. } => {
            let missing = Failure::new(Exit::NothingToRead, said("init.no-folder", target));
            missing.hint(Message::new("init.no-folder.hint"))
        }
        error => open::failure(error, target),
    }
}

fn being_made(target: &Path) -> Failure {
    let refused = Failure::new(Exit::Findings, said("database.being-made", target));
    refused.hint(said("database.being-made.hint", target))
}

fn said(key: &'static str, target: &Path) -> Message {
    Message::new(key).with("database", target.display().to_string())
}

/// Returns what a file is called until it is finished.
fn name_of(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".unfinished");
    name.into()
}

/// Removes a file, if it is there.
fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn warn_if_left(path: &Path) {
    if let Err(error) = removed(path) {
        tracing::warn!(path = %path.display(), "left behind: {error}");
    }
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
