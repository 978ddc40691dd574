//! Incidents in random histories: what is drawn of them, and that all their streams say the same.

use std::sync::Arc;

use tsuho_core::case::event::Change;
use tsuho_core::case::fact::History;
use tsuho_core::case::record;
use tsuho_core::case::request::{Content, Facts, Given};
use tsuho_core::case::{Case, Event};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::incident::{Incident, IncidentBody, Shared, again};
use tsuho_core::value::Value;
use tsuho_core::workflow::Rules;
use tsuho_executor::{Executor, How, IncidentOpening, view};
use tsuho_store::{IncidentKey, StreamName};

use crate::desk::{Desk, SISTER, WORKFLOW};
use crate::drawn::Draws;
use crate::given::{choice, fact, measure, text};
use crate::replay::{Library, records};

/// Draws an incident of two or three cases, or one for a case that is there; returns its cases behind the first.
pub(crate) async fn opened(
    desk: &Desk,
    draws: &mut Draws,
    taken: Option<CaseId>,
) -> (IncidentId, Vec<CaseId>) {
    desk.publish_sister().await;
    // A draw may have taken away the role in which it is opened.
    desk.give_back("duty_officer").await;
    let name = |name: &str| (name.parse().expect("a name"), None);
    let mut workflows = vec![name(SISTER)];
    if taken.is_none() {
        workflows.insert(0, name(WORKFLOW));
    }
    if draws.below(2) == 0 {
        workflows.push(name(WORKFLOW));
    }
    let opening = IncidentOpening {
        workflows,
        taken,
        facts: if draws.below(2) == 0 {
            shared_facts(draws)
        } else {
            Facts::new()
        },
        ..desk.both()
    };
    let told = desk.incident(&opening).await;
    let cases = told
        .cases
        .iter()
        .map(|done| done.case_id().expect("a case"));
    let cases: Vec<CaseId> = cases.collect();
    (told.incident_id().expect("an incident"), cases)
}

/// Draws facts that an incident keeps.
fn shared_facts(draws: &mut Draws) -> Facts {
    let users = i64::try_from(draws.below(5_000)).expect("a small number");
    let (word, checked) = (draws.below(3), draws.below(2) == 0);
    let one = match draws.below(6) {
        0 => ("users_affected", Value::Integer(users)),
        1 => ("persons", Value::Integer(users)),
        2 => ("cause", text("a route that was left open")),
        3 => ("secrecy_leak", choice(["leaked", "feared", "none"][word])),
        4 => ("measures", measure(checked.then_some("2023-10-01"))),
        _ => ("outline", text("somebody came in")),
    };
    crate::given::facts([one])
}

/// Records something on the incident, or on any of its cases, and sometimes takes it away.
pub(crate) async fn share(desk: &Desk, draws: &mut Draws, (id, cases): (IncidentId, &[CaseId])) {
    let mut facts = shared_facts(draws);
    if draws.below(6) == 0 {
        let gone = ["users_affected", "cause", "secrecy_leak"][draws.below(3)];
        facts.insert(fact(gone), Given::new(Change::Absent));
    }
    let mut request = desk.reasoned("privacy_officer", Content::Record { facts });
    if draws.below(4) == 0 {
        let back = i64::try_from(draws.below(3_000)).expect("a small number");
        let back = tsuho_core::time::Span::from_minutes(-back);
        request.occurred_at = Some(desk.executor.now().plus(back));
    }
    let how = How::default();
    // Whoever lost the role meanwhile is refused, which is an answer too.
    match draws.below(cases.len() + 1) {
        0 => drop(
            desk.executor
                .record_on_incident(id, &request, &how)
                .await
                .expect("no failure"),
        ),
        place => {
            let answer = desk.executor.submit(cases[place - 1], &request, &how).await;
            drop(answer.expect("no failure"));
        }
    }
}

/// What the streams of an incident came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Agreed {
    /// Values of its cases that were compared with the incident's.
    pub(crate) values: usize,
    /// Decisions on its stream that were made again.
    pub(crate) decisions: usize,
}

/// Checks that every case says what its incident says, that the incident's row is right, and makes every decision on
/// the incident's stream again.
pub(crate) async fn agree_together(
    executor: &Arc<Executor>,
    id: IncidentId,
) -> Result<Agreed, String> {
    let incident = executor
        .incident(id)
        .await
        .map_err(|error| error.to_string())?;
    let key = IncidentKey::Id(id.to_string());
    let row = executor
        .store()
        .incident(&key)
        .await
        .expect("a read")
        .expect("a row");
    if row != view::incident_row(&incident) {
        return Err(format!("the incident's row is {row:?}"));
    }
    let mut members: Vec<(Case, Rules)> = Vec::new();
    for link in incident.cases() {
        let ground = executor
            .ground(link.case)
            .await
            .map_err(|error| error.to_string())?;
        members.push((Case::clone(&ground.case), ground.compiled.rules.clone()));
    }
    let shared = Shared::of(members.iter().map(|(_, rules)| rules));
    let mut agreed = Agreed::default();
    for (case, rules) in &members {
        agreed.values += apart(&incident, &shared, (case, rules))?;
    }
    agreed.decisions = decided_again(executor, id, &members).await?;
    Ok(agreed)
}

/// Compares every version of every shared fact; returns how many facts there are.
pub(crate) fn apart(
    incident: &Incident,
    shared: &Shared,
    (case, rules): (&Case, &Rules),
) -> Result<usize, String> {
    let told = |history: &History| {
        let versions = history.versions().iter();
        let told = versions.map(|it| (it.as_of, it.change.clone(), it.certainty));
        told.collect::<Vec<_>>()
    };
    let kept = incident
        .facts()
        .iter()
        .filter(|(fact, _)| shared.keeps(rules, fact));
    let mut count = 0;
    for (fact, history) in kept {
        if case.facts.get(fact).map(told) != Some(told(history)) {
            return Err(format!(
                "`{fact}` of {} is another than the incident's",
                case.id
            ));
        }
        count += 1;
    }
    Ok(count)
}

async fn decided_again(
    executor: &Arc<Executor>,
    id: IncidentId,
    members: &[(Case, Rules)],
) -> Result<usize, String> {
    let library = Library::read(executor, members[0].0.id).await;
    let stream: StreamName = tsuho_core::incident::stream_of(id)
        .parse()
        .expect("a stream");
    let records = records(&**executor.store(), &stream).await;
    let mut incident: Option<Incident> = None;
    let mut count = 0;
    for decision in records.chunk_by(|one, other| one.header().command == other.header().command) {
        let people = library.people_at(decision[0].header().system)?;
        let events: Vec<Event<IncidentBody>> = decision
            .iter()
            .map(|record| record::read(record).expect("an event of an incident"))
            .map(|event: Event<IncidentBody>| Event {
                personal: tsuho_core::case::event::Sheet::new(),
                privileged: tsuho_core::case::event::Sheet::new(),
                ..event
            })
            .collect();
        let (begun, rest) = if let Some(before) = incident.clone() {
            (before, &events[..])
        } else {
            (
                Incident::begin(id, &events[0]).expect("an opening"),
                &events[1..],
            )
        };
        let after = rest.iter().fold(begun, Incident::evolve);
        let linked = after.cases().len();
        let shared = Shared::of(members.iter().take(linked).map(|(_, rules)| rules));
        let found: Vec<&Event<IncidentBody>> = events.iter().collect();
        let expected = again::again(people, &shared, incident.as_ref(), &found)
            .map_err(|refusal| format!("a decision on the incident: {refusal:?}"))?;
        if expected != events {
            return Err(format!("{expected:?} and not {events:?}"));
        }
        incident = Some(after);
        count += 1;
    }
    Ok(count)
}
