//! Tells an incident and its cases as one story: every event of all of them, in the order in which the ledger has them.
//! A case is told by the parent; what a person may read of each stream follows the rules of that stream alone.

use serde_json::{Value, json};
use tsuho_audit::history::{Entry, Names};
use tsuho_audit::{History, IncidentHistory};
use tsuho_core::catalogue::Arg;
use tsuho_core::incident::{Incident, case_stream, stream_of};
use tsuho_core::time::Zone;
use tsuho_core::workflow::Rules;

use super::super::{case_records, unreadable};
use super::{Arguments, names, object, parts, say_entry};
use crate::asking;
use crate::commands::Context;
use crate::commands::incident::named;
use crate::exit::Exit;
use crate::failure::Result;
use crate::message::Message;
use crate::output::Format;
use crate::session::Session;

/// An incident with what is told of it and its cases.
struct Story<'a> {
    incident: &'a Incident,
    rules: &'a [Rules],
    zone: &'a Zone,
    /// Every event, by position; of a case, with its number.
    told: Vec<(Option<u64>, Entry)>,
}

/// Tells the history of an incident.
pub(super) async fn run(
    context: &mut Context,
    session: &Session,
    (arguments, text): (&Arguments, &str),
) -> Result {
    let id = named(session, text).await?;
    let incident = session.executor().incident(id).await;
    let incident = incident.map_err(|error| session.failed(error))?;
    let (rules, zone) = asking::of_cases(session, id).await?;
    let reader = session.reader()?;
    let is_told = |rules| arguments.personal && reader.is_told_values(rules);
    if arguments.personal && !rules.iter().all(is_told) {
        context
            .output
            .remark(&Message::new("session.withheld-values"));
    }
    let names = names(session, arguments).await?;
    let mut whole = Story {
        incident: &incident,
        rules: &rules,
        zone: &zone,
        told: Vec::new(),
    };
    whole
        .read_incident(session, &names, rules.iter().any(is_told))
        .await?;
    for (link, rules) in incident.cases().iter().zip(&rules) {
        let of = (link.case, link.case_number);
        let told = parts(is_told(rules));
        let stream = case_stream(of.0);
        let store = &**session.executor().store();
        let records = case_records::read(store, session.database(), &stream, told).await?;
        let mut history = History::new(&names, Some(rules), zone.clone());
        for placed in &records {
            let entry = history.tell(placed.position, &placed.record);
            whole.told.push((Some(of.1), entry.map_err(unreadable)?));
        }
    }
    whole.told.sort_by_key(|(_, entry)| entry.position);
    match arguments.format.format {
        Format::Table => whole.say(context),
        Format::Json => whole.json(context),
    }
    Ok(Exit::Fine)
}

impl Story<'_> {
    /// Tells the incident's own events.
    async fn read_incident(
        &mut self,
        session: &Session,
        names: &Names,
        is_told: bool,
    ) -> Result<()> {
        let store = &**session.executor().store();
        let stream = stream_of(self.incident.id);
        let records =
            case_records::read(store, session.database(), &stream, parts(is_told)).await?;
        let mut history = IncidentHistory::new(names, self.rules, self.zone.clone());
        for placed in &records {
            let entry = history.tell(placed.position, &placed.record);
            self.told.push((None, entry.map_err(unreadable)?));
        }
        Ok(())
    }

    fn say(&self, context: &mut Context) {
        let language = context.settings.language;
        let numbers = self.incident.cases().iter();
        let numbers = numbers.map(|link| Arg::from(link.case_number.to_string()));
        let heading = Message::new("history.incident")
            .with("number", self.incident.number.to_string())
            .with("cases", Arg::List(numbers.collect()));
        context.output.say(&heading);
        let zoned = Message::new("audit.zone").with("zone", self.zone.name());
        context.output.say(&zoned);
        let place = |case: Option<u64>| {
            let (key, number) = match case {
                None => ("history.place.incident", self.incident.number),
                Some(number) => ("history.place.case", number),
            };
            let place = Message::new(key).with("number", number.to_string());
            place.text(language)
        };
        // Of the words of one language each letter has the same width.
        let widths = self
            .told
            .iter()
            .map(|(case, _)| place(*case).chars().count());
        let width = widths.max().unwrap_or(0);
        for (case, entry) in &self.told {
            let line = Message::new("history.story")
                .with("position", format!("{:>5}", entry.position))
                .with("place", format!("{:<width$}", place(*case)));
            say_entry(context, line, entry, self.zone);
        }
    }

    fn json(&self, context: &mut Context) {
        let language = context.settings.language;
        let incident = self.incident;
        let stream_of_case = |number: u64| {
            let links = incident.cases().iter();
            let mut links = links.filter(|link| link.case_number == number);
            links.next().map(|link| case_stream(link.case))
        };
        let events = self.told.iter().map(|(case, entry)| {
            let mut value = object(entry, language);
            value["case"] = json!(case);
            let stream = case.and_then(stream_of_case);
            value["stream"] = stream.unwrap_or_else(|| stream_of(incident.id)).into();
            value
        });
        let cases = incident.cases().iter().map(|link| {
            json!({
                "case": link.case,
                "number": link.case_number,
                "stream": case_stream(link.case),
                "workflow": { "name": link.workflow, "digest": link.digest },
            })
        });
        let (events, cases): (Value, Value) = (events.collect(), cases.collect());
        context.output.json(json!({
            "incident": incident.id,
            "number": incident.number,
            "stream": stream_of(incident.id),
            "zone": self.zone.name(),
            "cases": cases,
            "events": events,
        }));
    }
}
