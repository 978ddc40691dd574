//! `tsuho workflow`: what is published in a database, under which cases are opened.
//! Checking files before they are published is `tsuho validate`.

mod law;
mod list;
mod publish;
mod show;

use super::Context;
use crate::failure::Result;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Publishes the workflows of files.
    Publish(publish::Arguments),
    /// Lists what is published.
    List(list::Arguments),
    /// Shows one workflow.
    Show(show::Arguments),
}

/// Carries a command out.
pub(crate) async fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::Publish(arguments) => publish::run(context, arguments).await,
        Command::Show(arguments) => show::run(context, arguments).await,
        Command::List(arguments) => list::run(context, arguments).await,
    }
}
