//! `tsuho workflow`: what is published in a database, under which cases are opened.
//! Checking files before they are published is `tsuho validate`.

mod list;

use super::Context;
use crate::failure::Result;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Lists what is published.
    List(list::Arguments),
}

/// Carries a command out.
pub(crate) async fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::List(arguments) => list::run(context, arguments).await,
    }
}
