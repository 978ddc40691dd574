//! `tsuho incident list`: the incidents of the installation with their cases and what is due next on any of them.
//! Rows come from the view, titles from the histories, because a title may name a person.

use serde_json::json;
use tsuho_core::ids::IncidentId;
use tsuho_core::time::Timestamp;
use tsuho_store::{IncidentRow, Limit};

use super::Context;
use super::page::Gathered;
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, Format, FormatArgument, Listing};
use crate::session::{Session, with_session};
use crate::telling::due_at;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// At most so many.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Only those behind a number: where a list before ended.
    #[arg(long, value_name = "NUMBER")]
    after: Option<u64>,
    #[command(flatten)]
    format: FormatArgument,
}

/// Lists incidents.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            let columns = &[
                "incident_number",
                "incident",
                "title",
                "opened",
                "cases",
                "due",
            ];
            let mut listing = Listing::new("incidents", columns);
            let (rows, next) = page(session, arguments).await?;
            for some in rows.chunks(AT_ONCE) {
                let ids = ids(session, some)?;
                warm(session, &ids).await?;
                for (row, id) in some.iter().zip(ids) {
                    let gathered = Gathered::of(session, id).await?;
                    listing.row(cells(row, &gathered));
                }
            }
            let format = arguments.format.format;
            context.output.listing(format, &listing.with_next(next));
            if let (Some(next), Format::Table) = (next, format) {
                let more = Message::new("incident.list.more");
                context.output.remark(&more.with("after", next.to_string()));
            }
            Ok(Exit::Fine)
        },
    )
    .await
}

/// Of how many incidents the cases are read together: no more of them than are kept.
const AT_ONCE: usize = 64;

/// Returns the incidents that are listed, by number, and behind which number there are more.
async fn page(session: &Session, arguments: &Arguments) -> Result<(Vec<IncidentRow>, Option<u64>)> {
    let store = session.executor().store();
    // One more than is shown tells whether there are more.
    let limit = Limit::new(arguments.limit + 1);
    let rows = store.incidents(arguments.after, limit).await;
    let mut rows = rows.map_err(|error| session.failed(error.into()))?;
    let shown = arguments.limit as usize;
    let are_more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows.last().map(|row| row.number);
    Ok((rows, next.filter(|_| are_more)))
}

fn ids(session: &Session, rows: &[IncidentRow]) -> Result<Vec<IncidentId>> {
    let ids = rows.iter().map(|row| {
        let id = row.incident_id.parse();
        id.map_err(|_| {
            tsuho_store::Error::corrupt("incidents", "incident_id", &row.incident_id).into()
        })
    });
    let ids: std::result::Result<_, _> = ids.collect();
    ids.map_err(|error| session.failed(error))
}

/// Reads the cases of some incidents together.
async fn warm(session: &Session, ids: &[IncidentId]) -> Result<()> {
    let executor = session.executor();
    let mut cases = Vec::new();
    for id in ids {
        let incident = executor.incident(*id).await;
        let incident = incident.map_err(|error| session.failed(error))?;
        cases.extend(incident.cases().iter().map(|link| link.case));
    }
    executor.warm(cases).await;
    Ok(())
}

fn cells(row: &IncidentRow, gathered: &Gathered) -> Vec<Cell> {
    let opened = Timestamp::from(row.opened_at);
    let title = Message::new("telling.plain").with("text", gathered.title());
    let cases = gathered
        .stands
        .iter()
        .map(|stand| stand.case.number.to_string());
    let numbers: Vec<u64> = gathered
        .stands
        .iter()
        .map(|stand| stand.case.number)
        .collect();
    let due = gathered.next_due().map_or_else(Cell::none, |due| {
        let said = Message::new("telling.plain").with("text", due_at(due, &gathered.zone));
        Cell::said(said, json!(due))
    });
    vec![
        row.number.into(),
        row.incident_id.as_str().into(),
        Cell::said(title, gathered.title_json()),
        Cell::new(opened.date(&gathered.zone).to_string(), opened.to_string()),
        Cell::new(cases.collect::<Vec<_>>().join(", "), json!(numbers)),
        due,
    ]
}
