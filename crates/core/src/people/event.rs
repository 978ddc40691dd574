//! What can happen to the installation, as its system stream keeps it for ever.
//! Who may do it is decided in `decide`.

use serde::{Deserialize, Serialize};
use tsuho_ledger::{Digest, PartClass};

use crate::case::event::bodies;
use crate::ids::PersonId;
use crate::name::{CalendarName, RoleName, WorkflowName};

bodies! {
    /// What happened to the installation.
    SystemBody {
        /// The database was made.
        InstallationCreated,
        /// A person was added.
        PersonAdded,
        /// A person was given a role.
        RoleGranted,
        /// A role was taken from a person.
        RoleRevoked,
        /// A workflow was published.
        WorkflowPublished,
        /// A calendar was published.
        CalendarPublished,
    }
}

/// Whether a database is the real one or a drill's; it is born one or the other and stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstallationKind {
    /// Real, on the machine's clock.
    Real,
    /// A drill, in virtual time.
    Drill,
}

/// The database was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstallationCreated {
    /// Real or drill.
    pub kind: InstallationKind,
    /// Who made it, and administers it.
    pub person: PersonId,
    /// Where their name and account are written: under `name` and `account`.
    pub name: PartClass,
}

/// A person was added; name and account stand in the personal part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonAdded {
    /// Who.
    pub person: PersonId,
    /// Where their name and account are written: under `name` and `account`.
    pub name: PartClass,
}

/// A person was given a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleGranted {
    /// Who.
    pub person: PersonId,
    /// Which.
    pub role: RoleName,
}

/// A role was taken from a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRevoked {
    /// From whom.
    pub person: PersonId,
    /// Which.
    pub role: RoleName,
}

/// A workflow was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowPublished {
    /// Its name.
    pub name: WorkflowName,
    /// Its version.
    pub version: u32,
    /// The digest of its resolved form.
    pub digest: Digest,
    /// The digest of the bundle of texts that it was compiled from.
    pub source: Digest,
}

/// A calendar was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarPublished {
    /// Its name.
    pub name: CalendarName,
    /// The digest of its data.
    pub digest: Digest,
}
