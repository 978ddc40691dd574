//! Reads files that a request names: those to be attached, and those that stand for their digest.
//! Keeping their bytes is left to the store.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use tsuho_ledger::Digest;
use tsuho_store::MAX_BLOB_BYTES;

use super::entries::Invalid;
use crate::exit::Exit;
use crate::message::Message;

/// A file to be attached.
pub(crate) struct Attached {
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
    pub(crate) name: String,
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither its name nor its contents belong in a log.
        write!(f, "Attached({})", self.digest)
    }
}

/// Reads the file that is to be attached, with its own name unless another is given.
pub(super) fn attached(path: &str, name: Option<String>) -> Result<Attached, Invalid> {
    let path = Path::new(path);
    let bytes = read_file(path).map_err(|problem| Invalid {
        exit: Exit::NothingToRead,
        ..Invalid::new("file", problem)
    })?;
    let own = || {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    Ok(Attached {
        digest: Digest::of(&bytes),
        name: name.or_else(own).unwrap_or_default(),
        bytes,
    })
}

/// Reads a file, unless it is larger than what is kept.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Message> {
    let unreadable = |why: std::io::Error| {
        Message::new("request.unreadable-file")
            .with("file", path.display().to_string())
            .with("why", why.to_string())
    };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BLOB_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BLOB_BYTES {
        return Err(Message::new("request.file-too-large")
            .with("file", path.display().to_string())
            .with("most", (MAX_BLOB_BYTES >> 20).to_string()));
    }
    Ok(bytes)
}

/// Returns the digest that a text writes, or that of the file that it names.
pub(crate) fn digest_or_file(text: &str) -> Result<Digest, Message> {
    match text.parse() {
        Ok(digest) => Ok(digest),
        Err(_) => read_file(Path::new(text)).map(|bytes| Digest::of(&bytes)),
    }
}
