//! Reads keys, texts, names and times out of a scenario's document and reports what does not fit.
//! Which keys belong where is left to `read`, `step` and `expect`.

use std::str::FromStr;

use crate::catalogue::Arg;
use crate::diagnostic::{
    Diagnostic, Findings, Location, NOT_SUPPORTED, SCENARIO_BAD_TIME, SCENARIO_BAD_VALUE,
    SCENARIO_MISSING_KEY, SCENARIO_UNKNOWN_KEY, SCENARIO_UNKNOWN_NAME, SCENARIO_WRONG_SHAPE,
};
use crate::time::{Timestamp, Zone};
use crate::value::Title;
use crate::value::parse::{self, Malformed, Problem, Written, hint};
use crate::workflow::source::{Kind, Node};

/// Reads a document and collects what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) findings: Findings,
}

/// Returns the beginning of a place, to point at a whole mapping without quoting all of it.
pub(super) fn start_of(at: &Location) -> Location {
    Location {
        span: at.span.start..at.span.start,
        ..at.clone()
    }
}

impl Reader {
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }

    /// Reports a construct of the language that this version does not run.
    pub(super) fn later(&mut self, construct: &str, at: &Location) {
        let later = Diagnostic::new(NOT_SUPPORTED, at.clone());
        self.report(later.with("construct", format!("`{construct}`")));
    }

    /// Reports a value of another shape than the one that belongs here, unless a mistake was reported there before.
    pub(super) fn expected(&mut self, node: &Node, expected: &'static str) {
        if !node.is_faulty() {
            let found = Arg::Key(Written::from(node).word());
            let wrong = Diagnostic::new(SCENARIO_WRONG_SHAPE, node.at.clone());
            self.report(
                wrong
                    .with("expected", Arg::Key(expected))
                    .with("found", found),
            );
        }
    }

    /// Reports a key that is not there.
    pub(super) fn missing(&mut self, key: &'static str, within: &Node) {
        let missing = Diagnostic::new(SCENARIO_MISSING_KEY, start_of(&within.at));
        self.report(missing.with("key", key));
    }

    /// Checks that a node is a mapping of known keys; `later` are those of the language that do not run yet.
    pub(super) fn is_map(&mut self, node: &Node, known: &[&str], later: &[&str]) -> bool {
        if !matches!(node.kind, Kind::Map(_)) {
            self.expected(node, "value.shape.map");
            return false;
        }
        for entry in node.entries() {
            let key = entry.key.as_str();
            if later.contains(&key) {
                self.later(key, &entry.key_at);
            } else if !known.contains(&key) {
                self.unknown_key(key, &entry.key_at, known.iter().chain(later).copied());
            }
        }
        true
    }

    /// Reports a key that does not belong here.
    pub(super) fn unknown_key<'c>(
        &mut self,
        key: &str,
        at: &Location,
        among: impl IntoIterator<Item = &'c str>,
    ) {
        let unknown = Diagnostic::new(SCENARIO_UNKNOWN_KEY, at.clone());
        self.report(unknown.with("key", key).with("hint", hint(key, among)));
    }

    /// Returns the value of a key that must be there.
    pub(super) fn required<'n>(&mut self, node: &'n Node, key: &'static str) -> Option<&'n Node> {
        let value = node.get(key);
        if value.is_none() {
            self.missing(key, node);
        }
        value
    }

    /// Reads a text.
    pub(super) fn text(&mut self, node: &Node) -> Option<String> {
        let text = node.as_text().filter(|_| !node.is_faulty());
        if text.is_none() {
            self.expected(node, "value.shape.text");
        }
        text.map(str::to_owned)
    }

    /// Reads a title: a text for both languages, or one for each.
    pub(super) fn title(&mut self, node: &Node) -> Option<Title> {
        if let Kind::Map(entries) = &node.kind {
            self.is_map(node, &["en", "ja"], &[]);
            if entries.is_empty() {
                self.missing("en", node);
            }
            let en = node.get("en").map(|en| self.text(en));
            let ja = node.get("ja").map(|ja| self.text(ja));
            return match (en, ja) {
                (Some(en), Some(ja)) => Some(Title {
                    en: en?.into(),
                    ja: ja?.into(),
                }),
                (Some(one), None) | (None, Some(one)) => Some(Title::both(&one?)),
                (None, None) => None,
            };
        }
        let text = node.as_text().filter(|_| !node.is_faulty());
        if text.is_none() {
            self.expected(node, "workflow.shape.title");
        }
        text.map(Title::both)
    }

    /// Reads a name that must be one of those that exist.
    pub(super) fn name<'c, N: FromStr>(
        &mut self,
        node: &Node,
        kind: &'static str,
        among: impl IntoIterator<Item = &'c str>,
    ) -> Option<N> {
        let text = self.text(node)?;
        self.named(&text, &node.at, kind, among)
    }

    /// Reads a name out of a text.
    pub(super) fn named<'c, N: FromStr>(
        &mut self,
        text: &str,
        at: &Location,
        kind: &'static str,
        among: impl IntoIterator<Item = &'c str>,
    ) -> Option<N> {
        let among: Vec<&str> = among.into_iter().collect();
        if among.contains(&text)
            && let Ok(name) = text.parse()
        {
            return Some(name);
        }
        let unknown = Diagnostic::new(SCENARIO_UNKNOWN_NAME, at.clone());
        let unknown = unknown.with("kind", Arg::Key(kind)).with("name", text);
        self.report(unknown.with("hint", hint(text, among)));
        None
    }

    /// Reads a moment.
    pub(super) fn moment(&mut self, node: &Node, zone: &Zone) -> Option<Timestamp> {
        let text = self.text(node)?;
        match parse::moment(&text, zone) {
            Ok(moment) => Some(moment),
            Err(problem) => {
                self.bad_time(node, problem);
                None
            }
        }
    }

    /// Reports a text that is no time.
    pub(super) fn bad_time(&mut self, node: &Node, problem: Problem) {
        let (key, args) = Malformed::new(problem).message();
        let bad = Diagnostic::new(SCENARIO_BAD_TIME, node.at.clone());
        self.report(bad.with("why", Arg::Message(key, args)));
    }

    /// Reports what is no value of its type.
    pub(super) fn bad_value(&mut self, node: &Node, malformed: &Malformed) {
        if is_reported(node, malformed) {
            return;
        }
        let (key, args) = malformed.message();
        let bad = Diagnostic::new(SCENARIO_BAD_VALUE, malformed.place_in(node));
        self.report(bad.with("why", Arg::Message(key, args)));
    }

    /// Reads one thing or a list of things.
    pub(super) fn several<T>(
        &mut self,
        node: &Node,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Vec<T> {
        match &node.kind {
            Kind::List(items) => items.iter().filter_map(|item| read(self, item)).collect(),
            Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Text { .. } | Kind::Map(_) => {
                read(self, node).into_iter().collect()
            }
        }
    }
}

/// Tells whether the YAML reader has said before that something is wrong there.
fn is_reported(node: &Node, malformed: &Malformed) -> bool {
    let mut at = Some(node);
    for step in &malformed.path {
        let Some(node) = at else {
            return false;
        };
        if node.is_faulty() {
            return true;
        }
        at = match step {
            parse::Place::Item(index) => node.items().get(*index),
            parse::Place::Key(key) => node.get(key),
        };
    }
    at.is_some_and(Node::is_faulty)
}
