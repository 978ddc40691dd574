//! The files of a repository, as the rules see them.
//! Reading Rust is left to `tests/it/tidy/code.rs`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Command;

/// The files of a repository by their paths from its top.
pub(crate) struct Tree(BTreeMap<String, String>);

impl Tree {
    /// Reads this repository: what Git tracks, and what it would track if it were added.
    pub(crate) fn of_the_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let output = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(&root)
            .output()
            .expect("`cargo xtask setup` installs Git");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut files = BTreeMap::new();
        for path in String::from_utf8(output.stdout)
            .expect("paths are UTF-8")
            .split_terminator('\0')
        {
            // A deleted file stays in Git's list until the deletion is added.
            if let Ok(bytes) = std::fs::read(root.join(path)) {
                files.insert(
                    path.to_owned(),
                    String::from_utf8_lossy(&bytes).into_owned(),
                );
            }
        }
        assert!(
            files.contains_key("tests/it/tidy/tree.rs"),
            "Git's list has not even this file"
        );
        Self(files)
    }

    /// Returns a repository of the given files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self(
            files
                .iter()
                .map(|&(path, text)| (path.to_owned(), text.to_owned()))
                .collect(),
        )
    }

    /// Returns every path with its text.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Returns the text of a file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Whether there is a file or a folder of this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.0.contains_key(path) || self.0.keys().any(|file| is_in(file, path))
    }
}

/// Whether a file is somewhere under a folder.
pub(crate) fn is_in(file: &str, folder: &str) -> bool {
    file.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file is of a kind.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|own| own == extension)
}

/// A breach of a rule.
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Finding {
    /// Reports something about a line, counted from 1.
    pub(crate) fn at(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }

    /// Reports something about a whole file.
    pub(crate) fn of(path: &str, what: impl Into<String>) -> Self {
        Self::at(path, 1, what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}
