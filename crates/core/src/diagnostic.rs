//! Describes a mistake in a text that somebody wrote: what, where, and what to do, under a code that never changes.
//! Rendering with an excerpt belongs to the program; the words are in the catalogue.

mod codes;

use std::ops::Range;
use std::sync::Arc;

pub use codes::{ALL as ALL_CODES, *};

use crate::catalogue::Args;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; the text is used.
    Warning,
    /// The text cannot be used.
    Error,
}

/// A stable name of a kind of mistake: a number for ever and a word beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// `WF0103`; also the key of its message in the catalogue, with `.help` for what to do.
    pub id: &'static str,
    /// The mistake in words, `unreachable-state`.
    pub name: &'static str,
    /// How much it weighs.
    pub severity: Severity,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, as its reader was told its name.
    pub file: Arc<str>,
    /// Bytes within the file's text, after a byte order mark was taken off.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A second place that explains the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub at: Location,
    /// Key of its text in the catalogue.
    pub key: &'static str,
    /// What the text names.
    pub args: Args,
}

/// One mistake found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of mistake.
    pub code: Code,
    /// Where it is.
    pub at: Location,
    /// What its message and its help name.
    pub args: Args,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
}

impl Diagnostic {
    /// Makes a diagnostic without arguments and labels.
    #[must_use]
    pub fn new(code: Code, at: Location) -> Self {
        Self {
            code,
            at,
            args: Args::new(),
            labels: Vec::new(),
        }
    }

    /// Adds what a placeholder of its message stands for.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<crate::catalogue::Arg>) -> Self {
        self.args.insert(name, value.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn label(mut self, at: Location, key: &'static str) -> Self {
        self.labels.push(Label {
            at,
            key,
            args: Args::new(),
        });
        self
    }

    /// Returns what reports are sorted by: file, place, code.
    #[must_use]
    pub fn sort_key(&self) -> (Arc<str>, usize, usize, &'static str) {
        (
            Arc::clone(&self.at.file),
            self.at.span.start,
            self.at.span.end,
            self.code.id,
        )
    }
}

/// Collects what is found in one run; reading goes on after a mistake (invariant 4), up to a bound.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    list: Vec<Diagnostic>,
    left_out: usize,
}

impl Findings {
    /// Most diagnostics kept of one run: a person reads no more, and a hostile file cannot fill the memory.
    pub const MOST: usize = 1_000;

    /// Makes an empty collection.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            list: Vec::new(),
            left_out: 0,
        }
    }

    /// Adds one; beyond the bound it is only counted.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.len() < Self::MOST {
            self.list.push(diagnostic);
        } else {
            self.left_out += 1;
        }
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Self) {
        self.left_out += other.left_out;
        for diagnostic in other.list {
            self.push(diagnostic);
        }
    }

    /// Tells whether something is wrong that forbids using the text.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.left_out > 0
            || self
                .list
                .iter()
                .any(|finding| finding.code.severity == Severity::Error)
    }

    /// Tells whether nothing was found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns how many were found beyond the bound and are not in the list.
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// Returns what was found, sorted by file and place, each once.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(Diagnostic::sort_key);
        let mut sorted: Vec<Diagnostic> = Vec::with_capacity(self.list.len());
        for finding in self.list {
            // A parent's place is found wrong once by each workflow that extends it.
            let is_known = sorted
                .iter()
                .rev()
                .take_while(|other| other.sort_key() == finding.sort_key())
                .any(|other| *other == finding);
            if !is_known {
                sorted.push(finding);
            }
        }
        sorted
    }
}
