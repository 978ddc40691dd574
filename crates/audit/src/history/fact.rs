//! Tells what became of each fact: the value before and after, what is an estimate, and what does not count as current.
//! Values of personal and privileged parts are told only where the part is at hand.

use std::collections::BTreeMap;

use tsuho_core::case::event::{Certainty, Change, Event, FactRecorded, FactsRecorded};
use tsuho_core::case::fact::{History, Version};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::FactName;
use tsuho_core::value::Value;

use super::value::spoken;
use super::words::Words;
use super::{Sentence, sheet};

/// Returns the details of recorded facts.
pub(super) fn details<B>(
    words: &Words<'_>,
    before: Option<&BTreeMap<FactName, History>>,
    seq: u64,
    event: &Event<B>,
    body: &FactsRecorded,
) -> Vec<Sentence> {
    body.facts
        .iter()
        .flat_map(|(name, recorded)| {
            let before = before.and_then(|facts| facts.get(name));
            one(words, before, seq, event, (name, recorded))
        })
        .collect()
}

fn one<B>(
    words: &Words<'_>,
    before: Option<&History>,
    seq: u64,
    event: &Event<B>,
    (name, recorded): (&FactName, &FactRecorded),
) -> Vec<Sentence> {
    let fact = || Args::from([("fact", words.fact(name))]);
    let with = |key: &'static str, value: Arg| {
        let mut args = fact();
        args.insert(key, value);
        args
    };
    let old = before.and_then(History::value);
    let mut details = vec![match &recorded.change {
        Change::Set(value) => {
            let mut args = with("value", words.shown(event, name, value));
            match old {
                None => ("audit.fact.set", args),
                Some(old) => {
                    args.insert("old", words.of_fact(name, old));
                    ("audit.fact.changed", args)
                }
            }
        }
        Change::Rows { set, dropped } => {
            let mut args = with("set", list(set.keys()));
            args.insert("dropped", list(dropped.iter()));
            ("audit.fact.rows", args)
        }
        Change::Absent => {
            let old = old.map_or(Arg::Key("none"), |old| words.of_fact(name, old));
            ("audit.fact.absent", with("old", old))
        }
    }];
    if recorded.certainty == Certainty::Estimate {
        details.push(("audit.fact.estimate", fact()));
    }
    if recorded.as_of != event.occurred_at {
        let as_of = words.time(recorded.as_of);
        details.push(("audit.fact.as_of", with("as_of", as_of)));
    }
    if let Some(class) = recorded.source {
        let source = spoken(event, class, &format!("source/{name}"));
        details.push(("audit.fact.source", with("source", source)));
    }
    // A note about an earlier time, entered late, does not overwrite what was learnt since (A4).
    let mut after = before.cloned().unwrap_or_default();
    after.push(Version {
        as_of: recorded.as_of,
        seq,
        change: recorded.change.clone(),
        certainty: recorded.certainty,
    });
    if after.versions().last().is_some_and(|last| last.seq != seq) {
        let current = after
            .value()
            .map_or(Arg::Key("none"), |value| words.of_fact(name, value));
        details.push(("audit.fact.not_current", with("value", current)));
    }
    details
}

impl Words<'_> {
    /// Returns a value of a fact in words.
    fn of_fact(&self, name: &FactName, value: &Value) -> Arg {
        let rule = self.find(|rules| rules.facts.get(name));
        self.value(rule.map(|rule| &rule.value_type), value)
    }

    /// Shows a value, from its part where it stands in one that is at hand.
    fn shown<B>(&self, event: &Event<B>, name: &FactName, value: &Value) -> Arg {
        let held = match value {
            Value::Held(class) => sheet(event, *class).and_then(|sheet| sheet.get(name.as_str())),
            _ => None,
        };
        self.of_fact(name, held.unwrap_or(value))
    }
}

fn list<'a>(keys: impl Iterator<Item = &'a String>) -> Arg {
    let keys: Vec<Arg> = keys.map(|key| Arg::from(key.as_str())).collect();
    if keys.is_empty() {
        Arg::Key("none")
    } else {
        Arg::List(keys)
    }
}
