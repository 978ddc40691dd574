//! Takes the lines that are there, as many as came at once, and has the cases that they name read together: asked for one
//! by one, each would cost several calls of the store before its request can even be decided.

use std::collections::VecDeque;
use std::io;

use super::lines::{Line, Numbered};
use crate::asking::{self, Asked, CaseRef, Invalid, Sent};
use crate::message::Message;
use crate::session::Session;

/// A line that was taken, with its number.
pub(super) struct Taken {
    pub(super) number: u64,
    pub(super) what: What,
}

/// What stands in a line.
pub(super) enum What {
    Request(Box<Sent>),
    /// No request, with its key if it has one.
    Invalid(Option<String>, Invalid),
    TooLong,
    /// Nothing more can be read.
    Failed(io::Error),
}

impl From<Numbered> for Taken {
    fn from(Numbered { number, line }: Numbered) -> Self {
        let what = match line {
            Line::Text(text) => match request(&text) {
                Ok(sent) => What::Request(Box::new(sent)),
                Err((key, problem)) => What::Invalid(key, problem),
            },
            Line::TooLong => What::TooLong,
            Line::Failed(error) => What::Failed(error),
        };
        Self { number, what }
    }
}

impl Taken {
    /// Returns the number of the case that a line names, if it names one so.
    fn case(&self) -> Option<u64> {
        let What::Request(sent) = &self.what else {
            return None;
        };
        match &sent.asked {
            Asked::Case { case, .. } => match case {
                CaseRef::Number(number) => Some(*number),
                CaseRef::Id(_) => None,
            },
            Asked::Open { .. }
            | Asked::OpenIncident(_)
            | Asked::Incident { .. }
            | Asked::Operator { .. } => None,
        }
    }
}

/// Reads a request of a line, or says with its key why it is none.
fn request(text: &[u8]) -> Result<Sent, (Option<String>, Invalid)> {
    let written = asking::read_json(text).map_err(|error| {
        let problem = Message::new("request.not-json").with("why", error.to_string());
        (None, Invalid::new("", problem))
    })?;
    let key = asking::key_of(&written).map(str::to_owned);
    Sent::read(written).map_err(|invalid| (key, invalid))
}

/// Has the cases read that lines name, and hands the lines on.
pub(super) async fn warm(session: &Session, lines: Vec<Taken>) -> Vec<Taken> {
    let cases: Vec<u64> = lines.iter().filter_map(Taken::case).collect();
    session.executor().warm_numbers(cases).await;
    lines
}

/// The lines that were taken and not looked at yet.
#[derive(Default)]
pub(super) struct Ahead {
    lines: VecDeque<Taken>,
    /// Whether the cases of some are being read.
    warming: bool,
}

impl Ahead {
    /// Tells whether more may be taken.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && !self.warming
    }

    /// Notes that the cases of some are being read.
    pub(super) fn begin(&mut self) {
        self.warming = true;
    }

    /// Takes the lines whose cases were read.
    pub(super) fn end(&mut self, lines: Vec<Taken>) {
        self.warming = false;
        self.lines.extend(lines);
    }

    pub(super) fn next(&mut self) -> Option<Taken> {
        self.lines.pop_front()
    }
}
