//! Opens cases: picks the workflow's version, gives the case its number and the operator's facts.
//! Whether it may be opened is decided in `tsuho-core`.

use tracing::Instrument;
use tsuho_core::case::decide::decide_open;
use tsuho_core::case::request::{Asker, Content, Request, Text};
use tsuho_core::case::{Body, Event, Rejection};
use tsuho_core::ids::{CaseId, CommandId};
use tsuho_core::name::WorkflowName;
use tsuho_core::people::People;
use tsuho_core::time::Timestamp;
use tsuho_ledger::Digest;

use crate::answer::{Answer, Done, How, Mode, Standing};
use crate::commit::{Fate, request_row};
use crate::ground::{CASE_PREFIX, case_stream};
use crate::handle::{Base, MOST_LOST_RACES, person};
use crate::{Error, Executor};

/// The turn for which openings wait: they all take the next case number.
pub(crate) const TURN: &str = "case numbers";

/// What somebody asks who opens a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Names the decision.
    pub command: CommandId,
    /// Who asks.
    pub asker: Asker,
    /// The workflow.
    pub workflow: WorkflowName,
    /// Its version; by default the latest that was published.
    pub version: Option<u32>,
    /// When the case began in the world; by default the moment of deciding.
    pub occurred_at: Option<Timestamp>,
    /// Why, where it is opened for a day long past.
    pub reason: Option<Text>,
}

impl Executor {
    /// Opens a case. The answer names it.
    ///
    /// # Errors
    ///
    /// If no such workflow was published, the key was used for another request, or something failed.
    pub async fn open_case(
        &self,
        opening: &Opening,
        how: &How,
    ) -> Result<Answer<Body, Rejection>, Error> {
        let id = self.new_case();
        let asker = person(&opening.asker);
        let span = tracing::info_span!(
            "command", case.id = %id, command = %opening.command, person = asker.map(tracing::field::display)
        );
        async {
            let _turn = self.turn(TURN).await;
            if how.mode == Mode::DryRun
                && let Some(done) = self.earlier(asker, how.key.as_ref(), CASE_PREFIX).await?
            {
                return Ok(Answer::Done(done));
            }
            for _ in 0..MOST_LOST_RACES {
                if let Some(answer) = self.try_to_open(id, opening, how).await? {
                    return Ok(answer);
                }
            }
            Err(Error::Crowded {
                stream: TURN.to_owned(),
                times: MOST_LOST_RACES,
            })
        }
        .instrument(span)
        .await
    }

    /// Decides an opening once; `None` if somebody was faster.
    async fn try_to_open(
        &self,
        id: CaseId,
        opening: &Opening,
        how: &How,
    ) -> Result<Option<Answer<Body, Rejection>>, Error> {
        let (asker, key) = (person(&opening.asker), how.key.as_ref());
        let installation = self.installation().await?;
        let digest = published(&installation.people, &opening.workflow, opening.version)?;
        let compiled = self.compiled(digest).await?;
        let number = self.store.ledger().await?.next_case_number;
        let request = Request {
            command: opening.command,
            asker: opening.asker.clone(),
            occurred_at: opening.occurred_at,
            reason: opening.reason.clone(),
            seen: None,
            content: Content::Open {
                number,
                delivered: installation.delivery(&compiled, None),
            },
        };
        let context = installation.context(&compiled);
        let events = match decide_open(&context, id, &request, self.now()) {
            Ok(events) => events,
            Err(refusal) => {
                let earlier = self.earlier(asker, key, CASE_PREFIX).await?;
                return Ok(Some(earlier.map_or(Answer::Refused(refusal), Answer::Done)));
            }
        };
        if how.mode == Mode::DryRun {
            return Ok(Some(Answer::Done(opened(
                id,
                opening,
                events,
                Standing::Tried,
            ))));
        }
        let base = Base {
            context,
            installation: &installation,
            before: None,
            outlook: None,
        };
        let (mut command, after) = self.seal(&base, id, &events)?;
        command.case_numbers = vec![number];
        command.request = request_row(asker, key, opening.command);
        Ok(match self.commit(command).await? {
            Fate::Written(first) => {
                self.cases.put(after);
                Some(Answer::Done(opened(
                    id,
                    opening,
                    events,
                    Standing::Written { first },
                )))
            }
            Fate::Repeated(answer) => {
                Some(Answer::Done(self.repeated(answer, key, CASE_PREFIX).await?))
            }
            Fate::Again => None,
        })
    }
}

/// Returns the digest of a workflow's version, by default its latest.
pub(crate) fn published(
    people: &People,
    name: &WorkflowName,
    version: Option<u32>,
) -> Result<Digest, Error> {
    let digest = match version {
        Some(version) => people.workflow(name, version),
        None => people
            .workflows()
            .filter(|(other, _, _)| *other == name)
            .max_by_key(|(_, version, _)| *version)
            .map(|(_, _, digest)| digest),
    };
    digest.ok_or_else(|| Error::UnknownWorkflow {
        name: name.clone(),
        version,
    })
}

fn opened(
    id: CaseId,
    opening: &Opening,
    events: Vec<Event<Body>>,
    standing: Standing,
) -> Done<Body> {
    let (stream, command) = (case_stream(id), opening.command);
    Done {
        stream,
        command,
        first_seq: 0,
        events,
        before: Vec::new(),
        standing,
        elsewhere: None,
    }
}
