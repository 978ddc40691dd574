//! Tells what became of a change of the installation: people, roles, publications.
//! Changes of cases are told elsewhere; why something is refused is decided in `tsuho-core`.

use serde_json::{Value, json};
use tsuho_core::case::Event;
use tsuho_core::case::event::EventBody as _;
use tsuho_core::ids::PersonId;
use tsuho_core::people::{SystemBody, SystemRejection};
use tsuho_core::value;
use tsuho_executor::{Answer, Done, How, Standing};

use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open;
use crate::output::{Format, FormatArgument};
use crate::session::Session;
use crate::telling::{RoleTitles, titled};

/// What every command takes that changes the installation.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct ChangeArguments {
    /// Whether it is only tried.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(crate) format: FormatArgument,
}

impl ChangeArguments {
    /// Returns how the database is opened: trying reads alone.
    pub(crate) fn mode(self) -> open::Mode {
        if self.dry_run {
            open::Mode::ReadOnly
        } else {
            open::Mode::ReadWrite
        }
    }

    /// Returns how the request is carried out.
    pub(crate) fn how(self) -> How {
        if self.dry_run {
            How::dry_run()
        } else {
            How::default()
        }
    }
}

/// Tells what was done, or why not.
pub(crate) fn tell(
    context: &mut Context,
    session: &Session,
    (format, roles): (Format, &RoleTitles),
    answer: Answer<SystemBody, SystemRejection>,
) -> Result {
    match (answer, format) {
        (Answer::Done(done), Format::Table) => {
            if let Some(word) = standing_message(done.standing) {
                context.output.say(&word);
            }
            for event in &done.events {
                context.output.say(&event_message(session, roles, event));
            }
            Ok(Exit::Fine)
        }
        (Answer::Done(done), Format::Json) => {
            context.output.json(acknowledgement(&done));
            Ok(Exit::Fine)
        }
        (Answer::Refused(refusal), Format::Table) => Err(Failure::new(
            Exit::Findings,
            refusal_message(session, roles, &refusal),
        )),
        (Answer::Refused(refusal), Format::Json) => {
            let message = refusal_message(session, roles, &refusal).text(context.settings.language);
            context.output.json(json!({
                "outcome": "refused",
                "code": refusal.code(),
                "message": message,
            }));
            Ok(Exit::Findings)
        }
    }
}

/// Returns a refusal, with people called by their names.
pub(crate) fn refusal_message(
    session: &Session,
    roles: &RoleTitles,
    refusal: &SystemRejection,
) -> Message {
    let message = Message::of(refusal.key(), refusal.args());
    match refusal {
        SystemRejection::NotAdministrator { person }
        | SystemRejection::UnknownPerson { person }
        | SystemRejection::KnownPerson { person } => {
            message.with("person", session.called(*person))
        }
        SystemRejection::HoldsRole { person, role }
        | SystemRejection::LacksRole { person, role } => message
            .with("person", session.called(*person))
            .with("role", roles.named(role)),
        SystemRejection::AlreadyCreated
        | SystemRejection::ClockBehind { .. }
        | SystemRejection::NoName { .. }
        | SystemRejection::LastAdministrator
        | SystemRejection::OtherDigest { .. }
        | SystemRejection::Published { .. } => message,
    }
}

/// Returns what happened, in words.
fn event_message(session: &Session, roles: &RoleTitles, event: &Event<SystemBody>) -> Message {
    let person = |key: &'static str, person: PersonId| {
        // Who was added by this very event is in its personal part, and nobody has read it yet.
        let name = match event.personal.get("name") {
            Some(value::Value::Text(name)) => {
                titled(Some(name.clone().into()), &person.to_string())
            }
            _ => session.called(person).into(),
        };
        Message::new(key).with("person", name)
    };
    match &event.body {
        SystemBody::InstallationCreated(body) => person("system.created", body.person),
        SystemBody::PersonAdded(body) => person("system.person-added", body.person),
        SystemBody::RoleGranted(body) => {
            person("system.role-granted", body.person).with("role", roles.named(&body.role))
        }
        SystemBody::RoleRevoked(body) => {
            person("system.role-revoked", body.person).with("role", roles.named(&body.role))
        }
        SystemBody::WorkflowPublished(body) => Message::new("system.workflow-published")
            .with("workflow", body.name.to_string())
            .with("version", body.version.to_string())
            .with("digest", body.digest.to_string()),
        SystemBody::CalendarPublished(body) => Message::new("system.calendar-published")
            .with("calendar", body.name.to_string())
            .with("digest", body.digest.to_string()),
    }
}

fn standing_message(standing: Standing) -> Option<Message> {
    match standing {
        Standing::Written { .. } => None,
        Standing::Repeated => Some(Message::new("system.repeated")),
        Standing::Tried => Some(Message::new("system.tried")),
        Standing::Nothing => Some(Message::new("system.nothing")),
    }
}

/// Returns what was done, for programs.
fn acknowledgement(done: &Done<SystemBody>) -> Value {
    let (outcome, first) = match done.standing {
        Standing::Written { first } => ("committed", Some(first.0)),
        Standing::Repeated => ("repeated", None),
        Standing::Tried => ("tried", None),
        Standing::Nothing => ("nothing", None),
    };
    let records = (0..).zip(&done.events).map(|(index, event)| {
        let mut record = json!({
            "seq": done.first_seq + index,
            "type": event.body.type_name(),
        });
        if let Some(first) = first {
            record["position"] = json!(first + index);
        }
        if let Some(person) = person_of(&event.body) {
            record["person"] = json!(person.to_string());
        }
        record
    });
    let records: Vec<Value> = records.collect();
    json!({ "outcome": outcome, "command": done.command.to_string(), "records": records })
}

fn person_of(body: &SystemBody) -> Option<PersonId> {
    match body {
        SystemBody::InstallationCreated(body) => Some(body.person),
        SystemBody::PersonAdded(body) => Some(body.person),
        SystemBody::RoleGranted(body) => Some(body.person),
        SystemBody::RoleRevoked(body) => Some(body.person),
        SystemBody::WorkflowPublished(_) | SystemBody::CalendarPublished(_) => None,
    }
}
