//! `tsuho user list`: lists everybody with their roles: with names to whoever has a role, with accounts to administrators.
//! One person's history is shown by `tsuho user show`.

use serde_json::json;
use tsuho_core::catalogue::Arg;

use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, Format, FormatArgument, Listing};
use crate::session::with_session;
use crate::telling::RoleTitles;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    format: FormatArgument,
}

/// Lists everybody.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    with_session(context, Mode::ReadOnly, async |context, session| {
        let reader = session.reader()?;
        let format = arguments.format.format;
        let columns: &'static [&'static str] = match (reader.is_told_names(), reader.administers())
        {
            (_, true) => &["person", "name", "account", "roles"],
            (true, false) => &["person", "name", "roles"],
            (false, false) => &["person", "roles"],
        };
        let titles = RoleTitles::read(session).await?;
        let mut listing = Listing::new("persons", columns);
        for known in session.persons().all() {
            let shown = known.roles.iter().map(|role| titles.named(role));
            let shown = match known.roles.len() {
                0 => Arg::Text(String::new()),
                _ => Arg::List(shown.collect()),
            };
            let shown = Message::new("telling.plain").with("text", shown);
            let roles = Cell::said(shown, json!(known.roles));
            let cells = columns.iter().map(|column| match *column {
                "name" => known.name.clone().into(),
                "account" => known.account.clone().into(),
                "roles" => roles.clone(),
                _ => Cell::from(known.person.to_string()),
            });
            listing.row(cells);
        }
        if format == Format::Table && !reader.is_told_names() {
            context.output.remark(&Message::new("session.withheld"));
        }
        context.output.listing(format, &listing);
        Ok(Exit::Fine)
    })
    .await
}
