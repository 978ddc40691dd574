//! Commits a command, and answers again what was committed before.
//! What a command holds is decided and sealed by the caller.

use tsuho_core::case::event::EventBody;
use tsuho_core::case::record;
use tsuho_core::ids::{CommandId, PersonId};
use tsuho_store::{Batch, Command, Conflict, Limit, Outcome, Position, RequestKey};

use crate::answer::{Done, Key, Standing};
use crate::{Error, Executor};

/// What became of a command.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It is on record.
    Written(Position),
    /// The same request came before.
    Repeated(tsuho_store::Answer),
    /// Somebody was faster: load and decide again.
    Again,
}

impl Executor {
    /// Commits one command. Acknowledges nothing unless the store says that it is durable. What was decided by a clock
    /// that has jumped is not written.
    pub(crate) async fn commit(&self, command: Command) -> Result<Fate, Error> {
        self.trust_clock()?;
        let first = &command.appends[0].records()[0];
        let name = first.header().command.to_string();
        let key = command.request.as_ref().map(|request| request.key.clone());
        // One that no transaction takes is found before it joins those of others.
        let command = Batch::new(vec![command])?.into_commands().remove(0);
        let outcome = self
            .queue
            .commit(command)
            .await
            .map_err(|source| Error::Unacknowledged {
                command: name,
                source,
            })?;
        match outcome {
            Outcome::Committed { positions } => {
                let first = positions.first().copied().expect("a command has a record");
                tracing::debug!(position = %first, records = positions.len(), "command written");
                Ok(Fate::Written(first))
            }
            Outcome::Lost(Conflict::Repeated(answer)) => Ok(Fate::Repeated(answer)),
            Outcome::Lost(Conflict::KeyReused(answer)) => {
                Err(key_reused(&key.unwrap_or_default(), &answer))
            }
            Outcome::Lost(Conflict::CalendarExists {
                name,
                version,
                digest,
            }) => Err(Error::CalendarExists {
                name,
                version,
                published: digest,
            }),
            // A publication is an event of the system stream, whose head agrees: the row stands there without one.
            Outcome::Lost(Conflict::WorkflowExists { digest, .. }) => {
                Err(tsuho_store::Error::corrupt("workflows", "digest", &digest).into())
            }
            Outcome::Lost(
                lost @ (Conflict::StreamMoved { .. }
                | Conflict::SystemMoved { .. }
                | Conflict::CaseNumberTaken { .. }
                | Conflict::IncidentNumberTaken { .. }),
            ) => {
                tracing::debug!(?lost, "somebody was faster");
                Ok(Fate::Again)
            }
        }
    }

    /// Returns where the answer is that a person's key was given before, if it was.
    pub(crate) async fn answered(
        &self,
        person: Option<PersonId>,
        key: Option<&Key>,
    ) -> Result<Option<tsuho_store::Answer>, Error> {
        let (Some(person), Some(key)) = (person, key) else {
            return Ok(None);
        };
        let asked = RequestKey {
            person: person.to_string(),
            key: key.as_str().to_owned(),
        };
        match self.store.request(&asked).await? {
            Some(answer) if answer.digest != key.digest() => Err(key_reused(key.as_str(), &answer)),
            answer => Ok(answer),
        }
    }

    /// Returns the answer that a person's key was given before, if it was; `stream` is what its stream begins with.
    pub(crate) async fn earlier<B: EventBody>(
        &self,
        person: Option<PersonId>,
        key: Option<&Key>,
        stream: &str,
    ) -> Result<Option<Done<B>>, Error> {
        match self.answered(person, key).await? {
            None => Ok(None),
            Some(answer) => self.repeated(answer, key, stream).await.map(Some),
        }
    }

    /// Builds an answer again from the events that were written.
    pub(crate) async fn repeated<B: EventBody>(
        &self,
        answer: tsuho_store::Answer,
        key: Option<&Key>,
        stream: &str,
    ) -> Result<Done<B>, Error> {
        if !answer.stream.as_str().starts_with(stream) {
            return Err(key_reused(key.map_or("", Key::as_str), &answer));
        }
        let mut events = Vec::new();
        let mut seq = answer.first_seq;
        while seq <= answer.last_seq {
            let left = u32::try_from(answer.last_seq - seq + 1).unwrap_or(u32::MAX);
            let page = self
                .store
                .stream_records(&answer.stream, seq, Limit::new(left))
                .await?;
            if page.is_empty() {
                return Err(
                    tsuho_store::Error::corrupt("requests", "last_seq", &answer.command).into(),
                );
            }
            for stored in page {
                events.push(record::read(&stored.open()?.record)?);
                seq += 1;
            }
        }
        let command = answer
            .command
            .parse()
            .map_err(|_| tsuho_store::Error::corrupt("requests", "command", &answer.command))?;
        let standing = Standing::Repeated;
        let before = Vec::new();
        Ok(Done {
            stream: answer.stream,
            command,
            first_seq: answer.first_seq,
            events,
            before,
            standing,
            elsewhere: None,
        })
    }
}

/// Returns the row that makes a repeated request harmless, for a person's request with a key.
pub(crate) fn request_row(
    person: Option<PersonId>,
    key: Option<&Key>,
    command: CommandId,
) -> Option<tsuho_store::Request> {
    Some(tsuho_store::Request {
        person: person?.to_string(),
        key: key?.as_str().to_owned(),
        digest: key?.digest(),
        command: command.to_string(),
    })
}

fn key_reused(key: &str, answer: &tsuho_store::Answer) -> Error {
    Error::KeyReused {
        key: key.to_owned(),
        command: answer.command.clone(),
        stream: answer.stream.to_string(),
    }
}
