//! Short words for what tests give: names, times of 2023 in Japan, facts, dispatches.
//! What is played with them is in `play`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::event::{Actor, Change, Event, Sheet, Via};
use tsuho_core::case::request::{Asker, Dispatch, Facts, Given};
use tsuho_core::ids::{CommandId, PersonId};
use tsuho_core::people::{
    InstallationCreated, InstallationKind, People, PersonAdded, RoleGranted, SystemBody,
};
use tsuho_core::time::{Date, Instant, Timestamp, Zone};
use tsuho_core::value::{Row, Value};
use tsuho_ledger::PartClass;

/// The workflow that the tests play.
pub(crate) const OFFICE: &str = include_str!("office.yaml");

/// Reads anything with a text form; what does not fit is a mistake of the test.
pub(crate) fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a name in a test fits its kind")
}

/// Returns Japan's zone.
pub(crate) fn tokyo() -> Zone {
    name("Asia/Tokyo")
}

/// Returns the workflow's text with pieces replaced.
pub(crate) fn with(pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(OFFICE.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "the workflow has no `{old}`");
        text.replace(old, new)
    })
}

/// Returns yes or no.
pub(crate) fn flag(value: bool) -> Change {
    Change::Set(Value::Boolean(value))
}

/// Returns a moment of 2023 as a fact.
pub(crate) fn moment(text: &str) -> Change {
    Change::Set(Value::Instant(Instant::new(at(text), tokyo())))
}

/// Reads `10-27 18:10` of 2023, Japanese time.
pub(crate) fn at(text: &str) -> Timestamp {
    let (date, time) = text
        .split_once(' ')
        .expect("a time has a date and a time of day");
    let (hour, minute) = time
        .split_once(':')
        .expect("a time of day has hours and minutes");
    let date: Date = name(&format!("2023-{date}"));
    tokyo().resolve(date.at(name(hour), name(minute), 0, 0))
}

/// Returns a day of 2023 as an instant known to the day.
pub(crate) fn day(text: &str) -> Change {
    Change::Set(Value::Instant(Instant::day(
        name(&format!("2023-{text}")),
        tokyo(),
    )))
}

/// Returns a choice.
pub(crate) fn choice(text: &str) -> Change {
    Change::Set(Value::Choice(name(text)))
}

/// Returns a number.
pub(crate) fn number(value: i64) -> Change {
    Change::Set(Value::Integer(value))
}

/// Returns a text.
pub(crate) fn text(words: &str) -> Change {
    Change::Set(Value::Text(words.to_owned()))
}

/// Returns a row of `steps`.
pub(crate) fn step(id: &str, done_on: Option<&str>) -> Change {
    let mut row = Row::from([
        (name("id"), Value::Text(id.to_owned())),
        (name("in_charge"), Value::Text("Mori".to_owned())),
    ]);
    if let Some(date) = done_on {
        row.insert(name("done_on"), Value::Date(name(date)));
    }
    Change::Rows {
        set: BTreeMap::from([(id.to_owned(), row)]),
        dropped: BTreeSet::new(),
    }
}

/// Returns facts as a request gives them.
pub(crate) fn facts(list: &[(&str, Change)]) -> Facts {
    list.iter()
        .map(|(fact, change)| (name(fact), Given::new(change.clone())))
        .collect()
}

/// Returns how something was sent.
pub(crate) fn sent(channel: &str) -> Dispatch {
    Dispatch {
        channel: Some(name(channel)),
        ..Dispatch::default()
    }
}

/// Every role is a person of its own; the double is officer and chief at once.
pub(crate) fn people() -> People {
    let clerk = PersonId::from_bytes([1; 16]);
    let mut bodies: Vec<SystemBody> = vec![
        InstallationCreated {
            kind: InstallationKind::Drill,
            person: clerk,
            name: PartClass::Personal,
        }
        .into(),
        RoleGranted {
            person: clerk,
            role: name("clerk"),
        }
        .into(),
    ];
    for (byte, roles) in [
        (2, ["officer"].as_slice()),
        (3, &["chief"]),
        (4, &["officer", "chief"]),
    ] {
        let person = PersonId::from_bytes([byte; 16]);
        bodies.push(
            PersonAdded {
                person,
                name: PartClass::Personal,
            }
            .into(),
        );
        bodies.extend(roles.iter().map(|role| {
            RoleGranted {
                person,
                role: name(role),
            }
            .into()
        }));
    }
    let event = |body| Event {
        body,
        actor: Actor::Clock,
        occurred_at: at("10-01 09:00"),
        recorded_at: at("10-01 09:00"),
        command: CommandId::from_bytes([9; 16]),
        personal: Sheet::new(),
        privileged: Sheet::new(),
    };
    bodies
        .into_iter()
        .map(event)
        .fold(People::default(), |people, event| people.evolve(&event))
}

/// Returns who asks: `clerk`, `officer`, `chief`, or with `double:` before it the person who is officer and chief, with
/// `founder:` the clerk, who runs the installation too.
pub(crate) fn asker(role: &str) -> Asker {
    let (byte, role) = match role.split_once(':') {
        Some(("founder", role)) => (1, role),
        Some((_, role)) => (4, role),
        None => (
            match role {
                "clerk" => 1,
                "officer" => 2,
                _ => 3,
            },
            role,
        ),
    };
    Asker::Person {
        person: PersonId::from_bytes([byte; 16]),
        via: Via::Drill,
        role: name(role),
    }
}
