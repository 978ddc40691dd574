//! Composes a change from arguments, has it carried out or tried, and tells what came of it.
//! A change has the keys of a line of `tsuho apply`, so that both mean the same.

use std::collections::BTreeSet;

use tsuho_core::case::view::first_zone;
use tsuho_core::case::{Body, Case, Event};
use tsuho_core::catalogue::Arg;
use tsuho_core::ids::CaseId;
use tsuho_core::name::ActionName;
use tsuho_core::operator::OperatorBody;
use tsuho_core::time::Timestamp;
use tsuho_core::value::parse::Written;
use tsuho_core::workflow::Rules;
use tsuho_executor::{Mode as Way, Standing};

use super::Context;
use super::consented::{Consented, given_before};
use super::page::Page;
use super::shared;
use crate::asking::{self, Events, Granted, Outcome, Refusal, Sent, Target};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Format, FormatArgument};
use crate::session::{Session, with_session};
use crate::telling::Words;

/// What is said with every change.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Said {
    /// The role to use.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// When it happened.
    #[arg(long, value_name = "TIME")]
    occurred_at: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The key under which it is done once.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Only tells what would be written.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: FormatArgument,
}

/// What is said with every change of a case that is open already.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct SaidOfCase {
    /// The revision that was seen.
    #[arg(long, value_name = "REVISION")]
    seen: Option<i64>,
    #[command(flatten)]
    pub(crate) said: Said,
}

impl SaidOfCase {
    /// Says nothing but the role to use.
    pub(crate) fn in_role(role: Option<String>) -> Self {
        let said = Said {
            role,
            ..Said::default()
        };
        Self { seen: None, said }
    }
}

/// A request being composed from arguments.
pub(crate) struct Composed(Vec<(String, Written)>);

impl Composed {
    /// Begins a request that asks for something with what is said of every change.
    pub(crate) fn new(verb: &str, said: &Said) -> Self {
        Self(Vec::new())
            .text("do", Some(verb))
            .text("role", said.role.as_deref())
            .text("occurred_at", said.occurred_at.as_deref())
            .text("reason", said.reason.as_deref())
            .text("key", said.key.as_deref())
    }

    /// Begins a request on a case.
    pub(crate) fn on(case: &str, verb: &str, said: &SaidOfCase) -> Self {
        Self::new(verb, &said.said)
            .text("case", Some(case))
            .number("seen", said.seen)
    }

    pub(crate) fn text(self, key: &str, text: Option<&str>) -> Self {
        self.put(key, text.map(|text| Written::Text(text.to_owned())))
    }

    pub(crate) fn number(self, key: &str, number: Option<i64>) -> Self {
        self.put(key, number.map(Written::Integer))
    }

    /// Adds a list of texts, unless it is empty.
    pub(crate) fn texts(self, key: &str, texts: &[String]) -> Self {
        let list: Vec<Written> = texts.iter().cloned().map(Written::Text).collect();
        self.put(key, (!list.is_empty()).then_some(Written::List(list)))
    }

    pub(crate) fn put(mut self, key: &str, value: Option<Written>) -> Self {
        self.0.extend(value.map(|value| (key.to_owned(), value)));
        self
    }
}

/// Returns the digest that an argument writes, or that of the file that it names.
pub(crate) fn digest_of(argument: Option<&str>) -> Result<Option<String>> {
    let digest = argument.map(asking::digest_or_file).transpose();
    let digest = digest.map_err(|message| Failure::new(Exit::NothingToRead, message))?;
    Ok(digest.map(|digest| digest.to_string()))
}

/// Has a change carried out and tells what came of it.
pub(crate) async fn carry_out(context: &mut Context, said: &Said, request: Composed) -> Result {
    let mut sent = match Sent::read(Written::Map(request.0)) {
        Ok(sent) => sent,
        Err(invalid) => return tell_invalid(context, said, Outcome::Invalid(invalid)),
    };
    let (mode, way) = if said.dry_run {
        (Mode::ReadOnly, Way::DryRun)
    } else {
        (Mode::ReadWrite, Way::Write)
    };
    with_session(
        context,
        mode,
        async |context: &mut Context, session: &Session| {
            let mut consented = Consented::of(session, &sent, None).await?;
            if let Some(consented) = &consented {
                // Consent binds to what is printed, whatever happens meanwhile.
                sent.bind(consented.digest);
            }
            let outcome = asking::carry_out(session, &sent, way).await?;
            if let Some(approval) = given_before(&outcome) {
                consented = Consented::of(session, &sent, Some(approval)).await?;
            }
            tell(context, session, said, (outcome, consented)).await
        },
    )
    .await
}

fn tell_invalid(context: &mut Context, said: &Said, outcome: Outcome) -> Result {
    match (said.format.format, outcome) {
        (Format::Table, Outcome::Invalid(invalid)) => {
            let exit = invalid.exit;
            let message = if invalid.place.is_empty() {
                invalid.problem
            } else {
                Message::new("request.placed")
                    .with("place", invalid.place)
                    .with("problem", invalid.problem.text(context.settings.language))
            };
            let failure = Failure::new(exit, message);
            Err(match exit {
                Exit::Usage => failure.hint(Message::new("usage.help")),
                _ => failure,
            })
        }
        (Format::Table | Format::Json, outcome) => {
            let exit = outcome.exit();
            let answer = outcome.acknowledgement(context.settings.language);
            context.output.json(answer.into());
            Ok(exit)
        }
    }
}

async fn tell(
    context: &mut Context,
    session: &Session,
    said: &Said,
    (outcome, consented): (Outcome, Option<Consented>),
) -> Result {
    if said.format.format == Format::Json {
        let exit = outcome.exit();
        let mut answer = outcome.acknowledgement(context.settings.language);
        if let (Some(consented), Outcome::Granted(_)) = (consented, &outcome) {
            answer.insert("proposal".to_owned(), consented.json);
        }
        context.output.json(answer.into());
        return Ok(exit);
    }
    match outcome {
        Outcome::Granted(granted) => {
            if let Some(consented) = consented {
                consented
                    .page
                    .print(&mut context.output, context.settings.language);
                context.output.line("");
            }
            let (page, remarks) = words_of(session, &granted).await?;
            page.print(&mut context.output, context.settings.language);
            for remark in &remarks {
                context.output.remark(remark);
            }
            Ok(Exit::Fine)
        }
        Outcome::Refused(refusal) => Err(refused(refusal)),
        Outcome::Invalid(_) => tell_invalid(context, said, outcome),
    }
}

fn refused(refusal: Refusal) -> Failure {
    let failure = Failure::new(refusal.exit, refusal.message);
    refusal.hints.into_iter().fold(failure, Failure::hint)
}

/// Returns what was done, would be done, or was done before, and what is owed since with no clock running.
async fn words_of(session: &Session, granted: &Granted) -> Result<(Page, Vec<Message>)> {
    let (mut page, mut remarks) = (Page::default(), Vec::new());
    match granted.standing {
        Standing::Written { .. } => {}
        Standing::Repeated => page.put(0, Message::new("change.repeated")),
        Standing::Tried => page.put(0, Message::new("change.tried")),
        Standing::Nothing => page.put(0, Message::new("change.nothing")),
    }
    match (&granted.events, granted.target) {
        (Events::Case(_), Target::Case { id, number }) => {
            remarks = on_case(&mut page, session, granted, (id, number)).await?;
            remarks.extend(shared::elsewhere(&mut page, session, granted).await?);
        }
        (Events::Operator(events), _) => of_operator(&mut page, session, events).await?,
        (Events::Incident(_), _) => remarks = shared::tell(&mut page, session, granted).await?,
        (Events::Case(_), Target::Operator | Target::Incident { .. }) => {}
    }
    Ok((page, remarks))
}

pub(super) async fn on_case(
    page: &mut Page,
    session: &Session,
    granted: &Granted,
    (id, number): (CaseId, u64),
) -> Result<Vec<Message>> {
    let Events::Case(events) = &granted.events else {
        return Ok(Vec::new());
    };
    let executor = session.executor();
    let failed = |error| session.failed(error);
    let installation = executor.installation().await.map_err(failed)?;
    let opened = events.first().and_then(|event| match &event.body {
        Body::CaseOpened(opened) => Some(opened),
        _ => None,
    });
    let mut undone = None;
    let (digest, case) = if let Some(opened) = opened {
        (opened.digest, None)
    } else {
        let ground = executor.ground(id).await.map_err(failed)?;
        undone = runs_again(events, &ground.case);
        (ground.case.digest, Some(ground.case))
    };
    let compiled = executor.compiled(digest).await.map_err(failed)?;
    let zone = first_zone(&installation.context(&compiled), case.as_deref());
    let rules = &compiled.rules;
    let words = Words { rules, zone: &zone };
    let taken_back = taken_back(session, id, events).await?;
    let mut said = None;
    for event in granted.before.iter().chain(events) {
        let depth = happened(page, &words, event, &mut said);
        let told = match &event.body {
            Body::ApprovalRefused(body) if taken_back.contains(&body.approval) => {
                vec![Message::new("event.approval_withdrawn")]
            }
            _ => words.event(event),
        };
        for message in told {
            page.put(depth, message);
        }
    }
    if let Some(action) = undone {
        let message = Message::new("change.runs_again").with("case", number.to_string());
        page.put(0, message.with("action", action.to_string()));
    }
    for message in next_steps(&words, events, number) {
        page.put(0, message);
    }
    if opened.is_some() && granted.is_on_record() {
        let message = Message::new("change.case").with("number", number.to_string());
        page.put(0, message.with("id", id.to_string()));
    }
    let mut remarks: Vec<Message> = granted.lost.iter().map(|lost| words.lost(lost)).collect();
    remarks.extend(
        granted
            .voluntary
            .iter()
            .map(|one| words.voluntary(number, one)),
    );
    remarks.extend(words.unfiled(number, &granted.unfiled));
    remarks.extend(words.waiting(number, &granted.waiting));
    Ok(remarks)
}

/// Tells what was recorded of the operator, in the words of the first workflow that knows the facts.
async fn of_operator(
    page: &mut Page,
    session: &Session,
    events: &[Event<OperatorBody>],
) -> Result<()> {
    let published = asking::latest_of_all(session).await?;
    let zone = asking::zone(session).await?;
    let mut said = None;
    for event in events {
        let OperatorBody::FactsRecorded(body) = &event.body;
        let mut rules = published.iter().map(|compiled| &compiled.rules);
        let knows = |rules: &&Rules| body.facts.keys().any(|fact| rules.facts.contains_key(fact));
        if let Some(rules) = rules.find(knows) {
            let words = Words { rules, zone: &zone };
            let depth = happened(page, &words, event, &mut said);
            for message in words.operator_event(event) {
                page.put(depth, message);
            }
        }
    }
    Ok(())
}

/// Says when something happened that is written down only now, once for all that happened then; returns how far in it
/// is told.
pub(super) fn happened<B>(
    page: &mut Page,
    words: &Words<'_>,
    event: &Event<B>,
    said: &mut Option<Timestamp>,
) -> usize {
    if event.occurred_at == event.recorded_at {
        *said = None;
        return 0;
    }
    if *said != Some(event.occurred_at) {
        *said = Some(event.occurred_at);
        let message = Message::new("change.occurred")
            .with("occurred_at", words.at(event.occurred_at))
            .with("recorded_at", words.at(event.recorded_at));
        page.put(0, message);
    }
    1
}

/// Returns the approvals whose consent had been given before it was refused: it is taken back.
async fn taken_back(
    session: &Session,
    id: CaseId,
    events: &[Event<Body>],
) -> Result<BTreeSet<u64>> {
    let refused = |event: &Event<Body>| matches!(event.body, Body::ApprovalRefused(_));
    if !events.iter().any(refused) {
        return Ok(BTreeSet::new());
    }
    let past = session.executor().case_events(id).await;
    let past = past.map_err(|error| session.failed(error))?;
    let given = past.iter().filter_map(|event| match &event.body {
        Body::ApprovalGiven(body) => Some(body.approval),
        _ => None,
    });
    Ok(given.collect())
}

/// Returns the action that files again, if a filing was undone and its duty runs again.
fn runs_again(events: &[Event<Body>], case: &Case) -> Option<ActionName> {
    let started = |event: &Event<Body>| matches!(event.body, Body::ClockStarted(_));
    let filing = events.iter().find_map(|event| match &event.body {
        Body::FilingUndone(body) => case.filings.get(&body.filing),
        _ => None,
    })?;
    events.iter().any(started).then(|| filing.action.clone())
}

/// Says what somebody has to do next because of what happened.
fn next_steps(words: &Words<'_>, events: &[Event<Body>], number: u64) -> Vec<Message> {
    let case = || Arg::Text(number.to_string());
    let steps = events.iter().filter_map(|event| match &event.body {
        Body::ApprovalRequested(body) => Some(
            Message::new("change.approve")
                .with("case", case())
                .with("action", body.proposal.action.to_string()),
        ),
        Body::FilingMade(body) if body.effective_at.is_none() => {
            let key = match words.unlisted(&body.into()) {
                Some(_) => "change.confirm",
                None => "change.receive",
            };
            let message = Message::new(key).with("case", case());
            Some(message.with("filing", body.filing.to_string()))
        }
        _ => None,
    });
    steps.collect()
}
