//! Holds what cases say of their incident against what it says itself: links, copies, and what is missing.
//! Folding incidents, and making their decisions again, is the parent's business.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

use tsuho_core::case::Case;
use tsuho_core::case::event::{Body, CaseLinked, Event, FactRecorded, FactsRecorded};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::incident::{self, IncidentBody, Shared};
use tsuho_core::name::FactName;

use super::super::cases::{Cases, Standing};
use super::super::definition::Compiled;
use super::super::installation::Installation;
use super::super::{Entry, Notes};
use super::{Folded, Incidents, Stands};
use crate::finding::{Fault, Place};
use crate::said::{Say, or_absent, words, words_with};

impl Incidents {
    /// Checks what an event of a case says of the case's incident.
    pub(in super::super) fn check_case(
        &mut self,
        (case, compiled): (&Case, Option<&Compiled>),
        event: &Event<Body>,
        place: &Place,
        notes: &mut Notes,
    ) {
        match &event.body {
            Body::CaseLinked(link) => self.check_link(case.id, link, place, notes),
            Body::FactsRecorded(body) => {
                let (Some(of), Some(compiled)) = (case.incident, compiled) else {
                    return;
                };
                let from = body.delivered.as_ref();
                match from.filter(|from| incident::is_stream(&from.stream)) {
                    Some(from) => {
                        let own = from.stream == incident::stream_of(of.id);
                        if own {
                            self.given.entry(case.id).or_default().insert(from.seq);
                        }
                        self.check_copy((case, compiled), body, place, notes);
                    }
                    None if from.is_none() => {
                        self.check_own((of.id, compiled), body, place, notes);
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }

    /// Checks that the incident names the case that says to be one of it, in the same words.
    fn check_link(&self, id: CaseId, link: &CaseLinked, place: &Place, notes: &mut Notes) {
        let Some(known) = self.get(link.incident) else {
            let (field, found) = ("body.incident", link.incident);
            let expected = words("audit.said.incident");
            notes
                .at(place)
                .add(Fault::Link, field, expected, found.to_string());
            return;
        };
        let Some(folded) = known.folded() else {
            return;
        };
        let same = folded
            .incident
            .cases()
            .iter()
            .find(|other| other.case == id);
        if same != Some(link) {
            let told = |link: &CaseLinked| {
                let number = link.incident_number;
                format!(
                    "{} {number}, {} {}, {}",
                    link.incident, link.case, link.case_number, link.digest
                )
            };
            let expected = or_absent(same.map(told));
            notes
                .at(place)
                .add(Fault::Link, "body", expected, told(link));
        }
    }

    /// Checks that a copy is what the incident's event gives such a case, and that it was not given before.
    fn check_copy(
        &self,
        (case, compiled): (&Case, &Compiled),
        body: &FactsRecorded,
        place: &Place,
        notes: &mut Notes,
    ) {
        let (Some(from), Some(of)) = (&body.delivered, case.incident) else {
            return;
        };
        let Some(folded) = self.get(of.id).and_then(Stands::folded) else {
            return;
        };
        let Some(shared) = &folded.shared else {
            return;
        };
        notes.counts.copies += 1;
        let before = case.delivered.get(&from.stream);
        let recorded = folded.incident.recordings().get(&from.seq);
        let is_own = from.stream == incident::stream_of(of.id);
        let in_order = before.is_none_or(|before| *before < from.seq);
        let Some(recorded) = recorded.filter(|_| is_own && in_order) else {
            let stream = incident::stream_of(of.id);
            let version = folded.incident.version;
            let pair = [("stream", &stream as &dyn Display), ("seq", &version)];
            let expected = words_with("audit.said.before", pair);
            let found = format!("{} seq {}", from.stream, from.seq);
            notes
                .at(place)
                .add(Fault::Delivery, "body.delivered", expected, found);
            return;
        };
        let kept = kept(&recorded.body, |fact| shared.keeps(&compiled.rules, fact));
        compare(&kept, &body.facts, place, notes);
    }

    /// Checks that a case records nothing by itself that its incident keeps for it.
    fn check_own(
        &self,
        (of, compiled): (IncidentId, &Compiled),
        body: &FactsRecorded,
        place: &Place,
        notes: &mut Notes,
    ) {
        let known = self.get(of).and_then(Stands::folded);
        let Some(shared) = known.and_then(|folded| folded.shared.as_ref()) else {
            return;
        };
        for fact in body
            .facts
            .keys()
            .filter(|fact| shared.keeps(&compiled.rules, fact))
        {
            let expected = words("audit.said.on_incident");
            let field = format!("body.facts.{fact}");
            notes.at(place).add(Fault::Delivery, field, expected, "");
        }
    }

    /// Checks at the end that every case knows of its incident, and has everything that was recorded for it.
    pub(in super::super) fn check_missing(&self, cases: &Cases, notes: &mut Notes) {
        for folded in self.folded() {
            let incident = &folded.incident;
            for link in incident.cases() {
                let place = incident_place(folded, link);
                let case = match cases.get(link.case) {
                    // What is damaged was noted where it is.
                    Some(Standing::Lost) => continue,
                    Some(Standing::Folded(case)) => Some(case),
                    None => None,
                };
                let of = case.and_then(|folded| folded.case.incident);
                if of.map(|of| of.id) != Some(incident.id) {
                    let found = or_absent(of.map(|of| of.id.to_string()));
                    let expected = incident.id.to_string();
                    let place = place.cloned();
                    if let Some(place) = place {
                        notes
                            .at(&place)
                            .add(Fault::Link, "body.case", expected, found);
                    }
                    continue;
                }
                let (Some(shared), Some(compiled)) =
                    (&folded.shared, case.and_then(|case| case.compiled.as_ref()))
                else {
                    continue;
                };
                self.check_given((folded, shared), (link.case, compiled), notes);
            }
        }
    }

    fn check_given(
        &self,
        (folded, shared): (&Folded, &Shared),
        (id, compiled): (CaseId, &Arc<Compiled>),
        notes: &mut Notes,
    ) {
        let nothing = BTreeSet::new();
        let given = self.given.get(&id).unwrap_or(&nothing);
        let owed = folded.incident.copies(shared, (id, &compiled.rules), 0);
        for copy in owed
            .iter()
            .filter(|copy| !given.contains(&copy.delivered.seq))
        {
            let Some(place) = folded.places.get(&copy.delivered.seq) else {
                continue;
            };
            let pair = [("case", &id as &dyn Display)];
            let expected = words_with("audit.said.copy_on", pair);
            let found = words("audit.said.nothing");
            notes
                .at(place)
                .add(Fault::CopyMissing, "body.facts", expected, found);
        }
    }
}

/// Returns where an incident says that a case is one of it.
fn incident_place<'a>(folded: &'a Folded, link: &CaseLinked) -> Option<&'a Place> {
    // Links are counted among the events: the opening is the first, recordings stand between.
    let recordings = folded.incident.recordings();
    let mut links = (1..folded.incident.version).filter(|seq| !recordings.contains_key(seq));
    let place = folded
        .incident
        .cases()
        .iter()
        .position(|other| other == link)?;
    folded.places.get(&links.nth(place)?)
}

/// Facts as they are compared: without sources, which stay where they were named.
type Kept = BTreeMap<FactName, FactRecorded>;

fn kept(body: &FactsRecorded, is_kept: impl Fn(&FactName) -> bool) -> Kept {
    let facts = body.facts.iter().filter(|(fact, _)| is_kept(fact));
    let bare = |(fact, recorded): (&FactName, &FactRecorded)| {
        let source = None;
        let recorded = FactRecorded {
            source,
            ..recorded.clone()
        };
        (fact.clone(), recorded)
    };
    facts.map(bare).collect()
}

/// Compares facts that were given with those that should have been.
fn compare(expected: &Kept, found: &Kept, place: &Place, notes: &mut Notes) {
    let names: BTreeSet<&FactName> = expected.keys().chain(found.keys()).collect();
    for name in names {
        let (wanted, there) = (expected.get(name), found.get(name));
        if wanted != there {
            let told = |recorded: &FactRecorded| {
                let FactRecorded {
                    change,
                    as_of,
                    certainty,
                    ..
                } = recorded;
                format!("{change:?}, {as_of}, {certainty:?}")
            };
            let field = format!("body.facts.{name}");
            let (wanted, there) = (or_absent(wanted.map(told)), or_absent(there.map(told)));
            notes.at(place).add(Fault::Delivery, field, wanted, there);
        }
    }
}

/// Checks that an incident took over from its first case exactly what that had recorded itself.
pub(super) fn check_taken_over(
    (shared, installation): (&Shared, &Installation),
    cases: &Cases,
    entries: &[Entry<IncidentBody>],
    notes: &mut Notes,
) {
    let links = entries.iter().filter_map(|entry| match &entry.event.body {
        IncidentBody::CaseLinked(link) => Some((link, &entry.place)),
        IncidentBody::IncidentOpened(_) | IncidentBody::FactsRecorded(_) => None,
    });
    for (link, place) in links {
        // A case that is opened with the incident has recorded nothing yet.
        let Some(Standing::Folded(folded)) = cases.get(link.case) else {
            continue;
        };
        let Some(compiled) = installation.workflows.get(&link.digest).cloned().flatten() else {
            continue;
        };
        let mut owed: BTreeMap<u64, Kept> = BTreeMap::new();
        for (fact, history) in &folded.case.facts {
            if !shared.keeps(&compiled.rules, fact) {
                continue;
            }
            for version in history.versions() {
                let recorded = FactRecorded {
                    change: version.change.clone(),
                    as_of: version.as_of,
                    certainty: version.certainty,
                    source: None,
                };
                owed.entry(version.seq)
                    .or_default()
                    .insert(fact.clone(), recorded);
            }
        }
        let stream = incident::case_stream(link.case);
        let mut last = place;
        for entry in entries {
            let IncidentBody::FactsRecorded(body) = &entry.event.body else {
                continue;
            };
            let Some(from) = body.delivered.as_ref().filter(|from| from.stream == stream) else {
                continue;
            };
            last = &entry.place;
            let expected = owed.remove(&from.seq).unwrap_or_default();
            compare(&expected, &kept(body, |_| true), last, notes);
        }
        for seq in owed.keys() {
            let found = words("audit.said.nothing");
            let expected = format!("{stream} seq {seq}");
            notes
                .at(last)
                .add(Fault::CopyMissing, "body.facts", expected.say(), found);
        }
    }
}
