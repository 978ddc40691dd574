//! Compares what a decision would write with what is on record, down to the value that differs.
//! Making the decision again is the business of core and of `crates/audit/src/again.rs`.

use serde_json::Value;
use tsuho_core::case::again::Difference;
use tsuho_core::case::event::{Actor, Event, EventBody};

use super::{Entry, Notes};
use crate::finding::{Fault, Place};
use crate::said::{Said, Say, words, words_with};

/// Compares one event, leaving personal and privileged values aside.
pub(super) fn compare<B: EventBody + PartialEq>(
    entry: &Entry<B>,
    expected: &Event<B>,
    notes: &mut Notes,
) {
    let (place, found) = (&entry.place, &entry.event);
    let mut differs = |field: &str, expected: Said, found: Said| {
        notes
            .at(place)
            .add(Fault::EventDiffers, field, expected, found);
    };
    if expected.body.type_name() != found.body.type_name() {
        differs(
            "type",
            expected.body.type_name().say(),
            found.body.type_name().say(),
        );
    } else if expected.body != found.body {
        let (field, expected, found) = first_difference(&part(&expected.body), &part(&found.body));
        differs(&field, expected, found);
    } else if expected.actor != found.actor {
        differs(
            "person",
            actor(&expected.actor).say(),
            actor(&found.actor).say(),
        );
    } else if expected.occurred_at != found.occurred_at {
        differs(
            "occurred_at",
            expected.occurred_at.say(),
            found.occurred_at.say(),
        );
    } else if expected.recorded_at != found.recorded_at {
        differs(
            "recorded_at",
            expected.recorded_at.say(),
            found.recorded_at.say(),
        );
    }
}

/// Compares the events of a decision.
pub(super) fn compare_all<B: EventBody + PartialEq>(
    entries: &[Entry<B>],
    expected: &[Event<B>],
    notes: &mut Notes,
) {
    for (entry, expected) in entries.iter().zip(expected) {
        compare(entry, expected, notes);
    }
    if let Some(last) = entries.last()
        && entries.len() != expected.len()
    {
        count_differs(&last.place, expected.len(), entries.len(), notes);
    }
}

fn count_differs(place: &Place, expected: usize, found: usize, notes: &mut Notes) {
    let events = |count: usize| words_with("audit.said.events", [("count", &count)]);
    notes.at(place).add(
        Fault::EventCount,
        "command",
        events(expected),
        events(found),
    );
}

/// Notes how a decision on a case differs from the one made again.
pub(super) fn note<B>(difference: &Difference, entries: &[Entry<B>], notes: &mut Notes) {
    let asked = entries
        .iter()
        .find(|entry| matches!(entry.event.actor, Actor::Person { .. }));
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return;
    };
    let asked = asked.unwrap_or(first);
    match difference {
        Difference::Refused(rejection) => {
            refused(&asked.place, rejection.code(), notes);
        }
        Difference::Event {
            place,
            field,
            expected,
            found,
        } => {
            let entry = entries.get(*place).unwrap_or(last);
            let (field, expected, found) = if *field == "body" {
                first_difference(expected, found)
            } else {
                ((*field).to_owned(), expected.say(), found.say())
            };
            notes
                .at(&entry.place)
                .add(Fault::EventDiffers, field, expected, found);
        }
        Difference::Count { expected, found } => {
            count_differs(&last.place, *expected, *found, notes);
        }
        Difference::NoRequest => no_request(&first.place, notes),
    }
}

/// Notes that nobody can have asked for a decision.
pub(super) fn no_request(place: &Place, notes: &mut Notes) {
    let (expected, found) = (words("audit.said.request"), words("audit.said.unasked"));
    notes
        .at(place)
        .add(Fault::NoRequest, "type", expected, found);
}

/// Notes that a decision on record would be refused.
pub(super) fn refused(place: &Place, code: &str, notes: &mut Notes) {
    let found = words_with("audit.said.refused", [("code", &code)]);
    notes.at(place).add(
        Fault::Refused,
        "decision",
        words("audit.said.granted"),
        found,
    );
}

/// Returns an event's operational part as text.
fn part<B: EventBody>(body: &B) -> String {
    body.to_part().map_or_else(
        |error| error.to_string(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}

fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Clock => "clock".to_owned(),
        Actor::Person { person, via, role } => format!("{person}, {}, {role}", via.word()),
    }
}

/// Returns the path of the first value that differs between two parts, with both values.
fn first_difference(expected: &str, found: &str) -> (String, Said, Said) {
    let whole = || ("body".to_owned(), expected.say(), found.say());
    let (Ok(expected_value), Ok(found_value)) = (
        serde_json::from_str::<Value>(expected),
        serde_json::from_str::<Value>(found),
    ) else {
        return whole();
    };
    differing("body".to_owned(), Some(&expected_value), Some(&found_value)).unwrap_or_else(whole)
}

fn differing(
    path: String,
    expected: Option<&Value>,
    found: Option<&Value>,
) -> Option<(String, Said, Said)> {
    if expected == found {
        return None;
    }
    match (expected, found) {
        (Some(Value::Object(expected)), Some(Value::Object(found))) => expected
            .keys()
            .chain(found.keys().filter(|key| !expected.contains_key(*key)))
            .find_map(|key| differing(format!("{path}.{key}"), expected.get(key), found.get(key))),
        (Some(Value::Array(expected)), Some(Value::Array(found))) => {
            (0..expected.len().max(found.len())).find_map(|index| {
                differing(
                    format!("{path}[{index}]"),
                    expected.get(index),
                    found.get(index),
                )
            })
        }
        _ => {
            let text = |value: Option<&Value>| match value {
                None => words("audit.said.absent"),
                Some(Value::String(text)) => text.say(),
                Some(value) => value.say(),
            };
            Some((path, text(expected), text(found)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_named_down_to_the_value() {
        let expected = r#"{"a":[{"b":1},{"b":2}],"c":"x"}"#;
        for (found, path, wanted, there) in [
            (
                r#"{"a":[{"b":1},{"b":3}],"c":"x"}"#,
                "body.a[1].b",
                "2",
                "3",
            ),
            (
                r#"{"a":[{"b":1}],"c":"x"}"#,
                "body.a[1]",
                r#"{"b":2}"#,
                "absent",
            ),
            (r#"{"a":[{"b":1},{"b":2}],"c":"y"}"#, "body.c", "x", "y"),
            (
                r#"{"a":[{"b":1},{"b":2}],"c":"x","d":true}"#,
                "body.d",
                "absent",
                "true",
            ),
        ] {
            let said = |text: &str| match text {
                "absent" => words("audit.said.absent"),
                text => text.say(),
            };
            let difference = (path.to_owned(), said(wanted), said(there));
            assert_eq!(first_difference(expected, found), difference);
        }
    }
}
