//! Shows what is wrong with a text: the code, the place, an excerpt, and what to do; for people and for programs.
//! Finding it is left to `tsuho-core`, its words to the catalogue.

mod excerpt;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use tsuho_core::catalogue::{self, Language};
use tsuho_core::diagnostic::{Diagnostic, Location, Severity};

use self::excerpt::{Excerpt, Extent};
use crate::message::Message;
use crate::output::Colour;

/// The text of each file that findings lie in.
pub(crate) type Texts = BTreeMap<Arc<str>, Arc<str>>;

/// Shows findings to people.
pub(crate) struct Shower<'a> {
    texts: &'a Texts,
    language: Language,
    renderer: Renderer,
    words: Words,
}

/// The words that head the parts of a finding.
struct Words {
    error: String,
    warning: String,
    help: String,
}

impl<'a> Shower<'a> {
    /// Makes one for a language.
    pub(crate) fn new(texts: &'a Texts, language: Language, colour: Colour) -> Self {
        let word = |key: &'static str| Message::new(key).text(language);
        Self {
            texts,
            language,
            renderer: match colour {
                Colour::Styled => Renderer::styled(),
                Colour::Plain => Renderer::plain(),
            },
            words: Words {
                error: word("severity.error"),
                warning: word("severity.warning"),
                help: word("severity.help"),
            },
        }
    }

    /// Shows one finding, with an empty line after it.
    pub(crate) fn show(&self, finding: &Diagnostic) -> String {
        let level = match finding.code.severity {
            Severity::Error => Level::ERROR.with_name(self.words.error.as_str()),
            Severity::Warning => Level::WARNING.with_name(self.words.warning.as_str()),
        };
        let message = catalogue::text(self.language, finding.code.id, &finding.args);
        let help = catalogue::text(self.language, &help_key(finding), &finding.args);
        let group = level
            .primary_title(message)
            .id(finding.code.id)
            .elements(self.elements(finding))
            .element(
                Level::HELP
                    .with_name(self.words.help.as_str())
                    .message(help),
            );
        format!("{}\n\n", self.render(group))
    }

    /// Returns the finding's places: its own, together with the labels near it, and each label elsewhere.
    fn elements<'b>(&'b self, finding: &Diagnostic) -> Vec<Element<'b>> {
        let Some(text) = self.texts.get(&finding.at.file) else {
            return vec![origin(&finding.at)];
        };
        let here = finding
            .labels
            .iter()
            .filter(|label| label.at.file == finding.at.file);
        let excerpt = Excerpt::around(text, &finding.at.span, here.map(|label| &label.at.span));
        let mut elements = Vec::new();
        let span = excerpt.within(&finding.at.span);
        let mut snippet = snippet(&excerpt, &finding.at, &mut elements)
            .annotation(AnnotationKind::Primary.span(span));
        let mut apart = Vec::new();
        for label in &finding.labels {
            let said = catalogue::text(self.language, label.key, &label.args);
            if label.at.file == finding.at.file && excerpt.holds(&label.at.span) {
                let span = excerpt.within(&label.at.span);
                snippet = snippet.annotation(AnnotationKind::Context.span(span).label(said));
            } else if let Some(text) = self.texts.get(&label.at.file) {
                let excerpt = Excerpt::around(text, &label.at.span, std::iter::empty());
                let span = excerpt.within(&label.at.span);
                let other = self::snippet(&excerpt, &label.at, &mut apart);
                apart.push(
                    other
                        .annotation(AnnotationKind::Context.span(span).label(said))
                        .into(),
                );
            }
        }
        elements.push(snippet.into());
        elements.extend(apart);
        elements
    }

    fn render(&self, group: Group<'_>) -> String {
        self.renderer.render(&[group])
    }
}

/// Returns one finding for programs; its keys are a promise.
pub(crate) fn json(finding: &Diagnostic, texts: &Texts, language: Language) -> Value {
    let end = texts
        .get(&finding.at.file)
        .map_or((finding.at.line, finding.at.column), |text| {
            end_of(text, &finding.at)
        });
    json!({
        "code": finding.code.id,
        "name": finding.code.name,
        "severity": severity_word(finding.code.severity),
        "file": &*finding.at.file,
        "line": finding.at.line,
        "column": finding.at.column,
        "end": { "line": end.0, "column": end.1 },
        "message": catalogue::text(language, finding.code.id, &finding.args),
        "help": catalogue::text(language, &help_key(finding), &finding.args),
    })
}

/// Returns the word of a severity for programs.
pub(crate) const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn help_key(finding: &Diagnostic) -> String {
    format!("{}.help", finding.code.id)
}

fn origin<'b>(at: &Location) -> Element<'b> {
    Origin::path(at.file.to_string())
        .line(at.line)
        .char_column(at.column)
        .into()
}

/// Returns an excerpt to be drawn. Where it is whole lines, the renderer finds line and column itself; where lines are
/// too long to be shown, their place is added before it.
fn snippet<'b>(
    excerpt: &Excerpt<'b>,
    at: &Location,
    elements: &mut Vec<Element<'b>>,
) -> Snippet<'b, annotate_snippets::Annotation<'b>> {
    let snippet = Snippet::source(excerpt.text()).line_start(excerpt.first_line());
    match excerpt.extent() {
        Extent::Lines => snippet.path(at.file.to_string()),
        Extent::Piece => {
            elements.push(origin(at));
            snippet
        }
    }
}

/// Returns line and column, from 1, where a place ends.
fn end_of(text: &str, at: &Location) -> (usize, usize) {
    let Range { start, end } = excerpt::snap(text, &at.span);
    let inside = &text[start..end];
    match inside.rsplit_once('\n') {
        None => (at.line, at.column + inside.chars().count()),
        Some((before, last)) => (
            at.line + 1 + before.matches('\n').count(),
            1 + last.chars().count(),
        ),
    }
}
