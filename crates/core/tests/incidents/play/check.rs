//! Holds every case against its incident, and makes every decision again, each stream by itself.
//! What is played is in the parent.

use tsuho_core::case::event::{Body, Event, Sheet};
use tsuho_core::case::fact::History;
use tsuho_core::case::{Case, again};
use tsuho_core::incident::{self, Incident, IncidentBody, Shared};

use super::{Play, incident_id};

impl Play {
    /// Finds facts whose versions on a case are not those on the incident.
    pub(crate) fn apart(&self) -> Vec<String> {
        let Some(incident) = &self.incident else {
            return Vec::new();
        };
        let members = self.members();
        let shared = self.shared(incident.cases().len());
        let mut apart = Vec::new();
        for (id, member) in members {
            for (fact, history) in incident.facts() {
                if !shared.keeps(member.context.rules, fact) {
                    continue;
                }
                let told = |history: &History| {
                    let versions = history.versions().iter();
                    let told = versions
                        .map(|version| (version.as_of, version.change.clone(), version.certainty));
                    told.collect::<Vec<_>>()
                };
                let here = member.case.facts.get(fact).map(told);
                if here != Some(told(history)) {
                    apart.push(format!("{fact} of {id}"));
                }
            }
        }
        apart
    }

    /// Returns what the incident keeps with its first cases.
    fn shared(&self, cases: usize) -> Shared {
        let incident = self.incident.as_ref().expect("an incident");
        let links = incident.cases().iter().take(cases);
        Shared::of(links.map(|link| &self.rules[self.rules_of(link.workflow.as_str())]))
    }

    /// Makes every decision again from the operational parts alone, each stream by itself.
    pub(crate) fn decided_again(&self) -> Result<usize, String> {
        let mut count = 0;
        for (number, played) in &self.cases {
            let mut case: Option<Case> = None;
            for events in &played.decisions {
                let events: Vec<Event<Body>> = events.iter().map(bare).collect();
                let context = self.context(played.rules);
                let next = again::again(&context, played.case.id, case.as_ref(), &events)
                    .map_err(|difference| format!("case {number}: {difference:?}"))?;
                case = Some(next);
                count += 1;
            }
            if case.as_ref() != Some(&played.case) {
                return Err(format!("case {number}: the fold differs"));
            }
        }
        let mut incident: Option<Incident> = None;
        for events in &self.decisions {
            let events: Vec<Event<IncidentBody>> = events.iter().map(bare).collect();
            let begun = Incident::begin(incident_id(), &events[0]);
            let (begun, rest) = if let Some(before) = incident.clone() {
                (before, &events[..])
            } else {
                (begun.ok_or("incident: nothing begins it")?, &events[1..])
            };
            let after = rest.iter().fold(begun, Incident::evolve);
            let shared = self.shared(after.cases().len());
            let given: Vec<&Event<IncidentBody>> = events.iter().collect();
            let expected = incident::again::again(&self.people, &shared, incident.as_ref(), &given)
                .map_err(|refusal| format!("incident: {refusal:?}"))?;
            if expected != events {
                return Err(format!("incident: {expected:?} and not {events:?}"));
            }
            incident = Some(after);
            count += 1;
        }
        Ok(count)
    }
}

fn bare<B: Clone>(event: &Event<B>) -> Event<B> {
    Event {
        personal: Sheet::new(),
        privileged: Sheet::new(),
        ..event.clone()
    }
}
