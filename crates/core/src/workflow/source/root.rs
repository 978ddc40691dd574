//! Checks what the documents of a file are at their root: something at all, a mapping, of one kind, once (rule F1).
//! Which keys a kind has is left to the document's reader.

use std::collections::BTreeMap;

use super::node::{Entry, Kind, Node};
use super::text::SourceText;
use crate::catalogue::Arg;
use crate::diagnostic::{
    DUPLICATE_DOCUMENT, Diagnostic, EMPTY_DOCUMENT, EMPTY_FILE, Findings, ROOT_NOT_A_MAPPING,
    SEVERAL_ROOT_KINDS,
};

/// The keys that say what a document is. A scenario names the workflow that it plays beside them.
const KINDS: [&str; 4] = ["scenario", "workflow", "template", "library"];

/// Returns what is wrong with the roots of a file, of which some may have been lost to the mistakes already found.
pub(super) fn check(source: &SourceText, roots: &[Node], before: &Findings) -> Findings {
    let mut findings = Findings::new();
    if roots.iter().all(|root| matches!(root.kind, Kind::Null)) {
        if !before.has_errors() {
            findings.push(Diagnostic::new(EMPTY_FILE, source.location(0..0)));
        }
        return findings;
    }
    let mut seen = BTreeMap::new();
    for root in roots.iter().filter(|root| !root.is_faulty()) {
        match &root.kind {
            Kind::Null => findings.push(Diagnostic::new(EMPTY_DOCUMENT, root.at.clone())),
            Kind::Boolean(_) | Kind::Integer(_) | Kind::Text { .. } | Kind::List(_) => findings
                .push(
                    Diagnostic::new(ROOT_NOT_A_MAPPING, root.at.clone())
                        .with("found", Arg::Key(root.word())),
                ),
            Kind::Map(entries) => {
                let Some(kind) = kind(entries, &mut findings) else {
                    continue;
                };
                let Some(name) = kind.value.as_text() else {
                    continue;
                };
                let version = root.get("version").and_then(Node::as_integer);
                let place = &kind.value.at;
                if let Some(first) =
                    seen.insert((kind.key.clone(), name.to_owned(), version), place.clone())
                {
                    findings.push(
                        Diagnostic::new(DUPLICATE_DOCUMENT, place.clone())
                            .with("kind", kind.key.as_str())
                            .with("name", name)
                            .label(first, "source.label.first"),
                    );
                }
            }
        }
    }
    findings
}

/// Returns the key that says what a document is, and finds the others that say so too.
fn kind<'node>(entries: &'node [Entry], findings: &mut Findings) -> Option<&'node Entry> {
    let named = || {
        entries
            .iter()
            .filter(|entry| KINDS.contains(&entry.key.as_str()))
    };
    let scenario = named().find(|entry| entry.key == "scenario");
    let kind = scenario.or_else(|| named().next())?;
    for other in named() {
        let played = scenario.is_some() && other.key == "workflow";
        if other.key != kind.key && !played {
            findings.push(
                Diagnostic::new(SEVERAL_ROOT_KINDS, other.key_at.clone())
                    .with("first", kind.key.as_str())
                    .with("second", other.key.as_str())
                    .label(kind.key_at.clone(), "source.label.first"),
            );
        }
    }
    Some(kind)
}
