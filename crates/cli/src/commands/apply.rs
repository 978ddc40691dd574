//! `tsuho apply`: takes requests as lines of JSON and answers each with a line, in the order in which they came.
//! The form of both is told by `docs/reference/requests.md`; which requests go at once is said by `lanes`.

mod ahead;
mod lanes;
mod lines;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Map, Value, json};
use tsuho_executor::Mode as Way;

use super::Context;
use crate::asking::{self, Asked, Invalid, Outcome, Sent};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::session::{Session, with_session};
use ahead::{Ahead, Taken, What};
use lanes::{Lanes, Turn};
use lines::LONGEST_LINE;

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

impl Arguments {
    /// Tells whether each request waits for the answer to the one before.
    pub(crate) const fn is_one_by_one(&self) -> bool {
        self.callers == 1
    }
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

/// A line whose request is to be carried out once its turn has come.
struct Held {
    line: u64,
    sent: Box<Sent>,
    turn: Turn,
}

/// What is on its way. All of it is polled together: what waits for a connection must not keep those from going on
/// who hold one.
enum Work {
    /// The cases of lines are read, while nothing more is read.
    Warm(Vec<Taken>),
    /// The case of a line is looked for, while nothing more is read.
    Find(Held),
    /// A request is carried out.
    CarryOut(Held),
}

/// What came of it.
enum Came {
    Warmed(Vec<Taken>),
    Found(Held, Result<Turn>),
    Done(Held, Result<Outcome>),
}

async fn serve(
    context: &mut Context,
    session: &Session,
    arguments: &Arguments,
    way: Way,
) -> Result {
    let callers = usize::from(arguments.callers);
    let mut input = lines::begin(arguments.file.as_deref(), callers)?;
    let mut desk = Desk::new(arguments);
    let mut busy = FuturesUnordered::new();
    let mut lines = Vec::new();
    loop {
        desk.answer(context, session);
        if desk.read_on(callers) {
            continue;
        }
        if let Some(next) = desk.next(callers) {
            busy.push(work(session, next, way));
            continue;
        }
        let may_read = desk.may_read(callers);
        tokio::select! {
            Some(came) = busy.next(), if !busy.is_empty() => desk.take(came),
            // As many as are there.
            count = input.recv_many(&mut lines, callers), if may_read => if count == 0 {
                desk.end(Taking::Ended);
            } else {
                desk.ahead.begin();
                let taken = lines.drain(..).map(Taken::from).collect();
                busy.push(work(session, Work::Warm(taken), way));
            },
            else => break,
        }
    }
    desk.close()
}

/// Returns what is to be done. A request is announced at once, though it is looked at only when those before it are decided:
/// what they write waits a moment for it.
fn work(session: &Session, work: Work, way: Way) -> impl Future<Output = Came> {
    let announced = matches!(work, Work::CarryOut(_)).then(|| session.executor().announce());
    async move {
        let came = carry_on(session, work, way).await;
        drop(announced);
        came
    }
}

async fn carry_on(session: &Session, work: Work, way: Way) -> Came {
    match work {
        Work::Warm(lines) => Came::Warmed(ahead::warm(session, lines).await),
        Work::Find(held) => {
            let found = turn(session, &held.sent).await;
            Came::Found(held, found)
        }
        Work::CarryOut(held) => {
            let outcome = asking::carry_out(session, &held.sent, way).await;
            Came::Done(held, outcome)
        }
    }
}

/// Returns what a request has to wait for.
async fn turn(session: &Session, sent: &Sent) -> Result<Turn> {
    Ok(match &sent.asked {
        Asked::Open { incident: None, .. } => Turn::Opening,
        // What is asked of an incident reaches its cases.
        Asked::Open { .. }
        | Asked::OpenIncident(_)
        | Asked::Incident { .. }
        | Asked::Operator { .. } => Turn::Alone,
        Asked::Case { case, .. } => match asking::find(session, *case).await? {
            Some((id, _)) => Turn::Case(id),
            None => Turn::Unknown,
        },
    })
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
    ahead: Ahead,
    /// Requests that are carried out.
    carried_out: usize,
    /// The line that was read last, until it is carried out.
    held: Place,
    /// The lines that were read and not answered yet, in their order.
    unanswered: VecDeque<u64>,
    /// Answers that wait for those of lines before them.
    answers: BTreeMap<u64, (Option<String>, Answer)>,
    taking: Taking,
    stops: bool,
    exit: Exit,
    failure: Option<Failure>,
}

/// Where the line is that was read last.
enum Place {
    /// It is answered or on its way.
    Gone,
    /// Its case is to be looked for.
    Read(Held),
    /// Its case is looked for.
    Sought,
    /// It waits for its turn.
    Waiting(Held),
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
            ahead: Ahead::default(),
            carried_out: 0,
            held: Place::Gone,
            unanswered: VecDeque::new(),
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

    fn may_read(&self, callers: usize) -> bool {
        self.may_go_on(callers) && self.ahead.is_empty()
    }

    fn may_go_on(&self, callers: usize) -> bool {
        self.taking == Taking::More
            && matches!(self.held, Place::Gone)
            && self.carried_out < callers
            && self.answers.len() < MOST_WAITING
    }

    /// Looks at the next line that was taken; tells whether there was one.
    fn read_on(&mut self, callers: usize) -> bool {
        let next = self.may_go_on(callers).then(|| self.ahead.next());
        let Some(line) = next.flatten() else {
            return false;
        };
        self.read(line);
        true
    }

    /// Returns what can begin.
    fn next(&mut self, callers: usize) -> Option<Work> {
        if self.taking == Taking::Stopped && !matches!(self.held, Place::Sought) {
            // What was read and not begun is not carried out, and not answered either.
            self.held = Place::Gone;
        }
        match std::mem::replace(&mut self.held, Place::Gone) {
            Place::Read(held) => {
                self.held = Place::Sought;
                Some(Work::Find(held))
            }
            Place::Waiting(held) if self.lanes.is_free(held.turn) && self.carried_out < callers => {
                if held.turn == Turn::Unknown {
                    // Every opening before it is done: now its case is there, or there is no such case.
                    self.held = Place::Sought;
                    return Some(Work::Find(held));
                }
                self.lanes.begin(held.turn);
                self.carried_out += 1;
                Some(Work::CarryOut(held))
            }
            unchanged => {
                self.held = unchanged;
                None
            }
        }
    }

    fn take(&mut self, came: Came) {
        match came {
            Came::Warmed(lines) => self.ahead.end(lines),
            Came::Found(mut held, Ok(turn)) => {
                let sought_again = held.turn == Turn::Unknown;
                held.turn = match turn {
                    // It is carried out all the same, and refused with what there is to say.
                    Turn::Unknown if sought_again => Turn::Opening,
                    found => found,
                };
                self.held = Place::Waiting(held);
            }
            Came::Found(held, Err(failure)) => {
                self.held = Place::Gone;
                self.fail(held.line, held.sent.key, failure);
            }
            Came::Done(held, outcome) => {
                self.lanes.end(held.turn);
                self.carried_out -= 1;
                match outcome {
                    Ok(outcome) => self.keep(held.line, held.sent.key, Answer::Outcome(outcome)),
                    Err(failure) => self.fail(held.line, held.sent.key, failure),
                }
            }
        }
    }

    /// Looks at a line; one that is no request is answered at once.
    fn read(&mut self, Taken { number, what }: Taken) {
        self.unanswered.push_back(number);
        let invalid = |invalid| Answer::Outcome(Outcome::Invalid(invalid));
        match what {
            What::Request(sent) => {
                let (line, turn) = (number, Turn::Alone);
                self.held = Place::Read(Held { line, sent, turn });
            }
            What::Invalid(key, problem) => self.keep(number, key, invalid(problem)),
            What::TooLong => {
                let problem = Message::new("request.line-too-long").with("most", LONGEST_LINE);
                self.keep(number, None, invalid(Invalid::new("", problem)));
            }
            What::Failed(error) => {
                let failure = Failure::new(Exit::Internal, Message::new("apply.unreadable"));
                self.fail(number, None, failure.cause(error));
            }
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

    /// Takes no more after a failure, and keeps the first: what follows from it says less, and may be heard of before it.
    fn fail(&mut self, line: u64, key: Option<String>, failure: Failure) {
        self.end(Taking::Stopped);
        self.keep(line, key, Answer::Failed(failure.message().clone()));
        let is_told = |first: &Failure| !first.is_aftermath() || failure.is_aftermath();
        if !self.failure.as_ref().is_some_and(is_told) {
            self.failure = Some(failure);
        }
    }

    /// Prints every answer whose turn has come. A caller who hears no answers is not served any longer.
    fn answer(&mut self, context: &mut Context, session: &Session) {
        while let Some(&line) = self.unanswered.front()
            && let Some((key, answer)) = self.answers.remove(&line)
        {
            self.unanswered.pop_front();
            let mut object = Map::new();
            object.insert("line".to_owned(), json!(line));
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
        }
        if !context.output.is_heard() {
            self.end(Taking::Stopped);
        }
    }

    fn close(self) -> Result {
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(self.exit),
        }
    }
}
