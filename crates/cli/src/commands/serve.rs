//! `tsuho serve`: writes down what falls due at its time, until somebody tells it to end.
//! What falls due, and that it happens once whoever looks, is the executor's business; no person acts here.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tsuho_executor::{Error, Look, Stop, WakeLoop};

use super::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Format, FormatArgument};
use crate::session::{Session, with_session};

/// How long what was begun may take once the program was told to end: longer than a full batch on a slow disk, and
/// shorter than supervisors wait before they kill.
const GRACE: Duration = Duration::from_secs(10);

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only writes down what is due already.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    format: FormatArgument,
}

/// The signals that tell the program to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

/// How the program ends that was told to.
#[derive(Debug, Clone, Copy)]
enum Ending {
    /// It was told a second time.
    AtOnce,
    /// What was begun took too long.
    Unfinished,
}

/// Wakes cases.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    // Before anything else: who tells it to end while the database is opened is heard too.
    let mut signals = Signals::new()?;
    with_session(
        context,
        Mode::ReadWrite,
        async |context: &mut Context, session: &Session| {
            if session.is_drill() && !arguments.once {
                let failure = Failure::new(Exit::Findings, Message::new("serve.drill"));
                return Err(failure.hint(Message::new("serve.drill.hint")));
            }
            let stop = Stop::default();
            let mut wakes = WakeLoop::new(session.executor().clone());
            let work = async {
                if arguments.once {
                    once(context, session, &mut wakes, &stop, arguments.format.format).await
                } else {
                    until_told(context, session, &mut wakes, &stop).await
                }
            };
            let ending = tokio::select! {
                done = work => return done,
                ending = signals.heed(&stop) => ending,
            };
            leave(context, ending)
        },
    )
    .await
}

/// Writes down what is due, and tells how much that was.
async fn once(
    context: &mut Context,
    session: &Session,
    wakes: &mut WakeLoop,
    stop: &Stop,
    format: Format,
) -> Result {
    let look = wakes.wake_all(stop).await;
    let look = look.map_err(|error| session.failed(error))?;
    let exit = match look.failures {
        0 => Exit::Fine,
        _ => Exit::Findings,
    };
    match format {
        Format::Table => say(context, session, look),
        Format::Json => print(context, session, look),
    }
    Ok(exit)
}

fn say(context: &mut Context, session: &Session, look: Look) {
    let done = Message::new("serve.once")
        .with("cases", look.cases.to_string())
        .with("records", look.events.to_string());
    context.output.say(&done);
    if look.failures == 0 {
        return;
    }
    let more = look.failures - look.failed.len() as u64;
    for (stream, error) in look.failed {
        let what = why(context, session, error);
        let failed = Message::new("serve.failed").with("stream", stream.to_string());
        context.output.say(&failed.with("what", what));
    }
    if more > 0 {
        let more = Message::new("serve.failed.more").with("count", more.to_string());
        context.output.say(&more);
    }
    context.output.say(&Message::new("serve.failed.hint"));
}

fn print(context: &mut Context, session: &Session, look: Look) {
    let failures: Vec<Value> = look
        .failed
        .into_iter()
        .map(|(stream, error)| {
            json!({ "stream": stream.as_str(), "message": why(context, session, error) })
        })
        .collect();
    context.output.json(json!({
        "cases": look.cases,
        "records": look.events,
        "failed": look.failures,
        "failures": failures,
    }));
}

/// Returns what a person reads of a case that could not be woken.
fn why(context: &Context, session: &Session, error: Error) -> String {
    session
        .failed(error)
        .message()
        .text(context.settings.language)
}

/// Writes down what falls due until it is told to end.
async fn until_told(
    context: &mut Context,
    session: &Session,
    wakes: &mut WakeLoop,
    stop: &Stop,
) -> Result {
    let database = session.database().display().to_string();
    let started = Message::new("serve.started").with("database", database);
    context.output.remark(&started);
    tracing::info!(process = std::process::id(), "started");
    let holder = format!("process {}", std::process::id());
    let tally = wakes.run(&holder, stop).await;
    let tally = tally.map_err(|error| session.failed(error))?;
    let (cases, events) = (tally.cases, tally.events);
    tracing::info!(cases, events, "ended");
    let stopped = Message::new("serve.stopped")
        .with("cases", cases.to_string())
        .with("records", events.to_string());
    context.output.remark(&stopped);
    Ok(Exit::Fine)
}

impl Signals {
    fn new() -> Result<Self> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Failure::new(Exit::Internal, Message::new("program.no-runtime")).cause(error)
            })
        };
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Waits until the program is told to end and passes it on; returns if it then has to end without being done.
    async fn heed(&mut self, stop: &Stop) -> Ending {
        self.next().await;
        tracing::info!("told to end");
        stop.raise();
        tokio::select! {
            () = self.next() => Ending::AtOnce,
            () = tokio::time::sleep(GRACE) => Ending::Unfinished,
        }
    }
}

/// Ends the process where it stands. Closing the database would wait for the very write that takes too long; what SQLite
/// finds half written it leaves out.
#[expect(clippy::exit, reason = "the way out of `main` waits for what hangs")]
fn leave(context: &mut Context, ending: Ending) -> Result {
    let message = match ending {
        Ending::AtOnce => Message::new("serve.at-once"),
        Ending::Unfinished => {
            Message::new("serve.unfinished").with("seconds", GRACE.as_secs().to_string())
        }
    };
    let hint = Message::new("serve.unfinished.hint");
    let failure = Failure::new(Exit::Internal, message).hint(hint);
    context.output.fail(&failure);
    std::process::exit(failure.exit().code().into())
}
