//! `tsuho user list`: lists everybody with their roles, and to administrators with names and accounts.
//! One person's history is shown by `tsuho user show`.

use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, Format, FormatArgument, Listing};
use crate::session::{Known, with_session};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    format: FormatArgument,
}

/// Lists everybody.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    with_session(context, Mode::ReadOnly, async |context, session| {
        let (reader, _) = session.actor(None)?;
        let format = arguments.format.format;
        let roles = |known: &Known| {
            Cell::from(
                known
                    .roles
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
            )
        };
        let listing = if session.persons().administers(reader) {
            let mut listing = Listing::new("persons", &["person", "name", "account", "roles"]);
            for known in session.persons().all() {
                listing.row([
                    Cell::from(known.person.to_string()),
                    known.name.clone().into(),
                    known.account.clone().into(),
                    roles(known),
                ]);
            }
            listing
        } else {
            let mut listing = Listing::new("persons", &["person", "roles"]);
            for known in session.persons().all() {
                listing.row([Cell::from(known.person.to_string()), roles(known)]);
            }
            if format == Format::Table {
                context.output.remark(&Message::new("user.names-withheld"));
            }
            listing
        };
        context.output.listing(format, &listing);
        Ok(Exit::Fine)
    })
    .await
}
