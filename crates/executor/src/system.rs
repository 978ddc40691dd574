//! Makes the installation and changes it: people, roles, workflows and calendars.
//! Who may do so is decided in `tsuho-core`; what is published is kept by the store, whole.

use tracing::Instrument;
use tsuho_core::calendar::{self, Calendar};
use tsuho_core::case::Event;
use tsuho_core::case::event::Via;
use tsuho_core::case::record::{self, Link};
use tsuho_core::ids::{CommandId, PersonId};
use tsuho_core::name::RoleName;
use tsuho_core::people::{
    self, CalendarPublished, InstallationKind, People, SystemBody, SystemContent, SystemRejection,
    SystemRequest, WorkflowPublished,
};
use tsuho_core::workflow::bundle::Bundle;
use tsuho_core::workflow::{Rules, canonical};
use tsuho_ledger::Digest;
use tsuho_store::{Append, Command, DefinitionRef, Kind, StreamName};

use crate::answer::{Answer, Done, How, Mode, Standing};
use crate::commit::{Fate, request_row};
use crate::ground::Installation;
use crate::handle::MOST_LOST_RACES;
use crate::history::expected;
use crate::{Error, Executor, chance};

/// Who makes an installation, and administers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founder {
    /// Who, as a pseudonym.
    pub person: PersonId,
    /// How they are known.
    pub via: Via,
    /// Their name.
    pub name: String,
    /// Their operating-system account.
    pub account: Option<String>,
}

/// Who asks something of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Names the decision.
    pub command: CommandId,
    /// Who.
    pub person: PersonId,
    /// How they were known.
    pub via: Via,
}

impl Sender {
    fn asks(&self, content: SystemContent) -> SystemRequest {
        SystemRequest {
            command: self.command,
            person: self.person,
            via: self.via,
            content,
        }
    }
}

/// What somebody asks about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonChange {
    /// Adds them.
    Add {
        /// Who, as a pseudonym that was drawn for them.
        person: PersonId,
        /// Their name.
        name: String,
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
}

/// What goes into the rows beside the events: what is published.
#[derive(Debug, Clone, Default)]
struct Rows {
    workflows: Vec<tsuho_store::Workflow>,
    calendars: Vec<tsuho_store::Calendar>,
}

impl Executor {
    /// Makes the installation of an empty database, and publishes every calendar that comes with the program.
    ///
    /// # Errors
    ///
    /// If something failed; then nothing was written, or the answer to trying again says that it is there.
    pub async fn create(
        &self,
        founder: &Founder,
    ) -> Result<Answer<SystemBody, SystemRejection>, Error> {
        let kind = match self.store.ledger().await?.kind {
            Kind::Real => InstallationKind::Real,
            Kind::Drill => InstallationKind::Drill,
        };
        // Each is a decision of its own; all of them are written at once.
        let request = |content| {
            Sender {
                command: self.new_command(),
                person: founder.person,
                via: founder.via,
            }
            .asks(content)
        };
        let (name, account) = (Some(founder.name.clone()), founder.account.clone());
        let mut requests = vec![request(SystemContent::Create {
            kind,
            person: founder.person,
            name,
            account,
        })];
        let mut rows = Rows::default();
        for text in calendar::shipped_texts() {
            let (published, row) = calendar_rows(text).map_err(unpublishable)?;
            requests.push(request(SystemContent::PublishCalendar(published)));
            rows.calendars.push(row);
        }
        self.change(&requests, rows, &How::default()).await
    }

    /// Adds a person, grants or revokes a role.
    ///
    /// # Errors
    ///
    /// If the key was used for another request, or something failed.
    pub async fn change_person(
        &self,
        sender: &Sender,
        change: PersonChange,
        how: &How,
    ) -> Result<Answer<SystemBody, SystemRejection>, Error> {
        let content = match change {
            PersonChange::Add {
                person,
                name,
                account,
            } => SystemContent::AddPerson {
                person,
                name: Some(name),
                account,
            },
            PersonChange::Grant { person, role } => SystemContent::Grant { person, role },
            PersonChange::Revoke { person, role } => SystemContent::Revoke { person, role },
        };
        self.change(&[sender.asks(content)], Rows::default(), how)
            .await
    }

    /// Publishes the workflow of a bundle, which is kept as it was, so that it compiles for ever.
    ///
    /// # Errors
    ///
    /// If the bundle does not compile, the key was used for another request, or something failed.
    pub async fn publish_workflow(
        &self,
        sender: &Sender,
        bundle: &Bundle,
        how: &How,
    ) -> Result<Answer<SystemBody, SystemRejection>, Error> {
        let rules = compile(bundle)?;
        let source = bundle.to_bytes().map_err(unpublishable)?;
        let published = WorkflowPublished {
            name: rules.name.clone(),
            version: rules.version,
            digest: rules.digest,
            source: Digest::of(&source),
        };
        let row = tsuho_store::Workflow {
            digest: rules.digest,
            name: rules.name.to_string(),
            version: rules.version.to_string(),
            source: String::from_utf8(source).map_err(unpublishable)?,
            canonical: canonical::bytes(&rules),
        };
        let rows = Rows {
            workflows: vec![row],
            calendars: Vec::new(),
        };
        self.change(
            &[sender.asks(SystemContent::PublishWorkflow(published))],
            rows,
            how,
        )
        .await
    }

    /// Publishes a calendar's data file, and wakes every case, so that clocks that it moves are moved.
    ///
    /// # Errors
    ///
    /// If the text is no calendar, the same name and version was published with other dates, or something failed.
    pub async fn publish_calendar(
        &self,
        sender: &Sender,
        text: &str,
        how: &How,
    ) -> Result<Answer<SystemBody, SystemRejection>, Error> {
        let digest = Digest::of(text.as_bytes());
        let (published, row) = calendar_rows(text).map_err(unpublishable)?;
        // An earlier release that is published again is in the store already; only the event says that it counts again.
        let is_kept = self
            .store
            .calendar(&DefinitionRef::Digest(digest))
            .await?
            .is_some();
        let calendars = if is_kept { Vec::new() } else { vec![row] };
        let rows = Rows {
            workflows: Vec::new(),
            calendars,
        };
        let requests = [sender.asks(SystemContent::PublishCalendar(published))];
        let answer = self.change(&requests, rows, how).await?;
        if how.mode == Mode::Write && matches!(answer, Answer::Done(_)) {
            self.wake_all().await?;
        }
        Ok(answer)
    }

    /// Decides requests one on the other and writes all of them or none; the first names the whole.
    async fn change(
        &self,
        requests: &[SystemRequest],
        rows: Rows,
        how: &How,
    ) -> Result<Answer<SystemBody, SystemRejection>, Error> {
        let first = &requests[0];
        let span = tracing::info_span!("command", command = %first.command, person = %first.person);
        async {
            let stream = StreamName::system();
            let _turn = self.turn(stream.as_str()).await;
            if let Some(done) = self
                .earlier(Some(first.person), how.key.as_ref(), stream.as_str())
                .await?
            {
                return Ok(Answer::Done(done));
            }
            for _ in 0..MOST_LOST_RACES {
                let installation = self.installation_or_none().await?;
                let events = match decide(&installation.people, requests, self.now()) {
                    Ok(events) => events,
                    Err(refusal) => return Ok(Answer::Refused(refusal)),
                };
                let done = |events, standing| Done {
                    stream: StreamName::system(),
                    command: first.command,
                    first_seq: installation.system_chain.length(),
                    events,
                    before: Vec::new(),
                    standing,
                    elsewhere: None,
                };
                if how.mode == Mode::DryRun {
                    return Ok(Answer::Done(done(events, Standing::Tried)));
                }
                let mut command = self.seal_system(&installation, &events)?;
                command.request = request_row(Some(first.person), how.key.as_ref(), first.command);
                command.workflows.clone_from(&rows.workflows);
                command.calendars.clone_from(&rows.calendars);
                match self.commit(command).await? {
                    Fate::Written(first) => {
                        return Ok(Answer::Done(done(events, Standing::Written { first })));
                    }
                    Fate::Repeated(answer) => {
                        return Ok(Answer::Done(
                            self.repeated(answer, how.key.as_ref(), stream.as_str())
                                .await?,
                        ));
                    }
                    Fate::Again => {}
                }
            }
            Err(Error::Crowded {
                stream: stream.to_string(),
                times: MOST_LOST_RACES,
            })
        }
        .instrument(span)
        .await
    }

    fn seal_system(
        &self,
        installation: &Installation,
        events: &[Event<SystemBody>],
    ) -> Result<Command, Error> {
        let (stream, chain) = (StreamName::system(), &installation.system_chain);
        let link = Link {
            stream: stream.label().clone(),
            seq: chain.length(),
            prev: chain.head(),
            system: None,
        };
        let records = record::seal_other(events, link, &mut || chance::salt(&*self.chance))?;
        let mut append = Append::new(stream, expected(chain), records)?;
        // Several decisions may be written at once; each is a change of its own.
        let decisions = events.chunk_by(|one, next| one.command == next.command);
        append.revisions = decisions.count() as u64;
        Ok(Command {
            appends: vec![append],
            ..Command::default()
        })
    }
}

/// Decides requests one on the other.
fn decide(
    people: &People,
    requests: &[SystemRequest],
    now: tsuho_core::time::Timestamp,
) -> Result<Vec<Event<SystemBody>>, SystemRejection> {
    let mut people = people.clone();
    let mut events = Vec::new();
    for request in requests {
        let decided = people::decide(&people, request, now)?;
        people = decided.iter().fold(people, People::evolve);
        events.extend(decided);
    }
    Ok(events)
}

/// Compiles the workflow of a bundle.
pub(crate) fn compile(bundle: &Bundle) -> Result<Rules, Error> {
    let compiled = bundle.compile();
    let rules = compiled.workflow(&bundle.workflow).cloned();
    rules.ok_or_else(|| Error::Unpublishable {
        why: format!("it holds no sound workflow `{}`", bundle.workflow),
    })
}

fn unpublishable(error: impl std::fmt::Display) -> Error {
    Error::Unpublishable {
        why: error.to_string(),
    }
}

/// Reads a calendar's data file into what is recorded and what is kept of it.
fn calendar_rows(
    text: &str,
) -> Result<(CalendarPublished, tsuho_store::Calendar), tsuho_core::calendar::InvalidCalendar> {
    let calendar = Calendar::read(text)?;
    let row = tsuho_store::Calendar {
        digest: calendar.digest,
        name: calendar.name.to_string(),
        version: calendar.version.clone(),
        source: text.to_owned(),
    };
    Ok((
        CalendarPublished {
            name: calendar.name,
            digest: calendar.digest,
        },
        row,
    ))
}
