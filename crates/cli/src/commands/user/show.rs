//! `tsuho user show`: shows what was recorded about a person: when they were added, and their roles over time.
//! Names are shown to whoever has a role, accounts to administrators and to the person.

use tsuho_core::case::Event;
use tsuho_core::case::event::Actor;
use tsuho_core::ids::PersonId;
use tsuho_core::name::RoleName;
use tsuho_core::people::{SystemBody, administrator};

use crate::asking;
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, Format, FormatArgument, Listing};
use crate::session::{Session, with_session};
use crate::telling::{RoleTitles, clock_time};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The person.
    #[arg(value_name = "PERSON")]
    person: String,
    #[command(flatten)]
    format: FormatArgument,
}

/// Shows the person.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    with_session(context, Mode::ReadOnly, async |context, session| {
        let reader = session.reader()?;
        let known = session.persons().find(&arguments.person)?;
        let is_own = reader.person() == Some(known.person);
        let zone = asking::zone(session).await?;
        let titles = RoleTitles::read(session).await?;
        let events = session.executor().system_events().await;
        let events = events.map_err(|error| session.failed(error))?;
        let mut listing = Listing::new("records", &["recorded_at", "type", "role", "by"]);
        for event in &events {
            if let Some((word, role)) = about(event, known.person) {
                listing.row([
                    Cell::said(
                        Message::new("telling.plain")
                            .with("text", clock_time(event.recorded_at, &zone)),
                        event.recorded_at.to_string(),
                    ),
                    Cell::said(Message::new(format!("person.{word}")), word),
                    role.map_or_else(Cell::none, |role| {
                        let shown = Message::new("telling.plain").with("text", titles.named(&role));
                        Cell::said(shown, role.as_str())
                    }),
                    by(session, event).into(),
                ]);
            }
        }
        if arguments.format.format == Format::Table {
            let shown = |value: &Option<String>, told: bool| match value {
                Some(value) if told => value.clone(),
                Some(_) | None => "-".to_owned(),
            };
            if is_own || reader.is_told_names() {
                let account = shown(&known.account, is_own || reader.administers());
                let message = Message::new("user.shown")
                    .with("person", known.person.to_string())
                    .with("name", shown(&known.name, true))
                    .with("account", account);
                context.output.say(&message);
            }
            let zoned = Message::new("audit.zone").with("zone", zone.name());
            context.output.say(&zoned);
        }
        context.output.listing(arguments.format.format, &listing);
        Ok(Exit::Fine)
    })
    .await
}

/// Returns what an event says about a person, with the role.
fn about(event: &Event<SystemBody>, person: PersonId) -> Option<(&'static str, Option<RoleName>)> {
    match &event.body {
        SystemBody::InstallationCreated(body) if body.person == person => {
            Some(("founded", Some(administrator())))
        }
        SystemBody::PersonAdded(body) if body.person == person => Some(("added", None)),
        SystemBody::RoleGranted(body) if body.person == person => {
            Some(("granted", Some(body.role.clone())))
        }
        SystemBody::RoleRevoked(body) if body.person == person => {
            Some(("revoked", Some(body.role.clone())))
        }
        SystemBody::InstallationCreated(_)
        | SystemBody::PersonAdded(_)
        | SystemBody::RoleGranted(_)
        | SystemBody::RoleRevoked(_)
        | SystemBody::WorkflowPublished(_)
        | SystemBody::CalendarPublished(_) => None,
    }
}

/// Returns who did it.
fn by(session: &Session, event: &Event<SystemBody>) -> Option<String> {
    match &event.actor {
        Actor::Clock => None,
        Actor::Person { person, .. } => Some(session.called(*person)),
    }
}
