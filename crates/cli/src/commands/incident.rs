//! `tsuho incident`: opens incidents with their cases, records what these share, and shows all of it on one page.
//! What each command takes is in its own file; every change goes through `crates/cli/src/asking.rs`.

mod list;
mod open;
mod page;
mod record;
mod show;

pub(crate) use page::{Gathered, named};
pub(crate) use show::tell;

use super::Context;
use super::case::change;
use crate::failure::Result;

/// The commands on incidents.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Opens an incident with its cases.
    Open(open::Arguments),
    /// Lists incidents.
    List(list::Arguments),
    /// Shows an incident.
    Show(show::Arguments),
    /// Records facts that its cases share.
    Record(record::Arguments),
}

/// Carries a command out.
pub(crate) async fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::Open(arguments) => open::run(context, &arguments).await,
        Command::List(arguments) => list::run(context, &arguments).await,
        Command::Show(arguments) => show::run(context, &arguments).await,
        Command::Record(arguments) => record::run(context, &arguments).await,
    }
}
