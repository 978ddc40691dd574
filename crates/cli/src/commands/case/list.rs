//! `tsuho case list`: the cases of the installation with their state, what is due next, and what waits for consent.
//! Rows come from the views, proposals from the cases; everything else of a case is told by `tsuho case show`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use tsuho_core::case::view::first_zone;
use tsuho_core::case::{Approval, Consent};
use tsuho_core::catalogue::Arg;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::rules::Phase;
use tsuho_executor::{Compiled, Ground};
use tsuho_store::{CaseFilter, CaseRow, ClockFilter, Limit, Openness};

use super::Context;
use crate::asking::{self, IncidentRef};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, FormatArgument, Listing};
use crate::session::{Session, with_session};
use crate::telling::{DueDate, Waiting, Words, due_at};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only those in a state.
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Only open ones.
    #[arg(long, conflicts_with = "closed")]
    open: bool,
    /// Only closed ones.
    #[arg(long)]
    closed: bool,
    /// Only those in which a proposal waits for consent.
    #[arg(long)]
    waiting: bool,
    #[command(flatten)]
    format: FormatArgument,
}

/// Lists cases.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let filter = CaseFilter {
                state: arguments.state.clone(),
                openness: match (arguments.open, arguments.closed) {
                    (true, _) => Some(Openness::Open),
                    (false, true) => Some(Openness::Closed),
                    (false, false) => None,
                },
            };
            let mut listing = Listing::new(
                "cases",
                &[
                    "number",
                    "case",
                    "incident_number",
                    "workflow",
                    "version",
                    "state",
                    "phase",
                    "opened",
                    "due",
                    "consent",
                ],
            );
            let (mut after, mut rows) = (None, 0_usize);
            loop {
                let page = session
                    .executor()
                    .store()
                    .cases(&filter, after, Limit::MAX)
                    .await;
                let page = page.map_err(|error| session.failed(error.into()))?;
                let Some(last) = page.last() else {
                    break;
                };
                after = Some(last.number);
                rows += page.len();
                for row in &page {
                    let waiting = waiting(session, row).await?;
                    if !arguments.waiting || !waiting.is_empty() {
                        listing.row(cells(session, row, &waiting).await?);
                    }
                }
            }
            if let (0, Some(state)) = (rows, &arguments.state) {
                check_state(session, state).await?;
            }
            context.output.listing(arguments.format.format, &listing);
            Ok(Exit::Fine)
        },
    )
    .await
}

async fn cells(session: &Session, row: &CaseRow, waiting: &[Approval]) -> Result<Vec<Cell>> {
    let compiled = compiled(session, row).await?;
    let installation = session.executor().installation().await;
    let installation = installation.map_err(|error| session.failed(error))?;
    let zone = first_zone(&installation.context(&compiled), None);
    let words = Words {
        rules: &compiled.rules,
        zone: &zone,
    };
    let due = next_due(session, row, &words).await?;
    let due = match due {
        Some(due) => Cell::said(plain(due_at(due.at, &zone)), json!(due.at)),
        None => without_clock(session, row, &words).await?,
    };
    let opened = Timestamp::from(row.opened_at);
    let said = |text: Arg, value: serde_json::Value| Cell::said(plain(text), value);
    let state = compiled.rules.states.get(row.state.as_str());
    let phase = state.map(|state| Arg::Key(phase_key(state.phase)));
    let state = state.map(|state| Arg::Title(state.title.clone()));
    let proposals = waiting.iter().map(|approval| {
        let args = [
            ("action", words.action(&approval.proposal.action)),
            ("role", words.role_title(&approval.by)),
        ];
        Arg::Message("summary.other", args.into())
    });
    let proposals = match waiting {
        [] => Arg::Text(String::new()),
        _ => Arg::List(proposals.collect()),
    };
    let asked = waiting.iter().map(|approval| {
        let action = &approval.proposal.action;
        json!({ "action": action, "by": approval.by, "digest": approval.digest })
    });
    Ok(vec![
        row.number.into(),
        row.case_id.as_str().into(),
        incident(session, row).await?,
        row.workflow.as_str().into(),
        row.workflow_version.as_str().into(),
        said(
            state.unwrap_or_else(|| row.state.as_str().into()),
            json!(row.state),
        ),
        said(
            phase.unwrap_or_else(|| row.phase.as_str().into()),
            json!(row.phase),
        ),
        Cell::new(opened.date(&zone).to_string(), opened.to_string()),
        due,
        said(proposals, asked.collect()),
    ])
}

/// Returns the date that is due next.
async fn next_due(session: &Session, row: &CaseRow, words: &Words<'_>) -> Result<Option<DueDate>> {
    let filter = ClockFilter {
        case_id: Some(row.case_id.clone()),
        status: None,
    };
    let clocks = session
        .executor()
        .store()
        .clocks(&filter, None, Limit::MAX)
        .await;
    let clocks = clocks.map_err(|error| session.failed(error.into()))?;
    // Those that stopped or lapsed ask for nothing.
    let running = clocks
        .iter()
        .filter(|clock| ["running", "passed"].contains(&clock.status.as_str()));
    let mut due: Option<DueDate> = None;
    for clock in running {
        let name = clock.obligation.parse();
        let name = name
            .map_err(|_| tsuho_store::Error::corrupt("clocks", "obligation", &clock.obligation));
        let name = name.map_err(|error| session.failed(error.into()))?;
        let date = clock.due_at.map(|at| words.due_date(&name, at.into()));
        due = due.into_iter().chain(date).min();
    }
    Ok(due)
}

/// Returns the number of the incident to which a case belongs.
async fn incident(session: &Session, row: &CaseRow) -> Result<Cell> {
    let Some(text) = &row.incident_id else {
        return Ok(Cell::none());
    };
    let id = text.parse();
    let id = id.map_err(|_| tsuho_store::Error::corrupt("cases", "incident_id", text));
    let id = id.map_err(|error| session.failed(error.into()))?;
    let found = asking::find_incident(session, IncidentRef::Id(id)).await?;
    Ok(found.map_or_else(Cell::none, |(_, number)| number.into()))
}

/// Returns the proposals of a case that wait for consent. A case is read only if its state lets something wait.
async fn waiting(session: &Session, row: &CaseRow) -> Result<Vec<Approval>> {
    let compiled = compiled(session, row).await?;
    let is_closed = compiled
        .rules
        .states
        .get(row.state.as_str())
        .is_some_and(|state| state.phase == Phase::Closed);
    let leaving = row.state.parse().map(|state| {
        let leaving = compiled.rules.graph.actions_from(&state).into_iter();
        leaving
            .filter_map(|name| compiled.rules.action(name))
            .any(|action| action.approval.is_some())
    });
    if is_closed && !leaving.unwrap_or(false) {
        return Ok(Vec::new());
    }
    let ground = ground(session, row).await?;
    let pending = ground.case.approvals.values();
    let pending = pending.filter(|approval| approval.consent == Consent::Pending);
    Ok(pending.cloned().collect())
}

fn plain(text: Arg) -> Message {
    Message::new("telling.plain").with("text", text)
}

/// Says of an open case without a due moment what is owed all the same, and for what its clock waits.
async fn without_clock(session: &Session, row: &CaseRow, words: &Words<'_>) -> Result<Cell> {
    if row.phase == "closed" {
        return Ok(Cell::none());
    }
    let ground = ground(session, row).await?;
    let now = session.executor().now().max(ground.case.last_recorded);
    let waiting = Waiting::of(&ground.context(), &ground.case, now);
    let certain = waiting.iter().find(|one| one.is_certain);
    let Some(first) = certain.or(waiting.first()) else {
        return Ok(Cell::none());
    };
    let same = waiting
        .iter()
        .filter(|one| (one.is_certain, &one.for_facts) == (first.is_certain, &first.for_facts));
    let duties = same.map(|one| words.waiting_called(one)).collect();
    let message = Message::new("waiting.due").with("duties", Arg::List(duties));
    let message = message.with("facts", words.waits_for(first));
    Ok(Cell::said(message, serde_json::Value::Null))
}

async fn ground(session: &Session, row: &CaseRow) -> Result<Ground> {
    let id = row.case_id.parse();
    let id = id.map_err(|_| tsuho_store::Error::corrupt("cases", "case_id", &row.case_id));
    let id = id.map_err(|error| session.failed(error.into()))?;
    let ground = session.executor().ground(id).await;
    ground.map_err(|error| session.failed(error))
}

async fn compiled(session: &Session, row: &CaseRow) -> Result<Arc<Compiled>> {
    let compiled = session.executor().compiled(row.workflow_digest).await;
    compiled.map_err(|error| session.failed(error))
}

const fn phase_key(phase: Phase) -> &'static str {
    match phase {
        Phase::Detect => "phase.detect",
        Phase::Notify => "phase.notify",
        Phase::Report => "phase.report",
        Phase::Prevent => "phase.prevent",
        Phase::Closed => "phase.closed",
    }
}

/// Refuses a state that no published workflow has, so that a slip of the pen is not taken for "none".
async fn check_state(session: &Session, state: &str) -> Result<()> {
    let published = asking::latest_of_all(session).await?;
    let states = published.iter().flat_map(|compiled| &compiled.rules.states);
    let known: BTreeMap<&str, Arg> = states
        .map(|(name, rule)| {
            let title = Arg::Title(rule.title.clone());
            let args = [("title", title), ("name", name.as_str().into())];
            (name.as_str(), Arg::Message("telling.titled", args.into()))
        })
        .collect();
    if known.contains_key(state) {
        return Ok(());
    }
    let known = Arg::List(known.into_values().collect());
    let message = Message::new("case.list.unknown-state").with("state", state);
    Err(Failure::new(Exit::Usage, message)
        .hint(Message::new("case.list.states").with("states", known)))
}
