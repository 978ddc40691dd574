//! `tsuho case`: opens cases, shows them, and does on them whatever a person may.
//! What each command takes is in its own file; every change goes through `crates/cli/src/asking.rs`.

mod advance;
mod approve;
mod attach;
pub(super) mod change;
mod changed;
pub(super) mod clocks;
mod consented;
mod derivations;
mod document;
pub(super) mod duties;
mod evidence;
mod filing;
mod list;
mod note;
mod object;
mod open;
pub(super) mod page;
pub(super) mod parts;
mod proposal;
mod receive;
mod record;
mod shared;
mod show;
mod stand;
mod summary;
mod undo;
mod unfiled;

pub(crate) use parts::Seen;
pub(crate) use show::{Then, tell};
pub(crate) use stand::Stand;

use super::Context;
use crate::failure::Result;

/// The commands on cases.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Opens a case.
    Open(open::Arguments),
    /// Lists cases.
    List(list::Arguments),
    /// Shows a case.
    Show(show::Arguments),
    /// Takes an action.
    Advance(advance::Arguments),
    /// Records facts.
    Record(record::Arguments),
    /// Attaches a file.
    Attach(attach::Arguments),
    /// Consents to what an action proposes.
    Approve(approve::ApproveArguments),
    /// Refuses what an action proposes.
    Refuse(approve::RefuseArguments),
    /// Records that a filing was received.
    Receive(receive::Arguments),
    /// Records that a filing was withdrawn or failed.
    Undo(undo::Arguments),
    /// Writes something down.
    Note(note::Arguments),
    /// Shows what is due when, and why.
    Clocks(clocks::Arguments),
    /// Draws up the text of a filing.
    Document(document::Arguments),
    /// Lists the files of a case with their custody, or hands one out.
    Evidence(evidence::Arguments),
}

/// Carries a command out.
pub(crate) async fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::Open(arguments) => open::run(context, &arguments).await,
        Command::List(arguments) => list::run(context, &arguments).await,
        Command::Show(arguments) => show::run(context, &arguments).await,
        Command::Advance(arguments) => advance::run(context, &arguments).await,
        Command::Record(arguments) => record::run(context, &arguments).await,
        Command::Attach(arguments) => attach::run(context, &arguments).await,
        Command::Approve(arguments) => approve::approve(context, &arguments).await,
        Command::Refuse(arguments) => approve::refuse(context, &arguments).await,
        Command::Receive(arguments) => receive::run(context, &arguments).await,
        Command::Undo(arguments) => undo::run(context, &arguments).await,
        Command::Note(arguments) => note::run(context, &arguments).await,
        Command::Clocks(arguments) => clocks::run(context, &arguments).await,
        Command::Document(arguments) => document::run(context, &arguments).await,
        Command::Evidence(arguments) => evidence::run(context, &arguments).await,
    }
}
