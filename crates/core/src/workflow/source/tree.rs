//! Walks granit's events and builds nodes, refusing on the way what the language does without (rule F2).
//! Syntax errors are put into words elsewhere; whether the other reader agrees is asked afterwards.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span};

use super::accident;
use super::bounds::{MOST_DEPTH, MOST_DOCUMENTS, MOST_NODES};
use super::frame::{Frame, Tag};
use super::key::{self, Candidate};
use super::node::{Kind, Node, Style};
use super::scalar;
use super::syntax::{self, clipped, quoted};
use super::text::SourceText;
use crate::diagnostic::{
    ALIAS, ANCHOR, Diagnostic, Findings, LEADING_EXCLAMATION, TAG, TOO_DEEP, TOO_MANY_DOCUMENTS,
    TOO_MANY_NODES,
};

/// Reads the documents of a text as granit understands it; those that it cannot walk to the end are left out.
pub(super) fn read(source: &SourceText) -> (Vec<Node>, Findings) {
    let options = granit_parser::options! {
        disallow_directives: true,
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        emit_comments: false,
        // Twice the bound: granit looks ahead, and its own limit would end the walk before the place is reached.
        flow_nesting_limit: 2 * MOST_DEPTH,
        block_nesting_limit: 2 * MOST_DEPTH,
    };
    let mut parser = Parser::new_from_str_with_options(source.text(), options);
    let mut tree = Tree::new(source);
    // Every turn consumes an event, and a text has no more of them than some times its bytes.
    while let Some(event) = parser.next_event() {
        let step = match event {
            Ok((event, span)) => tree.event(&event, &span),
            Err(error) => {
                tree.findings
                    .push(syntax::explain(source, &error, tree.opener()));
                Step::NextDocument
            }
        };
        match step {
            Step::On => {}
            Step::NextDocument => {
                tree.frames.clear();
                tree.broken += 1;
                if tree.broken > MOST_DOCUMENTS
                    || !matches!(parser.proceed_next_document(), Ok(true))
                {
                    break;
                }
            }
            Step::Stop => break,
        }
    }
    (tree.roots, tree.findings)
}

/// Whether to go on after an event.
enum Step {
    On,
    NextDocument,
    Stop,
}

/// What has been read so far.
struct Tree<'text> {
    source: &'text SourceText,
    findings: Findings,
    roots: Vec<Node>,
    frames: Vec<Frame>,
    nodes: usize,
    documents: usize,
    broken: usize,
    /// Where the last `!` was that begins an expression: `!a && b` goes on with what YAML takes for an anchor.
    exclamation: Option<Range<usize>>,
}

impl<'text> Tree<'text> {
    const fn new(source: &'text SourceText) -> Self {
        Self {
            source,
            findings: Findings::new(),
            roots: Vec::new(),
            frames: Vec::new(),
            nodes: 0,
            documents: 0,
            broken: 0,
            exclamation: None,
        }
    }

    /// Returns where the innermost open bracket or brace stands; a pair in brackets, `[a: b]`, has none of its own.
    fn opener(&self) -> Option<usize> {
        let text = self.source.text();
        let mut starts = self.frames.iter().rev().map(Frame::start);
        starts.find(|&start| text[start..].starts_with(['[', '{']))
    }

    fn event(&mut self, event: &Event<'_>, span: &Span) -> Step {
        let range = span.byte_range().unwrap_or_default();
        if event.is_node() {
            self.nodes += 1;
            if self.nodes > MOST_NODES {
                let at = self.source.location(range);
                self.findings
                    .push(Diagnostic::new(TOO_MANY_NODES, at).with("most", MOST_NODES));
                return Step::Stop;
            }
        }
        let tag = self.tag(event, span, &range);
        match event {
            Event::DocumentStart(explicit, _) => return self.document(*explicit, range),
            Event::Scalar(text, style, ..) => self.scalar(text, *style, range, tag),
            Event::SequenceStart(layout, ..) => {
                return self.open(Frame::list(*layout, &range, tag), range);
            }
            Event::MappingStart(layout, ..) => {
                return self.open(Frame::map(*layout, &range, tag), range);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(frame) = self.frames.pop() {
                    let node = frame.close(self.source, &range, &mut self.findings);
                    self.place(node, None);
                }
            }
            Event::Anchor(..) => self.anchor(range),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                let at = self.source.location(range);
                self.findings.push(Diagnostic::new(ALIAS, at.clone()));
                self.place(Node::new(Kind::Null, at).faulty(), None);
            }
            // The starts and ends of stream and documents carry nothing else; comments are switched off.
            _ => {}
        }
        Step::On
    }

    fn document(&mut self, explicit: bool, span: Range<usize>) -> Step {
        self.documents += 1;
        if self.documents > MOST_DOCUMENTS {
            let at = self.source.location(span);
            self.findings
                .push(Diagnostic::new(TOO_MANY_DOCUMENTS, at).with("most", MOST_DOCUMENTS));
            return Step::Stop;
        }
        if !explicit && self.documents > 1 {
            self.findings
                .push(syntax::after_document(self.source, span.start));
        }
        Step::On
    }

    /// Refuses a node's tag, if it has one.
    fn tag(&mut self, event: &Event<'_>, span: &Span, node: &Range<usize>) -> Tag {
        let Some(tag) = span.tag_span().and_then(|tag| tag.byte_range()) else {
            return Tag::None;
        };
        let text = self.source.text();
        let written = text.get(tag.clone()).unwrap_or_default();
        let handle = event.tag().map_or("", |tag| tag.original_handle());
        if handle == "!!" || written.starts_with("!<") {
            let finding =
                Diagnostic::new(TAG, self.source.location(tag)).with("tag", clipped(written));
            self.findings.push(finding);
            return Tag::Refused;
        }
        let whole = match event {
            Event::Scalar(..) => tag.start..node.end.max(tag.end),
            _ => tag.clone(),
        };
        let shown = text.get(whole.clone()).unwrap_or_default();
        let finding = Diagnostic::new(LEADING_EXCLAMATION, self.source.location(whole));
        self.findings.push(finding.with("quoted", quoted(shown)));
        if let Some(frame) = self.frames.last_mut() {
            // `!f(a, b)` in braces: the tag has taken the parenthesis that a later part closes.
            frame.part(Some(written), &tag);
        }
        self.exclamation = Some(tag);
        Tag::Refused
    }

    fn anchor(&mut self, span: Range<usize>) {
        let belongs = |tag: Range<usize>| tag.end < span.start && span.start <= tag.end + 1;
        if !self.exclamation.take().is_some_and(belongs) {
            self.findings
                .push(Diagnostic::new(ANCHOR, self.source.location(span)));
        }
    }

    fn open(&mut self, frame: Frame, span: Range<usize>) -> Step {
        if self.frames.len() == MOST_DEPTH {
            let at = self.source.location(span);
            self.findings
                .push(Diagnostic::new(TOO_DEEP, at).with("most", MOST_DEPTH));
            return Step::NextDocument;
        }
        self.frames.push(frame);
        Step::On
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Range<usize>, tag: Tag) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let plain = (style == Style::Plain).then_some(text);
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.expects_key()) {
            let candidate = Candidate {
                text,
                plain,
                at: self.source.location(span),
            };
            frame.key(self.source, &candidate, &mut self.findings);
            return;
        }
        if style == Style::Plain && span.is_empty() {
            // An empty value stands behind its colon rather than on it.
            let colon = usize::from(self.source.text()[span.end..].starts_with(':'));
            let at = self.source.location(span.end + colon..span.end + colon);
            self.place(tag.mark(Node::new(Kind::Null, at)), None);
            return;
        }
        let line = self.source.line_of(span.start);
        let in_lines = self
            .frames
            .last()
            .is_none_or(|frame| frame.expects_lines(line));
        let glued = plain
            .and_then(accident::key_without_space)
            .filter(|_| in_lines);
        let (node, finding) = match glued {
            Some(length) => {
                let finding = key::missing_space(self.source, text, length, &span);
                (
                    Node::text(self.source, text.to_owned(), style, span).faulty(),
                    Some(finding),
                )
            }
            None => scalar::value(self.source, text, style, span),
        };
        if let Some(finding) = finding {
            self.findings.push(finding);
        }
        self.place(tag.mark(node), plain);
    }

    /// Puts a finished node into what is open around it, or makes it a document's root.
    fn place(&mut self, node: Node, plain: Option<&str>) {
        match self.frames.last_mut() {
            Some(frame) => frame.place(self.source, node, plain, &mut self.findings),
            None => self.roots.push(node),
        }
    }
}
