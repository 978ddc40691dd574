//! Records facts of the operator and gives them to the cases that use them (A2).
//! A case that was missed, because the process died on the way, gets them before its next command.

use std::collections::BTreeMap;

use tracing::Instrument;
use tsuho_core::case::Rejection;
use tsuho_core::case::record::{self, Link};
use tsuho_core::case::request::{Content, Facts, Request};
use tsuho_core::name::{FactName, WorkflowName};
use tsuho_core::operator::{self, OperatorBody};
use tsuho_core::workflow::rules::FactRule;
use tsuho_store::{Append, Command};

use crate::answer::{Answer, Done, How, Mode, Standing};
use crate::commit::{Fate, request_row};
use crate::definitions::Compiled;
use crate::ground::{Installation, operator_stream};
use crate::handle::{MOST_LOST_RACES, person};
use crate::history::expected;
use crate::{Error, Executor, chance};

impl Executor {
    /// Records facts of the operator, then gives them to every case that uses them, closed ones too. The request's
    /// content is [`Content::Record`].
    ///
    /// # Errors
    ///
    /// If the key was used for another request, or something failed. What was recorded and not yet delivered then is
    /// delivered before each case's next command, or by [`Executor::deliver_operator_facts`].
    pub async fn record_operator_facts(
        &self,
        request: &Request,
        how: &How,
    ) -> Result<Answer<OperatorBody, Rejection>, Error> {
        let Content::Record { facts } = &request.content else {
            return Ok(Answer::Refused(Rejection::Nothing {}));
        };
        let span = tracing::info_span!(
            "command", command = %request.command, person = person(&request.asker).map(tracing::field::display)
        );
        async {
            let answer = self.record_in_turn(request, facts, how).await?;
            if how.mode == Mode::Write && matches!(answer, Answer::Done(_)) {
                self.deliver_operator_facts().await?;
            }
            Ok(answer)
        }
        .instrument(span)
        .await
    }

    async fn record_in_turn(
        &self,
        request: &Request,
        facts: &Facts,
        how: &How,
    ) -> Result<Answer<OperatorBody, Rejection>, Error> {
        let _turn = self.turn(operator::STREAM).await;
        let (asker, key) = (person(&request.asker), how.key.as_ref());
        if let Some(done) = self.earlier(asker, key, operator::STREAM).await? {
            return Ok(Answer::Done(done));
        }
        for _ in 0..MOST_LOST_RACES {
            let installation = self.installation().await?;
            let published = self.latest(&installation).await?;
            let events =
                match decide_for_all(&published, &installation, (request, facts), self.now()) {
                    Ok(events) => events,
                    Err(refusal) => return Ok(Answer::Refused(refusal)),
                };
            let done = |events, standing| Done {
                stream: operator_stream(),
                command: request.command,
                first_seq: installation.operator.version(),
                events,
                before: Vec::new(),
                standing,
                elsewhere: None,
            };
            if how.mode == Mode::DryRun {
                return Ok(Answer::Done(done(events, Standing::Tried)));
            }
            let chain = &installation.operator_chain;
            let link = Link {
                stream: operator_stream().label().clone(),
                seq: chain.length(),
                prev: chain.head(),
                system: Some(installation.system()),
            };
            let records = record::seal_other(&events, link, &mut || chance::salt(&*self.chance))?;
            let mut append = Append::new(operator_stream(), expected(chain), records)?;
            append.revisions = 1;
            let command = Command {
                appends: vec![append],
                system: Some(installation.system()),
                request: request_row(asker, key, request.command),
                ..Command::default()
            };
            match self.commit(command).await? {
                Fate::Written(first) => {
                    return Ok(Answer::Done(done(events, Standing::Written { first })));
                }
                Fate::Repeated(answer) => {
                    return Ok(Answer::Done(
                        self.repeated(answer, key, operator::STREAM).await?,
                    ));
                }
                Fate::Again => {}
            }
        }
        Err(Error::Crowded {
            stream: operator::STREAM.to_owned(),
            times: MOST_LOST_RACES,
        })
    }

    /// Returns the latest published version of each workflow.
    async fn latest(
        &self,
        installation: &Installation,
    ) -> Result<Vec<std::sync::Arc<Compiled>>, Error> {
        // Publications come by name and version, so that the last of a name is its latest.
        let latest: BTreeMap<&WorkflowName, _> = installation
            .people
            .workflows()
            .map(|(name, _, digest)| (name, digest))
            .collect();
        let mut compiled = Vec::with_capacity(latest.len());
        for digest in latest.into_values() {
            compiled.push(self.compiled(digest).await?);
        }
        Ok(compiled)
    }
}

/// Decides the recording of facts, which have to suit every workflow that declares them.
fn decide_for_all(
    published: &[std::sync::Arc<Compiled>],
    installation: &Installation,
    request: (&Request, &Facts),
    now: tsuho_core::time::Timestamp,
) -> Result<Vec<tsuho_core::case::Event<OperatorBody>>, Rejection> {
    // Facts that others keep are declared too, so that who tries to record one is told whose it is.
    let all = published.iter().flat_map(|compiled| &compiled.rules.facts);
    let operators = published
        .iter()
        .flat_map(|compiled| &compiled.operator_facts);
    let declared: BTreeMap<FactName, FactRule> = all
        .chain(operators)
        .map(|(name, rule)| (name.clone(), rule.clone()))
        .collect();
    let decide = |declared: &BTreeMap<FactName, FactRule>| {
        operator::decide(
            declared,
            &installation.people,
            &installation.operator,
            request,
            now,
        )
    };
    let events = decide(&declared)?;
    for compiled in published {
        let mut as_here = declared.clone();
        as_here.extend(compiled.operator_facts.clone());
        decide(&as_here)?;
    }
    Ok(events)
}
