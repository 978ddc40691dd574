//! Incidents of the office: decided on several streams at once, and kept in the order of the ledger.
//! Cases of none are in the parent.

use std::collections::BTreeMap;

use tsuho_audit::incident_row;
use tsuho_core::case::Context;
use tsuho_core::case::event::Via;
use tsuho_core::case::request::{Asker, Content, Facts, Request, Text};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::incident::{self, Fresh, Incident, Member, Members, Opening, Taken, Written};

use super::{Desk, OFFICER, case_id, person};

pub(crate) fn incident_id() -> IncidentId {
    IncidentId::from_bytes([9; 16])
}

impl Desk {
    fn of_officer(&mut self, facts: &Facts) -> Request {
        Request {
            command: self.command(),
            asker: Asker::Person {
                person: person(OFFICER),
                via: Via::Os,
                role: "officer".parse().expect("a role"),
            },
            occurred_at: None,
            reason: None,
            seen: None,
            content: Content::Record {
                facts: facts.clone(),
            },
        }
    }

    fn ground(&self) -> Context<'_> {
        Context {
            rules: self.rules.as_ref().expect("a workflow was published"),
            people: &self.people,
            calendars: &self.calendars,
        }
    }

    fn members(&self) -> Members<'_> {
        let own = self.cases.values().filter(|case| case.incident.is_some());
        own.map(|case| {
            let context = self.ground();
            (case.id, Member { case, context })
        })
        .collect()
    }

    fn fresh(&self, cases: &[u8]) -> Vec<Fresh<'_>> {
        let delivered = self.operator.delivery(&self.operator_facts, None);
        let first = self.kept.ledger.next_case_number;
        let one = |(number, byte): (u64, &u8)| Fresh {
            id: case_id(*byte),
            number,
            context: self.ground(),
            delivered: delivered.clone(),
        };
        (first..).zip(cases).map(one).collect()
    }

    /// Opens the incident with cases, for one that is there if that is named.
    pub(crate) fn gather(&mut self, cases: &[u8], taken: Option<CaseId>, facts: &Facts) {
        let request = self.of_officer(facts);
        let history = taken
            .map(|id| self.histories[&id].clone())
            .unwrap_or_default();
        let opening = Opening {
            id: incident_id(),
            number: self.kept.ledger.next_incident_number,
            title: Text::personal("What Sato took home"),
            taken: taken.map(|id| Taken {
                member: Member {
                    case: &self.cases[&id],
                    context: self.ground(),
                },
                events: &history,
            }),
            fresh: self.fresh(cases),
        };
        let written = incident::open(&opening, &request, self.now).expect("it opens");
        self.kept.ledger.next_incident_number += 1;
        self.kept.ledger.next_case_number += cases.len() as u64;
        self.keep_written(written);
    }

    /// Opens another case in the incident.
    pub(crate) fn join(&mut self, case: u8) {
        let request = self.of_officer(&Facts::new());
        let incident = self.incident.as_ref().expect("an incident");
        let fresh = &self.fresh(&[case])[0];
        let written = incident::add(incident, &self.members(), fresh, &request, self.now);
        let written = written.expect("it opens");
        self.kept.ledger.next_case_number += 1;
        self.keep_written(written);
    }

    /// Records facts on a case of the incident, or on the incident.
    pub(crate) fn share(&mut self, case: Option<u8>, facts: &Facts) {
        let request = self.of_officer(facts);
        let incident = self.incident.as_ref().expect("an incident");
        let members = self.members();
        let written = match case {
            None => incident::record(incident, &members, &request, self.now),
            Some(byte) => incident::ask(incident, &members, (case_id(byte), &request), self.now),
        };
        let written = written.expect("it is granted");
        self.keep_written(written);
    }

    fn keep_written(&mut self, written: Written) {
        if !written.incident.is_empty() {
            self.keep_other(&incident::stream_of(incident_id()), &written.incident);
            let (begun, rest) = if let Some(before) = self.incident.take() {
                (before, &written.incident[..])
            } else {
                let begun = Incident::begin(incident_id(), &written.incident[0]);
                (begun.expect("an opening"), &written.incident[1..])
            };
            let after = rest.iter().fold(begun, Incident::evolve);
            self.kept.incidents = vec![incident_row(&after)];
            self.incident = Some(after);
        }
        let cases: BTreeMap<CaseId, _> = written.cases;
        for (id, events) in cases {
            self.keep_events(id, &events);
        }
    }
}
