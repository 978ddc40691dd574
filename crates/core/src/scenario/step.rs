//! Reads one step of a scenario: when, who and what.
//! What was sent is read by `sending`, what must hold afterwards by `expect`.

use std::collections::BTreeMap;

use super::read::{Against, Stage, facts, player};
use super::shape::Reader;
use super::{About, Asked, Deed, Expected, Happening, Plays, StandIn, Step, What, expect, sending};
use crate::case::Rejection;
use crate::case::authority_decision::DECISIONS;
use crate::case::event::Undone;
use crate::diagnostic::{
    Diagnostic, Location, SCENARIO_MISPLACED_KEY, SCENARIO_NO_DEED, SCENARIO_NO_TIME,
    SCENARIO_SEVERAL_DEEDS, SCENARIO_TWO_TIMES, SCENARIO_WHICH_CASE,
};
use crate::name::ActionName;
use crate::workflow::rules::ActionRule;
use crate::workflow::source::{Entry, Kind, Node};

/// What a step may do, one of them.
const DEEDS: [&str; 8] = [
    "open", "record", "do", "approve", "refuse", "receive", "undo", "note",
];

/// What may be done to an incident as a whole.
const OF_INCIDENTS: [&str; 1] = ["record"];

/// The keys of a step.
pub(super) const KEYS: &[&str] = &[
    "at", "until", "case", "by", "occurred", "reason", "open", "record", "do", "approve", "refuse",
    "receive", "undo", "note", "with", "refused", "expect",
];

/// The keys that only a step has in which somebody does something.
const OF_PEOPLE: [&str; 6] = ["case", "by", "occurred", "reason", "with", "refused"];

/// Reads a step; what is wrong with it is reported.
pub(super) fn read(reader: &mut Reader, node: &Node, stage: &Stage<'_>) -> Option<Step> {
    if !reader.is_map(node, KEYS, &[]) {
        return None;
    }
    let about = about(reader, node, stage)?;
    let against = stage.about(about);
    let expected = node
        .get("expect")
        .map(|node| expected(reader, node, (stage, about)))
        .unwrap_or_default();
    let (key, time) = time(reader, node)?;
    let moment = reader.moment(time, against.zone);
    let deeds: Vec<&Entry> = node
        .entries()
        .iter()
        .filter(|entry| DEEDS.contains(&entry.key.as_str()))
        .collect();
    let happening = if key == "until" {
        for entry in node.entries() {
            let key = entry.key.as_str();
            if DEEDS.contains(&key) || OF_PEOPLE.contains(&key) {
                misplaced(reader, entry, "until");
            }
        }
        Some(Happening::TimePasses)
    } else {
        asked(reader, node, &deeds, (stage, about)).map(|asked| Happening::Asked(Box::new(asked)))
    };
    let at = Location {
        span: node.at.span.start..time.at.span.end,
        ..node.at.clone()
    };
    Some(Step {
        at,
        moment: moment?,
        happening: happening?,
        expected,
    })
}

/// Reads what a step is about: the case that it names, the only one, or the incident.
fn about(reader: &mut Reader, node: &Node, stage: &Stage<'_>) -> Option<About> {
    let named = node.entries().iter().find(|entry| entry.key == "case");
    match (named, stage.plays) {
        (None, Plays::OneCase) => Some(About::Case(0)),
        (None, Plays::Incident) => Some(About::Incident),
        (Some(case), Plays::Incident) => {
            let text = reader.text(&case.value)?;
            stage.place(reader, &text, &case.value.at).map(About::Case)
        }
        (Some(case), Plays::OneCase) => {
            misplaced(reader, case, "workflow");
            None
        }
    }
}

/// Reads what must hold afterwards: of the case that the step is about, or of cases by name.
fn expected(
    reader: &mut Reader,
    node: &Node,
    (stage, about): (&Stage<'_>, About),
) -> BTreeMap<usize, Expected> {
    if let About::Case(place) = about {
        return [(place, expect::read(reader, node, stage.case(place)))].into();
    }
    if !matches!(node.kind, Kind::Map(_)) {
        reader.expected(node, "value.shape.map");
    }
    let entries = node.entries().iter();
    entries
        .filter_map(|entry| {
            let place = stage.place(reader, &entry.key, &entry.key_at)?;
            let expected = expect::read(reader, &entry.value, stage.case(place));
            Some((place, expected))
        })
        .collect()
}

/// Returns the one time of a step and its key.
fn time<'n>(reader: &mut Reader, node: &'n Node) -> Option<(&'static str, &'n Node)> {
    match (node.get("at"), node.get("until")) {
        (Some(at), None) => Some(("at", at)),
        (None, Some(until)) => Some(("until", until)),
        (Some(_), Some(until)) => {
            reader.report(Diagnostic::new(SCENARIO_TWO_TIMES, until.at.clone()));
            None
        }
        (None, None) => {
            let at = super::shape::start_of(&node.at);
            reader.report(Diagnostic::new(SCENARIO_NO_TIME, at));
            None
        }
    }
}

fn misplaced(reader: &mut Reader, entry: &Entry, beside: &str) {
    let misplaced = Diagnostic::new(SCENARIO_MISPLACED_KEY, entry.key_at.clone());
    reader.report(
        misplaced
            .with("key", entry.key.as_str())
            .with("beside", beside),
    );
}

fn asked(
    reader: &mut Reader,
    node: &Node,
    deeds: &[&Entry],
    (stage, about): (&Stage<'_>, About),
) -> Option<Asked> {
    let against = stage.about(about);
    let by = reader
        .required(node, "by")
        .and_then(|by| player(reader, by, against));
    let occurred = node
        .get("occurred")
        .and_then(|node| reader.moment(node, against.zone));
    let reason = node.get("reason").and_then(|node| reader.text(node));
    let refused = node.get("refused").and_then(|node| {
        let codes = Rejection::ALL.iter().map(|(code, _)| *code);
        let code: String = reader.name(node, "scenario.kind.refusal", codes)?;
        let known = Rejection::ALL.iter().find(|(known, _)| *known == code);
        known.map(|(code, _)| (*code, node.at.clone()))
    });
    let what = match deeds {
        [] => {
            let at = super::shape::start_of(&node.at);
            reader.report(Diagnostic::new(SCENARIO_NO_DEED, at));
            None
        }
        [only] if only.key == "open" => opened(reader, only, (stage, about)),
        [only] if about == About::Incident && !OF_INCIDENTS.contains(&only.key.as_str()) => {
            let case = Diagnostic::new(SCENARIO_WHICH_CASE, only.key_at.clone());
            reader.report(case.with("key", only.key.as_str()));
            None
        }
        [only] => deed(reader, node, only, against).map(|deed| What::Asks(about, deed)),
        [first, rest @ ..] => {
            for other in rest {
                let several = Diagnostic::new(SCENARIO_SEVERAL_DEEDS, other.key_at.clone());
                let several = several
                    .with("key", other.key.as_str())
                    .with("first", first.key.as_str());
                reader.report(several.label(first.key_at.clone(), "scenario.label.first_deed"));
            }
            None
        }
    };
    Some(Asked {
        by: by?,
        occurred,
        reason,
        what: what?,
        refused,
    })
}

/// Reads which case of an incident is opened.
fn opened(reader: &mut Reader, entry: &Entry, (stage, about): (&Stage<'_>, About)) -> Option<What> {
    if about != About::Incident {
        misplaced(reader, entry, "case");
        return None;
    }
    let text = reader.text(&entry.value)?;
    let place = stage.place(reader, &text, &entry.value.at)?;
    Some(What::Opens(place))
}

fn deed(reader: &mut Reader, node: &Node, entry: &Entry, against: Against<'_>) -> Option<Deed> {
    let with = node.entries().iter().find(|entry| entry.key == "with");
    let key = entry.key.as_str();
    if let Some(with) = with.filter(|_| !["do", "receive", "undo"].contains(&key)) {
        misplaced(reader, with, key);
    }
    let with = with.map(|with| &with.value);
    match key {
        "record" => Some(Deed::Record(facts(reader, &entry.value, against))),
        "do" => {
            let rule = action(reader, &entry.value, against)?;
            let (facts, sending) = with
                .map(|with| sending::read(reader, with, rule, against))
                .unwrap_or_default();
            Some(Deed::Take {
                action: rule.name.clone(),
                facts,
                sending: Box::new(sending),
            })
        }
        "receive" => {
            let action = action(reader, &entry.value, against)?.name.clone();
            let with = with.filter(|with| reader.is_map(with, &["received_at", "receipt"], &[]));
            let said = |key| with.and_then(|with| with.get(key));
            Some(Deed::Receive {
                action,
                received_at: said("received_at").and_then(|node| reader.moment(node, against.zone)),
                receipt: said("receipt").and_then(|node| reader.text(node).map(StandIn)),
            })
        }
        "approve" => proposed(reader, &entry.value, against).map(Deed::Approve),
        "refuse" => proposed(reader, &entry.value, against).map(Deed::Refuse),
        "undo" => {
            let action = action(reader, &entry.value, against)?.name.clone();
            let with = with.filter(|with| reader.is_map(with, &["how"], &[]));
            let how = with.and_then(|with| with.get("how"));
            let how = how.and_then(|node| {
                let words = Undone::ALL.map(Undone::word);
                let word: String = reader.name(node, "scenario.kind.undone", words)?;
                Undone::ALL.into_iter().find(|how| how.word() == word)
            });
            Some(Deed::Undo {
                action,
                how: how.unwrap_or(Undone::Failed),
            })
        }
        _ => reader.text(&entry.value).map(Deed::Note),
    }
}

/// Reads what is proposed: an action, or an authority's decisions.
fn proposed(reader: &mut Reader, node: &Node, against: Against<'_>) -> Option<ActionName> {
    if against.rules.decisions.is_some() && node.as_text() == Some(DECISIONS) {
        return DECISIONS.parse().ok();
    }
    action(reader, node, against).map(|rule| rule.name.clone())
}

/// Reads the name of an action of the workflow.
fn action<'a>(reader: &mut Reader, node: &Node, against: Against<'a>) -> Option<&'a ActionRule> {
    let names = against
        .rules
        .actions
        .iter()
        .map(|action| action.name.as_str());
    let name: ActionName = reader.name(node, "scenario.kind.action", names)?;
    against.rules.action(&name)
}
