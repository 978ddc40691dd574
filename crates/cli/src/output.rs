//! Prints: the only place of the program that does. Knows tables and JSON, terminals, and that a reader may leave.
//! What is said comes from the caller as sentences of the catalogue and values; their words are chosen here.

mod escape;
mod listing;
mod log;

use std::io::{self, ErrorKind, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use tsuho_core::catalogue::Language;

pub(crate) use listing::{Cell, Listing};
pub(crate) use log::start as start_log;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// How a listing is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs: one object, whose keys are never translated.
    Json,
}

/// The argument of every listing.
#[derive(Debug, Default, Clone, Copy, clap::Args)]
pub(crate) struct FormatArgument {
    /// How to print.
    #[arg(long, value_enum, default_value_t, value_name = "table|json")]
    pub(crate) format: Format,
}

/// Whether what is printed comes from a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It comes from no database.
    None,
    /// It comes from a real database.
    Real,
    /// It comes from a drill: everything printed begins with the word.
    Drill,
}

/// Whether a stream is styled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// A terminal that wants colours.
    Styled,
    /// A file, a pipe, or a terminal that wants none.
    Plain,
}

/// Where everything is printed.
pub(crate) struct Output {
    language: Language,
    mark: Mark,
    out: Stream,
    err: Stream,
}

/// One of the two streams.
struct Stream {
    sink: Box<dyn Write + Send>,
    colour: Colour,
    /// The word `DRILL` has been printed here.
    marked: bool,
    /// Its reader has left.
    closed: bool,
    /// What else made writing fail, once.
    failed: Option<io::Error>,
}

impl Output {
    /// Prints on the process's own streams.
    pub(crate) fn standard(language: Language) -> Self {
        let out_colour = colour(anstream::AutoStream::choice(&io::stdout()));
        let err_colour = colour(anstream::AutoStream::choice(&io::stderr()));
        Self {
            language,
            mark: Mark::None,
            out: Stream::new(Box::new(io::BufWriter::new(io::stdout())), out_colour),
            err: Stream::new(Box::new(io::stderr()), err_colour),
        }
    }

    /// Returns the language.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// Changes the language, once the command line is understood.
    pub(crate) fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// Marks everything that is printed from here on.
    pub(crate) fn mark(&mut self, mark: Mark) {
        self.mark = mark;
    }

    /// Returns whether standard output is styled.
    pub(crate) fn colour(&self) -> Colour {
        self.out.colour
    }

    /// Prints a sentence.
    pub(crate) fn say(&mut self, message: &Message) {
        self.line(&message.text(self.language));
    }

    /// Prints lines of text that may come from anywhere.
    pub(crate) fn line(&mut self, text: &str) {
        self.begin();
        self.out.write(&format!("{}\n", escape::lines(text)));
    }

    /// Prints text that was styled and escaped by whoever made it.
    pub(crate) fn rendered(&mut self, text: &str) {
        self.begin();
        self.out.write(&escape::beyond_styles(text));
    }

    /// Prints bytes as they are: a script for a shell, a file that was asked for.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.out.write_bytes(bytes);
    }

    /// Prints a listing as it was asked for.
    pub(crate) fn listing(&mut self, format: Format, listing: &Listing) {
        match format {
            Format::Table => {
                self.begin();
                self.out.write(&listing.table(self.language));
            }
            Format::Json => self.json(listing.json()),
        }
    }

    /// Prints one object; one from a database says whether that is a drill.
    pub(crate) fn json(&mut self, mut value: Value) {
        if let Value::Object(object) = &mut value
            && self.mark != Mark::None
        {
            object.insert("drill".to_owned(), Value::Bool(self.mark == Mark::Drill));
        }
        let text = serde_json::to_string_pretty(&value).expect("keys of a JSON value are texts");
        self.out.write(&format!("{}\n", escape::json(&text)));
    }

    /// Prints one object on one line.
    pub(crate) fn json_line(&mut self, value: &Value) {
        self.out
            .write(&format!("{}\n", escape::json(&value.to_string())));
    }

    /// Writes what is held back, and tells whether somebody still reads.
    pub(crate) fn is_heard(&mut self) -> bool {
        self.out.flush();
        !self.out.closed
    }

    /// Prints a sentence beside the result: a warning, how far long work has come.
    pub(crate) fn remark(&mut self, message: &Message) {
        let text = message.text(self.language);
        self.aside(&escape::lines(&text));
    }

    /// Prints why a command could not be carried out, and what to do next.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        let label = |key: &'static str| Message::new(key).text(self.language);
        let mut text = self.styled(AnsiColor::Red.on_default().bold(), &label("program.error"));
        text.push_str(&escape::lines(&failure.message().text(self.language)));
        for cause in failure.causes() {
            text.push_str("\n  ");
            text.push_str(&label("program.cause"));
            text.push_str(&escape::lines(&cause));
        }
        for hint in failure.hints() {
            text.push('\n');
            text.push_str(
                &self.styled(AnsiColor::Cyan.on_default().bold(), &label("program.hint")),
            );
            text.push_str(&escape::lines(&hint.text(self.language)));
        }
        self.aside(&text);
    }

    /// Prints usage: help on standard output, a mistake on standard error.
    pub(crate) fn usage(&mut self, text: &str, exit: Exit) {
        match exit {
            Exit::Fine => self.out.write(text),
            _ => self.aside(text.trim_end()),
        }
    }

    /// Ends: what is still held back is written. A reader who has left is no failure, a full disk is one.
    pub(crate) fn close(&mut self) -> Result<()> {
        self.out.flush();
        self.err.flush();
        match self.out.failed.take() {
            None => Ok(()),
            Some(error) => {
                let message = Message::new("program.cannot-print");
                Err(Failure::new(Exit::Internal, message)
                    .hint(Message::new("program.cannot-print.hint"))
                    .cause(error))
            }
        }
    }

    /// Prints lines on standard error, after everything that was printed before.
    fn aside(&mut self, text: &str) {
        self.out.flush();
        let word = self.word();
        self.err.begin(word);
        self.err.write(&format!("{text}\n"));
    }

    fn begin(&mut self) {
        let word = self.word();
        self.out.begin(word);
    }

    /// Returns the line with which everything of a drill begins.
    fn word(&self) -> Option<String> {
        (self.mark == Mark::Drill).then(|| Message::new("program.drill").text(self.language))
    }

    fn styled(&self, style: Style, text: &str) -> String {
        match self.err.colour {
            Colour::Styled => format!("{style}{text}{style:#}"),
            Colour::Plain => text.to_owned(),
        }
    }
}

impl Stream {
    fn new(sink: Box<dyn Write + Send>, colour: Colour) -> Self {
        Self {
            sink,
            colour,
            marked: false,
            closed: false,
            failed: None,
        }
    }

    fn begin(&mut self, word: Option<String>) {
        if let Some(word) = word.filter(|_| !self.marked) {
            self.marked = true;
            self.write(&format!("{word}\n"));
        }
    }

    fn write(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    fn write_bytes(&mut self, bytes: &[u8]) {
        if !self.closed {
            let written = self.sink.write_all(bytes);
            self.settle(written);
        }
    }

    fn flush(&mut self) {
        if !self.closed {
            let flushed = self.sink.flush();
            self.settle(flushed);
        }
    }

    /// Stops writing after a failure. A reader who has seen enough, such as `head`, is none.
    fn settle(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.closed = true;
            if error.kind() != ErrorKind::BrokenPipe {
                self.failed = Some(error);
            }
        }
    }
}

fn colour(choice: anstream::ColorChoice) -> Colour {
    match choice {
        anstream::ColorChoice::Never => Colour::Plain,
        anstream::ColorChoice::Auto
        | anstream::ColorChoice::Always
        | anstream::ColorChoice::AlwaysAnsi => Colour::Styled,
    }
}

/// Says that the program is broken. Printed at once, because nothing can be trusted to print it later.
pub(crate) fn report_defect(language: Language, place: &str, what: &str) {
    let text = Message::new("program.defect")
        .with("place", place)
        .with("what", what)
        .text(language);
    // There is nowhere to report that this cannot be printed either.
    let _ = writeln!(io::stderr(), "{}", escape::lines(&text));
}
