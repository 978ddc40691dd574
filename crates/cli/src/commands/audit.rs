//! `tsuho audit`: reads a history as an auditor does: tells it, shows a case as it once stood, checks all of it again.
//! Nothing is written, created or migrated; the checks themselves are in `tsuho-audit`.

mod case_records;
mod history;
mod replay;
mod rows;
mod stored;
mod verify;

pub(crate) use verify::{checked, kind, on_a_thread, verdict, verified};

use tsuho_core::case::view::View;
use tsuho_core::case::{Case, Context as Around};
use tsuho_core::time::{Timestamp, Zone};
use tsuho_core::workflow::guard::Env as _;

use super::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Tells what happened to a case, or to an incident and its cases.
    History(history::Arguments),
    /// Shows a case or an incident as it once stood.
    Replay(replay::Arguments),
    /// Checks the history again.
    Verify(verify::Arguments),
}

/// Carries a command out.
pub(crate) async fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::History(arguments) => history::run(context, &arguments).await,
        Command::Replay(arguments) => replay::run(context, &arguments).await,
        Command::Verify(arguments) => verify::run(context, &arguments).await,
    }
}

/// Returns the zone in which a case's days end: that of the first authority to which something is owed.
fn zone_of(around: &Around<'_>, case: &Case) -> Zone {
    View::new(around, case, case.last_recorded).zone().clone()
}

/// Returns the minute of a moment as clocks in a zone show it.
fn minute(at: Timestamp, zone: &Zone) -> String {
    let civil = at.civil(zone);
    format!("{} {:02}:{:02}", civil.date(), civil.hour(), civil.minute())
}

/// Returns what a person reads of a record that says nothing known.
fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::new(Exit::Malformed, Message::new("history.unreadable"))
        .hint(Message::new("history.unreadable.hint"))
        .cause(error)
}
