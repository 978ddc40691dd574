//! Lays paragraphs out: a line for each phase and the day in the margin, lines short enough to read, colours for phases.
//! A colour only repeats what a word says. Printing is left to `crates/cli/src/output.rs`.

use anstyle::{AnsiColor, Style};
use tsuho_core::catalogue::Language;
use tsuho_core::workflow::rules::Phase;

use crate::message::Message;
use crate::output::Colour;

/// Columns of a line: a narration reads better on lines that are not short, and terminals are wide.
const WIDTH: usize = 118;

/// Columns of the margin: the day.
pub(super) const MARGIN: usize = 12;

/// What a line begins with that is one of several.
pub(super) const POINT: &str = "– ";

/// A paragraph of the narration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// The furthest phase in which a case was.
    pub(super) phase: Phase,
    /// On which day.
    pub(super) day: String,
    /// What happened, each entry on a line of its own.
    pub(super) lines: Vec<String>,
}

/// Lays out paragraphs; each phase begins with a line that names it.
pub(super) fn paragraphs(paragraphs: &[Paragraph], language: Language, colour: Colour) -> String {
    let mut text = String::new();
    let mut phase = None;
    for paragraph in paragraphs {
        if phase != Some(paragraph.phase) {
            phase = Some(paragraph.phase);
            let name = format!("── {} ", phase_name(paragraph.phase, language));
            let rule = "─".repeat(WIDTH - columns(&name));
            text.push_str(&styled(colour, of(paragraph.phase).bold(), &name));
            text.push_str(&rule);
            text.push('\n');
        }
        let margin = padded(&paragraph.day, MARGIN);
        text.push_str(&hanging(&margin, MARGIN, &paragraph.lines));
    }
    text
}

/// Lays out lines beside a margin that is written once; what a line continues with is indented.
pub(super) fn hanging(margin: &str, width: usize, lines: &[String]) -> String {
    let mut text = String::new();
    let mut margin = margin.to_owned();
    for line in lines {
        let (lead, rest) = match line.strip_prefix(POINT) {
            Some(rest) => (POINT, rest),
            None => ("", line.as_str()),
        };
        let indent = columns(lead);
        for (row, part) in wrapped(&plain(rest), WIDTH - width - indent)
            .iter()
            .enumerate()
        {
            let lead = if row == 0 {
                lead.to_owned()
            } else {
                " ".repeat(indent)
            };
            text.push_str(format!("{margin}{lead}{part}").trim_end());
            text.push('\n');
            margin = " ".repeat(width);
        }
    }
    text
}

/// Returns what a phase is called.
pub(super) fn phase_name(phase: Phase, language: Language) -> String {
    Message::new(format!("demo.phase.{}", phase.word())).text(language)
}

/// Returns the style of a phase.
pub(super) const fn of(phase: Phase) -> Style {
    let colour = match phase {
        Phase::Detect => AnsiColor::Yellow,
        Phase::Notify => AnsiColor::Cyan,
        Phase::Report => AnsiColor::Magenta,
        Phase::Prevent => AnsiColor::Green,
        Phase::Closed => AnsiColor::White,
    };
    colour.on_default()
}

/// Styles a text on a terminal that wants it.
pub(super) fn styled(colour: Colour, style: Style, text: &str) -> String {
    match colour {
        Colour::Styled => format!("{style}{text}{style:#}"),
        Colour::Plain => text.to_owned(),
    }
}

/// Fills a text with spaces up to a width.
pub(super) fn padded(text: &str, width: usize) -> String {
    let spaces = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(spaces))
}

/// Returns how many columns a text takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(column).sum()
}

/// Returns how many columns a character takes; those of East Asia take two.
fn column(character: char) -> usize {
    match character {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' => 2,
        _ => 1,
    }
}

/// Breaks a text into lines: between words, and between wide characters, but not before what closes.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(text) {
        let line = lines.last_mut().expect("there is always a line");
        if columns(line) + columns(piece.trim_end()) > width && !line.is_empty() {
            let trimmed = line.trim_end().len();
            line.truncate(trimmed);
            lines.push(piece.to_owned());
        } else {
            line.push_str(piece);
        }
    }
    lines
}

/// Cuts a text where a line may end.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, character) in text.char_indices() {
        let breaks = before.is_some_and(|before| may_break(before, character));
        if breaks {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(character);
    }
    pieces.push(&text[start..]);
    pieces
}

fn may_break(before: char, after: char) -> bool {
    let closes = |c: char| "、。，．）」』】・ー〜：；！？％／:;,.)]".contains(c);
    let opens = |c: char| "（「『【(".contains(c);
    let wide = column(before) == 2 || column(after) == 2;
    (before == ' ' && after != ' ') || (wide && !closes(after) && !opens(before) && after != ' ')
}

/// Returns a text on one line that steers no terminal.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words_and_between_wide_characters() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(
            wrapped("通信の秘密。漏えい", 12),
            ["通信の秘密。", "漏えい"]
        );
        assert_eq!(wrapped("通信の秘密。", 10), ["通信の秘", "密。"]);
        assert_eq!(wrapped("unbreakable", 4), ["unbreakable"]);
    }

    #[test]
    fn a_text_of_the_database_cannot_steer_the_terminal() {
        let text = hanging("", 0, &["a\u{1b}[31mb\nc".to_owned()]);
        assert_eq!(text, "a [31mb c\n");
    }

    #[test]
    fn colours_repeat_words_and_only_on_a_terminal() {
        let paragraph = Paragraph {
            phase: Phase::Detect,
            day: "today".to_owned(),
            lines: vec!["something".to_owned()],
        };
        let text = |colour| paragraphs(std::slice::from_ref(&paragraph), Language::En, colour);
        let (plain, styled) = (text(Colour::Plain), text(Colour::Styled));
        assert!(!plain.contains('\u{1b}') && styled.contains('\u{1b}'));
        assert!(plain.contains(&phase_name(Phase::Detect, Language::En)));
    }
}
