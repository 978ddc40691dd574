//! `tsuho database restore`: makes a database of a backup whose whole history was verified, and says what is not in it.
//! There is no way to restore what is not sound; verifying is done by `tsuho-audit`.

use std::path::{Path, PathBuf};

use tsuho_audit::Report;
use tsuho_store::Error;
use tsuho_store_sqlite::{self as sqlite, Inspection, Mode};

use super::super::audit;
use super::copy::{self, Copied, Copy};
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open;
use crate::open::log;
use crate::output::{Format, FormatArgument};
use crate::unfinished::refuse_what_is_there;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The backup.
    file: PathBuf,
    /// Where the database is to lie.
    #[arg(long, value_name = "DATABASE")]
    to: PathBuf,
    #[command(flatten)]
    format: FormatArgument,
}

/// Makes a database of a backup.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let (file, target) = (&arguments.file, &arguments.to);
    refuse_what_is_there(target)?;
    log::refuse_broken(file)?;
    let verified = verify(file).await?;
    let copy = copy::begin(file, target).await?;
    context.output.mark(open::mark(copy.extent.kind));
    if verified.is_none() {
        migrate(&copy, arguments).await?;
    }
    // What was written is what will be used: only if it too is sound it gets its name.
    let written = sound(copy.file.path(), file).await?;
    let copied = copy.finish()?;
    match arguments.format.format {
        Format::Json => context.output.json(copied.json(file, target)),
        Format::Table => tell(context, arguments, &copied, (verified.as_ref(), &written)),
    }
    Ok(Exit::Fine)
}

/// Verifies a backup's whole history. One of an earlier version can only be verified once its copy is migrated.
async fn verify(file: &Path) -> Result<Option<Report>> {
    match Inspection::open(file).await {
        Err(Error::Older { .. }) => Ok(None),
        Err(Error::Missing { .. }) => {
            let named = |key| Message::new(key).with("file", file.display().to_string());
            let missing = Failure::new(Exit::NothingToRead, named("database.restore.missing"));
            Err(missing.hint(named("database.restore.missing.hint")))
        }
        Err(error) => Err(open::failure(error, file)),
        Ok(inspection) => {
            inspection.close().await;
            sound(file, file).await.map(Some)
        }
    }
}

/// Verifies a whole history, or says that the backup is not restored because of it.
async fn sound(path: &Path, file: &Path) -> Result<Report> {
    let report = audit::verified(path).await?;
    if report.total() == 0 {
        return Ok(report);
    }
    let named = |key| {
        Message::new(key)
            .with("file", file.display().to_string())
            .with("faults", report.total().to_string())
    };
    let unsound = Failure::new(Exit::Findings, named("database.restore.unsound"));
    Err(unsound.hint(named("database.restore.unsound.hint")))
}

/// Brings a copy to this program's schema.
async fn migrate(copy: &Copy, arguments: &Arguments) -> Result<()> {
    let opened = sqlite::open(copy.file.path(), Mode::ReadWrite).await;
    let store = opened.map_err(|error| {
        let at_fault = match error {
            // The copy only shows what is wrong with the backup.
            Error::Contradictory { .. } | Error::Altered { .. } => &arguments.file,
            _ => &arguments.to,
        };
        open::failure(error, at_fault)
    })?;
    store.close().await;
    Ok(())
}

fn tell(
    context: &mut Context,
    arguments: &Arguments,
    copied: &Copied,
    (verified, written): (Option<&Report>, &Report),
) {
    let named = |message: Message| {
        message
            .with("file", arguments.file.display().to_string())
            .with("database", arguments.to.display().to_string())
    };
    let verdict = |key, report: &Report| {
        let verdict = audit::verdict(report).text(context.settings.language);
        Message::new(key).with("verdict", verdict)
    };
    let before = match verified {
        Some(report) => verdict("database.restore.verified", report),
        None => Message::new("database.restore.migrated"),
    };
    let lines = [
        before,
        verdict("database.restore.written", written),
        copied.told("database.restore.done"),
        copy::end(&copied.extent),
        Message::new("database.restore.lacks"),
        Message::new("database.restore.again"),
        Message::new("database.restore.compare"),
    ];
    for line in lines {
        context.output.say(&named(line));
    }
}
