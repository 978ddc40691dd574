//! Writes a document as Markdown: headings for its items, lists for their facts, tables for rows.
//! What it states is put together in `paper`.

use std::fmt::Write as _;

use tsuho_core::catalogue::{Arg, Language};

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
            let _ = write!(text, "{}\n\n", paragraphs(words));
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
                .with("value", Arg::Lines(indented(words)));
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
        let cells: Vec<String> = cells.iter().map(|cell| in_cell(cell)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let _ = writeln!(text, "{}", line(heads));
    let _ = writeln!(text, "|{}", " --- |".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(text, "{}", line(row));
    }
    text.push('\n');
}

/// Returns a text of several lines, each of which stays a line, and a blank one the end of a paragraph.
fn paragraphs(text: &str) -> String {
    let paragraphs = lines_of(text).into_iter().map(|lines| lines.join("\\\n"));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Returns the same as a part of an item of a list.
fn indented(text: &str) -> String {
    let paragraphs = paragraphs(text);
    let lines = paragraphs.lines().map(|line| match line {
        "" => String::new(),
        line => format!("  {line}"),
    });
    let lines: Vec<String> = lines.collect();
    lines.join("\n").trim_start().to_owned()
}

/// Returns the same in a cell of a table, which has one line; this is the only mark that Markdown has for it there.
fn in_cell(text: &str) -> String {
    let paragraphs = lines_of(text).into_iter().map(|lines| lines.join("<br>"));
    paragraphs.collect::<Vec<_>>().join("<br><br>")
}

/// Returns the lines of each paragraph, in which Markdown sees no mark of its own. It would take blanks before a line
/// for one.
fn lines_of(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim_matches([' ', '\t']))
        .collect();
    let paragraphs = lines.split(|line| line.trim().is_empty());
    let filled = paragraphs.filter(|lines| !lines.is_empty());
    filled
        .map(|lines| lines.iter().map(|line| plain(line)).collect())
        .collect()
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
    use super::super::paper::Item;
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
                pulldown_cmark::Event::Start(pulldown_cmark::Tag::Paragraph) => {
                    if !seen.is_empty() {
                        seen.push_str("\n\n");
                    }
                }
                pulldown_cmark::Event::End(pulldown_cmark::TagEnd::Paragraph) => {}
                _ => marks += 1,
            }
        }
        (seen, marks)
    }

    /// Returns a document with one text in every place that a text can have.
    fn paper(words: &str) -> Paper {
        let entry = |stated| Entry {
            title: "Outline".to_owned(),
            stated,
        };
        let said = || entry(Stated::Words(words.to_owned()));
        let rows = Stated::Rows {
            heads: vec!["What".to_owned(), "Who".to_owned()],
            rows: [("a".to_owned(), vec![words.to_owned(), "B".to_owned()])].into(),
        };
        let item = |entries| Item {
            title: "Course".to_owned(),
            entries,
        };
        Paper {
            title: "Report".to_owned(),
            standing: Vec::new(),
            head: Vec::new(),
            note: None,
            items: vec![
                item(vec![said()]),
                item(vec![said(), said()]),
                item(vec![entry(rows)]),
            ],
        }
    }

    #[test]
    fn lines_stay_lines_and_paragraphs_paragraphs_in_every_place_of_a_document() {
        let paper = paper("第一段落\n二行目\n\n第二段落 <b>");
        let markdown = text(&paper, Language::Ja);
        let page = super::super::html::page(&paper, &markdown, Language::Ja);
        let wanted = [
            (
                &markdown,
                "\n\n第一段落\\\n二行目\n\n第二段落 \\<b\\>\n\n",
                1,
            ),
            (
                &markdown,
                "- Outline\u{3000}第一段落\\\n  二行目\n\n  第二段落 \\<b\\>\n",
                2,
            ),
            (
                &markdown,
                "| 第一段落<br>二行目<br><br>第二段落 \\<b\\> | B |",
                1,
            ),
            (
                &page,
                "<p>第一段落<br />\n二行目</p>\n<p>第二段落 &lt;b&gt;</p>",
                1,
            ),
            (
                &page,
                "<p>Outline\u{3000}第一段落<br />\n二行目</p>\n<p>第二段落 &lt;b&gt;</p>\n</li>",
                2,
            ),
            (
                &page,
                "<td>第一段落<br>二行目<br><br>第二段落 &lt;b&gt;</td>",
                1,
            ),
        ];
        for (text, part, times) in wanted {
            assert_eq!(text.matches(part).count(), times, "{part} in {text}");
        }
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
            "    - x",
            "<!-- -->",
            "a\n\nb",
            "a\n\n- b\n\n# c\nd",
            "a\n\n1. b\n<br>",
            "\u{3000}字下げ\n\n\u{3000}次",
        ];
        for text in stated {
            let (seen, marks) = read(&paragraphs(text));
            assert_eq!(
                (seen.as_str(), marks),
                (text.trim_start_matches(' '), 0),
                "{text}"
            );
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
