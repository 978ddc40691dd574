//! Decides what somebody asks of the installation: people, roles, publications.
//! Folding what was decided is the parent's.

use tsuho_ledger::{Digest, PartClass};

use super::naming::check_names;
use super::{
    CalendarPublished, InstallationCreated, InstallationKind, People, Person, PersonAdded,
    RoleGranted, RoleRevoked, SystemBody, WorkflowPublished, administrator,
};
use crate::case::event::{Actor, Event, Sheet, Via};
use crate::catalogue::{Arg, Args};
use crate::ids::{CommandId, PersonId};
use crate::name::{RoleName, WorkflowName};
use crate::time::Timestamp;
use crate::value::Value;

/// What somebody asks of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemContent {
    /// Makes the installation, with the person who administers it.
    Create {
        /// Real or drill.
        kind: InstallationKind,
        /// Who.
        person: PersonId,
        /// Their name; absent when a decision is made again.
        name: Option<String>,
        /// Their operating-system account.
        account: Option<String>,
    },
    /// Adds a person.
    AddPerson {
        /// Who.
        person: PersonId,
        /// Their name.
        name: Option<String>,
        /// Their operating-system account.
        account: Option<String>,
    },
    /// Grants a role.
    Grant {
        /// To whom.
        person: PersonId,
        /// Which.
        role: RoleName,
    },
    /// Revokes a role.
    Revoke {
        /// From whom.
        person: PersonId,
        /// Which.
        role: RoleName,
    },
    /// Publishes a workflow.
    PublishWorkflow(WorkflowPublished),
    /// Publishes a calendar.
    PublishCalendar(CalendarPublished),
}

/// A request to the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemRequest {
    /// Names the decision.
    pub command: CommandId,
    /// Who asks.
    pub person: PersonId,
    /// How they were known.
    pub via: Via,
    /// What they ask.
    pub content: SystemContent,
}

/// Why a request to the installation is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemRejection {
    /// The installation is made once.
    AlreadyCreated,
    /// The machine's clock is behind what is on record.
    ClockBehind {
        /// What the clock says.
        now: Timestamp,
        /// When the last record was written.
        last_recorded: Timestamp,
    },
    /// The person does not administer the installation.
    NotAdministrator {
        /// Who asked.
        person: PersonId,
    },
    /// Nobody of that name is known.
    UnknownPerson {
        /// Who was named.
        person: PersonId,
    },
    /// The person is known already.
    KnownPerson {
        /// Who was named.
        person: PersonId,
    },
    /// The person holds the role already.
    HoldsRole {
        /// Who.
        person: PersonId,
        /// Which.
        role: RoleName,
    },
    /// The person does not hold the role.
    LacksRole {
        /// Who.
        person: PersonId,
        /// Which.
        role: RoleName,
    },
    /// The name or account of a person is none.
    NoName {
        /// Which: a key of the catalogue.
        what: &'static str,
        /// Why: a key of the catalogue.
        why: &'static str,
        /// The character that does not belong there, or how many bytes there may be; empty where neither is to blame.
        detail: String,
    },
    /// Without an administrator nobody could grant a role again.
    LastAdministrator,
    /// The same name and version were published with another digest.
    OtherDigest {
        /// The workflow.
        name: WorkflowName,
        /// Its version.
        version: u32,
        /// The digest on record.
        published: Digest,
    },
    /// The very same was published before.
    Published {
        /// The workflow.
        name: WorkflowName,
        /// Its version.
        version: u32,
    },
}

impl SystemRejection {
    /// Returns the stable word of the refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlreadyCreated => "already_created",
            Self::ClockBehind { .. } => "clock_behind",
            Self::NotAdministrator { .. } => "not_administrator",
            Self::UnknownPerson { .. } => "unknown_person",
            Self::KnownPerson { .. } => "known_person",
            Self::HoldsRole { .. } => "holds_role",
            Self::LacksRole { .. } => "lacks_role",
            Self::NoName { .. } => "no_name",
            Self::LastAdministrator => "last_administrator",
            Self::OtherDigest { .. } => "other_digest",
            Self::Published { .. } => "published",
        }
    }

    /// Returns the key of its message in the catalogue.
    #[must_use]
    pub fn key(&self) -> String {
        format!("refused.{}", self.code())
    }

    /// Returns what its message names.
    #[must_use]
    pub fn args(&self) -> Args {
        let mut args = Args::new();
        match self {
            Self::AlreadyCreated | Self::LastAdministrator => {}
            Self::ClockBehind { now, last_recorded } => {
                args.insert("now", Arg::Text(now.to_string()));
                args.insert("last_recorded", Arg::Text(last_recorded.to_string()));
            }
            Self::NotAdministrator { person }
            | Self::UnknownPerson { person }
            | Self::KnownPerson { person } => {
                args.insert("person", Arg::Text(person.to_string()));
            }
            Self::HoldsRole { person, role } | Self::LacksRole { person, role } => {
                args.insert("person", Arg::Text(person.to_string()));
                args.insert("role", Arg::Text(role.to_string()));
            }
            Self::NoName { what, why, detail } => {
                let why = Arg::Message(why, [("detail", Arg::Text(detail.clone()))].into());
                args.insert("what", Arg::Key(what));
                args.insert("why", why);
            }
            Self::OtherDigest {
                name,
                version,
                published,
            } => {
                args.insert("workflow", Arg::Text(name.to_string()));
                args.insert("version", Arg::Text(version.to_string()));
                args.insert("published", Arg::Text(published.to_string()));
            }
            Self::Published { name, version } => {
                args.insert("workflow", Arg::Text(name.to_string()));
                args.insert("version", Arg::Text(version.to_string()));
            }
        }
        args
    }
}

/// Decides a request to the installation.
///
/// # Errors
///
/// Returns the refusal, and nothing is to be written.
pub fn decide(
    people: &People,
    request: &SystemRequest,
    now: Timestamp,
) -> Result<Vec<Event<SystemBody>>, SystemRejection> {
    if let SystemContent::Create {
        kind,
        person,
        name,
        account,
    } = &request.content
    {
        if people.version > 0 {
            return Err(SystemRejection::AlreadyCreated);
        }
        check_names(name.as_deref(), account.as_deref())?;
        let body = InstallationCreated {
            kind: *kind,
            person: *person,
            name: PartClass::Personal,
        };
        return Ok(vec![event(
            request,
            now,
            body.into(),
            named(name.as_ref(), account.as_ref()),
        )]);
    }
    if let Some(last_recorded) = people.last_recorded.filter(|last| now < *last) {
        return Err(SystemRejection::ClockBehind { now, last_recorded });
    }
    if !people
        .person(request.person)
        .is_some_and(|person| person.holds(&administrator()))
    {
        return Err(SystemRejection::NotAdministrator {
            person: request.person,
        });
    }
    let (body, personal) = change(people, &request.content)?;
    Ok(vec![event(request, now, body, personal)])
}

/// Returns what an administrator's request changes, with the personal part.
fn change(
    people: &People,
    content: &SystemContent,
) -> Result<(SystemBody, Sheet), SystemRejection> {
    let impersonal = |body: SystemBody| Ok((body, Sheet::new()));
    match content {
        SystemContent::Create { .. } => Err(SystemRejection::AlreadyCreated),
        SystemContent::AddPerson {
            person,
            name,
            account,
        } => {
            if people.person(*person).is_some() {
                return Err(SystemRejection::KnownPerson { person: *person });
            }
            check_names(name.as_deref(), account.as_deref())?;
            let body = PersonAdded {
                person: *person,
                name: PartClass::Personal,
            };
            Ok((body.into(), named(name.as_ref(), account.as_ref())))
        }
        SystemContent::Grant { person, role } => {
            if find(people, *person)?.holds(role) {
                return Err(SystemRejection::HoldsRole {
                    person: *person,
                    role: role.clone(),
                });
            }
            impersonal(
                RoleGranted {
                    person: *person,
                    role: role.clone(),
                }
                .into(),
            )
        }
        SystemContent::Revoke { person, role } => {
            check_revoke(people, *person, role)?;
            impersonal(
                RoleRevoked {
                    person: *person,
                    role: role.clone(),
                }
                .into(),
            )
        }
        SystemContent::PublishWorkflow(body) => {
            check_publish(people, body)?;
            impersonal(body.clone().into())
        }
        SystemContent::PublishCalendar(body) => impersonal(body.clone().into()),
    }
}

fn find(people: &People, person: PersonId) -> Result<&Person, SystemRejection> {
    people
        .person(person)
        .ok_or(SystemRejection::UnknownPerson { person })
}

fn check_revoke(people: &People, person: PersonId, role: &RoleName) -> Result<(), SystemRejection> {
    if !find(people, person)?.holds(role) {
        return Err(SystemRejection::LacksRole {
            person,
            role: role.clone(),
        });
    }
    let others = people
        .persons
        .iter()
        .any(|(other, held)| *other != person && held.holds(&administrator()));
    if *role == administrator() && !others {
        return Err(SystemRejection::LastAdministrator);
    }
    Ok(())
}

fn check_publish(people: &People, body: &WorkflowPublished) -> Result<(), SystemRejection> {
    let (name, version) = (body.name.clone(), body.version);
    match people.workflow(&body.name, body.version) {
        None => Ok(()),
        Some(digest) if digest == body.digest => Err(SystemRejection::Published { name, version }),
        Some(published) => Err(SystemRejection::OtherDigest {
            name,
            version,
            published,
        }),
    }
}

/// Returns the sheet with a person's name and account.
fn named(name: Option<&String>, account: Option<&String>) -> Sheet {
    let entry = |key: &str, text: Option<&String>| {
        text.map(|text| (key.to_owned(), Value::Text(text.clone())))
    };
    entry("name", name)
        .into_iter()
        .chain(entry("account", account))
        .collect()
}

fn event(
    request: &SystemRequest,
    now: Timestamp,
    body: SystemBody,
    personal: Sheet,
) -> Event<SystemBody> {
    Event {
        body,
        actor: Actor::Person {
            person: request.person,
            via: request.via,
            role: administrator(),
        },
        occurred_at: now,
        recorded_at: now,
        command: request.command,
        personal,
        privileged: Sheet::new(),
    }
}
