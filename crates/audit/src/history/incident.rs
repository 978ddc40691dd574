//! Tells an incident's history: its opening, the cases that became its own, and the facts that they share.
//! What is told of any event, such as who and when, is put together by the parent; the cases have histories of their own.

use tsuho_core::case::event::{CaseLinked, Event, FactsRecorded};
use tsuho_core::case::record::{Unreadable, read};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::incident::{self, Incident, IncidentBody, IncidentOpened};
use tsuho_core::time::Zone;
use tsuho_core::workflow::Rules;
use tsuho_ledger::Record;

use super::value::spoken;
use super::words::Words;
use super::{Entry, Names, Sentence, Teller, fact};
use crate::stream::Kind;

/// Tells the records of one incident, in their order.
#[derive(Debug)]
pub struct IncidentHistory<'a> {
    teller: Teller<'a>,
    incident: Option<Incident>,
}

impl<'a> IncidentHistory<'a> {
    /// Begins a history. Things have the titles that the first of these workflows gives them which knows them; times are
    /// shown as clocks in `zone` show them.
    #[must_use]
    pub fn new(names: &'a Names, rules: impl IntoIterator<Item = &'a Rules>, zone: Zone) -> Self {
        let rules = rules.into_iter().collect();
        let words = Words { rules, zone };
        Self {
            teller: Teller { names, words },
            incident: None,
        }
    }

    /// Tells the next record.
    ///
    /// # Errors
    ///
    /// If it is of no incident or says nothing that this program knows.
    pub fn tell(&mut self, position: u64, record: &Record) -> Result<Entry, Unreadable> {
        let header = record.header();
        let event = read::<IncidentBody>(record)?;
        let before = self.incident.take();
        let words = &self.teller.words;
        let what = words.what_of_incident(before.as_ref(), &event);
        let details = words.details_of_incident(before.as_ref(), header.seq, &event);
        self.incident = match before {
            Some(incident) => Some(incident.evolve(&event)),
            None => match Kind::of(header.stream.as_str()) {
                Some(Kind::Incident(id)) => Incident::begin(id, &event),
                Some(Kind::System | Kind::Operator | Kind::Case(_)) | None => None,
            },
        };
        let told = (what, details);
        Ok(self.teller.entry((position, record), &event, told))
    }
}

impl Words<'_> {
    /// Puts an event of an incident into one sentence.
    fn what_of_incident(
        &self,
        incident: Option<&Incident>,
        event: &Event<IncidentBody>,
    ) -> Sentence {
        match &event.body {
            IncidentBody::IncidentOpened(body) => {
                let args = Args::from([
                    ("number", Arg::from(body.number.to_string())),
                    ("title", spoken(event, body.title, "title")),
                ]);
                ("audit.event.incident_opened", args)
            }
            IncidentBody::CaseLinked(body) => {
                let args = Args::from([
                    ("number", Arg::from(body.case_number.to_string())),
                    ("workflow", Arg::from(body.workflow.as_str())),
                ]);
                ("audit.event.incident_case", args)
            }
            IncidentBody::FactsRecorded(body) => {
                let facts = body.facts.keys().map(|name| self.fact(name)).collect();
                let mut args = Args::from([("facts", Arg::List(facts))]);
                match taken_from(incident, body) {
                    None => ("audit.event.facts_recorded", args),
                    Some(case) => {
                        args.insert("number", case);
                        ("audit.event.facts_taken_over", args)
                    }
                }
            }
        }
    }

    /// Returns the details of an event of an incident that matter.
    fn details_of_incident(
        &self,
        incident: Option<&Incident>,
        seq: u64,
        event: &Event<IncidentBody>,
    ) -> Vec<Sentence> {
        let (mut details, reason) = match &event.body {
            IncidentBody::IncidentOpened(IncidentOpened { reason, .. })
            | IncidentBody::CaseLinked(CaseLinked { reason, .. }) => (Vec::new(), *reason),
            IncidentBody::FactsRecorded(body) => {
                let before = incident.map(Incident::facts);
                let details = fact::details(self, before, seq, event, body);
                (details, body.reason)
            }
        };
        details.extend(reason.map(|class| {
            let args = Args::from([("reason", spoken(event, class, "reason"))]);
            ("audit.detail.reason", args)
        }));
        details
    }
}

/// Returns the number of the case from which facts were taken over; its stream, if the incident does not know it.
fn taken_from(incident: Option<&Incident>, body: &FactsRecorded) -> Option<Arg> {
    let from = body.delivered.as_ref()?;
    let links = incident.map_or(&[][..], Incident::cases);
    let link = links
        .iter()
        .find(|link| incident::case_stream(link.case) == from.stream);
    Some(link.map_or_else(
        || Arg::from(from.stream.as_str()),
        |link| Arg::from(link.case_number.to_string()),
    ))
}
