//! `tsuho incident list`: the incidents of the installation with their cases and what is due next on any of them.
//! Rows come from the view, titles from the histories, because a title may name a person.

use serde_json::json;
use tsuho_core::time::Timestamp;
use tsuho_store::{IncidentRow, Limit};

use super::Context;
use super::page::Gathered;
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::open::Mode;
use crate::output::{Cell, FormatArgument, Listing};
use crate::session::{Session, with_session};
use crate::telling::due_at;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
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
            let mut after = None;
            loop {
                let page = session
                    .executor()
                    .store()
                    .incidents(after, Limit::MAX)
                    .await;
                let page = page.map_err(|error| session.failed(error.into()))?;
                let Some(last) = page.last() else {
                    break;
                };
                after = Some(last.number);
                for row in &page {
                    listing.row(cells(session, row).await?);
                }
            }
            context.output.listing(arguments.format.format, &listing);
            Ok(Exit::Fine)
        },
    )
    .await
}

async fn cells(session: &Session, row: &IncidentRow) -> Result<Vec<Cell>> {
    let gathered = Gathered::numbered(session, row.number).await?;
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
    Ok(vec![
        row.number.into(),
        row.incident_id.as_str().into(),
        Cell::said(title, gathered.title_json()),
        Cell::new(opened.date(&gathered.zone).to_string(), opened.to_string()),
        Cell::new(cases.collect::<Vec<_>>().join(", "), json!(numbers)),
        due,
    ])
}
