//! `tsuho apply`: takes requests as lines of JSON and answers each with a line, in the order in which they came.
//! The form of both is told by `docs/reference/requests.md`; which requests go at once is said by `lanes`.

mod lanes;
mod lines;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::Receiver;
use tsuho_core::value::parse::Written;
use tsuho_executor::Mode as Way;

use super::Context;
use crate::asking::{self, Asked, Invalid, Outcome, Sent};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::session::{Session, with_session};
use lanes::{Lanes, Turn};
use lines::{LONGEST_LINE, Line};

/// Most answers that wait for that of a line before them; then nothing more is read until it is there.
const MOST_WAITING: usize = 1024;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file with the requests.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// How many requests may be on their way at once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    callers: u16,
    /// Stops at the first request that is not granted.
    #[arg(long)]
    stop: bool,
    /// Only tells what would be written.
    #[arg(long)]
    dry_run: bool,
}

/// Answers requests until there are no more.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let (mode, way) = if arguments.dry_run {
        (Mode::ReadOnly, Way::DryRun)
    } else {
        (Mode::ReadWrite, Way::Write)
    };
    with_session(
        context,
        mode,
        async |context: &mut Context, session: &Session| {
            serve(context, session, arguments, way).await
        },
    )
    .await
}

/// Begins to read the file that is named, or standard input.
fn input(file: Option<&Path>, callers: usize) -> Result<Receiver<Line>> {
    let lines = match file.filter(|file| *file != Path::new("-")) {
        None => lines::read(std::io::stdin(), callers),
        Some(path) => {
            let file = File::open(path).map_err(|error| {
                let message = Message::new("files.unreadable");
                let message = message.with("file", path.display().to_string());
                Failure::new(Exit::NothingToRead, message).cause(error)
            })?;
            lines::read(file, callers)
        }
    };
    lines.map_err(|error| {
        Failure::new(Exit::Internal, Message::new("program.no-runtime")).cause(error)
    })
}

/// A line whose request is to be carried out once its turn has come.
struct Held {
    line: u64,
    sent: Box<Sent>,
    turn: Turn,
}

/// What became of a line: its answer, or the failure after which no more are taken.
struct Done {
    line: u64,
    key: Option<String>,
    turn: Turn,
    outcome: Result<Outcome>,
}

async fn serve(
    context: &mut Context,
    session: &Session,
    arguments: &Arguments,
    way: Way,
) -> Result {
    let callers = usize::from(arguments.callers);
    let mut input = input(arguments.file.as_deref(), callers)?;
    let mut desk = Desk::new(arguments);
    let mut busy = FuturesUnordered::new();
    let mut held: Option<Held> = None;
    loop {
        desk.answer(context, session);
        if desk.taking == Taking::Stopped {
            // What was read and not begun is not carried out, and not answered either.
            held = None;
        }
        let is_next = |held: &mut Held| busy.len() < callers && desk.lanes.is_free(held.turn);
        if let Some(mut next) = held.take_if(is_next) {
            if next.turn == Turn::Unknown {
                match found_since(session, &next.sent).await {
                    Ok(turn) => next.turn = turn,
                    Err(failure) => {
                        desk.fail(next.line, next.sent.key, failure);
                        continue;
                    }
                }
            }
            if desk.lanes.is_free(next.turn) {
                desk.lanes.begin(next.turn);
                busy.push(carry_out(session, next, way));
            } else {
                held = Some(next);
            }
            continue;
        }
        let may_read = desk.taking == Taking::More
            && held.is_none()
            && busy.len() < callers
            && desk.answers.len() < MOST_WAITING;
        tokio::select! {
            Some(done) = busy.next(), if !busy.is_empty() => desk.take(done),
            line = input.recv(), if may_read => match line {
                None => desk.end(Taking::Ended),
                Some(line) => held = read(&mut desk, session, line).await,
            },
            else => break,
        }
    }
    desk.answer(context, session);
    desk.close()
}

/// Returns the turn of a request once every opening before it is done: its case is there, or there is no such case.
async fn found_since(session: &Session, sent: &Sent) -> Result<Turn> {
    match turn(session, sent).await? {
        Turn::Unknown => Ok(Turn::Opening),
        found @ (Turn::Opening | Turn::Case(_) | Turn::Alone) => Ok(found),
    }
}

/// Reads a line; one that is no request is answered at once.
async fn read(desk: &mut Desk, session: &Session, line: Line) -> Option<Held> {
    desk.lines += 1;
    let line_number = desk.lines;
    let text = match line {
        Line::Text(text) => text,
        Line::TooLong => {
            let problem = Message::new("request.line-too-long").with("most", LONGEST_LINE);
            desk.keep(
                line_number,
                None,
                Answer::Outcome(Outcome::Invalid(Invalid::new("", problem))),
            );
            return None;
        }
        Line::Failed(error) => {
            let failure =
                Failure::new(Exit::Internal, Message::new("apply.unreadable")).cause(error);
            desk.fail(line_number, None, failure);
            return None;
        }
    };
    let written = asking::read_json(&text).map_err(|error| {
        let problem = Message::new("request.not-json").with("why", error.to_string());
        (None, Invalid::new("", problem))
    });
    let sent = written.and_then(|written: Written| {
        let key = asking::key_of(&written).map(str::to_owned);
        Sent::read(written).map_err(|invalid| (key, invalid))
    });
    let sent = match sent {
        Ok(sent) => Box::new(sent),
        Err((key, invalid)) => {
            desk.keep(line_number, key, Answer::Outcome(Outcome::Invalid(invalid)));
            return None;
        }
    };
    match turn(session, &sent).await {
        Ok(turn) => Some(Held {
            line: line_number,
            sent,
            turn,
        }),
        Err(failure) => {
            desk.fail(line_number, sent.key, failure);
            None
        }
    }
}

/// Returns what a request has to wait for.
async fn turn(session: &Session, sent: &Sent) -> Result<Turn> {
    Ok(match &sent.asked {
        Asked::Open { .. } => Turn::Opening,
        Asked::Operator { .. } => Turn::Alone,
        Asked::Case { case, .. } => match asking::find(session, *case).await? {
            Some((id, _)) => Turn::Case(id),
            None => Turn::Unknown,
        },
    })
}

async fn carry_out(session: &Session, held: Held, way: Way) -> Done {
    let outcome = asking::carry_out(session, &held.sent, way).await;
    Done {
        line: held.line,
        key: held.sent.key,
        turn: held.turn,
        outcome,
    }
}

/// The answer of a line.
enum Answer {
    Outcome(Outcome),
    /// It is not known what became of it, as the words say.
    Failed(Message),
}

/// What is known of the lines so far.
struct Desk {
    lanes: Lanes,
    /// Lines read.
    lines: u64,
    /// Lines answered.
    answered: u64,
    /// Answers that wait for those of lines before them.
    answers: BTreeMap<u64, (Option<String>, Answer)>,
    taking: Taking,
    stops: bool,
    exit: Exit,
    failure: Option<Failure>,
}

/// Whether more lines are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taking {
    /// There may be more.
    More,
    /// There are no more.
    Ended,
    /// No more are carried out: one was refused, something failed, or nobody hears the answers.
    Stopped,
}

impl Desk {
    fn new(arguments: &Arguments) -> Self {
        Self {
            lanes: Lanes::default(),
            lines: 0,
            answered: 0,
            answers: BTreeMap::new(),
            taking: Taking::More,
            stops: arguments.stop,
            exit: Exit::Fine,
            failure: None,
        }
    }

    fn end(&mut self, taking: Taking) {
        if self.taking != Taking::Stopped {
            self.taking = taking;
        }
    }

    fn take(&mut self, done: Done) {
        self.lanes.end(done.turn);
        match done.outcome {
            Ok(outcome) => self.keep(done.line, done.key, Answer::Outcome(outcome)),
            Err(failure) => self.fail(done.line, done.key, failure),
        }
    }

    fn keep(&mut self, line: u64, key: Option<String>, answer: Answer) {
        if !matches!(answer, Answer::Outcome(Outcome::Granted(_))) {
            self.exit = Exit::Findings;
            if self.stops {
                self.end(Taking::Stopped);
            }
        }
        self.answers.insert(line, (key, answer));
    }

    /// Takes no more after a failure, and keeps the first: what follows from it says less.
    fn fail(&mut self, line: u64, key: Option<String>, failure: Failure) {
        self.end(Taking::Stopped);
        self.keep(line, key, Answer::Failed(failure.message().clone()));
        self.failure.get_or_insert(failure);
    }

    /// Prints every answer whose turn has come. A caller who hears no answers is not served any longer.
    fn answer(&mut self, context: &mut Context, session: &Session) {
        while let Some((key, answer)) = self.answers.remove(&(self.answered + 1)) {
            self.answered += 1;
            let mut object = Map::new();
            object.insert("line".to_owned(), json!(self.answered));
            if let Some(key) = key {
                object.insert("key".to_owned(), json!(key));
            }
            match answer {
                Answer::Outcome(outcome) => {
                    object.extend(outcome.acknowledgement(context.settings.language));
                }
                Answer::Failed(message) => {
                    object.insert("outcome".to_owned(), json!("failed"));
                    object.insert(
                        "message".to_owned(),
                        json!(message.text(context.settings.language)),
                    );
                }
            }
            if session.is_drill() {
                object.insert("drill".to_owned(), json!(true));
            }
            context.output.json_line(&Value::Object(object));
            if !context.output.is_heard() {
                self.end(Taking::Stopped);
            }
        }
    }

    fn close(self) -> Result {
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(self.exit),
        }
    }
}
