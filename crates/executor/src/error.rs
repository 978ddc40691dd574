//! What can fail while a request is carried out, told apart by what the caller can do about it.
//! A refusal is no failure: it is a value of `Answer`.

use std::sync::Arc;

use tsuho_core::calendar::InvalidCalendar;
use tsuho_core::case::record::{Unreadable, Unsealable};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::name::WorkflowName;
use tsuho_core::time::Timestamp;
use tsuho_ledger::{ChainError, Digest};
use tsuho_store::{MalformedAppend, MalformedBatch};

/// A failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store could not be read.
    #[error("the store cannot be read")]
    Store(#[from] tsuho_store::Error),
    /// The store failed while writing, so that the command is not acknowledged. Send the same request with the same
    /// key again: the answer says whether it was written.
    #[error("command `{command}` is not acknowledged: the store failed while writing")]
    Unacknowledged {
        /// The command.
        command: String,
        /// The failure, which everybody is told whose command was in the same transaction.
        #[source]
        source: Arc<tsuho_store::Error>,
    },
    /// A record is not what its stream's records are: the history is damaged, page someone.
    #[error("the history is damaged")]
    Unreadable(#[from] Unreadable),
    /// A record does not follow the one before it: the history is damaged, page someone.
    #[error("the history is damaged")]
    Unchained(#[from] ChainError),
    /// A stream of a case does not begin with its opening: the history is damaged, page someone.
    #[error("record 0 of `case/{case}`: `type` is no opening of a case")]
    NotOpened {
        /// The case.
        case: CaseId,
    },
    /// A published workflow cannot be compiled from what is stored, or has another digest than it was published with.
    #[error("the stored workflow `{digest}` is damaged: {why}")]
    Workflow {
        /// The digest under which it was published.
        digest: Digest,
        /// What is wrong with it.
        why: String,
    },
    /// What is to be published does not compile, or is no calendar; compiling it says where.
    #[error("it cannot be published: {why}")]
    Unpublishable {
        /// What is wrong with it.
        why: String,
    },
    /// A published calendar cannot be read from what is stored, or has another digest than it was published with.
    #[error("the stored calendar `{digest}` is damaged")]
    Calendar {
        /// The digest under which it was published.
        digest: Digest,
        /// What is wrong with it.
        #[source]
        source: Option<InvalidCalendar>,
    },
    /// There is no installation yet: only `init` and `demo` make one.
    #[error("the database holds no installation yet")]
    NoInstallation,
    /// There is no such case.
    #[error("there is no case `{case}`")]
    UnknownCase {
        /// The id that was asked for.
        case: CaseId,
    },
    /// There is no such incident.
    #[error("there is no incident `{incident}`")]
    UnknownIncident {
        /// The id that was asked for.
        incident: IncidentId,
    },
    /// A stream of an incident does not begin with its opening: the history is damaged, page someone.
    #[error("record 0 of `incident/{incident}`: `type` is no opening of an incident")]
    IncidentNotOpened {
        /// The incident.
        incident: IncidentId,
    },
    /// No such workflow was published.
    #[error("no workflow `{name}`{} is published", .version.map(|version| format!(" of version {version}")).unwrap_or_default())]
    UnknownWorkflow {
        /// The name that was asked for.
        name: WorkflowName,
        /// The version, if one was asked for.
        version: Option<u32>,
    },
    /// A calendar of that name and version was published with other dates.
    #[error("calendar `{name}` of version `{version}` was published before as `{published}`")]
    CalendarExists {
        /// The name.
        name: String,
        /// The version.
        version: String,
        /// The digest on record.
        published: Digest,
    },
    /// The person used the key before, for another request: choose another key.
    #[error(
        "key `{key}` was used before for another request, which became command `{command}` on `{stream}`"
    )]
    KeyReused {
        /// The key.
        key: String,
        /// The command that the other request became.
        command: String,
        /// Where its events are.
        stream: String,
    },
    /// Others were faster every time: try again later.
    #[error("others were faster on `{stream}` {times} times")]
    Crowded {
        /// The stream.
        stream: String,
        /// How often it was decided.
        times: u32,
    },
    /// More fell due on a case than one command catches up on: wake it and send the request again.
    #[error("more fell due on `{stream}` than {portions} decisions could write")]
    FarBehind {
        /// The stream.
        stream: String,
        /// How many decisions were made.
        portions: u32,
    },
    /// The clock is behind what is on record: set the machine's clock.
    #[error(
        "the clock is behind the record: it is {now}, and `{stream}` was last written at {last_recorded}"
    )]
    ClockBehind {
        /// The stream.
        stream: String,
        /// What the clock says.
        now: Timestamp,
        /// When the last record was written.
        last_recorded: Timestamp,
    },
    /// The machine's clock was set, or the machine was suspended, while the program ran: nothing is written until it is
    /// started again.
    #[error("the machine's clock jumped: it is {found}, and was expected to be {expected}")]
    ClockJumped {
        /// What the clock said when it was seen.
        found: Timestamp,
        /// What it should have said.
        expected: Timestamp,
    },
    /// What was decided fits no record: a defect of the program.
    #[error("the decision cannot be put on record")]
    Unsealable(#[from] Unsealable),
    /// What was decided fits no append: a defect of the program.
    #[error("the decision cannot be put on record")]
    Append(#[from] MalformedAppend),
    /// What was decided fits no transaction.
    #[error("the decision cannot be put on record")]
    Batch(#[from] MalformedBatch),
}
