//! Writes a document as Markdown: headings for its items, lists for their facts, tables for rows.
//! What it states is put together in `paper`.

use std::fmt::Write as _;

use tsuho_core::catalogue::Language;

use super::paper::{Entry, Paper, Stated};
use crate::message::Message;

/// Writes a document. Whatever somebody stated stays text, whatever Markdown would make of it.
pub(super) fn text(paper: &Paper, language: Language) -> String {
    let mut text = String::new();
    let put = |text: &mut String, line: String| {
        text.push_str(&line);
        text.push_str("\n\n");
    };
    put(&mut text, format!("# {}", plain(&paper.title)));
    for standing in &paper.standing {
        put(&mut text, format!("**{}**", plain(standing)));
    }
    for line in &paper.head {
        put(&mut text, plain(line));
    }
    if let Some(note) = &paper.note {
        put(&mut text, format!("> {}", plain(note)));
    }
    for (number, item) in (1..).zip(&paper.items) {
        put(&mut text, format!("## {number}. {}", plain(&item.title)));
        match item.entries.as_slice() {
            [only] => alone(&mut text, only),
            entries => {
                for entry in entries {
                    listed(&mut text, entry, language);
                }
                if !text.ends_with("\n\n") {
                    text.push('\n');
                }
            }
        }
    }
    text
}

/// Writes the only fact of an item, whose title says what it is.
fn alone(text: &mut String, entry: &Entry) {
    match &entry.stated {
        Stated::Words(words) => {
            let _ = write!(text, "{}\n\n", paragraph(words));
        }
        Stated::Rows { heads, rows } => table(text, heads, rows.values()),
    }
}

/// Writes one of several facts of an item, under its own title.
fn listed(text: &mut String, entry: &Entry, language: Language) {
    let fact = plain(&entry.title);
    match &entry.stated {
        Stated::Words(words) => {
            let entry = Message::new("document.entry")
                .with("fact", fact)
                .with("value", plain(words));
            let _ = writeln!(text, "- {}", entry.text(language));
        }
        Stated::Rows { heads, rows } => {
            let _ = write!(text, "- {fact}\n\n");
            table(text, heads, rows.values());
        }
    }
}

fn table<'a>(text: &mut String, heads: &[String], rows: impl Iterator<Item = &'a Vec<String>>) {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let _ = writeln!(text, "{}", line(heads));
    let _ = writeln!(text, "|{}", " --- |".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(text, "{}", line(row));
    }
    text.push('\n');
}

/// Returns a text of several lines, each of which stays a line.
fn paragraph(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(plain).collect();
    lines.join("\\\n")
}

/// Returns a text on one line in which Markdown sees no mark of its own.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (place, character) in text.chars().enumerate() {
        let begins = place == 0 && matches!(character, '+' | '-' | '=' | ':');
        let numbers = matches!(character, '.' | ')')
            && place > 0
            && text
                .chars()
                .take(place)
                .all(|before| before.is_ascii_digit());
        let marks = matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&'
        );
        match character {
            '\n' | '\r' => plain.push(' '),
            _ if begins || numbers || marks => {
                plain.push('\\');
                plain.push(character);
            }
            _ => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what a reader of the Markdown sees, without any mark-up.
    fn read(markdown: &str) -> (String, usize) {
        let (mut seen, mut marks) = (String::new(), 0);
        for event in pulldown_cmark::Parser::new_ext(markdown, super::super::html::MARKS) {
            match event {
                pulldown_cmark::Event::Text(text) => seen.push_str(&text),
                pulldown_cmark::Event::SoftBreak | pulldown_cmark::Event::HardBreak => {
                    seen.push('\n');
                }
                pulldown_cmark::Event::Start(pulldown_cmark::Tag::Paragraph)
                | pulldown_cmark::Event::End(pulldown_cmark::TagEnd::Paragraph) => {}
                _ => marks += 1,
            }
        }
        (seen, marks)
    }

    #[test]
    fn whatever_somebody_states_is_read_as_it_was_stated() {
        let stated = [
            "plain",
            "# a heading",
            "- an item",
            "+ an item",
            "1. first",
            "12) twelfth",
            "> said",
            "*loud* _low_ `code`",
            "[link](https://example.org)",
            "<script>alert(1)</script>",
            "a | b",
            "&lt;",
            "~~gone~~",
            "=====",
            "-----",
            "\\*",
            "![x](y)",
            "***",
            ": x",
            "http://example.org/a_b_c",
            "表 | と <b>",
            "a\nb\n# c",
            "Setext\n===",
            "  x",
            "<!-- -->",
        ];
        for text in stated {
            let (seen, marks) = read(&paragraph(text));
            assert_eq!((seen.as_str(), marks), (text.trim_start(), 0), "{text}");
        }
        // A reader that leaves marks standing would have found these.
        let planted = ["# a heading", "*loud*", "<b>", "a\n\n- b"];
        let caught = planted.iter().filter(|text| read(text).1 > 0).count();
        println!(
            "marks of Markdown: planted {}, caught {caught}",
            planted.len()
        );
        assert_eq!(caught, planted.len());
    }
}
