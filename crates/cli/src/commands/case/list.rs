//! `tsuho case list`: the cases of the installation with their state and what is due next.
//! Rows come from the views; a case is read whole by `tsuho case show`.

use std::collections::BTreeSet;

use tsuho_core::time::{Timestamp, Zone};
use tsuho_store::{CaseFilter, CaseRow, ClockFilter, Limit, Openness};

use super::Context;
use crate::asking;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, FormatArgument, Listing};
use crate::session::{Session, with_session};
use crate::telling::due_at;

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
                    "number", "case", "workflow", "version", "state", "phase", "opened", "due",
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
                    let cells = cells(session, row).await?;
                    listing.row(cells);
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

async fn cells(session: &Session, row: &CaseRow) -> Result<Vec<Cell>> {
    let zone = zone_of(session, row).await?;
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
    // Clocks come by due moment; those that stopped or lapsed ask for nothing.
    let mut running = clocks
        .iter()
        .filter(|clock| ["running", "passed"].contains(&clock.status.as_str()));
    let due = running.find_map(|clock| clock.due_at).map(Timestamp::from);
    let opened = Timestamp::from(row.opened_at);
    Ok(vec![
        row.number.into(),
        row.case_id.as_str().into(),
        row.workflow.as_str().into(),
        row.workflow_version.as_str().into(),
        row.state.as_str().into(),
        row.phase.as_str().into(),
        Cell::new(opened.date(&zone).to_string(), opened.to_string()),
        due.map_or_else(Cell::none, |due| {
            Cell::said(
                Message::new("telling.plain").with("text", due_at(due, &zone)),
                due.to_string(),
            )
        }),
    ])
}

/// Returns the zone in which a case's deadlines are said.
async fn zone_of(session: &Session, row: &CaseRow) -> Result<Zone> {
    let executor = session.executor();
    let failed = |error| session.failed(error);
    let installation = executor.installation().await.map_err(failed)?;
    let compiled = executor
        .compiled(row.workflow_digest)
        .await
        .map_err(failed)?;
    Ok(tsuho_core::case::view::first_zone(
        &installation.context(&compiled),
        None,
    ))
}

/// Refuses a state that no published workflow has, so that a slip of the pen is not taken for "none".
async fn check_state(session: &Session, state: &str) -> Result<()> {
    let published = asking::latest_of_all(session).await?;
    let states = published
        .iter()
        .flat_map(|compiled| compiled.rules.states.keys());
    let known: BTreeSet<&str> = states.map(tsuho_core::name::StateName::as_str).collect();
    if known.contains(state) {
        return Ok(());
    }
    let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
    let message = Message::new("case.list.unknown-state").with("state", state);
    Err(Failure::new(Exit::Usage, message)
        .hint(Message::new("case.list.states").with("states", known)))
}
