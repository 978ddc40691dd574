//! An incident and its cases are written at once: what is recorded on one of them is on all, or on none.

use std::sync::Arc;

use tsuho_core::case::event::Change;
use tsuho_core::case::request::{Content, Facts, Text};
use tsuho_core::case::{Body, Event};
use tsuho_core::ids::{CaseId, IncidentId};
use tsuho_core::value::Value;
use tsuho_executor::{How, IncidentOpening, Key, Mode, Opening, Standing, Together};
use tsuho_ledger::Digest;
use tsuho_store::{CaseKey, IncidentKey, Store};

use crate::desk::{Desk, SISTER, WORKFLOW, granted, types};
use crate::given::{choice, fact, facts, text};
use crate::meddled::{Meddled, Meddling};

pub(crate) fn count(users: i64) -> Facts {
    facts([("users_affected", Value::Integer(users))])
}

pub(crate) fn record(facts: Facts) -> Content {
    Content::Record { facts }
}

impl Desk {
    /// Returns what opens an incident with a case under each of the two workflows.
    pub(crate) fn both(&self) -> IncidentOpening {
        let name = |name: &str| (name.parse().expect("a name"), None);
        IncidentOpening {
            command: self.executor.new_command(),
            asker: self.asker("duty_officer"),
            title: Text::personal("The route of Mr Mori"),
            taken: None,
            workflows: vec![name(WORKFLOW), name(SISTER)],
            facts: Facts::new(),
            occurred_at: None,
            reason: None,
        }
    }

    /// Opens an incident that is granted.
    pub(crate) async fn incident(&self, opening: &IncidentOpening) -> Together {
        let answer = self.executor.open_incident(opening, &How::default()).await;
        answer.expect("no failure").expect("it is granted")
    }

    /// Opens an incident with two cases; returns their names.
    pub(crate) async fn incident_of_two(&self) -> (IncidentId, [CaseId; 2]) {
        self.publish_sister().await;
        let opened = self.incident(&self.both()).await;
        let cases = opened
            .cases
            .iter()
            .map(|done| done.case_id().expect("a case"));
        let cases: Vec<CaseId> = cases.collect();
        let id = opened.incident_id().expect("an incident");
        (id, cases.try_into().expect("two cases"))
    }

    pub(crate) async fn users(&self, id: CaseId) -> Option<Value> {
        let ground = self.executor.ground(id).await.expect("the case");
        let history = ground.case.facts.get(&fact("users_affected"))?;
        history.value().cloned()
    }

    pub(crate) async fn on_incident(&self, id: IncidentId) -> Option<Value> {
        let incident = self.executor.incident(id).await.expect("the incident");
        let history = incident.facts().get(&fact("users_affected"))?;
        history.value().cloned()
    }

    pub(crate) async fn length(&self) -> u64 {
        self.store.ledger().await.expect("a ledger").size.0
    }
}

#[tokio::test]
async fn cases_opened_with_an_incident_take_the_next_numbers_and_name_it() {
    let desk = Desk::open("incident").await;
    let lone = desk.case().await;
    let (id, cases) = desk.incident_of_two().await;
    for (number, case) in (2..).zip(cases) {
        let row = desk
            .store
            .case(&CaseKey::Number(number))
            .await
            .expect("a store");
        let row = row.expect("a case of that number");
        assert_eq!(row.case_id, case.to_string());
        assert_eq!(row.incident_id, Some(id.to_string()));
    }
    let row = desk
        .store
        .incident(&IncidentKey::Number(1))
        .await
        .expect("a store");
    let row = row.expect("an incident of that number");
    assert_eq!((row.incident_id, row.cases), (id.to_string(), 2));
    let alone = desk.executor.ground(lone).await.expect("the case");
    assert_eq!(alone.case.incident, None);
    let unknown = IncidentId::from_bytes([3; 16]);
    assert!(desk.executor.incident(unknown).await.is_err());
}

#[tokio::test]
async fn what_one_case_records_is_on_every_other_in_one_transaction() {
    let desk = Desk::open("shared").await;
    let (id, [one, other]) = desk.incident_of_two().await;
    let done = desk
        .does(one, "privacy_officer", record(count(440_027)))
        .await;
    assert_eq!(types(&done.events), ["FactsRecorded"]);
    let elsewhere = done.elsewhere.expect("it is shared");
    assert_eq!(elsewhere.incident_id(), Some(id));
    let others: Vec<_> = elsewhere
        .cases
        .iter()
        .map(tsuho_executor::Done::case_id)
        .collect();
    assert_eq!(others, [Some(other)]);
    let expected = Some(Value::Integer(440_027));
    assert_eq!(desk.users(other).await, expected);
    assert_eq!(desk.on_incident(id).await, expected);
    // The incident's record goes first, the cases' follow it.
    let Standing::Written { first } = done.standing else {
        panic!("it is written: {:?}", done.standing);
    };
    assert_eq!(first.0 + 2, desk.length().await);
    let request = desk.request("duty_officer", record(count(513_000)));
    let told = desk
        .executor
        .record_on_incident(id, &request, &How::default())
        .await;
    let told = told.expect("no failure").expect("it is granted");
    assert_eq!(told.cases.len(), 2);
    assert_eq!(desk.users(one).await, Some(Value::Integer(513_000)));
    crate::replay::agree(&desk.executor, one).await;
    crate::replay::agree(&desk.executor, other).await;
}

#[tokio::test]
async fn a_lone_case_brings_its_facts_and_is_taken_once() {
    let desk = Desk::open("taken").await;
    desk.publish_sister().await;
    let lone = desk.case().await;
    desk.does(
        lone,
        "privacy_officer",
        record(facts([("outline", text("A third party."))])),
    )
    .await;
    let opening = IncidentOpening {
        taken: Some(lone),
        workflows: vec![(SISTER.parse().expect("a name"), None)],
        ..desk.both()
    };
    let opened = desk.incident(&opening).await;
    let sister = opened.cases[1].case_id().expect("a case");
    let told = desk.executor.case_events(sister).await.expect("a history");
    let says = |event: &Event<Body>| event.personal.get("outline") == Some(&text("A third party."));
    assert_eq!(told.iter().filter(|event| says(event)).count(), 1);
    let again = IncidentOpening {
        command: desk.executor.new_command(),
        ..opening
    };
    let twice = desk.executor.open_incident(&again, &How::default()).await;
    let refused = twice.expect("no failure").expect_err("it has an incident");
    assert_eq!(refused.rejection.code(), "linked");
    // A case that is opened later is given everything too.
    let (id, opening) = (opened.incident_id().expect("an incident"), desk.opening());
    let later = granted(
        desk.executor
            .open_case_in(id, &opening, &How::default())
            .await,
    );
    let told = desk
        .executor
        .case_events(later.case_id().expect("a case"))
        .await;
    assert!(told.expect("a history").iter().any(says));
}

#[tokio::test]
async fn a_request_with_a_key_is_carried_out_once() {
    let desk = Desk::open("keys").await;
    desk.publish_sister().await;
    let how = |key: &str| How::keyed(Key::new(key, Digest::of(key.as_bytes())).expect("a key"));
    let opening = desk.both();
    let first = desk.executor.open_incident(&opening, &how("open")).await;
    let first = first.expect("no failure").expect("it is granted");
    let length = desk.length().await;
    let again = IncidentOpening {
        command: desk.executor.new_command(),
        ..opening
    };
    let again = desk.executor.open_incident(&again, &how("open")).await;
    let again = again.expect("no failure").expect("it is granted");
    assert_eq!(
        (again.incident_id(), desk.length().await),
        (first.incident_id(), length)
    );
    let names = |told: &Together| {
        told.cases
            .iter()
            .map(tsuho_executor::Done::case_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&again), names(&first));
    assert_eq!(again.cases[0].events, first.cases[0].events);
    let case = names(&first)[0].expect("a case");
    let mut elsewhere = Vec::new();
    for standing in ["written", "repeated"] {
        let request = desk.request("privacy_officer", record(count(7)));
        let done = granted(desk.executor.submit(case, &request, &how("count")).await);
        assert_eq!(done.standing == Standing::Repeated, standing == "repeated");
        assert_eq!(types(&done.events), ["FactsRecorded"]);
        let together = done.elsewhere.expect("it is shared");
        let cases = together.cases.into_iter();
        elsewhere.push((
            together.incident.events,
            cases.map(|done| done.events).collect::<Vec<_>>(),
        ));
    }
    assert_eq!(
        elsewhere[0], elsewhere[1],
        "who asks again is told the same"
    );
    let other = desk.request("privacy_officer", record(count(8)));
    let reused = How::keyed(Key::new("count", Digest::of(b"other")).expect("a key"));
    assert!(desk.executor.submit(case, &other, &reused).await.is_err());
}

#[tokio::test]
async fn a_dry_run_writes_on_no_stream() {
    let desk = Desk::open("dry").await;
    let (id, [one, other]) = desk.incident_of_two().await;
    crate::operator::record_company(&desk).await;
    let length = desk.length().await;
    let request = desk.request("privacy_officer", record(count(9)));
    let done = granted(desk.executor.submit(one, &request, &How::dry_run()).await);
    let elsewhere = done.elsewhere.expect("it is shared");
    assert_eq!((done.standing, elsewhere.cases.len()), (Standing::Tried, 1));
    let tried = desk
        .executor
        .open_incident(&desk.both(), &How::dry_run())
        .await;
    assert_eq!(
        tried
            .expect("no failure")
            .expect("it is granted")
            .cases
            .len(),
        2
    );
    assert_eq!(desk.length().await, length);
    assert_eq!(
        (desk.users(other).await, desk.on_incident(id).await),
        (None, None)
    );
}

#[tokio::test]
async fn an_operators_fact_that_was_not_delivered_goes_before() {
    let desk = Desk::open("before").await;
    let (_, [one, other]) = desk.incident_of_two().await;
    let request = desk.request("head_of_compliance", record(crate::given::company()));
    // The process dies once the operator's stream is written.
    let store: Arc<dyn Store> = Arc::new(desk.reopened().await);
    let written = Meddled::new(store, [Meddling::LoseAnswer]);
    let dying = desk.executor_on(written, "dying");
    assert!(
        dying
            .record_operator_facts(&request, &How::default())
            .await
            .is_err()
    );
    desk.does(
        one,
        "privacy_officer",
        record(facts([("secrecy_leak", choice("leaked"))])),
    )
    .await;
    for case in [one, other] {
        let ground = desk.executor.ground(case).await.expect("the case");
        let own = ground.case.facts.get(&fact("operator_name"));
        assert_eq!(
            own.is_some(),
            ground
                .compiled
                .operator_facts
                .contains_key(&fact("operator_name"))
        );
        crate::replay::agree(&desk.executor, case).await;
    }
}

#[tokio::test]
async fn a_withdrawn_value_is_gone_everywhere_and_a_refusal_leaves_all_alone() {
    let desk = Desk::open("withdrawn").await;
    let (id, [one, other]) = desk.incident_of_two().await;
    desk.does(one, "privacy_officer", record(count(5))).await;
    let gone = Facts::from([(
        fact("users_affected"),
        tsuho_core::case::request::Given::new(Change::Absent),
    )]);
    let bare = desk.request("privacy_officer", record(gone.clone()));
    assert_eq!(desk.refused(one, &bare).await.code(), "reason");
    assert_eq!(desk.users(other).await, Some(Value::Integer(5)));
    let reasoned = desk.reasoned("privacy_officer", record(gone));
    granted(desk.executor.submit(one, &reasoned, &How::default()).await);
    assert_eq!(
        (desk.users(other).await, desk.on_incident(id).await),
        (None, None)
    );
    let opening = Opening {
        workflow: SISTER.parse().expect("a name"),
        ..desk.opening()
    };
    let later = granted(
        desk.executor
            .open_case_in(id, &opening, &How::default())
            .await,
    );
    assert_eq!(desk.users(later.case_id().expect("a case")).await, None);
    assert_eq!(Mode::default(), Mode::Write);
}
