//! Records, commands and rows for the suite, as plain as a backend can be given them.
//!
//! They mean nothing: what a backend keeps is bytes.

use std::collections::BTreeMap;

use tsuho_ledger::{Digest, FormatVersion, Header, Label, Moment, Part, PartClass, Record, Salt};

use crate::conformance::Breach;
use crate::{
    Append, Batch, CaseRow, ClockRow, Command, Conflict, Expected, IncidentRow, Outcome, Position,
    Request, Store, StreamName,
};

/// Returns a stream's name.
///
/// # Panics
///
/// If the name is none.
#[must_use]
pub fn stream(name: &str) -> StreamName {
    name.parse().expect("the suite's names are names")
}

/// Returns an instant by its microseconds.
///
/// # Panics
///
/// If there is no such instant.
#[must_use]
pub fn moment(micros: i64) -> Moment {
    Moment::from_micros(micros).expect("the suite's instants are instants")
}

/// Returns a record that says `note`, in an operational and a personal part.
///
/// # Panics
///
/// If the ledger refuses it.
#[must_use]
pub fn record(stream: &StreamName, seq: u64, prev: Digest, note: &str) -> Record {
    let label = |text: &str| -> Label { text.parse().expect("the suite's labels are labels") };
    let header = Header {
        v: FormatVersion::default(),
        stream: stream.label().clone(),
        seq,
        prev,
        system: None,
        r#type: label("NoteAdded"),
        type_v: 1,
        recorded_at: moment(1_698_414_000_000_000),
        occurred_at: moment(1_698_414_000_000_000),
        person: label("person_1"),
        via: label("os"),
        role: None,
        command: label("cmd_1"),
        semantics: 1,
        workflow: None,
        state: None,
        parts: BTreeMap::new(),
    };
    let part = |class: PartClass| Part {
        class,
        salt: Salt::from_bytes([u8::try_from(seq % 251).expect("below 251"); 32]),
        bytes: format!("{{\"note\":\"{note}\"}}").into_bytes(),
    };
    let parts = vec![part(PartClass::Operational), part(PartClass::Personal)];
    Record::seal(header, parts).expect("the suite's records can be sealed")
}

/// Returns an append of `count` records that say `note`.
///
/// # Panics
///
/// If the append is malformed, which it cannot be.
#[must_use]
pub fn append(stream: &StreamName, expected: Expected, count: u64, note: &str) -> Append {
    let mut prev = expected.digest().copied().unwrap_or(Digest::ZERO);
    let records = (expected.version()..expected.version() + count)
        .map(|seq| {
            let record = record(stream, seq, prev, note);
            prev = record.hash();
            record
        })
        .collect();
    Append::new(stream.clone(), expected, records).expect("each record names the one before it")
}

/// Returns what a command has to expect behind an append.
#[must_use]
pub fn behind(append: &Append) -> Expected {
    let head = append.head();
    Expected::At {
        version: head.version,
        digest: head.digest,
    }
}

/// Returns a command that does nothing but append.
#[must_use]
pub fn command(appends: Vec<Append>) -> Command {
    Command {
        appends,
        ..Command::default()
    }
}

/// Returns a request of `person_1`, whose digest is that of `body`.
#[must_use]
pub fn request(key: &str, body: &str) -> Request {
    Request {
        person: "person_1".to_owned(),
        key: key.to_owned(),
        digest: Digest::of(body.as_bytes()),
        command: format!("cmd_{body}"),
    }
}

/// Returns the row of an open case, whose title tries a backend's quoting.
#[must_use]
pub fn case(number: u64, state: &str) -> CaseRow {
    CaseRow {
        case_id: format!("case_{number}"),
        number,
        workflow: "leak".to_owned(),
        workflow_version: "1".to_owned(),
        workflow_digest: Digest::of(b"leak"),
        state: state.to_owned(),
        phase: "notify".to_owned(),
        title: "漏えい \"quoted\" 'twice' \\ and a line\nbreak".to_owned(),
        opened_at: moment(1_698_414_000_000_000),
        closed_at: None,
        incident_id: None,
        pending: Some(0),
    }
}

/// Returns the row of an incident.
#[must_use]
pub fn incident(number: u64) -> IncidentRow {
    IncidentRow {
        incident_id: format!("incident_{number}"),
        number,
        opened_at: moment(1_698_414_000_000_000),
        cases: 2,
    }
}

/// Returns the row of a running clock.
#[must_use]
pub fn clock(number: u64, duty: &str, due_at: Option<i64>) -> ClockRow {
    ClockRow {
        case_id: format!("case_{number}"),
        case_number: number,
        duty: duty.to_owned(),
        obligation: "first_report".to_owned(),
        recipient: "jp-mic".to_owned(),
        due_at: due_at.map(moment),
        status: "running".to_owned(),
        provisional: false,
    }
}

/// Commits one command.
///
/// # Errors
///
/// If the store fails.
pub async fn commit(store: &dyn Store, command: Command) -> Result<Outcome, Breach> {
    let mut outcomes = store.commit(&Batch::new(vec![command])?).await?;
    match (outcomes.pop(), outcomes.is_empty()) {
        (Some(outcome), true) => Ok(outcome),
        _ => Err(Breach("one command has not got one outcome".to_owned())),
    }
}

/// Commits one command, which nothing stands in the way of.
///
/// # Errors
///
/// If the store fails, or the command loses.
pub async fn win(store: &dyn Store, command: Command) -> Result<Vec<Position>, Breach> {
    match commit(store, command).await? {
        Outcome::Committed { positions } => Ok(positions),
        Outcome::Lost(conflict) => Err(Breach(format!(
            "a command that should win lost: {conflict:?}"
        ))),
    }
}

/// Commits one command, which must lose.
///
/// # Errors
///
/// If the store fails, or the command wins.
pub async fn lose(store: &dyn Store, command: Command) -> Result<Conflict, Breach> {
    match commit(store, command).await? {
        Outcome::Lost(conflict) => Ok(conflict),
        Outcome::Committed { positions } => Err(Breach(format!(
            "a command that should lose won {positions:?}"
        ))),
    }
}
