//! Published definitions: workflows and the dates of calendars.
//!
//! Leaves reading and compiling them to `tsuho-core`; here they are texts addressed by digest.

use tsuho_ledger::Digest;

/// Name and version of a published definition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefinitionKey {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Names one published definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefinitionRef {
    /// By its digest, as cases do.
    Digest(Digest),
    /// By its name and version, as people do.
    Version(DefinitionKey),
}

/// A published version of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Digest of the canonical form.
    pub digest: Digest,
    /// Its name.
    pub name: String,
    /// Its version; the same name and version never gets another digest.
    pub version: String,
    /// The text as it was written, with the libraries that it uses.
    pub source: String,
    /// The canonical form that the digest covers.
    pub canonical: Vec<u8>,
}

/// A published release of a calendar's dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Digest of the data.
    pub digest: Digest,
    /// The name that libraries call it by.
    pub name: String,
    /// Its version; the same name and version never gets another digest.
    pub version: String,
    /// The data file's text.
    pub source: String,
}

impl Workflow {
    /// Returns its name and version.
    #[must_use]
    pub fn key(&self) -> DefinitionKey {
        DefinitionKey {
            name: self.name.clone(),
            version: self.version.clone(),
        }
    }
}

impl Calendar {
    /// Returns its name and version.
    #[must_use]
    pub fn key(&self) -> DefinitionKey {
        DefinitionKey {
            name: self.name.clone(),
            version: self.version.clone(),
        }
    }
}
