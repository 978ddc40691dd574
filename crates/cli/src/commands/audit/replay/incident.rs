//! Shows an incident with its cases as it stood, folded from their records, as `tsuho incident show` shows it.
//! Each of the rows that lists show of them is compared with the fold of all records.

use std::convert::Infallible;
use std::rc::Rc;

use tsuho_audit::{AsOf, replay_incident};
use tsuho_core::incident::stream_of;
use tsuho_core::time::Timestamp;
use tsuho_store::IncidentKey;

use super::super::rows::Compared;
use super::super::{case_records, minute, unreadable};
use super::{Arguments, PARTS};
use crate::asking;
use crate::commands::Context;
use crate::commands::incident::{self, Gathered};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::session::Session;

/// Shows an incident as it stood.
pub(super) async fn run(
    context: &mut Context,
    session: &Session,
    (arguments, named): (&Arguments, &str),
) -> Result {
    let id = incident::named(session, named).await?;
    let store = &**session.executor().store();
    let (rules, zone) = asking::of_cases(session, id).await?;
    let as_of = arguments.as_of(session, &zone)?;
    let (key, stream) = (IncidentKey::Id(id.to_string()), stream_of(id));
    let (row, records) = case_records::together(
        async || {
            let row = store.incident(&key).await;
            row.map_err(|error| session.failed(error.into()))
        },
        async || case_records::read(store, session.database(), &stream, &PARTS).await,
    )
    .await?;
    let fold = |as_of| {
        let records = records.iter().map(|placed| Ok(placed.record.clone()));
        let replay = replay_incident::<Infallible>(records, as_of).map_err(unreadable)?;
        Ok(replay.stood)
    };
    let Some(whole) = fold(AsOf::Recorded(Timestamp::LAST))? else {
        return Err(Failure::new(
            Exit::Malformed,
            Message::new("history.unreadable"),
        ));
    };
    let mut compared = Compared::default();
    compared.incident(&whole, row, records.len());
    let then = fold(as_of)?;
    let mut stands = Vec::with_capacity(whole.cases().len());
    for link in whole.cases() {
        let ground = session.executor().ground(link.case).await;
        let ground = ground.map_err(|error| session.failed(error))?;
        let zone = super::super::zone_of(&ground.context(), &ground.case);
        let stand = super::stood(session, ground, (as_of, &zone), &mut compared).await?;
        let was_its_own = then.as_ref().is_some_and(|then| then.has(link.case));
        stands.extend(stand.filter(|_| was_its_own).map(Rc::new));
    }
    let Some(then) = then else {
        let named = Message::new("replay.incident-not-open").with("incident", named);
        let hint =
            Message::new("replay.not-open.hint").with("opened", minute(whole.opened_at, &zone));
        return Err(Failure::new(Exit::NothingToRead, named).hint(hint));
    };
    let events = session.executor().incident_events(id).await;
    let events = events.map_err(|error| session.failed(error))?;
    let events = session.reader()?.told_of_incident(events, &rules);
    let gathered = Gathered {
        id,
        incident: then.into(),
        events: (0..)
            .zip(events)
            .filter(|(_, event)| as_of.has(event))
            .collect(),
        stands,
        rules,
        zone: zone.clone(),
    };
    let (key, args) = as_of.message(&zone);
    let under = compared.under(Message::of(key, args));
    let format = arguments.format.format;
    incident::tell(context, session, (&gathered, Some(&under)), format)?;
    Ok(compared.exit())
}
