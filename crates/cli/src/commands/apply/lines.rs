//! Reads standard input line by line, on a thread of its own: a read that waits for a caller must keep nobody from
//! ending. What stands in a line is left to the parent.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::thread;

use tokio::sync::mpsc::{self, Receiver};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// Most bytes of a line: forty of the longest texts, and sixteen callers fit into as many megabytes.
pub(super) const LONGEST_LINE: usize = 1 << 20;

/// A line with its number, from 1. Blank lines are counted and passed over.
#[derive(Debug)]
pub(super) struct Numbered {
    pub(super) number: u64,
    pub(super) line: Line,
}

/// A line, or why there is none.
#[derive(Debug)]
pub(super) enum Line {
    /// Its bytes, without the line feed.
    Text(Vec<u8>),
    /// It was longer than [`LONGEST_LINE`] and was passed over.
    TooLong,
    /// Nothing more can be read.
    Failed(io::Error),
}

impl Line {
    fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim_ascii().is_empty(),
            Self::TooLong | Self::Failed(_) => false,
        }
    }
}

/// Begins to read the file that is named, or standard input.
pub(super) fn begin(file: Option<&Path>, callers: usize) -> Result<Receiver<Numbered>> {
    let lines = match file.filter(|file| *file != Path::new("-")) {
        None => read(std::io::stdin(), callers),
        Some(path) => {
            let file = File::open(path).map_err(|error| {
                let message = Message::new("files.unreadable");
                let message = message.with("file", path.display().to_string());
                Failure::new(Exit::NothingToRead, message).cause(error)
            })?;
            read(file, callers)
        }
    };
    lines.map_err(|error| {
        Failure::new(Exit::Internal, Message::new("program.no-runtime")).cause(error)
    })
}

/// Begins to read lines; as many as fit wait for whoever takes them.
fn read(input: impl Read + Send + 'static, waiting: usize) -> io::Result<Receiver<Numbered>> {
    let (sender, receiver) = mpsc::channel(waiting.max(1));
    let reader = thread::Builder::new().name("apply-input".to_owned());
    // Nobody joins this thread: it may wait for a caller who never writes again. It holds nothing but its input, and
    // ends with the program at the latest.
    reader.spawn(move || {
        let mut input = BufReader::new(input);
        let mut number = 0;
        while let Some(line) = next(&mut input).transpose() {
            number += 1;
            let (line, goes_on) = match line {
                Ok(line) if line.is_blank() => continue,
                Ok(line) => (line, true),
                Err(error) => (Line::Failed(error), false),
            };
            if sender.blocking_send(Numbered { number, line }).is_err() || !goes_on {
                return;
            }
        }
    })?;
    Ok(receiver)
}

/// Reads one line; `None` at the end.
fn next(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut text = Vec::new();
    let limit = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX) + 1;
    if input.by_ref().take(limit).read_until(b'\n', &mut text)? == 0 {
        return Ok(None);
    }
    if text.last() == Some(&b'\n') {
        text.pop();
        return Ok(Some(Line::Text(text)));
    }
    if text.len() <= LONGEST_LINE {
        // The last line needs no line feed.
        return Ok(Some(Line::Text(text)));
    }
    drop(text);
    input.skip_until(b'\n')?;
    Ok(Some(Line::TooLong))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &'static [u8]) -> Vec<String> {
        let mut input = BufReader::with_capacity(7, input);
        let mut lines = Vec::new();
        while let Some(line) = next(&mut input).expect("bytes in memory can be read") {
            lines.push(match line {
                Line::Text(text) => String::from_utf8_lossy(&text).into_owned(),
                Line::TooLong => "too long".to_owned(),
                Line::Failed(error) => error.to_string(),
            });
        }
        lines
    }

    #[test]
    fn every_line_is_read_and_the_last_needs_no_line_feed() {
        assert_eq!(all(b""), [""; 0]);
        assert_eq!(all(b"a\nb"), ["a", "b"]);
        assert_eq!(all(b"a\n\nb\n"), ["a", "", "b"]);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_is_read() {
        let longest = vec![b'x'; LONGEST_LINE];
        let mut text = longest.clone();
        text.extend(b"\n");
        text.extend(&longest);
        text.extend(b"y\nz\n");
        text.extend(vec![b'x'; 3 * LONGEST_LINE]);
        let lines = all(Box::leak(text.into_boxed_slice()));
        let lengths: Vec<usize> = lines.iter().map(String::len).collect();
        assert_eq!(lengths, [LONGEST_LINE, 8, 1, 8]);
    }

    #[test]
    fn blank_lines_are_passed_over_and_counted() {
        let planted = "\n{\n  \t\r\n}\n\n";
        let mut lines = read(planted.as_bytes(), 1).expect("a thread can be started");
        let mut numbers = Vec::new();
        while let Some(line) = lines.blocking_recv() {
            numbers.push(line.number);
        }
        println!("planted 3, caught {}", 5 - numbers.len());
        assert_eq!(numbers, [2, 4]);
    }
}
