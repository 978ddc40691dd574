//! `tsuho case list`: the cases of the installation with their state, what is due next, and what waits for consent.
//! Rows come from the views, proposals from the cases; everything else of a case is told by `tsuho case show`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use tsuho_core::case::view::first_zone;
use tsuho_core::case::{Approval, Consent};
use tsuho_core::catalogue::Arg;
use tsuho_core::ids::CaseId;
use tsuho_core::time::{Timestamp, Zone};
use tsuho_core::workflow::rules::Phase;
use tsuho_executor::{Compiled, Ground};
use tsuho_store::{CaseFilter, CaseRow, ClockFilter, Limit, Openness, Run};

use super::Context;
use crate::asking::{self, IncidentRef};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, Format, FormatArgument, Listing};
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
    /// At most so many.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Only those behind a number: where a list before ended.
    #[arg(long, value_name = "NUMBER")]
    after: Option<u64>,
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
                consent: if arguments.waiting {
                    tsuho_store::Consent::Waiting
                } else {
                    tsuho_store::Consent::Any
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
            let (rows, next) = page(session, &filter, arguments).await?;
            let dues = dues(session, &rows).await?;
            for (listed, due) in rows.iter().zip(dues) {
                listing.row(cells(session, listed, due).await?);
            }
            if let (true, None, Some(state)) = (rows.is_empty(), arguments.after, &arguments.state)
            {
                check_state(session, state).await?;
            }
            let format = arguments.format.format;
            context.output.listing(format, &listing.with_next(next));
            if let (Some(next), Format::Table) = (next, format) {
                let next = next.to_string();
                let more = Message::new("case.list.more").with("after", next);
                context.output.remark(&more);
            }
            Ok(Exit::Fine)
        },
    )
    .await
}

/// A case that is listed, with the proposals in it that wait for consent.
type Listed = (CaseRow, Vec<Approval>);

/// Returns the cases that are listed, by number, and behind which number there are more.
async fn page(
    session: &Session,
    filter: &CaseFilter,
    arguments: &Arguments,
) -> Result<(Vec<Listed>, Option<u64>)> {
    let (mut after, mut listed) = (arguments.after, Vec::new());
    let most = arguments.limit as usize;
    loop {
        // One more than is shown tells whether there are more.
        let left = Limit::new(arguments.limit + 1);
        let rows = session.executor().store().cases(filter, after, left).await;
        let rows = rows.map_err(|error| session.failed(error.into()))?;
        let is_last = rows.len() < left.get() as usize;
        let unsaid = rows.iter().filter(|row| row.pending != Some(0));
        warm(session, unsaid).await;
        for row in rows {
            let waiting = waiting(session, &row).await?;
            let number = row.number;
            if !arguments.waiting || !waiting.is_empty() {
                if listed.len() == most {
                    return Ok((listed, after));
                }
                listed.push((row, waiting));
            }
            after = Some(number);
        }
        if is_last {
            return Ok((listed, None));
        }
    }
}

/// Reads cases together that are looked into one by one.
async fn warm(session: &Session, rows: impl Iterator<Item = &CaseRow>) {
    let ids: Vec<CaseId> = rows.filter_map(|row| row.case_id.parse().ok()).collect();
    session.executor().warm(ids).await;
}

/// Returns the date that is due next of each case, and reads those that have none: they say what is owed all the same.
async fn dues(session: &Session, rows: &[Listed]) -> Result<Vec<Option<DueDate>>> {
    let mut dues = Vec::with_capacity(rows.len());
    for (row, _) in rows {
        dues.push(next_due(session, row).await?);
    }
    let open = rows.iter().zip(&dues);
    let open = open.filter(|((row, _), due)| due.is_none() && row.phase != "closed");
    warm(session, open.map(|((row, _), _)| row)).await;
    Ok(dues)
}

async fn cells(
    session: &Session,
    (row, waiting): &Listed,
    due: Option<DueDate>,
) -> Result<Vec<Cell>> {
    let compiled = compiled(session, row).await?;
    let zone = zone(session, &compiled).await?;
    let words = Words {
        rules: &compiled.rules,
        zone: &zone,
    };
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
    let proposals = match waiting.as_slice() {
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
async fn next_due(session: &Session, row: &CaseRow) -> Result<Option<DueDate>> {
    let compiled = compiled(session, row).await?;
    let zone = zone(session, &compiled).await?;
    let words = Words {
        rules: &compiled.rules,
        zone: &zone,
    };
    let (mut due, mut place): (Option<DueDate>, _) = (None, None);
    // Those that stopped or lapsed ask for nothing.
    let filter = ClockFilter {
        case_id: Some(row.case_id.clone()),
        run: Run::Runs,
        ..ClockFilter::default()
    };
    loop {
        let store = session.executor().store();
        let clocks = store.clocks(&filter, place.as_ref(), Limit::MAX).await;
        let clocks = clocks.map_err(|error| session.failed(error.into()))?;
        for clock in &clocks {
            let name = clock.obligation.parse().map_err(|_| {
                tsuho_store::Error::corrupt("clocks", "obligation", &clock.obligation)
            });
            let name = name.map_err(|error| session.failed(error.into()))?;
            let date = clock.due_at.map(|at| words.due_date(&name, at.into()));
            due = due.into_iter().chain(date).min();
        }
        if clocks.len() < Limit::MAX.get() as usize {
            return Ok(due);
        }
        place = clocks.last().map(tsuho_store::ClockRow::place);
    }
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

/// Returns the proposals of a case that wait for consent. The case is read only if something does, or its row was written
/// by a version that did not count.
async fn waiting(session: &Session, row: &CaseRow) -> Result<Vec<Approval>> {
    if row.pending == Some(0) {
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

async fn zone(session: &Session, compiled: &Compiled) -> Result<Zone> {
    let installation = session.executor().installation().await;
    let installation = installation.map_err(|error| session.failed(error))?;
    Ok(first_zone(&installation.context(compiled), None))
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
