//! Names every command; each has its own file here, with what it takes and what it does.
//! To add one: a file, a variant, a line in `run`, and its words in `crates/core/src/catalogue/program.txt`.

mod apply;
mod audit;
mod case;
mod completions;
mod database;
mod demo;
mod drill;
mod explain;
mod graph;
mod incident;
mod init;
mod serve;
mod test;
mod user;
mod validate;
mod workflow;

use std::future::Future;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::output::Output;
use crate::settings::Settings;

/// What every command is given.
pub(crate) struct Context {
    /// What the person said for every command.
    pub(crate) settings: Settings,
    /// Where to print.
    pub(crate) output: Output,
}

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Makes a database.
    Init(init::Arguments),
    /// Checks workflow files.
    Validate(validate::Arguments),
    /// Plays scenarios.
    Test(test::Arguments),
    /// Draws a workflow.
    Graph(graph::Arguments),
    /// Publishes and lists workflows.
    #[command(subcommand)]
    Workflow(workflow::Command),
    /// Adds people and grants roles.
    #[command(subcommand)]
    User(user::Command),
    /// Reads a history as an auditor does.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Plays a real incident in a drill.
    Demo(demo::Arguments),
    /// Opens incidents and records what their cases share.
    #[command(subcommand)]
    Incident(Box<incident::Command>),
    /// Opens cases and does on them whatever a person may.
    #[command(subcommand)]
    Case(Box<case::Command>),
    /// Lets the time of a drill pass.
    #[command(subcommand)]
    Drill(drill::Command),
    /// Takes requests as lines of JSON.
    Apply(apply::Arguments),
    /// Writes down what falls due.
    Serve(serve::Arguments),
    /// Checks, backs up and restores the database.
    #[command(subcommand)]
    Database(database::Command),
    /// Explains a code.
    Explain(explain::Arguments),
    /// Writes a script that completes commands in a shell.
    Completions(completions::Arguments),
}

/// Carries a command out.
pub(crate) fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::Init(arguments) => wait(init::run(context, arguments)),
        Command::Validate(arguments) => validate::run(context, &arguments),
        Command::Test(arguments) => test::run(context, &arguments),
        Command::Graph(arguments) => graph::run(context, &arguments),
        Command::Workflow(command) => wait(workflow::run(context, command)),
        Command::User(command) => wait(user::run(context, command)),
        Command::Audit(command) => wait(audit::run(context, command)),
        Command::Demo(arguments) => wait(demo::run(context, arguments)),
        Command::Incident(command) => wait(incident::run(context, *command)),
        Command::Case(command) => wait(case::run(context, *command)),
        Command::Drill(command) => wait(drill::run(context, command)),
        Command::Apply(arguments) if arguments.is_one_by_one() => {
            wait(apply::run(context, &arguments))
        }
        Command::Apply(arguments) => wait_beside(apply::run(context, &arguments)),
        Command::Serve(arguments) => wait_beside(serve::run(context, &arguments)),
        Command::Database(command) => wait(database::run(context, command)),
        Command::Explain(arguments) => explain::run(context, &arguments),
        Command::Completions(arguments) => Ok(completions::run(context, &arguments)),
    }
}

/// Threads beside the one that reads and decides: one commits, the other does what it leaves.
const WORKERS: usize = 2;

/// Carries out what waits for a database, on this thread: one person's command needs no more.
fn wait(work: impl Future<Output = Result>) -> Result {
    run_on(tokio::runtime::Builder::new_current_thread(), work)
}

/// Carries out what many ask for at once, or what falls due on many cases: what is committed goes on beside what is decided
/// meanwhile.
fn wait_beside(work: impl Future<Output = Result>) -> Result {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    threads.worker_threads(WORKERS);
    run_on(threads, work)
}

fn run_on(mut threads: tokio::runtime::Builder, work: impl Future<Output = Result>) -> Result {
    let runtime = threads.enable_all().build().map_err(|error| {
        Failure::new(Exit::Internal, Message::new("program.no-runtime")).cause(error)
    })?;
    runtime.block_on(work)
}
