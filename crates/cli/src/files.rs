//! Reads the files that a person names: files, folders, standard input.
//! What is in them is left to `tsuho-core`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// Most bytes that are read of one file. Workflow files are refused far below; this keeps a device from filling memory.
const MOST_BYTES: u64 = 128 << 20;

/// Most files that are taken from folders: a hundred regimes of a hundred countries, and not somebody's whole disk.
const MOST_FILES: usize = 10_000;

/// Deepest folder that is looked into, which also ends a circle of links.
const MOST_DEPTH: usize = 32;

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    /// What it is called in every message.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

/// Reads workflow files, scenarios and libraries: each file that is named, every `.yaml` and `.yml` of a folder that is
/// named, and standard input for `-`. Each file is read once, in the order of their names within a folder.
pub(crate) fn read_yaml(paths: &[PathBuf]) -> Result<Vec<Text>> {
    let mut places = Places::default();
    for path in paths {
        if path == Path::new("-") {
            places.add(path.clone())?;
        } else if fs::metadata(path)
            .map_err(|error| unreadable(path, error))?
            .is_dir()
        {
            places.add_folder(path, 0)?;
        } else {
            places.add(path.clone())?;
        }
    }
    if places.list.is_empty() {
        return Err(Failure::new(
            Exit::NothingToRead,
            Message::new("files.none"),
        ));
    }
    places.list.iter().map(|path| read(path)).collect()
}

/// Reads one file, or standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Text> {
    let mut bytes = Vec::new();
    let (name, outcome) = if path == Path::new("-") {
        ("-".to_owned(), take(io::stdin(), &mut bytes))
    } else {
        let opened = File::open(path).and_then(|file| take(file, &mut bytes));
        (path.display().to_string(), opened)
    };
    outcome.map_err(|error| unreadable(path, error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        let message = Message::new("files.too-large")
            .with("file", name)
            .with("most", (MOST_BYTES >> 20).to_string());
        return Err(Failure::new(Exit::Malformed, message));
    }
    Ok(Text { name, bytes })
}

/// Files to read, each once.
#[derive(Debug, Default)]
struct Places {
    list: Vec<PathBuf>,
    known: BTreeSet<PathBuf>,
}

impl Places {
    fn add(&mut self, path: PathBuf) -> Result<()> {
        if self.list.len() >= MOST_FILES {
            let message = Message::new("files.too-many").with("most", MOST_FILES);
            return Err(Failure::new(Exit::Usage, message));
        }
        let same = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if self.known.insert(same) {
            self.list.push(path);
        }
        Ok(())
    }

    /// Adds the workflow files of a folder and of those in it, but of no hidden one.
    fn add_folder(&mut self, folder: &Path, depth: usize) -> Result<()> {
        if depth > MOST_DEPTH {
            return Ok(());
        }
        let unreadable = |error| unreadable(folder, error);
        let mut entries = fs::read_dir(folder)
            .map_err(unreadable)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<PathBuf>>>()
            .map_err(unreadable)?;
        entries.sort();
        for path in entries {
            let hidden = path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if hidden {
                continue;
            }
            if path.is_dir() {
                self.add_folder(&path, depth + 1)?;
            } else if is_yaml(&path) {
                self.add(path)?;
            }
        }
        Ok(())
    }
}

/// Tells whether a file of a folder is meant.
fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == OsStr::new("yaml") || extension == OsStr::new("yml"))
}

/// Reads one byte more than is taken, so that a file that is too large is noticed.
fn take(source: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    source.take(MOST_BYTES + 1).read_to_end(bytes).map(|_| ())
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    let file = path.display().to_string();
    let said = |key| Failure::new(Exit::NothingToRead, Message::new(key).with("file", file));
    match error.kind() {
        io::ErrorKind::NotFound => said("files.missing"),
        _ => said("files.unreadable").cause(error),
    }
}
