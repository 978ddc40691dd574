//! `tsuho audit replay`: shows a case as it stood: as it was on record at a time, or as it was in the world by then.
//! Folding is left to `tsuho-audit`; the case is shown as `tsuho case show` shows it, an incident by `replay/incident.rs`.

mod incident;

use tsuho_audit::AsOf;
use tsuho_core::incident::case_stream;
use tsuho_core::time::{Span, Timestamp, Zone};
use tsuho_core::value::parse::{self, Malformed};
use tsuho_executor::Ground;
use tsuho_ledger::PartClass;
use tsuho_store::CaseKey;

use super::case_records;
use super::rows::Compared;
use crate::commands::Context;
use crate::commands::case::{Seen, Stand, tell};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::Mode;
use crate::output::FormatArgument;
use crate::session::{Session, with_session};

/// Every part, as the screen had them.
const PARTS: [PartClass; 3] = [
    PartClass::Operational,
    PartClass::Personal,
    PartClass::Privileged,
];

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE", required_unless_present = "incident")]
    case: Option<String>,
    /// An incident with its cases.
    #[arg(long, value_name = "INCIDENT", conflicts_with = "case")]
    incident: Option<String>,
    /// As of when.
    #[arg(long, value_name = "TIME")]
    as_of: String,
    /// On which line of time.
    #[arg(long, value_enum, default_value_t, value_name = "recorded|occurred")]
    by: Line,
    #[command(flatten)]
    format: FormatArgument,
}

/// The two lines of time, which are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Line {
    /// What was on record by then.
    #[default]
    Recorded,
    /// What had occurred by then, as far as it is on record.
    Occurred,
}

impl Arguments {
    /// Returns the moment that is asked about, on its line of time; a time is meant in `zone`.
    fn as_of(&self, session: &Session, zone: &Zone) -> Result<AsOf> {
        let moment = past(session, moment(&self.as_of, zone)?, zone)?;
        Ok(match self.by {
            Line::Recorded => AsOf::Recorded(moment),
            Line::Occurred => AsOf::Occurred(moment),
        })
    }
}

/// Shows a case or an incident as it stood.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    with_session(
        context,
        Mode::ReadOnly,
        async |context: &mut Context, session: &Session| {
            if let Some(named) = &arguments.incident {
                return incident::run(context, session, (arguments, named)).await;
            }
            // One of the two is there, or the command line is refused.
            let named = arguments.case.as_deref().unwrap_or_default();
            of_case(context, session, (arguments, named)).await
        },
    )
    .await
}

async fn of_case(
    context: &mut Context,
    session: &Session,
    (arguments, named): (&Arguments, &str),
) -> Result {
    let store = &**session.executor().store();
    let row = case_records::find(store, session.database(), named).await?;
    let id = case_records::id(&row)?;
    let ground = session.executor().ground(id).await;
    let ground = ground.map_err(|error| session.failed(error))?;
    let zone = super::zone_of(&ground.context(), &ground.case);
    let as_of = arguments.as_of(session, &zone)?;
    let (key, args) = as_of.message(&zone);
    let opened_at = ground.case.opened_at;
    let mut compared = Compared::default();
    let stand = stood(session, ground, (as_of, &zone), &mut compared).await?;
    let Some(stand) = stand else {
        let named = Message::new("replay.not-open").with("case", named);
        let hint =
            Message::new("replay.not-open.hint").with("opened", super::minute(opened_at, &zone));
        return Err(Failure::new(Exit::NothingToRead, named).hint(hint));
    };
    let events = session.executor().case_events(id).await;
    let events = events.map_err(|error| session.failed(error))?;
    let mut events = session.reader()?.told(events, stand.words().rules);
    events.retain(|event| as_of.has(event));
    let seen = Seen {
        stand: &stand,
        events: &events,
        session,
        reader: session.reader()?,
    };
    let then = compared.under(Message::of(key, args));
    tell(context, &seen, &then, arguments.format.format);
    Ok(compared.exit())
}

/// Returns a case as it stood, if it was open; its row is compared with the fold of all its records.
async fn stood(
    session: &Session,
    ground: Ground,
    (as_of, zone): (AsOf, &Zone),
    compared: &mut Compared,
) -> Result<Option<Stand>> {
    let store = &**session.executor().store();
    let id = ground.case.id;
    let key = CaseKey::Id(id.to_string());
    let stream = case_stream(id);
    let (row, records) = case_records::together(
        async || {
            let row = store.case(&key).await;
            row.map_err(|error| session.failed(error.into()))
        },
        async || case_records::read(store, session.database(), &stream, &PARTS).await,
    )
    .await?;
    let fold = |as_of| {
        let records = records.iter().map(|placed| Ok(placed.record.clone()));
        let replay = tsuho_audit::replay::<std::convert::Infallible>(records, as_of);
        replay.map_err(super::unreadable)
    };
    if let Some(whole) = fold(AsOf::Recorded(Timestamp::LAST))?.stood {
        compared.case(&whole, row, records.len());
    }
    Ok(fold(as_of)?.stood.map(|case| Stand {
        ground,
        case,
        unwritten: Vec::new(),
        zone: zone.clone(),
        now: as_of.moment(),
    }))
}

/// Refuses a moment that has not come: what will stand on record then, nobody knows.
fn past(session: &Session, moment: Timestamp, zone: &Zone) -> Result<Timestamp> {
    let now = session.executor().now();
    if moment <= now || moment.date(zone) == now.date(zone) {
        // The present day is meant up to now.
        return Ok(moment.min(now));
    }
    let message = Message::new("replay.future")
        .with("as_of", super::minute(moment, zone))
        .with("now", super::minute(now, zone));
    Err(Failure::new(Exit::Findings, message).hint(Message::new("replay.future.hint")))
}

/// Reads as of when: a moment, or a day, which then is meant whole. Without an offset it is the time of the case's zone.
fn moment(text: &str, zone: &Zone) -> Result<Timestamp> {
    if let Ok(date) = parse::date(text) {
        let next = date.tomorrow().map(|next| zone.first_moment(next));
        return Ok(next.map_or(Timestamp::LAST, |next| next.plus(Span::from_micros(-1))));
    }
    parse::moment(text, zone).map_err(|problem| {
        let (key, args) = Malformed::new(problem).message();
        Failure::new(Exit::Usage, Message::of(key, args))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_meant_to_its_end_and_a_moment_as_it_stands() {
        let zone: Zone = "Asia/Tokyo".parse().expect("a zone");
        let read = |text| moment(text, &zone).map(|at| at.to_string()).ok();
        assert_eq!(
            read("2023-11-28"),
            Some("2023-11-28T14:59:59.999999Z".to_owned())
        );
        let morning = Some("2023-11-28T00:00:00.000000Z".to_owned());
        assert_eq!(read("2023-11-28T09:00"), morning);
        assert_eq!(read("2023-11-28T09:00+09:00"), morning);
        assert_eq!(read("tomorrow"), None);
    }
}
