//! `tsuho database`: looks after the file itself: checks it, copies it while others write, and puts a copy in its place.
//! What the history says is checked by `tsuho audit`; opening and copying are the store's.

mod backup;
mod check;
mod copy;
mod restore;

use super::Context;
use crate::failure::Result;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Checks the file.
    Check(check::Arguments),
    /// Copies it whole while others write.
    Backup(backup::Arguments),
    /// Makes a database of a backup.
    Restore(restore::Arguments),
}

/// Carries a command out.
pub(crate) async fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::Check(arguments) => check::run(context, &arguments).await,
        Command::Backup(arguments) => backup::run(context, &arguments).await,
        Command::Restore(arguments) => restore::run(context, &arguments).await,
    }
}
