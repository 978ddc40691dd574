//! Holds the documents of the language as they are written: typed, each part with its place, nothing looked up yet.
//! Which names exist is left to `resolve`, what they mean together to `compile`.

mod action;
mod clock;
mod counting;
mod fact;
mod fields;
mod library;
mod obligation;
mod series;
mod shape;
mod standstill;
mod state;
mod word;
mod workflow;

pub use action::{ActionDocument, ByName, Leaves};
pub use clock::{ClockDocument, PeriodName, TargetDocument, WithinDocument};
pub use counting::{CountingDocument, ReasonDocument};
pub use fact::{ColumnDocument, DatedDocument, FactDocument, Form, TypeDocument};
pub use library::{
    AuthorityDocument, CalendarDocument, ChoicesDocument, FormDocument, FormItemDocument,
    LibraryDocument, RoleDocument, SourceDocument,
};
pub use obligation::{CasedDocument, ContainsDocument, ObligationDocument};
pub use series::{RhythmDocument, SeriesDocument, StepDocument};
pub use shape::Reader;
pub use standstill::StandstillDocument;
pub use state::{ReleasesDocument, StateDocument};
pub use word::{Named, nearest, unnamed};
pub use workflow::{
    AppliesDocument, DecisionsDocument, InForceDocument, WorkflowDocument, WorkflowKind,
};

use crate::diagnostic::{Diagnostic, Findings, Location, NO_KIND};
use crate::workflow::source;

/// A value and where it is written.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// What is written.
    pub value: T,
    /// Where.
    pub at: Location,
}

/// An expression as it is written; what it says is for `guard`.
#[derive(Debug, Clone)]
pub struct Expression {
    /// Its text; a YAML `true` or `30000` is one too.
    pub text: String,
    /// The value that holds it, which knows where each of its bytes stands.
    pub node: source::Node,
}

/// A named part of a document, such as one fact under `facts`.
#[derive(Debug, Clone)]
pub struct Item<N, T> {
    /// Its name.
    pub name: At<N>,
    /// What is declared.
    pub declared: Declared<T>,
}

impl<N, T> Item<N, T> {
    /// Returns what is declared; nothing if it is removed or has a mistake.
    #[must_use]
    pub const fn sound(&self) -> Option<&T> {
        match &self.declared {
            Declared::As(declared) => Some(declared),
            Declared::Removed | Declared::Broken => None,
        }
    }
}

/// What stands behind a name.
#[derive(Debug, Clone)]
pub enum Declared<T> {
    /// This.
    As(T),
    /// `none`: the parent's item of that name is removed (F5).
    Removed,
    /// Something with a mistake that has been reported; the name exists all the same.
    Broken,
}

/// Whether everything that a document leans on is there, so that a name that is missing proves something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// It is.
    Complete,
    /// A parent or a library is missing, or could not be read.
    Incomplete,
}

impl Whole {
    /// Returns `Complete` where both are.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match self {
            Self::Complete => other,
            Self::Incomplete => Self::Incomplete,
        }
    }
}

/// A document of the language.
#[derive(Debug, Clone)]
pub enum Document {
    /// A workflow, or a template that workflows extend.
    Workflow(Box<WorkflowDocument>),
    /// A library.
    Library(Box<LibraryDocument>),
    /// A scenario, as its own reader gets it.
    Scenario(source::Document),
}

/// Returns every key that is read or reported as not supported.
#[cfg(test)]
pub(super) fn keys() -> std::collections::BTreeSet<&'static str> {
    let files = [
        action::LISTED,
        clock::LISTED,
        counting::LISTED,
        fact::LISTED,
        library::LISTED,
        obligation::LISTED,
        series::LISTED,
        standstill::LISTED,
        state::LISTED,
        workflow::LISTED,
    ];
    let keys = files.into_iter().flatten();
    keys.flat_map(|keys| keys.known.iter().chain(keys.later))
        .copied()
        .collect()
}

/// Reads one document; it is returned with whatever of it could be read.
#[must_use]
pub fn read(document: source::Document) -> (Option<Document>, Findings) {
    let mut reader = Reader::default();
    let root = &document.root;
    let has = |key: &str| root.get(key).is_some();
    let document = if has("scenario") {
        reader.edition(root);
        Some(Document::Scenario(document))
    } else if has("library") {
        library::read(&mut reader, root).map(|library| Document::Library(Box::new(library)))
    } else if has("workflow") || has("template") {
        workflow::read(&mut reader, root).map(|workflow| Document::Workflow(Box::new(workflow)))
    } else {
        reader.report(Diagnostic::new(NO_KIND, shape::start_of(&root.at)));
        None
    };
    (document, reader.into_findings())
}
