//! Turns events into ledger records and back: headers without personal data, and a part for each class of values.
//! Bytes, commitments and hashes are the ledger's; salts are drawn by the caller.

use std::collections::BTreeMap;

use tsuho_ledger::{
    Digest, Header, Label, LabelError, Part, PartClass, Record, Salt, SealError, canonical,
};

use crate::case::event::{Actor, Body, Event, EventBody, Sheet, Via};
use crate::name::{RoleName, StateName};
use crate::people::SystemBody;
use crate::time::Timestamp;

/// The version of the rules of deciding that new records name.
pub const SEMANTICS: u32 = 1;

/// The word that headers carry for what the clock does, as person and as via.
const CLOCK: &str = "clock";

/// Where the next record of a stream stands, and what its decision saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The stream.
    pub stream: Label,
    /// The next sequence number.
    pub seq: u64,
    /// The hash of the record before; zeros for the first.
    pub prev: Digest,
    /// The hash of the head of the system stream; absent in that stream itself.
    pub system: Option<Digest>,
}

/// Says why events cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub enum Unsealable {
    /// A name does not fit a header.
    #[error("a name does not fit a header")]
    Label(#[from] LabelError),
    /// A part has no canonical form.
    #[error("a part has no canonical form")]
    Part(#[from] canonical::Error),
    /// The record cannot be made.
    #[error("the record cannot be sealed")]
    Seal(#[from] SealError),
}

/// Says why a record is no event of its stream, and in which field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {seq} of `{stream}`: `{field}` {why}")]
pub struct Unreadable {
    /// The stream.
    pub stream: String,
    /// The record's place in it.
    pub seq: u64,
    /// The field of the header, or the part.
    pub field: &'static str,
    /// What is wrong with it.
    pub why: String,
}

/// What the header of a case's record says beside the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InCase {
    /// The workflow to which the case is pinned.
    pub workflow: Digest,
    /// The state in which it is before the events.
    pub state: Option<StateName>,
}

/// Seals the events of one decision on a case.
///
/// # Errors
///
/// If something in them fits no header or has no canonical form.
pub fn seal_case(
    events: &[Event<Body>],
    link: Link,
    in_case: InCase,
    salt: &mut dyn FnMut() -> Salt,
) -> Result<Vec<Record>, Unsealable> {
    let mut state = in_case.state;
    let states: Vec<Option<StateName>> = events
        .iter()
        .map(|event| {
            match &event.body {
                Body::CaseOpened(opened) => state = Some(opened.state.clone()),
                Body::ActionTaken(taken) if taken.entered_at.is_some() => {
                    state = Some(taken.to.clone());
                }
                _ => {}
            }
            state.clone()
        })
        .collect();
    seal(events, link, salt, |place| {
        (Some(in_case.workflow), states[place].clone())
    })
}

/// Seals events of a stream that is no case.
///
/// # Errors
///
/// If something in them fits no header or has no canonical form.
pub fn seal_other<B: EventBody>(
    events: &[Event<B>],
    link: Link,
    salt: &mut dyn FnMut() -> Salt,
) -> Result<Vec<Record>, Unsealable> {
    seal(events, link, salt, |_| (None, None))
}

fn seal<B: EventBody>(
    events: &[Event<B>],
    mut link: Link,
    salt: &mut dyn FnMut() -> Salt,
    in_case: impl Fn(usize) -> (Option<Digest>, Option<StateName>),
) -> Result<Vec<Record>, Unsealable> {
    let mut records = Vec::with_capacity(events.len());
    for (place, event) in events.iter().enumerate() {
        let (workflow, state) = in_case(place);
        let record = Record::seal(header(event, &link, workflow, state)?, parts(event, salt)?)?;
        link.seq += 1;
        link.prev = record.hash();
        records.push(record);
    }
    Ok(records)
}

fn header<B: EventBody>(
    event: &Event<B>,
    link: &Link,
    workflow: Option<Digest>,
    state: Option<StateName>,
) -> Result<Header, LabelError> {
    let (person, via, role) = match &event.actor {
        Actor::Clock => (CLOCK.to_owned(), CLOCK, None),
        Actor::Person { person, via, role } => (person.to_string(), via.word(), Some(role)),
    };
    Ok(Header {
        command: Label::new(&event.command.to_string())?,
        occurred_at: event.occurred_at.moment(),
        parts: BTreeMap::new(),
        person: Label::new(&person)?,
        prev: link.prev,
        recorded_at: event.recorded_at.moment(),
        role: role.map(|role| Label::new(role.as_str())).transpose()?,
        semantics: SEMANTICS,
        seq: link.seq,
        state: state.map(|state| Label::new(state.as_str())).transpose()?,
        stream: link.stream.clone(),
        system: link.system,
        r#type: Label::new(event.body.type_name())?,
        type_v: 1,
        v: tsuho_ledger::FormatVersion::Zero,
        via: Label::new(via)?,
        workflow,
    })
}

fn parts<B: EventBody>(
    event: &Event<B>,
    salt: &mut dyn FnMut() -> Salt,
) -> Result<Vec<Part>, canonical::Error> {
    let mut parts = vec![Part {
        class: PartClass::Operational,
        salt: salt(),
        bytes: event.body.to_part()?,
    }];
    for (class, sheet) in [
        (PartClass::Personal, &event.personal),
        (PartClass::Privileged, &event.privileged),
    ] {
        if !sheet.is_empty() {
            parts.push(Part {
                class,
                salt: salt(),
                bytes: canonical::to_bytes(sheet)?,
            });
        }
    }
    Ok(parts)
}

/// Reads a case's record as an event; parts that were erased or withheld leave their sheet empty.
///
/// # Errors
///
/// If the record is of another kind of stream, or a part is not what its type says.
pub fn read_case(record: &Record) -> Result<Event<Body>, Unreadable> {
    read(record)
}

/// Reads a record of the system stream as an event.
///
/// # Errors
///
/// As [`read_case`].
pub fn read_system(record: &Record) -> Result<Event<SystemBody>, Unreadable> {
    read(record)
}

/// Reads a record of any kind of stream whose events are of type `B`.
///
/// # Errors
///
/// As [`read_case`].
pub fn read<B: EventBody>(record: &Record) -> Result<Event<B>, Unreadable> {
    let header = record.header();
    let fault = |field: &'static str, why: String| Unreadable {
        stream: header.stream.to_string(),
        seq: header.seq,
        field,
        why,
    };
    if header.semantics != SEMANTICS || header.type_v != 1 {
        return Err(fault(
            "semantics",
            "is of a version that this program does not know".to_owned(),
        ));
    }
    if record.part(PartClass::Operational).is_none() {
        return Err(fault("parts.operational", "is missing".to_owned()));
    }
    let body = B::from_record(record)
        .ok_or_else(|| {
            fault(
                "type",
                format!("`{}` is unknown in this stream", header.r#type),
            )
        })?
        .map_err(|error| fault("parts.operational", error.to_string()))?;
    let sheet = |class: PartClass, field: &'static str| match record.read(class) {
        None => Ok(Sheet::new()),
        Some(sheet) => sheet.map_err(|error| fault(field, error.to_string())),
    };
    Ok(Event {
        body,
        actor: actor(header).map_err(|(field, why)| fault(field, why))?,
        occurred_at: Timestamp::from(header.occurred_at),
        recorded_at: Timestamp::from(header.recorded_at),
        command: header
            .command
            .as_str()
            .parse()
            .map_err(|_| fault("command", "is no id".to_owned()))?,
        personal: sheet(PartClass::Personal, "parts.personal")?,
        privileged: sheet(PartClass::Privileged, "parts.privileged")?,
    })
}

fn actor(header: &Header) -> Result<Actor, (&'static str, String)> {
    let (person, via) = (header.person.as_str(), header.via.as_str());
    if person == CLOCK && via == CLOCK && header.role.is_none() {
        return Ok(Actor::Clock);
    }
    let person = person
        .parse()
        .map_err(|_| ("person", format!("`{person}` is no person")))?;
    let via = [Via::Os, Via::Drill]
        .into_iter()
        .find(|known| known.word() == via)
        .ok_or_else(|| ("via", format!("`{via}` is unknown")))?;
    let role: RoleName = header
        .role
        .as_ref()
        .and_then(|role| role.as_str().parse().ok())
        .ok_or_else(|| ("role", "is missing or no role".to_owned()))?;
    Ok(Actor::Person { person, via, role })
}
