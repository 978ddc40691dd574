//! Tells which facts were recorded: their values, what they were before, and which stand in a part of their own.
//! What follows from them is told by `clocks`.

use std::collections::BTreeMap;

use tsuho_core::case::event::{Certainty, FactsRecorded};
use tsuho_core::case::fact::History;
use tsuho_core::name::FactName;
use tsuho_core::value::Value;

use super::layout::columns;
use super::words::Words;

/// Columns of the facts that are told one by one, after the first of them: about a line. Corrections go first.
const MOST: usize = 64;

/// The versions of each fact.
type Histories = BTreeMap<FactName, History>;

/// The weight of the least that is told beside another fact.
const LAST: u8 = 3;

/// One fact, by how much it says: a correction, a number, a moment, and then the rest.
struct One {
    weight: u8,
    text: String,
}

/// Tells what somebody recorded, each fact in the words of the first workflow that has it.
pub(super) fn recorded(
    words: &[Words<'_>],
    recorded: &FactsRecorded,
    (before, after): (Option<&Histories>, &Histories),
) -> String {
    let mut shown = Vec::new();
    let mut held = 0;
    for (fact, recorded) in &recorded.facts {
        let of_fact = |words: &&Words<'_>| words.rules.facts.contains_key(fact);
        let words = words.iter().find(of_fact).unwrap_or(&words[0]);
        let value = after.get(fact).and_then(History::value);
        let earlier = before
            .and_then(|facts| facts.get(fact)?.value())
            .filter(|earlier| Some(*earlier) != value);
        match value.map(|value| (value, words.value(fact, value))) {
            Some((_, None)) => held += 1,
            Some((value, Some(said))) => {
                let said = (value, said);
                shown.push(change(words, fact, said, earlier, recorded.certainty));
            }
            None => shown.push(One {
                weight: 0,
                text: words.say("demo.fact.absent", [("fact", words.fact(fact))]),
            }),
        }
    }
    let words = &words[0];
    shown.sort_by_key(|one| one.weight);
    let mut texts: Vec<String> = Vec::new();
    let mut taken = 0;
    for one in &shown {
        taken += columns(&one.text);
        if !texts.is_empty() && (taken > MOST || one.weight > LAST) {
            break;
        }
        texts.push(one.text.clone());
    }
    let more = shown.len() - texts.len() + held;
    if more > 0 && texts.is_empty() {
        texts.push(words.say("demo.fact.texts", [("count", more.to_string())]));
    } else if more > 0 {
        texts.push(words.say("demo.fact.more", [("count", more.to_string())]));
    }
    texts.join(&words.say("demo.join", []))
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
