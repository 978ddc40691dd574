//! `tsuho user`: who is known in an installation, and in which roles.
//! What a role may do is said by the workflows; names and accounts are personal and shown to administrators.

mod add;
mod grant;
mod list;
mod revoke;
mod show;

use super::Context;
use crate::failure::Result;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Adds a person.
    Add(add::Arguments),
    /// Grants a role.
    Grant(grant::Arguments),
    /// Revokes a role.
    Revoke(revoke::Arguments),
    /// Lists everybody.
    List(list::Arguments),
    /// Shows one person.
    Show(show::Arguments),
}

/// Carries a command out.
pub(crate) async fn run(context: &mut Context, command: Command) -> Result {
    match command {
        Command::Add(arguments) => add::run(context, arguments).await,
        Command::Grant(arguments) => grant::run(context, arguments).await,
        Command::Revoke(arguments) => revoke::run(context, arguments).await,
        Command::List(arguments) => list::run(context, arguments).await,
        Command::Show(arguments) => show::run(context, arguments).await,
    }
}
