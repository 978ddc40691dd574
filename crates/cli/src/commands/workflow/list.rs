//! `tsuho workflow list`: lists every published version of every workflow.
//! What is in one is shown by `tsuho workflow show`.

use tsuho_store::{Limit, Store as _};

use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::open::{self, Mode};
use crate::output::{Cell, FormatArgument, Listing};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    format: FormatArgument,
}

/// Lists the workflows.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    open::with_store(context, Mode::ReadOnly, async |context, store| {
        let mut listing = Listing::new("workflows", &["workflow", "version", "digest"]);
        let mut after = None;
        loop {
            let page = store
                .workflows(after.as_ref(), Limit::MAX)
                .await
                .map_err(|error| open::failure(error, store.path()))?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.key());
            for workflow in page {
                listing.row([
                    Cell::from(workflow.name),
                    version(workflow.version),
                    workflow.digest.to_string().into(),
                ]);
            }
        }
        context.output.listing(arguments.format.format, &listing);
        Ok(Exit::Fine)
    })
    .await
}

/// Returns a version as the number that it is.
fn version(version: String) -> Cell {
    match version.parse::<u32>() {
        Ok(number) => number.into(),
        Err(_) => version.into(),
    }
}
