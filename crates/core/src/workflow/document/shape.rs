//! Reads values out of a document: names, texts, numbers, lists and mappings with known keys, reporting what does not fit.
//! Which keys stand where is left to the files beside this one.

use std::collections::BTreeMap;

use tsuho_ledger::PartClass;

pub(super) use super::fields::Fields;
use super::word::{Named, hint};
use super::{At, Declared, Expression, Item, Whole};
use crate::catalogue::Arg;
use crate::diagnostic::{
    BAD_NAME, BAD_VALUE, CASE_NEVER_REACHED, Diagnostic, Findings, Location, MISSING_KEY,
    NAMED_TWICE, NOT_SUPPORTED, UNKNOWN_EDITION, UNKNOWN_KEY, UNKNOWN_WORD, WRONG_SHAPE,
};
use crate::time::{Date, Period};
use crate::value::Title;
use crate::workflow::source::{Entry, Kind, Node};

/// Reads the parts of a document and collects what is wrong with them.
#[derive(Debug, Default)]
pub struct Reader {
    findings: Findings,
    reported: usize,
}

/// Which keys a mapping has: those that are read, and those of the language that this version does not run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    /// Read.
    pub(super) known: &'static [&'static str],
    /// Reported as not supported.
    pub(super) later: &'static [&'static str],
}

/// Whether `none` may stand behind a name to remove the parent's item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    Possible,
    Impossible,
}

/// Returns the beginning of a place, to point at a whole document without quoting all of it.
pub(super) fn start_of(at: &Location) -> Location {
    Location {
        span: at.span.start..at.span.start,
        ..at.clone()
    }
}

impl Reader {
    /// Returns everything that was found.
    pub(super) fn into_findings(self) -> Findings {
        self.findings
    }

    /// Returns how many mistakes were found so far.
    pub(super) const fn reported(&self) -> usize {
        self.reported
    }

    /// Tells whether no mistake was found since so many had been.
    pub(super) const fn whole_since(&self, before: usize) -> Whole {
        if self.reported == before {
            Whole::Complete
        } else {
            Whole::Incomplete
        }
    }

    /// Adds a finding.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.reported += 1;
        self.findings.push(diagnostic);
    }

    /// Reports a construct of the language that this version does not run.
    pub(super) fn later(&mut self, construct: &str, at: &Location) {
        self.report(
            Diagnostic::new(NOT_SUPPORTED, at.clone()).with("construct", format!("`{construct}`")),
        );
    }

    /// Reports a value of another shape than the one that belongs here, unless a mistake was reported there before.
    pub(super) fn expected(&mut self, node: &Node, expected: &'static str) {
        if !node.is_faulty() {
            let found = Arg::Key(node.word());
            let expected = Arg::Key(expected);
            self.report(
                Diagnostic::new(WRONG_SHAPE, node.at.clone())
                    .with("expected", expected)
                    .with("found", found),
            );
        }
    }

    /// Checks that the document is written in the edition that is understood (F1).
    pub(super) fn edition(&mut self, root: &Node) {
        match root.get("tsuho") {
            None => self.missing("tsuho", root),
            Some(node) => match &node.kind {
                Kind::Integer(1) => {}
                Kind::Integer(edition) => {
                    let found = edition.to_string();
                    self.report(
                        Diagnostic::new(UNKNOWN_EDITION, node.at.clone()).with("found", found),
                    );
                }
                Kind::Null
                | Kind::Boolean(_)
                | Kind::Text { .. }
                | Kind::List(_)
                | Kind::Map(_) => {
                    self.expected(node, "workflow.shape.integer");
                }
            },
        }
    }

    /// Reports a key that is not there.
    pub(super) fn missing(&mut self, key: &'static str, within: &Node) {
        self.report(Diagnostic::new(MISSING_KEY, start_of(&within.at)).with("key", key));
    }

    /// Opens a mapping and reports keys that do not belong to it.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, keys: Keys) -> Option<Fields<'n>> {
        if !matches!(node.kind, Kind::Map(_)) {
            self.expected(node, "workflow.shape.map");
            return None;
        }
        for entry in node.entries() {
            let key = entry.key.as_str();
            if keys.later.contains(&key) {
                self.later(key, &entry.key_at);
            } else if !keys.known.contains(&key) {
                let hint = hint(key, keys.known.iter().chain(keys.later).copied());
                let unknown = Diagnostic::new(UNKNOWN_KEY, entry.key_at.clone());
                self.report(unknown.with("key", key).with("hint", hint));
            }
        }
        Some(Fields::of(node))
    }

    /// Returns the value of a key that must be there.
    pub(super) fn required<'n>(
        &mut self,
        fields: Fields<'n>,
        key: &'static str,
    ) -> Option<&'n Node> {
        let node = fields.get(key);
        if node.is_none() {
            self.missing(key, fields.node());
        }
        node
    }

    /// Reads a text.
    pub(super) fn text(&mut self, node: &Node) -> Option<At<String>> {
        let text = node.as_text().filter(|_| !node.is_faulty());
        if text.is_none() {
            self.expected(node, "workflow.shape.text");
        }
        text.map(|text| At {
            value: text.to_owned(),
            at: node.at.clone(),
        })
    }

    /// Reads a name.
    pub(super) fn name<N: Named>(&mut self, node: &Node) -> Option<At<N>> {
        let text = self.text(node)?;
        self.named(&text.value, text.at)
    }

    /// Reads a name out of a text.
    pub(super) fn named<N: Named>(&mut self, text: &str, at: Location) -> Option<At<N>> {
        if let Ok(value) = text.parse() {
            return Some(At { value, at });
        }
        let bad = Diagnostic::new(BAD_NAME, at).with("name", text);
        self.report(
            bad.with("kind", Arg::Key(N::KIND))
                .with("form", Arg::Key(N::FORM)),
        );
        None
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

    /// Reads one name or a list of names, none of them twice.
    pub(super) fn names<N: Named>(&mut self, node: &Node) -> Vec<At<N>> {
        let names = self.several(node, Self::name);
        self.once(&names);
        names
    }

    /// Reports names that stand twice in a list.
    pub(super) fn once<N: ToString>(&mut self, names: &[At<N>]) {
        let mut seen: BTreeMap<String, &Location> = BTreeMap::new();
        for name in names {
            let word = name.value.to_string();
            match seen.get(&word) {
                Some(first) => {
                    let twice = Diagnostic::new(NAMED_TWICE, name.at.clone()).with("name", word);
                    self.report(twice.label((*first).clone(), "workflow.label.first"));
                }
                None => drop(seen.insert(word, &name.at)),
            }
        }
    }

    /// Reads a mapping from names to what is declared under them.
    pub(super) fn items<N: Named, T>(
        &mut self,
        node: &Node,
        removal: Removal,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Vec<Item<N, T>> {
        if !matches!(node.kind, Kind::Map(_)) {
            self.expected(node, "workflow.shape.map");
        }
        let mut items = Vec::new();
        for Entry { key, key_at, value } in node.entries() {
            let Some(name) = self.named(key, key_at.clone()) else {
                continue;
            };
            let removed = removal == Removal::Possible && value.as_text() == Some("none");
            let declared = if removed {
                Declared::Removed
            } else {
                read(self, value).map_or(Declared::Broken, Declared::As)
            };
            items.push(Item { name, declared });
        }
        items
    }

    /// Reads one of a closed set of words.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        words: &[(&'static str, T)],
    ) -> Option<At<T>> {
        let text = self.text(node)?;
        let found = words.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let hint = hint(&text.value, words.iter().map(|(word, _)| *word));
            let unknown = Diagnostic::new(UNKNOWN_WORD, node.at.clone());
            self.report(unknown.with("word", text.value).with("hint", hint));
        }
        found.map(|(_, value)| At {
            value: *value,
            at: node.at.clone(),
        })
    }

    /// Reports a case without a condition before others.
    pub(super) fn case_without_condition(&mut self, at: &Location) {
        self.report(Diagnostic::new(CASE_NEVER_REACHED, start_of(at)));
    }

    /// Reports a text that is no value of its kind.
    pub(super) fn bad_value(&mut self, node: &Node, text: &str, form: &'static str) {
        let bad = Diagnostic::new(BAD_VALUE, node.at.clone()).with("text", text);
        self.report(bad.with("form", Arg::Key(form)));
    }

    /// Reads `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node) -> Option<bool> {
        if let Kind::Boolean(value) = node.kind {
            return Some(value);
        }
        self.expected(node, "workflow.shape.boolean");
        None
    }

    /// Reads a whole number from 1.
    pub(super) fn count(&mut self, node: &Node) -> Option<u32> {
        let Kind::Integer(number) = node.kind else {
            self.expected(node, "workflow.shape.integer");
            return None;
        };
        let count = u32::try_from(number).ok().filter(|count| *count > 0);
        if count.is_none() {
            self.bad_value(node, &number.to_string(), "workflow.form.count");
        }
        count
    }

    /// Reads a date.
    pub(super) fn date(&mut self, node: &Node) -> Option<Date> {
        let text = self.text(node)?;
        // The time crate reads `20231027` too; a person should find one form in every file.
        let date = text
            .value
            .parse::<Date>()
            .ok()
            .filter(|date| date.to_string() == text.value);
        if date.is_none() {
            self.bad_value(node, &text.value, "workflow.form.date");
        }
        date
    }

    /// Reads a period.
    pub(super) fn period(&mut self, node: &Node) -> Option<At<Period>> {
        let text = self.text(node)?;
        let period = text.value.parse().ok();
        if period.is_none() {
            self.bad_value(node, &text.value, "workflow.form.period");
        }
        period.map(|value| At {
            value,
            at: node.at.clone(),
        })
    }

    /// Reads a title: a text for both languages, or a mapping of them.
    pub(super) fn title(&mut self, node: &Node) -> Option<Title> {
        if let Some(text) = node.as_text() {
            return Some(Title::both(text));
        }
        if !matches!(node.kind, Kind::Map(_)) {
            self.expected(node, "workflow.shape.title");
            return None;
        }
        let fields = self.fields(
            node,
            Keys {
                known: &["en", "ja"],
                later: &[],
            },
        )?;
        let en = fields.get("en").and_then(|text| self.text(text));
        let ja = fields.get("ja").and_then(|text| self.text(text));
        match (en, ja) {
            (Some(en), Some(ja)) => Some(Title {
                en: en.value.into(),
                ja: ja.value.into(),
            }),
            (Some(one), None) | (None, Some(one)) => Some(Title::both(&one.value)),
            (None, None) => {
                if node.entries().is_empty() {
                    self.missing("en", node);
                }
                None
            }
        }
    }

    /// Reads the class of the part in which a value is kept (A3).
    pub(super) fn class(&mut self, node: &Node) -> Option<At<PartClass>> {
        self.word(node, &PartClass::ALL.map(|class| (class.as_str(), class)))
    }

    /// Reads an expression; what YAML takes for a boolean or a number is one too.
    pub(super) fn expression(&mut self, node: &Node) -> Option<Expression> {
        let text = match &node.kind {
            _ if node.is_faulty() => return None,
            Kind::Text { text, .. } => text.clone(),
            Kind::Boolean(value) => value.to_string(),
            Kind::Integer(value) => value.to_string(),
            Kind::Null | Kind::List(_) | Kind::Map(_) => {
                self.expected(node, "workflow.shape.expression");
                return None;
            }
        };
        Some(Expression {
            text,
            node: node.clone(),
        })
    }
}
