//! `tsuho database backup`: a whole copy as of one moment, while others write; named only when it is flushed and checked.
//! Nothing is recorded of it: a backup is the operating system's business, and its head tells which history it holds.

use std::path::PathBuf;

use super::copy;
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open;
use crate::output::{Format, FormatArgument};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where the copy is to lie.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    #[command(flatten)]
    format: FormatArgument,
}

/// Makes the copy.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let database = context.settings.database()?.to_owned();
    let target = &arguments.to;
    let copy = copy::begin(&database, target).await?;
    context.output.mark(open::mark(copy.extent.kind));
    let copied = copy.finish()?;
    match arguments.format.format {
        Format::Json => context.output.json(copied.json(&database, target)),
        Format::Table => {
            let named = |message: Message| {
                message
                    .with("database", database.display().to_string())
                    .with("file", target.display().to_string())
            };
            for message in [
                copied.told("database.backup.done"),
                copy::end(&copied.extent),
                Message::new("database.backup.checked"),
                Message::new("database.backup.keep"),
            ] {
                context.output.say(&named(message));
            }
        }
    }
    Ok(Exit::Fine)
}
