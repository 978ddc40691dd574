//! Reads the text again with `serde_yaml` and refuses what the two readers understand differently (invariant 4).
//! It runs over texts alone that the walk over granit's events found sound, bounded and free of aliases.

use serde::Deserialize;
use serde_yaml::{Mapping, Value};

use super::node::{Entry, Kind, Node};
use super::syntax;
use super::text::SourceText;
use crate::catalogue::{Arg, Args};
use crate::diagnostic::{Diagnostic, Findings, READERS_DISAGREE, SECOND_READER_REFUSES};

/// Returns where `serde_yaml` refuses the text, or understands it otherwise than the roots say.
pub(super) fn compare(source: &SourceText, roots: &[Node]) -> Findings {
    let mut findings = Findings::new();
    let mut rest = roots.iter();
    // serde_yaml gives as many documents as the text has bytes at most, and stops at its first error.
    for document in serde_yaml::Deserializer::from_str(source.text()) {
        let value = match Value::deserialize(document) {
            Ok(value) => value,
            Err(error) => {
                findings.push(refusal(source, &error));
                return findings;
            }
        };
        let Some(root) = rest.next() else {
            let end = source.text().len();
            let difference = Diagnostic::new(READERS_DISAGREE, source.location(end..end));
            findings.push(
                difference
                    .with("first", Arg::Key("source.kind.end"))
                    .with("second", other(&value)),
            );
            return findings;
        };
        findings.extend(differences(root, &value));
    }
    for root in rest {
        findings.push(disagreement(root, Arg::Key("source.kind.end")));
    }
    findings
}

/// Returns the outermost places at which a value is not what the node says.
pub(super) fn differences(node: &Node, value: &Value) -> Findings {
    let mut findings = Findings::new();
    let mut pending = vec![(node, value)];
    // Bounded by the nodes of the text.
    while let Some((node, value)) = pending.pop() {
        let same = match (&node.kind, value) {
            (Kind::Null, Value::Null) => true,
            (Kind::Boolean(ours), Value::Bool(theirs)) => ours == theirs,
            (Kind::Integer(ours), Value::Number(theirs)) => theirs.as_i64() == Some(*ours),
            (Kind::Text { text, .. }, Value::String(theirs)) => text == theirs,
            (Kind::List(items), Value::Sequence(values)) => {
                pending.extend(items.iter().zip(values));
                items.len() == values.len()
            }
            (Kind::Map(entries), Value::Mapping(mapping)) => {
                if let Some(difference) = key_difference(node, entries, mapping) {
                    findings.push(difference);
                } else {
                    pending.extend(
                        entries
                            .iter()
                            .map(|entry| &entry.value)
                            .zip(mapping.values()),
                    );
                }
                true
            }
            (
                Kind::Null
                | Kind::Boolean(_)
                | Kind::Integer(_)
                | Kind::Text { .. }
                | Kind::List(_)
                | Kind::Map(_),
                _,
            ) => false,
        };
        if !same {
            findings.push(disagreement(node, other(value)));
        }
    }
    findings
}

/// Returns the first key that the other reader has not, has otherwise, or has besides.
fn key_difference(node: &Node, entries: &[Entry], mapping: &Mapping) -> Option<Diagnostic> {
    let mut theirs = mapping.keys();
    let shown_key = |key: Option<&Value>| key.map_or(Arg::Key("source.kind.no-key"), other);
    for entry in entries {
        let key = theirs.next();
        if key.and_then(Value::as_str) != Some(entry.key.as_str()) {
            let ours = shown("source.kind.text", &entry.key);
            let difference = Diagnostic::new(READERS_DISAGREE, entry.key_at.clone());
            return Some(
                difference
                    .with("first", ours)
                    .with("second", shown_key(key)),
            );
        }
    }
    theirs.next().map(|key| {
        let difference = Diagnostic::new(READERS_DISAGREE, node.at.clone());
        difference
            .with("first", shown_key(None))
            .with("second", shown_key(Some(key)))
    })
}

fn disagreement(node: &Node, theirs: Arg) -> Diagnostic {
    let ours = match &node.kind {
        Kind::Boolean(value) => shown(node.word(), &value.to_string()),
        Kind::Integer(value) => shown(node.word(), &value.to_string()),
        Kind::Text { text, .. } => shown(node.word(), text),
        Kind::Null | Kind::List(_) | Kind::Map(_) => Arg::Key(node.word()),
    };
    Diagnostic::new(READERS_DISAGREE, node.at.clone())
        .with("first", ours)
        .with("second", theirs)
}

/// Returns what `serde_yaml` read, for a message.
fn other(value: &Value) -> Arg {
    match value {
        Value::Null => Arg::Key("source.kind.null"),
        Value::Bool(value) => shown("source.kind.boolean", &value.to_string()),
        Value::Number(value) => shown("source.kind.number", &value.to_string()),
        Value::String(text) => shown("source.kind.text", text),
        Value::Sequence(_) => Arg::Key("source.kind.list"),
        Value::Mapping(_) => Arg::Key("source.kind.map"),
        Value::Tagged(_) => Arg::Key("source.kind.tagged"),
    }
}

fn shown(kind: &'static str, value: &str) -> Arg {
    let args = Args::from([
        ("kind", Arg::Key(kind)),
        ("value", syntax::clipped(value).into()),
    ]);
    Arg::Message("source.shown", args)
}

/// Says where and why `serde_yaml` alone refuses a text.
fn refusal(source: &SourceText, error: &serde_yaml::Error) -> Diagnostic {
    let offset = error
        .location()
        .map_or(0, |place| source.offset(place.line(), place.column()));
    Diagnostic::new(
        SECOND_READER_REFUSES,
        source.location(syntax::word_at(source, offset)),
    )
    .with("reason", error.to_string())
}
