//! Writes a file that is handed out: whole or not at all, and never over another.
//! What is in it was measured before by whoever hands it out.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// Whether a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handed {
    /// It was.
    Written,
    /// It was there already, with the same bytes.
    There,
}

/// Writes bytes to a file that does not exist, or finds them there. Nobody ever sees a part of them under its name.
pub(crate) fn hand_out(path: &Path, bytes: &[u8]) -> Result<Handed> {
    match fs::read(path) {
        Ok(there) if there == bytes => return Ok(Handed::There),
        Ok(_) => return Err(exists(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(unwritable(path, error)),
    }
    let beside = beside(path);
    let outcome = write(&beside, bytes).and_then(|()| place(&beside, path));
    if outcome.is_err() {
        // What could not be placed is of no use, and there may be nothing to remove.
        let _ = fs::remove_file(&beside);
    }
    match outcome {
        Ok(()) => Ok(Handed::Written),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(unwritable(path, error)),
    }
}

/// Returns a name in the same folder under which the bytes are written first.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Gives the finished file its name, unless another has it: a link, unlike a renaming, never replaces.
fn place(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

fn exists(path: &Path) -> Failure {
    let message = Message::new("handing.exists").with("file", path.display().to_string());
    Failure::new(Exit::Findings, message).hint(Message::new("handing.exists.hint"))
}

fn unwritable(path: &Path, error: io::Error) -> Failure {
    let message = Message::new("handing.unwritable").with("file", path.display().to_string());
    Failure::new(Exit::Internal, message).cause(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        assert!(matches!(hand_out(&path, b"one"), Ok(Handed::Written)));
        assert!(matches!(hand_out(&path, b"one"), Ok(Handed::There)));
        // Each would be overwritten by a writer that takes what it finds for its own.
        let planted: [&[u8]; 3] = [b"two", b"", b"one "];
        let caught = planted
            .iter()
            .filter(|bytes| hand_out(&path, bytes).is_err());
        let caught = caught.count();
        println!("planted {}, caught {caught}", planted.len());
        assert_eq!(caught, planted.len());
        assert_eq!(fs::read(&path).expect("it is there"), b"one");
        let entries = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(entries, 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_in_no_folder_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("nowhere").join("a.txt");
        assert!(hand_out(&path, b"one").is_err());
    }
}
