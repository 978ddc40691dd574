//! Tells which facts were recorded: their values, what they were before, and which stand in a part of their own.
//! What follows from them is told by `clocks`.

use tsuho_core::case::Case;
use tsuho_core::case::event::{Certainty, FactsRecorded};
use tsuho_core::name::FactName;
use tsuho_core::value::Value;

use super::words::Words;

/// Most facts that are told one by one: corrections first.
const MOST: usize = 2;

/// Facts as they are told.
#[derive(Debug)]
pub(super) struct Told {
    /// Each of them.
    pub(super) facts: String,
    /// How many values stand in a part that can be erased.
    pub(super) held: usize,
}

/// One fact, by how much it says: a correction, a number, a moment, and then the rest.
struct One {
    weight: u8,
    text: String,
}

/// Tells what somebody recorded.
pub(super) fn recorded(
    words: &Words<'_>,
    recorded: &FactsRecorded,
    (before, after): (Option<&Case>, &Case),
) -> Told {
    let mut shown = Vec::new();
    let mut held = 0;
    for (fact, recorded) in &recorded.facts {
        let value = after.facts.get(fact).and_then(|history| history.value());
        let earlier = before
            .and_then(|case| case.facts.get(fact)?.value())
            .filter(|earlier| Some(*earlier) != value);
        match value.map(|value| (value, words.value(fact, value))) {
            Some((_, None)) => held += 1,
            Some((value, Some(said))) => {
                shown.push(change(
                    words,
                    fact,
                    (value, said),
                    earlier,
                    recorded.certainty,
                ));
            }
            None => shown.push(One {
                weight: 0,
                text: words.say("demo.fact.absent", [("fact", words.fact(fact))]),
            }),
        }
    }
    shown.sort_by_key(|one| one.weight);
    let more = shown.len().saturating_sub(MOST);
    let mut texts: Vec<String> = shown.into_iter().take(MOST).map(|one| one.text).collect();
    if more > 0 {
        texts.push(words.say("demo.fact.more", [("count", more.to_string())]));
    }
    match held {
        0 => {}
        1 => texts.push(words.say("demo.fact.held.one", [])),
        held => texts.push(words.say("demo.fact.held", [("count", held.to_string())])),
    }
    Told {
        facts: texts.join(&words.say("demo.join", [])),
        held,
    }
}

/// Tells how one fact changed.
fn change(
    words: &Words<'_>,
    fact: &FactName,
    (value, said): (&Value, String),
    earlier: Option<&Value>,
    certainty: Certainty,
) -> One {
    let said = match certainty {
        Certainty::Estimate => words.say("demo.fact.estimate", [("value", said)]),
        Certainty::Exact => said,
    };
    let title = words.fact(fact);
    match earlier.and_then(|earlier| words.value(fact, earlier)) {
        Some(earlier) => One {
            weight: 0,
            text: words.say(
                "demo.fact.changed",
                [("fact", title), ("earlier", earlier), ("value", said)],
            ),
        },
        None => One {
            weight: match value {
                Value::Integer(_) => 1,
                Value::Instant(_) | Value::Date(_) => 2,
                Value::Choice(_) => 3,
                _ => 4,
            },
            text: words.say("demo.fact", [("fact", title), ("value", said)]),
        },
    }
}
