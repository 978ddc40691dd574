//! What people ask in the tests: facts of the shipped workflow, filings, approvals.
//! Who asks is in `desk.rs`.

use tsuho_core::case::event::Change;
use tsuho_core::case::request::{Content, Dispatch, Facts, Given, Text};
use tsuho_core::name::FactName;
use tsuho_core::time::{Instant, Zone};
use tsuho_core::value::{Row, Value};
use tsuho_ledger::Digest;

use crate::desk::tokyo;

/// Makes facts of names and values.
pub(crate) fn facts<const N: usize>(values: [(&str, Value); N]) -> Facts {
    values
        .into_iter()
        .map(|(name, value)| (fact(name), Given::new(Change::Set(value))))
        .collect()
}

/// Makes the name of a fact.
pub(crate) fn fact(name: &str) -> FactName {
    name.parse().expect("a fact's name")
}

/// Makes free text.
pub(crate) fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

/// Makes a choice.
pub(crate) fn choice(word: &str) -> Value {
    Value::Choice(word.parse().expect("a choice"))
}

/// Makes a day of Tokyo, as a moment known to the day.
pub(crate) fn day(date: &str) -> Value {
    let zone: Zone = "Asia/Tokyo".parse().expect("a zone");
    Value::Instant(Instant::day(date.parse().expect("a date"), zone))
}

/// Makes a moment of Tokyo.
pub(crate) fn moment(at: &str) -> Value {
    Value::Instant(Instant::new(
        tokyo(at),
        "Asia/Tokyo".parse().expect("a zone"),
    ))
}

/// Makes a table of one measure, done and checked for its effect on a day, or neither.
pub(crate) fn measure(checked_on: Option<&str>) -> Value {
    let mut row: Row = [("id", text("m1")), ("what", text("Block the route."))]
        .into_iter()
        .map(|(column, value)| (column.parse().expect("a column"), value))
        .collect();
    if let Some(date) = checked_on {
        for column in ["done_on", "effect_checked_on"] {
            row.insert(
                column.parse().expect("a column"),
                Value::Date(date.parse().expect("a date")),
            );
        }
    }
    Value::Table([("m1".to_owned(), row)].into())
}

/// The operator's facts that reports contain.
pub(crate) fn company() -> Facts {
    facts([
        ("operator_name", text("例示通信株式会社")),
        ("registration_number", text("A-00-0000")),
        (
            "mic_bureau",
            Value::Authority("jp-mic-kanto".parse().expect("an authority")),
        ),
    ])
}

/// What makes the two clocks run: known on a day, feared.
pub(crate) fn known_on(date: &str) -> Content {
    Content::Record {
        facts: facts([
            ("known_at", day(date)),
            ("detected_at", day(date)),
            ("secrecy_leak", choice("feared")),
            (
                "leak_content",
                Value::Choices(["metadata".parse().expect("a choice")].into()),
            ),
            ("outline", text("A third party entered from outside.")),
        ]),
    }
}

/// Takes an action that files nothing.
pub(crate) fn advance(action: &str) -> Content {
    advance_with(action, Dispatch::default())
}

/// Takes an action that files through a channel.
pub(crate) fn file(action: &str, channel: &str) -> Content {
    advance_with(action, through(channel))
}

/// What is sent in writing.
pub(crate) const PAPER: &[u8] = b"paper";

/// Says how something is sent: the paper, unless it is told by telephone.
pub(crate) fn through(channel: &str) -> Dispatch {
    Dispatch {
        channel: Some(channel.parse().expect("a channel")),
        document: (channel != "phone").then(|| Digest::of(PAPER)),
        ..Dispatch::default()
    }
}

/// Attaches the paper.
pub(crate) fn paper() -> Content {
    Content::Attach {
        digest: Digest::of(PAPER),
        size: PAPER.len() as u64,
        name: Text::personal("paper.txt"),
        filing: None,
        fact: None,
    }
}

/// Takes an action that files.
pub(crate) fn advance_with(action: &str, dispatch: Dispatch) -> Content {
    Content::Advance {
        action: action.parse().expect("an action"),
        facts: Facts::new(),
        dispatch,
    }
}

/// Consents to an action.
pub(crate) fn approve(action: &str) -> Content {
    Content::Approve {
        action: action.parse().expect("an action"),
        digest: None,
    }
}

/// Records that a filing was received.
pub(crate) fn receive(filing: u64) -> Content {
    Content::Receive {
        filing,
        received_at: None,
        receipt: None,
    }
}

/// Writes something down.
pub(crate) fn note(words: &str) -> Content {
    Content::Note {
        text: Text::personal(words),
    }
}
