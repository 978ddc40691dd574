//! Holds a list or mapping whose end has not come yet, and puts what it contains into it.
//! In which order things come is known to the tree; what keys and scalars are by themselves, to their own files.

use std::collections::BTreeMap;
use std::mem;
use std::ops::Range;

use granit_parser::StructureStyle;

use super::accident::{Part, Torn};
use super::key::{self, Candidate, Key, Role};
use super::node::{Entry, Kind, Node};
use super::syntax::{clipped, quoted};
use super::text::SourceText;
use crate::diagnostic::{Diagnostic, Findings, KEY_NOT_TEXT, Location, TORN_EXPRESSION};

/// A list or mapping that is still open.
pub(super) struct Frame {
    /// What it has so far.
    shape: Shape,
    layout: StructureStyle,
    start: usize,
    end: usize,
    tag: Tag,
    torn: Torn,
    /// The value without quotes that stands last in braces, with what commas have cut off it so far.
    cut: Option<Range<usize>>,
}

/// What is being collected.
enum Shape {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        seen: BTreeMap<String, Location>,
        key: Option<Key>,
    },
}

/// Whether a tag was refused before a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// There is none.
    None,
    /// There is one, and it was reported.
    Refused,
}

impl Tag {
    /// Marks a node whose tag was refused.
    pub(super) fn mark(self, node: Node) -> Node {
        match self {
            Self::None => node,
            Self::Refused => node.faulty(),
        }
    }
}

impl Frame {
    /// Opens a list.
    pub(super) fn list(layout: StructureStyle, span: &Range<usize>, tag: Tag) -> Self {
        Self::new(Shape::List(Vec::new()), layout, span, tag)
    }

    /// Opens a mapping.
    pub(super) fn map(layout: StructureStyle, span: &Range<usize>, tag: Tag) -> Self {
        Self::new(
            Shape::Map {
                entries: Vec::new(),
                seen: BTreeMap::new(),
                key: None,
            },
            layout,
            span,
            tag,
        )
    }

    fn new(shape: Shape, layout: StructureStyle, span: &Range<usize>, tag: Tag) -> Self {
        Self {
            shape,
            layout,
            start: span.start,
            end: span.end,
            tag,
            torn: Torn::default(),
            cut: None,
        }
    }

    /// Returns where it begins.
    pub(super) const fn start(&self) -> usize {
        self.start
    }

    /// Tells whether a key comes next.
    pub(super) const fn expects_key(&self) -> bool {
        matches!(self.shape, Shape::Map { key: None, .. })
    }

    /// Tells whether a value that begins on a line stands below its key, where lines of `key: value` are expected.
    pub(super) fn expects_lines(&self, line: usize) -> bool {
        match &self.shape {
            Shape::Map { key: Some(key), .. } => !self.is_flow() && key.at.line < line,
            Shape::Map { key: None, .. } | Shape::List(_) => false,
        }
    }

    const fn is_flow(&self) -> bool {
        matches!(self.layout, StructureStyle::Flow)
    }

    /// Takes a part of a collection in brackets or braces; elsewhere commas tear nothing.
    pub(super) fn part(&mut self, plain: Option<&str>, span: &Range<usize>) -> Part {
        self.end = self.end.max(span.end);
        if self.is_flow() {
            self.torn.part(plain, span)
        } else {
            Part::Whole
        }
    }

    /// Takes a scalar as a key.
    pub(super) fn key(
        &mut self,
        source: &SourceText,
        candidate: &Candidate<'_>,
        findings: &mut Findings,
    ) {
        let part = self.part(candidate.plain, &candidate.at.span);
        let flow = self.is_flow();
        let Shape::Map { seen, key, .. } = &mut self.shape else {
            return;
        };
        let mut role = Role::LeftOut;
        if part == Part::Whole {
            let stray = if flow {
                key::stray(source, candidate, &mut self.cut)
            } else {
                None
            };
            match stray.map_or_else(
                || key::judge(candidate, seen),
                |finding| Err(Box::new(finding)),
            ) {
                Ok(name) => role = Role::Entry(name),
                Err(finding) => findings.push(*finding),
            }
        }
        *key = Some(Key {
            at: candidate.at.clone(),
            role,
        });
        if let Part::End(whole) = part {
            findings.push(torn(source, whole));
        }
    }

    /// Puts a finished node where it belongs; of a plain scalar the text tells whether a comma has torn it.
    pub(super) fn place(
        &mut self,
        source: &SourceText,
        node: Node,
        plain: Option<&str>,
        findings: &mut Findings,
    ) {
        let span = node.at.span.clone();
        let part = self.part(plain, &span);
        let node = if part == Part::Whole {
            node
        } else {
            node.faulty()
        };
        if plain.is_some() || !span.is_empty() {
            self.cut = plain.map(|_| span.clone());
        }
        match &mut self.shape {
            Shape::List(items) => items.push(node),
            Shape::Map { entries, key, .. } => match mem::take(key) {
                Some(Key {
                    at,
                    role: Role::Entry(name),
                }) => {
                    entries.push(Entry {
                        key: name,
                        key_at: at,
                        value: node,
                    });
                }
                Some(Key {
                    role: Role::LeftOut,
                    ..
                }) => {}
                None => {
                    // A list or mapping stands where a key belongs; its value comes next and is left out with it.
                    let shown = clipped(source.text().get(span).unwrap_or_default());
                    findings
                        .push(Diagnostic::new(KEY_NOT_TEXT, node.at.clone()).with("text", shown));
                    *key = Some(Key {
                        at: node.at,
                        role: Role::LeftOut,
                    });
                }
            },
        }
        if let Part::End(whole) = part {
            findings.push(torn(source, whole));
        }
    }

    /// Ends the list or mapping at its closing bracket, if it has one.
    pub(super) fn close(
        self,
        source: &SourceText,
        bracket: &Range<usize>,
        findings: &mut Findings,
    ) -> Node {
        // A collection of lines ends with its last line, not where the next one begins.
        let end = if self.is_flow() {
            bracket.end
        } else {
            self.end
        };
        if let Some(left_open) = self.torn.end() {
            findings.push(torn(source, left_open));
        }
        let kind = match self.shape {
            Shape::List(items) => Kind::List(items),
            Shape::Map { entries, .. } => Kind::Map(entries),
        };
        self.tag
            .mark(Node::new(kind, source.location(self.start..end)))
    }
}

/// Returns the diagnostic of an expression that commas have torn.
fn torn(source: &SourceText, whole: Range<usize>) -> Diagnostic {
    let text = source.text().get(whole.clone()).unwrap_or_default();
    let finding = Diagnostic::new(TORN_EXPRESSION, source.location(whole));
    finding
        .with("text", clipped(text))
        .with("quoted", quoted(text))
}
