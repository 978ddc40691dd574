//! Packs the files that a workflow leans on into one canonical text, so that a published workflow compiles for ever.
//! Where the text is kept is left to the store.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tsuho_ledger::canonical;

use crate::name::WorkflowName;
use crate::workflow::compile::{self, Compiled, Documents};
use crate::workflow::resolve::{self, Index};
use crate::workflow::rules::Rules;

/// The files that a workflow leans on, as they were when it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Each file, by name.
    pub files: Vec<BundledFile>,
    /// The workflow for which they were collected.
    pub workflow: WorkflowName,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledFile {
    /// Its name, under which it was compiled.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Bundle {
    /// Collects the files of a set that a workflow leans on; `None` if there is no such workflow.
    #[must_use]
    pub fn collect(files: &[(&str, &[u8])], workflow: &WorkflowName) -> Option<Self> {
        let documents = Documents::read(files);
        let (index, _) = Index::new(documents.list());
        let (resolved, _) = resolve::resolve(&index, index.workflows.get(workflow)?);
        let chain = resolved.chain.iter().map(|document| &document.name.at.file);
        let used: BTreeSet<&str> = chain
            .chain(
                resolved
                    .libraries
                    .iter()
                    .map(|library| &library.name.at.file),
            )
            .map(AsRef::as_ref)
            .collect();
        let mut bundled: Vec<BundledFile> = files
            .iter()
            .filter(|(name, _)| used.contains(name))
            .filter_map(|(name, bytes)| {
                Some(BundledFile {
                    name: (*name).to_owned(),
                    text: String::from_utf8(bytes.to_vec()).ok()?,
                })
            })
            .collect();
        bundled.sort();
        Some(Self {
            files: bundled,
            workflow: workflow.clone(),
        })
    }

    /// Returns the canonical text of the bundle.
    ///
    /// # Errors
    ///
    /// Says that the files are larger together than a canonical text may be.
    pub fn to_bytes(&self) -> Result<Vec<u8>, canonical::Error> {
        canonical::to_bytes(self)
    }

    /// Reads a bundle from its canonical text.
    ///
    /// # Errors
    ///
    /// Refuses every text that is not exactly what [`Self::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, canonical::Error> {
        canonical::from_bytes(bytes)
    }

    /// Compiles the workflow again, to the digest that it was published with; `None` if it cannot be used.
    #[must_use]
    pub fn rules(&self) -> Option<Rules> {
        let compiled = self.compile();
        compiled
            .workflows
            .into_iter()
            .find(|rules| rules.name == self.workflow)
    }

    /// Compiles the files.
    #[must_use]
    pub fn compile(&self) -> Compiled {
        let files: Vec<(&str, &[u8])> = self
            .files
            .iter()
            .map(|file| (file.name.as_str(), file.text.as_bytes()))
            .collect();
        compile::workspace(&files)
    }
}
